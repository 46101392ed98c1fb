"""The statements of events and deliveries that run while work is done; `search` has those for looking at it.

The order of a target's deliveries about one subject is kept by `claim` alone: a delivery may be taken only while no
earlier one of the same target and subject is unfinished. Events of one subject are recorded in transactions that wait
for each other (they change the same payload or the same token), so their numbers tell their order.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import and_, bindparam, delete, func, insert, literal, null, or_, select, text, update

from sealgate.base.ids import new_uuid
from sealgate.delivery.model import AppEvent, Backlog, Claimed, NewEvent, Result, TargetKind
from sealgate.delivery.tables import app_events, app_listeners, deliveries, delivery_attempts
from sealgate.infra.database import free_keys, insert_for
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx

CLAIM_WINDOW = 256
"""How many due deliveries one claim looks at: enough to fill every sender, and a bound for what it costs."""

_encode = msgspec.json.Encoder().encode
EVENT_COLUMNS = tuple(app_events.c[name] for name in AppEvent.__struct_fields__)
_NEW_DELIVERY = (
    "event_seq", "app_uuid", "kind", "target_kind", "target_uuid", "subject", "message", "state", "attempts",
    "next_at", "expires_at", "created_at",
)  # fmt: skip
_INSERT_EVENT = HotStatement(
    insert(app_events).returning(app_events.c.seq),
    columns=("id", "app_uuid", "kind", "subject", "data", "created_at"),
)
_INSERT_DELIVERY = HotStatement(insert(deliveries).returning(deliveries.c.id), columns=_NEW_DELIVERY)
_LISTENS = HotStatement(
    select(app_listeners.c.until).where(
        app_listeners.c.app_uuid == bindparam("of_app", type_=app_listeners.c.app_uuid.type),
        app_listeners.c.until > bindparam("now", type_=app_listeners.c.until.type),
    )
)
_IS_SETTLED = text("age(app_events.xmin) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)")
_IS_UNFINISHED = deliveries.c.finished_at.is_(None)


def insert_event(tx: Tx, app_uuid: str, event: NewEvent, *, now: datetime) -> int:
    """Store an event and return its number."""
    values = {
        "id": new_uuid(),
        "app_uuid": app_uuid,
        "kind": event.data.kind,
        "subject": event.subject,
        "data": _encode(event.data).decode(),
        "created_at": now,
    }
    seq: int = _INSERT_EVENT.run(tx, **values).rows[0].seq
    return seq


def insert_delivery(
    tx: Tx,
    *,
    app_uuid: str,
    kind: str,
    target_kind: TargetKind,
    target_uuid: str,
    subject: str,
    now: datetime,
    event_seq: int | None = None,
    message: str | None = None,
    expires_at: datetime | None = None,
) -> int:
    """Store a delivery that is due at once and return its number."""
    inserted = _INSERT_DELIVERY.run(
        tx,
        event_seq=event_seq,
        app_uuid=app_uuid,
        kind=kind,
        target_kind=target_kind,
        target_uuid=target_uuid,
        subject=subject,
        message=message,
        state="waiting",
        attempts=0,
        next_at=now,
        expires_at=expires_at,
        created_at=now,
    )
    number: int = inserted.rows[0].id
    return number


def has_listener(tx: Tx, app_uuid: str, *, now: datetime) -> bool:
    """Tell whether somebody follows the app's events now."""
    return bool(_LISTENS.run(tx, of_app=app_uuid, now=now).rows)


def note_listener(tx: Tx, app_uuid: str, *, until: datetime) -> None:
    """Remember that somebody follows the app's events, up to a moment; the later one counts."""
    new = insert_for(tx.engine, app_listeners).values(app_uuid=app_uuid, until=until)
    later = new.on_conflict_do_update(
        index_elements=[app_listeners.c.app_uuid],
        set_={"until": new.excluded.until},
        where=app_listeners.c.until < new.excluded.until,
    )
    tx.execute(later)


def claim(
    tx: Tx,
    *,
    owner: str,
    now: datetime,
    until: datetime,
    limit: int,
    per_target: int,
    busy_targets: Collection[str] = (),
    busy_apps: Collection[str] = (),
    kinds: Collection[TargetKind] = ("webhook", "push"),
) -> list[Claimed]:
    """Take deliveries that are due, at most `per_target` of one target; nobody else gets them before `until`.

    One statement: of two processes that ask at once, each delivery goes to one.
    """
    earlier = deliveries.alias("earlier")
    is_next = ~(
        select(literal(1))
        .where(
            earlier.c.target_uuid == deliveries.c.target_uuid,
            earlier.c.subject == deliveries.c.subject,
            earlier.c.finished_at.is_(None),
            earlier.c.id < deliveries.c.id,
        )
        .exists()
    )
    is_due = and_(_IS_UNFINISHED, deliveries.c.next_at <= now)
    looked_at = select(deliveries.c.id, deliveries.c.target_uuid, deliveries.c.next_at).where(
        is_due, is_next, deliveries.c.target_kind.in_(kinds)
    )
    if busy_targets:
        looked_at = looked_at.where(deliveries.c.target_uuid.not_in(busy_targets))
    if busy_apps:
        looked_at = looked_at.where(deliveries.c.app_uuid.not_in(busy_apps))
    window = looked_at.order_by(deliveries.c.next_at, deliveries.c.id).limit(CLAIM_WINDOW).subquery()
    place = func.row_number().over(partition_by=window.c.target_uuid, order_by=(window.c.next_at, window.c.id))
    ranked = select(window.c.id, place.label("place")).subquery()
    chosen = select(ranked.c.id).where(ranked.c.place <= per_target).order_by(ranked.c.place, ranked.c.id).limit(limit)
    # What another transaction is taking or settling is left to it.
    free = select(deliveries.c.id).where(deliveries.c.id.in_(chosen), is_due).with_for_update(skip_locked=True)
    taken = (
        update(deliveries)
        .where(deliveries.c.id.in_(free))
        .values(state="waiting", lease_owner=owner, next_at=until)
        .returning(deliveries)
    )
    rows = sorted(tx.execute(taken).all(), key=lambda row: row.id)
    events = _events_by_seq(tx, {row.event_seq for row in rows if row.event_seq is not None})
    return [
        Claimed(
            id=row.id,
            app_uuid=row.app_uuid,
            kind=row.kind,
            target_kind=row.target_kind,
            target_uuid=row.target_uuid,
            subject=row.subject,
            attempt=row.attempts + 1,
            created_at=row.created_at,
            event=events.get(row.event_seq),
            message=row.message,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def next_due(tx: Tx, *, after: datetime) -> datetime | None:
    """Return when the next delivery that is not due yet will be, or None."""
    found: datetime | None = tx.execute(
        select(deliveries.c.next_at)
        .where(_IS_UNFINISHED, deliveries.c.next_at > after)
        .order_by(deliveries.c.next_at)
        .limit(1)
    ).scalar_one_or_none()
    return found


_SETTLE = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("is_id"),
        deliveries.c.lease_owner == bindparam("is_owner", type_=deliveries.c.lease_owner.type),
        _IS_UNFINISHED,
    )
    .values(
        state=bindparam("new_state"),
        attempts=deliveries.c.attempts + bindparam("tries"),
        next_at=func.coalesce(bindparam("due_at", type_=deliveries.c.next_at.type), deliveries.c.next_at),
        lease_owner=null(),
        finished_at=bindparam("ended_at", type_=deliveries.c.finished_at.type),
    )
)


def settle(tx: Tx, results: Sequence[Result], *, owner: str, now: datetime) -> None:
    """Store what came of claimed deliveries, and every try. Of what the owner has lost meanwhile, the try alone."""
    if not results:
        return
    tx.execute(
        _SETTLE,
        [
            {
                "is_id": result.id,
                "is_owner": owner,
                "new_state": result.state,
                "tries": 0 if result.attempt is None else 1,
                "due_at": result.next_at,
                "ended_at": None if result.state in ("waiting", "held") else now,
            }
            # In one order everywhere, so that two processes never wait for each other.
            for result in sorted(results, key=lambda result: result.id)
        ],
    )
    tried = [(result.id, result.attempt) for result in results if result.attempt is not None]
    if tried:
        tx.execute(
            insert(delivery_attempts),
            [{"delivery_id": id_, **msgspec.structs.asdict(attempt)} for id_, attempt in tried],
        )


def renew(tx: Tx, ids: Collection[int], *, owner: str, until: datetime) -> set[int]:
    """Keep claimed deliveries from others for longer; return those that are still this owner's."""
    mine = (
        select(deliveries.c.id)
        .where(deliveries.c.id.in_(ids), deliveries.c.lease_owner == owner, _IS_UNFINISHED)
        .with_for_update(skip_locked=True)
    )
    renewed = update(deliveries).where(deliveries.c.id.in_(mine)).values(next_at=until).returning(deliveries.c.id)
    return set(tx.execute(renewed).scalars())


def end_leases(tx: Tx, *, now: datetime) -> int:
    """Make due whatever somebody has claimed; return how many there were. For who knows that nobody is left."""
    claimed = update(deliveries).where(_IS_UNFINISHED, deliveries.c.lease_owner.is_not(None))
    return tx.execute(claimed.values(lease_owner=null(), next_at=now)).rowcount


def put_off(tx: Tx, target_uuid: str, *, now: datetime, until: datetime, limit: int) -> None:
    """Leave what is due for a target until later, and what somebody is sending to them."""
    due = (
        select(deliveries.c.id)
        .where(
            _IS_UNFINISHED,
            deliveries.c.target_uuid == target_uuid,
            deliveries.c.lease_owner.is_(None),
            deliveries.c.next_at <= now,
        )
        .order_by(deliveries.c.next_at, deliveries.c.id)
    )
    tx.execute(update(deliveries).where(deliveries.c.id.in_(free_keys(tx, due, limit))).values(next_at=until))


def hold(tx: Tx, target_uuid: str, *, until: datetime) -> None:
    """Hold what waits for a target; it is looked at again at `until`, should nobody release it before."""
    tx.execute(
        update(deliveries)
        .where(_IS_UNFINISHED, deliveries.c.target_uuid == target_uuid, deliveries.c.lease_owner.is_(None))
        .values(state="held", next_at=until)
    )


def held_targets(tx: Tx) -> list[str]:
    """Return the targets for which something is held."""
    held = select(deliveries.c.target_uuid).where(_IS_UNFINISHED, deliveries.c.state == "held").distinct()
    return list(tx.execute(held).scalars())


def release_held(tx: Tx, targets: Collection[str], *, now: datetime) -> int:
    """Make what was held for these targets due at once; return how many there were."""
    released = tx.execute(
        update(deliveries)
        .where(_IS_UNFINISHED, deliveries.c.target_uuid.in_(targets), deliveries.c.state == "held")
        .values(state="waiting", next_at=now)
    )
    return released.rowcount


def backlog(tx: Tx, *, now: datetime) -> Backlog:
    """Return what is unfinished."""
    is_overdue = or_(deliveries.c.next_at <= now, deliveries.c.lease_owner.is_not(None))
    found = tx.execute(
        select(
            func.count(deliveries.c.id).label("unfinished"),
            func.count(deliveries.c.id).filter(deliveries.c.state == "held").label("held"),
            func.min(deliveries.c.created_at).filter(deliveries.c.state == "waiting", is_overdue).label("oldest"),
        ).where(_IS_UNFINISHED)
    ).one()
    return Backlog(waiting=found.unfinished - found.held, held=found.held, oldest_due_at=found.oldest)


def prune(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete old events, finished deliveries with their attempts, and listeners; return how many rows at the most.

    What is still on its way stays, with its event.
    """
    deliveries_gone = _ids_before(tx, before, limit)
    if deliveries_gone:
        tx.execute(delete(delivery_attempts).where(delivery_attempts.c.delivery_id.in_(deliveries_gone)))
        tx.execute(delete(deliveries).where(deliveries.c.id.in_(deliveries_gone)))
    oldest = select(app_events.c.seq, app_events.c.created_at).order_by(app_events.c.seq).limit(limit).subquery()
    is_needed = select(deliveries.c.id).where(deliveries.c.event_seq == oldest.c.seq, _IS_UNFINISHED).exists()
    old = select(oldest.c.seq).where(oldest.c.created_at < before, ~is_needed)
    events_gone = tx.execute(delete(app_events).where(app_events.c.seq.in_(old))).rowcount
    tx.execute(delete(app_listeners).where(app_listeners.c.until < before))
    return max(len(deliveries_gone), events_gone)


def _ids_before(tx: Tx, before: datetime, limit: int) -> list[int]:
    oldest = (
        select(deliveries.c.id, deliveries.c.created_at)
        .where(~_IS_UNFINISHED)
        .order_by(deliveries.c.id)
        .limit(limit)
        .subquery()
    )
    return list(tx.execute(select(oldest.c.id).where(oldest.c.created_at < before)).scalars())


def _events_by_seq(tx: Tx, seqs: Collection[int]) -> dict[int, AppEvent]:
    if not seqs:
        return {}
    rows = tx.execute(select(*EVENT_COLUMNS).where(app_events.c.seq.in_(seqs)))
    return {row.seq: event_of(row) for row in rows}


def event_of(row: Any) -> AppEvent:
    """Return the event of a row with the columns of `AppEvent`."""
    return AppEvent(**{**row._mapping, "data": msgspec.Raw(row.data.encode())})


def events_after(tx: Tx, app_uuid: str, *, after: int, limit: int) -> list[AppEvent]:
    """Return the app's events with a number above `after`, the lowest first.

    On PostgreSQL a transaction may commit after a later one, so a higher number may be there first. An event is left
    out while a transaction older than its own runs: whoever remembers the last number it got has missed none.
    """
    query = select(*EVENT_COLUMNS).where(app_events.c.app_uuid == app_uuid, app_events.c.seq > after)
    if tx.engine == "postgresql":
        query = query.where(_IS_SETTLED)
    return [event_of(row) for row in tx.execute(query.order_by(app_events.c.seq).limit(limit))]


def last_seq(tx: Tx, app_uuid: str) -> int:
    """Return the number of the app's latest event that `events_after` shows, 0 where there is none."""
    query = select(func.max(app_events.c.seq)).where(app_events.c.app_uuid == app_uuid)
    if tx.engine == "postgresql":
        query = query.where(_IS_SETTLED)
    return tx.execute(query).scalar_one() or 0
