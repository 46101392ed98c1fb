"""The loop that finds out what became of signed transactions: one for each network whose nodes are asked.

It looks at every ledger that closes, and every few seconds where the stream is silent. What is followed lies in the
database, so nothing is forgotten by a crash, and several processes share the work.
"""

import asyncio
import contextlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.infra.bus import BUS_RESUMED, Event
from sealgate.infra.nodes import Close, NodePool, Nodes
from sealgate.payloads import settling
from sealgate.payloads.events import followed_topic
from sealgate.payloads.looking import Found, Seen, look_up
from sealgate.payloads.model import Followed, Verdict
from sealgate.payloads.settling import Look

if TYPE_CHECKING:
    from sealgate.infra.nodes.pool import Listening
    from sealgate.web.context import Context

IDLE_S = 15.0
"""How often to see whether another process began to follow something that was not announced here."""
AT_ONCE = 8
LOOK_LIMIT_S = 20.0
GIVEN_UP = timedelta(minutes=30)
"""From when on nobody waits for a transaction that nodes do not know."""
GIVEN_UP_UNANSWERED = timedelta(hours=24)
"""The same, where no node answers that could know."""
SLOW = timedelta(minutes=1)
PAUSE_S = 1.0

_log = get_logger("payloads.following")


class Following:
    """Follows the transactions of one network.

    Attributes:
        settled: Verdicts that this process stored.
    """

    def __init__(self, context: "Context", pool: NodePool) -> None:
        self._db = context.db
        self._bus = context.bus
        self._clock = context.clock
        self._pool = pool
        self._wake = asyncio.Event()
        self._has_closed = False
        self._listening: Listening | None = None
        self._is_alone = not context.settings.database_url
        self.settled = 0

    async def run(self) -> None:
        """Follow until cancelled."""
        network = self._pool.network
        hearing = [
            self._bus.listen(followed_topic(network), self._hear),
            self._bus.listen(BUS_RESUMED.topic, self._hear),
        ]
        is_new = self._is_alone
        try:
            while True:
                self._wake.clear()
                try:
                    if is_new:
                        await self._db.write(settling.release, network, now=self._clock.now())
                        is_new = False
                    wait_s = await self._turn()
                except Unavailable as problem:
                    _log.warning("outcomes wait for the database", problem=problem.detail)
                    wait_s = PAUSE_S
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait_s):
                        await self._wake.wait()
        finally:
            for one in hearing:
                one.close()
            self._stop_listening()

    async def _turn(self) -> float:
        """Look up what is due; return the seconds until it is worth while again."""
        network, now = self._pool.network, self._clock.now()
        early, self._has_closed = self._has_closed, False
        first = await self._db.read(settling.next_look, network)
        if first is None:
            self._stop_listening()
            return IDLE_S
        if self._listening is None:
            self._listening = self._pool.listen(self._hear_close)
        if first > now and not early:
            return min((first - now).total_seconds(), IDLE_S)
        due = await self._db.write(settling.take_due, network, now=now, early=early)
        if not due:
            return min(max((first - now).total_seconds(), PAUSE_S), IDLE_S)
        slots = asyncio.Semaphore(AT_ONCE)
        looks = await asyncio.gather(*(self._look(followed, slots) for followed in due))
        self.settled += await self._db.write(settling.note, looks, now=self._clock.now())
        return 0.01

    async def _look(self, followed: Followed, slots: asyncio.Semaphore) -> Look:
        async with slots:
            try:
                async with asyncio.timeout(LOOK_LIMIT_S):
                    found = await look_up(self._pool, followed)
            except TimeoutError:
                found = Found(None, None)
            except Exception as problem:
                # One transaction that trips us up must not keep the others from their end.
                _log.exception("transaction not looked up", txid=followed.txid, exc_info=problem)
                found = Found(None, None)
        return decide(followed, found, now=self._clock.now())

    def _hear(self, event: Event) -> None:
        self._wake.set()

    def _hear_close(self, close: Close) -> None:
        self._has_closed = True
        self._wake.set()

    def _stop_listening(self) -> None:
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.close()


def decide(followed: Followed, found: Found, *, now: datetime) -> Look:
    """Return the verdict in what the nodes say, or when to look again. Pure."""
    said, age = found.said, now - followed.since
    if isinstance(said, Seen):
        verdict = Verdict(
            network=followed.network,
            validated=True,
            result=said.sighting.result,
            delivered_amount=said.sighting.delivered_amount,
            ledger_index=said.sighting.ledger_index,
            closed_at=said.closed_at,
            decided_at=now,
        )
        return Look(followed=followed, verdict=verdict)
    if said == "never":
        return Look(followed=followed, verdict=Verdict(network=followed.network, validated=False, decided_at=now))
    if age >= (GIVEN_UP if said is not None else GIVEN_UP_UNANSWERED):
        return Look(followed=followed, verdict=Verdict(network=followed.network, validated=None, decided_at=now))
    pause = settling.PATIENCE if age < GIVEN_UP else SLOW
    return Look(followed=followed, next_at=now + pause, first_ledger=found.latest)


def install(context: "Context") -> None:
    """Add a loop for each network whose nodes this process asks."""
    for pool in context.get(Nodes).pools.values():
        following = Following(context, pool)
        context.background.append(following.run)
        context.metrics.counter(
            f"sealgate_outcomes_{pool.network.lower().replace('-', '_')}_total",
            f"Transactions of {pool.network} of which this process found out what became of them.",
            lambda following=following: following.settled,  # type: ignore[misc]
        )
