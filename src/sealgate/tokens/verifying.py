"""Who checks access and ID tokens: signature, life and standing, remembered while they last."""

from collections import OrderedDict
from collections.abc import Container
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeGuard

import msgspec

from sealgate.base.clock import from_ms, to_unix_s
from sealgate.base.ids import as_uuid
from sealgate.infra.bus import BUS_RESUMED
from sealgate.tokens import deny_list, jws
from sealgate.tokens.errors import TokenExpired, TokenForeign, TokenInvalid, TokenRevoked
from sealgate.tokens.events import REVOKED, TOKENS_TOPIC

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus, Event
    from sealgate.infra.database import Database
    from sealgate.tokens.signing import TokenKeys

MAX_REMEMBERED = 10_000
STANDING_COUNTS_S = 30
LEEWAY_S = 60
ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a media type
LAST_SECOND = 253_402_300_799


class Verified(msgspec.Struct, kw_only=True):
    """A token whose signature is right.

    Attributes:
        expires_s: When it ends, Unix seconds.
        standing_until: How long `holder_uuid` and its not being revoked need no look at the database.
    """

    claims: dict[str, Any]
    typ: str
    kid: str
    expires_s: int
    holder_uuid: str | None = None
    standing_until: datetime | None = None

    @property
    def jti(self) -> str | None:
        """The token's number, where it has one."""
        found = self.claims.get("jti")
        return found if isinstance(found, str) else None


class TokenVerifier:
    """Checks tokens that this server signed.

    What was verified is remembered by its SHA-256 until it expires, is revoked, or its key is withdrawn. Revocations
    arrive over the bus; should one be lost on the way, it counts after 30 s.
    """

    def __init__(self, keys: "TokenKeys", db: "Database", bus: "Bus", issuer: str) -> None:
        self._keys = keys
        self._db = db
        self._bus = bus
        self._issuer = issuer
        self._known: OrderedDict[bytes, Verified] = OrderedDict()
        self._by_jti: dict[str, bytes] = {}
        self._changes = 0

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
        known = self._known.get(digest)
        if known is None:
            found = await self._check(token, now)
        elif self._keys.has(known.kid):
            found = known
        else:
            self._forget(digest)
            raise TokenForeign
        if found.typ not in typ:
            raise TokenInvalid(
                message="This is a token of another kind: an ID token or one for another purpose, not an access token."
                if ACCESS_TOKEN in typ
                else "This is a token of another kind."
            )
        if to_unix_s(now) >= found.expires_s + LEEWAY_S and not expired_ok:
            self._forget(digest)
            raise TokenExpired
        if found.standing_until is None or now >= found.standing_until:
            await self._refresh_standing(digest, found, now)
        return found

    def listen(self) -> None:
        """Hear of revocations from now on."""
        self._bus.listen(TOKENS_TOPIC, self._heard)
        self._bus.listen(BUS_RESUMED.topic, self._missed_some)

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
        expires_s, issued_s = claims.get("exp"), claims.get("iat")
        if not _is_time(expires_s) or not _is_time(issued_s):
            raise TokenInvalid(message="This token does not say when it was issued and when it ends.")
        if issued_s > to_unix_s(now) + LEEWAY_S:
            raise TokenInvalid(message="This token was issued in the future.")
        return Verified(claims=claims, typ=parts.header.typ, kid=parts.header.kid, expires_s=expires_s)

    async def _refresh_standing(self, digest: bytes, token: Verified, now: datetime) -> None:
        client_id, user_token = token.claims.get("client_id"), token.claims.get("usertoken_uuidv4")
        changes = self._changes
        standing = await self._db.read(
            deny_list.standing_of,
            token.jti,
            as_uuid(client_id) if isinstance(client_id, str) else None,
            as_uuid(user_token) if isinstance(user_token, str) else None,
            now=now,
        )
        if standing.revoked:
            self._forget(digest)
            raise TokenRevoked
        token.holder_uuid = standing.holder_uuid
        # A revocation that was announced while the read ran may be of this token: then it is not remembered.
        if changes == self._changes:
            ends = from_ms(min(token.expires_s + LEEWAY_S, LAST_SECOND) * 1000)
            token.standing_until = min(now + timedelta(seconds=STANDING_COUNTS_S), ends)
            self._remember(digest, token)

    def _remember(self, digest: bytes, token: Verified) -> None:
        self._known[digest] = token
        self._known.move_to_end(digest)
        if token.jti is not None:
            self._by_jti[token.jti] = digest
        if len(self._known) > MAX_REMEMBERED:
            self._forget(next(iter(self._known)))

    def _forget(self, digest: bytes) -> None:
        token = self._known.pop(digest, None)
        if token is not None and token.jti is not None:
            self._by_jti.pop(token.jti, None)

    def _heard(self, event: "Event") -> None:
        self._changes += 1
        if event.kind == REVOKED:
            digest = self._by_jti.get(str(event.data.get("jti")))
            if digest is not None:
                self._forget(digest)
            return
        holder = event.data.get("holder")
        for digest in [digest for digest, token in self._known.items() if token.holder_uuid == holder]:
            self._forget(digest)

    def _missed_some(self, _event: "Event") -> None:
        self._changes += 1
        self._known.clear()
        self._by_jti.clear()


def _is_time(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LAST_SECOND
