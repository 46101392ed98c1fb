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
        """Count one event of `key`, if fewer than `limit` were counted within the `window_s` seconds before `now`."""

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


def seconds_until(free_at_ms: int, now_ms: int) -> int:
    """Return the whole seconds, at least one, until `free_at_ms`."""
    return max(1, -((now_ms - free_at_ms) // 1000))


class _Window:
    """The moments of the counted events of one key, oldest first, in milliseconds."""

    __slots__ = ("moments", "window_ms")

    def __init__(self, window_ms: int) -> None:
        self.window_ms = window_ms
        self.moments = array("q")


class LocalCounters:
    """The counters of one process. Memory is bounded: the keys used least recently are forgotten first.

    Args:
        most_keys: How many keys of each kind are kept.
    """

    def __init__(self, *, most_keys: int = MOST_KEYS) -> None:
        self._most_keys = most_keys
        # Dictionaries keep their order: a key that is used goes to the end.
        self._windows: dict[str, _Window] = {}
        self._marks: dict[str, int] = {}

    async def hit(self, key: str, *, limit: int, window_s: int, now: datetime) -> Hit:
        now_ms = to_ms(now)
        window = self._windows.pop(key, None) or _Window(window_s * 1000)
        self._windows[key] = window
        window.window_ms = window_s * 1000
        moments = window.moments
        if moments and moments[0] <= now_ms - window.window_ms:
            del moments[: bisect_right(moments, now_ms - window.window_ms)]
        allowed = len(moments) < limit
        if allowed:
            # A clock set back must not break the order.
            moments.append(max(now_ms, moments[-1]) if moments else now_ms)
        if len(self._windows) > self._most_keys:
            del self._windows[next(iter(self._windows))]
        remaining = max(0, limit - len(moments))
        retry = 0 if remaining or not moments else seconds_until(moments[0] + window.window_ms, now_ms)
        return Hit(allowed, limit, remaining, retry)

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
