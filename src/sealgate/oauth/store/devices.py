"""Devices that wait for somebody to sign in elsewhere (RFC 8628)."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update

from sealgate.infra.database import insert_if_new
from sealgate.infra.tx import Tx
from sealgate.oauth.model import DeviceRequest
from sealgate.oauth.store.rows import changed, columns_of, read_device, to_row
from sealgate.oauth.tables import oauth_device_requests

_D = oauth_device_requests.c
_DEVICE = columns_of(oauth_device_requests, DeviceRequest)


def insert_device_request(tx: Tx, device: DeviceRequest) -> bool:
    """Store the request of a device. False where its user code is taken."""
    return insert_if_new(tx, oauth_device_requests, to_row(device))


def find_device_request(tx: Tx, device_hash: bytes) -> DeviceRequest | None:
    """Return the request behind a device code, however it stands, or None."""
    return read_device(tx.execute(select(*_DEVICE).where(_D.hash == device_hash)).one_or_none())


def find_waiting_device(tx: Tx, user_code_hash: bytes, *, now: datetime) -> DeviceRequest | None:
    """Return the request behind a user code, if it still waits for somebody; else None."""
    waiting = and_(_D.user_code_hash == user_code_hash, _is_waiting(now))
    return read_device(tx.execute(select(*_DEVICE).where(waiting)).one_or_none())


def note_poll(tx: Tx, device_hash: bytes, *, interval_s: int, now: datetime) -> bool:
    """Remember when a device last asked. True if that was `interval_s` after the time before, or the first time."""
    earlier = now - timedelta(seconds=interval_s)
    in_time = and_(_D.hash == device_hash, or_(_D.polled_at.is_(None), _D.polled_at <= earlier))
    return changed(tx, update(oauth_device_requests).where(in_time).values(polled_at=now), (_D.hash,)) is not None


def slow_down(tx: Tx, device_hash: bytes, *, by_s: int, now: datetime) -> None:
    """Make a device that asks too often wait longer."""
    tx.execute(
        update(oauth_device_requests)
        .where(_D.hash == device_hash)
        .values(interval_s=_D.interval_s + by_s, polled_at=now)
    )


def approve_device(tx: Tx, device_hash: bytes, *, grant_uuid: str, now: datetime) -> bool:
    """Give a waiting device its grant. True for one caller ever."""
    waiting = and_(_D.hash == device_hash, _is_waiting(now))
    given = update(oauth_device_requests).where(waiting).values(grant_uuid=grant_uuid)
    return changed(tx, given, (_D.hash,)) is not None


def deny_device(tx: Tx, device_hash: bytes, *, now: datetime) -> bool:
    """Tell a waiting device no. True for one caller ever."""
    waiting = and_(_D.hash == device_hash, _is_waiting(now))
    return changed(tx, update(oauth_device_requests).where(waiting).values(denied_at=now), (_D.hash,)) is not None


def claim_device(tx: Tx, device_hash: bytes, *, now: datetime) -> DeviceRequest | None:
    """Hand a device what was granted, if it has not expired. Not None for one caller ever."""
    granted = and_(_D.hash == device_hash, _D.grant_uuid.is_not(None), _D.claimed_at.is_(None), _D.expires_at > now)
    return read_device(changed(tx, update(oauth_device_requests).where(granted).values(claimed_at=now), _DEVICE))


def _is_waiting(now: datetime) -> ColumnElement[bool]:
    return and_(_D.grant_uuid.is_(None), _D.denied_at.is_(None), _D.expires_at > now)
