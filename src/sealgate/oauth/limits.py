"""How many sign-ins may begin: each makes a sign request, so strangers must not make many (oauth2 B16, flooding)."""

from typing import Any

from sealgate.access.rate_limits import WINDOW_S, network_of
from sealgate.base.ids import hash_secret
from sealgate.oauth.errors import TooManyRequests
from sealgate.web import Call

PER_APP = 1200
PER_ADDRESS = 120
PER_BROWSER = 30


async def count_beginning(call: Call[Any], *, app_uuid: str, browser: str | None) -> None:
    """Count a sign-in that is about to begin, by app, address and browser. Does nothing where limits are off.

    Args:
        browser: Value of its binding cookie, None for one that comes for the first time.

    Raises:
        TooManyRequests: it was one too many for one of them.
    """
    if not call.settings.rate_limits:
        return
    counted = [(f"address:{network_of(call.client_ip)}", PER_ADDRESS), (f"app:{app_uuid}", PER_APP)]
    if browser is not None:
        # Counters may lie in Redis, and the cookie's value opens sign-ins.
        counted.insert(0, (f"browser:{hash_secret(browser).hex()}", PER_BROWSER))
    for who, limit in counted:
        hit = await call.context.counters.hit(f"sign-ins:{who}", limit=limit, window_s=WINDOW_S, now=call.now)
        if not hit.allowed:
            raise TooManyRequests(headers={"retry-after": str(hit.retry_after_s)})
