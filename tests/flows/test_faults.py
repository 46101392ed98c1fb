"""What the platform stands on fails while it works: plain refusals, red readiness, recovery without a restart."""

import asyncio
import json
import os
import resource
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from tests.payloads import PAYMENT
from tests.platform import Platform, start_platform
from tests.remote import Remote
from tests.services import PostgresServer, RedisServer, start_postgres, start_redis
from tests.wallet_side import Answer

ONLY_DATABASE = ["database"]
RECOVERS_WITHIN_S = 15


@contextmanager
def running(**how: Any) -> Iterator[Platform]:
    """Run a platform, and check at the end that it is still the process it was."""
    platform = start_platform(**how)
    process = platform.pid
    try:
        yield platform
        assert platform.pid == process
        assert platform.is_up()
    finally:
        platform.stop()


@pytest.fixture
def postgres_to_stop() -> Iterator[PostgresServer]:
    """A PostgreSQL server that the test may stop."""
    server = start_postgres()
    yield server
    server.stop()


@pytest.fixture
def redis_to_stop() -> Iterator[RedisServer]:
    """A Redis server that the test may stop."""
    server = start_redis()
    yield server
    server.stop()


async def not_ready(side: Remote) -> list[str]:
    """Return the names of the dependencies that are not ready."""
    answer = await side.send("GET", "/readyz", {})
    names = [name for name, state in answer.json["checks"].items() if not state["ok"]]
    assert answer.status == (503 if names else 200)
    return names


async def eventually(question: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(RECOVERS_WITHIN_S * 10):
        if await question():
            return
        await asyncio.sleep(0.1)
    pytest.fail(f"{question.__name__}: not within {RECOVERS_WITHIN_S} s")


def is_put_off(answer: Answer) -> bool:
    """Tell whether a call was refused with the time to come back and the promise that nothing was stored."""
    return (
        answer.status == answer.code == 503
        and int(answer.headers["retry-after"]) > 0
        and "Nothing was stored" in answer.json["error"]["message"]
    )


@contextmanager
def no_room(platform: Platform) -> Iterator[None]:
    """Let no file of the platform grow, as on a full disk: neither the database's nor the log."""
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(platform.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(platform.pid, resource.RLIMIT_FSIZE, unlimited)


@contextmanager
def standing_still(server: PostgresServer) -> Iterator[None]:
    """Let PostgreSQL hang: the server first, which then starts nothing more, and each session, a process of its own."""
    os.kill(server.pid, signal.SIGSTOP)
    sessions = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
    stopped = [server.pid, *map(int, sessions)]
    for process in stopped[1:]:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in stopped:
            os.kill(process, signal.SIGCONT)


class TestAFullDisk:
    def test_refuses_writes_answers_reads_and_is_over_when_there_is_room(self):
        async def fill_up(platform: Platform) -> None:
            async with Remote.of(platform) as side:
                wallet = await side.wallet()
                asked, unopened = await side.asks(PAYMENT), await side.asks(PAYMENT)
                body = wallet.signature((await wallet.opens(asked["uuid"])).json)
                order = {"txjson": PAYMENT, "custom_meta": {"identifier": "order-1"}}

                with no_room(platform):
                    refused = await asyncio.gather(*(side.platform("POST", "payload", order) for _ in range(20)))
                    signed = await wallet.answers(asked["uuid"], body)
                    cancelled = await side.platform("DELETE", f"payload/{unopened['uuid']}")
                    names = await not_ready(side)
                    seen = await side.sees(asked["uuid"])
                    alive = await side.send("GET", "/healthz", {})

                assert all(map(is_put_off, [*refused, signed, cancelled]))
                assert names == ONLY_DATABASE
                assert (seen["meta"]["app_opened"], seen["meta"]["resolved"]) == (True, False)
                assert alive.status == 200
                assert (await side.platform("POST", "payload", order)).status == 200
                assert (await wallet.answers(asked["uuid"], body)).status == 200
                assert await not_ready(side) == []

        with running() as platform:
            asyncio.run(fill_up(platform))


class TestADatabaseThatIsGone:
    def test_is_told_until_it_is_back(self, postgres_to_stop):
        asked: dict[str, Any] = {}

        async def while_it_is_gone(platform: Platform) -> None:
            async with Remote.of(platform) as side:
                calls = [side.platform("POST", "payload", {"txjson": PAYMENT}) for _ in range(20)]
                refused = await asyncio.gather(*calls, side.platform("GET", f"payload/{asked['uuid']}"))
                assert all(map(is_put_off, refused))
                assert await not_ready(side) == ONLY_DATABASE
                assert (await side.send("GET", "/healthz", {})).status == 200

        async def before(platform: Platform) -> None:
            async with Remote.of(platform) as side:
                asked.update(await side.asks(PAYMENT))

        async def after(platform: Platform) -> None:
            async with Remote.of(platform) as side:

                async def is_ready() -> bool:
                    return await not_ready(side) == []

                await eventually(is_ready)
                assert (await side.sees(asked["uuid"]))["meta"]["exists"] is True
                await side.asks(PAYMENT)

        with running(database_url=postgres_to_stop.create_database()) as platform:
            asyncio.run(before(platform))
            postgres_to_stop.pause()
            asyncio.run(while_it_is_gone(platform))
            postgres_to_stop.start()
            asyncio.run(after(platform))

    def test_or_hangs_is_red_though_nobody_refuses_a_connection(self, postgres_to_stop):
        async def hang(platform: Platform) -> None:
            async with Remote.of(platform) as side:
                with standing_still(postgres_to_stop):
                    names = await not_ready(side)
                    alive = await side.send("GET", "/healthz", {})

                assert names == ONLY_DATABASE
                assert alive.status == 200

                async def works() -> bool:
                    return (await side.platform("POST", "payload", {"txjson": PAYMENT})).status == 200

                await eventually(works)
                assert await not_ready(side) == []

        with running(database_url=postgres_to_stop.create_database()) as platform:
            asyncio.run(hang(platform))


class TestRedisThatIsGone:
    def test_costs_nobody_an_answer_or_an_event_of_this_process(self, redis_to_stop):
        async def first_news(side: Remote) -> list[dict[str, Any]]:
            """Open a request while its developer listens; return what the developer hears."""
            wallet = await side.wallet()
            asked = await side.asks(PAYMENT)
            async with asyncio.timeout(10), connect(asked["refs"]["websocket_status"], proxy=None) as socket:
                greeting = [json.loads(await socket.recv()) for _ in range(2)]
                await wallet.opens(asked["uuid"])
                return [*greeting, json.loads(await socket.recv())]

        async def without(platform: Platform) -> None:
            async with Remote.of(platform) as side:
                heard = await first_news(side)
                limited = await side.platform("GET", "ping")

                assert heard[2] == {"opened": True}
                assert limited.status == 200
                assert int(limited.headers["x-ratelimit-remaining"]) > 0
                assert set(await not_ready(side)) == {"bus", "counters"}

        async def again(platform: Platform) -> None:
            async with Remote.of(platform) as side:

                async def is_ready() -> bool:
                    return await not_ready(side) == []

                await eventually(is_ready)
                assert (await first_news(side))[2] == {"opened": True}

        with running(redis_url=redis_to_stop.url, arguments=["--rate-limits"]) as platform:
            redis_to_stop.kill()
            asyncio.run(without(platform))
            redis_to_stop.start()
            asyncio.run(again(platform))
