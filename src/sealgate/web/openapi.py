"""The OpenAPI 3.1 document, made from the routes: what stands there is what runs."""

import inspect
import re
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from typing import Annotated, Any

import msgspec

from sealgate.base.errors import SealgateError, Unavailable
from sealgate.web.answers import EventStream, Lenient, Page
from sealgate.web.callers import CallerResolver
from sealgate.web.errors import (
    BodyAmbiguous,
    BodyInvalid,
    BodyMissing,
    BodyNotJson,
    BodyTooDeep,
    BodyTooLarge,
    BodyTooSlow,
    EndpointUnknown,
    InternalFailure,
    QueryInvalid,
    ServerStopping,
    UriTooLong,
)
from sealgate.web.routing import Route
from sealgate.web.security import SCHEMES, security_of

Json = dict[str, Any]

_REFS = "#/components/schemas/{name}"


class ErrorDetails(msgspec.Struct, omit_defaults=True):
    """What was refused and why."""

    reference: str
    code: int | str | None
    message: str
    hint: str = ""
    pointer: str = ""
    docs: str = ""


class SoftError(msgspec.Struct):
    """A refusal."""

    error: ErrorDetails


class FatalError(msgspec.Struct):
    """An unknown endpoint, or a failure of the server."""

    error: Annotated[bool, msgspec.Meta(extra_json_schema={"const": True})]
    message: str
    reference: str
    code: int
    req: str
    method: str


def openapi_document(routes: Iterable[Route], resolver: CallerResolver, *, public_url: str) -> Json:
    """Return the document for the listed routes."""
    listed = [route for route in routes if route.listed]
    schemas, components = msgspec.json.schema_components([SoftError, FatalError, *_types(listed)], ref_template=_REFS)
    by_type = {id(kind): schema for kind, schema in zip([SoftError, FatalError, *_types(listed)], schemas, strict=True)}
    paths: dict[str, Json] = {}
    names: set[str] = set()
    for route in listed:
        operation = _operation(route, resolver, by_type)
        operation["operationId"] = _unique(operation["operationId"], route, names)
        paths.setdefault(_template(route.path), {})[route.method.lower()] = operation
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Sealgate",
            "version": version("sealgate"),
            "summary": "Sign-in and sign requests for apps on the XRP Ledger.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": public_url}],
        "tags": [{"name": name} for name in dict.fromkeys(tag for route in listed for tag in route.tags)],
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": SCHEMES},
    }


def errors_of(route: Route, resolver: CallerResolver) -> list[type[SealgateError]]:
    """Return every refusal a call of this route may be answered with, the route's own first."""
    errors: list[type[SealgateError]] = [*route.raises, *resolver.errors_of(route.caller)]
    if route.takes is not None:
        readable = [BodyMissing, BodyNotJson, BodyAmbiguous, BodyTooDeep]
        if route.takes is not Lenient:
            readable.append(BodyInvalid)
        errors += [route.body_error] if route.body_error is not None else readable
    if route.takes is not None or "deviceSignature" in str(security_of(route.caller)):
        errors += [BodyTooLarge, BodyTooSlow]
    if route.query is not None:
        errors.append(QueryInvalid)
    if route.query is not None or ":text}" in route.path:
        errors.append(UriTooLong)
    if "{" in route.path:
        errors.append(EndpointUnknown)
    return list(dict.fromkeys([*errors, Unavailable, ServerStopping, InternalFailure]))


def _unique(name: str, route: Route, taken: set[str]) -> str:
    """Return the handler's name, with the end of the path or the method where one handler stands behind several."""
    end = "_".join(re.findall(r"[a-z0-9]+", re.sub(r"{[^}]*}", "", route.path.lower()).rpartition("/")[2]))
    for candidate in (name, f"{name}_{end}", f"{name}_{route.method.lower()}"):
        if candidate not in taken and not candidate.endswith("_"):
            taken.add(candidate)
            return candidate
    raise ValueError(f"{route.method} {route.path}: {name} already names another operation")


def _types(routes: Sequence[Route]) -> list[Any]:
    found: dict[int, Any] = {}
    for route in routes:
        for kind in (route.takes, route.query, route.answers, route.documents):
            if _has_schema(kind):
                found[id(kind)] = kind
    return list(found.values())


def _has_schema(kind: Any) -> bool:
    return not isinstance(kind, dict) and kind not in {None, Lenient, EventStream, Page, bytes}


def _operation(route: Route, resolver: CallerResolver, schemas: dict[int, Json]) -> Json:
    summary, _, description = (inspect.getdoc(route.handler) or "").partition("\n")
    operation: Json = {
        "operationId": route.handler.__name__,
        "summary": summary.rstrip("."),
        "tags": list(route.tags),
        "responses": {str(route.status): _success(route, schemas)},
    }
    if description.strip():
        operation["description"] = description.strip()
    parameters = [*_path_parameters(route.path), *_query_parameters(route), *_header_parameters(route)]
    if parameters:
        operation["parameters"] = parameters
    if route.takes is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": _body_schema(route, schemas)}},
        }
    operation["security"] = security_of(route.caller)
    by_status: dict[int, list[type[SealgateError]]] = {}
    for error in errors_of(route, resolver):
        by_status.setdefault(error.status, []).append(error)
    for status in sorted(by_status):
        operation["responses"][str(status)] = _refusals(by_status[status], as_page=not route.path.startswith("/api/"))
    return operation


def _body_schema(route: Route, schemas: dict[int, Json]) -> Json:
    if route.takes is not Lenient:
        return schemas[id(route.takes)]
    if isinstance(route.documents, dict):
        return route.documents
    return {"type": "object"} if route.documents is None else schemas[id(route.documents)]


def _success(route: Route, schemas: dict[int, Json]) -> Json:
    answer: Json = {"description": "Done.", "headers": {"x-call-ref": _CALL_REF}}
    if route.answers is EventStream:
        answer["content"] = {"text/event-stream": {"schema": {"type": "string"}}}
    elif route.answers is bytes:
        answer["content"] = {"*/*": {"schema": {}}}
    elif route.answers is not None:
        answer["content"] = {"application/json": {"schema": schemas[id(route.answers)]}}
    return answer


def _refusals(errors: Sequence[type[SealgateError]], *, as_page: bool) -> Json:
    """Return one response: OpenAPI has one for each status, however many refusals share it."""
    shapes = [
        {"$ref": _REFS.format(name=kind.__name__)}
        for kind, wanted in ((SoftError, False), (FatalError, True))
        if any(error.fatal is wanted for error in errors)
    ]
    lines = [f"- `{'null' if error.code is None else error.code}` {error.slug()}: {error.message}" for error in errors]
    envelope: Json = {"application/json": {"schema": shapes[0] if len(shapes) == 1 else {"anyOf": shapes}}}
    if as_page:
        envelope = {"text/html": {"schema": {"type": "string"}}}
    return {"description": "\n".join(lines), "headers": {"x-call-ref": _CALL_REF}, "content": envelope}


_CALL_REF: Json = {
    "description": "UUID of this call; `reference` in a refusal.",
    "schema": {"type": "string", "format": "uuid"},
}


def _template(path: str) -> str:
    return path.replace(":uuid}", "}").replace(":text}", "}")


def _path_parameters(path: str) -> list[Json]:
    parameters = []
    for segment in path.split("/"):
        if segment.startswith("{"):
            name, _, kind = segment[1 : segment.index("}")].partition(":")
            form = {"type": "string", "format": "uuid"} if kind == "uuid" else {"type": "string", "minLength": 1}
            parameters.append({"name": name, "in": "path", "required": True, "schema": form})
    return parameters


def _query_parameters(route: Route) -> list[Json]:
    if route.query is None:
        return []
    _, components = msgspec.json.schema_components([route.query], ref_template=_REFS)
    schema = components[route.query.__name__]
    required = schema.get("required", ())
    return [_parameter(name, "query", name in required, form) for name, form in schema["properties"].items()]


def _parameter(name: str, place: str, required: bool, form: Json) -> Json:
    schema = {key: value for key, value in form.items() if key != "description"}
    parameter = {"name": name, "in": place, "required": required, "schema": schema}
    if "description" in form:
        parameter["description"] = form["description"]
    return parameter


def _header_parameters(route: Route) -> list[Json]:
    return [
        {"name": name, "in": "header", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in route.reads_headers.items()
    ]
