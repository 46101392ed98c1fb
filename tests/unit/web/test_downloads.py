"""Files that are made while they are sent."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sealgate.base.settings import Settings
from sealgate.web import Anyone, Call, Download, Router
from sealgate.web.app import App, build_app
from sealgate.web.callers import OpenDoor
from sealgate.web.sockets import ABORT
from tests.unit.web.tiny import make_context

pytestmark = pytest.mark.anyio


class Source:
    """Hands out chunks, then ends, breaks or never ends; knows when it was closed."""

    def __init__(self, *chunks: bytes, end: str = "ends") -> None:
        self.closed = False
        self.asked = 0
        self.chunks = self._hand_out(chunks, end)

    async def _hand_out(self, chunks: tuple[bytes, ...], end: str) -> AsyncIterator[bytes]:
        try:
            for chunk in chunks:
                self.asked += 1
                yield chunk
            if end == "breaks":
                raise RuntimeError("the database is gone")
            while end == "goes on":
                self.asked += 1
                await asyncio.sleep(0)
                yield b"."
        finally:
            self.closed = True


class Reader:
    """Somebody who saves a file."""

    def __init__(self, leaves_after: int | None = None) -> None:
        self.messages: list[Any] = []
        self.cut = False
        self.gone = asyncio.Event()
        self.leaves_after = leaves_after

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if self.leaves_after is not None and len(self.messages) > self.leaves_after:
            self.gone.set()

    @property
    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages[1:])

    @property
    def is_whole(self) -> bool:
        return self.messages[-1].get("more_body", True) is False and not self.cut


async def saves(folder: Path, source: Source, reader: Reader, method: str = "GET") -> dict[bytes, bytes]:
    """Ask for a file and return the headers of the answer."""
    router = Router()

    @router.page("/file")
    async def get_file(call: Call[Anyone]) -> Download:
        return Download(source.chunks, "text/csv; charset=utf-8", "calls.csv")

    def abort() -> None:
        reader.cut = True

    app: App = build_app(make_context(Settings(data_dir=str(folder))), [router], resolver=OpenDoor())
    scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": "/file",
        "raw_path": b"/file", "query_string": b"", "headers": [], "client": ("127.0.0.1", 1),
        "extensions": {ABORT: abort},
    }  # fmt: skip
    await asyncio.wait_for(app(scope, reader.receive, reader.send), 15)
    return dict(reader.messages[0]["headers"])


async def test_a_file_is_sent_as_it_is_made(tmp_path):
    source, reader = Source(b"a,b\r\n", b"1,2\r\n"), Reader()

    headers = await saves(tmp_path, source, reader)

    assert headers[b"content-disposition"] == b'attachment; filename="calls.csv"'
    assert headers[b"cache-control"] == b"no-store"
    assert b"content-length" not in headers
    assert reader.body == b"a,b\r\n1,2\r\n"
    assert reader.is_whole
    assert source.closed


async def test_nobody_takes_a_part_for_the_whole(tmp_path):
    source, reader = Source(b"a,b\r\n", end="breaks"), Reader()

    await saves(tmp_path, source, reader)

    assert reader.cut
    assert not reader.is_whole


async def test_nothing_more_is_made_for_who_has_left(tmp_path):
    source, reader = Source(end="goes on"), Reader(leaves_after=3)

    await saves(tmp_path, source, reader)

    assert source.closed
    assert source.asked < 20


async def test_a_head_is_answered_without_the_file(tmp_path):
    source, reader = Source(b"a"), Reader()

    await saves(tmp_path, source, reader, method="HEAD")

    assert reader.body == b""
    assert reader.is_whole
