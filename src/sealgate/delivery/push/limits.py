"""How often an app may wake people: counted at the edge, before anything is stored."""

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sealgate.web.context import Context

WINDOW_S = 60


async def may_push(context: "Context", app_uuid: str, to: str, *, now: datetime) -> bool:
    """Count one push of an app and tell whether it is within its limits, to this person and in all.

    One too many costs the app nothing but the wake-up: what it asks for is made all the same, and it is told why.

    Args:
        to: Whom the app names: a user token, or anything else that stands for one person.
    """
    settings, counters = context.settings, context.counters
    if not settings.rate_limits:
        return True
    for key, limit in (
        (f"pushes:{app_uuid}:{to}", settings.pushes_per_user_minute),
        (f"pushes:{app_uuid}", settings.pushes_per_minute),
    ):
        hit = await counters.hit(key, limit=limit, window_s=WINDOW_S, now=now)
        if not hit.allowed:
            return False
    return True
