"""The statements on one-time tokens and on the devices of xApps."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Row, delete, func, insert, select, update

from sealgate.base.cursors import Cursor
from sealgate.infra.database import free_keys, insert_if_new
from sealgate.infra.paging import page_by_time
from sealgate.infra.tx import Tx
from sealgate.xapps.model import DeviceKind, OneTimeToken, XAppDevice
from sealgate.xapps.tables import one_time_tokens, xapp_devices


def insert_ott(tx: Tx, token: OneTimeToken) -> None:
    """Store a new token."""
    tx.execute(insert(one_time_tokens).values(msgspec.structs.asdict(token)))


def take_ott(tx: Tx, ott_hash: bytes, *, app_uuid: str, now: datetime) -> OneTimeToken | None:
    """Mark an app's live token taken and return it. Not None for one caller ever, however many ask at once."""
    token = one_time_tokens.c
    row = tx.execute(
        update(one_time_tokens)
        .where(token.ott_hash == ott_hash, token.app_uuid == app_uuid, token.taken_at.is_(None), token.expires_at > now)
        .values(taken_at=now)
        .returning(*token)
    ).one_or_none()
    return None if row is None else _token(row)


def find_ott(tx: Tx, ott_hash: bytes) -> OneTimeToken | None:
    """Return a token, whosesoever and in whatever state, or None."""
    row = tx.execute(select(one_time_tokens).where(one_time_tokens.c.ott_hash == ott_hash)).one_or_none()
    return None if row is None else _token(row)


def otts_of_app(tx: Tx, app_uuid: str, *, after: Cursor | None, limit: int) -> tuple[list[OneTimeToken], Cursor | None]:
    """Return an app's tokens, whatever their state, latest first, and where to go on."""
    token = one_time_tokens.c
    of_app = token.app_uuid == app_uuid
    rows, end = page_by_time(tx, select(*token), token.created_at, token.ott_hash, of_app, (), after=after, limit=limit)
    return [_token(row) for row in rows], end


def delete_old_otts(tx: Tx, *, before: datetime, limit: int) -> int:
    """Delete up to `limit` tokens made before a moment; return how many."""
    key = one_time_tokens.c.ott_hash
    old = free_keys(tx, select(key).where(one_time_tokens.c.created_at < before), limit)
    return tx.execute(delete(one_time_tokens).where(key.in_(old))).rowcount


def find_device_kind(tx: Tx, app_uuid: str, device_uuid: str) -> DeviceKind | None:
    """Return what a device is to an app, or None where it is not on its list."""
    kind: DeviceKind | None = tx.execute(
        select(xapp_devices.c.kind).where(
            xapp_devices.c.app_uuid == app_uuid, xapp_devices.c.device_uuid == device_uuid
        )
    ).scalar_one_or_none()
    return kind


def apps_inviting(tx: Tx, device_uuid: str) -> list[str]:
    """Return the apps on whose lists a device is."""
    found = select(xapp_devices.c.app_uuid).where(xapp_devices.c.device_uuid == device_uuid)
    return list(tx.execute(found).scalars())


def list_devices(tx: Tx, app_uuid: str) -> list[XAppDevice]:
    """Return the devices on an app's list, in the order they were added."""
    order = (xapp_devices.c.added_at, xapp_devices.c.device_uuid)
    found = tx.execute(select(xapp_devices).where(xapp_devices.c.app_uuid == app_uuid).order_by(*order))
    return [XAppDevice(**row._mapping) for row in found]


def count_devices(tx: Tx, app_uuid: str, kind: DeviceKind) -> int:
    """Return how many devices of a kind are on an app's list."""
    query = select(func.count()).select_from(xapp_devices)
    counted = tx.execute(query.where(xapp_devices.c.app_uuid == app_uuid, xapp_devices.c.kind == kind))
    return int(counted.scalar_one())


def insert_device(tx: Tx, device: XAppDevice) -> bool:
    """Put a device on an app's list. False when it is there already."""
    return insert_if_new(tx, xapp_devices, msgspec.structs.asdict(device))


def delete_device(tx: Tx, app_uuid: str, device_uuid: str) -> bool:
    """Take a device off an app's list. False when it was not there."""
    gone = delete(xapp_devices).where(xapp_devices.c.app_uuid == app_uuid, xapp_devices.c.device_uuid == device_uuid)
    return tx.execute(gone).rowcount > 0


def _token(row: Row[Any]) -> OneTimeToken:
    return OneTimeToken(**row._mapping)
