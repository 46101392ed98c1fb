"""The API reference: the OpenAPI document, a page that shows it, and a page that explains every refusal."""

import inspect
from dataclasses import dataclass

from sealgate.base.errors import SealgateError, all_errors
from sealgate.web.answers import Page, Raw, encode_json
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.context import Context
from sealgate.web.openapi import Json, openapi_document
from sealgate.web.reference import Operation, sections
from sealgate.web.routing import Router

router = Router()


class Reference:
    """The document of one process, made when somebody first asks."""

    def __init__(self, context: Context) -> None:
        from sealgate.web.app import App

        app = context.get(App)
        self.document: Json = openapi_document(app.routes, app.resolver, public_url=context.settings.public_url)
        self.encoded = encode_json(self.document)
        self.sections: dict[str, list[Operation]] = sections(self.document)


@dataclass(frozen=True, slots=True)
class ErrorEntry:
    """One refusal, explained."""

    slug: str
    name: str
    status: int
    code: str
    message: str
    hint: str
    meaning: str


def error_entries() -> dict[str, list[ErrorEntry]]:
    """Return every refusal known to this process by the slice it belongs to, in alphabetical order."""
    found: dict[str, list[ErrorEntry]] = {}
    for error in all_errors():
        if error is not SealgateError:
            found.setdefault(error.__module__.split(".")[1], []).append(_entry(error))
    return {name: sorted(found[name], key=lambda entry: entry.name) for name in sorted(found)}


def _entry(error: type[SealgateError]) -> ErrorEntry:
    own = error.__doc__ if "__doc__" in vars(error) else None
    meaning = inspect.cleandoc(own or error.message).partition("\n\n")[0].replace("\n", " ")
    code = "null" if error.code is None else str(error.code)
    return ErrorEntry(error.slug(), error.__name__, error.status, code, error.message, error.hint, meaning)


def _reference(context: Context) -> Reference:
    try:
        return context.get(Reference)
    except KeyError:
        context.put(Reference(context))
        return context.get(Reference)


@router.get("/openapi.json", caller=Anyone, answers=dict, listed=False)
async def get_openapi(call: Call[Anyone]) -> Raw:
    """The OpenAPI 3.1 document; any page may read it."""
    headers = {"cache-control": "no-cache", "access-control-allow-origin": "*"}
    return Raw(_reference(call.context).encoded, "application/json; charset=utf-8", headers=headers)


@router.page("/docs")
async def get_docs(call: Call[Anyone]) -> Page:
    """The reference as a page."""
    return Page("web/docs.html", {"sections": _reference(call.context).sections})


@router.page("/docs/errors")
async def get_errors(call: Call[Anyone]) -> Page:
    """Every refusal: its code, its cause, its cure."""
    return Page("web/docs_errors.html", {"slices": error_entries()})


@router.page("/")
async def get_home(call: Call[Anyone]) -> Page:
    """Where somebody lands who typed the server's address."""
    return Page("web/home.html")
