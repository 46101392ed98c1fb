"""Signing and strict verifying of bytes, for both of the ledger's algorithms.

There is exactly one acceptable signature form for each message and key: no high S, no loose DER, no unreduced S, no key
that fits any signature. Otherwise a blob could be changed without its signature becoming invalid, and one-time proofs
would have two hashes. Source: spec/wallet-api.md 12.2; xrpl.org "Transaction Malleability"; RFC 8032, 5.1.7.
"""

from __future__ import annotations

from hashlib import sha512
from typing import Final

from coincurve import PrivateKey, PublicKey
from nacl.bindings import crypto_sign, crypto_sign_open, crypto_sign_seed_keypair
from nacl.exceptions import BadSignatureError

from sealgate.ledger.errors import BadPublicKey, MalformedSignature, SignatureMismatch
from sealgate.ledger.keys import KeyPair

_ED25519: Final = 0xED
_SECP256K1_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_HALF_ORDER: Final = _SECP256K1_ORDER // 2
_ED25519_ORDER: Final = (1 << 252) + 27742317777372353535851937790883648493
_ED25519_PRIME: Final = (1 << 255) - 19

# The y coordinates of the eight points whose order divides 8. With such a key some signatures fit every message.
_ORDER_8_Y: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_SMALL_ORDER_Y: Final = frozenset({0, 1, _ED25519_PRIME - 1, _ORDER_8_Y, _ED25519_PRIME - _ORDER_8_Y})


def sha512_half(data: bytes) -> bytes:
    """Return the first 32 bytes of SHA-512, the ledger's usual hash."""
    return sha512(data).digest()[:32]


def sign(message: bytes, key: KeyPair) -> bytes:
    """Return the signature: 64 bytes (Ed25519), or DER with low S (secp256k1, deterministic by RFC 6979)."""
    if key.algorithm == "ed25519":
        secret = crypto_sign_seed_keypair(key.private_key)[1]
        return crypto_sign(message, secret)[:64]
    return PrivateKey(key.private_key).sign(sha512_half(message), hasher=None)


def check_public_key(public_key: bytes) -> None:
    """Check the form of a key: 33 bytes, starting 02, 03 or ED.

    Raises:
        BadPublicKey: code bad_key, or small_order_key for an Ed25519 key that proves nothing.
    """
    if len(public_key) != 33 or public_key[0] not in (0x02, 0x03, _ED25519):
        raise BadPublicKey("bad_key", "a public key has 33 bytes and starts with 02, 03 or ED")
    if public_key[0] == _ED25519:
        y = int.from_bytes(public_key[1:], "little") & ((1 << 255) - 1)
        if y % _ED25519_PRIME in _SMALL_ORDER_Y:
            raise BadPublicKey("small_order_key", "an Ed25519 key of small order proves nothing")
        if y >= _ED25519_PRIME:
            raise BadPublicKey("bad_key", "an Ed25519 key that is not in its reduced form")


def verify(message: bytes, signature: bytes, public_key: bytes) -> None:
    """Return if this is the one canonical signature of the message by the key.

    Raises:
        BadPublicKey: codes bad_key, small_order_key.
        MalformedSignature: codes malformed_signature, high_s, unreduced_s.
        SignatureMismatch: code signature_mismatch.
    """
    check_public_key(public_key)
    if public_key[0] == _ED25519:
        _verify_ed25519(message, signature, public_key[1:])
    else:
        _verify_secp256k1(message, signature, public_key)


def _verify_ed25519(message: bytes, signature: bytes, public_key: bytes) -> None:
    if len(signature) != 64:
        raise MalformedSignature("malformed_signature", "an Ed25519 signature has 64 bytes")
    if int.from_bytes(signature[32:], "little") >= _ED25519_ORDER:
        raise MalformedSignature("unreduced_s", "the S of the signature is not reduced")
    try:
        crypto_sign_open(signature + message, public_key)
    except BadSignatureError:
        raise SignatureMismatch("signature_mismatch", "not a signature of this content by this key") from None


def _verify_secp256k1(message: bytes, signature: bytes, public_key: bytes) -> None:
    check_der(signature)
    try:
        key = PublicKey(public_key)
    except ValueError:
        raise BadPublicKey("bad_key", "not a point of secp256k1") from None
    if not key.verify(signature, sha512_half(message), hasher=None):
        raise SignatureMismatch("signature_mismatch", "not a signature of this content by this key")


def check_der(signature: bytes) -> None:
    """Check that an ECDSA signature is strict DER of two numbers in range, with low S.

    Raises:
        MalformedSignature: codes malformed_signature, high_s.
    """
    size = len(signature)
    if not 8 <= size <= 72 or signature[0] != 0x30 or signature[1] != size - 2:
        raise MalformedSignature("malformed_signature", "not a DER signature")
    r, at = _der_number(signature, 2)
    s, at = _der_number(signature, at)
    if at != size or not (0 < r < _SECP256K1_ORDER and 0 < s < _SECP256K1_ORDER):
        raise MalformedSignature("malformed_signature", "not a DER signature of two numbers in range")
    if s > _HALF_ORDER:
        raise MalformedSignature("high_s", "the S of the signature is not the low one")


def _der_number(signature: bytes, at: int) -> tuple[int, int]:
    header = signature[at : at + 2]
    if len(header) == 2 and header[0] == 0x02:
        digits = signature[at + 2 : at + 2 + header[1]]
        is_shortest = len(digits) == header[1] > 0 and (digits[0] or len(digits) == 1 or digits[1] & 0x80)
        if is_shortest and not digits[0] & 0x80:
            return int.from_bytes(digits, "big"), at + 2 + header[1]
    raise MalformedSignature("malformed_signature", "not a DER signature: a number in a form that DER forbids")
