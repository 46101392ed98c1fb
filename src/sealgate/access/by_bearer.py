"""People who signed in to an app or opened it in their wallet, by the token the app got for them."""

from typing import TYPE_CHECKING, Any

from sealgate.access.call_log import APP_UUID
from sealgate.access.errors import AppDisabled, RateLimited, SecretExposed, TooManyFailures
from sealgate.access.exposed_secrets import ExposedSecrets
from sealgate.access.rate_limits import RateLimits
from sealgate.base.errors import SealgateError
from sealgate.tokens.bearers import BearerVerifier
from sealgate.tokens.errors import (
    TokenExpired,
    TokenForeign,
    TokenInvalid,
    TokenMalformed,
    TokenMissing,
    TokenRevoked,
)
from sealgate.tokens.model import User

if TYPE_CHECKING:
    from sealgate.web.call import Call


class UserByToken:
    """Recognises a user by `Authorization: Bearer …`: an access token or an xApp's JWT; ID tokens do not count."""

    errors: tuple[type[SealgateError], ...] = (
        SecretExposed,
        TokenMissing,
        TokenMalformed,
        TokenInvalid,
        TokenForeign,
        TokenExpired,
        TokenRevoked,
        AppDisabled,
        RateLimited,
        TooManyFailures,
    )

    def __init__(self, verifier: BearerVerifier, limits: RateLimits, exposed: ExposedSecrets) -> None:
        self._exposed = exposed
        self._verifier = verifier
        self._limits = limits

    async def recognise(self, call: "Call[Any]") -> User:
        """Return the calling user. Calls are counted by app and account: one user's page does not hold up others."""
        await self._exposed.refuse(call)
        token = bearer_token(call)
        try:
            user = await self._verifier.verify(token, now=call.now)
        except (TokenExpired, TokenRevoked):
            raise
        except TokenInvalid:
            await self._limits.count_failure(call)
            raise
        call.notes[APP_UUID] = user.app.uuid
        if user.app.disabled:
            raise AppDisabled
        await self._limits.count(call, f"user:{user.app.uuid}:{user.account}")
        return user


def bearer_token(call: "Call[Any]") -> str:
    """Return the token of the Authorization header (RFC 6750, 2.1); the word before it in any case.

    Raises:
        TokenMissing: there is none.
        TokenMalformed: there is more than a token.
    """
    header = call.headers.get("authorization", "")
    scheme, _, rest = header.strip().partition(" ")
    token = rest.strip()
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing(message=_what_is_missing(header, scheme))
    if token in ("undefined", "null"):
        raise TokenMissing(message=f"The page sent the word {token!r} instead of an access token: it has none yet.")
    if token[0] in "\"'" or " " in token or "," in token:
        raise TokenMalformed
    return token


def _what_is_missing(header: str, scheme: str) -> str:
    if not header.strip():
        return "This call needs the access token of a signed-in user, and it has no Authorization header."
    if scheme.lower() == "bearer":
        return "The Authorization header says Bearer, and no token follows."
    return "The Authorization header does not carry a Bearer token."
