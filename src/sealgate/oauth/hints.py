"""Whom an `id_token_hint` names (OpenID Connect Core, 3.1.2.1)."""

from typing import Any

from sealgate.apps.model import App
from sealgate.oauth.grants.issue import ID_TOKEN
from sealgate.tokens.errors import TokenInvalid
from sealgate.tokens.signing import TokenVerifier
from sealgate.web import Call


async def hinted_account(call: Call[Any], app: App, id_token: str | None) -> str | None:
    """Return the account that an ID token of the app names, however old it is; a hint that cannot be read is none."""
    if id_token is None:
        return None
    try:
        claims = await call.context.get(TokenVerifier).verify(id_token, typ=(ID_TOKEN,), now=call.now, expired_ok=True)
    except TokenInvalid:
        return None
    return str(claims["sub"]) if claims.get("aud") == app.uuid and "sub" in claims else None
