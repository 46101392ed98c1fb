"""What a push service's answer means, and when to try again. Pure: no I/O, no clock."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal

Meaning = Literal["taken", "gone", "refused", "later"]

RETRY_WAITS_S = (5, 30, 120, 600, 1800)
"""Waits after the first failures; the last one repeats until the message has lost its meaning."""
MAX_TTL_S = 28 * 86_400
"""What push services keep at most; a longer wish is answered with an error by some."""


def meaning_of(status: int) -> Meaning:
    """Return what an answer says.

    `taken`: the push service has the message (201, or 202 with its word for later). `gone`: the subscription has ended
    (404, 410). `later`: it asks for time (429) or has a fault of its own (408, 425, 5xx). `refused`: it never takes
    this message (413, 400), does not believe us (401, 403), or is somewhere else (3xx, which nobody follows).

    Source: RFC 8030, 5, 7.2, 7.3 and 8.4.
    """
    if 200 <= status < 300:
        return "taken"
    if status in (404, 410):
        return "gone"
    if status in (408, 425, 429) or status >= 500:
        return "later"
    return "refused"


def retry_at(
    attempt: int, now: datetime, *, jitter: float, retry_after: timedelta | None, expires_at: datetime | None
) -> datetime | None:
    """Return when to try again, None where the message would have lost its meaning by then.

    Args:
        attempt: The number of tries so far, the last one included.
        jitter: 0 to 1; up to a fifth is added, so that a service that comes back is not met by all at once.
        retry_after: What the service asked for; never sooner than that.
    """
    wait = timedelta(seconds=RETRY_WAITS_S[min(attempt, len(RETRY_WAITS_S)) - 1] * (1 + jitter / 5))
    at = now + max(wait, retry_after or timedelta())
    return None if expires_at is not None and at >= expires_at else at


def ttl_s(now: datetime, expires_at: datetime | None) -> int:
    """Return for how many seconds a push service should keep a message (RFC 8030, 5.2)."""
    if expires_at is None:
        return MAX_TTL_S
    return max(0, min(MAX_TTL_S, int((expires_at - now).total_seconds())))


def headers_of(message: Mapping[str, str], *, ttl: int, authorization: str) -> dict[str, str]:
    """Return the headers of a message (RFC 8030, 5; RFC 8291, 4).

    A request that waits to be signed has somebody in front of a screen, so it is urgent. The topic is the request: of
    two messages about it a device that was offline gets the last one.
    """
    headers = {
        "content-type": "application/octet-stream",
        "content-encoding": "aes128gcm",
        "ttl": str(ttl),
        "urgency": "high" if message.get("category") == "SIGNTX" else "normal",
        "authorization": authorization,
    }
    if "payload" in message:
        headers["topic"] = message["payload"].replace("-", "")
    return headers
