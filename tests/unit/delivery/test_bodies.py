"""What one attempt puts on the wire."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from nacl.signing import SigningKey
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from sealgate.base.ids import new_uuid
from sealgate.delivery.bodies import Signers, body_of, build, message_id
from sealgate.delivery.kinds import (
    DATA_OF,
    EVENT_KINDS,
    CustomMeta,
    EventData,
    PayloadResolved,
    PayloadResponse,
    PayloadSigned,
    ResolvedMeta,
    ReturnUrls,
    UserToken,
)
from sealgate.delivery.model import AppEvent
from tests.conftest import NOON
from tests.unit.delivery.test_signature import EXAMPLE, SECRET, WEBHOOK_SECRETS

URL = "https://shop.example/hook"
KEY = SigningKey(bytes(32))
SIGNERS = Signers(api_secret=SECRET, webhook_secrets=WEBHOOK_SECRETS, sign=lambda message: KEY.sign(message).signature)
PAYLOAD = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"


def resolved(blob: str = '{"cart":7}', **changes) -> PayloadResolved:
    data = PayloadResolved(
        meta=ResolvedMeta(
            application_uuidv4="5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70", payload_uuidv4=PAYLOAD, opened_by_deeplink=False
        ),
        custom_meta=CustomMeta(identifier="order-1042", blob=msgspec.Raw(blob.encode()), instruction="Thanks 👋"),
        payload_response=PayloadResponse(
            payload_uuidv4=PAYLOAD,
            reference_call_uuidv4="9b3a6f54-2c0d-4e8a-b7f1-3d5c7e9f1a20",
            signed=True,
            user_token=True,
            return_url=ReturnUrls(app=None, web=f"https://shop.example/done?id={PAYLOAD}"),
            txid="6A0B8E1F4C7D2A5B9E3F6C8D1A4B7E0F2C5D8A1B4E7F0C3D6A9B2E5F8C1D4A7B",
        ),
        user_token=UserToken(
            user_token="c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60", token_issued=1715408000, token_expiration=1720592000
        ),
    )
    return msgspec.structs.replace(data, **changes)


def event(data) -> AppEvent:
    return AppEvent(
        seq=1,
        id="7c1e0d9c-2f6e-4b1a-8c55-9d376a1f5b2e",
        app_uuid="5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70",
        kind=data.kind,
        subject=PAYLOAD,
        data=msgspec.Raw(msgspec.json.encode(data)),
        created_at=NOON,
    )


class TestTheBodyOfOld:
    def test_is_the_documented_one_byte_for_byte(self):
        assert body_of(event(resolved()), URL) == EXAMPLE.encode()

    def test_names_the_url_that_is_called(self):
        body = json.loads(body_of(event(resolved()), "https://other.example/a?b=ü"))

        assert next(iter(body["meta"].items())) == ("url", "https://other.example/a?b=ü")

    def test_of_a_rejected_request_has_an_empty_hash_and_no_token(self):
        data = resolved(
            payload_response=msgspec.structs.replace(
                resolved().payload_response, signed=False, user_token=False, txid=""
            ),
            user_token=None,
        )

        body = json.loads(body_of(event(data), URL))

        assert (body["payloadResponse"]["signed"], body["payloadResponse"]["txid"]) == (False, "")
        assert body["userToken"] is None

    def test_is_as_javascript_writes_it_whatever_the_developer_put_in(self):
        blob = '{"b":1.0,"10":12345678901234567890,"2":"\\/é","x":1e21,"y":-0.0}'

        body = body_of(event(resolved(blob)), URL).decode()

        assert '"blob":{"2":"/é","10":12345678901234567000,"b":1,"x":1e+21,"y":0},' in body


class TestOtherBodies:
    def test_say_kind_time_and_data(self):
        data = PayloadSigned(payload_uuid=PAYLOAD, reference_call_uuid=new_uuid(), account="rHb9", txid="A0")

        body = json.loads(body_of(event(data), URL))

        assert list(body) == ["type", "timestamp", "data"]
        assert (body["type"], body["timestamp"]) == ("payload.signed", "2026-01-15T12:00:00Z")
        assert body["data"] == json.loads(msgspec.json.encode(data))

    def test_every_kind_has_its_shape(self):
        assert tuple(DATA_OF) == EVENT_KINDS
        assert all(data.kind == kind and data.__doc__ for kind, data in DATA_OF.items())


class TestHeaders:
    def test_of_old_are_there_for_the_event_of_old(self):
        headers = build(event(resolved()), URL, SIGNERS, now=NOON, attempt=3).headers

        assert headers["content-type"] == "application/json"
        assert headers["user-agent"] == "xumm-webhook"
        assert (headers["x-xumm-attempt"], headers["x-xumm-payload"]) == ("3", PAYLOAD)
        assert headers["x-xumm-request-timestamp"] == headers["webhook-timestamp"] == "1768478400"
        assert len(headers["x-xumm-request-signature"]) == 40

    def test_of_old_are_not_there_for_others(self):
        data = PayloadSigned(payload_uuid=PAYLOAD, reference_call_uuid=new_uuid())

        headers = build(event(data), URL, SIGNERS, now=NOON, attempt=1).headers

        assert not [name for name in headers if name.startswith("x-xumm")]
        assert headers["user-agent"] == "Sealgate-Webhook"

    def test_identify_an_event_on_every_attempt_alike_and_sign_each_anew(self):
        first, second = (
            build(event(resolved()), URL, SIGNERS, now=NOON + timedelta(seconds=10 * attempt), attempt=attempt)
            for attempt in (1, 2)
        )

        assert first.body == second.body
        assert first.headers["webhook-id"] == second.headers["webhook-id"] == message_id(event(resolved()).id)
        for name in ("webhook-timestamp", "webhook-signature", "x-xumm-request-signature"):
            assert first.headers[name] != second.headers[name]

    def test_leave_the_signature_of_old_out_where_no_secret_is_live(self):
        headers = build(
            event(resolved()), URL, msgspec.structs.replace(SIGNERS, api_secret=None), now=NOON, attempt=1
        ).headers

        assert "x-xumm-request-signature" not in headers
        assert "webhook-signature" in headers

    def test_fit_into_ascii(self):
        for data in (resolved(), PayloadSigned(payload_uuid=PAYLOAD, reference_call_uuid=new_uuid())):
            for value in build(event(data), URL, SIGNERS, now=NOON, attempt=1).headers.values():
                assert value.isascii()
                assert value.isprintable()

    def test_secrets_are_not_printed(self):
        assert SECRET not in repr(SIGNERS)
        assert WEBHOOK_SECRETS[0] not in repr(SIGNERS)


class TestThePublishedLibrary:
    """`standardwebhooks` of PyPI; its clock is the machine's."""

    @pytest.mark.parametrize("secret", WEBHOOK_SECRETS)
    @pytest.mark.parametrize("kind", ["payload.resolved", "payload.signed"])
    def test_takes_a_delivery_under_either_secret_of_a_rotation(self, secret, kind):
        data: EventData = resolved('{"n":1e21,"emoji":"👩‍👩‍👧‍👦","long":"' + "ü" * 5000 + '"}')
        if kind == "payload.signed":
            data = PayloadSigned(payload_uuid=PAYLOAD, reference_call_uuid=new_uuid(), txid="Ω" * 5000)
        prepared = build(event(data), URL, SIGNERS, now=datetime.now(UTC), attempt=1)

        taken = Webhook(secret).verify(prepared.body, dict(prepared.headers))

        assert taken == json.loads(prepared.body)

    def test_refuses_another_secret_another_body_and_another_time(self):
        prepared = build(event(resolved()), URL, SIGNERS, now=datetime.now(UTC), attempt=1)
        headers = dict(prepared.headers)
        stranger = "whsec_" + b64encode(bytes(32)).decode()

        for secret, body, changes in (
            (stranger, prepared.body, {}),
            (WEBHOOK_SECRETS[0], prepared.body + b" ", {}),
            (WEBHOOK_SECRETS[0], prepared.body, {"webhook-id": "evt_other"}),
            (WEBHOOK_SECRETS[0], prepared.body, {"webhook-timestamp": str(int(headers["webhook-timestamp"]) - 1)}),
        ):
            with pytest.raises(WebhookVerificationError):
                Webhook(secret).verify(body, headers | changes)
