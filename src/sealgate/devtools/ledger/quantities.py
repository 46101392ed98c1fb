"""How the ledger calculates with issued amounts: 16 decimal digits, exponents from -96 to 80.

Source: xrpl.org "Token Precision".
"""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Context, Decimal
from typing import Any, Final

from sealgate.ledger.amounts import encode_issued_value

ZERO: Final = Decimal(0)
_DIGITS: Final = 16
_SMALLEST: Final = Decimal("1e-81")
_NEAREST: Final = Context(prec=_DIGITS, rounding=ROUND_HALF_EVEN, Emin=-9999, Emax=9999)
_UP: Final = Context(prec=_DIGITS, rounding=ROUND_UP, Emin=-9999, Emax=9999)
_DOWN: Final = Context(prec=_DIGITS, rounding=ROUND_DOWN, Emin=-9999, Emax=9999)


def read_value(text: str) -> Decimal:
    """Return the number of an issued amount's `value`, which the codec has accepted."""
    return _flushed(_DOWN.create_decimal(text))


def write_value(value: Decimal) -> str:
    """Return the text of a number, without exponent notation.

    Raises:
        CodecError: larger than an issued amount can be.
    """
    if not value:
        return "0"
    text = format(value.normalize(_NEAREST), "f")
    encode_issued_value(text)
    return text


def add(left: Decimal, right: Decimal) -> Decimal:
    """Return the sum, rounded to the nearest."""
    return _flushed(_NEAREST.add(left, right))


def subtract(left: Decimal, right: Decimal) -> Decimal:
    """Return the difference, rounded to the nearest."""
    return _flushed(_NEAREST.subtract(left, right))


def with_fee(value: Decimal, rate: Decimal) -> Decimal:
    """Return what must come in for `value` to go out at a transfer rate of 1 or more; rounded up."""
    return _flushed(_UP.multiply(value, rate))


def without_fee(value: Decimal, rate: Decimal) -> Decimal:
    """Return what goes out of what comes in, at a transfer rate; rounded down."""
    return _flushed(_DOWN.divide(value, rate))


def _flushed(value: Decimal) -> Decimal:
    """Return zero for what is too small for the format, as the ledger does."""
    return ZERO if abs(value) < _SMALLEST else value


def is_issued(amount: Any) -> bool:
    """Return whether this is an amount of an issued currency, and not of drops."""
    return isinstance(amount, dict)
