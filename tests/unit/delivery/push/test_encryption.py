"""What only one device can read, read by an independent library."""

from base64 import urlsafe_b64decode

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from sealgate.delivery.push.encryption import MAX_PLAINTEXT, encrypt

DEVICE = ec.generate_private_key(ec.SECP256R1())
AUTH = bytes(range(16))


def point(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the public half as a browser gives it."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def raw(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class TestEncrypt:
    @given(plaintext=st.binary(max_size=MAX_PLAINTEXT))
    @settings(max_examples=25, deadline=None)
    def test_is_read_by_the_device_and_nobody_else(self, plaintext):
        body = encrypt(plaintext, p256dh=point(DEVICE), auth=AUTH)

        assert http_ece.decrypt(body, private_key=DEVICE, auth_secret=AUTH) == plaintext
        with pytest.raises(http_ece.ECEException):
            http_ece.decrypt(body, private_key=DEVICE, auth_secret=bytes(16))
        with pytest.raises(http_ece.ECEException):
            http_ece.decrypt(body, private_key=ec.generate_private_key(ec.SECP256R1()), auth_secret=AUTH)

    def test_is_the_example_of_rfc_8291_up_to_the_padding(self):
        # Appendix A. In a counter mode, what comes first does not depend on the zeros we put behind it.
        sender = ec.derive_private_key(
            int.from_bytes(raw("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
        )
        example = raw(
            "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
            "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
        )

        body = encrypt(
            b"When I grow up, I want to be a watermelon",
            p256dh=raw("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            auth=raw("BTBZMqHH6r4Tts7J_aSIgg"),
            salt=raw("DGv6ra1nlYgDCS1FRnbzlw"),
            key=sender,
        )

        assert body[: 86 + 42] == example[: 86 + 42]

    def test_makes_all_short_messages_equally_long(self):
        lengths = {len(encrypt(b"x" * size, p256dh=point(DEVICE), auth=AUTH)) for size in (0, 1, 100, 255)}

        assert lengths == {86 + 256 + 16}

    def test_fits_what_every_push_service_takes(self):
        assert len(encrypt(b"x" * MAX_PLAINTEXT, p256dh=point(DEVICE), auth=AUTH)) == 4096

    def test_refuses_what_does_not_fit(self):
        with pytest.raises(ValueError, match="does not fit"):
            encrypt(b"x" * (MAX_PLAINTEXT + 1), p256dh=point(DEVICE), auth=AUTH)

    def test_never_uses_a_key_or_a_salt_twice(self):
        bodies = [encrypt(b"the same", p256dh=point(DEVICE), auth=AUTH) for _ in range(20)]

        assert len({body[:16] for body in bodies}) == 20
        assert len({body[21:86] for body in bodies}) == 20
