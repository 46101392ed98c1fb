"""Server-sent events as a client reads them (WHATWG HTML, 9.2)."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import msgspec


class StreamEvent(NamedTuple):
    """An event of a stream.

    Attributes:
        id: What a client goes on behind when the connection breaks; empty where the event has none.
        name: Empty where nothing happened and only the id is told.
        data: JSON text; empty where there is none.
    """

    id: str
    name: str
    data: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The data, decoded."""
        return dict(msgspec.json.decode(self.data)) if self.data else {}


def read_events(chunks: Iterable[bytes]) -> Iterator[StreamEvent]:
    """Yield the events of a body as it arrives."""
    fields: dict[bytes, bytes] = {}
    for line in _lines(chunks):
        name, _, value = line.partition(b":")
        if line and name:
            value = value.removeprefix(b" ")
            fields[name] = fields[name] + b"\n" + value if name == b"data" and name in fields else value
        elif not line and (b"id" in fields or b"data" in fields):
            yield StreamEvent(
                fields.get(b"id", b"").decode(), fields.get(b"event", b"").decode(), fields.get(b"data", b"")
            )
            fields = {}


def _lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    # Not the library's: it takes for line breaks what JSON may hold as it is.
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.removesuffix(b"\r") for line in lines)
