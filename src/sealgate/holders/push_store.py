"""Statements of subscriptions and mutes, one each; used by `push` only, and by `service` where a device ends."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, bindparam, delete, exists, select, type_coerce, update

from sealgate.holders.model import Subscription
from sealgate.holders.tables import app_mutes, devices, push_subscriptions
from sealgate.infra.database import insert_for, insert_if_new
from sealgate.infra.hot import HotStatement
from sealgate.infra.tx import Tx

SEALED = push_subscriptions.c.auth_sealed
_COLUMNS = push_subscriptions.c
_SUBSCRIPTION = Subscription.__struct_fields__

_WITHIN_REACH = HotStatement(
    select(
        devices.c.uuid,
        type_coerce(_COLUMNS.device_uuid.is_not(None), Boolean).label("subscribed"),
        type_coerce(
            exists().where(
                app_mutes.c.holder_uuid == bindparam("of_holder", type_=devices.c.holder_uuid.type),
                app_mutes.c.app_uuid == bindparam("for_app", type_=app_mutes.c.app_uuid.type),
            ),
            Boolean,
        ).label("muted"),
    )
    .select_from(devices.outerjoin(push_subscriptions, _COLUMNS.device_uuid == devices.c.uuid))
    .where(
        devices.c.holder_uuid == bindparam("of_holder", type_=devices.c.holder_uuid.type),
        devices.c.revoked_at.is_(None),
    )
)


def devices_within_reach(tx: Tx, holder_uuid: str, app_uuid: str) -> list[Any]:
    """Return the active devices of a holder: `uuid`, `subscribed`, and `muted`, the same in every row."""
    return _WITHIN_REACH.run(tx, of_holder=holder_uuid, for_app=app_uuid).rows


def upsert_subscription(tx: Tx, new: Subscription) -> None:
    """Store a subscription in place of the device's last one."""
    statement = insert_for(tx.engine, push_subscriptions).values({name: getattr(new, name) for name in _SUBSCRIPTION})
    tx.execute(
        statement.on_conflict_do_update(
            index_elements=[_COLUMNS.device_uuid],
            set_={name: statement.excluded[name] for name in _SUBSCRIPTION if name != "device_uuid"},
        )
    )


def find_subscription(tx: Tx, device_uuid: str) -> Subscription | None:
    """Return the device's subscription, or None."""
    row = tx.execute(
        select(*(_COLUMNS[name] for name in _SUBSCRIPTION)).where(_COLUMNS.device_uuid == device_uuid)
    ).one_or_none()
    return None if row is None else Subscription(*tuple(row))


def find_wakeable(tx: Tx, device_uuid: str, app_uuid: str) -> Subscription | None:
    """Return the subscription of a device that is active and whose holder has not silenced the app, or None."""
    is_muted = exists().where(app_mutes.c.holder_uuid == devices.c.holder_uuid, app_mutes.c.app_uuid == app_uuid)
    row = tx.execute(
        select(*(_COLUMNS[name] for name in _SUBSCRIPTION))
        .join(devices, devices.c.uuid == _COLUMNS.device_uuid)
        .where(_COLUMNS.device_uuid == device_uuid, devices.c.revoked_at.is_(None), ~is_muted)
    ).one_or_none()
    return None if row is None else Subscription(*tuple(row))


def delete_elsewhere(tx: Tx, new: Subscription) -> None:
    """Take the very subscription away from every other device."""
    tx.execute(
        delete(push_subscriptions).where(
            _COLUMNS.p256dh == new.p256dh, _COLUMNS.endpoint == new.endpoint, _COLUMNS.device_uuid != new.device_uuid
        )
    )


def delete_subscription(tx: Tx, device_uuid: str) -> bool:
    """Forget a device's subscription. False when there is none."""
    return tx.execute(delete(push_subscriptions).where(_COLUMNS.device_uuid == device_uuid)).rowcount > 0


def delete_same(tx: Tx, known: Subscription) -> bool:
    """Forget a device's subscription if it is still the one known."""
    return tx.execute(delete(push_subscriptions).where(*_is_still(known))).rowcount > 0


def note_result(tx: Tx, known: Subscription, *, failures: int, ok_at: datetime | None) -> None:
    """Keep what came of a message, if the subscription is still the one known."""
    tx.execute(update(push_subscriptions).where(*_is_still(known)).values(failures=failures, last_ok_at=ok_at))


def insert_mute(tx: Tx, holder_uuid: str, app_uuid: str, *, now: datetime) -> None:
    """Note that a holder has silenced an app, unless that is known."""
    insert_if_new(tx, app_mutes, {"holder_uuid": holder_uuid, "app_uuid": app_uuid, "muted_at": now})


def delete_mute(tx: Tx, holder_uuid: str, app_uuid: str) -> bool:
    """Forget that a holder has silenced an app. False when they had not."""
    silenced = delete(app_mutes).where(app_mutes.c.holder_uuid == holder_uuid, app_mutes.c.app_uuid == app_uuid)
    return tx.execute(silenced).rowcount > 0


def muted_apps(tx: Tx, holder_uuid: str) -> list[str]:
    """Return the apps a holder has silenced."""
    return list(tx.execute(select(app_mutes.c.app_uuid).where(app_mutes.c.holder_uuid == holder_uuid)).scalars())


def _is_still(known: Subscription) -> tuple[ColumnElement[bool], ...]:
    return tuple(_COLUMNS[name] == getattr(known, name) for name in ("device_uuid", "endpoint", "p256dh"))
