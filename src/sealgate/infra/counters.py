"""Counters: short-lived memory about how often something happened, shared by the processes where Redis is set up.

What must hold for certain is not kept here but in the database: counters are forgotten by a restart.
"""

from array import array
from bisect import bisect_right
from datetime import datetime
from typing import Protocol

import msgspec

from sealgate.base.clock import to_ms

MOST_KEYS = 50_000


class Hit(msgspec.Struct, frozen=True):
    """The answer to one counted event.

    Attributes:
        allowed: Whether it was within the limit. A refused one does not count.
        limit: How many a window takes.
        remaining: How many more the window takes now.
        retry_after_s: Whole seconds until one more is allowed, rounded up; 0 while some remain.
    """

    allowed: bool
    limit: int
    remaining: int
    retry_after_s: int


class Counters(Protocol):
    """Counts events and remembers marks, by key and for a while."""

    async def hit(self, key: str, *, limit: int, window_s: int, now: datetime) -> Hit:
        """Count one event of `key`, if fewer than `limit` (at least 1) were counted in the last `window_s` seconds."""

    async def mark(self, key: str, *, ttl_s: int, now: datetime) -> bool:
        """Remember `key` for `ttl_s` seconds. True for the first caller only, until it is forgotten."""

    async def marked(self, key: str, *, now: datetime) -> bool:
        """True while a mark of `key` is remembered."""

    async def start(self) -> None:
        """Begin to count. An unreachable server is no error here: see `check`."""

    async def close(self) -> None:
        """Let go of connections."""

    async def check(self) -> None:
        """Return when the count is shared as configured.

        Raises:
            Unavailable: it is not.
        """


def answer(allowed: bool, blocking_ms: int, count: int, limit: int, window_ms: int, now_ms: int) -> Hit:
    """Return the answer to a hit.

    Args:
        allowed: Whether it was counted.
        blocking_ms: The counted moment that must leave the window before one more fits.
        count: How many the window holds now.
        limit: How many it takes, at least 1.
        window_ms: Its length.
        now_ms: The moment of the hit.
    """
    remaining = max(0, limit - count)
    wait_ms = 0 if remaining else max(1, blocking_ms + window_ms - now_ms)
    return Hit(allowed, limit, remaining, (wait_ms + 999) // 1000)


class LocalCounters:
    """The counters of one process. Memory is bounded: the keys used least recently are forgotten first.

    Args:
        most_keys: How many keys of each kind are kept.
    """

    def __init__(self, *, most_keys: int = MOST_KEYS) -> None:
        self._most_keys = most_keys
        # Dictionaries keep their order: a key that is used goes to the end.
        # Of each key, the moments of its counted events in milliseconds, oldest first.
        self._hits: dict[str, array[int]] = {}
        self._marks: dict[str, int] = {}

    async def hit(self, key: str, *, limit: int, window_s: int, now: datetime) -> Hit:
        now_ms, window_ms = to_ms(now), window_s * 1000
        moments = self._hits.pop(key, None)
        if moments is None:
            moments = array("q")
        self._hits[key] = moments
        if moments and moments[0] <= now_ms - window_ms:
            del moments[: bisect_right(moments, now_ms - window_ms)]
        allowed = len(moments) < limit
        if allowed:
            # A clock set back must not break the order.
            moments.append(max(now_ms, moments[-1]) if moments else now_ms)
        if len(self._hits) > self._most_keys:
            del self._hits[next(iter(self._hits))]
        return answer(allowed, moments[max(0, len(moments) - limit)], len(moments), limit, window_ms, now_ms)

    async def mark(self, key: str, *, ttl_s: int, now: datetime) -> bool:
        now_ms = to_ms(now)
        if self._marks.get(key, 0) > now_ms:
            return False
        self._marks.pop(key, None)
        self._marks[key] = now_ms + ttl_s * 1000
        if len(self._marks) > self._most_keys:
            self._forget_marks(now_ms)
        return True

    async def marked(self, key: str, *, now: datetime) -> bool:
        return self._marks.get(key, 0) > to_ms(now)

    def forget_all(self) -> None:
        """Forget every count and every mark: for the sandbox."""
        self._hits.clear()
        self._marks.clear()

    def _forget_marks(self, now_ms: int) -> None:
        """Forget what has run out, and if that is too little, the oldest tenth, so that this happens seldom."""
        live = {key: until for key, until in self._marks.items() if until > now_ms}
        surplus = len(live) - self._most_keys * 9 // 10
        self._marks = dict(list(live.items())[max(0, surplus) :])

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        """Nothing to let go of."""

    async def check(self) -> None:
        """Always in order."""
