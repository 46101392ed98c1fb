"""The statements of sign requests, each with a verb that keeps its promise. For the verbs of this slice alone.

The conditions of `open_payload`, `claim_payload`, `cancel_payload` and `take_back` are the arrows of `model.state_of`:
the database decides who is first, and the model explains it to who is not.
"""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Boolean, ColumnElement, Row, bindparam, delete, func, insert, literal, select, union_all, update

from sealgate.base.errors import SealgateError
from sealgate.infra.database import free_keys, insert_for, insert_if_new
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx
from sealgate.payloads.model import DispatchReport, Outcome, Payload, Terms
from sealgate.payloads.tables import payload_keys, payload_outcomes, payload_refusals, payloads

MAX_REFUSALS = 20
"""Audit records kept for one payload: enough to find a transaction again, too few to fill a disk."""

_OUTCOME = Outcome.__struct_fields__
_ROW = tuple(
    payloads.c[name]
    for name in (
        "id", "uuid", "app_uuid", "terms", "created_at", "expires_at", "identifier", "holder_uuid", "pushed",
        "web_opened_at", "opened_at", "opened_by_deeplink", "cancelled_at", "resolved_at",
    )
)  # fmt: skip
_TOUCHED = ("uuid", "pushed", "unlisted", "created_at", "resolved_at", "cancelled_at")
WHOLE = select(*_ROW, *(payload_outcomes.c[name].label(f"outcome_{name}") for name in _OUTCOME)).select_from(
    payloads.outerjoin(payload_outcomes, payload_outcomes.c.payload_id == payloads.c.id)
)
_NOW = bindparam("now", type_=payloads.c.created_at.type)
_IS_IT = payloads.c.uuid == bindparam("is_uuid")
_IS_UNOPENED = payloads.c.opened_at.is_(None)
_IS_UNCANCELLED = payloads.c.cancelled_at.is_(None)
_IS_UNRESOLVED = payloads.c.resolved_at.is_(None)
_IS_IN_TIME = payloads.c.expires_at > _NOW
_MAY_ANSWER: ColumnElement[bool] = payloads.c.holder_uuid.is_(None) | (payloads.c.holder_uuid == bindparam("by_holder"))

_NEW_COLUMNS = (
    "uuid", "app_uuid", "identifier", "holder_uuid", "pushed", "terms", "created_at", "expires_at", "tell_expiry",
)  # fmt: skip
_INSERT = HotStatement(
    lambda engine: insert_for(engine, payloads).on_conflict_do_nothing().returning(payloads.c.id), columns=_NEW_COLUMNS
)
_FIND = HotStatement(WHOLE.where(_IS_IT))
_FIND_BY_IDENTIFIER = HotStatement(
    WHOLE.where(payloads.c.app_uuid == bindparam("of_app"), payloads.c.identifier == bindparam("is_identifier"))
)
_OPEN = HotStatement(
    update(payloads)
    .where(_IS_IT, _IS_UNOPENED, _IS_UNCANCELLED, _IS_IN_TIME, _MAY_ANSWER)
    .values(
        opened_at=_NOW,
        opened_by_deeplink=bindparam("by_deeplink", type_=Boolean) & payloads.c.web_opened_at.is_(None),
    )
    .returning(*_ROW)
)
_CLAIM = HotStatement(
    update(payloads)
    .where(_IS_IT, ~_IS_UNOPENED, _IS_UNCANCELLED, _IS_UNRESOLVED, _MAY_ANSWER)
    .values(resolved_at=_NOW)
    .returning(*_ROW)
)
_CANCEL = HotStatement(
    update(payloads)
    .where(_IS_IT, payloads.c.app_uuid == bindparam("of_app"), _IS_UNOPENED, _IS_UNCANCELLED, _IS_IN_TIME)
    .values(cancelled_at=_NOW)
    .returning(*_ROW)
)

_TAKE_BACK = HotStatement(
    update(payloads)
    .where(
        _IS_IT, payloads.c.app_uuid == bindparam("of_app"), ~_IS_UNOPENED, _IS_UNCANCELLED, _IS_UNRESOLVED, _IS_IN_TIME
    )
    .values(cancelled_at=_NOW)
    .returning(*_ROW)
)

_decode_terms = msgspec.json.Decoder(Terms).decode
_encode = msgspec.json.Encoder().encode


def insert_payload(tx: Tx, *, terms: Terms, **values: Any) -> int | None:
    """Store a payload and return its row id; None when the app's identifier is taken."""
    row = _INSERT.run(tx, terms=_encode(terms).decode(), **values).one_or_none()
    return row.id if row is not None else None


def insert_event(tx: Tx, *, terms: Terms, is_listed: bool, **values: Any) -> int:
    """Store an xApp event and return its row id."""
    row = {"terms": _encode(terms).decode(), "unlisted": None if is_listed else True, **values}
    return int(tx.execute(insert(payloads).values(row).returning(payloads.c.id)).scalar_one())


def find_payload(tx: Tx, uuid: str) -> Payload | None:
    """Return the payload with this UUID, or None."""
    return read_payload(_FIND.run(tx, is_uuid=uuid).one_or_none())


def find_by_identifier(tx: Tx, app_uuid: str, identifier: str) -> Payload | None:
    """Return the app's payload with this custom identifier, or None."""
    if "\0" in identifier:  # PostgreSQL knows no such text, and none is stored
        return None
    return read_payload(_FIND_BY_IDENTIFIER.run(tx, of_app=app_uuid, is_identifier=identifier).one_or_none())


def note_web_open(tx: Tx, uuid: str, *, now: datetime) -> None:
    """Remember the first time a browser shows a payload that no wallet has opened."""
    tx.execute(
        update(payloads)
        .where(payloads.c.uuid == uuid, payloads.c.web_opened_at.is_(None), _IS_UNOPENED)
        .values(web_opened_at=now)
    )


def open_payload(tx: Tx, uuid: str, *, holder_uuid: str, by_deeplink: bool, now: datetime) -> Payload | None:
    """Mark the payload opened in time by someone who may. Not None for the first opening only.

    A link counts as the way in only where no browser had shown the sign page before (platform-api 5.1).
    """
    return read_payload(
        _OPEN.run(tx, is_uuid=uuid, by_holder=holder_uuid, by_deeplink=by_deeplink, now=now).one_or_none()
    )


def claim_payload(tx: Tx, uuid: str, *, holder_uuid: str, now: datetime) -> Payload | None:
    """Mark an opened payload resolved. Not None for one caller ever, who then inserts the outcome."""
    return read_payload(_CLAIM.run(tx, is_uuid=uuid, by_holder=holder_uuid, now=now).one_or_none())


def cancel_payload(tx: Tx, app_uuid: str, uuid: str, *, now: datetime) -> Payload | None:
    """Mark the app's unopened, unexpired payload cancelled. Not None for one caller ever."""
    return read_payload(_CANCEL.run(tx, is_uuid=uuid, of_app=app_uuid, now=now).one_or_none())


def take_back(tx: Tx, app_uuid: str, uuid: str, *, now: datetime) -> Payload | None:
    """Mark the app's opened payload cancelled: for what is not signed. Not None for one caller ever."""
    return read_payload(_TAKE_BACK.run(tx, is_uuid=uuid, of_app=app_uuid, now=now).one_or_none())


def insert_outcome(tx: Tx, payload_id: int, outcome: Outcome) -> None:
    """Store how a payload ended; the caller has claimed it in this transaction."""
    tx.execute(insert(payload_outcomes).values(payload_id=payload_id, **msgspec.structs.asdict(outcome)))


def next_expiry_to_tell(tx: Tx) -> datetime | None:
    """Return the earliest deadline that an app waits to hear of, or None."""
    found: datetime | None = tx.execute(
        select(payloads.c.expires_at).where(payloads.c.tell_expiry).order_by(payloads.c.expires_at).limit(1)
    ).scalar_one_or_none()
    return found


def take_expiries_to_tell(tx: Tx, *, before: datetime, limit: int) -> list[Payload]:
    """Take payloads off the list of those whose deadline an app waits to hear of; each goes to one caller ever.

    All of them, however they stand: the caller tells of those that nobody opened.
    """
    due = (
        select(payloads.c.id)
        .where(payloads.c.tell_expiry, payloads.c.expires_at <= before)
        .order_by(payloads.c.expires_at)
    )
    taken = (
        update(payloads).where(payloads.c.id.in_(free_keys(tx, due, limit))).values(tell_expiry=False).returning(*_ROW)
    )
    return [payload for row in tx.execute(taken) if (payload := read_payload(row))]


def record_dispatch(tx: Tx, payload_id: int, *, device_uuid: str, dispatch: DispatchReport) -> bool:
    """Add a node's answer to the signature of this device. True once."""
    recorded = tx.execute(
        update(payload_outcomes)
        .where(
            payload_outcomes.c.payload_id == payload_id,
            payload_outcomes.c.device_uuid == device_uuid,
            payload_outcomes.c.signed,
            payload_outcomes.c.dispatched_to.is_(None),
        )
        .values(dispatched_to=dispatch.to, dispatched_nodetype=dispatch.nodetype, dispatched_result=dispatch.result)
        .returning(payload_outcomes.c.payload_id)
    )
    return recorded.one_or_none() is not None


def pending_payloads(tx: Tx, holder_uuid: str, *, now: datetime, limit: int) -> list[Payload]:
    """Return what is on the holder's list: unanswered and before its deadline, newest first."""
    rows = tx.execute(
        WHOLE.where(
            payloads.c.holder_uuid == holder_uuid,
            payloads.c.resolved_at.is_(None),
            payloads.c.cancelled_at.is_(None),
            payloads.c.expires_at > now,
            payloads.c.unlisted.is_(None),
        )
        .order_by(payloads.c.id.desc())
        .limit(limit)
    )
    return [payload for row in rows if (payload := read_payload(row)) is not None]


def touched_since(tx: Tx, holder_uuid: str, *, since: datetime, limit: int) -> list[Row[Any]]:
    """Return the columns `_TOUCHED` of what was made for a holder, or ended, after a moment."""
    columns = payloads.c
    is_theirs = columns.holder_uuid == holder_uuid
    row = select(*(columns[name] for name in _TOUCHED))
    # What was made after a moment ends after it, too: so the index of what is pending finds it.
    is_new = (columns.expires_at > since) & (columns.created_at > since)
    touched = union_all(
        row.where(is_theirs, columns.resolved_at.is_(None), columns.cancelled_at.is_(None), is_new),
        row.where(is_theirs, columns.resolved_at.is_not(None), columns.resolved_at > since),
        row.where(is_theirs, columns.cancelled_at.is_not(None), columns.cancelled_at > since),
    )
    return list(tx.execute(touched.limit(limit)).all())


def insert_refusal(
    tx: Tx, payload_uuid: str, *, device_uuid: str, refusal: SealgateError, txid: str | None, now: datetime
) -> None:
    """Keep an audit record of a refused signature, unless there is no such payload or it has its fill of them."""
    columns = payload_refusals.c
    kept = (
        select(func.count())
        .select_from(payload_refusals)
        .where(columns.payload_id == payloads.c.id)
        .correlate(payloads)
        .scalar_subquery()
    )
    values = {
        columns.device_uuid: device_uuid,
        columns.code: refusal.code if isinstance(refusal.code, int) else 0,
        columns.reason: refusal.slug()[:64],
        columns.txid: txid,
        columns.refused_at: now,
    }
    row = select(payloads.c.id, *(literal(value, column.type) for column, value in values.items())).where(
        payloads.c.uuid == payload_uuid, kept < MAX_REFUSALS
    )
    tx.execute(insert(payload_refusals).from_select([columns.payload_id, *values], row))


def read_payload(row: Any | None) -> Payload | None:
    """Build a payload from the columns of `_ROW`, with or without the outcome's behind them."""
    if row is None:
        return None
    (
        row_id, uuid, app_uuid, terms, created_at, expires_at, identifier, holder_uuid, pushed,
        web_opened_at, opened_at, opened_by_deeplink, cancelled_at, resolved_at, *outcome,
    ) = row  # fmt: skip
    return Payload(
        id=row_id,
        uuid=uuid,
        app_uuid=app_uuid,
        terms=_decode_terms(terms),
        created_at=created_at,
        expires_at=expires_at,
        identifier=identifier,
        holder_uuid=holder_uuid,
        pushed=pushed,
        web_opened_at=web_opened_at,
        opened_at=opened_at,
        opened_by_deeplink=opened_by_deeplink,
        cancelled_at=cancelled_at,
        resolved_at=resolved_at,
        outcome=Outcome(**dict(zip(_OUTCOME, outcome, strict=True))) if outcome and resolved_at is not None else None,
    )


def claim_key(tx: Tx, app_uuid: str, *, key_hash: bytes, body_hash: bytes, payload_uuid: str, now: datetime) -> bool:
    """Take an Idempotency-Key for a payload about to be made. True for one caller until the key is forgotten."""
    values = {
        "app_uuid": app_uuid,
        "key_hash": key_hash,
        "body_hash": body_hash,
        "payload_uuid": payload_uuid,
        "used_at": now,
    }
    return insert_if_new(tx, payload_keys, values)


def find_key(tx: Tx, app_uuid: str, key_hash: bytes) -> Row[Any] | None:
    """Return `body_hash` and `payload_uuid` of a claimed Idempotency-Key, or None."""
    return tx.execute(
        select(payload_keys.c.body_hash, payload_keys.c.payload_uuid).where(
            payload_keys.c.app_uuid == app_uuid, payload_keys.c.key_hash == key_hash
        )
    ).one_or_none()


def forget_keys(tx: Tx, app_uuid: str, key_hash: bytes, *, before: datetime, limit: int) -> None:
    """Forget this key if it was claimed at `before` or earlier, and `limit` others of that age.

    Forgetting a few with every use keeps the table small without a loop of its own.
    """
    is_old = payload_keys.c.used_at <= before
    is_this = (payload_keys.c.app_uuid == app_uuid) & (payload_keys.c.key_hash == key_hash)
    tx.execute(delete(payload_keys).where(is_this, is_old))
    oldest = select(payload_keys.c.id).where(is_old).order_by(payload_keys.c.used_at)
    # Rows another transaction is forgetting are left to it: waiting for each other could end in a deadlock.
    tx.execute(delete(payload_keys).where(payload_keys.c.id.in_(free_keys(tx, oldest, limit))))
