"""Who checks access and ID tokens: signature, life and standing, remembered while they last."""

from collections.abc import Container
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sealgate.tokens import jws
from sealgate.tokens.errors import TokenExpired, TokenForeign, TokenInvalid
from sealgate.tokens.lifetime import has_ended, read_times
from sealgate.tokens.memory import Remembered, TokenMemory

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus
    from sealgate.infra.database import Database
    from sealgate.tokens.signing import TokenKeys

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type


class Verified(Remembered, kw_only=True):
    """A token of one of our keys; `typ` and `kid` are its header's."""

    typ: str
    kid: str


class TokenVerifier:
    """Checks tokens that this server signed with its own keys.

    What was verified is remembered by its SHA-256 until it expires, is revoked, or its key is withdrawn.
    """

    def __init__(self, keys: "TokenKeys", db: "Database", bus: "Bus", issuer: str) -> None:
        self._keys = keys
        self._issuer = issuer
        self._memory: TokenMemory[Verified] = TokenMemory(db, bus)

    async def verify(
        self, token: str, *, typ: Container[str], now: datetime, expired_ok: bool = False
    ) -> dict[str, Any]:
        """Return the claims, which are not to be changed.

        Args:
            typ: Which kinds of token are taken: `at+jwt` an access token, `JWT` an ID token.
            expired_ok: For an `id_token_hint`, which may be old (OpenID Connect Core, 3.1.2.1).

        Raises:
            TokenMalformed: it is no signed JWT.
            TokenForeign: it is not of this issuer, or its key has been withdrawn.
            TokenInvalid: it is of another kind, or its signature is wrong.
            TokenExpired
            TokenRevoked
        """
        return (await self.verify_fully(token, typ=typ, now=now, expired_ok=expired_ok)).claims

    async def verify_fully(
        self, token: str, *, typ: Container[str], now: datetime, expired_ok: bool = False
    ) -> Verified:
        """Like `verify`, with what else is known of the token."""
        digest = sha256(token.encode(errors="replace")).digest()
        known = self._memory.find(digest)
        if known is None:
            found = await self._check(token, now)
        elif self._keys.has(known.kid):
            found = known
        else:
            self._memory.forget(digest)
            raise TokenForeign
        if found.typ not in typ:
            raise TokenInvalid(
                message="This is a token of another kind: an ID token or one for another purpose, not an access token."
                if ACCESS_TOKEN in typ
                else "This is a token of another kind."
            )
        if has_ended(found.expires_s, now) and not expired_ok:
            self._memory.forget(digest)
            raise TokenExpired
        await self._memory.check_standing(digest, found, now)
        return found

    def listen(self) -> None:
        """Hear of revocations from now on."""
        self._memory.listen()

    async def _check(self, token: str, now: datetime) -> Verified:
        parts = jws.take_apart(token)
        found = await self._keys.find(parts.header.kid)
        if found is None:
            raise TokenForeign
        alg, key = found
        # The key says how it signs; a token that says otherwise is somebody's try.
        if parts.header.alg != alg:
            raise TokenInvalid(message="This token names another algorithm than its key is for.")
        jws.check_signature(token, key, alg)
        claims = jws.read_claims(parts.payload)
        if claims.get("iss") != self._issuer:
            raise TokenForeign
        _, expires_s = read_times(claims, now)
        return Verified(claims=claims, typ=parts.header.typ, kid=parts.header.kid, expires_s=expires_s)
