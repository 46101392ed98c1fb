"""The life of a payload against a model of it, on both engines (design 7): one outcome, none after a cancellation,
and expiry means *open before*."""

from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sealgate.base.errors import SealgateError
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.holders.model import Holder
from sealgate.infra.database import Database, Tx
from sealgate.payloads import service
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.errors import (
    DispatchRefused,
    PayloadCancelled,
    PayloadExpired,
    PayloadNotOpened,
    PayloadOfAnother,
    PayloadResolved,
    PayloadSigned,
)
from sealgate.payloads.model import CancelReason, DispatchReport, RejectReport, State, is_expired, state_of
from sealgate.payloads.wire import PayloadOut
from tests.conftest import NOON, SOAK
from tests.payloads import PAYMENT, a_draft, a_signature, a_wallet, an_app, stored

pytestmark = pytest.mark.hypothesis

EXPIRES_AFTER = timedelta(minutes=1)
EXAMPLES = {"sqlite": 500 if SOAK else 40, "postgresql": 200 if SOAK else 12}
WALLETS = st.sampled_from(["alice", "bob"])


class LifeOfAPayload(RuleBasedStateMachine):
    """The model: what happened, by whom, and when. It shares no line with `state_of` or the statements in the store."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.now = NOON
        self.app = an_app()
        self.events: list[tuple[str, str]] = []
        self.expected: list[tuple[str, str]] = []
        # The model.
        self.opened_at: Any = None
        self.by_deeplink: bool | None = None
        self.cancelled = False
        self.answer: tuple[str, str] | None = None
        self.dispatched = False

    @contextmanager
    def transaction(self):
        with self.database.begin() as tx:
            yield tx
            told = [(event.topic, event.kind) for event in tx.events]
        # What the app's own log says of it is the outbox's to prove.
        self.events += [(topic, kind) for topic, kind in told if not topic.startswith("app-events:")]

    @initialize(for_alice=st.booleans())
    def is_created(self, for_alice):
        with self.transaction() as tx:
            self.wallets = {name: a_wallet(tx) for name in ("alice", "bob")}
            self.addressee = "alice" if for_alice else None
            holder = Holder(self.wallets["alice"].holder_uuid, NOON) if for_alice else None
            self.payload = stored(tx, self.app, a_draft(PAYMENT, options={"expire": 1}), holder=holder)
        self.report = a_signature(self.payload)
        self.verified = check_signature(self.payload, self.report)
        self.topic = f"payload:{self.payload.uuid}"
        if for_alice:
            self.expected.append((f"holder:{self.wallets['alice'].holder_uuid}", "payload_created"))

    @property
    def is_late(self) -> bool:
        return self.now >= NOON + EXPIRES_AFTER

    def refusal(self, wallet: str, *, opening: bool) -> type[SealgateError] | None:
        """Return how a wallet that wants to open or to answer is refused, None if it is not."""
        if self.addressee not in (None, wallet):
            return PayloadOfAnother
        if self.cancelled:
            return PayloadCancelled
        if self.answer is not None:
            return PayloadSigned if opening and self.answer[0] == "signed" else PayloadResolved
        if self.opened_at is not None:
            return None
        if self.is_late:
            return PayloadExpired
        return None if opening else PayloadNotOpened

    def attempt(self, refusal: type[SealgateError] | None, do) -> bool:
        """Do it in a transaction of its own; tell whether it was done, and check that a refusal is the right one."""
        if refusal is None:
            with self.transaction() as tx:
                do(tx)
            return True
        with pytest.raises(SealgateError) as refused, self.transaction() as tx:
            do(tx)
        assert type(refused.value) is refusal
        return False

    @rule(by=st.sampled_from([0.001, 1, 30, 59.998, 60, 3600]))
    def time_passes(self, by):
        self.now += timedelta(seconds=by)

    @rule(wallet=WALLETS, origin=st.sampled_from(["QR", "DEEP_LINK"]))
    def a_wallet_opens_it(self, wallet, origin):
        def open_it(tx: Tx) -> None:
            device = self.wallets[wallet]
            opened = service.open_payload(tx, self.payload.uuid, device=device, origin=origin, now=self.now)
            assert opened == service.find_payload(tx, self.payload.uuid)

        if self.attempt(self.refusal(wallet, opening=True), open_it) and self.opened_at is None:
            self.opened_at, self.by_deeplink = self.now, origin == "DEEP_LINK"
            self.expected.append((self.topic, "opened"))

    @rule(wallet=WALLETS, dispatched=st.booleans())
    def a_wallet_signs_it(self, wallet, dispatched):
        report = msgspec.structs.replace(
            self.report, dispatched=DispatchReport(result="tesSUCCESS") if dispatched else None
        )

        def sign(tx: Tx) -> None:
            service.sign_payload(
                tx, self.payload.uuid, device=self.wallets[wallet], report=report, verified=self.verified, now=self.now,
                reference=new_uuid(),
            )  # fmt: skip

        if self.attempt(self.refusal(wallet, opening=False), sign):
            self.answer, self.dispatched = ("signed", wallet), dispatched
            told = ["pre_signed", "dispatched", "resolved"] if dispatched else ["pre_signed", "resolved"]
            self.expected += [(self.topic, kind) for kind in told]
            self.expected.append((f"holder:{self.wallets[wallet].holder_uuid}", "payload_resolved"))

    @rule(wallet=WALLETS)
    def a_wallet_rejects_it(self, wallet):
        def reject(tx: Tx) -> None:
            service.reject_payload(
                tx, self.payload.uuid, device=self.wallets[wallet], reject=RejectReport(), now=self.now,
                reference=new_uuid(),
            )  # fmt: skip

        if self.attempt(self.refusal(wallet, opening=False), reject):
            self.answer = ("rejected", wallet)
            self.expected.append((self.topic, "resolved"))
            self.expected.append((f"holder:{self.wallets[wallet].holder_uuid}", "payload_resolved"))

    @rule(wallet=WALLETS)
    def a_wallet_reports_the_nodes_answer(self, wallet):
        waited_for = self.answer == ("signed", wallet) and not self.dispatched

        def dispatch(tx: Tx) -> None:
            report = DispatchReport(to="wss://node.example", result="tesSUCCESS")
            service.report_dispatch(tx, self.payload.uuid, device=self.wallets[wallet], dispatch=report, now=self.now)

        if self.attempt(None if waited_for else DispatchRefused, dispatch):
            self.dispatched = True
            self.expected.append((self.topic, "dispatched"))

    @rule()
    def the_app_cancels_it(self):
        if self.cancelled:
            reason = CancelReason.ALREADY_CANCELLED
        elif self.answer is not None:
            reason = CancelReason.ALREADY_RESOLVED
        elif self.is_late:
            reason = CancelReason.ALREADY_EXPIRED
        elif self.opened_at is not None:
            reason = CancelReason.ALREADY_OPENED
        else:
            reason = CancelReason.OK
        with self.transaction() as tx:
            assert service.cancel_payload(tx, self.app.uuid, self.payload.uuid, now=self.now).reason is reason
        if reason is CancelReason.OK:
            self.cancelled = True
            self.expected.append((self.topic, "cancelled"))
            if self.addressee:
                self.expected.append((f"holder:{self.wallets['alice'].holder_uuid}", "payload_cancelled"))

    @precondition(lambda self: hasattr(self, "payload"))
    @invariant()
    def it_reads_as_it_should(self):
        with self.database.begin() as tx:
            found = service.find_payload(tx, self.payload.uuid)
            pending = service.pending_payloads(tx, self.wallets["alice"].holder_uuid, now=self.now)
        assert found is not None
        if self.cancelled:
            state = State.CANCELLED
        elif self.answer is not None:
            state = State.SIGNED if self.answer[0] == "signed" else State.REJECTED
        elif self.opened_at is not None:
            state = State.OPENED
        else:
            state = State.EXPIRED if self.is_late else State.CREATED
        assert state_of(found, self.now) is state
        assert is_expired(found, self.now) is (self.is_late or self.cancelled)
        assert (found.opened_at, found.opened_by_deeplink) == (self.opened_at, self.by_deeplink)
        waits = self.addressee == "alice" and state in {State.CREATED, State.OPENED} and not self.is_late
        assert pending == ([found] if waits else [])
        assert self.events == self.expected

        meta = PayloadOut.of(found, self.app, None, settings=Settings(), now=self.now).meta
        answered = self.answer is not None
        assert (meta.resolved, meta.signed, meta.cancelled, meta.app_opened) == (
            answered,
            answered and state is State.SIGNED,
            self.cancelled,
            self.opened_at is not None,
        )
        if found.outcome is not None:
            assert self.answer is not None
            assert found.outcome.device_uuid == self.wallets[self.answer[1]].uuid
            assert (found.outcome.dispatched_to is not None) is self.dispatched


def test_one_outcome_and_none_after_cancellation_or_expiry(database: Database) -> None:
    run_state_machine_as_test(
        lambda: LifeOfAPayload(database),  # type: ignore[arg-type]  # any callable will do
        settings=settings(
            max_examples=EXAMPLES[database.engine_name],
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
