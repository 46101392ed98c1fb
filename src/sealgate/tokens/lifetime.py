"""When a token was issued and when it ends: `iat` and `exp`, Unix seconds (RFC 7519, 4.1). Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeGuard

from sealgate.base.clock import to_unix_s
from sealgate.tokens.errors import TokenInvalid

LEEWAY_S = 60
"""By how much the clocks of this server's processes may differ (oauth2 B17)."""
LAST_SECOND = 253_402_300_799


def read_times(claims: Mapping[str, Any], now: datetime) -> tuple[int, int]:
    """Return `iat` and `exp` of a token whose signature is right.

    Raises:
        TokenInvalid: one is missing or no time, or it was issued in the future.
    """
    issued_s, expires_s = claims.get("iat"), claims.get("exp")
    if not _is_time(expires_s) or not _is_time(issued_s):
        raise TokenInvalid(message="This token does not say when it was issued and when it ends.")
    if issued_s > to_unix_s(now) + LEEWAY_S:
        raise TokenInvalid(message="This token was issued in the future.")
    return issued_s, expires_s


def has_ended(expires_s: int, now: datetime) -> bool:
    """Tell whether a token's life is over, with the minute of grace that clocks get."""
    return to_unix_s(now) >= expires_s + LEEWAY_S


def _is_time(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND
