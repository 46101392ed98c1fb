"""The API reference as a page needs it: the OpenAPI document turned into sections, rows and examples."""

import json
from dataclasses import dataclass
from typing import Any

from sealgate.web.security import curl_options

Json = dict[str, Any]

MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One parameter or one member of a body."""

    name: str
    type: str
    required: bool
    description: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a call may be answered with instead."""

    status: str
    code: str
    slug: str
    message: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path."""

    name: str
    method: str
    path: str
    summary: str
    paragraphs: list[str]
    parameters: list[Row]
    body: list[Row]
    answer: list[Row]
    answer_status: str
    answer_example: str
    refusals: list[Refusal]
    curl: str


def sections(document: Json) -> dict[str, list[Operation]]:
    """Return the operations by their first tag, in the order of the document."""
    found: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = (operation["tags"] or ["other"])[0]
            found.setdefault(tag, []).append(_operation(document, path, method.upper(), operation))
    return found


def _operation(document: Json, path: str, method: str, operation: Json) -> Operation:
    schemas = document["components"]["schemas"]
    status = next(iter(operation["responses"]))
    answer = _json_schema(operation["responses"][status])
    body = _json_schema(operation.get("requestBody", {}))
    return Operation(
        name=operation["operationId"],
        method=method,
        path=path,
        summary=operation["summary"],
        paragraphs=[part.replace("\n", " ") for part in operation.get("description", "").split("\n\n") if part],
        parameters=[
            Row(
                one["name"], _type_of(one["schema"], schemas) + f", {one['in']}", one["required"],
                one.get("description", ""),
            )
            for one in operation.get("parameters", [])
        ],
        body=_rows(body, schemas),
        answer=_rows(answer, schemas),
        answer_status=status,
        answer_example=_pretty(answer, schemas),
        refusals=_refusals(operation["responses"]),
        curl=_curl(document, path, method, operation, body),
    )  # fmt: skip


def _json_schema(described: Json) -> Json:
    content: Json = described.get("content", {}).get("application/json", {})
    schema: Json = content.get("schema", {})
    return schema


def _refusals(responses: Json) -> list[Refusal]:
    found = []
    for status, response in responses.items():
        for line in response["description"].splitlines():
            if line.startswith("- `"):
                code, _, rest = line[3:].partition("` ")
                slug, _, message = rest.partition(": ")
                found.append(Refusal(status, code, slug, message))
    return found


def _resolve(schema: Json, schemas: Json) -> Json:
    while "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    return schema


def _choices(schema: Json, schemas: Json) -> list[Json]:
    return [_resolve(one, schemas) for one in schema.get("anyOf", [schema])]


def _type_of(schema: Json, schemas: Json) -> str:
    names = []
    for one in _choices(_resolve(schema, schemas), schemas):
        if "const" in one:
            names.append(json.dumps(one["const"]))
        elif "enum" in one:
            names.append(" | ".join(json.dumps(value) for value in one["enum"]))
        elif one.get("type") == "array":
            names.append(f"array of {_type_of(one.get('items') or {}, schemas)}")
        else:
            names.append(one.get("format") or one.get("type") or "any")
    return " | ".join(dict.fromkeys(names))


def _rows(schema: Json, schemas: Json, prefix: str = "", depth: int = 0) -> list[Row]:
    rows: list[Row] = []
    if depth > MAX_DEPTH:
        return rows
    for one in _choices(_resolve(schema, schemas), schemas):
        if one.get("type") == "array":
            rows += _rows(one.get("items") or {}, schemas, f"{prefix}[]", depth + 1)
        for name, member in one.get("properties", {}).items():
            full = f"{prefix}.{name}" if prefix else name
            resolved = _resolve(member, schemas)
            description = member.get("description") or ""
            rows.append(Row(full, _type_of(member, schemas), name in one.get("required", ()), description))
            rows += _rows(resolved, schemas, full, depth + 1)
    return rows


_BY_FORMAT = {
    "uuid": "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70",
    "date-time": "2026-01-15T12:00:00Z",
}
_BY_TYPE: Json = {"string": "…", "integer": 1, "number": 1.5, "boolean": True, "null": None, "object": {}}


def _example(schema: Json, schemas: Json, depth: int = 0) -> Any:
    one = _choices(_resolve(schema, schemas), schemas)[0]
    if "examples" in one:
        return one["examples"][0]
    if "const" in one:
        return one["const"]
    if "enum" in one:
        return one["enum"][0]
    if one.get("type") == "array":
        return [] if depth > MAX_DEPTH else [_example(one.get("items") or {}, schemas, depth + 1)]
    if "properties" in one and depth <= MAX_DEPTH:
        return {name: _example(member, schemas, depth + 1) for name, member in one["properties"].items()}
    if one.get("format") in _BY_FORMAT:
        return _BY_FORMAT[one["format"]]
    return _BY_TYPE.get(one.get("type", "null"))


def _pretty(schema: Json, schemas: Json) -> str:
    return json.dumps(_example(schema, schemas), indent=2, ensure_ascii=False) if schema else ""


def _curl(document: Json, path: str, method: str, operation: Json, body: Json) -> str:
    url = document["servers"][0]["url"] + path
    lines = [f"curl {'' if method == 'GET' else f'-X {method} '}'{url}'", *curl_options(operation["security"])]
    if body:
        sent = json.dumps(_example(body, document["components"]["schemas"]), ensure_ascii=False)
        lines.append("-H 'content-type: application/json' -d " + "'" + sent.replace("'", "'\\''") + "'")
    return " \\\n  ".join(lines)
