"""One field of a transaction: what somebody typed as the value in JSON, and the way back. Pure.

Nothing is judged here: what cannot be understood goes into the JSON as it was typed, and the API's own checks say what
is wrong with it, at its place.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from sealgate.base.errors import SealgateError
from sealgate.console.builder.catalogue import Kind, Plan
from sealgate.web.strict_json import parse_json

LEDGER_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
MOST_MEMOS: Final = 10
DEEPEST: Final = 16

Parts = Mapping[str, tuple[str, ...]]
"""What was typed for one field, by the part of it; a field with a single input has the part ``. """

_WHOLE = re.compile(r"-?[0-9]{1,19}", re.ASCII)
_XRP = re.compile(r"(-?)([0-9]{1,30})(?:\.([0-9]{1,6})0*)?", re.ASCII)
_DROPS = re.compile(r"-?[0-9]{1,30}", re.ASCII)
_TOKEN = re.compile(r"[0-9A-Fa-f]{48}", re.ASCII)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+", re.ASCII)
_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?Z?", re.ASCII)
_LONGEST_SHOWN_MOMENT = 2**32


class NotShowable(Exception):
    """A value has no place in the form's inputs; it can only be written as JSON."""


class NotJson(Exception):
    """What was typed into a field that takes JSON is none; the text says where."""


def one(parts: Parts, name: str = "") -> str:
    """Return what was typed for a part, without blanks around it."""
    typed = parts.get(name, ())
    return typed[-1].strip() if typed else ""


def read(plan: Plan, parts: Parts) -> Any:
    """Return the JSON value of what was typed, None where nothing was.

    Raises:
        NotJson: the field takes JSON, and this is none.
    """
    return _READERS.get(plan.kind, _read_text)(plan, parts)


def show(plan: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    """Return what one would type for a JSON value.

    Raises:
        NotShowable: no input takes it.
    """
    try:
        return {name: typed for name, typed in _SHOWERS.get(plan.kind, _show_text)(plan, value).items() if any(typed)}
    except (AttributeError, TypeError, ValueError, KeyError, OverflowError):
        raise NotShowable(plan.name) from None


def json_of(text: str) -> Any:
    """Return the value of a JSON text that somebody typed.

    Raises:
        NotJson: it is none.
    """
    try:
        return parse_json(text.encode(), max_depth=DEEPEST)
    except SealgateError as problem:
        raise NotJson(problem.message.replace("The body", "This").replace(" in the body", "")) from None


def text_of(value: Any) -> str:
    """Return a JSON value as people read it."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()


# -- from what was typed --


def _read_text(_: Plan, parts: Parts) -> Any:
    return one(parts) or None


def _read_number(_: Plan, parts: Parts) -> Any:
    return _number(one(parts))


def _number(text: str) -> Any:
    return (int(text) if _WHOLE.fullmatch(text) else text) if text else None


def _read_amount(_: Plan, parts: Parts) -> Any:
    value, currency, issuer = one(parts, "value"), one(parts, "currency"), one(parts, "issuer")
    if not (value or issuer or currency not in ("", "XRP")):
        return None
    if _TOKEN.fullmatch(currency):
        return {"mpt_issuance_id": currency.upper(), "value": value}
    if issuer or currency not in ("", "XRP"):
        return {"currency": currency, "issuer": issuer, "value": value}
    return _drops(value)


def _drops(xrp: str) -> str:
    match = _XRP.fullmatch(xrp)
    if match is None:
        return xrp
    return f"{match[1]}{int(match[2] + (match[3] or '').ljust(6, '0'))}"


def _read_issue(_: Plan, parts: Parts) -> Any:
    currency, issuer = one(parts, "currency"), one(parts, "issuer")
    if not (currency or issuer):
        return None
    if _TOKEN.fullmatch(currency):
        return {"mpt_issuance_id": currency.upper()}
    return {"currency": currency, **({"issuer": issuer} if issuer else {})}


def _read_blob(_: Plan, parts: Parts) -> Any:
    text = one(parts)
    return _hex(text) if text and one(parts, "as") == "text" else text or None


def _read_flags(plan: Plan, parts: Parts) -> Any:
    ticked, more = parts.get("set", ()), one(parts, "more")
    if not ticked and not more:
        return None
    if more and not _WHOLE.fullmatch(more):
        return more
    bits = int(more or 0)
    for name in ticked:
        bits |= plan.names.get(name, 0)
    return bits


def _read_moment(_: Plan, parts: Parts) -> Any:
    text = one(parts)
    if match := _MOMENT.fullmatch(text):
        try:
            moment = datetime(*(int(part or 0) for part in match.groups()), tzinfo=UTC)  # type: ignore[misc, arg-type]
        except ValueError:
            return text
        return (moment - LEDGER_EPOCH) // timedelta(seconds=1)
    return _number(text)


def _read_hashes(_: Plan, parts: Parts) -> Any:
    return one(parts).split() or None


def _read_memos(_: Plan, parts: Parts) -> Any:
    memos = []
    for row in range(MOST_MEMOS):
        named = (("MemoData", f"{row}.text"), ("MemoType", f"{row}.type"), ("MemoFormat", f"{row}.format"))
        if memo := {name: _hex(text) for name, part in named if (text := one(parts, part))}:
            memos.append({"Memo": memo})
    return memos or None


def _hex(text: str) -> str:
    return text.replace("\r\n", "\n").encode().hex().upper()


def _read_json(_: Plan, parts: Parts) -> Any:
    return json_of(text) if (text := one(parts)) else None


_READERS: Final[Mapping[Kind, Callable[[Plan, Parts], Any]]] = {
    Kind.AMOUNT: _read_amount,
    Kind.ISSUE: _read_issue,
    Kind.BLOB: _read_blob,
    Kind.FLAGS: _read_flags,
    Kind.CHOICE: _read_number,
    Kind.NUMBER: _read_number,
    Kind.MOMENT: _read_moment,
    Kind.HASHES: _read_hashes,
    Kind.MEMOS: _read_memos,
    Kind.JSON: _read_json,
}

# -- and back --


def _show_text(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    return {"": (_as_text(value),)}


def _as_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _show_number(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    return {"": (str(value),)}


def _show_amount(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(value, str):
        if not _DROPS.fullmatch(value):
            raise ValueError
        sign, digits = ("-", value[1:]) if value.startswith("-") else ("", value)
        whole, fraction = digits[:-6] or "0", digits[-6:].rjust(6, "0").rstrip("0")
        return {"value": (f"{sign}{whole}.{fraction}" if fraction else f"{sign}{whole}",)}
    if "mpt_issuance_id" in value:
        return {"value": (_as_text(value["value"]),), "currency": (_as_text(value["mpt_issuance_id"]),)}
    return {name: (_as_text(value[name]),) for name in ("value", "currency", "issuer")}


def _show_issue(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    if "mpt_issuance_id" in value:
        return {"currency": (_as_text(value["mpt_issuance_id"]),)}
    return {name: (_as_text(value.get(name, "")),) for name in ("currency", "issuer")}


def _show_blob(plan: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    text = _readable(value) if plan.is_text else None
    return {"": (_as_text(value),), "as": ("hex",)} if text is None else {"": (text,), "as": ("text",)}


def _readable(value: Any) -> str | None:
    """Return the text in hex, None where it is no text that survives an input."""
    if not _HEX.fullmatch(value):
        return None
    try:
        text = bytes.fromhex(value).decode()
    except UnicodeDecodeError:
        return None
    return text if text.replace("\n", "").isprintable() and text == text.strip() else None


def _show_flags(plan: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, int):
        raise TypeError
    named = tuple(name for name, bit in plan.names.items() if value & bit)
    rest = value
    for name in named:
        rest &= ~plan.names[name]
    return {"set": named, "more": (str(rest) if rest or not named else "",)}


def _show_moment(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LONGEST_SHOWN_MOMENT:
        return {"": (str(value),)}
    return {"": (f"{LEDGER_EPOCH + timedelta(seconds=value):%Y-%m-%d %H:%M:%S}",)}


def _show_hashes(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    return {"": ("\n".join(value),)}


def _show_memos(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    parts: dict[str, tuple[str, ...]] = {}
    named = {"MemoData": "text", "MemoType": "type", "MemoFormat": "format"}
    for row, entry in enumerate(value):
        for name, hexed in entry["Memo"].items():
            text = _readable(hexed)
            if text is None or row >= MOST_MEMOS:
                raise ValueError
            parts[f"{row}.{named[name]}"] = (text,)
    return parts


def _show_json(_: Plan, value: Any) -> dict[str, tuple[str, ...]]:
    return {"": (text_of(value),)}


_SHOWERS: Final[Mapping[Kind, Callable[[Plan, Any], dict[str, tuple[str, ...]]]]] = {
    Kind.AMOUNT: _show_amount,
    Kind.ISSUE: _show_issue,
    Kind.BLOB: _show_blob,
    Kind.FLAGS: _show_flags,
    Kind.CHOICE: _show_number,
    Kind.NUMBER: _show_number,
    Kind.MOMENT: _show_moment,
    Kind.HASHES: _show_hashes,
    Kind.MEMOS: _show_memos,
    Kind.JSON: _show_json,
}
