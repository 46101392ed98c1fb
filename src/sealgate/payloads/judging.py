"""What a node's answer about a transaction is worth: does it fit what was signed? Pure.

A node may be behind, on another branch, or wrong. The signed transaction is known here, so an answer that cannot be
true of it is recognised; what can be true is believed when enough nodes say it (`looking`).
"""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

PARTIAL_PAYMENT = 0x0002_0000
_DELIVERING = frozenset({"Payment", "CheckCash", "AccountDelete"})
# A validated ledger holds nothing but what succeeded or failed at a cost.
_FINAL_RESULT = re.compile(r"te[sc][A-Z][A-Z0-9_]{1,48}")
# Issued amounts have 15 digits; what two programs make of the sixteenth may differ.
_TOLERANCE = Decimal("1e-12")
_MOST_DIGITS = 60


class Implausible(Exception):
    """The answer cannot be true of the transaction that was signed."""


class Sighting(msgspec.Struct, frozen=True):
    """A node has seen the transaction in a validated ledger.

    Attributes:
        delivered: As the ledger writes amounts; None where nothing was, or the node cannot say.
    """

    result: str
    ledger_index: int
    delivered: str | tuple[tuple[str, str], ...] | None

    @property
    def delivered_amount(self) -> str | dict[str, str] | None:
        """What was delivered, as JSON has it."""
        return dict(self.delivered) if isinstance(self.delivered, tuple) else self.delivered


def read_sighting(
    signed: Mapping[str, Any], txid: str, last_ledger: int | None, answer: Mapping[str, Any]
) -> Sighting | None:
    """Return what a node's answer to `tx` says, None where the transaction is in no validated ledger yet.

    Args:
        signed: The signed transaction, decoded.
        last_ledger: Its LastLedgerSequence.

    Raises:
        Implausible: it cannot be.
    """
    if answer.get("hash") != txid:
        raise Implausible("it answers with another transaction")
    if answer.get("validated") is not True:
        return None
    index, meta = answer.get("ledger_index"), answer.get("meta")
    if not isinstance(index, int) or isinstance(index, bool) or not 0 < index < 2**32:
        raise Implausible("a validated transaction without a ledger")
    if last_ledger is not None and index > last_ledger:
        raise Implausible(f"ledger {index} is behind the last one, {last_ledger}, that the transaction allows")
    result = meta.get("TransactionResult") if isinstance(meta, dict) else None
    if not isinstance(result, str) or not _FINAL_RESULT.fullmatch(result):
        raise Implausible("no validated ledger holds a transaction with such a result")
    assert isinstance(meta, dict)
    delivered = _delivered(signed, meta) if result == "tesSUCCESS" else None
    return Sighting(result, index, delivered)


def is_partial(signed: Mapping[str, Any]) -> bool:
    """Tell whether a payment may deliver less than its `Amount`."""
    flags = signed.get("Flags", 0)
    return isinstance(flags, int) and bool(flags & PARTIAL_PAYMENT)


def _delivered(signed: Mapping[str, Any], meta: Mapping[str, Any]) -> str | tuple[tuple[str, str], ...] | None:
    if signed.get("TransactionType") not in _DELIVERING:
        return None
    said = meta.get("delivered_amount", meta.get("DeliveredAmount"))
    if said is None or said == "unavailable":
        # Without the flag there is but one amount that it can be.
        said = signed.get("Amount") if signed.get("TransactionType") == "Payment" and not is_partial(signed) else None
    if said is None:
        return None
    kind, value = _read(said)
    if signed.get("TransactionType") == "Payment":
        asset, asked = _read(signed.get("Amount"))
        if kind != asset:
            raise Implausible("it delivered another asset than the one that was sent")
        slack = asked * _TOLERANCE
        if not 0 < value <= asked + slack or (not is_partial(signed) and value < asked - slack):
            raise Implausible("it delivered an amount that the transaction does not allow")
    return said if isinstance(said, str) else tuple(sorted(said.items()))


def _read(amount: Any) -> tuple[str, Decimal]:
    """Return which asset it is, and how much of it; the issuer is left out, a receiver may be paid through another."""
    try:
        if isinstance(amount, str) and len(amount) < _MOST_DIGITS and amount.isascii() and amount.isdigit():
            return "native", Decimal(amount)
        if isinstance(amount, dict) and all(isinstance(part, str) for part in amount.values()):
            text = amount["value"]
            value = Decimal(text) if len(text) < _MOST_DIGITS else Decimal("nan")
            if value.is_finite():
                if set(amount) == {"currency", "issuer", "value"}:
                    return _currency(amount["currency"]), value
                if set(amount) == {"mpt_issuance_id", "value"}:
                    return amount["mpt_issuance_id"].upper(), value
    except (KeyError, InvalidOperation):
        pass
    raise Implausible("it delivered what is no amount")


def _currency(code: str) -> str:
    """Return one spelling of a currency: three letters are short for a code of forty digits."""
    return code.upper() if len(code) == 40 else (b"\0" * 12 + code.encode()[:3] + b"\0" * 5).hex().upper()
