"""The JWT of an xApp: HS256 under the app's own API secret (platform-api 16.3), made and checked.

A way of its own beside the keys of `signing`: nothing that is written inside a token chooses a key, an algorithm or
this way. A token goes it when it begins, letter for letter, with the one header that is written here.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from sealgate.apps.directory import AppDirectory, Entry
from sealgate.apps.model import App
from sealgate.base.clock import to_unix_s
from sealgate.base.ids import as_uuid, new_uuid
from sealgate.holders.thumbprint import from_base64url, to_base64url
from sealgate.tokens.errors import TokenExpired, TokenForeign, TokenInvalid, TokenMalformed
from sealgate.tokens.lifetime import has_ended, read_times
from sealgate.tokens.memory import Remembered, TokenMemory
from sealgate.tokens.model import User

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus
    from sealgate.infra.database import Database
    from sealgate.infra.sealing import Sealer

ALG = "HS256"
LIFETIME_S = 86_400
MAX_TOKEN_CHARS = 8_192
BEGINNING = to_base64url(b'{"alg":"HS256","typ":"JWT"}') + "."
"""What every token of this kind begins with; one that says the same in other letters is none."""

_AGAIN = "Open the xApp again; each launch brings a new token."


class _Named(msgspec.Struct, frozen=True):
    """What is read of a token before its signature is checked: whose secret to check it with."""

    client_id: str


class _Claims(msgspec.Struct, frozen=True):
    """What a token of ours says at the least; all of it is checked after the signature."""

    client_id: str
    app_uuidv4: str
    ott_uuidv4: str
    sub: str
    jti: str


class VerifiedXapp(Remembered, kw_only=True):
    """A token signed with a secret of its app.

    Attributes:
        secret_id: Which secret; the token counts while that is live.
    """

    app_uuid: str
    secret_id: str
    account: str
    ott: str


_decode_named = msgspec.json.Decoder(_Named).decode
_decode_claims = msgspec.json.Decoder(dict[str, Any]).decode


def is_xapp_token(token: str) -> bool:
    """Tell which way a token goes, by its header alone and before any key is looked at."""
    return token.startswith(BEGINNING)


def sign_xapp_token(
    secret: str, *, app: App, ott: str, account: str, context: Mapping[str, Any], user_token: str | None, now: datetime
) -> str:
    """Return the JWT of one launch, valid for 24 hours; it takes microseconds.

    Args:
        secret: The app's API secret, dashes included: that text is the key.
        ott: The one-time token it is given for.
        account: Who opened the xApp; the token's `sub`.
        context: The OTT data (platform-api 16.2); the network is taken from it.
        user_token: By which the app reaches the user, or None.
    """
    issued_s = to_unix_s(now)
    claims = {
        "client_id": app.uuid,
        "ott_uuidv4": ott,
        "app_uuidv4": app.uuid,
        "app_name": app.name,
        "sub": account,
        "usertoken_uuidv4": user_token,
        "network_type": context.get("nodetype"),
        "network_endpoint": context.get("nodewss"),
        "network_id": context.get("networkid"),
        "iat": issued_s,
        "exp": issued_s + LIFETIME_S,
        "jti": new_uuid(),
    }
    header: dict[str, Any] = {"alg": ALG, "typ": "JWT"}
    return jws.serialize_compact(header, msgspec.json.encode(claims), OctKey.import_key(secret), algorithms=[ALG])


class XappTokenVerifier:
    """Checks the JWTs of xApps by the live secrets of the app they name.

    What was verified is remembered by its SHA-256 until it expires or is revoked, or the secret that signed it retires.
    """

    def __init__(self, apps: AppDirectory, sealer: "Sealer", db: "Database", bus: "Bus") -> None:
        self._apps = apps
        self._sealer = sealer
        self._memory: TokenMemory[VerifiedXapp] = TokenMemory(db, bus)

    async def verify(self, token: str, *, now: datetime) -> User:
        """Return whose token it is. Whether the app is disabled is for the caller to ask.

        Raises:
            TokenMalformed: it is no signed JWT.
            TokenForeign: it names no app of this server.
            TokenInvalid: no live secret of its app signed it, or it says what we never write.
            TokenExpired
            TokenRevoked
        """
        digest = sha256(token.encode(errors="replace")).digest()
        found = self._memory.find(digest)
        if found is None:
            entry, found = await self._check(token, now)
        else:
            entry = await self._still_signed(found, digest, now)
        if has_ended(found.expires_s, now):
            self._memory.forget(digest)
            raise TokenExpired(hint=_AGAIN)
        await self._memory.check_standing(digest, found, now)
        return User(
            app=entry.app,
            account=found.account,
            holder_uuid=found.holder_uuid,
            jti=found.claims["jti"],
            scope="",
            claims=found.claims,
            kind="xapp",
            ott=found.ott,
        )

    def listen(self) -> None:
        """Hear of revocations from now on."""
        self._memory.listen()

    async def _still_signed(self, found: VerifiedXapp, digest: bytes, now: datetime) -> Entry:
        entry = await self._apps.find(found.app_uuid, now=now)
        if entry is not None and any(secret.id == found.secret_id and secret.is_live(now) for secret in entry.secrets):
            return entry
        self._memory.forget(digest)
        raise _not_signed()

    async def _check(self, token: str, now: datetime) -> tuple[Entry, VerifiedXapp]:
        payload = _payload(token)
        try:
            named = as_uuid(_decode_named(payload).client_id)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise TokenInvalid(message="This token does not say which app it is for.") from None
        entry = None if named is None else await self._apps.find(named, now=now)
        if entry is None:
            raise TokenForeign(message="This token names no app of this server.")
        for secret in entry.live_secrets(now):
            if _is_signed_with(entry.opened.text(self._sealer, secret), token):
                return entry, _read(payload, entry.app, secret.id, now)
        raise _not_signed()


def _payload(token: str) -> bytes:
    if len(token) > MAX_TOKEN_CHARS or not token.isascii() or not is_xapp_token(token):
        raise TokenMalformed
    parts = [from_base64url(part) for part in token[len(BEGINNING) :].split(".")]
    if len(parts) != 2 or not parts[0] or not parts[1]:
        raise TokenMalformed
    return parts[0]


def _is_signed_with(secret: str, token: str) -> bool:
    try:
        jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=[ALG])
    except JoseError:
        return False
    return True


def _read(payload: bytes, app: App, secret_id: str, now: datetime) -> VerifiedXapp:
    # The developer has the secret as well, so even a right signature says nothing of the form.
    try:
        claims = _decode_claims(payload)
        read = msgspec.convert(claims, _Claims)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        raise TokenInvalid(message="The claims of this token are not those that this server writes.") from None
    issued_s, expires_s = read_times(claims, now)
    if read.client_id != app.uuid or read.app_uuidv4 != app.uuid or as_uuid(read.ott_uuidv4) is None:
        raise TokenInvalid(message="The claims of this token are not those that this server writes.")
    if expires_s - issued_s > LIFETIME_S:
        raise TokenInvalid(message="This token says that it lives longer than the 24 hours that one may.")
    return VerifiedXapp(
        claims=claims,
        expires_s=expires_s,
        app_uuid=app.uuid,
        secret_id=secret_id,
        account=read.sub,
        ott=read.ott_uuidv4,
    )


def _not_signed() -> TokenInvalid:
    return TokenInvalid(
        message="No API secret of this token's app that counts now has signed it: the secret was replaced since, or "
        "the token was changed.",
        hint=_AGAIN,
    )
