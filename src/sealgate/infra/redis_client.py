"""What the bus and the counters on Redis (or Valkey) share: how to connect. Imported only where Redis is configured."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from sealgate.base.errors import Unavailable

ANSWER_WAIT_S = 2.0

FAILURES = (RedisError, OSError, TimeoutError)
"""What a server that is gone, hangs or refuses makes the client raise."""


def connect(url: str, *, retries: int, answer_wait_s: float = ANSWER_WAIT_S) -> Redis:
    """Return a client; it connects when it is first used.

    Args:
        url: `redis://…` or `rediss://…`.
        retries: How often a command is sent again over a new connection when its connection turns out to be dead.
        answer_wait_s: How long a connection attempt, or an answer, may take.
    """
    return Redis.from_url(
        url,
        socket_timeout=answer_wait_s,
        socket_connect_timeout=answer_wait_s,
        retry=Retry(NoBackoff(), retries),
        client_name="sealgate",
    )


async def check(client: Redis) -> None:
    """Return when the server answers.

    Raises:
        Unavailable: it does not.
    """
    try:
        await client.ping()
    except FAILURES as problem:
        raise Unavailable(detail=f"Redis: {type(problem).__name__}") from problem
