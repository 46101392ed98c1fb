"""The words of the slice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from sealgate.apps.model import App, SigningAlg

KeyState = Literal["next", "active", "retired"]
UserKind = Literal["oauth", "xapp"]


class User(msgspec.Struct, frozen=True, kw_only=True):
    """The caller of a JWT route: a person who signed in to an app, or opened it as an xApp.

    Attributes:
        account: The XRPL account that signed in, or that the xApp was opened with; the token's `sub`.
        holder_uuid: Whose wallet the app's sign requests reach, or None where it may send none.
        jti: The token's number; no credential.
        scope: As the app asked for it, often empty.
        claims: All of the token (oauth2 A10 and B7.1, platform-api 16.3); not to be changed.
        kind: `oauth` for the access token of a sign-in, `xapp` for the JWT of an xApp.
        ott: The one-time token that an xApp's JWT was given for, spent by then; None for the other kind.
    """

    app: App
    account: str
    holder_uuid: str | None
    jti: str
    scope: str
    claims: Mapping[str, Any]
    kind: UserKind = "oauth"
    ott: str | None = None


class AppOrUser(msgspec.Struct, frozen=True):
    """The caller of a platform route that takes either credential (platform-api 1.7).

    Attributes:
        user: Whose access token the app's page showed; None where the app itself calls, by its secret.
    """

    app: App
    user: User | None = None


class UserToken(msgspec.Struct, frozen=True):
    """An app's permission to send sign requests to one holder (platform-api 7).

    Attributes:
        issued_at: When this value was made; stays the same while the token is extended.
        expires_at: First moment at which it no longer counts; moves with every signing.
    """

    token: str
    app_uuid: str
    holder_uuid: str
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether the app may use it at `now`."""
        return self.revoked_at is None and now < self.expires_at


class ImportedToken(msgspec.Struct, frozen=True):
    """A user token as another platform gave it out, for the app's user with an account there (ADR 35).

    Attributes:
        expires_at: From when on nobody can claim it, None where that is not known.
        holder_uuid: Whose user token it became, None while it waits.
    """

    token: str
    app_uuid: str
    account: str
    issued_at: datetime | None
    expires_at: datetime | None
    imported_at: datetime
    holder_uuid: str | None = None
    claimed_at: datetime | None = None


class ServerKey(msgspec.Struct, frozen=True):
    """An Ed25519 key pair of the server, the private half sealed.

    Attributes:
        purpose: What it signs, such as `view`.
        number: 1 for the first of its purpose; the highest is in use.
        kid: RFC 7638 thumbprint of the public key.
        sealed_private_key: The 32 seed bytes, sealed for the context `server_key:<kid>`.
    """

    purpose: str
    number: int
    kid: str
    public_key: bytes
    sealed_private_key: bytes
    created_at: datetime


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key pair for JWTs, the private half sealed (oauth2 B7.5).

    Attributes:
        kid: RFC 7638 thumbprint.
        state: `next`, published and not in use yet; `active`, in use, one of each algorithm; `retired`, published while
            tokens it signed may live.
        public_jwk: What the JWKS shows of it.
        sealed_private_key: PKCS 8 in DER, sealed for the context `signing_key:<kid>`.
        activates_at: From when on it signs.
        retired_at: When the next one took over.
    """

    kid: str
    alg: SigningAlg
    state: KeyState
    public_jwk: dict[str, str]
    sealed_private_key: bytes
    created_at: datetime
    activates_at: datetime
    retired_at: datetime | None = None
