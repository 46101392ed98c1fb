"""Either token a user's page may show: the access token of a sign-in, or the JWT of an xApp."""

from datetime import datetime
from typing import Any

from sealgate.apps.directory import AppDirectory
from sealgate.base.ids import as_uuid
from sealgate.tokens.errors import TokenInvalid
from sealgate.tokens.model import User
from sealgate.tokens.verifying import ACCESS_TOKEN, TokenVerifier
from sealgate.tokens.xapp_tokens import XappTokenVerifier, is_xapp_token

_KINDS = frozenset({ACCESS_TOKEN})


class BearerVerifier:
    """Sends a token the way that its header says; from there on the two ways have no key and no check in common."""

    def __init__(self, tokens: TokenVerifier, xapp_tokens: XappTokenVerifier, apps: AppDirectory) -> None:
        self._tokens = tokens
        self._xapp_tokens = xapp_tokens
        self._apps = apps

    async def verify(self, token: str, *, now: datetime) -> User:
        """Return whose token it is. Whether the app is disabled is for the caller to ask.

        Raises:
            TokenInvalid: it does not count; one of its kinds says why.
        """
        if is_xapp_token(token):
            return await self._xapp_tokens.verify(token, now=now)
        return await self._verify_access(token, now)

    async def _verify_access(self, token: str, now: datetime) -> User:
        known = await self._tokens.verify_fully(token, typ=_KINDS, now=now)
        claims = known.claims
        account, scope = claims.get("sub"), claims.get("scope")
        uuid = _uuid(claims.get("client_id"))
        entry = None if uuid is None else await self._apps.find(uuid, now=now)
        if entry is None or not isinstance(account, str) or known.jti is None:
            raise TokenInvalid(message="This token names no app of this server, or no user.")
        return User(
            app=entry.app,
            account=account,
            holder_uuid=known.holder_uuid,
            jti=known.jti,
            scope=scope if isinstance(scope, str) else "",
            claims=claims,
        )


def _uuid(claim: Any) -> str | None:
    return as_uuid(claim) if isinstance(claim, str) else None
