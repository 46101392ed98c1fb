"""The statements of signatures that are collected, each with a verb that keeps its promise. For this slice alone."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import delete, select, update

from sealgate.infra.database import insert_if_new
from sealgate.infra.tx import Tx
from sealgate.payloads.followed_store import find_by_id
from sealgate.payloads.model import Contribution, Payload, SignerList, UsedKey
from sealgate.payloads.tables import payload_contributions, payloads

_C = payload_contributions.c
_COLUMNS = tuple(_C[name] for name in Contribution.__struct_fields__)


def lock_answerable(tx: Tx, uuid: str, *, holder_uuid: str) -> Payload | None:
    """Return a payload that this holder may answer now, None otherwise; nobody else answers it until the commit."""
    columns = payloads.c
    held = (
        select(columns.id)
        .where(
            columns.uuid == uuid,
            columns.opened_at.is_not(None),
            columns.cancelled_at.is_(None),
            columns.resolved_at.is_(None),
            columns.holder_uuid.is_(None) | (columns.holder_uuid == holder_uuid),
        )
        .with_for_update()
    )
    row = tx.execute(held).one_or_none()
    return None if row is None else find_by_id(tx, row.id)


def insert_contribution(tx: Tx, payload_id: int, contribution: Contribution, *, holder_uuid: str) -> bool:
    """Keep a signature. True for the first one of its signer."""
    values = {"payload_id": payload_id, "holder_uuid": holder_uuid}
    return insert_if_new(tx, payload_contributions, values | msgspec.structs.asdict(contribution))


def contributions_of(tx: Tx, payload_id: int) -> tuple[Contribution, ...]:
    """Return the signatures kept for a payload, the earliest first."""
    rows = tx.execute(select(*_COLUMNS).where(_C.payload_id == payload_id).order_by(_C.signed_at, _C.signer))
    return tuple(Contribution(**row._mapping) for row in rows)


def reweigh(tx: Tx, payload_id: int, listed: SignerList) -> None:
    """Let every signature weigh what the list says now; nothing, where its signer is not on it any more."""
    for one in contributions_of(tx, payload_id):
        weight = listed.weights.get(one.signer, 0)
        if (one.weight, one.quorum) != (weight, listed.quorum):
            tx.execute(
                update(payload_contributions)
                .where(_C.payload_id == payload_id, _C.signer == one.signer)
                .values(weight=weight, quorum=listed.quorum)
            )


def drop(tx: Tx, payload_id: int, used: Iterable[UsedKey]) -> None:
    """Forget signatures that these keys made."""
    for one in used:
        is_theirs = (_C.signer == one.account) & (_C.key_address == one.key_address)
        tx.execute(delete(payload_contributions).where(_C.payload_id == payload_id, is_theirs))
