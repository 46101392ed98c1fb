"""`grant_type=refresh_token`: the next tokens of a sign-in, by a token that is traded for a new one (oauth2 B6).

A used token that comes back was copied: then the whole family ends (RFC 9700, 4.14.2). Once, and for ten seconds, it
still works, for clients whose answer was lost on the way.
"""

from datetime import datetime

import msgspec

from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.errors import InvalidGrant, InvalidScope, OAuthError
from sealgate.oauth.grants.asked import Asked
from sealgate.oauth.grants.issue import Issue, issue_refresh_token, prepare
from sealgate.oauth.model import Grant, RefreshToken, scope_set, shape_of
from sealgate.oauth.params import required
from sealgate.oauth.revocation import revoke_grant
from sealgate.tokens import service as tokens

GRACE_S = 10
MAX_TOKEN_CHARS = 512
INVALID = "The refresh token is unknown, expired, used or revoked."


def redeem(tx: Tx, asked: Asked) -> Issue | OAuthError:
    """Trade a refresh token and prepare the next tokens.

    Raises:
        InvalidRequest: the refresh token is missing.
        InvalidClient: the secret is missing where it is needed.
        InvalidGrant: the token is unknown, expired or another app's; the grant has ended.
        InvalidScope: more is asked for than was granted.
    """
    app, now = asked.client.app, asked.now
    asked.client.require_public()
    text = required(asked.params, "refresh_token")
    token = store.find_refresh_token(tx, hash_secret(text)) if len(text) <= MAX_TOKEN_CHARS else None
    grant = store.lock_grant(tx, token.grant_uuid) if token is not None else None
    if token is None or grant is None or grant.app_uuid != app.uuid:
        raise InvalidGrant(message=INVALID, detail=f"app={app.uuid} unknown refresh token")
    if grant.revoked_at is not None or now >= token.expires_at:
        raise InvalidGrant(message=INVALID, detail=f"app={app.uuid} grant={grant.uuid} ended")
    narrowed = narrowed_scope(token.scope, asked.params.get("scope"))
    if _permission_ended(tx, grant, now):
        revoke_grant(tx, grant.uuid, now=now)
        return InvalidGrant(
            message="The user has taken this permission back, or signed in anew since.", detail=f"grant={grant.uuid}"
        )

    traded = _trade(tx, token, now)
    if traded is None and token.used_at is None and now >= token.idle_until:
        raise InvalidGrant(message=INVALID, detail=f"grant={grant.uuid} idle for too long")
    if traded is None:
        revoke_grant(tx, grant.uuid, now=now)
        return InvalidGrant(message=INVALID, detail=f"grant={grant.uuid} refresh token reused: the family ended")

    told = msgspec.structs.replace(grant, scope=narrowed, shape=shape_of(scope_set(narrowed)))
    issue = prepare(tx, app, told, settings=asked.settings, now=now, first=False)
    following = issue_refresh_token(tx, grant, token.scope, settings=asked.settings, now=now, after=traded)
    return msgspec.structs.replace(issue, refresh_token=following)


def narrowed_scope(granted: str | None, wanted: str | None) -> str | None:
    """Return the scope of the next access token: what was granted, or the part of it that is asked for.

    Raises:
        InvalidScope: it asks for more.
    """
    if wanted is None:
        return granted
    if not scope_set(wanted) <= scope_set(granted):
        raise InvalidScope
    return " ".join(dict.fromkeys(wanted.split()))


def _trade(tx: Tx, token: RefreshToken, now: datetime) -> RefreshToken | None:
    traded = store.use_refresh_token(tx, token.hash, now=now)
    return traded or store.reuse_refresh_token(tx, token.hash, grace_s=GRACE_S, now=now)


def _permission_ended(tx: Tx, grant: Grant, now: datetime) -> bool:
    """Whether the person revoked the app's permission since; one that merely ran out does not say no.

    A replaced value may stand for either, so it counts as a no.
    """
    if grant.user_token is None:
        return False
    found = tokens.look_up(tx, grant.app_uuid, [grant.user_token])[0]
    return found is None or found.revoked_at is not None
