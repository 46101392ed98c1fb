"""The machinery under `codec`: one precomputed writer per field, and the walk through objects and lists.

A writer turns a value into its header, length and bytes. Encoders of values raise whatever comes natural
(`ValueError`, `TypeError`, `OverflowError`); here, where the field is known, it becomes a `CodecError` with its place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from sealgate.ledger.addresses import decode_account_id, decode_x_address
from sealgate.ledger.amounts import SIGNED_FIELDS, encode_amount
from sealgate.ledger.currencies import encode_bridge, encode_currency, encode_issue
from sealgate.ledger.definitions import Definitions, Field, load_definitions
from sealgate.ledger.errors import (
    CodecError,
    InvalidAddress,
    LedgerError,
    UnencodableField,
    UnknownField,
    UnknownTransactionType,
)
from sealgate.ledger.lengths import length_prefix
from sealgate.ledger.numbers import encode_number
from sealgate.ledger.paths import encode_paths
from sealgate.ledger.scalars import (
    bytes_of_hex,
    encode_account,
    encode_hash128,
    encode_vector256,
    fixed_hash,
    signed,
    uint64,
    unsigned,
)

# rippled reads at most ten levels.
MAX_DEPTH: Final = 10

_OBJECT_END, _ARRAY_END = b"\xe1", b"\xf1"
_UNL_MODIFY: Final = 102
TAG_OF: Final = {"Account": "SourceTag", "Destination": "DestinationTag"}
SHORTEST_X_ADDRESS: Final = 41

_HASH_WIDTHS: Final = {
    "UInt96": 12,
    "Hash160": 20,
    "Hash192": 24,
    "UInt192": 24,
    "Hash256": 32,
    "Hash384": 48,
    "UInt384": 48,
    "Hash512": 64,
    "UInt512": 64,
}
_EXPECTS: Final = {
    "UInt8": "a whole number from 0 to 255",
    "UInt16": "a whole number from 0 to 65535",
    "UInt32": "a whole number from 0 to 4294967295",
    "UInt64": "a number of 64 bits: up to 16 hex digits (some fields: decimal digits) in a text, or a number",
    "Int32": "a whole number of 32 bits",
    "Int64": "a whole number of 64 bits",
    "Hash128": "32 hex digits",
    "Blob": "an even number of hex digits",
    "AccountID": "an address (r…)",
    "Currency": "a three-character code or 40 hex digits",
    "Issue": "{currency}, {currency, issuer} or {mpt_issuance_id}",
    "XChainBridge": "{LockingChainDoor, LockingChainIssue, IssuingChainDoor, IssuingChainIssue}",
    "PathSet": "a list of paths",
    "Vector256": "a list of hashes",
    "STObject": "an object",
    "STArray": "a list of objects with one member each",
} | {name: f"{2 * width} hex digits" for name, width in _HASH_WIDTHS.items()}


class Run:
    """One call of the encoder: how deep we are, and what was unknown on the way (None: unknown is an error)."""

    __slots__ = ("depth", "plan", "unknown")

    def __init__(self, plan: Plan, unknown: list[tuple[str | int, ...]] | None) -> None:
        self.plan = plan
        self.unknown = unknown
        self.depth = 0


# Returns the field's header, length and value.
Writer = Callable[[Any, Run], bytes]


@dataclass(frozen=True, slots=True)
class Entry:
    """A field with its precomputed writer."""

    ordinal: int
    write: Writer
    is_account: bool
    field: Field


class Plan:
    """The writers of one network's fields."""

    __slots__ = ("bare", "entries", "signing")

    def __init__(self, definitions: Definitions) -> None:
        self.bare = definitions.bare_fields
        self.entries = {
            name: Entry(field.ordinal, _writer(field, definitions), field.type == "AccountID", field)
            for name, field in definitions.fields.items()
        }
        self.signing = {name: entry for name, entry in self.entries.items() if entry.field.is_signing}


@lru_cache(maxsize=16)
def _plan_of(definitions: Definitions) -> Plan:
    return Plan(definitions)


def plan_for(definitions: Definitions | None) -> Plan:
    """Return the writers for these definitions (XRPL's for None), made once."""
    return _plan_of(load_definitions() if definitions is None else definitions)


def _writer(field: Field, definitions: Definitions) -> Writer:
    header = field.header
    if field.type == "STObject":
        return lambda value, run: header + _inner_object(value, run) + _OBJECT_END
    if field.type == "STArray":
        return lambda value, run: header + _array(value, run) + _ARRAY_END
    encode_value = _value_encoder(field, definitions)
    if field.type == "AccountID" and field.is_length_prefixed:
        header += b"\x14"
    elif field.is_length_prefixed:

        def write_prefixed(value: Any, run: Run) -> bytes:
            data = encode_value(value)
            return header + length_prefix(len(data)) + data

        return write_prefixed
    return lambda value, run: header + encode_value(value)


def _value_encoder(field: Field, definitions: Definitions) -> Callable[[Any], bytes]:
    if field.name in definitions.enums:
        return _enum(field, definitions)
    if field.type in _HASH_WIDTHS:
        return fixed_hash(_HASH_WIDTHS[field.type])
    if field.type == "UInt64":
        return uint64(field.name)
    if field.name in SIGNED_FIELDS:
        return lambda value: encode_amount(value, may_be_negative=True)
    encoders: dict[str, Callable[[Any], bytes]] = {
        "UInt8": unsigned(1),
        "UInt16": unsigned(2),
        "UInt32": unsigned(4),
        "Int32": signed(4),
        "Int64": signed(8),
        "Hash128": encode_hash128,
        "Blob": bytes_of_hex,
        "AccountID": encode_account,
        "Amount": encode_amount,
        "Currency": encode_currency,
        "Issue": encode_issue,
        "XChainBridge": encode_bridge,
        "Number": encode_number,
        "PathSet": encode_paths,
        "Vector256": encode_vector256,
    }

    def refuse(value: Any) -> bytes:
        raise CodecError(f"fields of type {field.type} cannot be encoded")

    return encoders.get(field.type, refuse)


def _enum(field: Field, definitions: Definitions) -> Callable[[Any], bytes]:
    codes = definitions.enums[field.name]
    encode_code = unsigned({"UInt8": 1, "UInt16": 2, "UInt32": 4}[field.type])

    def encode_name(value: Any) -> bytes:
        if isinstance(value, str):
            code = codes.get(value)
            if code is None:
                kind = UnknownTransactionType if field.name == "TransactionType" else CodecError
                raise kind(f"this network has no {field.name} of this name")
            return encode_code(code)
        return encode_code(value)

    return encode_name


def _inner_object(value: Any, run: Run) -> bytes:
    if run.depth >= MAX_DEPTH:
        raise CodecError(f"nested deeper than {MAX_DEPTH} levels")
    run.depth += 1
    data = write_object(value, run, run.plan.entries)
    run.depth -= 1
    return data


def _array(value: Any, run: Run) -> bytes:
    if not isinstance(value, list):
        raise TypeError
    if run.depth >= MAX_DEPTH:
        raise CodecError(f"nested deeper than {MAX_DEPTH} levels")
    run.depth += 1
    parts = []
    for index, item in enumerate(value):
        if not isinstance(item, Mapping) or len(item) != 1:
            raise CodecError('expects an object with one member, e.g. {"Memo": {…}}', index)
        (name,) = item
        entry = run.plan.entries.get(name)
        if entry is None or entry.field.type != "STObject":
            raise CodecError("this network has no object of this name", index, name)
        unknown_before = len(run.unknown or ())
        try:
            parts.append(entry.write(item[name], run))
        except CodecError as problem:
            raise problem.under(name).under(index) from None
        except TypeError:
            raise CodecError("expects an object", index, name) from None
        _lengthen_paths(run, unknown_before, index, name)
    run.depth -= 1
    return b"".join(parts)


def write_object(value: Any, run: Run, entries: Mapping[str, Entry]) -> bytes:
    """Return the fields of an object in canonical order; `entries` says which ones to write.

    Raises:
        CodecError: a value does not fit, or a field is unknown and `run` does not collect those.
        TypeError: not an object.
    """
    if not isinstance(value, Mapping):
        raise TypeError
    parts: dict[int, bytes] = {}
    for name, member in value.items():
        if member is None:
            continue
        entry = entries.get(name)
        if entry is None:
            _pass_over(name, run)
            continue
        unknown_before = len(run.unknown or ())
        try:
            if entry.is_account and member.__class__ is str and len(member) >= SHORTEST_X_ADDRESS:
                member, tags = split_x_address(name, member, value)
                for tag_name, tag in tags.items():
                    parts[entries[tag_name].ordinal] = entries[tag_name].write(tag, run)
            parts[entry.ordinal] = entry.write(member, run)
        except CodecError as problem:
            raise problem.under(name) from None
        except (ValueError, TypeError, OverflowError, AttributeError, LookupError) as problem:
            raise _misfit(entry.field, member, problem) from None
        if entry.field.type_code >= 14:
            _lengthen_paths(run, unknown_before, name)
    if value.get("TransactionType") in ("UNLModify", _UNL_MODIFY):
        # rippled writes the account of this pseudo-transaction with length 0.
        account = entries["Account"]
        if account.ordinal in parts:
            parts[account.ordinal] = account.field.header + b"\x00"
    return b"".join([parts[ordinal] for ordinal in sorted(parts)])


def _pass_over(name: Any, run: Run) -> None:
    if name in run.plan.bare or name in run.plan.entries:
        return
    if run.unknown is None:
        raise UnknownField("this network has no field of this name", str(name)[:64])
    run.unknown.append((str(name),))


def _lengthen_paths(run: Run, since: int, *steps: str | int) -> None:
    if run.unknown is not None and len(run.unknown) > since:
        run.unknown[since:] = [(*steps, *path) for path in run.unknown[since:]]


def _misfit(field: Field, value: Any, problem: Exception) -> CodecError:
    if isinstance(problem, LedgerError):
        return UnencodableField(str(problem), field.name)
    expects = _EXPECTS.get(field.type, f"a value of type {field.type}")
    return UnencodableField(f"{field.type} expects {expects}, not {_shown(value)}", field.name)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return repr(value) if len(value) <= 40 else repr(value[:37]) + "…"
    if isinstance(value, (bool, float)) or (isinstance(value, int) and value.bit_length() <= 128):
        return repr(value)
    return "a large number" if isinstance(value, int) else f"a value of type {type(value).__name__}"


def split_x_address(name: str, text: str, owner: Mapping[str, Any]) -> tuple[str, dict[str, int]]:
    """Return the classic address, and the tag under the name it has beside this field."""
    try:
        address, tag, _ = decode_x_address(text)
    except InvalidAddress:
        decode_account_id(text)
        return text, {}
    if tag is None:
        return address, {}
    tag_name = TAG_OF.get(name)
    if tag_name is None:
        raise CodecError("an X-address with a tag can stand in Account and Destination only")
    if owner.get(tag_name) is not None and str(owner[tag_name]) != str(tag):
        raise CodecError(f"the tag in this X-address is not the {tag_name}")
    return address, {tag_name: tag}
