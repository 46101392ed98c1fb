"""Who may expect what at `/signin`: the table of oauth2 B5.2 as a function of what is known."""

from datetime import timedelta

import pytest

from sealgate.base.ids import new_uuid
from sealgate.oauth.model import AuthorizationRequest, Transaction
from sealgate.oauth.transactions import LATE_S, Verdict, instruction, judge
from sealgate.payloads.draft import sign_in_draft
from sealgate.payloads.model import Outcome, Payload
from tests.conftest import NOON

UUID = new_uuid()
DEADLINE = NOON + timedelta(minutes=5)


def transaction(**values) -> Transaction:
    return Transaction(
        uuid=UUID,
        app_uuid=new_uuid(),
        payload_uuid=UUID,
        request=AuthorizationRequest(app_uuid="a"),
        created_at=NOON,
        expires_at=DEADLINE,
        **values,
    )


def payload(origin: str | None = None, *, signed: bool = True, **values) -> Payload:
    """Return a sign request; with an origin, one that a wallet has answered."""
    outcome = None
    if origin is not None:
        outcome = Outcome(
            signed=signed, reference=new_uuid(), holder_uuid=new_uuid(), device_uuid=new_uuid(), origintype=origin
        )
        values = {"opened_at": NOON, "resolved_at": NOON, **values}
    return Payload(
        id=1, uuid=UUID, app_uuid=new_uuid(), terms=sign_in_draft().terms, created_at=NOON, expires_at=DEADLINE,
        outcome=outcome, **values,
    )  # fmt: skip


def verdict(of: Payload, *, initiator=False, ticket=False, strict=True, now=NOON, **values) -> Verdict:
    return judge(transaction(**values), of, is_initiator=initiator, has_ticket=ticket, strict=strict, now=now)


class TestScanned:
    def test_is_for_the_browser_that_began(self):
        assert verdict(payload("QR"), initiator=True) is Verdict.ANSWER
        assert verdict(payload("QR")) is Verdict.STRANGER


class TestPushed:
    @pytest.mark.parametrize("origin", ["PUSH_NOTIFICATION", "EVENT_LIST"])
    def test_is_for_the_browser_that_began_where_the_app_knew_whom_it_asked(self, origin):
        assert verdict(payload(origin, pushed=True), initiator=True) is Verdict.ANSWER
        assert verdict(payload(origin), initiator=True) is Verdict.WAIT


class TestByLink:
    @pytest.mark.parametrize("origin", ["DEEP_LINK", "XAPP", "UNKNOWN"])
    def test_waits_until_the_wallet_leads_back(self, origin):
        signed = payload(origin)

        assert verdict(signed, initiator=True) is Verdict.WAIT
        assert verdict(signed, initiator=True, ticket=True) is Verdict.RETURNED
        assert verdict(signed, initiator=True, returned_at=NOON) is Verdict.ANSWER
        assert verdict(signed, ticket=True) is Verdict.ASK
        assert verdict(signed) is Verdict.STRANGER

    def test_does_not_wait_where_the_operator_is_not_strict(self):
        assert verdict(payload("DEEP_LINK"), initiator=True, strict=False) is Verdict.ANSWER
        assert verdict(payload("DEEP_LINK"), ticket=True, strict=False) is Verdict.FINISHED


class TestTheEnd:
    def test_comes_once(self):
        done = {"completed_at": NOON, "completed_by": "browser"}

        assert verdict(payload("QR"), initiator=True, **done) is Verdict.FINISHED
        assert verdict(payload("DEEP_LINK"), ticket=True, **done) is Verdict.FINISHED
        assert verdict(payload("QR"), **done) is Verdict.STRANGER

    def test_is_told_where_it_began(self):
        declined = payload("DEEP_LINK", signed=False)

        assert verdict(declined, initiator=True) is Verdict.DENY
        assert verdict(declined, ticket=True) is Verdict.DECLINED_HERE

    def test_comes_with_the_deadline(self):
        assert verdict(payload(), initiator=True, now=DEADLINE - timedelta(seconds=1)) is Verdict.UNANSWERED
        assert verdict(payload(), initiator=True, now=DEADLINE) is Verdict.DENY

    def test_waits_for_a_wallet_that_opened_it_in_time(self):
        opened = payload(opened_at=NOON)
        late = DEADLINE + timedelta(seconds=LATE_S)

        assert verdict(opened, initiator=True, now=DEADLINE) is Verdict.UNANSWERED
        assert verdict(opened, initiator=True, now=late) is Verdict.DENY
        assert verdict(payload("QR"), initiator=True, now=late - timedelta(seconds=1)) is Verdict.ANSWER
        assert verdict(payload("QR"), initiator=True, now=late) is Verdict.DENY

    def test_comes_with_a_cancellation(self):
        assert verdict(payload(cancelled_at=NOON), initiator=True) is Verdict.DENY


class TestInstruction:
    def test_names_the_registered_host_and_the_number(self):
        words = instruction("https://app.example", "47")

        assert words == "Sign in to app.example. Only continue if your screen shows 47."

    def test_names_an_own_scheme_or_the_devices_code(self):
        assert instruction("myapp:", "47").startswith("Sign in to myapp. ")
        assert instruction(None, "", "WDJB-MJHT") == "Sign in a device. Only continue if its screen shows WDJB-MJHT."
