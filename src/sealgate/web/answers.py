"""What a handler may return, and its way onto the wire."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

Header = tuple[bytes, bytes]

JSON_HEADERS: tuple[Header, ...] = (
    (b"content-type", b"application/json; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
)

encode_json = msgspec.json.Encoder().encode


class Lenient:
    """As a route's `takes`: the handler reads the body itself, by `call.json()`."""


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes of any media type, such as an image."""

    body: bytes
    media_type: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Page:
    """An HTML page from a Jinja template.

    Attributes:
        template: `<slice>/<file>`: the file in `sealgate/<slice>/templates/`.
        values: For the template.
        csp: Directives that differ from the strict ones, such as `{"img-src": "'self' data: https:"}`.
        headers: Added to the answer.
    """

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    csp: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A way on; `location` is a complete, percent-encoded URL or path. 303 turns a POST into a GET."""

    location: str
    status: int = 303
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerSentEvent:
    """One event of a stream; `data` is JSON-encoded unless it is text."""

    event: str
    data: Any = ""
    id: str | None = None


@dataclass(frozen=True, slots=True)
class EventStream:
    """A `text/event-stream` (WHATWG HTML, 9.2) that lasts until the client leaves or the server stops.

    Attributes:
        events: Yields `ServerSentEvent`s or `(event, data, id)`; it is closed (`aclose`) at the end. A comment goes out
            every 15 s in which it yields nothing.
        retry_ms: How long a client should wait before it connects again.
        begins_after: Id that a client goes on behind, should the connection break before the first event.
    """

    events: AsyncIterator["ServerSentEvent | tuple[str, Any, str | None]"]
    retry_ms: int = 2000
    begins_after: str | None = None


@dataclass(frozen=True, slots=True)
class Download:
    """A file that is made while it is sent, to be saved by a browser.

    Attributes:
        chunks: Closed (`aclose`) at the end. Where it raises, the connection is cut: nobody takes a part for the whole.
        name: Of ASCII letters, digits, points, dashes.
    """

    chunks: AsyncIterator[bytes]
    media_type: str
    name: str


def encode_headers(headers: Mapping[str, str]) -> list[Header]:
    """Return headers as ASGI wants them.

    Raises:
        ValueError: a value holds a control character or one beyond Latin-1: somebody passed on what a caller sent.
    """
    encoded = []
    for name, value in headers.items():
        raw = value.encode("latin-1")
        if any((byte < 32 and byte != 9) or byte == 127 for byte in raw):
            raise ValueError(f"the header {name} holds a control character")
        encoded.append((name.encode("latin-1"), raw))
    return encoded
