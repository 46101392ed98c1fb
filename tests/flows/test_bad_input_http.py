"""Hostile HTTP against the running platform: each is refused or let go, and everybody else is served meanwhile."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.payloads import PAYMENT
from tests.platform import Platform, start_platform
from tests.remote import Remote

SLOW_CLIENTS = 300


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    assert started.is_up()
    assert "Traceback" not in started.log_tail()
    started.stop()


class Line:
    """A connection to the platform, to write on what one likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, *parts: bytes) -> None:
        """Send; whoever has closed the connection by then is not our business."""
        with contextlib.suppress(ConnectionError):
            for part in parts:
                self._writer.write(part)
                await self._writer.drain()

    async def hear(self, *, within_s: float = 10) -> bytes:
        """Return everything until the server closes the connection."""
        heard = b""
        with contextlib.suppress(ConnectionError):
            async with asyncio.timeout(within_s):
                while piece := await self._reader.read(65536):
                    heard += piece
        return heard

    async def statuses(self, many: int) -> list[int]:
        """Return the status of so many answers, or of fewer where the server closes before."""
        found = []
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            async with asyncio.timeout(10):
                for _ in range(many):
                    head = await self._reader.readuntil(b"\r\n\r\n")
                    found.append(int(head.split(b" ")[1]))
                    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
                    await self._reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
        return found

    async def close(self) -> None:
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()


@contextlib.asynccontextmanager
async def line(platform: Platform) -> AsyncIterator[Line]:
    """Connect."""
    opened = Line(*await asyncio.open_connection("127.0.0.1", platform.port))
    try:
        yield opened
    finally:
        await opened.close()


def creation(platform: Platform, body: bytes, *headers: str, length: bool = True) -> bytes:
    """Return the bytes of a call that creates a request."""
    lines = [
        "POST /api/v1/platform/payload HTTP/1.1",
        "host: localhost",
        f"x-api-key: {platform.env['SEALGATE_API_KEY']}",
        f"x-api-secret: {platform.env['SEALGATE_API_SECRET']}",
        *([f"content-length: {len(body)}"] if length else []),
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


PING = b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"
ORDER = json.dumps({"txjson": PAYMENT}).encode()


async def serves(platform: Platform, *, within_s: float = 2) -> bool:
    """Tell whether somebody well-behaved is served meanwhile."""
    async with asyncio.timeout(within_s), Remote.of(platform) as side:
        return (await side.platform("POST", "payload", {"txjson": PAYMENT})).status == 200


def test_hundreds_of_half_sent_heads_and_bodies_keep_nobody_waiting(platform):
    async def hold() -> None:
        async with contextlib.AsyncExitStack() as lines:
            for number in range(SLOW_CLIENTS):
                slow = await lines.enter_async_context(line(platform))
                whole = creation(platform, ORDER)
                await slow.send(whole[:40] if number % 2 else whole[:-10])
            began = time.monotonic()
            assert await serves(platform)
            assert time.monotonic() - began < 2

    asyncio.run(hold())


@pytest.mark.parametrize(
    "flood",
    [
        pytest.param([b"x-%d: y\r\n" % number for number in range(50_000)], id="many"),
        pytest.param([b"x: " + b"y" * 4_000_000], id="one large"),
        pytest.param([b"x" * 4_000_000], id="a name without end"),
    ],
)
def test_a_flood_of_headers_is_cut_off(platform, flood):
    async def pour() -> bytes:
        async with line(platform) as hostile:
            hearing = asyncio.create_task(hostile.hear())
            await hostile.send(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n", *flood)
            heard = await hearing
            assert await serves(platform)
            return heard

    # Who still sends when the server closes hears nothing: TCP throws the answer away.
    heard = asyncio.run(pour())
    assert heard == b"" or heard.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


def test_a_path_without_end_is_refused(platform):
    async def ask() -> list[int]:
        async with line(platform) as hostile:
            await hostile.send(b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nhost: localhost\r\n\r\n")
            return await hostile.statuses(1)

    assert asyncio.run(ask()) == [414]


def test_pipelined_calls_are_answered_in_their_order(platform):
    async def ask() -> list[int]:
        async with line(platform) as eager:
            await eager.send(b"".join([creation(platform, ORDER), PING, creation(platform, b"{}"), PING] * 50))
            return await eager.statuses(200)

    assert asyncio.run(ask()) == [200, 200, 400, 200] * 50


@pytest.mark.parametrize(
    ("call", "allowed"),
    [
        pytest.param(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64, [400], id="TLS"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400], id="HTTP/2"),
        pytest.param(b"GET /healthz\r\n\r\n", [200, 400], id="HTTP/0.9"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nbad header\r\n\r\n", [400], id="no colon"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nhost : localhost\r\n\r\n", [400], id="blank before the colon"),
        pytest.param(b"GET /healthz HTTP/1.1\r\nhost: a\r\nx: \x00\r\n\r\n", [400], id="NUL"),
        pytest.param(b"GET /%00%ff%zz HTTP/1.1\r\nhost: localhost\r\n\r\n", [400, 404], id="bad escapes"),
        pytest.param(b"GET http://other.example/healthz HTTP/1.1\r\nhost: a\r\n\r\n", [200, 404], id="absolute form"),
        pytest.param(b"CONNECT other.example:443 HTTP/1.1\r\nhost: a\r\n\r\n", [400, 404, 405], id="CONNECT"),
        pytest.param(b"BREW /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n", [400, 405], id="an unknown method"),
    ],
)
def test_what_is_no_good_http_is_refused(platform, call, allowed):
    async def ask() -> list[int]:
        async with line(platform) as hostile:
            await hostile.send(call)
            found = await hostile.statuses(1)
            assert await serves(platform)
            return found

    assert asyncio.run(ask())[0] in allowed


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        pytest.param(b"zz\r\n{}\r\n0\r\n\r\n", ["transfer-encoding: chunked"], id="a length that is no number"),
        pytest.param(b"-5\r\n{}\r\n0\r\n\r\n", ["transfer-encoding: chunked"], id="a negative length"),
        pytest.param(b"ffffffffffffffffff\r\n{}", ["transfer-encoding: chunked"], id="a length beyond all numbers"),
        pytest.param(b"2\r\n{}XX0\r\n\r\n", ["transfer-encoding: chunked"], id="no line end behind a chunk"),
        pytest.param(b"0\r\n\r\n", ["transfer-encoding: chunked", "content-length: 5"], id="two lengths"),
        pytest.param(ORDER, ["content-length: 5", "content-length: 7"], id="two different content-lengths"),
        pytest.param(ORDER, ["content-length: -1"], id="a negative content-length"),
        pytest.param(ORDER, ["content-length: 5", "transfer-encoding: xchunked"], id="an unknown encoding"),
    ],
)
def test_a_body_whose_end_cannot_be_told_is_refused_and_starts_no_second_call(platform, body, headers):
    async def ask() -> bytes:
        async with line(platform) as hostile:
            await hostile.send(creation(platform, body, *headers, length=False) + PING)
            return await hostile.hear(within_s=5)

    heard = asyncio.run(ask())
    assert heard.startswith(b"HTTP/1.1 400 ")
    assert heard.count(b"HTTP/1.1") == 1


def test_a_chunked_body_without_end_is_cut_off_at_the_limit(platform):
    async def ask() -> bytes:
        async with line(platform) as hostile:
            head = creation(platform, b"", "transfer-encoding: chunked", length=False)
            chunk = b"10000\r\n" + b" " * 65_536 + b"\r\n"
            hearing = asyncio.create_task(hostile.hear())
            await hostile.send(head, *[chunk] * 100)
            return await hearing

    heard = asyncio.run(ask())
    assert heard == b"" or heard.startswith(b"HTTP/1.1 413 ")


def test_a_body_in_single_bytes_is_read_to_its_end(platform):
    async def ask() -> list[int]:
        async with line(platform) as slow:
            head = creation(platform, b"", "transfer-encoding: chunked", length=False)
            await slow.send(head, *(b"1\r\n%c\r\n" % byte for byte in ORDER), b"0\r\n\r\n")
            return await slow.statuses(1)

    assert asyncio.run(ask()) == [200]
