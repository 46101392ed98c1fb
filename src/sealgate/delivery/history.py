"""An app's events and deliveries for people who look back: a bounded piece at a time. Plain functions."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import and_, select

from sealgate.delivery.model import AppEvent, Delivery
from sealgate.delivery.search import Wanted, find_deliveries
from sealgate.delivery.store import EVENT_COLUMNS, event_of
from sealgate.delivery.tables import app_events, deliveries
from sealgate.infra.paging import floor_below, number_since, number_until
from sealgate.infra.tx import Tx

MOST_NEAR = 5000
_BEFORE, _AFTER = timedelta(seconds=5), timedelta(minutes=2)
_E, _D = app_events.c, deliveries.c


def page_of_deliveries(tx: Tx, app_uuid: str, wanted: Wanted, *, limit: int) -> tuple[list[Delivery], int | None]:
    """Return deliveries of an app, latest first, and the number to go on before; None where that was all.

    A page is chosen from 5,000 deliveries at the most, so it may be short, or empty, and yet not the last.
    """
    if wanted.subject is not None or wanted.event is not None:  # these are found by an index
        found = find_deliveries(tx, app_uuid, wanted, limit=limit + 1)
        return found[:limit], found[limit - 1].id if len(found) > limit else None
    before = wanted.before
    if wanted.until is not None:
        end = number_until(tx, _D.id, _D.created_at, wanted.until + _AFTER)
        before = end if before is None else min(before, end)
    floor = floor_below(tx, _D.id, _D.app_uuid == app_uuid, before=before)
    more = floor is not None
    if wanted.since is not None:
        start = number_since(tx, _D.id, _D.created_at, wanted.since - _BEFORE) - 1
        if floor is None or start >= floor:
            floor, more = start, False
    bounded = msgspec.structs.replace(wanted, before=before, above=floor)
    found = find_deliveries(tx, app_uuid, bounded, limit=limit + 1)
    if len(found) > limit:
        return found[:limit], found[limit - 1].id
    return found, floor + 1 if more and floor is not None else None


def events_about(tx: Tx, app_uuid: str, subject: str, moments: Sequence[datetime]) -> list[AppEvent]:
    """Return what was recorded about a subject around the moments at which something happened to it, in order.

    Events have no index of subjects, which would cost every outcome a page of its own; they are in order of time.
    """
    found: dict[int, AppEvent] = {}
    for moment in moments:
        first = number_since(tx, _E.seq, _E.created_at, moment - _BEFORE)
        past = number_until(tx, _E.seq, _E.created_at, moment + _AFTER)
        near = and_(_E.app_uuid == app_uuid, _E.seq.between(first, past))
        rows = select(*EVENT_COLUMNS).where(near).order_by(_E.seq).limit(MOST_NEAR).subquery()
        for row in tx.execute(select(rows).where(rows.c.subject == subject).order_by(rows.c.seq)):
            found[row.seq] = event_of(row)
    return [found[seq] for seq in sorted(found)]


def find_event(tx: Tx, id: str, *, apps: Collection[str] | None) -> AppEvent | None:
    """Return the event with this UUID of one of the apps, or of any app where that is None."""
    row = tx.execute(select(*EVENT_COLUMNS).where(_E.id == id)).one_or_none()
    return event_of(row) if row is not None and (apps is None or row.app_uuid in apps) else None
