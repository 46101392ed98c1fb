"""Statements of the slice, one each; used by `service` and `view_key` only."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ClauseElement, CursorResult, and_, bindparam, case, null, select, update

from sealgate.base.cursors import Cursor
from sealgate.infra.database import insert_for, insert_if_new
from sealgate.infra.hot import HotStatement
from sealgate.infra.paging import page_by_time
from sealgate.infra.tx import EngineName, Tx
from sealgate.tokens.model import ServerKey, UserToken
from sealgate.tokens.tables import server_keys, user_tokens

_TOKEN = (
    user_tokens.c.token,
    user_tokens.c.app_uuid,
    user_tokens.c.holder_uuid,
    user_tokens.c.issued_at,
    user_tokens.c.expires_at,
    user_tokens.c.revoked_at,
)
_NEW = ("app_uuid", "holder_uuid", "token", "issued_at", "expires_at")
_KEY = (
    server_keys.c.purpose,
    server_keys.c.number,
    server_keys.c.kid,
    server_keys.c.public_key,
    server_keys.c.sealed_private_key,
    server_keys.c.created_at,
)


def _upsert(engine: EngineName) -> ClauseElement:
    values = {name: bindparam(name, type_=user_tokens.c[name].type) for name in _NEW}
    statement = insert_for(engine, user_tokens).values(values)
    new = statement.excluded
    live = and_(user_tokens.c.revoked_at.is_(None), user_tokens.c.expires_at > new.issued_at)
    upsert: ClauseElement = statement.on_conflict_do_update(
        index_elements=[user_tokens.c.app_uuid, user_tokens.c.holder_uuid],
        set_={
            "token": case((live, user_tokens.c.token), else_=new.token),
            "issued_at": case((live, user_tokens.c.issued_at), else_=new.issued_at),
            "expires_at": new.expires_at,
            "revoked_at": null(),
        },
    ).returning(*_TOKEN)
    return upsert


_EXTEND_OR_REPLACE = HotStatement(_upsert)
_FIND_PAIR = HotStatement(
    select(*_TOKEN).where(
        user_tokens.c.app_uuid == bindparam("is_app_uuid", type_=user_tokens.c.app_uuid.type),
        user_tokens.c.holder_uuid == bindparam("is_holder_uuid", type_=user_tokens.c.holder_uuid.type),
    )
)


def extend_or_replace(tx: Tx, fresh: UserToken) -> UserToken:
    """Extend the pair's live token to `fresh.expires_at`, or store `fresh` where there is none; return what counts.

    One statement: of two first signings at once, both get the same token.
    """
    values = {name: getattr(fresh, name) for name in _NEW}
    return UserToken(*_EXTEND_OR_REPLACE.run(tx, **values).rows[0])


def find_token(tx: Tx, app_uuid: str, token: str) -> UserToken | None:
    """Return an app's token by its value, live or not."""
    return _token(tx.execute(select(*_TOKEN).where(user_tokens.c.token == token, user_tokens.c.app_uuid == app_uuid)))


def find_tokens(tx: Tx, app_uuid: str, tokens: Collection[str]) -> list[UserToken]:
    """Return those of the values that are the app's, live or not, in any order."""
    rows = tx.execute(select(*_TOKEN).where(user_tokens.c.token.in_(set(tokens)), user_tokens.c.app_uuid == app_uuid))
    return [UserToken(*values) for values in _plain(rows)]


def find_pair(tx: Tx, app_uuid: str, holder_uuid: str) -> UserToken | None:
    """Return the pair's token, live or not."""
    found = _FIND_PAIR.run(tx, is_app_uuid=app_uuid, is_holder_uuid=holder_uuid).one_or_none()
    return None if found is None else UserToken(*found)


def live_tokens_of(tx: Tx, holder_uuid: str, *, now: datetime) -> list[UserToken]:
    """Return the live tokens a holder has granted, newest first."""
    rows = tx.execute(
        select(*_TOKEN)
        .where(
            user_tokens.c.holder_uuid == holder_uuid,
            user_tokens.c.revoked_at.is_(None),
            user_tokens.c.expires_at > now,
        )
        .order_by(user_tokens.c.issued_at.desc(), user_tokens.c.app_uuid)
    )
    return [UserToken(*values) for values in _plain(rows)]


def tokens_of_app(
    tx: Tx, app_uuid: str, *, live: bool | None, after: Cursor | None, limit: int, now: datetime
) -> tuple[list[UserToken], Cursor | None]:
    """Return an app's tokens, the one issued last first, and where to go on: all, the live ones, or the others."""
    columns = user_tokens.c
    is_live = and_(columns.revoked_at.is_(None), columns.expires_at > now)
    tests = [] if live is None else [is_live if live else ~is_live]
    rows, end = page_by_time(
        tx,
        select(*_TOKEN),
        columns.issued_at,
        columns.token,
        columns.app_uuid == app_uuid,
        tests,
        after=after,
        limit=limit,
    )
    return [UserToken(*tuple(row)) for row in rows], end


def revoke_pair(tx: Tx, app_uuid: str, holder_uuid: str, *, now: datetime) -> bool:
    """Revoke the pair's live token. True for one caller ever."""
    revoked = tx.execute(
        update(user_tokens)
        .where(
            user_tokens.c.app_uuid == app_uuid,
            user_tokens.c.holder_uuid == holder_uuid,
            user_tokens.c.revoked_at.is_(None),
            user_tokens.c.expires_at > now,
        )
        .values(revoked_at=now)
        .returning(user_tokens.c.token)
    )
    return revoked.one_or_none() is not None


def insert_key(tx: Tx, key: ServerKey) -> bool:
    """Store a server key under its number. False when another process has taken the number."""
    return insert_if_new(
        tx,
        server_keys,
        {
            "purpose": key.purpose,
            "number": key.number,
            "kid": key.kid,
            "public_key": key.public_key,
            "sealed_private_key": key.sealed_private_key,
            "created_at": key.created_at,
        },
    )


def keys_for(tx: Tx, purpose: str) -> list[ServerKey]:
    """Return the keys of a purpose, the one in use first."""
    rows = tx.execute(select(*_KEY).where(server_keys.c.purpose == purpose).order_by(server_keys.c.number.desc()))
    return [ServerKey(*values) for values in _plain(rows)]


def _token(rows: CursorResult[Any]) -> UserToken | None:
    return next((UserToken(*values) for values in _plain(rows)), None)


def _plain(rows: CursorResult[Any]) -> Iterator[tuple[Any, ...]]:
    return (tuple(row) for row in rows)
