"""The status socket on a real server: greetings, news, the end, and what happens when they overlap."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.bus import BUS_RESUMED, Event
from sealgate.infra.bus_redis import RedisBus
from sealgate.infra.counters_redis import RedisCounters
from sealgate.payloads.model import Payload
from tests.conformance.conftest import create_schema
from tests.live_side import LiveSide

pytestmark = pytest.mark.anyio

RIGHT_BACK = {"message": "Right back at you!"}
OPENED = {"opened": True}
EXPIRED = {"expired": True}


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table."""
    folder = tmp_path_factory.mktemp("template")
    create_schema(Settings(data_dir=str(folder)))
    return folder / "sealgate.db"


@pytest.fixture
def sqlite(template: Path, tmp_path: Path) -> Settings:
    """Settings with an SQLite database of the test's own."""
    shutil.copy(template, tmp_path / "sealgate.db")
    return Settings(data_dir=str(tmp_path))


@pytest.fixture
def live(sqlite: Settings) -> Iterator[LiveSide]:
    """The live side on SQLite."""
    side = LiveSide(sqlite)
    side.start()
    yield side
    side.stop()


@asynccontextmanager
async def following(live: LiveSide, payload: Payload | str) -> AsyncIterator[ClientConnection]:
    uuid = payload if isinstance(payload, str) else payload.uuid
    async with connect(live.socket_url(uuid), compression=None, proxy=None) as socket:
        yield socket


async def hear(socket: ClientConnection, *, within_s: float = 5) -> Any:
    """Return the next message."""
    async with asyncio.timeout(within_s):
        return json.loads(await socket.recv())


async def greeted(socket: ClientConnection) -> list[Any]:
    return [await hear(socket), await hear(socket)]


async def silent(socket: ClientConnection, for_s: float = 0.3) -> None:
    """Make sure that nothing comes."""
    with pytest.raises(TimeoutError):
        await hear(socket, within_s=for_s)


async def closed_with(socket: ClientConnection) -> int | None:
    """Return the code the server closes with."""
    async with asyncio.timeout(5):
        await socket.wait_closed()
    return socket.close_code


class TestGreeting:
    async def test_welcomes_and_says_at_once_how_much_time_is_left(self, live):
        payload = live.create(expire_min=5)

        async with following(live, payload) as socket:
            welcome, left = await greeted(socket)

        assert welcome == {"message": f"Welcome {payload.uuid}"}
        assert left.keys() == {"expires_in_seconds"}
        assert 295 <= left["expires_in_seconds"] <= 300

    async def test_takes_a_uuid_in_capitals(self, live):
        payload = live.create()

        async with following(live, payload.uuid.upper()) as socket:
            assert await hear(socket) == {"message": f"Welcome {payload.uuid}"}

    async def test_tells_an_unknown_payload_in_the_way_clients_know_and_closes_normally(self, live):
        async with following(live, new_uuid()) as socket:
            told = await hear(socket)
            code = await closed_with(socket)

        assert told["message"] == "..."
        assert code == 1000

    @pytest.mark.parametrize("path", ["not-a-uuid", "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c4"])
    async def test_refuses_the_handshake_for_what_is_no_uuid(self, live, path):
        with pytest.raises(InvalidStatus) as refusal:
            async with following(live, path):
                pass

        assert refusal.value.response.status_code == 404

    async def test_does_not_compress_even_where_the_client_would(self, live):
        payload = live.create()

        async with connect(live.socket_url(payload.uuid), proxy=None) as socket:
            assert socket.response is not None
            assert "sec-websocket-extensions" not in socket.response.headers


class TestNews:
    async def test_follows_a_signed_request_to_its_end(self, live):
        payload = live.create(options={"return_url": {"web": "https://shop.example/?id={id}"}})

        async with following(live, payload) as socket:
            await greeted(socket)
            live.publish(payload.uuid, "devapp_fetched")
            live.open(payload.uuid)
            live.sign(payload.uuid)
            told = [await hear(socket) for _ in range(4)]
            await silent(socket)

        assert told[:3] == [{"devapp_fetched": True}, OPENED, {"pre_signed": True}]
        assert list(told[3]) == [
            "payload_uuidv4", "reference_call_uuidv4", "signed", "user_token", "return_url", "txid",
            "opened_by_deeplink", "custom_meta",
        ]  # fmt: skip
        assert told[3]["signed"] is True
        assert told[3]["return_url"]["web"] == f"https://shop.example/?id={payload.uuid}"

    async def test_a_rejection_has_no_transaction(self, live):
        payload = live.create()

        async with following(live, payload) as socket:
            await greeted(socket)
            live.open(payload.uuid)
            live.reject(payload.uuid)
            told = [await hear(socket), await hear(socket)]

        assert told[0] == OPENED
        assert told[1]["signed"] is False
        assert "txid" not in told[1]

    async def test_a_cancellation_looks_like_the_end_of_time(self, live):
        payload = live.create()

        async with following(live, payload) as socket:
            await greeted(socket)
            live.cancel(payload.uuid)
            assert await hear(socket) == EXPIRED
            await silent(socket)

    async def test_tells_the_expiry_at_its_moment(self, live):
        payload = live.create(expire_min=1)
        live.advance(timedelta(seconds=58))

        async with following(live, payload) as socket:
            await greeted(socket)
            await silent(socket, for_s=1)
            told = await hear(socket, within_s=1.5)

        assert told == EXPIRED

    async def test_an_opened_request_does_not_expire(self, live):
        payload = live.create(expire_min=1)
        live.advance(timedelta(seconds=58))

        async with following(live, payload) as socket:
            await greeted(socket)
            live.open(payload.uuid)
            assert await hear(socket) == OPENED
            await silent(socket, for_s=2.5)

    async def test_keeps_telling_how_much_time_is_left(self, live, monkeypatch):
        monkeypatch.setattr("sealgate.payloads.live.TICK_S", 1)
        payload = live.create(expire_min=1)

        async with following(live, payload) as socket:
            await greeted(socket)
            live.open(payload.uuid)
            assert await hear(socket) == OPENED
            live.advance(timedelta(minutes=2))
            left = [(await hear(socket, within_s=2))["expires_in_seconds"] for _ in range(3)]

        assert left[0] < -55
        assert left == sorted(left, reverse=True)
        assert left[0] - left[2] in (1, 2, 3)


class TestClientFrames:
    @pytest.mark.parametrize("frame", ['{"ping":true}', '{"command":"ping","id":"ping"}', "not json", "", b"\xff\x00"])
    async def test_are_all_answered_alike(self, live, frame):
        payload = live.create()

        async with following(live, payload) as socket:
            await greeted(socket)
            await socket.send(frame)
            assert await hear(socket) == RIGHT_BACK

    async def test_one_that_is_too_large_ends_the_connection(self, live):
        payload = live.create()

        async with following(live, payload) as socket:
            await greeted(socket)
            with suppress(ConnectionClosed):
                await socket.send("x" * 20_000_000)

            assert await closed_with(socket) in (1006, 1009)

    async def test_a_flood_is_answered_slowly_and_hears_the_news_all_the_same(self, live):
        payload = live.create()

        async with following(live, payload) as socket:
            await greeted(socket)
            for _ in range(100):
                await socket.send("{}")
            live.open(payload.uuid)
            told: list[Any] = []
            while OPENED not in told:
                told.append(await hear(socket, within_s=1))

        assert told.count(RIGHT_BACK) <= 40


class TestReconnecting:
    async def test_shows_an_opened_request_as_opened(self, live):
        payload = live.create()
        live.open(payload.uuid)

        async with following(live, payload) as socket:
            welcome, left, opened = [await hear(socket) for _ in range(3)]

        assert (welcome["message"], left.keys(), opened) == (
            f"Welcome {payload.uuid}", {"expires_in_seconds"}, OPENED,
        )  # fmt: skip

    @pytest.mark.parametrize("end", ["cancel", "expire"])
    async def test_tells_that_it_is_over_and_stays_open(self, live, end):
        payload = live.create(expire_min=1)
        if end == "cancel":
            live.cancel(payload.uuid)
        else:
            live.advance(timedelta(minutes=2))

        async with following(live, payload) as socket:
            assert await greeted(socket) == [{"message": f"Welcome {payload.uuid}"}, EXPIRED]
            await socket.send("{}")
            assert await hear(socket) == RIGHT_BACK

    @pytest.mark.parametrize("answer", ["sign", "reject"])
    async def test_a_fast_wallet_does_not_outrun_a_slow_subscriber(self, live, answer):
        payload = live.create()
        live.open(payload.uuid)
        getattr(live, answer)(payload.uuid)

        async with following(live, payload) as socket:
            welcome, outcome = await greeted(socket)
            await silent(socket)
            await socket.send("{}")
            assert await hear(socket) == RIGHT_BACK

        assert welcome == {"message": f"Welcome {payload.uuid}"}
        assert outcome["signed"] is (answer == "sign")

    async def test_an_outcome_somebody_heard_is_not_told_again(self, live):
        payload = live.create()
        live.open(payload.uuid)
        async with following(live, payload) as there:
            await greeted(there)
            assert await hear(there) == OPENED
            live.sign(payload.uuid)
            while "signed" not in await hear(there):
                pass
            await asyncio.sleep(0.1)

        async with following(live, payload) as late:
            assert await hear(late) == {"message": f"Welcome {payload.uuid}"}
            assert await closed_with(late) == 1000

    async def test_an_outcome_told_to_a_late_subscriber_counts_as_heard(self, live):
        payload = live.create()
        live.open(payload.uuid)
        live.sign(payload.uuid)
        async with following(live, payload) as first:
            assert "signed" in (await greeted(first))[1]
            await asyncio.sleep(0.1)

        async with following(live, payload) as second:
            assert await hear(second) == {"message": f"Welcome {payload.uuid}"}
            assert await closed_with(second) == 1000


class TestLostNews:
    """The bus may lose an event; what counts is in the database (`infra.bus`)."""

    @pytest.mark.parametrize("fate", ["open", "sign", "cancel"])
    async def test_are_made_up_for_when_the_bus_comes_back(self, live, monkeypatch, fate):
        payload = live.create()
        if fate == "sign":
            live.open(payload.uuid)

        async with following(live, payload) as socket:
            await greeted(socket)
            if fate == "sign":
                assert await hear(socket) == OPENED
            publish = live.bus.publish
            with monkeypatch.context() as deaf:
                deaf.setattr(live.bus, "publish", lambda _event: None)
                getattr(live, fate)(payload.uuid)
                await silent(socket)
            publish_soon(live, publish, BUS_RESUMED)
            told = await hear(socket)
            publish_soon(live, publish, BUS_RESUMED)
            await silent(socket)

        assert told == {"open": OPENED, "cancel": EXPIRED}.get(fate) or told["signed"] is True


class TestManyClients:
    async def test_two_hundred_hear_everything_once_and_in_order(self, live):
        payload = live.create()

        async def story(ready: asyncio.Barrier) -> list[Any]:
            async with following(live, payload) as socket:
                await greeted(socket)
                await ready.wait()
                told: list[Any] = []
                while not told or "signed" not in told[-1]:
                    told.append(await hear(socket, within_s=10))
                return told

        ready = asyncio.Barrier(201)
        stories = [asyncio.create_task(story(ready)) for _ in range(200)]
        await ready.wait()
        live.publish(payload.uuid, "devapp_fetched", times=3)
        await asyncio.to_thread(live.open, payload.uuid)
        await asyncio.to_thread(live.sign, payload.uuid)
        told = await asyncio.gather(*stories)

        assert [list(each[0]) for each in told] == [["devapp_fetched"]] * 200
        assert all(each == told[0] for each in told)
        assert [next(iter(frame)) for frame in told[0]] == [
            *["devapp_fetched"] * 3, "opened", "pre_signed", "payload_uuidv4",
        ]  # fmt: skip

    async def test_whoever_connects_while_it_is_signed_hears_the_outcome_once(self, live):
        """Each round, forty connections overlap with the signing: before, during and after it."""
        for _ in range(3):
            payload = live.create()
            live.open(payload.uuid)

            async def connect_after(pause_s: float, uuid: str = payload.uuid) -> list[Any]:
                await asyncio.sleep(pause_s)
                told: list[Any] = []
                async with following(live, uuid) as socket:
                    try:
                        while True:
                            told.append(await hear(socket, within_s=0.7))
                    except (TimeoutError, ConnectionClosed):
                        return [*told, socket.close_code]

            clients = [asyncio.create_task(connect_after(number * 0.002)) for number in range(40)]
            await asyncio.sleep(0.03)
            await asyncio.to_thread(live.sign, payload.uuid)

            for *told, code in await asyncio.gather(*clients):
                outcomes = [frame for frame in told if "signed" in frame]
                # Told exactly once, or sent away because somebody else was told.
                assert len(outcomes) == (0 if code == 1000 else 1), told
                assert EXPIRED not in told
                assert sum(frame == OPENED for frame in told) <= 1

    async def test_a_slow_reader_is_dropped_and_the_others_hear_everything(self, sqlite):
        live = LiveSide(sqlite, send_buffer=4096)
        live.start()
        try:
            payload = live.create()
            async with following(live, payload) as healthy, slow_reader(live, payload) as slow:
                await greeted(healthy)
                burst, rounds = 200, 60
                for _ in range(rounds):
                    live.publish(payload.uuid, "devapp_fetched", times=burst)
                    for _ in range(burst):
                        assert await hear(healthy) == {"devapp_fetched": True}
                    if len(live.hub) == 1:
                        break

                assert len(live.hub) == 1
                live.open(payload.uuid)
                assert await hear(healthy) == OPENED
                assert await asyncio.wait_for(read_to_the_end(slow), 5) > 0
        finally:
            live.stop()


def publish_soon(live: LiveSide, publish: Callable[[Event], None], event: Event) -> None:
    """Publish on the server's loop."""
    live.on_loop(lambda: publish(event))


@asynccontextmanager
async def slow_reader(live: LiveSide, payload: Payload) -> AsyncIterator[asyncio.StreamReader]:
    """A client that opens the socket, reads the handshake and then nothing, on the smallest buffers there are."""
    import socket as sockets

    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 1)
    raw.setblocking(False)
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", live.settings.port))
    reader, writer = await asyncio.open_connection(sock=raw, limit=1)
    writer.write(
        f"GET /sign/{payload.uuid} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
    )
    assert await reader.readexactly(12) == b"HTTP/1.1 101"
    yield reader
    writer.close()


async def read_to_the_end(reader: asyncio.StreamReader) -> int:
    """Return how many bytes came before the connection was cut."""
    count = 0
    try:
        while piece := await reader.read(65536):
            count += len(piece)
    except ConnectionResetError:
        pass
    return count


class TestEngines:
    async def test_reads_the_state_from_postgresql(self, postgres_url, tmp_path):
        settings = Settings(data_dir=str(tmp_path), database_url=postgres_url)
        create_schema(settings)
        live = LiveSide(settings)
        live.start()
        try:
            payload = live.create()
            async with following(live, payload) as socket:
                await greeted(socket)
                live.open(payload.uuid)
                live.sign(payload.uuid)
                told = [await hear(socket) for _ in range(3)]
            async with following(live, payload) as late:
                await hear(late)
                code = await closed_with(late)
        finally:
            live.stop()

        assert told[:2] == [OPENED, {"pre_signed": True}]
        assert told[2]["signed"] is True
        assert code == 1000


class TestTwoProcesses:
    async def test_share_the_news_and_who_was_told(self, postgres_url, redis_url, tmp_path):
        """Both run in this process here, but know nothing of each other except by PostgreSQL and Redis."""
        settings = Settings(data_dir=str(tmp_path), database_url=postgres_url)
        create_schema(settings)
        here, there = (LiveSide(settings, bus=RedisBus(redis_url), counters=RedisCounters(redis_url)) for _ in range(2))
        here.start()
        there.start(like=here)
        try:
            payload = here.create()
            async with following(there, payload) as socket:
                await greeted(socket)
                await asyncio.to_thread(here.open, payload.uuid)
                await asyncio.to_thread(here.sign, payload.uuid)
                told = [await hear(socket) for _ in range(3)]
                await asyncio.sleep(0.2)
            async with following(here, payload) as late:
                await hear(late)
                code = await closed_with(late)
        finally:
            here.stop()
            there.stop()

        assert told[:2] == [OPENED, {"pre_signed": True}]
        assert told[2]["signed"] is True
        assert code == 1000


class TestServerStops:
    async def test_sockets_are_told_to_come_back(self, sqlite):
        live = LiveSide(sqlite)
        live.start()
        payload = live.create()

        async with following(live, payload) as socket:
            await greeted(socket)
            await asyncio.to_thread(live.stop)

            assert await closed_with(socket) == 1012
