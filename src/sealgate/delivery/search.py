"""The statements that find deliveries for people and programs that look at them, or want them sent again."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, select, update

from sealgate.delivery.model import Attempt, Delivery, State
from sealgate.delivery.tables import app_events, deliveries, delivery_attempts
from sealgate.infra.tx import Tx

_COLUMNS = tuple(
    deliveries.c[name]
    for name in (
        "id", "app_uuid", "kind", "target_kind", "target_uuid", "subject", "state", "attempts", "next_at",
        "created_at", "finished_at", "event_seq", "lease_owner",
    )
)  # fmt: skip
_SHOWN = select(*_COLUMNS, app_events.c.id.label("event_id")).select_from(
    deliveries.outerjoin(app_events, app_events.c.seq == deliveries.c.event_seq)
)
_ATTEMPT = tuple(delivery_attempts.c[name] for name in Attempt.__struct_fields__)


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which deliveries: those that meet everything that is not None.

    Attributes:
        subject: UUID of a payload, for one.
        since: Recorded at this moment or later.
        until: Recorded before this moment.
        before: With a lower number.
        above: With a higher number.
    """

    kind: str | None = None
    state: State | None = None
    subject: str | None = None
    endpoint: str | None = None
    event: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    above: int | None = None


def find_deliveries(tx: Tx, app_uuid: str, wanted: Wanted, *, limit: int) -> list[Delivery]:
    """Return deliveries of an app, latest first."""
    query = _SHOWN.where(_meets(app_uuid, wanted)).order_by(deliveries.c.id.desc()).limit(limit)
    return [_delivery(row) for row in tx.execute(query)]


def find_delivery(tx: Tx, app_uuid: str, id: int) -> Delivery | None:
    """Return a delivery of an app, or None."""
    row = tx.execute(_SHOWN.where(deliveries.c.id == id, deliveries.c.app_uuid == app_uuid)).one_or_none()
    return None if row is None else _delivery(row)


def find_attempts(tx: Tx, delivery_id: int) -> list[Attempt]:
    """Return every try, the first one first."""
    query = select(*_ATTEMPT).where(delivery_attempts.c.delivery_id == delivery_id).order_by(delivery_attempts.c.id)
    return [Attempt(**row._mapping) for row in tx.execute(query)]


def unfinished_twin(tx: Tx, delivery: Delivery) -> int | None:
    """Return the number of a delivery of the same event to the same target that is still on its way, or None."""
    twin = (
        select(deliveries.c.id)
        .where(
            deliveries.c.target_uuid == delivery.target_uuid,
            deliveries.c.subject == delivery.subject,
            deliveries.c.finished_at.is_(None),
            deliveries.c.event_seq == delivery.event_seq,
        )
        .order_by(deliveries.c.id)
        .limit(1)
    )
    found: int | None = tx.execute(twin).scalar_one_or_none()
    return found


def hasten(tx: Tx, id: int, *, now: datetime) -> None:
    """Make a waiting delivery due, unless it is being sent or held."""
    tx.execute(
        update(deliveries)
        .where(
            deliveries.c.id == id,
            deliveries.c.finished_at.is_(None),
            deliveries.c.state == "waiting",
            deliveries.c.lease_owner.is_(None),
            deliveries.c.next_at > now,
        )
        .values(next_at=now)
    )


def _meets(app_uuid: str, wanted: Wanted) -> ColumnElement[bool]:
    columns = deliveries.c
    equal = {
        columns.kind: wanted.kind,
        columns.state: wanted.state,
        columns.target_uuid: wanted.endpoint,
    }
    tests = [columns.app_uuid == app_uuid, *(column == value for column, value in equal.items() if value is not None)]
    # By their numbers: SQLite would rather walk through everything of the app than look a subject or an event up.
    about = deliveries.alias()
    if wanted.subject is not None:
        tests.append(columns.id.in_(select(about.c.id).where(about.c.subject == wanted.subject)))
    if wanted.event is not None:
        seq = select(app_events.c.seq).where(app_events.c.id == wanted.event)
        tests.append(columns.id.in_(select(about.c.id).where(about.c.event_seq.in_(seq))))
    if wanted.since is not None:
        tests.append(columns.created_at >= wanted.since)
    if wanted.until is not None:
        tests.append(columns.created_at < wanted.until)
    if wanted.before is not None:
        tests.append(columns.id < wanted.before)
    if wanted.above is not None:
        tests.append(columns.id > wanted.above)
    return and_(*tests)


def _delivery(row: Any) -> Delivery:
    values = dict(row._mapping)
    owner = values.pop("lease_owner")
    return Delivery(**values, sending=owner is not None)
