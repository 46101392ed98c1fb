"""What somebody may narrow a list by, and what a URL asks for. Pure.

    FILTERS = (Choice("state", "State", (("signed", "signed"), …)), Text("identifier", "Identifier"), *TIMES)
    asked = read_filters(FILTERS, call.query)

A value that cannot be used narrows nothing, and `asked.problems` says why at its field: whoever mistypes a time sees
the list and the reason, not an error.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from sealgate.base.ids import as_uuid

MOST_CHARS = 120
_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:\.\d{1,6})?)?)?(?:Z|[+]00:00)?", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Filter:
    """One field of a list's form.

    Attributes:
        name: Of the URL's parameter.
        read: Makes a value of a text that is not empty.
        options: Value and label of each choice; empty for a free text.
        kind: `text`, or `datetime-local` for a time.
        suggestions: Texts that are offered, any other may be typed.
    """

    name: str
    label: str
    read: Callable[[str], Any]
    options: tuple[tuple[str, str], ...] = ()
    kind: str = "text"
    hint: str = ""
    suggestions: tuple[str, ...] = ()

    def label_of(self, text: str) -> str:
        """Return what a choice is called; a free text is its own name."""
        return dict(self.options).get(text, text)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a URL asks for.

    Attributes:
        values: By the filter's name, of those that can be used.
        texts: As they were typed, of all filters.
        problems: Why a text cannot be used, by the filter's name.
    """

    values: Mapping[str, Any]
    texts: Mapping[str, str]
    problems: Mapping[str, str]

    @property
    def any(self) -> bool:
        """Whether something is asked for."""
        return any(self.texts.values())

    def moment(self, name: str) -> str:
        """Return a time as the browser's field for it takes it, "" where none is asked for."""
        value = self.values.get(name)
        return value.strftime("%Y-%m-%dT%H:%M:%S") if isinstance(value, datetime) else ""

    def query(self, **more: str | None) -> str:
        """Return the query of a URL that asks for the same, and for what is given beside; "" where that is nothing."""
        pairs = {name: text for name, text in {**self.texts, **more}.items() if text}
        return f"?{urlencode(pairs)}" if pairs else ""


def read_filters(filters: Sequence[Filter], query: Mapping[str, str]) -> Asked:
    """Return what a query asks for."""
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    problems: dict[str, str] = {}
    for one in filters:
        text = query.get(one.name, "").strip()[:MOST_CHARS]
        texts[one.name] = text
        if not text:
            continue
        try:
            values[one.name] = one.read(text)
        except ValueError as problem:
            problems[one.name] = str(problem)
    return Asked(values, texts, problems)


def choice(name: str, label: str, options: Sequence[tuple[str, str]], *, read: Callable[[str], Any] = str) -> Filter:
    """Return a filter that takes one of some values."""
    known = dict(options)

    def check(text: str) -> Any:
        if text not in known:
            raise ValueError(f"{label} is one of {', '.join(known)}.")
        return read(text)

    return Filter(name, label, check, tuple(options))


def text(name: str, label: str, *, hint: str = "", suggestions: Sequence[str] = ()) -> Filter:
    """Return a filter that takes any text."""

    def check(value: str) -> str:
        if not value.isprintable():
            raise ValueError(f"{label} has a character that cannot be printed.")
        return value

    return Filter(name, label, check, hint=hint, suggestions=tuple(suggestions))


def uuid(name: str, label: str, *, hint: str = "") -> Filter:
    """Return a filter that takes a UUID."""

    def check(value: str) -> str:
        found = as_uuid(value)
        if found is None:
            raise ValueError(f"{label} is a UUID: 36 characters with four dashes.")
        return found

    return Filter(name, label, check, hint=hint)


def read_time(value: str) -> datetime:
    """Return the moment of a text such as `2026-01-31T12:00`, `2026-01-31 12:00:30Z` or `2026-01-31`, all of them UTC.

    Raises:
        ValueError: it is no such text.
    """
    found = _TIME.fullmatch(value)
    if found is not None:
        day, minute, second = found.groups()
        try:
            return datetime.fromisoformat(f"{day}T{minute or '00:00'}:{second or '00'}").replace(tzinfo=UTC)
        except ValueError:
            pass
    raise ValueError("A time is written as 2026-01-31T12:00, in UTC.")


TIMES = (
    Filter("since", "From (UTC)", read_time, kind="datetime-local"),
    Filter("until", "Before (UTC)", read_time, kind="datetime-local"),
)


def read_number(value: str) -> int | None:
    """Return the row number of a URL, None where this is none."""
    return int(value) if _NUMBER.fullmatch(value) else None
