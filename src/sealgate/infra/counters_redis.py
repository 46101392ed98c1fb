"""Counters that several processes share, on Redis: the same sliding window as `LocalCounters`, step by step.

While Redis is gone, each process counts for itself: limits become looser, nobody is refused for it.
"""

import time
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from sealgate.base.clock import to_ms
from sealgate.base.logs import get_logger
from sealgate.infra import redis_client
from sealgate.infra.counters import Hit, LocalCounters, answer
from sealgate.infra.metrics import COUNTERS_FALLBACK

ANSWER_WAIT_S = 0.5
REST_AFTER_FAILURE_S = 1.0

# A list of the counted moments, oldest first. The times come from the caller, so that every process and every test
# has one clock; Redis's own clock only forgets keys nobody asks for any more.
_HIT = """
local now, window, limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local first = redis.call('LINDEX', KEYS[1], 0)
while first and tonumber(first) <= now - window do
  redis.call('LPOP', KEYS[1])
  first = redis.call('LINDEX', KEYS[1], 0)
end
local count = redis.call('LLEN', KEYS[1])
local allowed = 0
if count < limit then
  local last = redis.call('LINDEX', KEYS[1], -1)
  redis.call('RPUSH', KEYS[1], (last and tonumber(last) > now) and last or ARGV[1])
  redis.call('PEXPIRE', KEYS[1], window)
  count = count + 1
  allowed = 1
end
return {allowed, count, redis.call('LINDEX', KEYS[1], math.max(0, count - limit))}
"""

_MARK = """
local now, ttl = tonumber(ARGV[1]), tonumber(ARGV[2])
local till = redis.call('GET', KEYS[1])
if till and tonumber(till) > now then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f', now + ttl), 'PX', ttl)
return 1
"""

_log = get_logger("infra.counters")


class _RedisGone(Exception):
    """Redis does not answer at the moment."""


class RedisCounters:
    """The counters of several processes.

    Args:
        url: `redis://…`.
    """

    def __init__(self, url: str) -> None:
        self._client = redis_client.connect(url, retries=1, answer_wait_s=ANSWER_WAIT_S)
        self._hit: Any = self._client.register_script(_HIT)
        self._mark: Any = self._client.register_script(_MARK)
        self._alone = LocalCounters()
        self._rest_until = 0.0

    async def hit(self, key: str, *, limit: int, window_s: int, now: datetime) -> Hit:
        now_ms, window_ms = to_ms(now), window_s * 1000
        try:
            allowed, count, blocking_ms = await self._ask(
                lambda: self._hit(keys=[f"sealgate:hit:{key}"], args=[now_ms, window_ms, limit])
            )
        except _RedisGone:
            return await self._alone.hit(key, limit=limit, window_s=window_s, now=now)
        return answer(bool(allowed), int(blocking_ms), count, limit, window_ms, now_ms)

    async def mark(self, key: str, *, ttl_s: int, now: datetime) -> bool:
        try:
            first = await self._ask(lambda: self._mark(keys=[f"sealgate:mark:{key}"], args=[to_ms(now), ttl_s * 1000]))
        except _RedisGone:
            return await self._alone.mark(key, ttl_s=ttl_s, now=now)
        return bool(first)

    async def marked(self, key: str, *, now: datetime) -> bool:
        try:
            until_ms = await self._ask(lambda: self._client.get(f"sealgate:mark:{key}"))
        except _RedisGone:
            return await self._alone.marked(key, now=now)
        return until_ms is not None and int(until_ms) > to_ms(now)

    async def start(self) -> None:
        """Nothing to start: the client connects when it is first used."""

    async def close(self) -> None:
        await self._client.aclose()

    async def check(self) -> None:
        await redis_client.check(self._client)

    async def _ask(self, command: Callable[[], Awaitable[Any]]) -> Any:
        """Run `command`, unless Redis failed within the last second: a server that hangs must not slow every call."""
        if time.monotonic() >= self._rest_until:
            try:
                return await command()
            except redis_client.FAILURES as problem:
                self._rest_until = time.monotonic() + REST_AFTER_FAILURE_S
                _log.error("counters_alone", cause=type(problem).__name__)
        COUNTERS_FALLBACK.add()
        raise _RedisGone
