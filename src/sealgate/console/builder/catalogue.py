"""What the builder knows of transactions: the types to choose from, and how each of their fields is filled in. Pure.

Everything comes from the definitions file; only what people usually start with is listed here.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Final

import msgspec

from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.flags import ACCOUNT_FLAGS, TRANSACTION_FLAGS
from sealgate.ledger.pseudo import CHANNEL_AUTHORIZE, COMMON_FIELDS, SIGN_IN
from sealgate.ledger.templates import VALIDATOR_TYPES
from sealgate.payloads.template import definitions_for

COMMON_TYPES: Final = (SIGN_IN, "Payment", "TrustSet", "OfferCreate", "NFTokenMint", "AccountSet", "EscrowCreate")
MOST_TYPE_CHARS: Final = 64

_USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    SIGN_IN: (),
    CHANNEL_AUTHORIZE: ("Channel", "Amount"),
    "Payment": ("Destination", "Amount", "DestinationTag"),
    "TrustSet": ("LimitAmount", "Flags"),
    "OfferCreate": ("TakerPays", "TakerGets", "Flags"),
    "NFTokenMint": ("NFTokenTaxon", "URI", "TransferFee", "Flags"),
    "NFTokenCreateOffer": ("NFTokenID", "Amount", "Destination", "Owner", "Flags"),
    "NFTokenAcceptOffer": ("NFTokenSellOffer", "NFTokenBuyOffer"),
    "AccountSet": ("SetFlag", "ClearFlag", "Domain"),
    "EscrowCreate": ("Destination", "Amount", "FinishAfter", "CancelAfter", "Condition"),
    "CheckCash": ("CheckID", "Amount"),
    "SignerListSet": ("SignerQuorum", "SignerEntries"),
    "SetRegularKey": ("RegularKey",),
    "DepositPreauth": ("Authorize",),
    "DIDSet": ("URI", "DIDDocument"),
    "PaymentChannelClaim": ("Channel", "Amount", "Balance", "Flags"),
    "MPTokenIssuanceCreate": ("AssetScale", "MaximumAmount", "MPTokenMetadata", "Flags"),
    # Xahau's file lists no formats.
    "ClaimReward": ("Issuer", "Flags"),
    "CronSet": ("StartTime", "DelaySeconds", "RepeatCount"),
    "Import": ("Issuer", "Blob"),
    "Invoke": ("Destination", "Blob"),
    "Remit": ("Destination", "Amounts"),
    "SetHook": ("Hooks",),
    "SetRemarks": ("ObjectID", "Remarks"),
    "URITokenBurn": ("URITokenID",),
    "URITokenBuy": ("URITokenID", "Amount"),
    "URITokenCancelSellOffer": ("URITokenID",),
    "URITokenCreateSellOffer": ("URITokenID", "Amount", "Destination"),
    "URITokenMint": ("URI", "Digest", "Flags"),
}
_WALLETS_PART: Final = frozenset({"TransactionType", "SigningPubKey", "TxnSignature", "Signers", "SponsorSignature"})
_MOMENTS: Final = frozenset({"Expiration", "CancelAfter", "FinishAfter", "StartTime"})
_TEXTS: Final = frozenset({
    "URI", "Domain", "Data", "DIDDocument", "CredentialType", "Provider", "AssetClass", "MPTokenMetadata",
})  # fmt: skip
_HASH_DIGITS: Final = {"Hash128": 32, "Hash160": 40, "Hash192": 48, "Hash256": 64}
_EXAMPLES: Final[Mapping[str, str]] = {
    "SignerEntries": '[{"SignerEntry": {"Account": "r…", "SignerWeight": 1}}]',
    "Paths": '[[{"currency": "USD", "issuer": "r…"}]]',
    "AuthorizeCredentials": '[{"Credential": {"Issuer": "r…", "CredentialType": "4B5943"}}]',
    "AcceptedCredentials": '[{"Credential": {"Issuer": "r…", "CredentialType": "4B5943"}}]',
    "Hooks": '[{"Hook": {"CreateCode": "", "Flags": 1}}]',
    "Amounts": '[{"AmountEntry": {"Amount": "1000000"}}]',
    "Permissions": '[{"Permission": {"PermissionValue": "Payment"}}]',
    "AuthAccounts": '[{"AuthAccount": {"Account": "r…"}}]',
}


class Kind(StrEnum):
    """How a field is filled in."""

    AMOUNT = "amount"
    DROPS = "drops"
    ACCOUNT = "account"
    HASH = "hash"
    HASHES = "hashes"
    BLOB = "blob"
    FLAGS = "flags"
    CHOICE = "choice"
    NUMBER = "number"
    MOMENT = "moment"
    MEMOS = "memos"
    ISSUE = "issue"
    TEXT = "text"
    JSON = "json"


class Plan(msgspec.Struct, frozen=True):
    """How one field of a transaction is filled in.

    Attributes:
        hint: What goes in, in a few words.
        required: Whether the ledger wants it in every transaction of this type.
        names: Bits by name (flags) or numbers by name (a choice).
        is_text: Of a blob: people usually write text, not hex.
    """

    name: str
    kind: Kind
    hint: str = ""
    required: bool = False
    names: Mapping[str, int] = {}
    is_text: bool = False


class Group(msgspec.Struct, frozen=True):
    """Transaction types under one heading."""

    label: str
    types: tuple[str, ...]


@lru_cache(maxsize=1)
def groups() -> tuple[Group, ...]:
    """Return every type an account can be asked to sign, the common ones first."""
    xrpl, xahau = load_definitions(), load_definitions("xahau")
    left_out = {*COMMON_TYPES, *VALIDATOR_TYPES}
    ours = [*(name for name in xrpl.transaction_types if name not in left_out), CHANNEL_AUTHORIZE]
    others = (name for name in xahau.transaction_types if name not in left_out and name not in xrpl.transaction_types)
    return (
        Group("Common", COMMON_TYPES),
        Group("All of the XRP Ledger", tuple(sorted(ours, key=str.lower))),
        Group("Of Xahau alone", tuple(sorted(others, key=str.lower))),
    )


def is_known(tx_type: str) -> bool:
    """Tell whether the builder has a form for a type."""
    return any(tx_type in group.types for group in groups())


def usual_fields(tx_type: str) -> tuple[str, ...]:
    """Return the fields the form of a type begins with: what it must have, and what people mostly want."""
    required = tuple(name for name, needed in _definitions(tx_type).layouts.get(tx_type, {}).items() if needed)
    usual = _USUAL.get(tx_type, ())
    return (*usual, *(name for name in required if name not in usual))


def fields_of(tx_type: str) -> tuple[str, ...]:
    """Return every field the form of a type may show, by name; what wallets fill in at the end."""
    definitions = _definitions(tx_type)
    if tx_type == SIGN_IN:
        own: Iterable[str] = ("Account", "Memos")
    elif tx_type == CHANNEL_AUTHORIZE:
        own = _USUAL[tx_type]
    elif tx_type in definitions.formats:
        own = definitions.formats[tx_type]
    else:
        own = (name for name, field in definitions.fields.items() if field.is_signing)
    known = {name for name in own if name in definitions.fields} - _WALLETS_PART
    return tuple(sorted(known, key=lambda name: (name in COMMON_FIELDS, name.lower())))


def plan_of(tx_type: str, name: str) -> Plan | None:
    """Return how a field is filled in, None where no network has it."""
    definitions = _definitions(tx_type)
    field = definitions.fields.get(name)
    if field is None or name in _WALLETS_PART:
        return None
    required = definitions.layouts.get(tx_type, {}).get(name, False) or tx_type == CHANNEL_AUTHORIZE
    kind, hint, names = _way(tx_type, name, field.type)
    return Plan(name, kind, hint, required, names, is_text=name in _TEXTS)


def _definitions(tx_type: str) -> Definitions:
    return definitions_for(tx_type, None)


def _way(tx_type: str, name: str, stored: str) -> tuple[Kind, str, Mapping[str, int]]:
    if name == "Flags":
        return Kind.FLAGS, "", TRANSACTION_FLAGS.get(tx_type, {})
    if name in ("SetFlag", "ClearFlag") and tx_type == "AccountSet":
        return Kind.CHOICE, "", ACCOUNT_FLAGS
    if name == "Memos":
        return Kind.MEMOS, "Public and for ever: no secrets, no personal data.", {}
    if name in _MOMENTS:
        return Kind.MOMENT, "UTC, as 2030-12-31 18:00; or seconds since 2000, as the ledger counts.", {}
    if stored == "Amount":
        if name == "Fee" or tx_type == CHANNEL_AUTHORIZE:
            return Kind.DROPS, "In drops: 1 XRP is 1,000,000 drops.", {}
        return Kind.AMOUNT, "", {}
    if stored in _HASH_DIGITS:
        return Kind.HASH, f"{_HASH_DIGITS[stored]} hex characters.", {}
    if stored in _SIMPLE:
        return *_SIMPLE[stored], {}
    example = _EXAMPLES.get(name)
    return Kind.JSON, f"JSON, such as {example}" if example else "JSON.", {}


_WHOLE: Final = (Kind.NUMBER, "A whole number.")
_SIMPLE: Final[Mapping[str, tuple[Kind, str]]] = {
    "AccountID": (Kind.ACCOUNT, "An account: r…"),
    "Blob": (Kind.BLOB, ""),
    "Vector256": (Kind.HASHES, "64 hex characters a line."),
    "Issue": (Kind.ISSUE, ""),
    "UInt8": _WHOLE,
    "UInt16": _WHOLE,
    "UInt32": _WHOLE,
    "Int32": _WHOLE,
    "UInt64": (Kind.TEXT, "A number, as text."),
    "Number": (Kind.TEXT, "A number, as text."),
    "Currency": (Kind.TEXT, "Three letters, or 40 hex characters."),
}
