"""The life of an xApp's event against a model of it, on both engines: opened any number of times, never signed, over
once the app takes it back, the person puts it away or thirty days have gone (platform-api 17)."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from sealgate.base.errors import SealgateError
from sealgate.base.ids import new_uuid
from sealgate.infra.database import Database
from sealgate.payloads import service
from sealgate.payloads.errors import (
    PayloadCancelled,
    PayloadExpired,
    PayloadNotOpened,
    PayloadOfAnother,
    PayloadResolved,
)
from sealgate.payloads.model import CancelReason, CheckedSignature, RejectReport, State, state_of
from sealgate.tokens import service as tokens
from sealgate.xapps import events_service
from sealgate.xapps.errors import EventUnknown
from sealgate.xapps.events_model import EventDraft, Target
from tests.conftest import NOON, SOAK
from tests.payloads import a_signature, a_wallet, an_app

pytestmark = pytest.mark.hypothesis

EXAMPLES = {"sqlite": 500 if SOAK else 30, "postgresql": 200 if SOAK else 10}
LIFE = timedelta(days=30)
WALLETS = st.sampled_from(["alice", "bob"])
ANY_SIGNATURE = CheckedSignature(hex="AB", account="r", signer="r", signer_pubkey="ED")


class LifeOfAnEvent(RuleBasedStateMachine):
    """The model: whether it was read, and how it ended."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.database = database
        self.now = NOON
        self.app = an_app(xapp_id="shop.1a2b", xapp_push=True)
        self.is_read = False
        self.ended: str | None = None

    @initialize()
    def is_told(self):
        with self.database.begin() as tx:
            self.wallets = {name: a_wallet(tx) for name in ("alice", "bob")}
            token = tokens.issue_or_extend(tx, self.app.uuid, self.wallets["alice"].holder_uuid, now=NOON, days=30)
            told = events_service.tell(
                tx, self.app, Target(user_token=token.token), EventDraft(body="Your parcel is ready"),
                uuid=new_uuid(), user=None, is_listed=True, now=NOON,
            )  # fmt: skip
        self.uuid = told.uuid

    @property
    def is_late(self) -> bool:
        return self.now >= NOON + LIFE

    def refusal(self, wallet: str) -> type[SealgateError] | None:
        """Return how a wallet that wants to look at it is refused, None if it is not."""
        if wallet == "bob":
            return PayloadOfAnother
        if self.ended is not None:
            return {"taken back": PayloadCancelled, "put away": PayloadResolved}[self.ended]
        return PayloadExpired if self.is_late else None

    def attempt(self, refusal: type[SealgateError] | None, do) -> bool:
        """Do it in a transaction of its own; tell whether it was done, and check that a refusal is the right one."""
        if refusal is None:
            with self.database.begin() as tx:
                do(tx)
            return True
        with pytest.raises(SealgateError) as refused, self.database.begin() as tx:
            do(tx)
        assert type(refused.value) is refusal
        return False

    @rule(by=st.sampled_from([timedelta(seconds=1), timedelta(days=1), timedelta(days=29), LIFE]))
    def time_passes(self, by):
        self.now += by

    @rule(wallet=WALLETS)
    def a_wallet_shows_it(self, wallet):
        device = self.wallets[wallet]

        if self.attempt(
            self.refusal(wallet),
            lambda tx: service.open_payload(tx, self.uuid, device=device, origin="EVENT_LIST", now=self.now),
        ):
            self.is_read = True

    @rule(wallet=WALLETS)
    def a_wallet_opens_the_xapp_with_it(self, wallet):
        holder = self.wallets[wallet].holder_uuid

        if self.attempt(
            None if self.refusal(wallet) is None else EventUnknown,
            lambda tx: events_service.event_context(
                tx, self.uuid, app_uuid=self.app.uuid, holder_uuid=holder, now=self.now
            ),
        ):
            self.is_read = True

    @rule(wallet=WALLETS)
    def no_wallet_signs_it(self, wallet):
        with self.database.begin() as tx:
            report = a_signature(service.get_for_app(tx, self.app.uuid, self.uuid))

        with pytest.raises(SealgateError), self.database.begin() as tx:
            service.sign_payload(
                tx, self.uuid, device=self.wallets[wallet], report=report, verified=ANY_SIGNATURE, now=self.now,
                reference=new_uuid(),
            )  # fmt: skip

    @rule(wallet=WALLETS)
    def a_wallet_puts_it_away(self, wallet):
        refusal = self.refusal(wallet)
        if wallet == "alice" and self.ended is None and self.is_read:
            refusal = None  # a list that lay open overnight is tidied all the same
        elif refusal is None:
            refusal = PayloadNotOpened

        if self.attempt(
            refusal,
            lambda tx: service.reject_payload(
                tx, self.uuid, device=self.wallets[wallet], reject=RejectReport(), now=self.now, reference=new_uuid()
            ),
        ):
            self.ended = "put away"

    @rule()
    def the_app_takes_it_back(self):
        over = {"taken back": CancelReason.ALREADY_CANCELLED, "put away": CancelReason.ALREADY_RESOLVED}
        late = CancelReason.ALREADY_EXPIRED if self.is_late else CancelReason.OK
        expected = late if self.ended is None else over[self.ended]

        with self.database.begin() as tx:
            assert service.cancel_payload(tx, self.app.uuid, self.uuid, now=self.now).reason is expected

        if expected is CancelReason.OK:
            self.ended = "taken back"

    @precondition(lambda self: hasattr(self, "uuid"))
    @invariant()
    def it_reads_as_it_should(self):
        with self.database.begin() as tx:
            found = service.get_for_app(tx, self.app.uuid, self.uuid)
            lists = {
                name: service.pending_payloads(tx, device.holder_uuid, now=self.now)
                for name, device in self.wallets.items()
            }
        waits = self.ended is None and not self.is_late
        assert lists == {"alice": [found] if waits else [], "bob": []}
        assert (found.opened_at is not None) is self.is_read
        assert found.outcome is None or self.ended == "put away"
        ends = {"taken back": State.CANCELLED, "put away": State.REJECTED, None: State.EXPIRED}
        assert waits or state_of(found, self.now) is ends[self.ended]


def test_an_event_is_there_until_it_is_taken_back_put_away_or_thirty_days_old(database: Database) -> None:
    run(
        lambda: LifeOfAnEvent(database),  # type: ignore[arg-type]  # any callable will do
        settings=settings(
            max_examples=EXAMPLES[database.engine_name],
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
