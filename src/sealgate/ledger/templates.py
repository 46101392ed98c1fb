"""Transaction templates as developers send them: put right what is obvious, and warn of what will surprise.

Source: spec/platform-api.md 4.5; spec/wallet-api.md 10.2; design 4.19.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final

from sealgate.ledger.amounts import MAX_DROPS
from sealgate.ledger.codec import TemplateReport, check_template
from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.pseudo import CHANNEL_AUTHORIZE, COMMON_FIELDS, PSEUDO_TYPES, SIGN_IN, SIGN_IN_MARKER

# What AccountDelete costs: the owner reserve the network had when the rule was made.
ACCOUNT_DELETE_FEE: Final = "5000000"
# Wallets of the field refuse to sign above it.
HIGH_FEE_DROPS: Final = 100_000
# These cost an owner reserve, so a high fee is right.
_COSTLY_TYPES: Final = frozenset({"AccountDelete", "AMMCreate", "LedgerStateFix", "VaultCreate"})
_DROPS_PER_XRP: Final = 10**6
_DEEPEST: Final = 32

# Only validators put these into a ledger.
VALIDATOR_TYPES: Final = frozenset(
    {"EnableAmendment", "SetFee", "UNLModify", "EmitFailure", "UNLReport", "Cron", "GenesisMint"}
)


@dataclass(frozen=True, slots=True)
class TemplateWarning:
    """Something that passes but may surprise the developer.

    Attributes:
        code: A stable word.
        text: What and why, for people.
        pointer: JSON pointer into the template.
    """

    code: str
    text: str
    pointer: str


def normalise_template(tx_json: Mapping[str, Any], definitions: Definitions | None = None) -> dict[str, Any]:
    """Return a copy in the form that wallets and codecs expect. Never fails: what is odd stays for the codec to refuse.

    - members that are null go (a null makes the wallet's digest unverifiable)
    - numbers in amounts become texts: `Fee: 12`, `Amount: 1000`, `Amount.value: 12.5`
    - `{currency: "XRP", value: "1.5", issuer: ""}` becomes drops, `"1500000"`
    - `AccountDelete` without `Fee` gets 5 XRP
    - a Payment's `DeliverMax` (the name in newer node APIs) becomes `Amount` where that is missing
    """
    fields = (definitions or load_definitions()).fields
    template: dict[str, Any] = {}
    for name, value in tx_json.items():
        if value is not None:
            field = fields.get(name)
            value = _without_nulls(value, 0)
            template[name] = _normal_amount(value) if field is not None and field.type == "Amount" else value
    type_name = template.get("TransactionType")
    if type_name == "AccountDelete":
        template.setdefault("Fee", ACCOUNT_DELETE_FEE)
    if type_name == "Payment" and "DeliverMax" in template and "Amount" not in template:
        template["Amount"] = _normal_amount(template.pop("DeliverMax"))
    return template


def _without_nulls(value: Any, depth: int) -> Any:
    if depth < _DEEPEST:
        if isinstance(value, dict):
            return {name: _without_nulls(member, depth + 1) for name, member in value.items() if member is not None}
        if isinstance(value, list):
            return [_without_nulls(member, depth + 1) for member in value]
    return value


def _normal_amount(value: Any) -> Any:
    if not isinstance(value, dict):
        return _decimal_text(value)
    if "value" in value:
        value = {**value, "value": _decimal_text(value["value"])}
    if value.get("currency") == "XRP" and not value.get("issuer") and isinstance(value.get("value"), str):
        return _drops_of(value["value"]) or value
    return value


def _decimal_text(value: Any) -> Any:
    """Write a JSON number without exponent; leave everything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        return value
    text = format(Decimal(repr(value)) if isinstance(value, float) else value, "f" if isinstance(value, float) else "d")
    return text.removesuffix(".0")


def _drops_of(xrp: str) -> str | None:
    """Return the drops of a decimal text in XRP, or None if it is none or not a whole number of drops."""
    whole, _, fraction = xrp.partition(".")
    fraction = fraction.rstrip("0")
    digits = whole + fraction.ljust(6, "0")
    if len(fraction) > 6 or len(digits) > 18 or not (digits.isascii() and digits.isdigit()) or not whole:
        return None
    drops = int(digits)
    return str(drops) if drops <= MAX_DROPS else None


def template_warnings(
    tx_json: Mapping[str, Any], definitions: Definitions | None = None, report: TemplateReport | None = None
) -> list[TemplateWarning]:
    """Return what the developer should know about a template that is accepted.

    Args:
        report: What `check_template` said, if the caller has asked already.

    Raises:
        UnencodableField: only without a report, as `check_template`.
    """
    definitions = definitions or load_definitions()
    report = report or check_template(tx_json, definitions)
    type_name = report.transaction_type or (SIGN_IN if tx_json.get(SIGN_IN_MARKER) is True else "")
    warnings = []
    if report.is_unknown_type:
        text = f"This network's definitions do not list {type_name}: only a wallet that knows it can sign it."
        warnings.append(TemplateWarning("unknown_transaction_type", text, "/TransactionType"))
    if type_name in VALIDATOR_TYPES:
        text = f"{type_name} is made by validators: no account can submit it."
        warnings.append(TemplateWarning("validators_only", text, "/TransactionType"))
    what = "kept, but not checked" if report.is_unknown_type else "not signed"
    for pointer in report.unknown_fields:
        text = f"This network has no field of this name: it is {what}."
        warnings.append(TemplateWarning("unknown_field", text, pointer))
    warnings += _misplaced_fields(tx_json, type_name, definitions)
    if type_name not in PSEUDO_TYPES:
        warnings += _fee_and_sequence(tx_json, type_name)
    return warnings


def _misplaced_fields(tx_json: Mapping[str, Any], type_name: str, definitions: Definitions) -> list[TemplateWarning]:
    names = {name for name, value in tx_json.items() if value is not None and name in definitions.fields}
    names.discard("TransactionType")
    if type_name == SIGN_IN:
        code, own, text = (
            "not_in_sign_in",
            COMMON_FIELDS,
            "A SignIn carries common fields only: this one is not signed.",
        )
    elif type_name == CHANNEL_AUTHORIZE:
        own = frozenset({"Channel", "Amount"})
        code, text = "not_in_claim", "A claim covers Channel and Amount only: this field is not signed."
    elif type_name in definitions.formats:
        own, code = definitions.formats[type_name], "field_not_of_type"
        text = f"{type_name} has no such field: the network will refuse it, and wallets may leave it out."
    else:
        return []
    return [TemplateWarning(code, text, f"/{name}") for name in sorted(names - own)]


def _fee_and_sequence(tx_json: Mapping[str, Any], type_name: str) -> list[TemplateWarning]:
    warnings = []
    fee = str(tx_json.get("Fee", ""))
    if (
        fee.isascii()
        and fee.isdigit()
        and len(fee) < 20
        and type_name not in _COSTLY_TYPES
        and int(fee) > HIGH_FEE_DROPS
    ):
        text = f"A fee of {fee} drops is above 0.1 of the native asset: wallets refuse that."
        warnings.append(TemplateWarning("fee_high", text, "/Fee"))
    if tx_json.get("TicketSequence") is not None and str(tx_json.get("Sequence")) != "0":
        text = "With a ticket Sequence must be 0: set it, or wallets fill in the account's next one."
        warnings.append(TemplateWarning("ticket_needs_sequence_0", text, "/Sequence"))
    return warnings
