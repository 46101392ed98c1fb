"""From JSON and query values to the msgspec types of a route, with a pointer to what does not fit."""

import re
from typing import Any

import msgspec

from sealgate.web.errors import BodyInvalid, QueryInvalid

_PLACE = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\[\.\.\.\]")


def decode_body(value: Any, kind: Any) -> Any:
    """Return a JSON value as `kind`.

    Raises:
        BodyInvalid: it does not fit; the pointer says where.
    """
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as problem:
        cause, pointer = _explain(problem)
        raise BodyInvalid(message=f"The body does not have the documented shape: {cause}.", pointer=pointer) from None


def decode_query(values: dict[str, str], kind: type[msgspec.Struct]) -> Any:
    """Return query parameters as `kind`; numbers and booleans are read from their text.

    Raises:
        QueryInvalid: one does not fit, is missing, or is not known where `kind` forbids others.
    """
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as problem:
        cause, pointer = _explain(problem)
        where = f"the parameter {pointer[1:]}: " if pointer else ""
        raise QueryInvalid(message=f"The query of this call cannot be used: {where}{cause}.") from None


def _explain(problem: msgspec.ValidationError) -> tuple[str, str]:
    """Split msgspec's message into the cause and a JSON pointer (RFC 6901); `$.a[0]` is `/a/0`."""
    text = str(problem)
    place = _PLACE.search(text)
    if place is None:
        return text[:1].lower() + text[1:], ""
    steps = []
    for step in _STEP.finditer(place.group(1)):
        name, index = step.groups()
        if name is None and index is None:
            # Which member of a free-form object it was, msgspec does not tell.
            break
        steps.append((name or index).replace("~", "~0").replace("/", "~1"))
    cause = text[: place.start()]
    return cause[:1].lower() + cause[1:], "".join(f"/{step}" for step in steps)
