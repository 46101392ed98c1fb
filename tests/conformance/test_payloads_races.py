"""Many at once, on both engines: one outcome, one cancellation, one owner of an identifier or a key."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from sealgate.base.errors import SealgateError
from sealgate.base.ids import new_uuid
from sealgate.infra.database import Database, Tx
from sealgate.payloads import service, store
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.errors import IdentifierTaken, KeyReused
from sealgate.payloads.idempotency import create_once, read_key
from sealgate.payloads.model import CancelReason, RejectReport, State, state_of
from tests.conftest import NOON
from tests.payloads import DOMAIN, PAYMENT, a_draft, a_signature, a_wallet, an_app, stored

HUNDRED = 100
DEADLINE = NOON + timedelta(minutes=1)
LAST_MOMENT = DEADLINE - timedelta(milliseconds=1)


def all_at_once(database: Database, deeds: Sequence[Callable[[Tx], str]]) -> list[str]:
    """Do every deed in a thread and a transaction of its own, as nearly at once as can be; refusals by name."""
    ready = threading.Barrier(len(deeds))

    def run(deed: Callable[[Tx], str]) -> str:
        ready.wait()
        try:
            with database.begin() as tx:
                return deed(tx)
        except SealgateError as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(deeds)) as threads:
        return list(threads.map(run, deeds))


@pytest.fixture
def app():
    return an_app()


def test_a_hundred_who_sign_reject_cancel_and_open_around_the_deadline_leave_one_outcome(database, app):
    for is_open in (True, False):
        with database.begin() as tx:
            payload = stored(tx, app, a_draft(PAYMENT, options={"expire": 1}))
            wallets = [a_wallet(tx) for _ in range(5)]
            if is_open:
                service.open_payload(tx, payload.uuid, device=wallets[0], origin="QR", now=NOON)
        report = a_signature(payload)
        verified = check_signature(payload, report)

        def deed(number: int, payload=payload, wallets=wallets, report=report, verified=verified):
            wallet, now = wallets[number % 5], (LAST_MOMENT, DEADLINE)[number // 50]

            def sign(tx: Tx) -> str:
                service.sign_payload(
                    tx, payload.uuid, device=wallet, report=report, verified=verified, now=now, reference=new_uuid()
                )
                return "signed"

            def reject(tx: Tx) -> str:
                service.reject_payload(
                    tx, payload.uuid, device=wallet, reject=RejectReport(), now=now, reference=new_uuid()
                )
                return "rejected"

            def cancel(tx: Tx) -> str:
                reason = service.cancel_payload(tx, app.uuid, payload.uuid, now=now).reason
                return "cancelled" if reason is CancelReason.OK else reason.value

            def open_it(tx: Tx) -> str:
                service.open_payload(tx, payload.uuid, device=wallet, origin="QR", now=now)
                return "opened"

            return (sign, reject, cancel, open_it)[number % 4]

        came_of_it = Counter(all_at_once(database, [deed(number) for number in range(HUNDRED)]))

        assert sum(came_of_it[outcome] for outcome in ("signed", "rejected", "cancelled")) <= 1, came_of_it
        assert came_of_it["cancelled"] == 0 or came_of_it["opened"] == 0
        with database.begin() as tx:
            found = service.find_payload(tx, payload.uuid)
        assert found is not None
        state = state_of(found, DEADLINE)
        final = {State.SIGNED: "signed", State.REJECTED: "rejected", State.CANCELLED: "cancelled"}.get(state)
        if is_open:
            assert final in {"signed", "rejected"}
        assert final is None or came_of_it[final] == 1
        if state is State.EXPIRED:
            assert came_of_it["opened"] == 0


def test_a_claim_held_open_is_won_once(database, app):
    with database.begin() as tx:
        payload = stored(tx, app)
        wallet = a_wallet(tx)
        service.open_payload(tx, payload.uuid, device=wallet, origin="QR", now=NOON)

    def claim(tx: Tx) -> str:
        won = store.claim_payload(tx, payload.uuid, holder_uuid=wallet.holder_uuid, now=NOON)
        time.sleep(0.05)  # hold the transaction open, so that the eight overlap
        return "lost" if won is None else "won"

    assert sorted(all_at_once(database, [claim] * 8)) == ["lost"] * 7 + ["won"]


def test_an_opening_and_a_cancellation_held_open_exclude_each_other(database, app):
    with database.begin() as tx:
        payload = stored(tx, app)
        wallet = a_wallet(tx)

    def open_it(tx: Tx) -> str:
        service.open_payload(tx, payload.uuid, device=wallet, origin="QR", now=NOON)
        time.sleep(0.05)
        return "opened"

    def cancel(tx: Tx) -> str:
        reason = service.cancel_payload(tx, app.uuid, payload.uuid, now=NOON).reason
        time.sleep(0.05)
        return reason.value

    came_of_it = Counter(all_at_once(database, [open_it, cancel] * 4))

    if came_of_it["opened"]:
        assert came_of_it == {"opened": 4, "ALREADY_OPENED": 4}
    else:
        assert came_of_it == {"OK": 1, "ALREADY_CANCELLED": 3, "PayloadCancelled": 4}


def test_an_identifier_asked_for_by_many_is_given_once(database, app):
    draft = a_draft(custom_meta={"identifier": "order-1"})

    def create(tx: Tx) -> str:
        payload = stored(tx, app, draft)
        time.sleep(0.02)
        return payload.uuid

    came_of_it = all_at_once(database, [create] * 20)

    [uuid] = [one for one in came_of_it if one != IdentifierTaken.__name__]
    with database.begin() as tx:
        assert service.get_by_identifier(tx, app.uuid, "order-1").uuid == uuid


class TestIdempotencyKey:
    def test_used_by_many_at_once_makes_one_payload_and_gives_all_the_same(self, database, app):
        key = read_key("key-1", b"{}")
        assert key is not None

        def create(tx: Tx) -> str:
            payload = create_once(tx, key, app, a_draft(), uuid=new_uuid(), domain=DOMAIN, now=NOON)
            time.sleep(0.02)
            return payload.uuid

        assert len(set(all_at_once(database, [create] * 20))) == 1

    def test_gives_the_same_payload_for_a_day(self, database, app):
        key = read_key("key-1", b"{}")
        assert key is not None
        made = []
        for now in (NOON, NOON + timedelta(hours=23, minutes=59), NOON + timedelta(hours=24)):
            with database.begin() as tx:
                made.append(create_once(tx, key, app, a_draft(), uuid=new_uuid(), domain=DOMAIN, now=now))

        assert made[0] == made[1]
        assert made[2].uuid != made[0].uuid

    def test_with_another_body_is_refused(self, database, app):
        one, two = read_key("key-1", b"{}"), read_key("key-1", b"{ }")
        assert one is not None
        assert two is not None
        with database.begin() as tx:
            create_once(tx, one, app, a_draft(), uuid=new_uuid(), domain=DOMAIN, now=NOON)

        with pytest.raises(KeyReused), database.begin() as tx:
            create_once(tx, two, app, a_draft(), uuid=new_uuid(), domain=DOMAIN, now=NOON)

    def test_belongs_to_one_app(self, database, app):
        key = read_key("key-1", b"{}")
        assert key is not None
        with database.begin() as tx:
            one = create_once(tx, key, app, a_draft(), uuid=new_uuid(), domain=DOMAIN, now=NOON)
            two = create_once(tx, key, an_app(), a_draft(), uuid=new_uuid(), domain=DOMAIN, now=NOON)

        assert one.uuid != two.uuid

    def test_is_not_spent_by_a_call_that_was_refused(self, database, app):
        key = read_key("key-1", b"{}")
        assert key is not None
        draft = a_draft(custom_meta={"identifier": "order-1"})
        with database.begin() as tx:
            stored(tx, app, draft)
        for _ in range(2):
            with pytest.raises(IdentifierTaken), database.begin() as tx:
                create_once(tx, key, app, draft, uuid=new_uuid(), domain=DOMAIN, now=NOON)

    def test_is_forgotten_in_passing(self, database, app):
        for number in range(30):
            key = read_key(f"key-{number}", b"{}")
            assert key is not None
            with database.begin() as tx:
                create_once(tx, key, app, a_draft(), uuid=new_uuid(), domain=DOMAIN, now=NOON)

        tomorrow = NOON + timedelta(days=1)
        with database.begin() as tx:
            store.forget_keys(tx, app.uuid, b"x" * 32, before=tomorrow - timedelta(hours=24), limit=20)
            left = [number for number in range(30) if (key := read_key(f"key-{number}", b"{}"))
                    and store.find_key(tx, app.uuid, key.key_hash)]  # fmt: skip
        assert len(left) == 10
