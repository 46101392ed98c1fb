"""The verbs of what becomes of signed transactions: begin to follow one, take what is due, and settle it once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from sealgate.delivery import service as delivery
from sealgate.infra.tx import Tx
from sealgate.payloads import events, followed_store, telling
from sealgate.payloads.model import CheckedSignature, Followed, Payload, Verdict

LEASE = timedelta(seconds=30)
"""A process that looks something up keeps it for so long; after a crash others go on then."""
PATIENCE = timedelta(seconds=5)
"""When to look again where no ledger closes before."""
CLAIMED_AT_ONCE = 64


class Look(msgspec.Struct, frozen=True, kw_only=True):
    """What came of looking one transaction up: a verdict, or when to look again."""

    followed: Followed
    verdict: Verdict | None = None
    next_at: datetime | None = None
    first_ledger: int | None = None


def begin(tx: Tx, payload: Payload, signature: CheckedSignature, *, now: datetime) -> None:
    """Follow the transaction of a payload that is being signed in this transaction."""
    if signature.txid is None or signature.network is None:
        return
    followed_store.begin_following(
        tx,
        payload.id,
        network=signature.network,
        txid=signature.txid,
        last_ledger=signature.last_ledger,
        now=now,
    )
    tx.emit(events.followed(signature.network))


def next_look(tx: Tx, network: str) -> datetime | None:
    """Return when something is to be looked up next on a network; None where nothing is followed there."""
    return followed_store.next_look(tx, network)


def take_due(tx: Tx, network: str, *, now: datetime, early: bool) -> list[Followed]:
    """Take what is due; `early`, since a ledger has closed, what would be due in five seconds as well."""
    due = now + PATIENCE if early else now
    return followed_store.claim_due(tx, network, due=due, until=now + LEASE, limit=CLAIMED_AT_ONCE)


def release(tx: Tx, network: str, *, now: datetime) -> None:
    """Make all that is followed on a network due at once: what a killed process had taken is nobody's."""
    followed_store.release_all(tx, (network,), now=now)


def note(tx: Tx, looks: Sequence[Look], *, now: datetime) -> int:
    """Store what came of looking up; return how many were settled, each once, whoever else looked."""
    settled = 0
    for look in looks:
        if look.verdict is not None:
            settled += _settle(tx, look.followed.payload_id, look.verdict, now)
        elif look.next_at is not None:
            followed_store.put_off(tx, look.followed.payload_id, next_at=look.next_at, first_ledger=look.first_ledger)
    return settled


def find_verdict(tx: Tx, payload: Payload) -> Verdict | None:
    """Return what became of a payload's transaction; None while nobody knows, or where nobody asks."""
    outcome = payload.outcome
    if outcome is None or not outcome.signed or outcome.network is None:
        return None
    return followed_store.find_verdict(tx, payload.id)


def _settle(tx: Tx, payload_id: int, verdict: Verdict, now: datetime) -> bool:
    if not followed_store.end_following(tx, payload_id):
        return False
    if not followed_store.insert_verdict(tx, payload_id, verdict):
        return False
    payload = followed_store.find_by_id(tx, payload_id)
    if payload is not None and verdict.validated:
        delivery.record_all(tx, payload.app_uuid, (telling.validated(payload, verdict),), now=now)
    return True
