"""Server-sent events."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sealgate.web import streams
from sealgate.web.answers import EventStream, ServerSentEvent
from sealgate.web.streams import format_event, send_events

pytestmark = pytest.mark.anyio


class TestFormatEvent:
    @pytest.mark.parametrize(
        ("event", "lines"),
        [
            (ServerSentEvent("ping"), b"event: ping\ndata: \n\n"),
            (ServerSentEvent("a", {"x": "\u00e9\n"}, "7"), 'event: a\nid: 7\ndata: {"x":"\u00e9\\n"}\n\n'.encode()),
            (("a", "one\r\ntwo", None), b"event: a\ndata: one\ndata: two\n\n"),
            (("a", "one\u2028two\x85three", None), "event: a\ndata: one\u2028two\x85three\n\n".encode()),
        ],
    )
    async def test_writes_the_lines_of_an_event(self, event, lines):
        assert format_event(event) == lines


class Source:
    """Yields what it is given, then waits; knows when it was closed."""

    def __init__(self, *events: ServerSentEvent, ends: bool = False) -> None:
        self.closed = False
        self.events = self._say(events, ends)

    async def _say(self, events: tuple[ServerSentEvent, ...], ends: bool) -> AsyncIterator[ServerSentEvent]:
        try:
            for event in events:
                yield event
            if not ends:
                await asyncio.sleep(3600)
        finally:
            self.closed = True


class Reader:
    """The other end of the connection."""

    def __init__(self) -> None:
        self.read = b""
        self.gone = asyncio.Event()
        self.stuck = False

    async def receive(self) -> dict[str, Any]:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        if self.stuck:
            await asyncio.sleep(3600)
        self.read += message["body"]


class TestSendEvents:
    async def test_sends_events_until_they_end(self):
        source, reader = Source(ServerSentEvent("a"), ServerSentEvent("b"), ends=True), Reader()

        await send_events(EventStream(source.events, retry_ms=5), reader.receive, reader.send)

        assert reader.read == b"retry: 5\n\nevent: a\ndata: \n\nevent: b\ndata: \n\n"
        assert source.closed

    async def test_begins_with_the_id_to_go_on_behind(self):
        source, reader = Source(ends=True), Reader()

        await send_events(EventStream(source.events, retry_ms=5, begins_after="7"), reader.receive, reader.send)

        assert reader.read == b"id: 7\nretry: 5\n\n"

    async def test_sends_a_comment_where_nothing_happens(self, monkeypatch):
        monkeypatch.setattr(streams, "HEARTBEAT_S", 0.01)
        source, reader = Source(), Reader()

        sending = asyncio.ensure_future(send_events(EventStream(source.events), reader.receive, reader.send))
        await asyncio.sleep(0.05)
        reader.gone.set()
        await sending

        assert reader.read.count(b": still here\n\n") >= 2

    async def test_ends_and_closes_the_source_when_the_client_leaves(self):
        source, reader = Source(ServerSentEvent("a")), Reader()

        sending = asyncio.ensure_future(send_events(EventStream(source.events), reader.receive, reader.send))
        await asyncio.sleep(0.01)
        reader.gone.set()
        await sending

        assert source.closed

    async def test_does_not_wait_for_a_reader_who_does_not_read(self, monkeypatch):
        monkeypatch.setattr(streams, "SEND_TIMEOUT_S", 0.01)
        monkeypatch.setattr(streams, "HEARTBEAT_S", 0.02)
        source, reader = Source(ServerSentEvent("a")), Reader()

        sending = asyncio.ensure_future(send_events(EventStream(source.events), reader.receive, reader.send))
        await asyncio.sleep(0.005)
        reader.stuck = True

        with pytest.raises(TimeoutError):
            await sending
        assert source.closed
