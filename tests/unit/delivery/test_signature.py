"""Both signatures, by the vectors of the specification and by the published library."""

from base64 import b64encode

import pytest
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

from sealgate.delivery.signature import compat_signature, standard_signature

SECRET = "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b"
AT = 1718000000
EXAMPLE = (
    '{"meta":{"url":"https://shop.example/hook","application_uuidv4":"5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70",'
    '"payload_uuidv4":"0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41","opened_by_deeplink":false},"custom_meta":{"identifier":'
    '"order-1042","blob":{"cart":7},"instruction":"Thanks 👋"},"payloadResponse":{"payload_uuidv4":'
    '"0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41","reference_call_uuidv4":"9b3a6f54-2c0d-4e8a-b7f1-3d5c7e9f1a20",'
    '"signed":true,"user_token":true,"return_url":{"app":null,"web":'
    '"https://shop.example/done?id=0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"},"txid":'
    '"6A0B8E1F4C7D2A5B9E3F6C8D1A4B7E0F2C5D8A1B4E7F0C3D6A9B2E5F8C1D4A7B"},"userToken":{"user_token":'
    '"c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60","token_issued":1715408000,"token_expiration":1720592000}}'
)
"""The example of platform-api 19.2, 742 bytes."""

WEBHOOK_SECRETS = ["whsec_" + b64encode(bytes([number]) * 32).decode() for number in (1, 2)]


class TestCompat:
    @pytest.mark.parametrize(
        ("body", "signature"),
        [
            (EXAMPLE, "c2bfd351e359ca0d061bdd47c7420f745bf150a1"),
            ('{"a":"é","b":1}', "83c946dfdb346a374cb5c23b43b3dddc3dbaa966"),
        ],
        ids=["example", "accent"],
    )
    def test_gives_the_documented_signatures(self, body, signature):
        assert compat_signature(SECRET, AT, body.encode()) == signature

    def test_drops_the_first_dash_of_the_secret_and_no_other(self):
        by_all_readers = compat_signature("b7e6f0a25c1d-4f3e-9a8b-2d4c6e8f0a1b".replace("-", "_", 1), AT, b"")

        assert compat_signature(SECRET, AT, b"") != compat_signature(SECRET.replace("-", ""), AT, b"")
        assert compat_signature(SECRET, AT, b"") != by_all_readers


class TestStandard:
    def test_signs_with_every_secret_the_newest_first_and_last_with_the_servers_key(self):
        key = SigningKey.generate()

        signature = standard_signature(
            WEBHOOK_SECRETS, "evt_1", AT, b"{}", sign=lambda message: key.sign(message).signature
        )

        parts = [part.partition(",") for part in signature.split(" ")]
        assert [version for version, _, _ in parts] == ["v1", "v1", "v1a"]
        assert [standard_signature([secret], "evt_1", AT, b"{}") for secret in WEBHOOK_SECRETS] == [
            f"v1,{text}" for _, _, text in parts[:2]
        ]

    def test_covers_the_identifier_the_time_and_every_byte_of_the_body(self):
        signed = {
            standard_signature(WEBHOOK_SECRETS[:1], identifier, at, body)
            for identifier, at, body in (
                ("evt_1", AT, b"{}"),
                ("evt_2", AT, b"{}"),
                ("evt_1", AT + 1, b"{}"),
                ("evt_1", AT, b"{ }"),
            )
        }

        assert len(signed) == 4

    def test_the_servers_signature_is_ed25519_over_the_same_message(self):
        key = SigningKey.generate()
        messages: list[bytes] = []

        def sign(message: bytes) -> bytes:
            messages.append(message)
            return key.sign(message).signature

        standard_signature([], "evt_1", AT, b"{}", sign=sign)

        assert messages == [b"evt_1.1718000000.{}"]
        with pytest.raises(BadSignatureError):
            key.verify_key.verify(b"evt_2.1718000000.{}", key.sign(messages[0]).signature)
