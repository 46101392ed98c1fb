"""The loop that sends what is due: in the server, in a worker, or in several of them at once.

A turn is one transaction: it stores what came of earlier sends and claims what is due, so its cost is shared by all
that finished meanwhile. Between the two lies the network, outside of any transaction. Whoever is killed leaves claims
behind that end by themselves; the deliveries are then sent again, under the same id.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sealgate.apps.events import TOPIC as APPS_TOPIC
from sealgate.base.errors import Unavailable
from sealgate.base.ids import new_uuid
from sealgate.base.logs import get_logger
from sealgate.delivery import queue
from sealgate.delivery.events import OUTBOX_TOPIC
from sealgate.delivery.lanes import IN_ALL, WAITING_PER_LANE, Lanes
from sealgate.delivery.model import Attempt, Backlog, Claimed, Result, Sender, TargetKind
from sealgate.infra.bus import BUS_RESUMED, Event

if TYPE_CHECKING:
    from sealgate.web.context import Context

SEND_LIMIT_S = 20.0
"""A sender has its own, shorter limits; this one is for a sender that has lost its way."""
POLL_S = 5.0
POLL_UNTOLD_S = 0.5
"""Where recordings of other processes are not announced: on PostgreSQL without Redis."""
LOOK_EVERY_S = 15.0
PAUSE_AFTER_FAILURE_S = 1.0
AFTER_MISTAKE = timedelta(minutes=1)
CLAIMED_AT_ONCE = 128
LAST_SENDS_S = 5.0

_log = get_logger("delivery.outbox")


class Outbox:
    """Sends deliveries, each by the sender of its kind of target.

    Attributes:
        backlog: What waited when somebody last looked, every 15 s.
        attempts: Tries of this process, by what came of them.
    """

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._bus = context.bus
        self._clock = context.clock
        self._senders: Mapping[TargetKind, Sender] = {}
        self._owner = new_uuid()
        self._lanes = Lanes()
        self._results: list[Result] = []
        self._resting: list[tuple[str, datetime]] = []
        self._held: set[str] = set()
        self._changed_apps: set[str] = set()
        self._sending: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._lease = timedelta(seconds=context.settings.outbox_lease_s)
        self._outstanding: set[int] = set()
        self._renewed_at = self._clock.now()
        self._is_alone = not context.settings.database_url
        self._poll_s = POLL_UNTOLD_S if context.settings.database_url and not context.settings.redis_url else POLL_S
        self.backlog = Backlog()
        self.attempts = {"delivered": 0, "retried": 0, "failed": 0}

    async def run(self, senders: Mapping[TargetKind, Sender]) -> None:
        """Send until cancelled; then let what is on its way arrive, for 5 s, and give the rest back."""
        self._senders = senders
        listening = [
            self._bus.listen(OUTBOX_TOPIC, self._hear),
            self._bus.listen(BUS_RESUMED.topic, self._hear),
            self._bus.listen(APPS_TOPIC, self._hear_of_app),
        ]
        is_new = self._is_alone
        try:
            while True:
                self._wake.clear()
                try:
                    if is_new:
                        await self._db.write(queue.recover, now=self._clock.now())
                        is_new = False
                    next_look_s = await self._turn()
                except Unavailable as problem:
                    _log.warning("outbox waits for the database", problem=problem.detail)
                    await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
                    continue
                if next_look_s > 0:
                    await self._sleep(next_look_s)
        finally:
            for listener in listening:
                listener.close()
            await self._give_back()

    async def keep_looking(self) -> None:
        """Look every 15 s what waits, for the metrics, and release what was held for nothing any more."""
        while True:
            try:
                now = self._clock.now()
                self.backlog = await self._db.read(queue.look_at_backlog, now=now)
                if self.backlog.held and await self._db.write(queue.release_resumed, now=now):
                    self._wake.set()
            except Unavailable as problem:
                _log.warning("backlog unknown", problem=problem.detail)
            await asyncio.sleep(LOOK_EVERY_S)

    def oldest_s(self) -> float:
        """Return for how many seconds the oldest delivery that is due has waited."""
        oldest = self.backlog.oldest_due_at
        return 0.0 if oldest is None else max(0.0, (self._clock.now() - oldest).total_seconds())

    async def _turn(self) -> float:
        """Settle and claim once; return the seconds until it is worth while again, 0 for now."""
        now = self._clock.now()
        if now < self._renewed_at - self._lease:
            # The clock was set back, as a sandbox's is: what was to end at some time would end too late.
            self._renewed_at = now
            self._lanes.forgive(now)
        for app_uuid in tuple(self._changed_apps):
            await self._db.write(queue.release_for_app, app_uuid, now=now)
            self._changed_apps.discard(app_uuid)
        self._results += [Result(id=one.id, state="waiting", next_at=now) for one in self._lanes.surplus(now)]
        results, resting, held = self._results, self._resting, self._held
        self._outstanding.difference_update(result.id for result in results)
        renews = now >= self._renewed_at + self._lease / 3 or not self._outstanding
        self._results, self._resting, self._held = [], [], set()
        ask = queue.Ask(
            owner=self._owner,
            limit=max(0, min(CLAIMED_AT_ONCE, 2 * IN_ALL - self._lanes.running - self._lanes.waiting)),
            per_target=WAITING_PER_LANE // 2,
            until=now + self._lease,
            busy_targets=self._lanes.busy_targets(now),
            busy_apps=self._lanes.busy_apps(),
            renew=tuple(self._outstanding) if renews else (),
        )
        writing = asyncio.ensure_future(
            self._db.write(queue.take_turn, ask, results, put_off=resting, held=held, now=now)
        )
        stopped: asyncio.CancelledError | None = None
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError as problem:
            # What this transaction claims must be given back, and what it stores not stored again.
            stopped = problem
            await asyncio.wait((writing,))
        except Exception:
            # What was sent is known here alone until it is stored.
            self._results = results + self._results
            self._resting += resting
            self._held |= held
            raise
        turn = writing.result()
        if renews:
            self._renewed_at = now
        self._lanes.drop(turn.lost)
        self._outstanding -= turn.lost
        for claimed in turn.claimed:
            self._lanes.add(claimed, now)
            self._outstanding.add(claimed.id)
        if stopped is not None:
            raise stopped
        self._start_sends()
        if turn.claimed:
            # The busiest target's deliveries may have hidden those of others.
            return 0
        upcoming = [moment for moment in (turn.next_due, self._lanes.next_start(now)) if moment is not None]
        if self._outstanding:
            upcoming.append(self._renewed_at + self._lease / 3)
        wait_s = min(((moment - now).total_seconds() for moment in upcoming), default=self._poll_s)
        return min(max(wait_s, 0.01), self._poll_s)

    async def _sleep(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    def _start_sends(self) -> None:
        now = self._clock.now()
        if now >= self._renewed_at + self._lease:
            # The database did not answer for so long that others may have taken what waits here.
            return
        for claimed in self._lanes.start(now):
            task = asyncio.create_task(self._send(claimed))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _send(self, claimed: Claimed) -> None:
        """Try once and note what came of it; a send that is cancelled gives its delivery back."""
        now = self._clock.now()
        result = Result(id=claimed.id, state="waiting", next_at=now)
        try:
            if claimed.expires_at is not None and claimed.expires_at <= now:
                result = Result(id=claimed.id, state="cancelled")
            else:
                async with asyncio.timeout(SEND_LIMIT_S):
                    result = await self._senders[claimed.target_kind].send(claimed)
        except Exception as problem:
            # A mistake of ours: the deliveries behind this one want their turn all the same.
            _log.exception("send failed", delivery=claimed.id, target=claimed.target_kind, exc_info=problem)
            attempt = Attempt(number=claimed.attempt, at=now, error="This server failed to send it.")
            result = Result(id=claimed.id, state="waiting", next_at=now + AFTER_MISTAKE, attempt=attempt)
        finally:
            self._note(claimed, result)

    def _note(self, claimed: Claimed, result: Result) -> None:
        now = self._clock.now()
        rests_until = self._lanes.finish(claimed, result, now)
        if rests_until is not None:
            self._resting.append((claimed.target_uuid, rests_until))
        if result.state == "held":
            self._held.add(claimed.target_uuid)
        if result.attempt is not None:
            self.attempts[result.state if result.state in self.attempts else "retried"] += 1
        self._results.append(result)
        self._start_sends()
        self._wake.set()

    async def _give_back(self) -> None:
        """Wait a little for what is on its way, then store what came of everything and let go of the rest."""
        now = self._clock.now()
        self._results += [Result(id=one.id, state="waiting", next_at=now) for one in self._lanes.take_all()]
        sending = set(self._sending)
        if sending:
            await asyncio.wait(sending, timeout=LAST_SENDS_S)
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)
        results, self._results = self._results, []
        ask = queue.Ask(owner=self._owner, limit=0, per_target=0, until=now)
        try:
            await self._db.write(queue.take_turn, ask, results, held=self._held, now=self._clock.now())
        except Unavailable as problem:
            _log.warning("claims end by themselves", problem=problem.detail)

    def _hear(self, _event: Event) -> None:
        self._wake.set()

    def _hear_of_app(self, event: Event) -> None:
        self._changed_apps.add(str(event.data.get("uuid")))
        self._wake.set()
