"""Who follows which payload in this process: one listener on the bus for a payload, one clock for all followers."""

import asyncio
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from sealgate.base.clock import Clock
from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.infra.bus import Bus, Event, Subscription
from sealgate.infra.counters import Counters
from sealgate.infra.database import Database
from sealgate.payloads import service
from sealgate.payloads.events import payload_topic
from sealgate.payloads.live import EXPIRED, TICK_S, Channel, Follower, outcome_frame
from sealgate.payloads.model import Payload, State, state_of
from sealgate.web.context import Context

ANNOUNCED_TTL_S = 86_400
"""How long it is remembered that an outcome was told to somebody (design 4.28)."""
MAX_NEWS = 1024
"""Events of one payload that may come at once, such as its developer's many reads."""
_SECOND = timedelta(seconds=1)

log = get_logger(__name__)


class Room:
    """The followers of one payload."""

    __slots__ = ("expiry", "followers", "is_announced", "listening", "news")

    def __init__(self, news: Subscription) -> None:
        self.followers: list[Follower] = []
        self.news = news
        self.listening = asyncio.get_running_loop().create_task(self._listen())
        self.expiry: datetime | None = None
        """When to look whether the payload has expired; None where there is nothing to wait for."""
        self.is_announced = False

    async def _listen(self) -> None:
        async for event in self.news:
            self._hear(event)

    def _hear(self, event: Event) -> None:
        outcome = outcome_frame(event.data) if event.kind == "resolved" else None
        for follower in tuple(self.followers):
            follower.hear(event, outcome)


class StatusHub:
    """All rooms of this process; `context.get(StatusHub)`."""

    def __init__(self, db: Database, bus: Bus, counters: Counters, clock: Clock) -> None:
        self._db = db
        self._bus = bus
        self._counters = counters
        self._clock = clock
        self._rooms: dict[str, Room] = {}
        self._clockwork: asyncio.Task[None] | None = None
        self._errands: set[asyncio.Task[None]] = set()

    @classmethod
    def of(cls, context: Context) -> "StatusHub":
        """Return a hub on the services of `context`."""
        return cls(context.db, context.bus, context.counters, context.clock)

    def __len__(self) -> int:
        return sum(len(room.followers) for room in self._rooms.values())

    def join(self, uuid: str, channel: Channel) -> Follower:
        """Let a client follow a payload from this moment on. It is told nothing before it is greeted.

        Joining comes before the state is read: what happens in between is then heard, not lost.
        """
        room = self._rooms.get(uuid)
        if room is None:
            room = self._rooms[uuid] = Room(self._bus.subscribe(payload_topic(uuid), limit=MAX_NEWS))
        follower = Follower(channel, on_outcome=lambda: self._announce(uuid))
        room.followers.append(follower)
        if self._clockwork is None:
            self._clockwork = asyncio.get_running_loop().create_task(self._run_clock())
        return follower

    def leave(self, uuid: str, follower: Follower) -> None:
        """Let a client go."""
        follower.close()
        room = self._rooms.get(uuid)
        if room is not None and follower in room.followers:
            room.followers.remove(follower)
            if not room.followers:
                del self._rooms[uuid]
                room.news.close()

    def expect_expiry(self, payload: Payload, state: State) -> None:
        """Tell the followers of an unopened payload at the moment it expires."""
        room = self._rooms.get(payload.uuid)
        if room is not None and state is State.CREATED:
            room.expiry = payload.expires_at

    async def was_announced(self, uuid: str, *, now: datetime) -> bool:
        """Tell whether somebody was there when the payload was signed or rejected, in any process."""
        return await self._counters.marked(_mark(uuid), now=now)

    def _announce(self, uuid: str) -> None:
        room = self._rooms.get(uuid)
        if room is not None and not room.is_announced:
            room.is_announced = True
            self._send_out(self._mark_announced(uuid))

    async def _mark_announced(self, uuid: str) -> None:
        try:
            await self._counters.mark(_mark(uuid), ttl_s=ANNOUNCED_TTL_S, now=self._clock.now())
        except Unavailable as problem:
            # A late subscriber is then told once more: better twice than never.
            log.warning("outcome_not_marked", payload=uuid, problem=problem.detail)

    async def _run_clock(self) -> None:
        loop = asyncio.get_running_loop()
        done, pause = int(loop.time()), 1.0
        while self._rooms:
            await asyncio.sleep(min(pause, 1 - loop.time() % 1))
            second = int(loop.time())
            phases = {each % TICK_S for each in range(max(done, second - TICK_S) + 1, second + 1)}
            done = second
            pause = self._turn(phases)
        self._clockwork = None

    def _turn(self, phases: set[int]) -> float:
        """Tell the followers whose second it is; return the seconds to the next expiry, at most 1."""
        now, pause = self._clock.now(), _SECOND
        for uuid, room in tuple(self._rooms.items()):
            if room.expiry is not None:
                if now >= room.expiry:
                    self._send_out(self._expire(uuid, room, room.expiry))
                    room.expiry = None
                else:
                    pause = min(pause, room.expiry - now)
            if phases:
                for follower in room.followers:
                    if follower.phase in phases:
                        follower.tick(now)
        return pause.total_seconds()

    async def _expire(self, uuid: str, room: Room, expiry: datetime) -> None:
        """Tell that a payload has expired, where the database says so: an event may have been lost on its way."""
        try:
            payload = await self._db.read(service.find_payload, uuid)
        except Unavailable:
            room.expiry = expiry
            return
        if payload is not None and state_of(payload, self._clock.now()) is State.EXPIRED:
            for follower in tuple(room.followers):
                if follower.greeted:
                    follower.tell(EXPIRED)

    def _send_out(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def _mark(uuid: str) -> str:
    return f"announced:{uuid}"
