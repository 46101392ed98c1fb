"""The statements of authorizations, each with a verb that keeps its promise; for this slice alone.

`complete_`, `spend_`, `use_` and `claim_` win for one caller ever: condition and change are one statement, so the
database decides who was first. What runs on every sign-in is compiled once (`HotStatement`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, insert, or_, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from sealgate.infra.database import insert_if_new
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx
from sealgate.oauth.model import (
    Code,
    Consent,
    DeviceRequest,
    Grant,
    PushedRequest,
    RefreshToken,
    Session,
    Transaction,
)
from sealgate.oauth.rows import (
    CODE_COLUMNS,
    GRANT_COLUMNS,
    GRANT_FIELDS,
    columns_of,
    read_code,
    read_device,
    read_grant,
    read_pushed,
    read_refresh_token,
    read_session,
    read_transaction,
    to_row,
)
from sealgate.oauth.tables import (
    oauth_access_tokens,
    oauth_consents,
    oauth_device_requests,
    oauth_grants,
    oauth_pushed_requests,
    oauth_refresh_tokens,
    oauth_sessions,
    oauth_transactions,
)

_T, _G, _R, _D, _S = (
    oauth_transactions.c,
    oauth_grants.c,
    oauth_refresh_tokens.c,
    oauth_device_requests.c,
    oauth_sessions.c,
)
_TRANSACTION = columns_of(oauth_transactions, Transaction)
_REFRESH = columns_of(oauth_refresh_tokens, RefreshToken)
_DEVICE = columns_of(oauth_device_requests, DeviceRequest)
_PUSHED = columns_of(oauth_pushed_requests, PushedRequest)
_SESSION = columns_of(oauth_sessions, Session)
_NOW = bindparam("now", type_=_T.created_at.type)

_INSERT_TRANSACTION = HotStatement(insert(oauth_transactions))
_FIND_TRANSACTION = HotStatement(select(*_TRANSACTION).where(_T.uuid == bindparam("is_uuid")))
_COMPLETE_TRANSACTION = HotStatement(
    update(oauth_transactions)
    .where(_T.uuid == bindparam("is_uuid"), _T.completed_at.is_(None))
    .values(completed_at=_NOW, completed_by=bindparam("by"), grant_uuid=bindparam("gets", type_=_T.grant_uuid.type))
    .returning(_T.uuid)
)
_INSERT_GRANT = HotStatement(insert(oauth_grants))
_FIND_GRANT = HotStatement(select(*GRANT_COLUMNS).where(_G.uuid == bindparam("is_uuid")))
_FIND_CODE = HotStatement(select(*CODE_COLUMNS).where(_G.code_hash == bindparam("is_hash")))
_SPEND_CODE = HotStatement(
    update(oauth_grants)
    .where(
        _G.code_hash == bindparam("is_hash"),
        _G.code_spent_at.is_(None),
        _G.revoked_at.is_(None),
        _G.code_expires_at > _NOW,
    )
    .values(code_spent_at=_NOW)
    .returning(*CODE_COLUMNS)
)
_INSERT_ACCESS_TOKEN = HotStatement(insert(oauth_access_tokens))


# Transactions


def insert_transaction(tx: Tx, transaction: Transaction) -> None:
    """Store a transaction that has just begun."""
    _INSERT_TRANSACTION.run(tx, **to_row(transaction))


def find_transaction(tx: Tx, uuid: str) -> Transaction | None:
    """Return the transaction, or None."""
    return read_transaction(_FIND_TRANSACTION.run(tx, is_uuid=uuid).one_or_none())


def note_return(tx: Tx, uuid: str, *, now: datetime) -> None:
    """Remember that the wallet's return URL was opened in the browser that began; the first time counts."""
    tx.execute(update(oauth_transactions).where(_T.uuid == uuid, _T.returned_at.is_(None)).values(returned_at=now))


def complete_transaction(tx: Tx, uuid: str, *, by: str, grant_uuid: str | None, now: datetime) -> bool:
    """Mark the transaction answered. True for one caller ever, however many browsers come at once."""
    done = _COMPLETE_TRANSACTION.run(tx, is_uuid=uuid, by=by, gets=grant_uuid, now=now)
    return done.one_or_none() is not None


# Grants and codes


def insert_grant(
    tx: Tx, grant: Grant, *, code_hash: bytes | None = None, code_expires_at: datetime | None = None
) -> None:
    """Store a grant, with the hash of its code where it has one."""
    row = {name: getattr(grant, name) for name in GRANT_FIELDS}
    _INSERT_GRANT.run(tx, **row, code_hash=code_hash, code_expires_at=code_expires_at, code_spent_at=None)


def find_grant(tx: Tx, uuid: str) -> Grant | None:
    """Return the grant, revoked or not, or None."""
    return read_grant(_FIND_GRANT.run(tx, is_uuid=uuid).one_or_none())


def find_code(tx: Tx, code_hash: bytes) -> Code | None:
    """Return a code that was made once, spent and expired or not, or None."""
    return read_code(_FIND_CODE.run(tx, is_hash=code_hash).one_or_none())


def spend_code(tx: Tx, code_hash: bytes, *, now: datetime) -> Code | None:
    """Redeem a live code of a grant that was not revoked. Not None for one caller ever, however many ask at once."""
    return read_code(_SPEND_CODE.run(tx, is_hash=code_hash, now=now).one_or_none())


def revoke_grant(tx: Tx, uuid: str, *, now: datetime) -> bool:
    """End a grant, and its code and refresh tokens with it. True for one caller ever.

    The access tokens made from it are `live_access_tokens`: their `jti`s go on the deny list.
    """
    revoked = tx.execute(
        update(oauth_grants).where(_G.uuid == uuid, _G.revoked_at.is_(None)).values(revoked_at=now).returning(_G.uuid)
    )
    return revoked.one_or_none() is not None


def offline_grants_of_session(tx: Tx, sid: str) -> list[Grant]:
    """Return the unrevoked grants that belong to a session and have refresh tokens."""
    has_family = select(_R.hash).where(_R.grant_uuid == _G.uuid).exists()
    rows = tx.execute(select(*GRANT_COLUMNS).where(_G.session_id == sid, _G.revoked_at.is_(None), has_family))
    return [grant for row in rows if (grant := read_grant(row)) is not None]


# Tokens


def record_access_token(tx: Tx, jti: str, *, grant_uuid: str, expires_at: datetime) -> None:
    """Remember that an access token was made from a grant, so that it can be revoked with it."""
    _INSERT_ACCESS_TOKEN.run(tx, jti=jti, grant_uuid=grant_uuid, expires_at=expires_at)


def live_access_tokens(tx: Tx, grant_uuid: str, *, now: datetime) -> list[tuple[str, datetime]]:
    """Return `jti` and expiry of every access token of a grant that has not expired."""
    tokens = oauth_access_tokens.c
    rows = tx.execute(
        select(tokens.jti, tokens.expires_at).where(tokens.grant_uuid == grant_uuid, tokens.expires_at > now)
    )
    return [(row.jti, row.expires_at) for row in rows]


def find_grant_of_access_token(tx: Tx, jti: str) -> Grant | None:
    """Return the grant an access token was made from, or None."""
    tokens = oauth_access_tokens.c
    return read_grant(
        tx.execute(
            select(*GRANT_COLUMNS).join(oauth_access_tokens, tokens.grant_uuid == _G.uuid).where(tokens.jti == jti)
        ).one_or_none()
    )


def insert_refresh_token(tx: Tx, token: RefreshToken) -> None:
    """Store a refresh token."""
    tx.execute(insert(oauth_refresh_tokens).values(**to_row(token)))


def find_refresh_token(tx: Tx, token_hash: bytes) -> RefreshToken | None:
    """Return a refresh token that was made once, used and expired or not, or None."""
    return read_refresh_token(tx.execute(select(*_REFRESH).where(_R.hash == token_hash)).one_or_none())


def use_refresh_token(tx: Tx, token_hash: bytes, *, now: datetime) -> RefreshToken | None:
    """Trade a live refresh token that was never used. Not None for one caller ever."""
    fresh = and_(_R.hash == token_hash, _R.used_at.is_(None), _R.idle_until > now, _R.expires_at > now)
    return read_refresh_token(_one(tx, update(oauth_refresh_tokens).where(fresh).values(used_at=now), _REFRESH))


def reuse_refresh_token(tx: Tx, token_hash: bytes, *, grace_s: int, now: datetime) -> RefreshToken | None:
    """Trade a refresh token once more, whose first trade was less than `grace_s` ago. Not None for one caller ever."""
    since = now - timedelta(seconds=grace_s)
    lately = and_(_R.hash == token_hash, _R.reused_at.is_(None), _R.used_at > since, _R.expires_at > now)
    return read_refresh_token(_one(tx, update(oauth_refresh_tokens).where(lately).values(reused_at=now), _REFRESH))


# Requests sent ahead


def insert_pushed_request(tx: Tx, pushed: PushedRequest) -> None:
    """Store a request sent ahead."""
    tx.execute(insert(oauth_pushed_requests).values(**to_row(pushed)))


def find_pushed_request(tx: Tx, uri_hash: bytes, *, app_uuid: str, now: datetime) -> PushedRequest | None:
    """Return the app's request sent ahead, if it has neither expired nor led to an answer; else None."""
    pushed = oauth_pushed_requests.c
    live = and_(pushed.hash == uri_hash, pushed.app_uuid == app_uuid, pushed.used_at.is_(None), pushed.expires_at > now)
    return read_pushed(tx.execute(select(*_PUSHED).where(live)).one_or_none())


def use_pushed_request(tx: Tx, uri_hash: bytes, *, now: datetime) -> bool:
    """Mark a request sent ahead used up. True for one caller ever."""
    pushed = oauth_pushed_requests.c
    used = update(oauth_pushed_requests).where(pushed.hash == uri_hash, pushed.used_at.is_(None)).values(used_at=now)
    return _one(tx, used, (pushed.hash,)) is not None


# Devices


def insert_device_request(tx: Tx, device: DeviceRequest) -> bool:
    """Store the request of a device. False where its user code is taken."""
    return insert_if_new(tx, oauth_device_requests, to_row(device))


def find_device_request(tx: Tx, device_hash: bytes) -> DeviceRequest | None:
    """Return the request behind a device code, however it stands, or None."""
    return read_device(tx.execute(select(*_DEVICE).where(_D.hash == device_hash)).one_or_none())


def find_waiting_device(tx: Tx, user_code_hash: bytes, *, now: datetime) -> DeviceRequest | None:
    """Return the request behind a user code, if it still waits for somebody; else None."""
    waiting = and_(_D.user_code_hash == user_code_hash, _is_waiting(now))
    return read_device(tx.execute(select(*_DEVICE).where(waiting)).one_or_none())


def note_poll(tx: Tx, device_hash: bytes, *, interval_s: int, now: datetime) -> bool:
    """Remember when a device last asked. True if that was `interval_s` after the time before, or the first time."""
    earlier = now - timedelta(seconds=interval_s)
    in_time = and_(_D.hash == device_hash, or_(_D.polled_at.is_(None), _D.polled_at <= earlier))
    return _one(tx, update(oauth_device_requests).where(in_time).values(polled_at=now), (_D.hash,)) is not None


def slow_down(tx: Tx, device_hash: bytes, *, by_s: int, now: datetime) -> None:
    """Make a device that asks too often wait longer."""
    tx.execute(
        update(oauth_device_requests)
        .where(_D.hash == device_hash)
        .values(interval_s=_D.interval_s + by_s, polled_at=now)
    )


def approve_device(tx: Tx, device_hash: bytes, *, grant_uuid: str, now: datetime) -> bool:
    """Give a waiting device its grant. True for one caller ever."""
    waiting = and_(_D.hash == device_hash, _is_waiting(now))
    given = update(oauth_device_requests).where(waiting).values(grant_uuid=grant_uuid)
    return _one(tx, given, (_D.hash,)) is not None


def deny_device(tx: Tx, device_hash: bytes, *, now: datetime) -> bool:
    """Tell a waiting device no. True for one caller ever."""
    waiting = and_(_D.hash == device_hash, _is_waiting(now))
    return _one(tx, update(oauth_device_requests).where(waiting).values(denied_at=now), (_D.hash,)) is not None


def claim_device(tx: Tx, device_hash: bytes, *, now: datetime) -> DeviceRequest | None:
    """Hand a device what was granted, if it has not expired. Not None for one caller ever."""
    granted = and_(_D.hash == device_hash, _D.grant_uuid.is_not(None), _D.claimed_at.is_(None), _D.expires_at > now)
    return read_device(_one(tx, update(oauth_device_requests).where(granted).values(claimed_at=now), _DEVICE))


def _is_waiting(now: datetime) -> ColumnElement[bool]:
    return and_(_D.grant_uuid.is_(None), _D.denied_at.is_(None), _D.expires_at > now)


# Sessions and consents


def insert_session(tx: Tx, session: Session) -> None:
    """Store a session that begins."""
    tx.execute(insert(oauth_sessions).values(**to_row(session)))


def find_session(tx: Tx, cookie_hash: bytes, *, idle_since: datetime, now: datetime) -> Session | None:
    """Return the live session of a cookie: not ended, not expired, used after `idle_since`; else None."""
    live = and_(_S.hash == cookie_hash, _S.ended_at.is_(None), _S.expires_at > now, _S.used_at > idle_since)
    return read_session(tx.execute(select(*_SESSION).where(live)).one_or_none())


def touch_session(tx: Tx, cookie_hash: bytes, *, now: datetime) -> None:
    """Note that a session was used."""
    tx.execute(update(oauth_sessions).where(_S.hash == cookie_hash).values(used_at=now))


def end_session(tx: Tx, cookie_hash: bytes, *, now: datetime) -> Session | None:
    """End a session. Not None for one caller ever."""
    open_ = and_(_S.hash == cookie_hash, _S.ended_at.is_(None))
    return read_session(_one(tx, update(oauth_sessions).where(open_).values(ended_at=now), _SESSION))


def end_all_sessions(tx: Tx, *, now: datetime) -> None:
    """End every session."""
    tx.execute(update(oauth_sessions).where(_S.ended_at.is_(None)).values(ended_at=now))


def end_all_refresh_tokens(tx: Tx, *, now: datetime) -> None:
    """Let every refresh token expire now."""
    tx.execute(update(oauth_refresh_tokens).where(_R.expires_at > now).values(expires_at=now))


def remember_consent(tx: Tx, consent: Consent) -> None:
    """Remember that an account lets an app have these scopes."""
    insert_if_new(tx, oauth_consents, to_row(consent))


def has_consent(tx: Tx, *, account: str, app_uuid: str, scopes: str) -> bool:
    """Tell whether the account lets the app have exactly these scopes."""
    given = oauth_consents.c
    same = and_(given.account == account, given.app_uuid == app_uuid, given.scopes == scopes)
    return tx.execute(select(given.account).where(same)).one_or_none() is not None


# Sweeping


def forget_old(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` rows of each kind that ended before then; return how many."""
    swept = 0
    for table in (
        oauth_transactions,
        oauth_access_tokens,
        oauth_refresh_tokens,
        oauth_pushed_requests,
        oauth_device_requests,
        oauth_sessions,
    ):
        key = next(iter(table.primary_key.columns))
        old = select(key).where(table.c.expires_at < before).limit(limit).with_for_update(skip_locked=True)
        swept += tx.execute(delete(table).where(key.in_(old))).rowcount
    return swept


def _one(tx: Tx, change: Any, columns: Sequence[Any]) -> Any | None:
    returning: ReturningUpdate[Any] = change.returning(*columns)
    return tx.execute(returning).one_or_none()
