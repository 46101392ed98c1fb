"""What is issued for a grant: recorded inside its transaction, signed after the commit, shaped for who asked.

    issue = prepare(tx, app, grant, settings=…, now=…)      # in db.write
    response = await sign(keys, issue)                       # at the edge

An RSA signature is a millisecond of a core. The compat shape needs one: its `id_token` would be the access token again.
"""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.claims import Claims, access_claims, at_hash, id_claims
from sealgate.oauth.model import OFFLINE_ACCESS, OPENID, Grant, RefreshToken, Shape
from sealgate.tokens.signing import TokenKeys

KNOWN_SCOPES = frozenset({OPENID, "profile", "email", "phone", "address", OFFLINE_ACCESS})

ACCESS_TOKEN = "at+jwt"  # noqa: S105 - a `typ` (RFC 9068, 2.1)
ID_TOKEN = "JWT"  # noqa: S105


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """What will be signed, already on record.

    Attributes:
        id_claims: Of the ID token, None where none belongs to it.
        refresh_token: The token itself; None where none belongs to it.
        scope: What the answer says was granted.
    """

    app: App
    shape: Shape
    scope: str | None
    access_claims: Claims
    id_claims: Claims | None = None
    refresh_token: str | None = None


class TokenResponse(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a grant.

    Attributes:
        expires_in: Seconds.
        expires_at: Unix seconds.
    """

    shape: Shape
    access_token: str
    expires_in: int
    expires_at: int
    id_token: str | None = None
    refresh_token: str | None = None
    scope: str | None = None

    def body(self) -> dict[str, Any]:
        """Return the JSON of the token endpoint (RFC 6749, 5.1)."""
        if self.shape == "oidc":
            known = {
                "access_token": self.access_token,
                "token_type": "Bearer",
                "expires_in": self.expires_in,
                "id_token": self.id_token,
                "refresh_token": self.refresh_token,
                "scope": self.scope,
            }
            return {name: value for name, value in known.items() if value is not None}
        body: dict[str, Any] = {
            "access_token": self.access_token,
            "token_type": "bearer",
            "expires_in": self.expires_in,
            # Published clients raise where the member is missing (W11), or is a number without a fraction (W12).
            "refresh_token": self.refresh_token or "",
            "expires_at": float(self.expires_at),
        }
        if self.scope:
            body["scope"] = self.scope
        return body


def prepare(
    tx: Tx, app: App, grant: Grant, *, settings: Settings, now: datetime, first: bool = True, offline: bool = False
) -> Issue:
    """Record an access token for a grant, and a first refresh token where one belongs to it; sign nothing.

    Args:
        first: Whether this answers a sign-in, rather than renewing it.
        offline: Whether a refresh token belongs to it: see `may_refresh`.
    """
    scope = granted_scope(grant, offline=offline or not first)
    told = msgspec.structs.replace(grant, scope=scope)
    jti = new_uuid()
    claims = access_claims(
        told,
        app,
        issuer=settings.issuer_url,
        jti=jti,
        now=now,
        mail_domain=settings.mail_domain,
        implicit=grant.implicit,
    )
    expires_at = now + timedelta(seconds=app.access_token_ttl_s)
    store.record_access_token(tx, jti, grant_uuid=grant.uuid, expires_at=expires_at)
    return Issue(
        app=app,
        shape=grant.shape,
        scope=scope,
        access_claims=claims,
        id_claims=id_claims(told, app, issuer=settings.issuer_url, now=now, refreshed=not first)
        if grant.shape == "oidc"
        else None,
        refresh_token=issue_refresh_token(tx, grant, scope, settings=settings, now=now) if offline and first else None,
    )


def issue_refresh_token(
    tx: Tx,
    grant: Grant,
    scope: str | None,
    *,
    settings: Settings,
    now: datetime,
    after: RefreshToken | None = None,
) -> str:
    """Store the next refresh token of a grant's family and return it; the family ends with its first one's time."""
    token = new_token()
    expires_at = after.expires_at if after is not None else now + timedelta(days=settings.refresh_max_days)
    store.insert_refresh_token(
        tx,
        RefreshToken(
            hash=hash_secret(token),
            grant_uuid=grant.uuid,
            generation=after.generation + 1 if after is not None else 1,
            scope=scope,
            created_at=now,
            idle_until=min(now + timedelta(days=settings.refresh_idle_days), expires_at),
            expires_at=expires_at,
        ),
    )
    return token


def may_refresh(app: App, grant: Grant) -> bool:
    """Tell whether a refresh token belongs to a grant: the request asked for it, the app may have it (oauth2 B6)."""
    return grant.offline and "refresh_token" in app.grant_types


def granted_scope(grant: Grant, *, offline: bool) -> str | None:
    """Return the scope that answers name: as it was sent, or in the oidc shape the part that means something."""
    if grant.shape == "compat" or grant.scope is None:
        return grant.scope
    meant = KNOWN_SCOPES if offline else KNOWN_SCOPES - {OFFLINE_ACCESS}
    return " ".join(dict.fromkeys(scope for scope in grant.scope.split() if scope in meant))


async def sign(keys: TokenKeys, issue: Issue) -> TokenResponse:
    """Sign what was prepared. To be called after the commit: what was spent stays spent if this fails."""
    access_token = await keys.sign(issue.access_claims, typ=ACCESS_TOKEN)
    id_token = None
    if issue.id_claims is not None:
        claims = issue.id_claims | {"at_hash": at_hash(access_token)}
        id_token = await keys.sign(claims, typ=ID_TOKEN, alg=issue.app.id_token_alg)
    return TokenResponse(
        shape=issue.shape,
        access_token=access_token,
        expires_in=issue.access_claims["exp"] - issue.access_claims["iat"],
        expires_at=issue.access_claims["exp"],
        id_token=id_token,
        refresh_token=issue.refresh_token,
        scope=issue.scope,
    )
