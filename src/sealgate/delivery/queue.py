"""What the outbox does in the database, each a function of one transaction."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from sealgate.apps import webhooks
from sealgate.delivery import store
from sealgate.delivery.model import Backlog, Claimed, Result
from sealgate.infra.tx import Tx

HELD_FOR = timedelta(days=1)
"""When what is held is looked at again, should everything else that releases it fail."""
PUT_OFF_AT_ONCE = 5000


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """What may be claimed.

    Attributes:
        limit: How many, at most; 0 claims nothing.
        until: When the claims end, and the renewed ones.
        renew: Claimed deliveries that are still needed.
    """

    owner: str
    limit: int
    per_target: int
    until: datetime
    busy_targets: Collection[str] = ()
    busy_apps: Collection[str] = ()
    renew: Collection[int] = ()


class Turn(msgspec.Struct, frozen=True):
    """What a turn brought: deliveries to send and, where there are none, when to look again.

    Attributes:
        lost: What was to be renewed and is somebody else's by now.
    """

    claimed: list[Claimed]
    next_due: datetime | None
    lost: set[int]


def take_turn(
    tx: Tx,
    ask: Ask,
    results: Sequence[Result],
    *,
    put_off: Sequence[tuple[str, datetime]] = (),
    held: Collection[str] = (),
    now: datetime,
) -> Turn:
    """Store what came of earlier claims, then claim what is due.

    Args:
        put_off: Targets that are left in peace until a moment.
        held: Targets that take nothing now.
    """
    store.settle(tx, results, owner=ask.owner, now=now)
    lost: set[int] = set()
    if ask.renew:
        lost = set(ask.renew) - store.renew(tx, ask.renew, owner=ask.owner, until=ask.until)
    for target_uuid, until in put_off:
        store.put_off(tx, target_uuid, now=now, until=until, limit=PUT_OFF_AT_ONCE)
    for target_uuid in held:
        store.hold(tx, target_uuid, until=now + HELD_FOR)
    claimed: list[Claimed] = []
    if ask.limit:
        claimed = store.claim(
            tx,
            owner=ask.owner,
            now=now,
            until=ask.until,
            limit=ask.limit,
            per_target=ask.per_target,
            busy_targets=ask.busy_targets,
            busy_apps=ask.busy_apps,
        )
    return Turn(claimed, None if claimed else store.next_due(tx, after=now), lost)


def recover(tx: Tx, *, now: datetime) -> int:
    """Make due what a process had claimed that ran before, where this is the only one; return how many."""
    return store.end_leases(tx, now=now)


def release_resumed(tx: Tx, *, now: datetime) -> int:
    """Make due what was held for endpoints that are served again, or are gone; return how many."""
    resumed = [target for target in store.held_targets(tx) if not _is_paused(tx, target)]
    return store.release_held(tx, resumed, now=now) if resumed else 0


def release_for_app(tx: Tx, app_uuid: str, *, now: datetime) -> int:
    """Make due what was held for the endpoints of an app that are served; return how many."""
    served = [endpoint.uuid for endpoint in webhooks.endpoints_of(tx, app_uuid) if endpoint.paused_at is None]
    return store.release_held(tx, served, now=now) if served else 0


def look_at_backlog(tx: Tx, *, now: datetime) -> Backlog:
    """Return what is unfinished."""
    return store.backlog(tx, now=now)


def _is_paused(tx: Tx, target_uuid: str) -> bool:
    endpoint = webhooks.find_endpoint(tx, target_uuid)
    return endpoint is not None and endpoint.paused_at is not None
