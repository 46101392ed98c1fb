"""The statements on the call log, the notices and the nonces."""

from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import Column, Table, delete, func, insert, select

from sealgate.access.model import LoggedCall, Notice
from sealgate.access.tables import app_notices, call_log, device_nonces
from sealgate.base.clock import to_ms
from sealgate.base.ids import uuid_bytes
from sealgate.infra.database import Tx, insert_if_new

SEARCHED_CALLS = 100_000

_CALL_COLUMNS = tuple(column.name for column in call_log.c if column.name != "number")
_NOTICE_COLUMNS = tuple(column for column in app_notices.c if column.name != "number")


def insert_calls(tx: Tx, calls: Sequence[LoggedCall]) -> None:
    """Store calls, at least one."""
    # Written by hand since this runs for every call of every app: half the price of the Core statement.
    mark = "?" if tx.engine == "sqlite" else "%s"
    marks = ", ".join(mark for _ in _CALL_COLUMNS)
    rows = [
        (
            uuid_bytes(call.ref),
            uuid_bytes(call.app_uuid),
            to_ms(call.at),
            call.method,
            call.route,
            call.status,
            call.error_code,
            call.duration_us,
            call.cause,
            call.error_name,
            call.message,
        )
        for call in calls
    ]
    tx.connection.exec_driver_sql(f"INSERT INTO call_log ({', '.join(_CALL_COLUMNS)}) VALUES ({marks})", rows)  # noqa: S608


def list_calls(tx: Tx, app_uuid: str, *, before: int | None, limit: int) -> list[LoggedCall]:
    """Return calls of an app, latest first, from the one before the number `before` on."""
    query = select(call_log).where(call_log.c.app_uuid == app_uuid).order_by(call_log.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(call_log.c.number < before)
    return [LoggedCall(**row._mapping) for row in tx.execute(query)]


def find_refused_call(tx: Tx, app_uuid: str, ref: str) -> LoggedCall | None:
    """Return the refused call of an app with this reference, or None."""
    query = select(call_log).where(
        call_log.c.ref == ref, call_log.c.error_code.is_not(None), call_log.c.app_uuid == app_uuid
    )
    row = tx.execute(query).first()
    return None if row is None else LoggedCall(**row._mapping)


def search_call(tx: Tx, app_uuid: str, ref: str, *, among: int | None = None) -> LoggedCall | None:
    """Return the call with this reference among the latest of an app, or None.

    Args:
        among: How many are looked at; 100,000 by default.
    """
    latest = (
        select(call_log)
        .where(call_log.c.app_uuid == app_uuid)
        .order_by(call_log.c.number.desc())
        .limit(SEARCHED_CALLS if among is None else among)
        .subquery()
    )
    row = tx.execute(select(latest).where(latest.c.ref == ref)).first()
    return None if row is None else LoggedCall(**row._mapping)


def delete_old_calls(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete the oldest calls made before a moment, at most `limit`; return how many."""
    return _delete_old(tx, call_log, before, limit)


def insert_notice(tx: Tx, notice: Notice) -> None:
    """Store a notice."""
    tx.execute(insert(app_notices), msgspec.structs.asdict(notice))


def list_notices(tx: Tx, app_uuid: str, *, limit: int) -> list[Notice]:
    """Return the latest notices of an app, latest first."""
    query = (
        select(*_NOTICE_COLUMNS)
        .where(app_notices.c.app_uuid == app_uuid)
        .order_by(app_notices.c.number.desc())
        .limit(limit)
    )
    return [Notice(**row._mapping) for row in tx.execute(query)]


def latest_notices(tx: Tx, apps: Collection[str], kind: str) -> dict[str, Notice]:
    """Return the latest notice of a kind of each of these apps; those that have none are missing."""
    columns = app_notices.c
    latest = (
        select(func.max(columns.number))
        .where(columns.app_uuid.in_(apps), columns.kind == kind)
        .group_by(columns.app_uuid)
    )
    rows = tx.execute(select(*_NOTICE_COLUMNS).where(columns.number.in_(latest)))
    return {row.app_uuid: Notice(**row._mapping) for row in rows}


def delete_old_notices(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete the oldest notices from before a moment, at most `limit`; return how many."""
    return _delete_old(tx, app_notices, before, limit)


def spend_nonce(tx: Tx, keyid: str, nonce: str, *, forget_at: datetime) -> bool:
    """Use up a nonce of a key. True for one caller ever, until it may be forgotten."""
    return insert_if_new(tx, device_nonces, {"keyid": keyid, "nonce": nonce, "forget_at": forget_at})


def delete_old_nonces(tx: Tx, *, before: datetime) -> int:
    """Delete the nonces that may be forgotten since before a moment; return how many."""
    return tx.execute(delete(device_nonces).where(device_nonces.c.forget_at < before)).rowcount


def _delete_old(tx: Tx, table: Table, before: datetime, limit: int) -> int:
    # Only the oldest rows are looked at, so a step costs the same however long the table is.
    number: Column[int] = table.c.number
    oldest = select(number, table.c.at).order_by(number).limit(limit).subquery()
    old = select(oldest.c.number).where(oldest.c.at < before)
    return tx.execute(delete(table).where(number.in_(old))).rowcount
