"""The statements of what is followed on the ledger, and of what became of it. For the verbs of this slice alone."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import delete, func, insert, select, update

from sealgate.infra.database import free_keys, insert_if_new
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx
from sealgate.payloads.model import Followed, Payload, Verdict
from sealgate.payloads.store import WHOLE, read_payload
from sealgate.payloads.tables import followed_transactions, payload_outcomes, payload_verdicts, payloads

_F = followed_transactions.c
_VERDICT = tuple(payload_verdicts.c[name] for name in Verdict.__struct_fields__)
_BEGIN_COLUMNS = ("payload_id", "network", "txid", "last_ledger", "since", "next_at")
_BEGIN = HotStatement(insert(followed_transactions), columns=_BEGIN_COLUMNS)


def begin_following(
    tx: Tx, payload_id: int, *, network: str, txid: str, last_ledger: int | None, now: datetime
) -> None:
    """Note a transaction to follow, from now on; its payload was claimed in this transaction."""
    _BEGIN.run(tx, payload_id=payload_id, network=network, txid=txid, last_ledger=last_ledger, since=now, next_at=now)


def next_look(tx: Tx, network: str) -> datetime | None:
    """Return when something on this network is to be looked up next, or None where nothing is followed."""
    found: datetime | None = tx.execute(select(func.min(_F.next_at)).where(_F.network == network)).scalar_one()
    return found


def claim_due(tx: Tx, network: str, *, due: datetime, until: datetime, limit: int) -> list[Followed]:
    """Take what is due for looking up, for oneself until `until`; each goes to one caller at a time."""
    found = select(_F.payload_id).where(_F.network == network, _F.next_at <= due).order_by(_F.next_at)
    taken = (
        update(followed_transactions)
        .where(_F.payload_id.in_(free_keys(tx, found, limit)))
        .values(next_at=until)
        .returning(_F.payload_id)
    )
    ids = [row.payload_id for row in tx.execute(taken)]
    if not ids:
        return []
    rows = tx.execute(
        select(_F.payload_id, _F.network, _F.txid, payload_outcomes.c.hex, _F.last_ledger, _F.first_ledger, _F.since)
        .join(payload_outcomes, payload_outcomes.c.payload_id == _F.payload_id)
        .where(_F.payload_id.in_(ids))
        .order_by(_F.payload_id)
    )
    return [Followed(**row._mapping) for row in rows]


def put_off(tx: Tx, payload_id: int, *, next_at: datetime, first_ledger: int | None) -> None:
    """Note when to look again, and the first validated ledger that was seen, where none is noted yet."""
    tx.execute(
        update(followed_transactions)
        .where(_F.payload_id == payload_id)
        .values(next_at=next_at, first_ledger=func.coalesce(_F.first_ledger, first_ledger))
    )


def release_all(tx: Tx, networks: Collection[str], *, now: datetime) -> None:
    """Make everything that is followed due: for the one process there is, at its start."""
    tx.execute(update(followed_transactions).where(_F.network.in_(networks), _F.next_at > now).values(next_at=now))


def end_following(tx: Tx, payload_id: int) -> bool:
    """Stop following. True for one caller ever, who then stores the verdict."""
    gone = delete(followed_transactions).where(_F.payload_id == payload_id).returning(_F.payload_id)
    return tx.execute(gone).one_or_none() is not None


def insert_verdict(tx: Tx, payload_id: int, verdict: Verdict) -> bool:
    """Store what became of a transaction. True once."""
    return insert_if_new(tx, payload_verdicts, {"payload_id": payload_id, **msgspec.structs.asdict(verdict)})


def find_verdict(tx: Tx, payload_id: int) -> Verdict | None:
    """Return what became of a payload's transaction, None while nobody knows."""
    row = tx.execute(select(*_VERDICT).where(payload_verdicts.c.payload_id == payload_id)).one_or_none()
    return None if row is None else Verdict(**row._mapping)


def find_by_id(tx: Tx, payload_id: int) -> Payload | None:
    """Return the payload with this row id, or None."""
    row: Any = tx.execute(WHOLE.where(payloads.c.id == payload_id)).one_or_none()
    return read_payload(row)
