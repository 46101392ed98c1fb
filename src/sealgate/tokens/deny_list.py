"""Access tokens that ended before their time (oauth2 B7.1), and what else a token's standing depends on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import msgspec

from sealgate.infra.tx import Tx
from sealgate.tokens import key_store, store
from sealgate.tokens.events import token_revoked

LEEWAY = timedelta(seconds=60)
"""By how much the clocks of this server's processes may differ (oauth2 B17)."""


class Standing(msgspec.Struct, frozen=True):
    """What the database knows of a token.

    Attributes:
        holder_uuid: Whom the app's sign requests reach by the user token inside, while that is live.
    """

    revoked: bool
    holder_uuid: str | None = None


def revoke(tx: Tx, jti: str, expires_at: datetime) -> None:
    """End an access token; it is remembered until it would have expired anyway. Repeating changes nothing."""
    if key_store.revoke_token(tx, jti, expires_at=expires_at):
        tx.emit(token_revoked(jti))


def revoke_all(tx: Tx, tokens: Iterable[tuple[str, datetime]]) -> None:
    """End several access tokens, given as `jti` and the time when they expire."""
    for jti, expires_at in tokens:
        revoke(tx, jti, expires_at)


def standing_of(tx: Tx, jti: str | None, app_uuid: str | None, user_token: str | None, *, now: datetime) -> Standing:
    """Return what counts of a token besides its signature."""
    if jti is not None and key_store.is_revoked(tx, jti):
        return Standing(revoked=True)
    permission = None if user_token is None or app_uuid is None else store.find_token(tx, app_uuid, user_token)
    if permission is None or not permission.is_live(now):
        return Standing(revoked=False)
    return Standing(revoked=False, holder_uuid=permission.holder_uuid)


def prune(tx: Tx, *, now: datetime) -> int:
    """Forget revoked tokens that have expired; return how many."""
    return key_store.delete_revoked_before(tx, now - 2 * LEEWAY)
