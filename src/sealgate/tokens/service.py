"""User tokens: issued when a holder signs for an app, extended by every further signing, ended by the holder."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sealgate.base.cursors import Cursor
from sealgate.base.ids import new_uuid
from sealgate.holders import service as holders
from sealgate.infra.tx import Tx
from sealgate.tokens import importing, store
from sealgate.tokens.events import permission_ended
from sealgate.tokens.model import UserToken


def issue_or_extend(
    tx: Tx,
    app_uuid: str,
    holder_uuid: str,
    *,
    now: datetime,
    days: int,
    account: str | None = None,
    is_proved: bool = False,
) -> UserToken:
    """Return the pair's token, valid for `days` days from now.

    A live one keeps its value and its time of issue; after revocation or expiry there is a new value, and the old
    one is unknown from then on (platform-api 7, wallet-api 7.1). Where there is none, and the app has imported one for
    the account, that is the value (ADR 35).

    Args:
        account: Whose own key has signed, where an imported token of it may become the holder's.
        is_proved: Whether this very signature shows that the holder has the key now. Else the account must be among
            those that they have proved: a transaction may be years old, and anybody can read it on the ledger.
    """
    fresh = UserToken(new_uuid(), app_uuid, holder_uuid, issued_at=now, expires_at=now + timedelta(days=days))
    token = store.extend_or_replace(tx, fresh)
    if account is None or token.token != fresh.token:
        return token
    if not is_proved and all(known.address != account for known in holders.accounts_of(tx, holder_uuid)):
        return token
    return importing.claimed_for(tx, token, account, now=now)


def is_waiting(tx: Tx, app_uuid: str, token: str, now: datetime) -> bool:
    """Tell whether the app has imported this user token and its account has not signed for the app since."""
    return importing.is_waiting(tx, app_uuid, token, now)


def find_live_user_token(tx: Tx, app_uuid: str, token: str, now: datetime) -> UserToken | None:
    """Return the token when it is this app's and live, else None."""
    found = store.find_token(tx, app_uuid, token)
    return found if found is not None and found.is_live(now) else None


def find_for(tx: Tx, app_uuid: str, holder_uuid: str, now: datetime) -> UserToken | None:
    """Return the live token of a pair, or None."""
    found = store.find_pair(tx, app_uuid, holder_uuid)
    return found if found is not None and found.is_live(now) else None


def was_taken_back(tx: Tx, app_uuid: str, holder_uuid: str) -> bool:
    """Tell whether the holder has revoked the app's token and not granted one since."""
    found = store.find_pair(tx, app_uuid, holder_uuid)
    return found is not None and found.revoked_at is not None


def look_up(tx: Tx, app_uuid: str, tokens: Sequence[str]) -> list[UserToken | None]:
    """Return what the app may know about each value, in the order asked: None for one that is not its own."""
    known = {found.token: found for found in store.find_tokens(tx, app_uuid, tokens)}
    return [known.get(token) for token in tokens]


def tokens_of_holder(tx: Tx, holder_uuid: str, now: datetime) -> list[UserToken]:
    """Return the live tokens a holder has granted, newest first."""
    return store.live_tokens_of(tx, holder_uuid, now=now)


def tokens_of_app(
    tx: Tx, app_uuid: str, *, live: bool | None = None, after: Cursor | None = None, limit: int, now: datetime
) -> tuple[list[UserToken], Cursor | None]:
    """Return an app's tokens, the one issued last first, and where to go on; None where that was all.

    A page is chosen from 5,000 tokens at the most, so it may be short, or empty, and yet not the last.

    Args:
        live: Only those that count, or only those that do not.
    """
    return store.tokens_of_app(tx, app_uuid, live=live, after=after, limit=limit, now=now)


def find_user_token(tx: Tx, app_uuid: str, token: str) -> UserToken | None:
    """Return an app's token, live or not, or None."""
    return store.find_token(tx, app_uuid, token)


def revoke(tx: Tx, app_uuid: str, holder_uuid: str, now: datetime) -> bool:
    """End the pair's live token. False when there is none."""
    ended = store.revoke_pair(tx, app_uuid, holder_uuid, now=now)
    if ended:
        tx.emit(permission_ended(app_uuid, holder_uuid))
    return ended
