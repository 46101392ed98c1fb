"""What a follower hears, in which order, with a channel that can be made slow."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sealgate.infra.bus import Event
from sealgate.payloads.live import EXPIRED, MAX_WAITING, OPENED, TICK_S, Follower, expires_in, outcome_frame, welcome
from sealgate.web.sockets import SocketClosed

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
TOMORROW = NOON + timedelta(days=1)
UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
TOPIC = f"payload:{UUID}"
RESOLVED = Event(TOPIC, "resolved", {"payload_uuidv4": UUID, "signed": True})
OUTCOME = outcome_frame(RESOLVED.data)


class SpyChannel:
    """Collects frames; `reads` is cleared to play a client that does not read."""

    def __init__(self) -> None:
        self.frames: list[str] = []
        self.reads = asyncio.Event()
        self.reads.set()
        self.is_cut = False

    async def send_text(self, text: str) -> None:
        await self.reads.wait()
        if self.is_cut:
            raise SocketClosed
        self.frames.append(text)

    def abort(self) -> None:
        self.is_cut = True


def follow(on_outcome: Callable[[], object] = lambda: None) -> tuple[Follower, SpyChannel]:
    channel = SpyChannel()
    return Follower(channel, on_outcome=on_outcome), channel


async def settle() -> None:
    """Let everything that can run do so."""
    for _ in range(5):
        await asyncio.sleep(0)


class TestGreeting:
    async def test_comes_before_what_happened_meanwhile(self):
        follower, channel = follow()
        follower.hear(Event(TOPIC, "opened"))
        follower.hear(Event(TOPIC, "devapp_fetched"))

        follower.greet(TOMORROW, welcome(UUID), expires_in(TOMORROW, NOON))
        await settle()

        assert channel.frames == [
            f'{{"message":"Welcome {UUID}"}}',
            '{"expires_in_seconds":86400}',
            '{"opened":true}',
            '{"devapp_fetched":true}',
        ]

    async def test_says_opened_once_where_the_event_arrives_after_the_state_was_read(self):
        follower, channel = follow()

        follower.greet(TOMORROW, welcome(UUID), OPENED)
        follower.hear(Event(TOPIC, "opened"))
        await settle()

        assert channel.frames == [welcome(UUID), OPENED]

    async def test_says_expired_once_for_a_cancellation_heard_twice(self):
        follower, channel = follow()
        follower.hear(Event(TOPIC, "cancelled"))

        follower.greet(TOMORROW, welcome(UUID), EXPIRED)
        await settle()

        assert channel.frames == [welcome(UUID), EXPIRED]

    async def test_nothing_is_told_before_it(self):
        follower, channel = follow()

        follower.hear(Event(TOPIC, "opened"))
        follower.tick(10**9, NOON)
        await settle()

        assert channel.frames == []


class TestOutcome:
    async def test_is_told_once_and_reported_when_it_went_out(self):
        told: list[str] = []
        follower, channel = follow(lambda: told.append("outcome"))
        follower.greet(TOMORROW, welcome(UUID))
        channel.reads.clear()

        follower.hear(RESOLVED)
        follower.tell_outcome(OUTCOME)
        await settle()
        assert told == [], "not before the client could have it"
        channel.reads.set()
        await settle()

        assert channel.frames == [welcome(UUID), OUTCOME]
        assert told == ["outcome"]

    @pytest.mark.parametrize("late", [OPENED, EXPIRED])
    async def test_is_followed_by_neither_opened_nor_expired(self, late: str):
        follower, channel = follow()
        follower.greet(TOMORROW, welcome(UUID))

        follower.hear(RESOLVED)
        follower.tell(late)
        await settle()

        assert channel.frames == [welcome(UUID), OUTCOME]

    async def test_keeps_the_members_in_their_order(self):
        message = {"payload_uuidv4": UUID, "signed": False, "custom_meta": {"blob": {"b": 1, "a": 2}}}

        assert outcome_frame(message) == (
            f'{{"payload_uuidv4":"{UUID}","signed":false,"custom_meta":{{"blob":{{"b":1,"a":2}}}}}}'
        )


class TestTick:
    async def test_counts_below_zero(self):
        follower, channel = follow()
        follower.greet(NOON, welcome(UUID))

        follower.tick(follower.due_s, NOON + timedelta(seconds=14, milliseconds=200))
        await settle()

        assert channel.frames[-1] == '{"expires_in_seconds":-15}'

    async def test_comes_every_fifteen_seconds(self):
        follower, channel = follow()
        follower.greet(TOMORROW, welcome(UUID))
        start = follower.due_s - TICK_S

        for second in range(46):
            follower.tick(start + second, NOON + timedelta(seconds=second))
            await settle()

        assert channel.frames[1:] == [f'{{"expires_in_seconds":{86400 - second}}}' for second in (15, 30, 45)]


class TestSlowReader:
    async def test_gets_what_waits_in_order_once_it_reads(self):
        follower, channel = follow()
        channel.reads.clear()
        follower.greet(TOMORROW, welcome(UUID))
        for kind in ("opened", "pre_signed", "dispatched"):
            follower.hear(Event(TOPIC, kind))
        await settle()

        channel.reads.set()
        await settle()

        assert channel.frames == [welcome(UUID), OPENED, '{"pre_signed":true}', '{"dispatched":true}']
        assert not channel.is_cut

    async def test_is_cut_off_when_too_much_waits(self):
        follower, channel = follow()
        follower.greet(TOMORROW, welcome(UUID))
        channel.reads.clear()

        for _ in range(MAX_WAITING + 2):
            follower.tell("{}")
        await settle()

        assert channel.is_cut
        assert len(channel.frames) <= 1

    async def test_hears_nothing_more_once_it_is_gone(self):
        follower, channel = follow()
        follower.greet(TOMORROW, welcome(UUID))
        await settle()
        channel.is_cut = True

        follower.tell(OPENED)
        await settle()
        channel.is_cut = False
        follower.tell("{}")
        await settle()

        assert channel.frames == [welcome(UUID)]
