"""What a token says: the claims of access tokens and ID tokens (oauth2 A10, B7), and the address in `email`.

Pure: the grant says who signed, where and for whom; the time and the identifiers come from the caller.
"""

from base64 import b32encode, urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sealgate.apps.model import App
from sealgate.base.clock import to_unix_s
from sealgate.oauth.model import Grant

ID_TOKEN_TTL_S = 3600
NO_MAIL_DOMAIN = "users.invalid"
"""RFC 2606: a domain that never receives mail, for clients that want an address where the operator has none."""

Claims = dict[str, Any]


def access_claims(
    grant: Grant, app: App, *, issuer: str, jti: str, now: datetime, mail_domain: str = "", implicit: bool = False
) -> Claims:
    """Return the claims of an access token (oauth2 A10, B7.1).

    Args:
        issuer: As in the metadata.
        jti: Identifies the token where it is revoked.
        mail_domain: Of the address in the compat shape; `users.invalid` where there is none.
        implicit: Whether the token goes through the front channel: then it repeats the request's `state`.
    """
    issued_at = to_unix_s(now)
    claims: Claims = {
        "iss": issuer,
        "aud": app.uuid,
        "client_id": app.uuid,
        "app_uuidv4": app.uuid,
        "app_name": app.name,
        "sub": grant.account,
        "jti": jti,
        "iat": issued_at,
        "exp": issued_at + app.access_token_ttl_s,
        "auth_time": to_unix_s(grant.auth_time),
        "payload_uuidv4": grant.payload_uuid,
        "usertoken_uuidv4": grant.user_token,
    }
    if grant.scope:
        claims["scope"] = grant.scope
    if grant.network_type is not None:
        claims["network_type"] = grant.network_type
    if grant.network_endpoint is not None:
        claims["network_endpoint"] = grant.network_endpoint
    if grant.network_id is not None:
        claims["network_id"] = grant.network_id
    if grant.shape == "oidc":
        claims["acr"] = grant.acr
        claims["amr"] = list(grant.amr)
        return claims
    claims["email"] = full_email(app.uuid, grant.account, mail_domain)
    if grant.nonce is not None:
        claims["nonce"] = grant.nonce
    if implicit and grant.state is not None:
        claims["state"] = grant.state
    return claims


def id_claims(grant: Grant, app: App, *, issuer: str, now: datetime, refreshed: bool = False) -> Claims:
    """Return the claims of an ID token, all but `at_hash` (oauth2 B7.2).

    Args:
        refreshed: Whether it renews an earlier one: then it has no `nonce` (OpenID Connect Core, 12.2).
    """
    issued_at = to_unix_s(now)
    claims: Claims = {
        "iss": issuer,
        "sub": grant.account,
        "aud": app.uuid,
        "exp": issued_at + ID_TOKEN_TTL_S,
        "iat": issued_at,
        "auth_time": to_unix_s(grant.auth_time),
        "acr": grant.acr,
        "amr": list(grant.amr),
    }
    if grant.nonce is not None and not refreshed:
        claims["nonce"] = grant.nonce
    return claims


def at_hash(access_token: str) -> str:
    """Return the left half of the token's SHA-256 as base64url (OpenID Connect Core, 3.1.3.6; RS256 and ES256)."""
    return urlsafe_b64encode(sha256(access_token.encode()).digest()[:16]).rstrip(b"=").decode()


def full_email(client_id: str, account: str, mail_domain: str) -> str:
    """Return the address old clients know: `<client_id>+<account>@<domain>`, longer than RFC 5321 allows."""
    return f"{client_id}+{account}@{mail_domain or NO_MAIL_DOMAIN}"


def short_email(client_id: str, account: str, mail_domain: str, mac: Callable[[str], bytes]) -> str:
    """Return an address that fits RFC 5321: 26 characters that differ by app and account (oauth2 B7.4).

    Args:
        mac: HMAC-SHA256 under a key of the server.
    """
    local_part = b32encode(mac(f"email:{client_id}:{account}"))[:26].decode().lower()
    return f"{local_part}@{mail_domain}"
