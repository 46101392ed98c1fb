"""The network's definitions: which fields, types and transactions there are, and their codes.

In the form of the `server_definitions` answer of rippled and xahaud, so an operator can replace a packaged file
with what a node says. See `data/README.md` for where the packaged ones come from.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from sealgate.ledger.errors import InvalidDefinitions

NETWORKS: Final = ("xrpl", "xahau")
_DATA: Final = Path(__file__).with_name("data")

# Permissions narrower than a transaction type (XLS-75); `server_definitions` does not carry their codes.
_GRANULAR_PERMISSIONS: Final = (
    "TrustlineAuthorize",
    "TrustlineFreeze",
    "TrustlineUnfreeze",
    "AccountDomainSet",
    "AccountEmailHashSet",
    "AccountMessageKeySet",
    "AccountTransferRateSet",
    "AccountTickSizeSet",
    "PaymentMint",
    "PaymentBurn",
    "MPTokenIssuanceLock",
    "MPTokenIssuanceUnlock",
)
_FIRST_GRANULAR_PERMISSION: Final = 65_537


@dataclass(frozen=True, slots=True)
class Field:
    """One serialised field.

    Attributes:
        ordinal: Type code × 65536 + field code, the canonical sort key.
        header: The one to three bytes in front of the value.
        is_signing: Whether a signature covers it.
    """

    name: str
    type: str
    type_code: int
    code: int
    ordinal: int
    header: bytes
    is_length_prefixed: bool
    is_signing: bool


@dataclass(frozen=True, slots=True, eq=False)
class Definitions:
    """What one network calls things.

    Attributes:
        fields: Serialised fields by name.
        fields_by_ordinal: The same by (type code × 65536 + field code).
        bare_fields: Names the network knows but never serialises (`hash`, `index`, …).
        enums: For each field whose number has a name (`TransactionType`, …): name → code.
        enum_names: The same, code → name.
        formats: The fields each transaction type may carry, common ones included; empty if the file has none.
        layouts: The fields that are a type's own, in the file's order, and whether it must have them; empty likewise.
    """

    fields: Mapping[str, Field]
    fields_by_ordinal: Mapping[int, Field]
    bare_fields: frozenset[str]
    type_codes: Mapping[str, int]
    enums: Mapping[str, Mapping[str, int]]
    enum_names: Mapping[str, Mapping[int, str]]
    formats: Mapping[str, frozenset[str]] = field(default_factory=dict)
    layouts: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)

    @property
    def transaction_types(self) -> Mapping[str, int]:
        """Codes of the transaction types by name."""
        return self.enums["TransactionType"]

    @property
    def transaction_names(self) -> Mapping[int, str]:
        """Names of the transaction types by code."""
        return self.enum_names["TransactionType"]

    @property
    def results(self) -> Mapping[str, int]:
        """Engine results (`tesSUCCESS`, …) by name; empty if the file has none."""
        return self.enums["TransactionResult"]

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Definitions:
        """Build from a `server_definitions` answer (its `result`, or the object that holds it).

        Raises:
            InvalidDefinitions: a part is missing or has another form.
        """
        try:
            return _build(document.get("result", document))
        except (AttributeError, KeyError, TypeError, ValueError, OverflowError) as problem:
            raise InvalidDefinitions(f"not a server_definitions document: {problem!r}") from None


def _header(type_code: int, code: int) -> bytes:
    high, low = (type_code if type_code < 16 else 0), (code if code < 16 else 0)
    rest = (b"" if high else bytes([type_code])) + (b"" if low else bytes([code]))
    return bytes([high << 4 | low]) + rest


def _build(document: Mapping[str, Any]) -> Definitions:
    type_codes = {str(name): int(code) for name, code in document["TYPES"].items()}
    fields: dict[str, Field] = {}
    bare: set[str] = set()
    for name, entry in document["FIELDS"]:
        type_code, code = type_codes[entry["type"]], entry["nth"]
        # The end markers are listed as serialised fields of some files; they are no fields of anybody's object.
        is_marker = type_code in (14, 15) and code == 1
        if not entry["isSerialized"] or is_marker or not (0 < type_code < 256 and 0 < code < 256):
            bare.add(name)
            continue
        fields[name] = Field(
            name=name,
            type=entry["type"],
            type_code=type_code,
            code=code,
            ordinal=type_code << 16 | code,
            header=_header(type_code, code),
            is_length_prefixed=bool(entry["isVLEncoded"]),
            is_signing=bool(entry["isSigningField"]),
        )
    for needed in ("TransactionType", "Account", "SigningPubKey", "TxnSignature", "Signers"):
        fields[needed]

    # Code -1 stands for "no such type" in these files.
    transaction_types = _codes(document["TRANSACTION_TYPES"])
    permissions = {name: code + 1 for name, code in transaction_types.items()}
    permissions |= {name: _FIRST_GRANULAR_PERMISSION + i for i, name in enumerate(_GRANULAR_PERMISSIONS)}
    enums = {
        "TransactionType": transaction_types,
        "LedgerEntryType": _codes(document.get("LEDGER_ENTRY_TYPES", {})),
        "TransactionResult": {str(k): int(v) for k, v in document.get("TRANSACTION_RESULTS", {}).items()},
        "PermissionValue": permissions,
    }
    return Definitions(
        fields=MappingProxyType(fields),
        fields_by_ordinal=MappingProxyType({f.ordinal: f for f in fields.values()}),
        bare_fields=frozenset(bare),
        type_codes=MappingProxyType(type_codes),
        enums=MappingProxyType({k: MappingProxyType(v) for k, v in enums.items()}),
        enum_names=MappingProxyType(
            {k: MappingProxyType({code: name for name, code in v.items()}) for k, v in enums.items()}
        ),
        formats=MappingProxyType(_formats(document.get("TRANSACTION_FORMATS", {}))),
        layouts=MappingProxyType(_layouts(document.get("TRANSACTION_FORMATS", {}))),
    )


def _codes(names: Mapping[str, Any]) -> dict[str, int]:
    return {str(name): int(code) for name, code in names.items() if int(code) >= 0}


def _formats(document: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    names = {type_name: frozenset(entry["name"] for entry in entries) for type_name, entries in document.items()}
    common = names.pop("common", frozenset()) | names.pop("Common", frozenset())
    return {type_name: own | common for type_name, own in names.items()}


def _layouts(document: Mapping[str, Any]) -> dict[str, dict[str, bool]]:
    return {
        type_name: {str(entry["name"]): entry.get("optionality") == 0 for entry in entries}
        for type_name, entries in document.items()
        if type_name.lower() != "common"
    }


_added: dict[str, Definitions] = {}


def packaged_definitions() -> tuple[str, ...]:
    """Return the names of the definitions that come with the program."""
    return NETWORKS


def add_definitions(name: str, definitions: Definitions) -> None:
    """Let `load_definitions` find further ones: those of an operator's own network."""
    _added[name] = definitions


def load_definitions(network: str = "xrpl") -> Definitions:
    """Return the packaged definitions of `"xrpl"` or `"xahau"`, read once per process, or added ones by their name.

    Raises:
        InvalidDefinitions: there are none of this name.
    """
    return _added.get(network) or _packaged(network)


@lru_cache(maxsize=len(NETWORKS))
def _packaged(network: str) -> Definitions:
    if network not in NETWORKS:
        raise InvalidDefinitions(f"no packaged definitions for {network!r}; there are: {', '.join(NETWORKS)}")
    return Definitions.from_json(json.loads((_DATA / f"{network}.json").read_bytes()))
