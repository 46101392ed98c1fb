"""Who has more and who has less after a transaction, read off its metadata; exact, pure.

Source: the `AffectedNodes` of validated transactions (XRPL documentation, "Transaction metadata"). The sender's XRP
includes the fee, as it does in a wallet's history.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext
from typing import Any

import msgspec

DROPS = Decimal(1_000_000)
DIGITS = 200
"""More than the difference of the largest and the smallest amount of the ledger has, so nothing is ever rounded."""


class Change(msgspec.Struct, frozen=True):
    """A change of one account's balance.

    Attributes:
        counterparty: The other end of the trust line, empty for XRP.
        currency: As the ledger writes it: three characters or 40 hexadecimal digits.
        value: What came, or went with a minus, as a plain decimal.
    """

    counterparty: str
    currency: str
    value: Decimal


def balance_changes(meta: Mapping[str, Any], *, native: str = "XRP") -> dict[str, list[Change]]:
    """Return the changes by account, XRP first, then by currency and counterparty.

    Args:
        meta: The metadata of a transaction.
        native: Code of the network's own asset.
    """
    changes: dict[str, list[Change]] = defaultdict(list)
    with localcontext() as context:
        context.prec = DIGITS
        for account, change in _changes(meta, native):
            if change.value:
                changes[account].append(change)
    return {
        account: sorted(own, key=lambda one: (one.counterparty != "", one.currency, one.counterparty))
        for account, own in sorted(changes.items())
    }


def plain(value: Decimal) -> str:
    """Return a decimal without an exponent and without zeros at its end."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def readable(currency: str) -> str:
    """Return a currency code for people: the ASCII text in 40 hexadecimal digits, where there is one."""
    if len(currency) != 40:
        return currency
    try:
        text = bytes.fromhex(currency).rstrip(b"\0").decode("ascii")
    except ValueError:
        return currency
    return text if text and text.isprintable() else currency


def _changes(meta: Mapping[str, Any], native: str) -> Iterator[tuple[str, Change]]:
    for node in meta.get("AffectedNodes", ()):
        ((kind, body),) = node.items()
        before, after = _balances(kind, body)
        if before is None or after is None:
            continue
        if body.get("LedgerEntryType") == "AccountRoot":
            account = _fields(body)["Account"]
            yield account, Change("", native, (Decimal(after) - Decimal(before)) / DROPS)
        elif body.get("LedgerEntryType") == "RippleState":
            fields = _fields(body)
            low, high = fields["LowLimit"]["issuer"], fields["HighLimit"]["issuer"]
            currency = after["currency"]
            # The balance is told from the low account's side.
            gained = Decimal(after["value"]) - Decimal(before["value"])
            yield low, Change(high, currency, gained)
            yield high, Change(low, currency, -gained)


def _balances(kind: str, body: Mapping[str, Any]) -> tuple[Any, Any]:
    fields = _fields(body)
    after = fields.get("Balance")
    if after is None:
        return None, None
    if kind == "CreatedNode":
        return (_nothing(after), after)
    before = body.get("PreviousFields", {}).get("Balance", after)
    return before, after


def _nothing(balance: Any) -> Any:
    return {**balance, "value": "0"} if isinstance(balance, Mapping) else "0"


def _fields(body: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = body.get("NewFields") or body.get("FinalFields") or {}
    return found
