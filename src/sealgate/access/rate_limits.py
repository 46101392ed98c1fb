"""How often a caller may call: sliding minutes, counted where all processes see them."""

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, Any

from sealgate.access.errors import RateLimited, TooManyFailures

if TYPE_CHECKING:
    from sealgate.web.call import Call
    from sealgate.web.context import Context

WINDOW_S = 60
FAILURES_PER_MINUTE = 30
PAIRINGS_PER_MINUTE = 30
KYC_PER_MINUTE = 600
ACCOUNTS_PER_MINUTE = 120
TRANSACTIONS_PER_MINUTE = 60
"""Of `kyc-status`, of what is known about accounts, and of transactions on the ledger (platform-api 1.8)."""
LOG_READS_PER_MINUTE = 120
"""Counted apart, so that who follows the log takes no calls away from the app."""


class RateLimits:
    """Counts calls by caller and kind of route, and failed proofs by address. Does nothing where they are off.

    A route's `limit` names its kind; one without counts as `general`.
    """

    def __init__(self, context: "Context") -> None:
        settings = context.settings
        self._on = settings.rate_limits
        self._counters = context.counters
        self._general = settings.calls_per_minute
        self._limits = {
            "payload": settings.payloads_per_minute,
            "pairing": PAIRINGS_PER_MINUTE,
            "log": LOG_READS_PER_MINUTE,
            "kyc": KYC_PER_MINUTE,
            "accounts": ACCOUNTS_PER_MINUTE,
            "transactions": TRANSACTIONS_PER_MINUTE,
        }

    async def count(self, call: "Call[Any]", caller: str) -> None:
        """Count one call of `caller`, such as `app:<uuid>`, and tell it how many are left (platform-api 1.3).

        Raises:
            RateLimited: it was one too many.
        """
        if not self._on:
            return
        kind = call.route.limit or "general"
        limit = self._limits.get(kind, self._general)
        hit = await self._counters.hit(f"calls:{caller}:{kind}", limit=limit, window_s=WINDOW_S, now=call.now)
        call.response_headers["x-ratelimit-limit"] = str(hit.limit)
        call.response_headers["x-ratelimit-remaining"] = str(hit.remaining)
        if not hit.allowed:
            raise RateLimited(
                message=f"There were more than {hit.limit} calls in the last minute.",
                headers={"retry-after": str(hit.retry_after_s)},
            )

    async def count_address(self, call: "Call[Any]") -> None:
        """Count one call of whoever is at this address, for routes that ask for no credential.

        Raises:
            RateLimited: it was one too many.
        """
        await self.count(call, f"address:{network_of(call.client_ip)}")

    async def count_failure(self, call: "Call[Any]") -> None:
        """Count one wrong credential. Right ones are never held up by the wrong ones of a neighbour.

        Raises:
            TooManyFailures: there were 30 within a minute from this address.
        """
        if not self._on:
            return
        key = f"failures:{network_of(call.client_ip)}"
        hit = await self._counters.hit(key, limit=FAILURES_PER_MINUTE, window_s=WINDOW_S, now=call.now)
        if not hit.allowed:
            raise TooManyFailures(headers={"retry-after": str(hit.retry_after_s)})


def network_of(address: str) -> str:
    """Return what counts as one caller: an IPv4 address, or the /64 that one IPv6 customer has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is None:
        return str(IPv6Address(int(parsed) >> 64 << 64))
    return address
