"""Statements on user tokens from another platform, one each; used by `importing` only."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import bindparam, func, or_, select, update

from sealgate.infra.database import insert_for
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx
from sealgate.tokens.model import ImportedToken, UserToken
from sealgate.tokens.tables import imported_user_tokens, user_tokens

_IMPORTED = imported_user_tokens.c
_COLUMNS = tuple(_IMPORTED[name] for name in ImportedToken.__struct_fields__)
_NOT_OVER = or_(_IMPORTED.expires_at.is_(None), _IMPORTED.expires_at > bindparam("at", type_=_IMPORTED.expires_at.type))
_CLAIM = HotStatement(
    update(imported_user_tokens)
    .where(
        _IMPORTED.app_uuid == bindparam("is_app_uuid", type_=_IMPORTED.app_uuid.type),
        _IMPORTED.account == bindparam("is_account", type_=_IMPORTED.account.type),
        _IMPORTED.claimed_at.is_(None),
        _NOT_OVER,
    )
    .values(
        holder_uuid=bindparam("holder_uuid", type_=_IMPORTED.holder_uuid.type),
        claimed_at=bindparam("claimed_at", type_=_IMPORTED.claimed_at.type),
    )
    .returning(_IMPORTED.token, _IMPORTED.issued_at)
)


def insert_all(tx: Tx, tokens: Sequence[ImportedToken]) -> set[str]:
    """Store the tokens whose value and whose account are new to the app; return the values that were stored."""
    if not tokens:
        return set()
    rows = [msgspec.structs.asdict(token) for token in tokens]
    stored = (
        insert_for(tx.engine, imported_user_tokens).values(rows).on_conflict_do_nothing().returning(_IMPORTED.token)
    )
    return set(tx.execute(stored).scalars())


def find_all(tx: Tx, app_uuid: str, *, tokens: Collection[str], accounts: Collection[str]) -> list[ImportedToken]:
    """Return what was imported with one of the values, for any app, or for one of the app's accounts."""
    query = select(*_COLUMNS).where(
        or_(_IMPORTED.token.in_(tokens), (_IMPORTED.app_uuid == app_uuid) & _IMPORTED.account.in_(accounts))
    )
    return [ImportedToken(*tuple(row)) for row in tx.execute(query)]


def find_in_use(tx: Tx, tokens: Collection[str]) -> set[str]:
    """Return those of the values that are user tokens of this server, any app's."""
    return set(tx.execute(select(user_tokens.c.token).where(user_tokens.c.token.in_(tokens))).scalars())


def is_waiting(tx: Tx, app_uuid: str, token: str, *, now: datetime) -> bool:
    """Tell whether the app imported this value, it has not ended, and nobody has claimed it."""
    query = select(_IMPORTED.token).where(
        _IMPORTED.token == token, _IMPORTED.app_uuid == app_uuid, _IMPORTED.claimed_at.is_(None), _NOT_OVER
    )
    return tx.execute(query, {"at": now}).first() is not None


def claim(
    tx: Tx, app_uuid: str, account: str, holder_uuid: str, *, now: datetime
) -> tuple[str, datetime | None] | None:
    """Give the account's waiting token to a holder; return its value and its time of issue. Not None for one ever.

    The condition and the change are one statement, so the database decides the winner.
    """
    claimed = _CLAIM.run(
        tx, is_app_uuid=app_uuid, is_account=account, holder_uuid=holder_uuid, claimed_at=now, at=now
    ).one_or_none()
    return None if claimed is None else (claimed.token, claimed.issued_at)


def count(tx: Tx, app_uuid: str) -> int:
    """Return how many tokens were imported for an app, claimed ones included."""
    return int(tx.execute(select(func.count()).where(_IMPORTED.app_uuid == app_uuid)).scalar_one())


def put_in_place(tx: Tx, fresh: UserToken, token: str, issued_at: datetime) -> None:
    """Make an imported value that of the pair which was given `fresh` in this transaction."""
    tx.execute(
        update(user_tokens)
        .where(user_tokens.c.app_uuid == fresh.app_uuid, user_tokens.c.holder_uuid == fresh.holder_uuid)
        .values(token=token, issued_at=issued_at)
    )
