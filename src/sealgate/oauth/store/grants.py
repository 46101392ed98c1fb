"""Grants with their codes, and the tokens that were made from them."""

from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, insert, select, update

from sealgate.base.cursors import Cursor
from sealgate.infra.hot import HotStatement
from sealgate.infra.paging import page_by_time
from sealgate.infra.tx import Tx
from sealgate.oauth.model import Code, Grant, RefreshToken, SignInsWanted
from sealgate.oauth.store.rows import (
    CODE_COLUMNS,
    GRANT_COLUMNS,
    GRANT_FIELDS,
    changed,
    columns_of,
    read_code,
    read_grant,
    read_refresh_token,
    to_row,
)
from sealgate.oauth.tables import oauth_access_tokens, oauth_grants, oauth_refresh_tokens

_G, _R = oauth_grants.c, oauth_refresh_tokens.c
_REFRESH = columns_of(oauth_refresh_tokens, RefreshToken)
_NOW = bindparam("now", type_=_G.created_at.type)

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


def insert_grant(
    tx: Tx, grant: Grant, *, code_hash: bytes | None = None, code_expires_at: datetime | None = None
) -> None:
    """Store a grant, with the hash of its code where it has one."""
    row = {name: getattr(grant, name) for name in GRANT_FIELDS}
    _INSERT_GRANT.run(tx, **row, code_hash=code_hash, code_expires_at=code_expires_at, code_spent_at=None)


def find_grant(tx: Tx, uuid: str) -> Grant | None:
    """Return the grant, revoked or not, or None."""
    return read_grant(_FIND_GRANT.run(tx, is_uuid=uuid).one_or_none())


def lock_grant(tx: Tx, uuid: str) -> Grant | None:
    """Return a grant and hold it until the transaction ends, so that nothing is minted from it while it is revoked."""
    return read_grant(tx.execute(select(*GRANT_COLUMNS).where(_G.uuid == uuid).with_for_update()).one_or_none())


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


def grants_of_app(tx: Tx, app_uuid: str, wanted: SignInsWanted, *, limit: int) -> tuple[list[Grant], Cursor | None]:
    """Return the grants of an app that are wanted, revoked or not, latest first, and where to go on."""
    tests = [_G.account == wanted.account] if wanted.account is not None else []
    if wanted.since is not None:
        tests.append(_G.created_at >= wanted.since)
    of_app = _G.app_uuid == app_uuid
    if wanted.until is not None:
        of_app = and_(of_app, _G.created_at < wanted.until)
    rows, end = page_by_time(
        tx, select(*GRANT_COLUMNS), _G.created_at, _G.uuid, of_app, tests, after=wanted.after, limit=limit
    )
    return [grant for row in rows if (grant := read_grant(row)) is not None], end


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


def insert_refresh_token(tx: Tx, token: RefreshToken) -> None:
    """Store a refresh token."""
    tx.execute(insert(oauth_refresh_tokens).values(**to_row(token)))


def find_refresh_token(tx: Tx, token_hash: bytes) -> RefreshToken | None:
    """Return a refresh token that was made once, used and expired or not, or None."""
    return read_refresh_token(tx.execute(select(*_REFRESH).where(_R.hash == token_hash)).one_or_none())


def use_refresh_token(tx: Tx, token_hash: bytes, *, now: datetime) -> RefreshToken | None:
    """Trade a live refresh token that was never used. Not None for one caller ever."""
    fresh = and_(_R.hash == token_hash, _R.used_at.is_(None), _R.idle_until > now, _R.expires_at > now)
    return read_refresh_token(changed(tx, update(oauth_refresh_tokens).where(fresh).values(used_at=now), _REFRESH))


def reuse_refresh_token(tx: Tx, token_hash: bytes, *, grace_s: int, now: datetime) -> RefreshToken | None:
    """Trade a refresh token once more, whose first trade was less than `grace_s` ago. Not None for one caller ever."""
    since = now - timedelta(seconds=grace_s)
    lately = and_(_R.hash == token_hash, _R.reused_at.is_(None), _R.used_at > since, _R.expires_at > now)
    return read_refresh_token(changed(tx, update(oauth_refresh_tokens).where(lately).values(reused_at=now), _REFRESH))
