"""The promises of a bus, kept by both: one process alone, and several on Redis."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sealgate.infra.bus import Bus, Event, LocalBus, SubscriptionEnded
from tests.services import RedisServer

pytestmark = pytest.mark.anyio

NEWS = Event("payload:1", "opened", {"n": 1, "text": "é", "list": [None, True, 1.5]})


@pytest.fixture(params=["local", "redis"])
async def a_bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    bus = make_bus(request)
    await bus.start()
    yield bus
    await bus.close()


def make_bus(request: pytest.FixtureRequest) -> Bus:
    if request.param == "local":
        return LocalBus()
    from sealgate.infra.bus_redis import RedisBus

    return RedisBus(request.getfixturevalue("redis_url"))


async def soon(subscription) -> Event:
    return await asyncio.wait_for(subscription.get(), 5)


class TestEveryBus:
    async def test_carries_an_event_to_each_listener_of_its_topic(self, a_bus):
        async with a_bus.subscribe("payload:1") as first, a_bus.subscribe("other", "payload:1") as second:
            a_bus.publish(NEWS)

            assert await soon(first) == NEWS
            assert await soon(second) == NEWS

    async def test_gives_a_listener_each_event_once_and_in_order(self, a_bus):
        async with a_bus.subscribe("payload:1", "end") as listener:
            sent = [Event("payload:1", "n", {"n": n}) for n in range(50)]
            for event in sent:
                a_bus.publish(event)
            await asyncio.sleep(0.1)  # long enough for a copy by way of Redis to arrive, if there were one
            a_bus.publish(Event("end", "end"))

            assert [event async for event in until_end(listener)] == sent

    async def test_keeps_other_topics_away(self, a_bus):
        async with a_bus.subscribe("payload:1") as listener:
            a_bus.publish(Event("payload:2", "opened"))
            a_bus.publish(NEWS)

            assert await soon(listener) == NEWS

    async def test_takes_an_event_nobody_listens_to(self, a_bus):
        a_bus.publish(NEWS)

        assert a_bus.listeners("payload:1") == 0

    async def test_counts_the_listeners_of_a_topic(self, a_bus):
        async with a_bus.subscribe("payload:1"), a_bus.subscribe("payload:1"):
            assert a_bus.listeners("payload:1") == 2

        assert a_bus.listeners("payload:1") == 0

    async def test_drops_a_reader_that_falls_behind_and_only_that_one(self, a_bus):
        async with a_bus.subscribe("payload:1", limit=3) as slow, a_bus.subscribe("payload:1") as quick:
            for _ in range(4):
                a_bus.publish(NEWS)

            with pytest.raises(SubscriptionEnded):
                await soon(slow)
            assert slow.dropped
            assert not quick.dropped
            assert [await soon(quick) for _ in range(4)] == [NEWS] * 4

    async def test_ends_a_waiting_reader_when_its_subscription_is_closed(self, a_bus):
        subscription = a_bus.subscribe("payload:1")
        waiting = asyncio.create_task(anext(aiter(subscription), None))
        await asyncio.sleep(0)

        subscription.close()
        subscription.close()

        assert await asyncio.wait_for(waiting, 5) is None
        assert not subscription.dropped

    async def test_ends_every_reader_when_it_closes(self, a_bus):
        subscription = a_bus.subscribe("payload:1")
        waiting = asyncio.create_task(anext(aiter(subscription), None))
        await asyncio.sleep(0)

        await a_bus.close()

        assert await asyncio.wait_for(waiting, 5) is None

    async def test_survives_a_reader_that_gives_up_waiting(self, a_bus):
        async with a_bus.subscribe("payload:1") as listener:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(listener.get(), 0.01)

            a_bus.publish(NEWS)

            assert await soon(listener) == NEWS

    async def test_calls_a_listening_function_with_each_event_until_it_is_closed(self, a_bus):
        heard: list[Event] = []
        listener = a_bus.listen("payload:1", heard.append)
        a_bus.publish(NEWS)
        a_bus.publish(Event("payload:2", "opened"))
        assert a_bus.listeners("payload:1") == 1

        listener.close()
        listener.close()
        a_bus.publish(NEWS)

        assert heard == [NEWS]
        assert a_bus.listeners("payload:1") == 0

    async def test_goes_on_when_a_listening_function_fails(self, a_bus):
        def fail(event):
            raise ValueError

        a_bus.listen("payload:1", fail)
        async with a_bus.subscribe("payload:1") as listener:
            a_bus.publish(NEWS)

            assert await soon(listener) == NEWS

    async def test_is_in_order(self, a_bus):
        await a_bus.check()


async def until_end(listener) -> AsyncIterator[Event]:
    async for event in listener:
        if event.kind == "end":
            return
        yield event


class TestSeveralProcessesOnRedis:
    @pytest.fixture
    async def two(self, redis_url: str):
        from sealgate.infra.bus_redis import RedisBus

        here, there = RedisBus(redis_url), RedisBus(redis_url)
        await here.start()
        await there.start()
        yield here, there
        await here.close()
        await there.close()

    async def test_an_event_reaches_the_listeners_of_the_other_process(self, two):
        here, there = two
        async with there.subscribe("payload:1") as listener:
            here.publish(NEWS)

            assert await soon(listener) == NEWS

    async def test_an_event_that_cannot_travel_does_not_hold_up_the_next(self, two):
        here, there = two
        async with there.subscribe("payload:1") as listener:
            here.publish(Event("payload:1", "strange", {"thing": object()}))
            here.publish(NEWS)

            assert await soon(listener) == NEWS

    async def test_a_stranger_on_the_channel_does_no_harm(self, two, redis_url):
        from redis.asyncio import Redis

        here, there = two
        async with Redis.from_url(redis_url) as stranger, there.subscribe("payload:1") as listener:
            assert await stranger.publish("sealgate:0:events", b"\xff not ours") == 2
            here.publish(NEWS)

            assert await soon(listener) == NEWS

    async def test_installations_on_different_database_numbers_do_not_hear_each_other(self, two, redis_url):
        from sealgate.infra.bus_redis import RedisBus

        here, there = two
        other = RedisBus(redis_url.removesuffix("/0") + "/1")
        await other.start()
        async with other.subscribe("payload:1") as listener, there.subscribe("payload:1") as proof:
            here.publish(NEWS)
            await soon(proof)
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(listener.get(), 0.1)
        await other.close()


class TestWhenRedisGoesAway:
    async def test_local_listeners_are_served_and_others_again_once_it_is_back(
        self, redis_server: RedisServer, redis_url
    ):
        from sealgate.base.errors import Unavailable
        from sealgate.infra.bus_redis import RedisBus

        here, there = RedisBus(redis_url), RedisBus(redis_url)
        await here.start()
        await there.start()
        async with (
            here.subscribe("payload:1") as local,
            there.subscribe("payload:1") as remote,
            there.subscribe("bus") as state,
        ):
            try:
                redis_server.kill()
                here.publish(NEWS)

                assert await soon(local) == NEWS
                with pytest.raises(Unavailable):
                    await here.check()
            finally:
                redis_server.start()
            assert (await asyncio.wait_for(state.get(), 10)).kind == "resumed"
            await asyncio.sleep(2.5)  # longer than the longest pause between attempts: here has resumed, too
            await here.check()
            here.publish(Event("payload:1", "resolved"))
            kinds = {(await soon(remote)).kind}
            while "resolved" not in kinds:
                kinds.add((await soon(remote)).kind)
        await here.close()
        await there.close()

    async def test_publishing_never_waits_and_what_is_too_much_is_dropped(self, redis_server: RedisServer, redis_url):
        from sealgate.infra.bus_redis import MOST_WAITING, RedisBus
        from sealgate.infra.metrics import EVENTS_DROPPED

        bus = RedisBus(redis_url)
        await bus.start()
        before = EVENTS_DROPPED.values.get("redis_gone", 0)
        try:
            redis_server.kill()
            for _ in range(MOST_WAITING + 5):
                bus.publish(NEWS)
        finally:
            redis_server.start()
            await bus.close()

        assert EVENTS_DROPPED.values["redis_gone"] - before == 5
