"""Who is sent what when, within one process: a lane for each target, so that none holds up the others. Pure.

A healthy target gets a few deliveries at once, and one that keeps failing a single one at a time. One that keeps
silent is left in peace for a moment that doubles with every further silence. An app has an upper limit over all of its
targets, and the process has one over all apps.
"""

from collections import deque
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sealgate.delivery.model import Claimed, Result

PER_TARGET = 8
PER_APP = 24
IN_ALL = 256
WAITING_PER_LANE = 64
"""What may wait in a lane for its turn: so many that a fast target never waits for the database."""
STRIKES = 3
"""Failures in a row from which on a target counts as failing; fewer happen to everybody."""
LONGEST_REST_S = 60
FORGOTTEN_AFTER = timedelta(minutes=10)


class Lane:
    """The deliveries of one target that this process has claimed."""

    __slots__ = ("app_uuid", "rest_until", "running", "silences", "strikes", "target_uuid", "used_at", "waiting")

    def __init__(self, target_uuid: str, app_uuid: str, now: datetime) -> None:
        self.target_uuid = target_uuid
        self.app_uuid = app_uuid
        self.waiting: deque[Claimed] = deque()
        self.running = 0
        self.strikes = 0
        self.silences = 0
        self.rest_until = now
        self.used_at = now

    @property
    def is_failing(self) -> bool:
        """Whether the target has failed several times in a row."""
        return self.strikes >= STRIKES

    @property
    def room(self) -> int:
        """How many may be sent at once."""
        return 1 if self.is_failing else PER_TARGET

    def is_busy(self, now: datetime) -> bool:
        """Tell whether no more should be claimed for this target."""
        if now < self.rest_until:
            return True
        if self.is_failing:
            return bool(self.waiting or self.running)
        return len(self.waiting) >= WAITING_PER_LANE // 2

    def note(self, result: Result, now: datetime) -> datetime | None:
        """Learn from a try. Return until when the target is left in peace, if it is."""
        if result.attempt is None:
            return None
        if result.state == "delivered":
            self.strikes = self.silences = 0
        else:
            self.strikes += 1
            self.silences = self.silences + 1 if result.unreachable else 0
        if self.silences >= STRIKES:
            rest = timedelta(seconds=min(2 ** min(self.silences - STRIKES, 16), LONGEST_REST_S))
            self.rest_until = max(self.rest_until, now + rest)
        if result.quiet_until is not None:
            self.rest_until = max(self.rest_until, result.quiet_until)
        return self.rest_until if self.rest_until > now else None

    def let_go(self, now: datetime) -> list[Claimed]:
        """Take out what had better be claimed anew later."""
        keep = 0 if now < self.rest_until else 1 if self.is_failing else len(self.waiting)
        gone = list(self.waiting)[keep:]
        for _ in gone:
            self.waiting.pop()
        return gone


class Lanes:
    """All lanes of a process.

    Attributes:
        running: How many deliveries are being sent.
    """

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self._of_app: dict[str, int] = {}
        self.running = 0

    @property
    def waiting(self) -> int:
        """How many deliveries wait for their turn."""
        return sum(len(lane.waiting) for lane in self._lanes.values())

    def add(self, claimed: Claimed, now: datetime) -> None:
        """Let a delivery wait for its turn."""
        lane = self._lanes.get(claimed.target_uuid)
        if lane is None:
            lane = self._lanes[claimed.target_uuid] = Lane(claimed.target_uuid, claimed.app_uuid, now)
        lane.waiting.append(claimed)

    def start(self, now: datetime) -> Iterator[Claimed]:
        """Yield the deliveries whose turn it is, each counted as running from then on."""
        for lane in tuple(self._lanes.values()):
            while lane.waiting and now >= lane.rest_until and lane.running < lane.room and self._has_room(lane):
                lane.used_at = now
                lane.running += 1
                self.running += 1
                self._of_app[lane.app_uuid] = self._of_app.get(lane.app_uuid, 0) + 1
                yield lane.waiting.popleft()

    def finish(self, claimed: Claimed, result: Result, now: datetime) -> datetime | None:
        """Take note of what came of a running delivery. Return until when its target is left in peace, if it is."""
        lane = self._lanes[claimed.target_uuid]
        lane.running -= 1
        self.running -= 1
        self._of_app[lane.app_uuid] -= 1
        if not self._of_app[lane.app_uuid]:
            del self._of_app[lane.app_uuid]
        return lane.note(result, now)

    def surplus(self, now: datetime) -> list[Claimed]:
        """Take out what waits in lanes that fail or rest, to be claimed anew later; forget lanes that nobody uses."""
        gone = []
        for lane in tuple(self._lanes.values()):
            gone += lane.let_go(now)
            is_idle = not (lane.running or lane.waiting) and now >= lane.rest_until
            if is_idle and (not lane.strikes or now - lane.used_at > FORGOTTEN_AFTER):
                del self._lanes[lane.target_uuid]
        return gone

    def forgive(self, now: datetime) -> None:
        """Forget how the targets have behaved: nobody rests, none counts as failing."""
        for lane in self._lanes.values():
            lane.strikes = lane.silences = 0
            lane.rest_until = now

    def drop(self, ids: Collection[int]) -> None:
        """Take out what waits and is somebody else's by now."""
        for lane in self._lanes.values() if ids else ():
            lane.waiting = deque(one for one in lane.waiting if one.id not in ids)

    def take_all(self) -> list[Claimed]:
        """Take out everything that waits."""
        gone = [one for lane in self._lanes.values() for one in lane.waiting]
        for lane in self._lanes.values():
            lane.waiting.clear()
        return gone

    def busy_targets(self, now: datetime) -> list[str]:
        """Return the targets that nothing should be claimed for now."""
        return [lane.target_uuid for lane in self._lanes.values() if lane.is_busy(now)]

    def busy_apps(self) -> list[str]:
        """Return the apps that have as much on its way as they may."""
        return [app for app, running in self._of_app.items() if running >= PER_APP]

    def next_start(self, now: datetime) -> datetime | None:
        """Return when the first rest ends, None where nobody rests."""
        return min((lane.rest_until for lane in self._lanes.values() if lane.rest_until > now), default=None)

    def _has_room(self, lane: Lane) -> bool:
        return self.running < IN_ALL and self._of_app.get(lane.app_uuid, 0) < PER_APP
