"""The call log: which calls an app made and how they ended, written behind the calls' backs."""

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Any

from sealgate.access import service
from sealgate.access.model import LoggedCall
from sealgate.base.errors import SealgateError
from sealgate.base.logs import get_logger
from sealgate.web.app import REFUSAL

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context

MOST_WAITING = 20_000
MOST_MESSAGE_CHARS = 500
FLUSHED_EVERY_S = 0.25
"""Seldom enough to share commits, often enough that no flush holds the calls up: it halves their longest waits."""
ROWS_A_WRITE = 250
"""Some milliseconds of the writer's time: more at once is cheaper, but holds up the writes beside."""

APP_UUID = "app_uuid"
"""The note in which the resolver leaves whose call it is, known even where the call is refused."""

CAUSE = "cause"
"""The note in which a handler leaves why it refuses, where only the app's developer may know; no secret, no token."""

_log = get_logger(__name__)


class CallLog:
    """Collects answered calls of known apps and stores them four times a second; the observer of `web`.

    When the database does not take them, the oldest are dropped beyond 20,000: the log is worth less than the calls.

    Attributes:
        dropped: How many calls were never stored.
    """

    def __init__(self, context: "Context") -> None:
        self._db = context.db
        self._waiting: deque[LoggedCall] = deque()
        self.dropped = 0
        context.metrics.counter(
            "sealgate_call_log_dropped_total", "Answered calls that never reached the call log.", lambda: self.dropped
        )

    def answered(self, call: "Call[Any]", status: int, error_code: int | str | None, duration_s: float) -> None:
        """Take note of one answered call."""
        app_uuid = call.notes.get(APP_UUID)
        if app_uuid is None:
            return
        refusal: SealgateError | None = call.notes.get(REFUSAL)
        self._waiting.append(
            LoggedCall(
                call.ref,
                app_uuid,
                call.now,
                call.method,
                call.route.path,
                status,
                None if error_code is None else str(error_code),
                int(duration_s * 1_000_000),
                call.notes.get(CAUSE),
                None,
                None if refusal is None else refusal.slug(),
                None if refusal is None else refusal.message[:MOST_MESSAGE_CHARS],
            )
        )
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self.dropped += 1

    async def keep_flushing(self) -> None:
        """Store what waits four times a second until cancelled, and once more then."""
        try:
            while True:
                await asyncio.sleep(FLUSHED_EVERY_S)
                await self.flush()
        finally:
            await self.flush()

    async def flush(self) -> None:
        """Store what waits. Where the database does not take it, it goes on waiting."""
        for _ in range(len(self._waiting) // ROWS_A_WRITE + 1):
            rows = [self._waiting.popleft() for _ in range(min(ROWS_A_WRITE, len(self._waiting)))]
            if not rows:
                return
            try:
                await self._db.write(service.log_calls, rows)
            except Exception as problem:
                self._keep(rows)
                _log.warning("call log not stored", calls=len(rows), problem=str(problem))
                return

    def _keep(self, rows: list[LoggedCall]) -> None:
        room = max(0, MOST_WAITING - len(self._waiting))
        kept = rows[-room:] if room else []
        self._waiting.extendleft(reversed(kept))
        self.dropped += len(rows) - len(kept)
