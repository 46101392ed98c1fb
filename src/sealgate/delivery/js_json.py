"""JSON text as JavaScript writes it. Pure.

Receivers of the compat webhook check its signature over `JSON.stringify(JSON.parse(body))`, so the body must be what
comes out of that again, byte for byte (platform-api 19.3; ECMA-262, 25.5.2 and 6.1.6.1.20).
"""

import json
import math
import re
from json.encoder import encode_basestring
from typing import Any

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_INDEX = re.compile(r"0|[1-9][0-9]{0,9}")
_LARGEST_INDEX = 2**32 - 2


def canonical(text: str | bytes) -> str:
    """Return what JavaScript makes of a JSON text when it reads and writes it."""
    return stringify(parse(text))


def parse(text: str | bytes) -> Any:
    """Return the value of a JSON text, every number as JavaScript has it: a double."""
    return json.loads(text, parse_int=float, parse_float=float)


def stringify(value: Any) -> str:
    """Return the compact JSON text of a value of dicts, lists, strings, numbers, booleans and None."""
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{_string(key)}:{stringify(inner)}" for key, inner in _in_order(value)) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(stringify, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return number(float(value))


def number(value: float) -> str:
    """Return a number as `JSON.stringify` writes it: the shortest digits that read back as the same double."""
    if not math.isfinite(value):
        return "null"
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, power = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    # The value is 0.d₁d₂… × 10^point.
    digits, point = whole + fraction, len(whole) + int(power or 0)
    point -= len(digits) - len(digits.lstrip("0"))
    digits = digits.strip("0")
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"


def _string(text: str) -> str:
    # A pair of halves is one character here already, so what is left stands alone, and is escaped.
    return _LONE_SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", encode_basestring(text))


def _in_order(members: dict[str, Any]) -> list[tuple[str, Any]]:
    """Return the members as JavaScript lists them: array indices first, by number, then the others as they came."""
    indices = [key for key in members if _INDEX.fullmatch(key) and int(key) <= _LARGEST_INDEX]
    if not indices:
        return list(members.items())
    first = sorted(indices, key=int)
    return [(key, members[key]) for key in first] + [item for item in members.items() if item[0] not in set(indices)]
