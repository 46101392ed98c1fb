"""Who follows which payload in this process: one listener on the bus for a payload, one clock for all followers."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any

from sealgate.base.clock import Clock
from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.infra.bus import BUS_RESUMED, Bus, Event, Listener
from sealgate.infra.counters import Counters
from sealgate.infra.database import Database
from sealgate.payloads import service
from sealgate.payloads.events import payload_topic, resolve_message
from sealgate.payloads.live import EXPIRED, OPENED, Channel, Follower, outcome_frame
from sealgate.payloads.model import Payload, State, state_of
from sealgate.web.context import Context

ANNOUNCED_TTL_S = 86_400
"""How long it is remembered that an outcome was told to somebody (design 4.28)."""
_SECOND = timedelta(seconds=1)

log = get_logger(__name__)


class Room:
    """The followers of one payload."""

    __slots__ = ("_announce", "expiry", "followers", "is_announced", "listener", "uuid")

    def __init__(self, uuid: str, bus: Bus, announce: Callable[[str], None]) -> None:
        self.uuid = uuid
        self.followers: list[Follower] = []
        self.listener: Listener = bus.listen(payload_topic(uuid), self._hear)
        self.expiry: datetime | None = None
        """When to look whether the payload has expired; None where there is nothing to wait for."""
        self.is_announced = False
        self._announce = announce

    def note_told(self) -> None:
        """Take note that the outcome went out to a follower."""
        if not self.is_announced:
            self.is_announced = True
            self._announce(self.uuid)

    def catch_up(self, payload: Payload, now: datetime) -> None:
        """Tell whoever does not know yet how the payload stands."""
        state = state_of(payload, now)
        settled = state in (State.SIGNED, State.REJECTED)
        outcome = outcome_frame(resolve_message(payload)) if settled else ""
        for follower in tuple(self.followers):
            if not follower.greeted:
                continue
            if settled:
                follower.tell_outcome(outcome)
            elif state is State.OPENED:
                follower.tell(OPENED)
            elif state is not State.CREATED:
                follower.tell(EXPIRED)

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
        bus.listen(BUS_RESUMED.topic, self._resume)

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
            room = self._rooms[uuid] = Room(uuid, self._bus, self._announce)
        follower = Follower(channel, on_outcome=room.note_told)
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
                room.listener.close()

    def cut_all(self) -> int:
        """Cut every client off without a word, as a network does; return how many there were."""
        followers = [follower for room in self._rooms.values() for follower in room.followers]
        for follower in followers:
            follower.cut()
        return len(followers)

    def expect_expiry(self, payload: Payload, state: State) -> None:
        """Tell the followers of an unopened payload at the moment it expires."""
        room = self._rooms.get(payload.uuid)
        if room is not None and state is State.CREATED:
            room.expiry = payload.expires_at

    async def was_announced(self, uuid: str, *, now: datetime) -> bool:
        """Tell whether somebody was there when the payload was signed or rejected, in any process."""
        return await self._counters.marked(_mark(uuid), now=now)

    def _announce(self, uuid: str) -> None:
        self._send_out(self._mark_announced(uuid))

    async def _mark_announced(self, uuid: str) -> None:
        try:
            await self._counters.mark(_mark(uuid), ttl_s=ANNOUNCED_TTL_S, now=self._clock.now())
        except Unavailable as problem:
            # A late subscriber is then told once more: better twice than never.
            log.warning("outcome_not_marked", payload=uuid, problem=problem.detail)

    async def _run_clock(self) -> None:
        loop, pause_s = asyncio.get_running_loop(), 1.0
        while self._rooms:
            await asyncio.sleep(min(pause_s, 1 - loop.time() % 1))
            pause_s = self._turn(int(loop.time()))
        self._clockwork = None

    def _turn(self, second: int) -> float:
        """Tell everybody for whom it is time; return the seconds to the next expiry, at most 1."""
        now, pause = self._clock.now(), _SECOND
        for room in tuple(self._rooms.values()):
            if room.expiry is not None:
                if now >= room.expiry:
                    self._send_out(self._expire(room, room.expiry))
                    room.expiry = None
                else:
                    pause = min(pause, room.expiry - now)
            for follower in room.followers:
                follower.tick(second, now)
        return pause.total_seconds()

    async def _expire(self, room: Room, expiry: datetime) -> None:
        """Tell that a payload has expired, where the database says so: an event may have been lost on its way."""
        if not await self._catch_up(room):
            room.expiry = expiry

    async def _catch_up(self, room: Room) -> bool:
        try:
            payload = await self._db.read(service.find_payload, room.uuid)
        except Unavailable:
            return False
        if payload is not None:
            room.catch_up(payload, self._clock.now())
        return True

    async def _catch_up_all(self) -> None:
        for room in tuple(self._rooms.values()):
            await self._catch_up(room)

    def _resume(self, _event: Event) -> None:
        self._send_out(self._catch_up_all())

    def _send_out(self, errand: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(errand)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)


def _mark(uuid: str) -> str:
    return f"announced:{uuid}"
