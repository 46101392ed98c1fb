"""The verbs of user data. A user is the holder, whichever account or device they signed in with."""

from collections.abc import Sequence
from datetime import datetime

from sealgate.infra.tx import Tx
from sealgate.userdata import store
from sealgate.userdata.errors import UserStoreFull
from sealgate.userdata.model import MAX_KEYS


def read_document(tx: Tx, app_uuid: str) -> str | None:
    """Return the app's document as JSON text, or None where it keeps none."""
    return store.find_document(tx, app_uuid)


def store_document(tx: Tx, app_uuid: str, document: str, *, now: datetime) -> None:
    """Keep the document in place of the app's earlier one."""
    store.put_document(tx, app_uuid, document, now=now)


def delete_document(tx: Tx, app_uuid: str) -> None:
    """Forget the app's document; nothing happens where it keeps none."""
    store.delete_document(tx, app_uuid)


def list_keys(tx: Tx, app_uuid: str, holder_uuid: str) -> list[str]:
    """Return the keys of all values the app keeps for the holder, sorted."""
    return sorted(store.list_keys(tx, app_uuid, holder_uuid))


def read_values(tx: Tx, app_uuid: str, holder_uuid: str, keys: Sequence[str]) -> dict[str, str]:
    """Return the JSON texts of those values that exist, by key, in the order asked."""
    found = store.find_values(tx, app_uuid, holder_uuid, keys)
    return {key: found[key] for key in keys if key in found}


def store_value(tx: Tx, app_uuid: str, holder_uuid: str, key: str, value: str, *, now: datetime) -> None:
    """Keep the value in place of the key's earlier one.

    Raises:
        UserStoreFull: the key is new, and the app keeps 256 values for the holder.
    """
    if store.replace_value(tx, app_uuid, holder_uuid, key, value, now=now):
        return
    # Writers at the same moment do not see each other's new keys: the limit may be passed by as many as there are.
    if store.count_values(tx, app_uuid, holder_uuid) >= MAX_KEYS:
        raise UserStoreFull
    store.put_value(tx, app_uuid, holder_uuid, key, value, now=now)


def delete_value(tx: Tx, app_uuid: str, holder_uuid: str, key: str) -> None:
    """Forget the value; nothing happens where there is none."""
    store.delete_value(tx, app_uuid, holder_uuid, key)
