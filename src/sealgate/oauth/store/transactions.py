"""Authorizations on their way: transactions, and requests that were sent ahead."""

from datetime import datetime

from sqlalchemy import and_, bindparam, insert, select, update

from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx
from sealgate.oauth.model import PushedRequest, Transaction
from sealgate.oauth.store.rows import changed, columns_of, read_pushed, read_transaction, to_row
from sealgate.oauth.tables import oauth_pushed_requests, oauth_transactions

_T = oauth_transactions.c
_TRANSACTION = columns_of(oauth_transactions, Transaction)
_PUSHED = columns_of(oauth_pushed_requests, PushedRequest)
_NOW = bindparam("now", type_=_T.created_at.type)

_INSERT_TRANSACTION = HotStatement(insert(oauth_transactions))
_FIND_TRANSACTION = HotStatement(select(*_TRANSACTION).where(_T.uuid == bindparam("is_uuid")))
_COMPLETE_TRANSACTION = HotStatement(
    update(oauth_transactions)
    .where(_T.uuid == bindparam("is_uuid"), _T.completed_at.is_(None))
    .values(completed_at=_NOW, completed_by=bindparam("by"), grant_uuid=bindparam("gets", type_=_T.grant_uuid.type))
    .returning(_T.uuid)
)


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
    return changed(tx, used, (pushed.hash,)) is not None
