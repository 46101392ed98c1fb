"""Server-sent events on the wire (WHATWG HTML, 9.2)."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from sealgate.web.answers import Download, EventStream, ServerSentEvent, encode_json

if TYPE_CHECKING:
    from sealgate.web.call import Receive, Send

HEARTBEAT_S = 15.0
SEND_TIMEOUT_S = 15.0
_HEARTBEAT = b": still here\n\n"
_LINE_BREAK = re.compile("\r\n|\r|\n")
"""What ends a line of a stream, and nothing else: JSON may hold the other line breaks of Unicode as they are."""


async def send_events(stream: EventStream, receive: "Receive", send: "Send") -> None:
    """Send an event stream up to its last chunk, which is the caller's; return early when the client leaves.

    Raises:
        TimeoutError: the client did not read for 15 s.
    """
    events = stream.events
    gone = asyncio.ensure_future(_wait_for_the_end(receive))
    upcoming: asyncio.Future[Any] | None = None
    try:
        begin = b"" if stream.begins_after is None else b"id: %s\n" % stream.begins_after.encode()
        await _send_chunk(send, b"%sretry: %d\n\n" % (begin, stream.retry_ms))
        while True:
            if upcoming is None:
                upcoming = asyncio.ensure_future(_next(events))
            done, _ = await asyncio.wait({gone, upcoming}, timeout=HEARTBEAT_S, return_when=asyncio.FIRST_COMPLETED)
            if gone in done:
                return
            if upcoming not in done:
                await _send_chunk(send, _HEARTBEAT)
                continue
            event, upcoming = upcoming.result(), None
            if event is None:
                return
            await _send_chunk(send, format_event(event))
    finally:
        gone.cancel()
        if upcoming is not None:
            upcoming.cancel()
            await asyncio.gather(upcoming, return_exceptions=True)
        await close_events(stream)


async def send_chunks(download: Download, receive: "Receive", send: "Send") -> bool:
    """Send a file up to its last chunk, which is the caller's; return early, and False, when the client leaves.

    Raises:
        TimeoutError: the client did not read for 15 s.
    """
    gone = asyncio.ensure_future(_wait_for_the_end(receive))
    try:
        async for chunk in download.chunks:
            if gone.done():
                return False
            await _send_chunk(send, chunk)
        return True
    finally:
        gone.cancel()
        close = getattr(download.chunks, "aclose", None)
        if close is not None:
            await close()


async def close_events(stream: EventStream) -> None:
    """Let the source of the events clean up."""
    close = getattr(stream.events, "aclose", None)
    if close is not None:
        await close()


async def _next(events: AsyncIterator[Any]) -> Any:
    return await anext(events, None)


async def _wait_for_the_end(receive: "Receive") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send_chunk(send: "Send", chunk: bytes) -> None:
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await send({"type": "http.response.body", "body": chunk, "more_body": True})


def format_event(event: ServerSentEvent | tuple[str, Any, str | None]) -> bytes:
    """Return the lines of one event; data with line breaks becomes several `data` fields."""
    name, data, number = (event.event, event.data, event.id) if isinstance(event, ServerSentEvent) else event
    text = data if isinstance(data, str) else encode_json(data).decode()
    lines = [f"event: {name}"]
    if number is not None:
        lines.append(f"id: {number}")
    lines += [f"data: {line}" for line in _LINE_BREAK.split(text)]
    return ("\n".join(lines) + "\n\n").encode()
