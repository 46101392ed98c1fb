"""What a request asks for, in words for the person in front of the sign page. Pure.

The page is a preview: the wallet shows the whole transaction before anything is signed. Every value here came
from a developer, so everything is cut to a bounded length and number, and control characters are dropped.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

MAX_DETAILS = 8
MAX_TEXT = 140
_DROPS_PER_UNIT = 1_000_000

_ASKS = {
    "SignIn": "asks you to sign in",
    "Payment": "asks you to send a payment",
    "TrustSet": "asks you to set a trust line",
    "OfferCreate": "asks you to place an offer",
    "OfferCancel": "asks you to cancel an offer",
    "AccountSet": "asks you to change account settings",
    "AccountDelete": "asks you to delete an account",
    "SetRegularKey": "asks you to change an account's regular key",
    "SignerListSet": "asks you to change who may sign for an account",
    "EscrowCreate": "asks you to put money into escrow",
    "EscrowFinish": "asks you to release an escrow",
    "EscrowCancel": "asks you to cancel an escrow",
    "CheckCreate": "asks you to write a check",
    "CheckCash": "asks you to cash a check",
    "CheckCancel": "asks you to cancel a check",
    "NFTokenMint": "asks you to mint an NFT",
    "NFTokenBurn": "asks you to burn an NFT",
    "NFTokenCreateOffer": "asks you to offer or bid for an NFT",
    "NFTokenAcceptOffer": "asks you to accept an NFT offer",
    "NFTokenCancelOffer": "asks you to cancel an NFT offer",
    "PaymentChannelAuthorize": "asks you to authorize a payment channel claim",
}
_LABELS = {"Destination": "To", "DestinationTag": "Destination tag", "Account": "From", "LimitAmount": "Limit",
           "TakerPays": "You receive", "TakerGets": "You give", "NFTokenID": "NFT"}  # fmt: skip
# Said elsewhere on the page, or of interest to machines only.
_UNSAID = frozenset({
    "TransactionType", "Memos", "Flags", "Fee", "Sequence", "SigningPubKey", "TxnSignature", "Signers", "SourceTag",
    "LastLedgerSequence", "NetworkID", "AccountTxnID", "TicketSequence", "OperationLimit", "Paths",
})  # fmt: skip
_NATIVE_AMOUNTS = frozenset({
    "Amount", "SendMax", "DeliverMin", "DeliverMax", "LimitAmount", "TakerPays", "TakerGets", "Balance",
    "NFTokenBrokerFee", "Bid", "Ask", "BidMin", "BidMax", "Amount2", "EPrice", "LPTokenIn", "LPTokenOut",
})  # fmt: skip
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_CURRENCY_HEX = re.compile(r"[0-9A-Fa-f]{40}")


class Detail(msgspec.Struct, frozen=True):
    """One line of the request: a label and its value, both plain text."""

    label: str
    value: str


class Wording(msgspec.Struct, frozen=True):
    """A request in words. `asks` completes a sentence that begins with the app's name."""

    asks: str
    details: tuple[Detail, ...]
    more: int = 0
    """Fields that are not among `details`."""


def word_request(transaction: Mapping[str, Any], tx_type: str, *, native: str = "XRP") -> Wording:
    """Put a transaction template into words.

    Args:
        transaction: The template as the developer sent it; fields of any type and length.
        tx_type: Its transaction type, or a pseudo type such as `SignIn`.
        native: Name of the network's own currency, in which plain amounts count millionths.
    """
    asks = _ASKS.get(tx_type) or f"asks you to sign a transaction ({plain(tx_type, 40)})"
    if tx_type == "SignIn":
        return Wording(asks, ())
    details = list(_details(transaction, native))
    return Wording(asks, tuple(details[:MAX_DETAILS]), more=max(0, len(details) - MAX_DETAILS))


def native_currency(force_network: str | None) -> str:
    """Return the name of a network's own currency, by the network's key; XRP where none is given."""
    return "XAH" if force_network is not None and force_network.upper().startswith("XAHAU") else "XRP"


def plain(text: str, limit: int = MAX_TEXT) -> str:
    """Return `text` in one line without control or direction-changing characters, cut to `limit` characters."""
    # Four times the limit is enough to look at, whatever whitespace collapses.
    visible = "".join(" " if unicodedata.category(char).startswith(("C", "Z")) else char for char in text[: limit * 4])
    words = " ".join(visible.split())
    return words if len(words) <= limit else words[: limit - 1] + "…"


def _details(transaction: Mapping[str, Any], native: str) -> Iterator[Detail]:
    for field, value in transaction.items():
        if field in _UNSAID or value is None or value == "":
            continue
        label = _LABELS.get(field) or plain(_CAMEL.sub(" ", field[:64]).capitalize(), 40)
        yield Detail(label, _value(field, value, native))


def _value(field: str, value: Any, native: str) -> str:
    if isinstance(value, str):
        if field in _NATIVE_AMOUNTS and value.isascii() and value.isdigit() and len(value) <= 20:
            return f"{_units(int(value))} {native}"
        return plain(value)
    if isinstance(value, dict):
        return _issued(value) or f"{len(value)} fields"
    if isinstance(value, list):
        return f"{len(value)} {'entry' if len(value) == 1 else 'entries'}"
    return plain(str(value))


def _issued(amount: Mapping[str, Any]) -> str | None:
    """Return an issued-currency or token amount in words, None for any other object."""
    value = amount.get("value")
    if not isinstance(value, str):
        return None
    if isinstance(name := amount.get("currency"), str):
        issuer = amount.get("issuer")
        return plain(f"{value} {_currency(name)}" + (f" issued by {issuer}" if isinstance(issuer, str) else ""))
    token = amount.get("mpt_issuance_id")
    return plain(f"{value} of token {token}") if isinstance(token, str) else None


def _currency(name: str) -> str:
    """Return a currency code as people know it: 40 hex characters that are ASCII text read as that text."""
    if not _CURRENCY_HEX.fullmatch(name):
        return plain(name, 20)
    raw = bytes.fromhex(name).rstrip(b"\0")
    if raw and all(32 < byte < 127 for byte in raw):
        return raw.decode("ascii")
    return name[:8] + "…"


def _units(drops: int) -> str:
    whole, rest = divmod(drops, _DROPS_PER_UNIT)
    return f"{whole:,}" + (f".{rest:06}".rstrip("0") if rest else "")
