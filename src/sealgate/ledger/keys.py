"""Key pairs and the seeds they come from. Source: xrpl.org "Cryptographic Keys", Key Derivation."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha512
from typing import Final, Literal

from coincurve import PrivateKey
from nacl.bindings import crypto_sign_seed_keypair

from sealgate.ledger.addresses import address_of_public_key, decode_base58check, encode_base58check
from sealgate.ledger.errors import InvalidAddress, InvalidSeed

Algorithm = Literal["ed25519", "secp256k1"]

ED25519_PREFIX: Final = b"\xed"
_SEED_PREFIXES: Final[dict[Algorithm, bytes]] = {"ed25519": b"\x01\xe1\x4b", "secp256k1": b"\x21"}
_SEED_BYTES: Final = 16
_GROUP_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True, slots=True)
class KeyPair:
    """A key that can sign.

    Attributes:
        public_key: 33 bytes: `ED` and the key, or a compressed secp256k1 point.
        private_key: 32 bytes; not shown by `repr`.
        address: The classic address of the public key.
    """

    algorithm: Algorithm
    public_key: bytes
    private_key: bytes = field(repr=False)
    address: str

    @classmethod
    def from_private_key(cls, algorithm: Algorithm, private_key: bytes) -> KeyPair:
        """Build the pair from 32 secret bytes.

        Raises:
            InvalidSeed: not 32 bytes, or no private key of this curve.
        """
        if len(private_key) != 32:
            raise InvalidSeed("a private key has 32 bytes")
        if algorithm == "ed25519":
            public_key = ED25519_PREFIX + crypto_sign_seed_keypair(private_key)[0]
        else:
            try:
                public_key = PrivateKey(private_key).public_key.format(compressed=True)
            except ValueError:
                raise InvalidSeed("not a private key of secp256k1") from None
        return cls(algorithm, public_key, private_key, address_of_public_key(public_key))


def generate_seed(algorithm: Algorithm = "ed25519") -> str:
    """Return a new random seed (`sEd…` or `s…`)."""
    return encode_seed(secrets.token_bytes(_SEED_BYTES), algorithm)


def encode_seed(entropy: bytes, algorithm: Algorithm) -> str:
    """Return the text form of 16 bytes of entropy.

    Raises:
        InvalidSeed: not 16 bytes.
    """
    if len(entropy) != _SEED_BYTES:
        raise InvalidSeed("a seed has 16 bytes")
    return encode_base58check(_SEED_PREFIXES[algorithm] + entropy)


def decode_seed(seed: str) -> tuple[bytes, Algorithm]:
    """Return the entropy and the algorithm of a seed.

    Raises:
        InvalidSeed: not a seed; the message repeats nothing of it.
    """
    try:
        payload = decode_base58check(seed)
    except InvalidAddress:
        raise InvalidSeed("not a seed: a wrong character or checksum") from None
    for algorithm, prefix in _SEED_PREFIXES.items():
        if payload.startswith(prefix) and len(payload) == len(prefix) + _SEED_BYTES:
            return payload[len(prefix) :], algorithm
    raise InvalidSeed("not a seed of an account")


def key_pair_from_seed(seed: str) -> KeyPair:
    """Return the account key of a seed; the seed itself says which algorithm.

    Raises:
        InvalidSeed: not a seed.
    """
    entropy, algorithm = decode_seed(seed)
    if algorithm == "ed25519":
        return KeyPair.from_private_key("ed25519", _half(entropy))
    # The root key makes an intermediate one; an account's key is their sum.
    root = _first_scalar(entropy)
    root_public = PrivateKey(root.to_bytes(32, "big")).public_key.format(compressed=True)
    account = (root + _first_scalar(root_public + bytes(4))) % _GROUP_ORDER
    return KeyPair.from_private_key("secp256k1", account.to_bytes(32, "big"))


def _first_scalar(material: bytes) -> int:
    """Hash with a counter until the result is a private key; in practice the first one is."""
    counter = 0
    while True:
        scalar = int.from_bytes(_half(material + counter.to_bytes(4, "big")), "big")
        if 0 < scalar < _GROUP_ORDER:
            return scalar
        counter += 1


def _half(data: bytes) -> bytes:
    return sha512(data).digest()[:32]
