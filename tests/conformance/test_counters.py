"""The promises of counters, kept by both: one process alone, and several on Redis."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from sealgate.base.errors import Unavailable
from sealgate.infra.counters import Counters, Hit, LocalCounters
from tests.conftest import NOON
from tests.services import RedisServer

pytestmark = pytest.mark.anyio


def after(seconds: float):
    return NOON + timedelta(seconds=seconds)


@pytest.fixture(params=["local", "redis"])
async def counters(request: pytest.FixtureRequest) -> AsyncIterator[Counters]:
    if request.param == "local":
        made: Counters = LocalCounters()
    else:
        from sealgate.infra.counters_redis import RedisCounters

        made = RedisCounters(request.getfixturevalue("redis_url"))
    await made.start()
    yield made
    await made.close()


class TestHits:
    async def test_are_allowed_up_to_the_limit_and_say_how_many_remain(self, counters):
        answers = [await counters.hit("k", limit=3, window_s=60, now=after(n)) for n in range(4)]

        assert answers == [Hit(True, 3, 2, 0), Hit(True, 3, 1, 0), Hit(True, 3, 0, 58), Hit(False, 3, 0, 57)]

    async def test_are_allowed_again_when_the_oldest_leaves_the_window(self, counters):
        for n in (0, 30):
            await counters.hit("k", limit=2, window_s=60, now=after(n))

        assert not (await counters.hit("k", limit=2, window_s=60, now=after(59.999))).allowed
        assert (await counters.hit("k", limit=2, window_s=60, now=after(60))) == Hit(True, 2, 0, 30)
        assert not (await counters.hit("k", limit=2, window_s=60, now=after(61))).allowed

    async def test_do_not_count_when_refused(self, counters):
        await counters.hit("k", limit=1, window_s=60, now=NOON)
        for n in range(1, 60, 10):
            assert not (await counters.hit("k", limit=1, window_s=60, now=after(n))).allowed

        assert (await counters.hit("k", limit=1, window_s=60, now=after(60))).allowed

    async def test_are_counted_by_key(self, counters):
        await counters.hit("one", limit=1, window_s=60, now=NOON)

        assert (await counters.hit("two", limit=1, window_s=60, now=NOON)).allowed

    async def test_tell_how_long_to_wait_rounded_up(self, counters):
        await counters.hit("k", limit=1, window_s=10, now=after(0.001))

        assert (await counters.hit("k", limit=1, window_s=10, now=after(1.5))).retry_after_s == 9

    async def test_follow_a_limit_that_was_lowered(self, counters):
        for n in range(5):
            await counters.hit("k", limit=5, window_s=60, now=after(n))

        assert await counters.hit("k", limit=2, window_s=60, now=after(10)) == Hit(False, 2, 0, 53)

    async def test_survive_a_clock_set_back(self, counters):
        await counters.hit("k", limit=3, window_s=60, now=after(10))
        await counters.hit("k", limit=3, window_s=60, now=NOON)

        assert await counters.hit("k", limit=3, window_s=60, now=after(70)) == Hit(True, 3, 2, 0)

    async def test_never_exceed_the_limit_when_many_come_at_once(self, counters):
        answers = await asyncio.gather(*(counters.hit("k", limit=10, window_s=60, now=NOON) for _ in range(50)))

        assert sum(answer.allowed for answer in answers) == 10


class TestMarks:
    async def test_are_made_by_the_first_caller_only(self, counters):
        made = await asyncio.gather(*(counters.mark("m", ttl_s=60, now=NOON) for _ in range(20)))

        assert sorted(made) == [False] * 19 + [True]

    async def test_are_seen_until_they_run_out_and_can_be_made_again(self, counters):
        assert not await counters.marked("m", now=NOON)
        await counters.mark("m", ttl_s=60, now=NOON)

        assert await counters.marked("m", now=after(59.999))
        assert not await counters.marked("m", now=after(60))
        assert await counters.mark("m", ttl_s=60, now=after(60))
        assert await counters.marked("m", now=after(119))

    async def test_do_not_meet_the_hits_of_the_same_key(self, counters):
        await counters.hit("k", limit=1, window_s=60, now=NOON)

        assert await counters.mark("k", ttl_s=60, now=NOON)


class TestSeveralProcessesOnRedis:
    async def test_count_together(self, redis_url):
        from sealgate.infra.counters_redis import RedisCounters

        here, there = RedisCounters(redis_url), RedisCounters(redis_url)

        assert (await here.hit("k", limit=1, window_s=60, now=NOON)).allowed
        assert not (await there.hit("k", limit=1, window_s=60, now=NOON)).allowed
        assert await here.mark("m", ttl_s=60, now=NOON)
        assert await there.marked("m", now=NOON)
        await here.close()
        await there.close()

    async def test_count_alone_while_redis_is_gone_and_together_once_it_is_back(
        self, redis_server: RedisServer, redis_url
    ):
        from sealgate.infra.counters_redis import REST_AFTER_FAILURE_S, RedisCounters

        here = RedisCounters(redis_url)
        await here.hit("k", limit=2, window_s=60, now=NOON)
        try:
            redis_server.kill()

            assert [(await here.hit("k", limit=2, window_s=60, now=NOON)).allowed for _ in range(3)] == [
                True,
                True,
                False,
            ]
            assert [await here.mark("m", ttl_s=60, now=NOON) for _ in range(2)] == [True, False]
            assert await here.marked("m", now=NOON)
            with pytest.raises(Unavailable):
                await here.check()
        finally:
            redis_server.start()
        await asyncio.sleep(REST_AFTER_FAILURE_S)
        await here.check()
        assert (await here.hit("k", limit=2, window_s=60, now=NOON)).remaining == 1
        await here.close()
