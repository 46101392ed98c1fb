"""One message, one key, one signature: everything else is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.ledger.crypto import check_der, check_public_key, sign, verify
from sealgate.ledger.errors import BadPublicKey, MalformedSignature, SignatureMismatch, SignatureRefused
from sealgate.ledger.keys import KeyPair

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
ED = KeyPair.from_private_key("ed25519", b"\x01" * 32)
SECP = KeyPair.from_private_key("secp256k1", b"\x01" * 32)
BOTH = pytest.mark.parametrize("key", [ED, SECP], ids=["ed25519", "secp256k1"])


def der(r: int, s: int) -> bytes:
    def number(value: int) -> bytes:
        digits = value.to_bytes(value.bit_length() // 8 + 1, "big")
        return b"\x02" + bytes([len(digits)]) + digits

    body = number(r) + number(s)
    return b"\x30" + bytes([len(body)]) + body


def parts(signature: bytes) -> tuple[int, int]:
    r_length = signature[3]
    return int.from_bytes(signature[4 : 4 + r_length], "big"), int.from_bytes(signature[6 + r_length :], "big")


class TestSigning:
    @BOTH
    def test_a_signature_verifies_and_is_always_the_same(self, key):
        signature = sign(b"message", key)

        verify(b"message", signature, key.public_key)
        assert sign(b"message", key) == signature

    @BOTH
    def test_other_content_is_a_mismatch(self, key):
        with pytest.raises(SignatureMismatch):
            verify(b"other", sign(b"message", key), key.public_key)

    @BOTH
    @given(position=st.integers(0, 63), bit=st.integers(0, 7))
    def test_no_changed_bit_passes(self, key, position, bit):
        signature = bytearray(sign(b"message", key))
        signature[position] ^= 1 << bit

        with pytest.raises(SignatureRefused):
            verify(b"message", bytes(signature), key.public_key)

    @BOTH
    @pytest.mark.parametrize(
        "signature", [b"", b"\x30", b"\x00" * 63, b"\x00" * 64, b"\x00" * 65, b"\x30\x06" + b"\x02\x01\x00" * 2]
    )
    def test_garbage_is_refused(self, key, signature):
        with pytest.raises(SignatureRefused):
            verify(b"message", signature, key.public_key)


class TestSecp256k1:
    def test_the_high_s_of_a_valid_signature_is_refused(self):
        r, s = parts(sign(b"message", SECP))

        with pytest.raises(MalformedSignature) as refusal:
            verify(b"message", der(r, ORDER - s), SECP.public_key)

        assert refusal.value.code == "high_s"

    @pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (ORDER, 1), (1, ORDER), (ORDER + 1, 1)])
    def test_numbers_out_of_range_are_refused(self, r, s):
        with pytest.raises(MalformedSignature):
            check_der(der(r, s))

    def test_loose_der_is_refused(self):
        r, s = parts(sign(b"message", SECP))
        strict = der(r, s)
        padded_r = b"\x02" + bytes([strict[3] + 1]) + b"\x00" + strict[4 : 4 + strict[3]]
        loose = [
            strict + b"\x00",
            b"\x30" + bytes([strict[1] + 1]) + strict[2:] + b"\x00",
            b"\x30\x81" + strict[1:],
            b"\x30" + bytes([strict[1] + 1]) + padded_r + strict[4 + strict[3] :],
            b"\x31" + strict[1:],
            strict[:-1],
            bytes.fromhex("3006020181020101"),
            bytes.fromhex("300602010102017F")[:-1],
            bytes.fromhex("3006020002020101"),
        ]

        check_der(strict)
        for signature in loose:
            with pytest.raises(MalformedSignature):
                check_der(signature)

    def test_a_key_that_is_no_point_is_refused(self):
        with pytest.raises(BadPublicKey):
            verify(b"message", sign(b"message", SECP), b"\x02" + b"\xff" * 32)

    @given(st.binary(max_size=80))
    def test_random_bytes_never_raise_anything_else(self, signature):
        with pytest.raises(SignatureRefused):
            verify(b"message", signature, SECP.public_key)


# All encodings of the points whose order divides 8, reduced or not, with either sign.
SMALL_ORDER = (
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
    "EDFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
    "EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F",
    "26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05",
    "C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A",
)


class TestEd25519:
    @pytest.mark.parametrize("is_negative", [False, True])
    @pytest.mark.parametrize("encoding", SMALL_ORDER)
    def test_a_key_of_small_order_is_refused(self, encoding, is_negative):
        key = bytearray.fromhex(encoding)
        key[31] |= 0x80 if is_negative else 0

        with pytest.raises(BadPublicKey) as refusal:
            check_public_key(b"\xed" + bytes(key))

        assert refusal.value.code == "small_order_key"

    def test_a_key_that_is_not_reduced_is_refused(self):
        with pytest.raises(BadPublicKey) as refusal:
            check_public_key(bytes.fromhex("EDF0" + "FF" * 30 + "7F"))

        assert refusal.value.code == "bad_key"

    @given(st.binary(min_size=64, max_size=64))
    def test_random_bytes_never_raise_anything_else(self, signature):
        with pytest.raises(SignatureRefused):
            verify(b"message", signature, ED.public_key)

    @given(st.binary(min_size=32, max_size=32))
    def test_random_keys_never_raise_anything_else(self, key):
        with pytest.raises(SignatureRefused):
            verify(b"message", sign(b"message", ED), b"\xed" + key)
