"""Calls to addresses that others chose: real sockets on this machine; only the name server is made up."""

import asyncio
import gzip
import ssl
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.infra.errors import TargetRefused
from sealgate.infra.outbound import KEPT_BYTES, READ_BYTES, Answer, CallFailed, Outbound
from sealgate.infra.targets import Reach
from tests.local_ca import make_tls_files
from tests.server_process import free_port

pytestmark = pytest.mark.anyio

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

HERE = Reach.of(dev=False, networks=("127.0.0.1/32",))
"""This machine's usual address is public, and its other ones are not: so both kinds are at hand."""
NAME = "hooks.example"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass
class Receiver:
    """A server that keeps what it got and answers from a script."""

    port: int = 0
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
    return head + await reader.readexactly(length)


def answering(answer: bytes) -> Callable[[Receiver], Handler]:
    """Return a script that gives every request on a connection the same answer."""

    def of(receiver: Receiver) -> Handler:
        async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            receiver.connections += 1
            while True:
                receiver.requests.append(await read_request(reader))
                writer.write(answer)
                await writer.drain()

        return handle

    return of


@asynccontextmanager
async def receiver(
    script: Callable[[Receiver], Handler] | None = None, *, host: str = "127.0.0.1", port: int = 0, tls=None
) -> AsyncIterator[Receiver]:
    got = Receiver()
    handle = (script or answering(OK))(got)
    running: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        with suppress(asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            await handle(reader, writer)
        writer.transport.abort()
        running.discard(task)

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    got.port = server.sockets[0].getsockname()[1]
    try:
        yield got
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        # One more round, in which the transports close.
        await asyncio.sleep(0)


@asynccontextmanager
async def outbound(reach: Reach = HERE, **how) -> AsyncIterator[Outbound]:
    how.setdefault("resolve", lambda _: ["127.0.0.1"])
    out = Outbound(reach, **how)
    try:
        yield out
    finally:
        await out.close()


def post(out: Outbound, port: int, *, host: str = NAME, scheme: str = "http", **how):
    return out.post(f"{scheme}://{host}:{port}/hook?a=b", headers={"x-a": "b"}, body=b"{}", **how)


class TestPosting:
    async def test_sends_what_it_is_given_and_brings_back_the_answer(self):
        answer = b"HTTP/1.1 202 Accepted\r\nRetry-After: 7\r\ncontent-length: 5\r\n\r\nhello"
        async with receiver(answering(answer)) as got, outbound() as out:
            answered = await post(out, got.port)

        assert (answered.status, answered.headers["retry-after"], answered.body_start) == (202, "7", b"hello")
        assert answered.latency_ms >= 0
        (request,) = got.requests
        assert request.startswith(b"POST /hook?a=b HTTP/1.1\r\n")
        assert f"host: {NAME}:{got.port}\r\n".encode() in request
        assert b"x-a: b\r\n" in request
        assert request.endswith(b"\r\n\r\n{}")

    async def test_uses_a_connection_again(self):
        async with receiver() as got, outbound() as out:
            for _ in range(3):
                await post(out, got.port)

        assert (got.connections, len(got.requests)) == (1, 3)

    async def test_reaches_an_address_that_stands_in_the_url_without_asking_for_names(self):
        def nobody(name: str) -> Sequence[str]:
            raise AssertionError(f"looked up {name}")

        async with receiver() as got, outbound(resolve=nobody) as out:
            assert (await post(out, got.port, host="127.0.0.1")).status == 200

    async def test_tries_the_next_address_of_a_name_when_one_is_dead(self):
        reach = Reach.of(dev=True, networks=())
        async with receiver() as got, outbound(reach, resolve=lambda _: ["::1", "127.0.0.1"]) as out:
            assert (await post(out, got.port)).status == 200

    async def test_takes_no_proxy_from_the_environment(self, monkeypatch):
        async with receiver() as proxy, receiver() as got, outbound() as out:
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            await post(out, got.port)

        assert (proxy.connections, got.connections) == (0, 1)

    async def test_does_not_follow_a_redirect(self):
        async with receiver() as inside:
            answer = f"HTTP/1.1 307 x\r\nlocation: http://127.0.0.1:{inside.port}/\r\ncontent-length: 0\r\n\r\n"
            async with receiver(answering(answer.encode())) as got, outbound() as out:
                answered = await post(out, got.port)

        assert answered.status == 307
        assert (len(got.requests), inside.connections) == (1, 0)

    async def test_keeps_no_cookie(self):
        answer = b"HTTP/1.1 200 OK\r\nset-cookie: a=b\r\ncontent-length: 0\r\n\r\n"
        async with receiver(answering(answer)) as got, outbound() as out:
            await post(out, got.port)
            await post(out, got.port)

        assert all(b"cookie" not in request.lower() for request in got.requests)


class TestNames:
    async def test_a_name_is_looked_up_once_and_the_checked_address_is_the_one_called(self):
        """Rebinding: the second answer of the name server points inside, and nobody ever asks for it."""
        answers = iter((["127.0.0.1"], ["127.0.0.2"]))
        port = free_port()
        async with receiver(host="127.0.0.1", port=port) as got, receiver(host="127.0.0.2", port=port) as inside:
            async with outbound(resolve=lambda _: next(answers)) as out:
                assert (await post(out, port)).status == 200

            assert (got.connections, inside.connections) == (1, 0)
            assert next(answers) == ["127.0.0.2"]

    async def test_every_new_connection_is_checked_anew(self):
        answers = iter((["127.0.0.1"], ["127.0.0.2"]))
        closing = b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
        port = free_port()
        async with (
            receiver(answering(closing), host="127.0.0.1", port=port) as got,
            receiver(host="127.0.0.2", port=port) as inside,
            outbound(resolve=lambda _: next(answers)) as out,
        ):
            await post(out, port)
            with pytest.raises(TargetRefused, match="not public"):
                await post(out, port)

        assert (got.connections, inside.connections) == (1, 0)

    @pytest.mark.parametrize("addresses", [["127.0.0.1", "127.0.0.2"], ["127.0.0.2", "127.0.0.1"], ["::1"], ["::"]])
    async def test_a_name_with_one_foot_inside_is_refused(self, addresses):
        async with receiver() as got, outbound(resolve=lambda _: addresses) as out:
            with pytest.raises(TargetRefused):
                await post(out, got.port)

        assert got.connections == 0

    async def test_a_name_without_an_address_is_a_failure_that_may_pass(self):
        def unknown(_: str) -> Sequence[str]:
            raise OSError("no such name")

        def empty(_: str) -> Sequence[str]:
            return []

        for resolve in (unknown, empty):
            async with outbound(resolve=resolve) as out:
                with pytest.raises(CallFailed) as failed:
                    await post(out, 8080)

            assert failed.value.reason == "dns"

    async def test_many_calls_to_one_name_share_one_look_up(self):
        asked: list[str] = []
        begun, go_on = threading.Event(), threading.Event()

        def slow(name: str) -> Sequence[str]:
            asked.append(name)
            begun.set()
            go_on.wait(15)
            return ["127.0.0.1"]

        async with receiver() as got, outbound(resolve=slow) as out:
            calls = [asyncio.create_task(post(out, got.port)) for _ in range(20)]
            await asyncio.to_thread(begun.wait, 15)
            # The others wait for nothing but their turn in the loop until they, too, need the name.
            for _ in range(1000):
                await asyncio.sleep(0)
            go_on.set()
            answers = await asyncio.gather(*calls)

        assert [answer.status for answer in answers] == [200] * 20
        assert asked == [NAME]

    async def test_a_silent_name_server_costs_the_time_limit_and_no_more(self):
        go_on = threading.Event()

        def silent(_: str) -> Sequence[str]:
            go_on.wait(15)
            return ["127.0.0.1"]

        async with outbound(resolve=silent) as out:
            with pytest.raises(CallFailed) as failed:
                await post(out, 8080, timeout=0.2)
            go_on.set()

        assert failed.value.reason == "timeout"

    async def test_the_systems_names_are_used_unless_told_otherwise(self):
        out = Outbound(Reach.of(dev=True, networks=()))
        async with receiver() as got:
            assert (await post(out, got.port, host="localhost")).status == 200
        await out.close()


class TestTls:
    async def test_keeps_the_name_for_tls_though_the_address_is_pinned(self, tmp_path):
        files = make_tls_files(tmp_path, NAME)
        server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_side.load_cert_chain(files.certificate, files.key)
        names: list[str | None] = []
        server_side.sni_callback = lambda _socket, name, _context: names.append(name)

        async with receiver(tls=server_side) as got, outbound(tls=files.context()) as out:
            assert (await post(out, got.port, scheme="https")).status == 200

        assert names == [NAME]

    async def test_refuses_a_certificate_of_another_name_or_authority(self, tmp_path):
        files = make_tls_files(tmp_path, "other.example")
        server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server_side.load_cert_chain(files.certificate, files.key)

        async with receiver(tls=server_side) as got:
            for tls in (files.context(), None):
                async with outbound(tls=tls) as out:
                    with pytest.raises(CallFailed, match="certificate") as failed:
                        await post(out, got.port, scheme="https")
                assert failed.value.reason == "tls"

        assert got.requests == []


class TestHostileAnswers:
    @pytest.mark.parametrize(
        "answer",
        [
            b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
            b"HTTP/1.1 200 OK\r\ncontent-length: ten\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000,
            b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n",
            b"-ERR unknown command\r\n\r\n",
        ],
    )
    async def test_what_is_no_http_is_a_failure(self, answer):
        async with receiver(answering(answer)) as got, outbound() as out:
            with pytest.raises(CallFailed) as failed:
                await post(out, got.port)

        assert failed.value.reason == "protocol"

    async def test_a_connection_that_is_closed_without_a_word_is_a_failure(self):
        def closing(_: Receiver) -> Handler:
            async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
                await read_request(reader)

            return handle

        async with receiver(closing) as got, outbound() as out:
            with pytest.raises(CallFailed) as failed:
                await post(out, got.port)

        assert failed.value.reason == "protocol"

    async def test_a_closed_port_is_a_failure(self):
        async with outbound() as out:
            with pytest.raises(CallFailed) as failed:
                await post(out, free_port())

        assert failed.value.reason == "connect"

    async def test_an_answer_that_trickles_costs_the_time_limit_and_no_more(self):
        def trickling(_: Receiver) -> Handler:
            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                await read_request(reader)
                writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                with suppress(ConnectionError):
                    while True:
                        writer.write(b"1\r\na\r\n")
                        await writer.drain()
                        await asyncio.sleep(0.01)

            return handle

        async with receiver(trickling) as got, outbound() as out:
            with pytest.raises(CallFailed) as failed:
                await post(out, got.port, timeout=0.5)

        assert failed.value.reason == "timeout"

    async def test_an_endless_answer_is_cut_off(self):
        sent, cut = 0, asyncio.Event()

        def flooding(_: Receiver) -> Handler:
            async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                nonlocal sent
                await read_request(reader)
                writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                with suppress(ConnectionError):
                    while True:
                        writer.write(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
                        await writer.drain()
                        sent += 65_536
                cut.set()

            return handle

        async with receiver(flooding) as got, outbound() as out:
            answered = await post(out, got.port)
            await asyncio.wait_for(cut.wait(), 15)

        assert (answered.status, answered.body_start) == (200, b"a" * KEPT_BYTES)
        assert sent < 100 * READ_BYTES

    async def test_a_compressed_bomb_stays_as_small_as_it_came(self):
        bomb = gzip.compress(bytes(10_000_000))
        head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(bomb)}\r\n\r\n"
        async with receiver(answering(head.encode() + bomb)) as got, outbound() as out:
            answered = await post(out, got.port)

        assert answered.body_start == bomb[:KEPT_BYTES]

    async def test_the_text_of_an_answer_is_safe_to_store_and_to_show(self):
        body = b"all good\n\x00\x1b[31m\xff\xfe" + "é".encode()
        head = f"HTTP/1.1 200 OK\r\ncontent-length: {len(body)}\r\n\r\n".encode()
        async with receiver(answering(head + body)) as got, outbound() as out:
            answered = await post(out, got.port)

        assert answered.text(2048) == "all good\n[31m��é"
        assert answered.text(3) == "all"

    async def test_a_caller_who_gives_up_leaves_nothing_open(self):
        def silent(got: Receiver) -> Handler:
            async def handle(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
                await read_request(reader)
                got.arrived.set()
                with suppress(ConnectionError):
                    assert await reader.read() == b""
                got.left.set()

            return handle

        async with receiver(silent) as got, outbound() as out:
            call = asyncio.create_task(post(out, got.port))
            await asyncio.wait_for(got.arrived.wait(), 15)
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await asyncio.wait_for(got.left.wait(), 15)


class TestAStandIn:
    async def test_answers_for_the_endpoint_or_lets_it_answer(self):
        answers = [Answer(status=503, headers={}, body_start=b"no", latency_ms=0), None]

        async def stand_in(url: str, _: object) -> Answer | None:
            assert "/hook" in url
            return answers.pop(0)

        async with receiver() as got, outbound() as out:
            out.stand_in = stand_in
            assert [(await post(out, got.port)).status for _ in range(2)] == [503, 200]
            assert len(got.requests) == 1

    async def test_that_dawdles_is_held_to_the_time_of_a_call(self):
        async def stand_in(*_: object) -> None:
            await asyncio.sleep(60)

        async with receiver() as got, outbound() as out:
            out.stand_in = stand_in
            with pytest.raises(CallFailed) as failed:
                await post(out, got.port, timeout=0.05)

        assert failed.value.reason == "timeout"


class TestSettings:
    async def test_loopback_is_open_under_dev_alone(self):
        async with receiver() as got:
            for dev, url in ((False, f"http://127.0.0.1:{got.port}/"), (False, f"http://localhost:{got.port}/")):
                out = Outbound.from_settings(Settings(dev=dev))
                with pytest.raises(TargetRefused):
                    await out.post(url, headers={}, body=b"")
                await out.close()
            out = Outbound.from_settings(Settings(dev=True))
            assert (await out.post(f"http://localhost:{got.port}/", headers={}, body=b"")).status == 200
            await out.close()

    def test_a_network_that_is_none_is_said_at_the_start(self):
        with pytest.raises(SettingsInvalid, match="outbound_networks"):
            Outbound.from_settings(Settings(outbound_networks=("10.0.0.0/33",)))
