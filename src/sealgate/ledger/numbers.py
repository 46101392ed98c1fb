"""The Number type: a 64-bit mantissa and a 32-bit exponent. Source: rippled's `Number`, large mantissa range."""

from __future__ import annotations

import re
from typing import Any, Final

from sealgate.ledger.amounts import plain_decimal
from sealgate.ledger.errors import CodecError, UndecodableBlob

_MIN_MANTISSA: Final = 10**18
_MAX_MANTISSA: Final = 10**19 - 1
_MAX_INT64: Final = (1 << 63) - 1
_MIN_EXPONENT, _MAX_EXPONENT = -32_768, 32_768
_ZERO_EXPONENT: Final = -(1 << 31)
# Outside of these exponents rippled prints in scientific notation.
_LOWEST_PLAIN, _HIGHEST_PLAIN = -28, -8

_NUMBER = re.compile(r"([-+]?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,9}))?", re.ASCII)
_LONGEST = 256


def encode_number(value: Any) -> bytes:
    """Encode a decimal text (or a whole number), e.g. `"-1.5e10"`, rounded to what fits 63 bits.

    Raises:
        CodecError: not a decimal, or larger than the type can hold.
    """
    text = str(value) if value.__class__ is int else value
    match = _NUMBER.fullmatch(text) if isinstance(text, str) and len(text) <= _LONGEST else None
    if match is None:
        raise CodecError('a number is a decimal text, e.g. "12.5" or "1e6"')
    fraction = match[3] or ""
    mantissa, exponent = _normalized(int(match[2] + fraction), int(match[4] or 0) - len(fraction))
    if match[1] == "-":
        mantissa = -mantissa
    return mantissa.to_bytes(8, "big", signed=True) + exponent.to_bytes(4, "big", signed=True)


def _normalized(mantissa: int, exponent: int) -> tuple[int, int]:
    """Bring the mantissa into the ledger's range. A cut-off digit of 5 or more rounds up."""
    if mantissa == 0:
        return 0, _ZERO_EXPONENT
    while mantissa < _MIN_MANTISSA and exponent > _MIN_EXPONENT:
        mantissa *= 10
        exponent -= 1
    cut = 0
    while mantissa > _MAX_MANTISSA:
        mantissa, exponent, cut = _shortened(mantissa, exponent)
    if exponent < _MIN_EXPONENT or mantissa < _MIN_MANTISSA:
        return 0, _ZERO_EXPONENT
    if mantissa > _MAX_INT64:
        mantissa, exponent, cut = _shortened(mantissa, exponent)
    if cut >= 5:
        mantissa += 1
        if mantissa > _MAX_INT64:
            cut = mantissa % 10
            mantissa, exponent = mantissa // 10 + (cut >= 5), exponent + 1
    if exponent > _MAX_EXPONENT:
        raise CodecError("larger than a number can be")
    return mantissa, exponent


def _shortened(mantissa: int, exponent: int) -> tuple[int, int, int]:
    if exponent >= _MAX_EXPONENT:
        raise CodecError("larger than a number can be")
    return mantissa // 10, exponent + 1, mantissa % 10


def decode_number(data: bytes) -> str:
    """Return the decimal text that rippled prints for these 12 bytes.

    Raises:
        UndecodableBlob: not the canonical form of its value.
    """
    text = _text(int.from_bytes(data[:8], "big", signed=True), int.from_bytes(data[8:], "big", signed=True))
    try:
        canonical = encode_number(text)
    except CodecError:
        raise UndecodableBlob("a number beyond what the ledger knows") from None
    if canonical != data:
        raise UndecodableBlob("not the canonical form of a number")
    return text


def _text(mantissa: int, exponent: int) -> str:
    if mantissa == 0:
        return "0"
    sign, mantissa = ("-" if mantissa < 0 else ""), abs(mantissa)
    # A mantissa above 2⁶³ loses its last digit on the way in.
    if mantissa < _MIN_MANTISSA:
        mantissa, exponent = mantissa * 10, exponent - 1
    if exponent == 0:
        return f"{sign}{mantissa}"
    if _LOWEST_PLAIN <= exponent <= _HIGHEST_PLAIN:
        return sign + plain_decimal(mantissa, exponent)
    while mantissa % 10 == 0 and exponent < _MAX_EXPONENT:
        mantissa, exponent = mantissa // 10, exponent + 1
    return f"{sign}{mantissa}e{exponent}"
