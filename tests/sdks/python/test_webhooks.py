"""Webhooks: genuine deliveries of a platform, and everything that is none."""

import base64
import json
from datetime import UTC, datetime

import pytest
from sealgate_client import Misconfigured, WebhookInvalid
from sealgate_client.models import PayloadResolved, PayloadSigned
from sealgate_client.webhooks import Event, verify_webhook
from standardwebhooks import Webhook

from tests.receiver import Receiver
from tests.sdks.python.conftest import SIGN_IN, registers

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
NOON_S = NOON.timestamp()
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ....").decode()
OTHER = "whsec_" + base64.b64encode(b"another secret of an endpoint ....").decode()
BODY = '{"type":"payload.signed","timestamp":"2026-01-15T12:00:00Z","data":{"payload_uuid":"u","identifier":"order-7"}}'


def headers(secret=SECRET, body=BODY, at=NOON, name="evt_1"):
    signature = Webhook(secret).sign(name, at, body)
    return {"Webhook-Id": name, "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}


class TestADelivery:
    def test_is_the_event_that_it_tells(self):
        event = verify_webhook(BODY, headers(), secret=SECRET, now=NOON_S)

        assert (event.type, event.id, event.payload_uuid, event.identifier) == (
            "payload.signed",
            "evt_1",
            "u",
            "order-7",
        )
        assert isinstance(event.data, PayloadSigned)
        assert event.timestamp == "2026-01-15T12:00:00Z"

    def test_counts_with_either_secret_of_a_rotation(self):
        assert verify_webhook(BODY.encode(), headers(OTHER), secret=[SECRET, OTHER], now=NOON_S).id == "evt_1"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"webhook-signature": ""}, "wrong_signature"),
            ({"webhook-signature": "v1,"}, "wrong_signature"),
            ({"webhook-signature": "v1a," + "A" * 86 + "=="}, "wrong_signature"),
            ({"webhook-signature": "v2,ü"}, "wrong_signature"),
            ({"Webhook-Id": "evt_2"}, "wrong_signature"),
            ({"webhook-timestamp": str(int(NOON_S) + 1)}, "wrong_signature"),
            ({"webhook-timestamp": str(int(NOON_S) - 301)}, "too_old"),
            ({"webhook-timestamp": str(int(NOON_S) + 301)}, "too_old"),
            ({"webhook-timestamp": ""}, "unsigned"),
            ({"webhook-timestamp": "²"}, "unsigned"),
        ],
    )
    def test_that_is_not_genuine_is_refused_with_its_reason(self, changes, code):
        with pytest.raises(WebhookInvalid) as refused:
            verify_webhook(BODY, headers() | changes, secret=SECRET, now=NOON_S)

        assert refused.value.code == code

    def test_that_was_changed_on_the_way_is_refused(self):
        with pytest.raises(WebhookInvalid):
            verify_webhook(BODY.replace("order-7", "order-8"), headers(), secret=SECRET, now=NOON_S)

    @pytest.mark.parametrize("body", ["", "[]", "null", "{"])
    def test_without_an_object_is_refused(self, body):
        with pytest.raises(WebhookInvalid) as refused:
            verify_webhook(body, headers(body=body), secret=SECRET, now=NOON_S)

        assert refused.value.code == "malformed"

    def test_is_checked_with_something(self):
        with pytest.raises(Misconfigured):
            verify_webhook(BODY, headers())
        with pytest.raises(Misconfigured):
            verify_webhook(BODY, headers(), secret="no secret", now=NOON_S)

    def test_of_a_kind_that_is_not_known_yet_is_told_as_it_came(self):
        event = Event.of({"type": "moon.landed", "timestamp": "t", "data": {"by": "rocket"}})

        assert (event.type, event.data, event.payload_uuid) == ("moon.landed", {"by": "rocket"}, None)


class TestAPlatform:
    @pytest.fixture
    def stage(self, on_sqlite):
        """Deliveries are signed in one way, whatever the database is."""
        return on_sqlite

    @pytest.fixture
    def delivered(self, stage):
        """An app, and how its endpoint was told of a signature: {event type: delivery}, with all that checks them."""
        with Receiver() as receiver:
            made = registers(stage, webhook_url=receiver.url)
            more = ["--event", "payload.signed"]
            second = stage.platform.sealgate("app", "webhook", "add", made["api_key"], f"{receiver.url}/second", *more)
            yield made, second["secret"], receiver

    def test_sends_what_counts_by_all_three_ways(self, clients, delivered, stage):
        made, secret, receiver = delivered
        app = clients.make(stage.platform.url, made["api_key"], made["api_secret"])
        created = app.payloads.create(SIGN_IN)
        stage.alice.signs(created.uuid)

        calls = receiver.wait_for(lambda calls: len(calls) == 2)
        first, second = sorted(calls, key=lambda call: call.path)

        signed = verify_webhook(second.body, second.headers, secret=secret)
        assert (signed.type, signed.data.account) == ("payload.signed", stage.alice.account)
        resolved = app.verify_webhook(first.body, first.headers)
        assert (resolved.type, resolved.payload_uuid) == ("payload.resolved", created.uuid)
        assert isinstance(resolved.data, PayloadResolved)
        assert resolved.data.payloadResponse.signed is True
        before = verify_webhook(first.body, first.headers, api_secret=made["api_secret"])
        assert before.raw == json.loads(first.body)
        with pytest.raises(WebhookInvalid):
            verify_webhook(first.body, first.headers, api_secret=stage.platform.env["SEALGATE_API_SECRET"])
        with pytest.raises(WebhookInvalid):
            app.verify_webhook(first.body + b" ", first.headers)
