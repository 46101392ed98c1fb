"""The life of a sign request, as it is told."""

from datetime import timedelta

import msgspec
import pytest

from sealgate.console.timeline import Told, outcome_of, shown_url, timeline
from sealgate.delivery.model import AppEvent, Attempt, Delivery
from sealgate.payloads.model import Outcome, Payload, Terms
from tests.conftest import NOON

UUID = "00000000-0000-4000-8000-000000000000"
MINUTE = timedelta(minutes=1)


def a_payload(**values) -> Payload:
    usual = {
        "id": 1, "uuid": UUID, "app_uuid": UUID, "created_at": NOON, "expires_at": NOON + 10 * MINUTE,
        "terms": Terms(tx_type="Payment", request_json=msgspec.Raw(b"{}")),
    }  # fmt: skip
    return Payload(**{**usual, **values})


def an_outcome(**values) -> Outcome:
    usual = {"signed": True, "reference": UUID, "holder_uuid": UUID, "device_uuid": UUID, "origintype": "QR"}
    return Outcome(**{**usual, **values})


def titles(payload: Payload, *, now=NOON, events=(), told=(), refusals=()) -> list[str]:
    return [one.title for one in timeline(payload, events=events, told=told, refusals=refusals, now=now)]


def a_delivery() -> Delivery:
    return Delivery(
        id=7, app_uuid=UUID, kind="payload.signed", target_kind="webhook", target_uuid=UUID, subject=UUID,
        state="delivered", attempts=1, next_at=NOON, sending=False, created_at=NOON, event_seq=1, event_id=UUID,
    )  # fmt: skip


class TestTimeline:
    def test_tells_a_signature_from_its_creation_to_who_was_told(self):
        payload = a_payload(
            web_opened_at=NOON + MINUTE,
            opened_at=NOON + 2 * MINUTE,
            resolved_at=NOON + 4 * MINUTE,
            outcome=an_outcome(account="rAlice"),
        )
        event = AppEvent(
            seq=1, id=UUID, app_uuid=UUID, kind="payload.signed", subject=UUID, data=msgspec.Raw(b"{}"),
            created_at=NOON + 4 * MINUTE,
        )  # fmt: skip
        told = Told(a_delivery(), [Attempt(number=1, at=NOON + 5 * MINUTE, status=200, latency_ms=9)], "https://shop")
        refusals = [(NOON + 3 * MINUTE, 1203, "signature-invalid")]

        assert titles(payload, events=[event], told=[told], refusals=refusals) == [
            "Created by the app", "Sign page shown in a browser", "Opened in a wallet", "A signature was refused",
            "Signed", "Event payload.signed", "Webhook payload.signed, try 1",
        ]  # fmt: skip

    def test_tells_that_nobody_opened_it_in_time(self):
        assert titles(a_payload(), now=NOON + 9 * MINUTE) == ["Created by the app"]
        assert titles(a_payload(), now=NOON + 10 * MINUTE) == ["Created by the app", "Expired"]

    def test_tells_who_declined_and_why(self):
        outcome = an_outcome(signed=False, reject_initiator="USER", reject_reason="no")
        payload = a_payload(opened_at=NOON, resolved_at=NOON + MINUTE, outcome=outcome)

        last = timeline(payload, events=(), told=(), refusals=(), now=NOON)[-1]

        assert (last.title, last.detail) == ("Rejected", "The person declined. It says: no")

    def test_tells_why_nobody_was_woken(self):
        terms = Terms(tx_type="Payment", request_json=msgspec.Raw(b"{}"), unpushed="muted")

        first = timeline(a_payload(terms=terms), events=(), told=(), refusals=(), now=NOON)[0]

        assert "muted" in first.detail

    def test_tells_of_a_cancellation(self):
        assert titles(a_payload(cancelled_at=NOON + MINUTE)) == ["Created by the app", "Cancelled"]


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ({"status": 200, "latency_ms": 9}, "200 in 9 ms"),
        ({"status": 500}, "500"),
        ({"error": "No route.", "latency_ms": 3}, "No route. After 3 ms."),
        ({}, "No answer."),
    ],
)
def test_a_try_is_told_in_words(attempt, words):
    assert outcome_of(Attempt(number=1, at=NOON, **attempt)) == words


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:pass@shop.example:8443/hook?key=1", "https://shop.example:8443/hook?…"),
        ("https://shop.example/hook", "https://shop.example/hook"),
    ],
)
def test_an_address_is_shown_without_what_may_be_secret(url, shown):
    assert shown_url(url) == shown
