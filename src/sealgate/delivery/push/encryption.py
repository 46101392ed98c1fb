"""A message that only one device can read: `aes128gcm` for Web Push (RFC 8291 over RFC 8188). Pure, no I/O.

The push service between us and the device sees the length of a message, so short ones are all made equally long.
"""

import os

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

MAX_PLAINTEXT = 3993
"""Bytes that fit into the 4,096 which every push service takes (RFC 8030, 7.2; RFC 8291, 4)."""

_CURVE = ec.SECP256R1()
_RECORD_SIZE = 4096
_SALT_BYTES = 16
_LAST_RECORD = b"\x02"
_PADDED_TO = 256


def encrypt(
    plaintext: bytes,
    *,
    p256dh: bytes,
    auth: bytes,
    salt: bytes | None = None,
    key: ec.EllipticCurvePrivateKey | None = None,
) -> bytes:
    """Return the body of a push: header and one encrypted record.

    Args:
        plaintext: At most 3,993 bytes.
        p256dh: The device's public key, 65 bytes, a point of P-256.
        auth: The device's secret, 16 bytes.
        salt: 16 random bytes, made anew for every message but in tests.
        key: The sender's key pair, made anew for every message but in tests.

    Raises:
        ValueError: the key is no point of the curve, or the plaintext is too long.
    """
    if len(plaintext) > MAX_PLAINTEXT:
        raise ValueError(f"a message of {len(plaintext)} bytes does not fit into one record")
    salt = salt or os.urandom(_SALT_BYTES)
    key = key or ec.generate_private_key(_CURVE)
    ours = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, p256dh))
    secret = _derive(shared, salt=auth, info=b"WebPush: info\x00" + p256dh + ours, length=32)
    content_key = _derive(secret, salt=salt, info=b"Content-Encoding: aes128gcm\x00", length=16)
    nonce = _derive(secret, salt=salt, info=b"Content-Encoding: nonce\x00", length=12)
    padded = (plaintext + _LAST_RECORD).ljust(_PADDED_TO, b"\x00")
    header = salt + _RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(content_key).encrypt(nonce, padded, None)


def _derive(secret: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)
