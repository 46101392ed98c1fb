"""Addresses: account ids, classic addresses, X-addresses, and the Base58Check form behind them.

Sources: xrpl.org "Accounts" and "base58 Encodings"; XLS-5 for X-addresses.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from sealgate.ledger.errors import InvalidAddress
from sealgate.ledger.ripemd160 import ripemd160

_ALPHABET = "rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"
_DIGITS = {character: value for value, character in enumerate(_ALPHABET)}
# Two digits at a time halve the big-number arithmetic of encoding.
_PAIRS = tuple(high + low for high in _ALPHABET for low in _ALPHABET)

_ACCOUNT_PREFIX = b"\x00"
_X_MAIN = b"\x05\x44"
_X_TEST = b"\x04\x93"
_LONGEST = 64

ACCOUNT_ZERO = bytes(20)
ACCOUNT_ONE = bytes(19) + b"\x01"


def encode_base58check(payload: bytes) -> str:
    """Return the payload with its four-byte checksum in the ledger's Base58 alphabet."""
    data = payload + sha256(sha256(payload).digest()).digest()[:4]
    number = int.from_bytes(data, "big")
    pairs = []
    while number:
        number, pair = divmod(number, 3364)
        pairs.append(_PAIRS[pair])
    text = "".join(reversed(pairs)).lstrip("r")
    return "r" * (len(data) - len(data.lstrip(b"\x00"))) + text


def decode_base58check(text: str) -> bytes:
    """Return the payload behind a Base58Check text, without its checksum.

    Raises:
        InvalidAddress: a character outside the alphabet, a wrong checksum, or too long or short.
    """
    if not 5 < len(text) <= _LONGEST:
        raise InvalidAddress("not a Base58Check text")
    number = 0
    try:
        for character in text:
            number = number * 58 + _DIGITS[character]
    except KeyError:
        raise InvalidAddress("a character outside the ledger's Base58 alphabet") from None
    zeros = len(text) - len(text.lstrip("r"))
    data = bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
    payload = data[:-4]
    if sha256(sha256(payload).digest()).digest()[:4] != data[-4:]:
        raise InvalidAddress("the checksum is wrong: a mistyped or cut text")
    return payload


@lru_cache(maxsize=4096)
def _account_id(address: str) -> bytes:
    payload = decode_base58check(address)
    if len(payload) != 21 or payload[:1] != _ACCOUNT_PREFIX:
        raise InvalidAddress("not a classic address")
    return payload[1:]


def decode_account_id(address: str) -> bytes:
    """Return the 20 bytes behind a classic address.

    Raises:
        InvalidAddress: anything that is not a classic address, an X-address included.
    """
    if not isinstance(address, str):
        raise InvalidAddress("an address is a text")
    return _account_id(address)


@lru_cache(maxsize=4096)
def encode_account_id(account_id: bytes) -> str:
    """Return the classic address of a 20-byte account id.

    Raises:
        InvalidAddress: not 20 bytes.
    """
    if len(account_id) != 20:
        raise InvalidAddress("an account id has 20 bytes")
    return encode_base58check(_ACCOUNT_PREFIX + account_id)


def is_classic_address(text: object) -> bool:
    """Return whether this is a classic address with a right checksum."""
    try:
        return isinstance(text, str) and len(decode_account_id(text)) == 20
    except InvalidAddress:
        return False


def account_id_of_public_key(key: bytes) -> bytes:
    """Return the account id of a 33-byte public key, `ED` prefix included: RIPEMD-160 of SHA-256."""
    return ripemd160(sha256(key).digest())


def address_of_public_key(key: bytes) -> str:
    """Return the classic address of a 33-byte public key."""
    return encode_account_id(account_id_of_public_key(key))


class XAddress(NamedTuple):
    """An X-address taken apart."""

    address: str
    tag: int | None
    is_test: bool


def is_x_address(text: object) -> bool:
    """Return whether this is an X-address with a right checksum."""
    try:
        return isinstance(text, str) and decode_x_address(text) is not None
    except InvalidAddress:
        return False


def decode_x_address(text: str) -> XAddress:
    """Return the classic address, the tag (or None) and the network kind in an X-address.

    Raises:
        InvalidAddress: not an X-address, or one with a 64-bit tag.
    """
    payload = decode_base58check(text)
    if len(payload) != 31 or payload[:2] not in (_X_MAIN, _X_TEST):
        raise InvalidAddress("not an X-address")
    flag, tag, high = payload[22], int.from_bytes(payload[23:27], "little"), payload[27:]
    if flag > 1 or any(high) or (flag == 0 and tag):
        raise InvalidAddress("an X-address with a tag of an unsupported form")
    return XAddress(encode_account_id(payload[2:22]), tag if flag else None, payload[:2] == _X_TEST)


def encode_x_address(address: str, tag: int | None, *, is_test: bool = False) -> str:
    """Return the X-address of a classic address and a tag (0 to 2³²-1, or None).

    Raises:
        InvalidAddress: the address is none, or the tag is out of range.
    """
    if tag is not None and not 0 <= tag < 1 << 32:
        raise InvalidAddress("a tag is a number from 0 to 4294967295")
    flag = b"\x00" if tag is None else b"\x01"
    suffix = flag + (tag or 0).to_bytes(4, "little") + bytes(4)
    return encode_base58check((_X_TEST if is_test else _X_MAIN) + decode_account_id(address) + suffix)
