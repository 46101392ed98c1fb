"""Whole numbers, hashes, blobs and account ids: the values that are one run of bytes.

The `encode_…` functions raise plain `ValueError`, `TypeError` or `OverflowError`; the codec knows which field it was
and says so. Only what is strictly written passes: hex without blanks, decimal digits, no booleans.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sealgate.ledger.addresses import decode_account_id
from sealgate.ledger.errors import CodecError, LedgerError

_DIGITS = re.compile(r"[0-9]{1,20}", re.ASCII)
_SIGNED_DIGITS = re.compile(r"-?[0-9]{1,20}", re.ASCII)
_HEX_16 = re.compile(r"[0-9A-Fa-f]{1,16}", re.ASCII)
_HEX_ACCOUNT = re.compile(r"[0-9A-F]{40}", re.ASCII)

# These UInt64 fields are written in decimal, all others in hex (sMD_BaseTen in rippled).
DECIMAL_FIELDS = frozenset({"MaximumAmount", "OutstandingAmount", "MPTAmount"})

Encode = Callable[[Any], bytes]


def bytes_of_hex(value: str) -> bytes:
    """Return the bytes of a hex text of either case.

    Raises:
        ValueError, TypeError: not hex, an odd number of digits, or blanks between them.
    """
    data = bytes.fromhex(value)
    if len(data) * 2 != len(value):
        raise ValueError("blanks in hex")
    return data


def unsigned(width: int) -> Encode:
    """Return the encoder of an unsigned number of `width` bytes: a number, or a text of decimal digits."""

    def encode(value: Any) -> bytes:
        if value.__class__ is int:
            return value.to_bytes(width, "big")
        if isinstance(value, str) and _DIGITS.fullmatch(value):
            return int(value).to_bytes(width, "big")
        raise ValueError

    return encode


def signed(width: int) -> Encode:
    """Return the encoder of a two's complement number of `width` bytes."""

    def encode(value: Any) -> bytes:
        if value.__class__ is int:
            return value.to_bytes(width, "big", signed=True)
        if isinstance(value, str) and _SIGNED_DIGITS.fullmatch(value):
            return int(value).to_bytes(width, "big", signed=True)
        raise ValueError

    return encode


def uint64(field_name: str) -> Encode:
    """Return the encoder of a 64-bit number: a number, or a text in hex, for some fields in decimal."""
    is_decimal = field_name in DECIMAL_FIELDS

    def encode(value: Any) -> bytes:
        if value.__class__ is int:
            return value.to_bytes(8, "big")
        if is_decimal and _DIGITS.fullmatch(value):
            return int(value).to_bytes(8, "big")
        if _HEX_16.fullmatch(value):
            return int(value, 16).to_bytes(8, "big")
        raise ValueError

    return encode


def fixed_hash(width: int) -> Encode:
    """Return the encoder of a hash of `width` bytes."""

    def encode(value: Any) -> bytes:
        data = bytes_of_hex(value)
        if len(data) != width:
            raise ValueError
        return data

    return encode


def encode_hash128(value: Any) -> bytes:
    """Encode 16 bytes. The empty text stands for zeros: `EmailHash` is cleared that way."""
    return bytes(16) if value == "" else fixed_hash(16)(value)


def encode_account(value: Any) -> bytes:
    """Encode a classic address, or 40 upper-case hex digits.

    An empty text is refused: other libraries read it as the account of twenty zero bytes, which nobody owns.
    """
    if isinstance(value, str) and _HEX_ACCOUNT.fullmatch(value):
        return bytes.fromhex(value)
    return decode_account_id(value)


def encode_vector256(value: Any) -> bytes:
    """Encode a list of 32-byte hashes."""
    if not isinstance(value, list):
        raise TypeError
    encode, hashes = fixed_hash(32), []
    for index, item in enumerate(value):
        try:
            hashes.append(encode(item))
        except (ValueError, TypeError):
            raise CodecError("expects a hash of 64 hex digits", index) from None
    return b"".join(hashes)


def encode_member(value: dict[str, Any], name: str, encode: Encode) -> bytes:
    """Encode one member of a compound value; a refusal then names the member.

    Raises:
        CodecError: the member's value does not fit.
    """
    try:
        return encode(value[name])
    except CodecError as problem:
        raise problem.under(name) from None
    except LedgerError as problem:
        raise CodecError(str(problem), name) from None
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise CodecError(f"not a valid {name}", name) from None
