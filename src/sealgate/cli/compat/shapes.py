"""What a client needs to find in an answer, written as a table, and what of it is not there. Pure.

A line is a path, a type and the clients that need it:

    auth.application.disabled   int     py net

`a[]` is each element of a list, `a{}` each value of an object; a type with `?` may be null; `~` before a path: may be
missing. Without clients a line counts for whoever makes the call.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_MISSING = object()


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_TYPES: Mapping[str, Callable[[Any], bool]] = {
    "any": lambda _value: True,
    "text": _is_text,
    "word": lambda value: _is_text(value) and value != "",
    "uuid": lambda value: _is_text(value) and UUID.fullmatch(value) is not None,
    "url": lambda value: _is_text(value) and "://" in value,
    "date": lambda value: _is_text(value) and _DATE.fullmatch(value) is not None,
    "int": _is_int,
    "number": lambda value: _is_int(value) or isinstance(value, float),
    "bool": lambda value: isinstance(value, bool),
    "true": lambda value: value is True,
    "false": lambda value: value is False,
    "null": lambda value: value is None,
    "list": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


class Need(msgspec.Struct, frozen=True):
    """One line of a table.

    Attributes:
        clients: Who needs it; empty for whoever makes the call.
    """

    path: str
    type: str
    clients: tuple[str, ...] = ()
    optional: bool = False


class Misfit(msgspec.Struct, frozen=True):
    """Something that a client would stumble over.

    Attributes:
        at: Path in the answer, or what was looked at.
        found: In words.
        wanted: In words.
        clients: Who needs it.
    """

    at: str
    found: str
    wanted: str
    clients: tuple[str, ...]


def shape(table: str) -> tuple[Need, ...]:
    """Return the needs of a table."""
    needs = []
    for line in filter(None, map(str.strip, table.splitlines())):
        path, type_, *clients = line.split()
        assert type_.removesuffix("?") in _TYPES, line
        needs.append(Need(path.removeprefix("~"), type_, tuple(clients), path.startswith("~")))
    return tuple(needs)


def misfits(answer: Any, needs: tuple[Need, ...], callers: tuple[str, ...]) -> list[Misfit]:
    """Return what of a table an answer does not have.

    Args:
        callers: Who makes the call.
    """
    found = []
    for need in needs:
        for at, value in _reach(answer, need.path.split("."), ""):
            if value is _MISSING:
                if need.optional:
                    continue
                words = "missing"
            elif _fits(value, need.type):
                continue
            else:
                words = _shown(value)
            found.append(Misfit(at, words, _wanted(need.type), need.clients or callers))
            break  # one example is enough
    return found


def _fits(value: Any, type_: str) -> bool:
    return (type_.endswith("?") and value is None) or _TYPES[type_.removesuffix("?")](value)


def _reach(value: Any, path: list[str], at: str) -> Iterator[tuple[str, Any]]:
    if not path:
        yield at.lstrip("."), value
        return
    name, rest = path[0], path[1:]
    each = name[-2:] if name.endswith(("[]", "{}")) else ""
    bare = name.removesuffix(each) if each else name
    here = f"{at}.{bare}" if bare else at
    inner = value
    if bare:
        inner = value.get(bare, _MISSING) if isinstance(value, dict) else _MISSING
    if inner is _MISSING:
        yield here.lstrip("."), _MISSING
    elif each == "[]" and isinstance(inner, list):
        for number, one in enumerate(inner):
            yield from _reach(one, rest, f"{here}[{number}]")
    elif each == "{}" and isinstance(inner, dict):
        for key, one in inner.items():
            yield from _reach(one, rest, f"{here}[{key!r}]")
    elif each:
        yield here.lstrip("."), _MISSING
    else:
        yield from _reach(inner, rest, here)


def _wanted(type_: str) -> str:
    words = {"any": "anything", "word": "text that is not empty"}.get(type_.removesuffix("?"), type_.removesuffix("?"))
    return f"{words} or null" if type_.endswith("?") else words


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return "object" if isinstance(value, dict) else "list"
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 40 else f"{text[:40]}…"
