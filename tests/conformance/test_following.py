"""What is followed on the ledger, on both engines: claimed by one at a time, settled once, forgotten by no crash."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from sealgate.base.ids import new_uuid
from sealgate.delivery.tables import app_events
from sealgate.infra.database import Database, Tx
from sealgate.payloads import service, settling
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.model import Followed, Payload, Verdict
from sealgate.payloads.settling import LEASE, PATIENCE, Look
from tests.conftest import NOON
from tests.payloads import PAYMENT, a_draft, a_signature, a_wallet, an_app, stored

NET = "MAINNET"


def signed(tx: Tx, *, followed_on: tuple[str, ...] = (NET,), **fields: Any) -> Payload:
    """Store a payment that a wallet has signed."""
    payload, wallet = stored(tx, an_app(), a_draft(PAYMENT)), a_wallet(tx)
    service.open_payload(tx, payload.uuid, device=wallet, origin="QR", now=NOON)
    report = a_signature(payload, **fields)
    return service.sign_payload(
        tx,
        payload.uuid,
        device=wallet,
        report=report,
        verified=check_signature(payload, report),
        now=NOON,
        reference=new_uuid(),
        followed_on=followed_on,
    )


def success(followed: Followed) -> Look:
    verdict = Verdict(network=NET, validated=True, result="tesSUCCESS", ledger_index=7, decided_at=NOON)
    return Look(followed=followed, verdict=verdict)


def test_a_signature_is_followed_with_its_last_ledger(tx):
    payload = signed(tx, LastLedgerSequence=900)

    [followed] = settling.take_due(tx, NET, now=NOON, early=False)

    assert payload.outcome is not None
    assert (followed.txid, followed.last_ledger) == (payload.outcome.txid, 900)
    assert followed.hex == payload.outcome.hex


def test_a_signature_for_a_network_that_nobody_asks_is_not(tx):
    signed(tx, followed_on=("TESTNET",))

    assert settling.next_look(tx, NET) is None
    assert settling.next_look(tx, "TESTNET") is None


def test_what_somebody_looks_up_is_left_to_them_until_their_lease_ends(tx):
    signed(tx)
    settling.take_due(tx, NET, now=NOON, early=False)

    meanwhile = settling.take_due(tx, NET, now=NOON + PATIENCE, early=True)
    afterwards = settling.take_due(tx, NET, now=NOON + LEASE, early=False)

    assert meanwhile == []
    assert len(afterwards) == 1


def test_what_a_killed_process_had_taken_is_due_after_a_start(tx):
    signed(tx)
    settling.take_due(tx, NET, now=NOON, early=False)

    settling.release(tx, NET, now=NOON)

    assert len(settling.take_due(tx, NET, now=NOON, early=False)) == 1


def test_what_is_put_off_is_due_then_or_when_a_ledger_closes_and_keeps_its_first_ledger(tx):
    signed(tx)
    for first in (100, 200):
        [followed] = settling.take_due(tx, NET, now=NOON, early=True)
        settling.note(tx, [Look(followed=followed, next_at=NOON + timedelta(seconds=5), first_ledger=first)], now=NOON)

    assert settling.take_due(tx, NET, now=NOON, early=False) == []
    [followed] = settling.take_due(tx, NET, now=NOON, early=True)
    assert followed.first_ledger == 100


@pytest.mark.parametrize("validated", [True, False, None])
def test_a_verdict_is_kept_and_told_where_it_is_on_the_ledger(tx, validated):
    payload = signed(tx)
    [followed] = settling.take_due(tx, NET, now=NOON, early=False)
    verdict = Verdict(
        network=NET,
        validated=validated,
        result="tesSUCCESS" if validated else None,
        delivered_amount={"currency": "USD", "issuer": "r", "value": "1.50"} if validated else None,
        ledger_index=7 if validated else None,
        decided_at=NOON,
    )

    settled = settling.note(tx, [Look(followed=followed, verdict=verdict)], now=NOON)

    assert settled == 1
    assert settling.find_verdict(tx, payload) == verdict
    assert settling.next_look(tx, NET) is None
    assert told(tx) == (1 if validated else 0)


def told(tx: Tx) -> int:
    """Return how often `payload.validated` was told."""
    query = select(func.count()).select_from(app_events).where(app_events.c.kind == "payload.validated")
    return int(tx.execute(query).scalar_one())


def test_each_is_claimed_by_one_however_many_ask(database: Database):
    with database.begin() as tx:
        for _ in range(6):
            signed(tx)
    ready = threading.Barrier(8)

    def claim(_: int) -> list[int]:
        ready.wait()
        with database.begin() as tx:
            found = settling.take_due(tx, NET, now=NOON, early=False)
            time.sleep(0.05)  # hold the transaction open, so that the eight overlap
            return [followed.payload_id for followed in found]

    with ThreadPoolExecutor(8) as eight:
        claimed = [one for found in eight.map(claim, range(8)) for one in found]

    assert len(claimed) == len(set(claimed)) == 6


def test_each_is_settled_once_however_many_know(database: Database):
    with database.begin() as tx:
        signed(tx)
        [followed] = settling.take_due(tx, NET, now=NOON, early=False)
    ready = threading.Barrier(8)

    def settle(_: int) -> int:
        ready.wait()
        with database.begin() as tx:
            won = settling.note(tx, [success(followed)], now=NOON)
            time.sleep(0.05)
            return won

    with ThreadPoolExecutor(8) as eight:
        assert sorted(eight.map(settle, range(8))) == [0] * 7 + [1]
    with database.begin() as tx:
        assert told(tx) == 1
