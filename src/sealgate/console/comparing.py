"""What was asked for beside what was signed, field by field, with values as people read them. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from sealgate.ledger.codec import decode
from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.networks import find_network
from sealgate.ledger.transactions import CHANNEL_AUTHORIZE, SIGNATURE_FIELDS, differences
from sealgate.payloads.model import Payload
from sealgate.payloads.template import definitions_for

Mark = Literal[
    "same", "asked", "added_by_wallet", "replaced_by_wallet", "not_signed", "not_allowed_addition", "changed", "missing"
]
WORDS: Mapping[Mark, str] = {
    "same": "",
    "asked": "",
    "added_by_wallet": "added by the wallet",
    "replaced_by_wallet": "filled in by the wallet",
    "not_signed": "not part of the transaction",
    "not_allowed_addition": "added",
    "changed": "changed",
    "missing": "missing",
}
DROPS_PER_UNIT = 1_000_000
_DIGITS = re.compile(r"[0-9]{1,20}")
_CURRENCY_HEX = re.compile(r"[0-9A-Fa-f]{40}")


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One field.

    Attributes:
        requested, signed: The values in words, None where the field is absent.
        mark: What the wallet made of it; `asked` where nothing was signed.
    """

    field: str
    requested: str | None = None
    signed: str | None = None
    mark: Mark = "same"

    @property
    def word(self) -> str:
        """The mark as people read it."""
        return WORDS[self.mark]


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """A request beside its answer.

    Attributes:
        has_signed: Whether there is a signed transaction to compare with.
        note: Why there is none, or why it cannot be shown.
    """

    lines: tuple[Line, ...]
    has_signed: bool
    note: str = ""

    @property
    def differing(self) -> int:
        """How many fields differ, in whatever way."""
        return sum(1 for line in self.lines if line.word)


def compare(payload: Payload) -> Comparison:
    """Return a request's fields beside those that were signed; of the largest blob it takes milliseconds."""
    terms, outcome = payload.terms, payload.outcome
    requested: Mapping[str, Any] = msgspec.json.decode(terms.request_json)
    definitions = definitions_for(terms.tx_type, terms.force_network)
    native = _native(payload)
    signed_hex = outcome.hex if outcome is not None and outcome.signed else None
    if signed_hex is None:
        return Comparison(lines=_asked(requested, definitions, native), has_signed=False)
    if terms.tx_type == CHANNEL_AUTHORIZE:
        note = "A claim's signature covers the channel and the amount; there is no transaction."
        return Comparison(lines=_asked(requested, definitions, native), has_signed=False, note=note)
    try:
        signed = decode(bytes.fromhex(signed_hex), definitions=definitions)
        found = differences(
            requested,
            signed,
            pathfinding=terms.pathfinding,
            multisign=terms.multisign,
            transaction_type=terms.tx_type,
            definitions=definitions,
        )
    except (LedgerError, ValueError) as problem:
        note = f"The signed blob cannot be shown: {problem}."
        return Comparison(lines=_asked(requested, definitions, native), has_signed=False, note=note)
    marks: dict[str, Mark] = {difference.field: difference.kind for difference in found}
    names = [*requested, *(name for name in signed if name not in requested and name not in SIGNATURE_FIELDS)]
    lines = tuple(
        Line(
            field=name,
            requested=in_words(name, requested[name], definitions, native) if name in requested else None,
            signed=in_words(name, signed[name], definitions, native) if name in signed else None,
            mark=marks.get(name, "same"),
        )
        for name in names
        if name in signed or name in marks or name in definitions.fields
    )
    return Comparison(lines=lines, has_signed=True)


def in_words(field: str, value: Any, definitions: Definitions | None = None, native: str = "XRP") -> str:
    """Return a field's value as people read it: amounts in units, what has parts as indented JSON."""
    known = (definitions or load_definitions()).fields.get(field)
    if known is not None and known.type == "Amount":
        amount = _amount(value, native)
        if amount is not None:
            return amount
    if isinstance(value, str):
        return value
    if isinstance(value, (dict, list)):
        return msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    return msgspec.json.encode(value).decode()


def _amount(value: Any, native: str) -> str | None:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if isinstance(value, str):
        if not _DIGITS.fullmatch(value):
            return None
        whole, rest = divmod(int(value), DROPS_PER_UNIT)
        units = f"{whole:,}" + (f".{rest:06}".rstrip("0") if rest else "")
        return f"{units} {native} ({int(value):,} drops)"
    if not isinstance(value, dict) or not isinstance(value.get("value"), str):
        return None
    if isinstance(currency := value.get("currency"), str):
        issuer = value.get("issuer")
        return f"{value['value']} {_currency(currency)}" + (f" issued by {issuer}" if isinstance(issuer, str) else "")
    token = value.get("mpt_issuance_id")
    return f"{value['value']} of token {token}" if isinstance(token, str) else None


def _currency(code: str) -> str:
    if not _CURRENCY_HEX.fullmatch(code):
        return code
    raw = bytes.fromhex(code).rstrip(b"\0")
    if raw and all(32 < byte < 127 for byte in raw):
        return f"{raw.decode('ascii')} ({code})"
    return code


def _asked(requested: Mapping[str, Any], definitions: Definitions, native: str) -> tuple[Line, ...]:
    return tuple(
        Line(field=name, requested=in_words(name, value, definitions, native), mark="asked")
        for name, value in requested.items()
    )


def _native(payload: Payload) -> str:
    told = payload.outcome.environment_nodetype if payload.outcome is not None else None
    network = find_network(payload.terms.force_network or told or "")
    return network.native_asset if network is not None else "XRP"
