"""Operators by the server's admin token."""

from hmac import compare_digest
from typing import TYPE_CHECKING, Any

from sealgate.access.admin_changes import ChangeRecord
from sealgate.access.errors import AdminApiOff, AdminTokenMissing, AdminTokenWrong, TooManyFailures
from sealgate.access.rate_limits import RateLimits
from sealgate.base.errors import SealgateError
from sealgate.web.callers import Admin

if TYPE_CHECKING:
    from sealgate.web.call import Call


class AdminByToken:
    """Recognises whoever has the admin token."""

    errors: tuple[type[SealgateError], ...] = (AdminApiOff, AdminTokenMissing, AdminTokenWrong, TooManyFailures)

    def __init__(self, admin_token: str, limits: RateLimits, changes: ChangeRecord) -> None:
        self._token = admin_token.encode()
        self._limits = limits
        self._changes = changes

    async def recognise(self, call: "Call[Any]") -> Admin:
        """Return the operator. What the call changes goes on record."""
        if not self._token:
            raise AdminApiOff
        scheme, _, token = call.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise AdminTokenMissing(headers={"www-authenticate": 'Bearer realm="sealgate admin"'})
        if not compare_digest(token.strip().encode(), self._token):
            await self._limits.count_failure(call)
            raise AdminTokenWrong(headers={"www-authenticate": 'Bearer realm="sealgate admin", error="invalid_token"'})
        self._changes.follow(call)
        return Admin()
