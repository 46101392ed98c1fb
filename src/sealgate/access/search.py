"""The statements that find calls for people who look at them."""

from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, func, select

from sealgate.access.model import LoggedCall
from sealgate.access.tables import call_log
from sealgate.infra.paging import floor_below, number_since, number_until
from sealgate.infra.tx import Tx

SLACK = timedelta(minutes=2)
"""A call is stored when it ends, and named after its beginning."""
_C = call_log.c


class CallsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which calls: those that meet everything that is not None.

    Attributes:
        status: The class of the status: 2 for 200 to 299.
        route: A part of the endpoint's template.
        since: Made at this moment or later.
        until: Made before this moment.
        before: With a lower number.
    """

    status: int | None = None
    method: str | None = None
    route: str | None = None
    error_code: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def find_calls(tx: Tx, app_uuid: str, wanted: CallsWanted, *, limit: int) -> tuple[list[LoggedCall], int | None]:
    """Return calls of an app, latest first, and the number to go on before; None where that was all.

    A page is chosen from 5,000 calls at the most, so it may be short, or empty, and yet not the last.
    """
    before = wanted.before
    if wanted.until is not None:
        end = number_until(tx, _C.number, _C.at, wanted.until + SLACK)
        before = end if before is None else min(before, end)
    floor = floor_below(tx, _C.number, _C.app_uuid == app_uuid, before=before)
    start = None if wanted.since is None else number_since(tx, _C.number, _C.at, wanted.since - SLACK) - 1
    if start is not None and (floor is None or start >= floor):
        floor, more = start, False
    else:
        more = floor is not None
    tests = [_C.app_uuid == app_uuid, *_meets(wanted)]
    if floor is not None:
        tests.append(_C.number > floor)
    if before is not None:
        tests.append(_C.number < before)
    query = select(call_log).where(*tests).order_by(_C.number.desc()).limit(limit + 1)
    found = [LoggedCall(**row._mapping) for row in tx.execute(query)]
    if len(found) > limit:
        return found[:limit], found[limit - 1].number
    return found, floor + 1 if more and floor is not None else None


def latest_number(tx: Tx, app_uuid: str) -> int:
    """Return the number of an app's latest call, 0 where it made none."""
    return tx.execute(select(func.max(_C.number)).where(_C.app_uuid == app_uuid)).scalar_one() or 0


def find_refused(tx: Tx, ref: str, *, apps: Collection[str] | None) -> LoggedCall | None:
    """Return the refused call with this reference, of any of the apps; of any app at all where that is None."""
    query = select(call_log).where(_C.ref == ref, _C.error_code.is_not(None))
    for row in tx.execute(query).all():
        if apps is None or row.app_uuid in apps:
            return LoggedCall(**row._mapping)
    return None


def _meets(wanted: CallsWanted) -> list[ColumnElement[bool]]:
    equal = {_C.method: wanted.method, _C.error_code: wanted.error_code}
    tests: list[ColumnElement[bool]] = [column == value for column, value in equal.items() if value is not None]
    if wanted.status is not None:
        tests.append(_C.status.between(wanted.status * 100, wanted.status * 100 + 99))
    if wanted.route is not None:
        tests.append(_C.route.contains(wanted.route, autoescape=True))
    if wanted.since is not None:
        tests.append(_C.at >= wanted.since)
    if wanted.until is not None:
        tests.append(_C.at < wanted.until)
    return tests
