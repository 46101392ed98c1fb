"""The audit log: every change somebody made, each entry chained to the one before by its hash.

Whoever changes, removes or inserts an entry breaks the chain from there on; whoever rewrites it to the end is found out
by anybody who noted the last hash before (`sealgate audit verify` prints it).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from sealgate.base.clock import from_ms, to_ms
from sealgate.console.errors import AuditBroken
from sealgate.console.model import AuditEntry
from sealgate.console.tables import audit_log, audit_tail
from sealgate.infra.database import Tx, insert_if_new

ADMIN = "admin"
"""The actor of changes made by the admin API and the command line."""
START = bytes(32)
"""What stands for the hash before the first entry."""
READ_AT_ONCE = 1000


def record(
    tx: Tx,
    actor: str,
    action: str,
    *,
    app_uuid: str | None = None,
    details: Mapping[str, object] | None = None,
    reference: str | None = None,
    now: datetime,
) -> AuditEntry:
    """Add an entry in the caller's transaction, so that the change and its entry are stored together or not at all.

    Args:
        action: As `app.secret_rotated`: what it was done to, and what was done.
        details: JSON values, without secrets.
        reference: UUID of the call.
    """
    insert_if_new(tx, audit_tail, {"id": 1, "number": 0, "hash": START})
    # The row is ours until the commit: entries of other transactions wait here.
    taken = update(audit_tail).where(audit_tail.c.id == 1).values(number=audit_tail.c.number + 1)
    tail = tx.execute(taken.returning(audit_tail.c.number, audit_tail.c.hash)).one()
    entry = AuditEntry(
        number=tail.number,
        at=from_ms(to_ms(now)),
        actor=actor,
        action=action,
        app_uuid=app_uuid,
        details=dict(details or {}),
        reference=reference,
        hash=b"",
    )
    entry = msgspec.structs.replace(entry, hash=hash_of(entry, tail.hash))
    tx.execute(insert(audit_log).values(msgspec.structs.asdict(entry)))
    tx.execute(update(audit_tail).where(audit_tail.c.id == 1).values(hash=entry.hash))
    return entry


def is_last(tx: Tx, reference: str) -> bool:
    """Tell whether the newest entry is of the call with this reference."""
    newest = select(audit_log.c.reference).order_by(audit_log.c.number.desc()).limit(1)
    return tx.execute(newest).scalar_one_or_none() == reference


def hash_of(entry: AuditEntry, before: bytes) -> bytes:
    """Return the SHA-256 over the hash before, 32 bytes, and the entry as JSON with sorted keys."""
    told = {
        "number": entry.number,
        "at": to_ms(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "app": entry.app_uuid,
        "details": entry.details,
        "reference": entry.reference,
    }
    return sha256(before + msgspec.json.encode(told, order="sorted")).digest()


def entries(tx: Tx, *, app_uuid: str | None = None, before: int | None = None, limit: int) -> list[AuditEntry]:
    """Return entries, newest first: all, or those of one app; from the one before the number `before` on."""
    query = select(audit_log).order_by(audit_log.c.number.desc()).limit(limit)
    if app_uuid is not None:
        query = query.where(audit_log.c.app_uuid == app_uuid)
    if before is not None:
        query = query.where(audit_log.c.number < before)
    return [_entry(row) for row in tx.execute(query)]


def verify(tx: Tx) -> tuple[int, bytes]:
    """Follow the chain from its start; return the number of entries and the last hash.

    Raises:
        AuditBroken: an entry does not fit, is missing, or the end is not where it should be.
    """
    number, last = 0, START
    for entry in _in_order(tx):
        if entry.number != number + 1:
            raise AuditBroken(message=f"The audit log was tampered with: entry {number + 1} is missing.")
        if entry.hash != hash_of(entry, last):
            raise AuditBroken(message=f"The audit log was tampered with: entry {entry.number} does not fit its hash.")
        number, last = entry.number, entry.hash
    tail = tx.execute(select(audit_tail.c.number, audit_tail.c.hash)).one_or_none()
    if tail is not None and (tail.number, bytes(tail.hash)) != (number, last):
        raise AuditBroken(message=f"The audit log was tampered with: it ends at {number} and had {tail.number}.")
    return number, last


def _in_order(tx: Tx) -> Iterator[AuditEntry]:
    last = 0
    while True:
        query = select(audit_log).where(audit_log.c.number > last).order_by(audit_log.c.number).limit(READ_AT_ONCE)
        rows = [_entry(row) for row in tx.execute(query)]
        if not rows:
            return
        yield from rows
        last = rows[-1].number


def _entry(row: Row[Any]) -> AuditEntry:
    return AuditEntry(**row._mapping)
