"""The statements of user data. A write replaces the whole text: of two at once the later one stays, whole."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, select, update

from sealgate.infra.database import insert_for
from sealgate.infra.tx import Tx
from sealgate.userdata.tables import app_documents, user_values


def find_document(tx: Tx, app_uuid: str) -> str | None:
    """Return the app's document, or None."""
    found = tx.execute(select(app_documents.c.document).where(app_documents.c.app_uuid == app_uuid))
    return found.scalar_one_or_none()


def put_document(tx: Tx, app_uuid: str, document: str, *, now: datetime) -> None:
    """Store the app's document in place of the one it had."""
    _put(tx, app_documents, {"app_uuid": app_uuid}, {"document": document, "updated_at": now})


def delete_document(tx: Tx, app_uuid: str) -> None:
    """Forget the app's document, if there is one."""
    tx.execute(delete(app_documents).where(app_documents.c.app_uuid == app_uuid))


def list_keys(tx: Tx, app_uuid: str, holder_uuid: str) -> list[str]:
    """Return the keys of the values that the app keeps for the holder, in any order."""
    return list(tx.execute(select(user_values.c.key).where(_of(app_uuid, holder_uuid))).scalars())


def find_values(tx: Tx, app_uuid: str, holder_uuid: str, keys: Collection[str]) -> dict[str, str]:
    """Return those of the values that exist, by key."""
    found = tx.execute(
        select(user_values.c.key, user_values.c.value).where(_of(app_uuid, holder_uuid), user_values.c.key.in_(keys))
    )
    return {row.key: row.value for row in found}


def replace_value(tx: Tx, app_uuid: str, holder_uuid: str, key: str, value: str, *, now: datetime) -> bool:
    """Store the value in place of the one the key had. False where it had none."""
    replaced = tx.execute(
        update(user_values)
        .where(_of(app_uuid, holder_uuid), user_values.c.key == key)
        .values(value=value, updated_at=now)
        .returning(user_values.c.key)
    )
    return replaced.one_or_none() is not None


def count_values(tx: Tx, app_uuid: str, holder_uuid: str) -> int:
    """Return how many values the app keeps for the holder."""
    counted = tx.execute(select(func.count()).select_from(user_values).where(_of(app_uuid, holder_uuid)))
    return int(counted.scalar_one())


def put_value(tx: Tx, app_uuid: str, holder_uuid: str, key: str, value: str, *, now: datetime) -> None:
    """Store the value, whether the key had one or not."""
    place = {"app_uuid": app_uuid, "holder_uuid": holder_uuid, "key": key}
    _put(tx, user_values, place, {"value": value, "updated_at": now})


def delete_value(tx: Tx, app_uuid: str, holder_uuid: str, key: str) -> None:
    """Forget the value, if there is one."""
    tx.execute(delete(user_values).where(_of(app_uuid, holder_uuid), user_values.c.key == key))


def _of(app_uuid: str, holder_uuid: str) -> ColumnElement[bool]:
    return (user_values.c.app_uuid == app_uuid) & (user_values.c.holder_uuid == holder_uuid)


def _put(tx: Tx, table: Table, place: dict[str, Any], content: dict[str, Any]) -> None:
    tx.execute(
        insert_for(tx.engine, table)
        .values(**place, **content)
        .on_conflict_do_update(index_elements=list(place), set_=content)
    )
