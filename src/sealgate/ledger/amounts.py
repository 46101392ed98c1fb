"""Amounts: drops, issued currency, multi-purpose tokens. Source: xrpl.org "Amount Fields"; XLS-33."""

from __future__ import annotations

import re
from typing import Any, Final

from sealgate.ledger.addresses import encode_account_id
from sealgate.ledger.currencies import decode_currency, encode_issuance_id, encode_issued_currency
from sealgate.ledger.errors import CodecError, UndecodableBlob
from sealgate.ledger.scalars import encode_account, encode_member

# The delta of SponsorshipSet is the one native amount that may be negative.
SIGNED_FIELDS: Final = frozenset({"FeeAmountDelta"})

MAX_DROPS: Final = 10**17
_POSITIVE: Final = 1 << 62
_ISSUED: Final = 1 << 63
_MIN_MANTISSA, _MAX_MANTISSA = 10**15, 10**16 - 1
_MIN_EXPONENT, _MAX_EXPONENT = -96, 80
_MAX_PRECISION = 16

_DROPS = re.compile(r"-?[0-9]{1,32}", re.ASCII)
_DECIMAL = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,5}))?", re.ASCII)
_TOKENS = re.compile(r"[0-9]{1,32}|0x[0-9A-Fa-f]{1,16}", re.ASCII)
_LONGEST_DECIMAL = 256

_ISSUED_KEYS = {"currency", "issuer", "value"}
_TOKEN_KEYS = {"mpt_issuance_id", "value"}


def encode_drops(value: Any, *, may_be_negative: bool = False) -> bytes:
    """Encode a native amount: a whole number of drops, as text or number, up to 10¹⁷.

    Raises:
        CodecError: a fraction, a sign, or more drops than exist.
    """
    if value.__class__ is int:
        drops: int = value
    elif isinstance(value, str) and _DROPS.fullmatch(value):
        drops = int(value)
    else:
        raise CodecError('a native amount is a whole number of drops, e.g. "1000000" for 1 XRP')
    if drops >= 0 and drops <= MAX_DROPS:
        return (drops | _POSITIVE).to_bytes(8, "big")
    if not may_be_negative or drops < -MAX_DROPS:
        raise CodecError(f"drops are counted from 0 to {MAX_DROPS}")
    return (-drops).to_bytes(8, "big")


def drops_of(data: bytes) -> int:
    """Return the number of drops in a native amount that `encode_drops` has made."""
    number = int.from_bytes(data, "big")
    return number & ~_POSITIVE if number & _POSITIVE else -number


def encode_issued_value(value: Any) -> bytes:
    """Encode the decimal value of an issued currency: at most 16 significant digits, exponent -96 to 80.

    Too small for the format becomes zero, as on the ledger.

    Raises:
        CodecError: not a decimal, or out of range.
    """
    text = str(value) if value.__class__ is int else value
    match = _DECIMAL.fullmatch(text) if isinstance(text, str) and len(text) <= _LONGEST_DECIMAL else None
    if match is None or not (match[2] or match[3]):
        raise CodecError('the value of an issued currency is a decimal text, e.g. "12.5"')
    fraction = match[3] or ""
    digits = (match[2] + fraction).lstrip("0")
    if not digits:
        return _ISSUED.to_bytes(8, "big")
    exponent = int(match[4] or 0) - len(fraction)
    if len(digits.rstrip("0")) > _MAX_PRECISION or not _MIN_EXPONENT <= exponent <= _MAX_EXPONENT:
        raise CodecError("an issued currency has at most 16 significant digits and an exponent from -96 to 80")
    mantissa, exponent = _normalized(int(digits), exponent)
    if mantissa < _MIN_MANTISSA:
        return _ISSUED.to_bytes(8, "big")
    sign = 0 if match[1] == "-" else _POSITIVE
    return (_ISSUED | sign | (exponent + 97) << 54 | mantissa).to_bytes(8, "big")


def _normalized(mantissa: int, exponent: int) -> tuple[int, int]:
    while mantissa < _MIN_MANTISSA and exponent > _MIN_EXPONENT:
        mantissa *= 10
        exponent -= 1
    while mantissa > _MAX_MANTISSA:
        if exponent >= _MAX_EXPONENT:
            raise CodecError("larger than an issued currency can be")
        mantissa //= 10
        exponent += 1
    return mantissa, exponent


def encode_token_value(value: Any) -> bytes:
    """Encode an amount of multi-purpose tokens: a whole number below 2⁶³, decimal or 0x hex."""
    if value.__class__ is int:
        tokens: int = value
    elif isinstance(value, str) and _TOKENS.fullmatch(value):
        tokens = int(value, 16 if value.startswith("0x") else 10)
    else:
        raise CodecError('an amount of tokens is a whole number, e.g. "100"')
    if not 0 <= tokens < 1 << 63:
        raise CodecError("tokens are counted from 0 to 9223372036854775807")
    return tokens.to_bytes(8, "big")


def encode_amount(value: Any, *, may_be_negative: bool = False) -> bytes:
    """Encode drops (8 bytes), `{currency, issuer, value}` (48) or `{mpt_issuance_id, value}` (33)."""
    if not isinstance(value, dict):
        return encode_drops(value, may_be_negative=may_be_negative)
    keys = value.keys()
    if keys == _ISSUED_KEYS:
        return (
            encode_member(value, "value", encode_issued_value)
            + encode_member(value, "currency", encode_issued_currency)
            + encode_member(value, "issuer", encode_account)
        )
    if keys == _TOKEN_KEYS:
        tokens = encode_member(value, "value", encode_token_value)
        return b"\x60" + tokens + encode_member(value, "mpt_issuance_id", encode_issuance_id)
    raise CodecError("an amount is drops, {currency, issuer, value} or {mpt_issuance_id, value}")


def amount_length(first_byte: int) -> int:
    """Return how many bytes an amount takes that starts with this byte: 48, 33 or 8."""
    if first_byte & 0x80:
        return 48
    return 33 if first_byte & 0x20 else 8


def decode_amount(data: bytes, *, may_be_negative: bool = False) -> Any:
    """Return the JSON form of an amount.

    Raises:
        UndecodableBlob: not the canonical form of its value.
    """
    if len(data) == 48:
        return {
            "value": _issued_value(int.from_bytes(data[:8], "big")),
            "currency": decode_currency(data[8:28]),
            "issuer": encode_account_id(data[28:]),
        }
    if len(data) == 33:
        tokens = int.from_bytes(data[1:9], "big")
        if data[0] != 0x60 or tokens >> 63:
            raise UndecodableBlob("not the canonical form of an amount of tokens")
        return {"value": str(tokens), "mpt_issuance_id": data[9:].hex().upper()}
    number = int.from_bytes(data, "big")
    drops = number & ~_POSITIVE
    if number & _POSITIVE:
        if drops <= MAX_DROPS:
            return str(drops)
    elif may_be_negative and 0 < drops <= MAX_DROPS:
        return f"-{drops}"
    raise UndecodableBlob("not the canonical form of an amount of drops")


def _issued_value(number: int) -> str:
    if number == _ISSUED:
        return "0"
    mantissa, exponent = number & ((1 << 54) - 1), (number >> 54 & 0xFF) - 97
    if not (_MIN_MANTISSA <= mantissa <= _MAX_MANTISSA and _MIN_EXPONENT <= exponent <= _MAX_EXPONENT):
        raise UndecodableBlob("not the canonical form of an issued amount")
    sign = "" if number & _POSITIVE else "-"
    return sign + plain_decimal(mantissa, exponent)


def plain_decimal(mantissa: int, exponent: int) -> str:
    """Return mantissa × 10^exponent without exponent notation and without zeros at the end of a fraction."""
    if exponent >= 0:
        return str(mantissa) + "0" * exponent
    digits = str(mantissa).rjust(1 - exponent, "0")
    fraction = digits[exponent:].rstrip("0")
    return digits[:exponent] + ("." + fraction if fraction else "")
