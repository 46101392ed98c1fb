"""What is remembered of calls. Plain functions of one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sealgate.access import search, store
from sealgate.access.errors import CallUnknown
from sealgate.access.model import LoggedCall, Notice, NoticeKind
from sealgate.access.search import CallsWanted
from sealgate.base.clock import from_ms
from sealgate.infra.tx import Tx

NONCE_MEMORY_S = 180
"""From `created` on. Signatures count for a minute around it, so a clock set back two minutes lets no replay in."""

PRUNED_AT_ONCE = 1000


def log_calls(tx: Tx, calls: Sequence[LoggedCall]) -> None:
    """Store calls, at least one, in the order in which they were answered."""
    store.insert_calls(tx, calls)


def list_calls(tx: Tx, app_uuid: str, *, before: int | None = None, limit: int = 50) -> list[LoggedCall]:
    """Return calls of an app, latest first; `before` is the number of the last one of the page before."""
    return store.list_calls(tx, app_uuid, before=before, limit=limit)


def get_call(tx: Tx, app_uuid: str, ref: str) -> LoggedCall:
    """Return the call of an app with this reference.

    Raises:
        CallUnknown: it is neither a refused call nor one of the latest 100,000.
    """
    found = store.find_refused_call(tx, app_uuid, ref) or store.search_call(tx, app_uuid, ref)
    if found is None:
        raise CallUnknown
    return found


def search_calls(tx: Tx, app_uuid: str, wanted: CallsWanted, *, limit: int) -> tuple[list[LoggedCall], int | None]:
    """Return calls of an app that are wanted, latest first, and the number to go on before; None where that was all.

    A page is chosen from 5,000 calls at the most, so it may be short, or empty, and yet not the last.
    """
    return search.find_calls(tx, app_uuid, wanted, limit=limit)


def latest_number(tx: Tx, app_uuid: str) -> int:
    """Return the number of an app's latest call, 0 where it made none: it tells whether there is something new."""
    return search.latest_number(tx, app_uuid)


def find_call(tx: Tx, ref: str, *, apps: Collection[str], all_apps: bool = False) -> LoggedCall | None:
    """Return the call with this reference that one of the apps made, or None.

    A refused call is found however old it is; another one among the latest 100,000 that are shared out among the apps.

    Args:
        all_apps: Look for refused calls of any app.
    """
    refused = search.find_refused(tx, ref, apps=None if all_apps else apps)
    if refused is not None:
        return refused
    share = store.SEARCHED_CALLS // max(1, len(apps))
    tried = (store.search_call(tx, app_uuid, ref, among=share) for app_uuid in apps)
    return next((call for call in tried if call is not None), None)


def record_notice(tx: Tx, notice: Notice) -> None:
    """Store something a developer should know."""
    store.insert_notice(tx, notice)


def list_notices(tx: Tx, app_uuid: str, *, limit: int = 50) -> list[Notice]:
    """Return the latest notices of an app, latest first."""
    return store.list_notices(tx, app_uuid, limit=limit)


def latest_notices(tx: Tx, apps: Collection[str], kind: NoticeKind) -> dict[str, Notice]:
    """Return the latest notice of a kind of each of these apps; those that have none are missing."""
    return store.latest_notices(tx, apps, kind)


def spend_nonce(tx: Tx, keyid: str, nonce: str, *, created: int) -> bool:
    """Use up a nonce of a device's key. True for one caller ever, over restarts and processes.

    Args:
        keyid: As in the signature.
        nonce: As in the signature.
        created: When the signature was made, Unix seconds.
    """
    return store.spend_nonce(tx, keyid, nonce, forget_at=from_ms((created + NONCE_MEMORY_S) * 1000))


def prune_nonces(tx: Tx, *, now: datetime) -> int:
    """Forget nonces whose signatures are long stale; return how many."""
    return store.delete_old_nonces(tx, before=now)


def prune_calls(tx: Tx, *, now: datetime, days: int) -> int:
    """Delete a thousand of the calls and notices that are older than `days` days; return how many there were."""
    before = now - timedelta(days=days)
    calls = store.delete_old_calls(tx, before=before, limit=PRUNED_AT_ONCE)
    return calls + store.delete_old_notices(tx, before=before, limit=PRUNED_AT_ONCE)
