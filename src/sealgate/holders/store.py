"""Statements of the slice, one each; used by `service` only."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, delete, func, select, update

from sealgate.holders.model import Account, Device
from sealgate.holders.tables import account_challenges, accounts, device_invitations, devices, holders
from sealgate.infra.database import insert_if_new
from sealgate.infra.tx import Tx

_DEVICE = (
    devices.c.uuid,
    devices.c.holder_uuid,
    devices.c.public_key,
    devices.c.name,
    devices.c.platform,
    devices.c.created_at,
    devices.c.revoked_at,
)


def insert_holder(tx: Tx, uuid: str, *, now: datetime) -> None:
    """Store a new holder."""
    tx.execute(holders.insert().values(uuid=uuid, created_at=now))


def delete_holder(tx: Tx, uuid: str) -> None:
    """Take back a holder that got no device."""
    tx.execute(delete(holders).where(holders.c.uuid == uuid))


def insert_device(tx: Tx, device: Device) -> bool:
    """Store a device. False when its key is paired already, however many try at once."""
    return insert_if_new(
        tx,
        devices,
        {
            "uuid": device.uuid,
            "holder_uuid": device.holder_uuid,
            "public_key": device.public_key,
            "name": device.name,
            "platform": device.platform,
            "created_at": device.created_at,
        },
    )


def find_device(tx: Tx, uuid: str) -> Device | None:
    """Return the device, revoked or not."""
    return _device(tx.execute(select(*_DEVICE).where(devices.c.uuid == uuid)))


def find_device_by_key(tx: Tx, public_key: bytes) -> Device | None:
    """Return the device with this key, revoked or not."""
    return _device(tx.execute(select(*_DEVICE).where(devices.c.public_key == public_key)))


def devices_of(tx: Tx, holder_uuid: str) -> list[Device]:
    """Return the devices of a holder, oldest first, the revoked ones included."""
    rows = tx.execute(select(*_DEVICE).where(devices.c.holder_uuid == holder_uuid).order_by(devices.c.created_at))
    return [Device(*values) for values in _plain(rows)]


def count_active_devices(tx: Tx, holder_uuid: str) -> int:
    """Return how many devices of a holder are not revoked."""
    active = select(func.count()).where(devices.c.holder_uuid == holder_uuid, devices.c.revoked_at.is_(None))
    return int(tx.execute(active).scalar_one())


def revoke_device(tx: Tx, uuid: str, holder_uuid: str, *, now: datetime) -> bool:
    """Revoke a device of this holder. True for one caller ever."""
    revoked = tx.execute(
        update(devices)
        .where(devices.c.uuid == uuid, devices.c.holder_uuid == holder_uuid, devices.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(devices.c.uuid)
    )
    return revoked.one_or_none() is not None


def insert_invitation(tx: Tx, secret_hash: bytes, holder_uuid: str, invited_by: str, *, expires_at: datetime) -> None:
    """Store an open invitation."""
    tx.execute(
        device_invitations.insert().values(
            secret_hash=secret_hash, holder_uuid=holder_uuid, invited_by=invited_by, expires_at=expires_at
        )
    )


def spend_invitation(tx: Tx, secret_hash: bytes, *, now: datetime) -> str | None:
    """Use an open invitation and return the holder it admits to. Not None for one caller ever.

    The condition and the change are one statement, so the database decides the winner.
    """
    spent = tx.execute(
        update(device_invitations)
        .where(
            device_invitations.c.secret_hash == secret_hash,
            device_invitations.c.used_at.is_(None),
            device_invitations.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(device_invitations.c.holder_uuid)
    )
    return spent.scalar_one_or_none()


def find_invitation_holder(tx: Tx, secret_hash: bytes) -> str | None:
    """Return the holder an invitation belongs to, used and ended ones included."""
    found = select(device_invitations.c.holder_uuid).where(device_invitations.c.secret_hash == secret_hash)
    return tx.execute(found).scalar_one_or_none()


def count_open_invitations(tx: Tx, holder_uuid: str, *, now: datetime) -> int:
    """Return how many invitations of a holder can still be used."""
    open_ones = select(func.count()).where(
        device_invitations.c.holder_uuid == holder_uuid,
        device_invitations.c.used_at.is_(None),
        device_invitations.c.expires_at > now,
    )
    return int(tx.execute(open_ones).scalar_one())


def delete_ended_invitations(tx: Tx, holder_uuid: str, *, before: datetime) -> None:
    """Forget invitations of a holder that ended before a moment."""
    tx.execute(
        delete(device_invitations).where(
            device_invitations.c.holder_uuid == holder_uuid, device_invitations.c.expires_at <= before
        )
    )


def delete_invitations_by(tx: Tx, device_uuid: str) -> None:
    """Forget every invitation a device has made."""
    tx.execute(delete(device_invitations).where(device_invitations.c.invited_by == device_uuid))


def insert_challenge(tx: Tx, nonce_hash: bytes, device_uuid: str, *, expires_at: datetime) -> None:
    """Store an open challenge."""
    tx.execute(
        account_challenges.insert().values(nonce_hash=nonce_hash, device_uuid=device_uuid, expires_at=expires_at)
    )


def spend_challenge(tx: Tx, nonce_hash: bytes, device_uuid: str, *, now: datetime) -> bool:
    """Use an open challenge of this device. True for one caller ever."""
    spent = tx.execute(
        delete(account_challenges)
        .where(
            account_challenges.c.nonce_hash == nonce_hash,
            account_challenges.c.device_uuid == device_uuid,
            account_challenges.c.expires_at > now,
        )
        .returning(account_challenges.c.nonce_hash)
    )
    return spent.one_or_none() is not None


def count_challenges(tx: Tx, device_uuid: str) -> int:
    """Return how many challenges of a device are stored."""
    stored = select(func.count()).where(account_challenges.c.device_uuid == device_uuid)
    return int(tx.execute(stored).scalar_one())


def delete_ended_challenges(tx: Tx, device_uuid: str, *, now: datetime) -> None:
    """Forget challenges of a device that can no longer be used."""
    tx.execute(
        delete(account_challenges).where(
            account_challenges.c.device_uuid == device_uuid, account_challenges.c.expires_at <= now
        )
    )


def insert_account(tx: Tx, holder_uuid: str, account: Account) -> bool:
    """Store an account of a holder. False when it is there already."""
    return insert_if_new(
        tx,
        accounts,
        {
            "holder_uuid": holder_uuid,
            "address": account.address,
            "public_key": account.public_key,
            "added_at": account.added_at,
        },
    )


def accounts_of(tx: Tx, holder_uuid: str) -> list[Account]:
    """Return the accounts of a holder in the order they were added."""
    rows = tx.execute(
        select(accounts.c.address, accounts.c.public_key, accounts.c.added_at)
        .where(accounts.c.holder_uuid == holder_uuid)
        .order_by(accounts.c.added_at, accounts.c.address)
    )
    return [Account(*values) for values in _plain(rows)]


def holders_of_account(tx: Tx, address: str, *, limit: int) -> list[str]:
    """Return the UUIDs of the holders of an account, the one who added it last first."""
    rows = tx.execute(
        select(accounts.c.holder_uuid)
        .where(accounts.c.address == address)
        .order_by(accounts.c.added_at.desc(), accounts.c.holder_uuid)
        .limit(limit)
    )
    return list(rows.scalars())


def delete_account(tx: Tx, holder_uuid: str, address: str) -> bool:
    """Remove an account of a holder. False when there is none."""
    removed = tx.execute(
        delete(accounts)
        .where(accounts.c.holder_uuid == holder_uuid, accounts.c.address == address)
        .returning(accounts.c.address)
    )
    return removed.one_or_none() is not None


def _device(rows: CursorResult[Any]) -> Device | None:
    return next((Device(*values) for values in _plain(rows)), None)


def _plain(rows: CursorResult[Any]) -> Iterator[tuple[Any, ...]]:
    return (tuple(row) for row in rows)
