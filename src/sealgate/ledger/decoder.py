"""The ledger's canonical binary format: bytes to JSON, with the network's names. `codec.encode` is the way back.

Accepts only what is canonical: whatever `decode` accepts, `encode` gives back bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from sealgate.ledger.addresses import ACCOUNT_ZERO, encode_account_id
from sealgate.ledger.amounts import SIGNED_FIELDS, decode_amount
from sealgate.ledger.currencies import decode_bridge, decode_currency, decode_issue
from sealgate.ledger.definitions import Definitions, Field, load_definitions
from sealgate.ledger.errors import NotCanonical, UndecodableBlob
from sealgate.ledger.numbers import decode_number
from sealgate.ledger.paths import decode_paths
from sealgate.ledger.scalars import DECIMAL_FIELDS
from sealgate.ledger.walker import Span, array_items, object_spans, walk

_Reader = Callable[[bytes], Any]


def _hex(data: bytes) -> str:
    return data.hex().upper()


def _unsigned(data: bytes) -> int:
    return int.from_bytes(data, "big")


def _signed(data: bytes) -> int:
    return int.from_bytes(data, "big", signed=True)


def _account(data: bytes) -> str:
    if not data:
        raise UndecodableBlob("an account of length 0")
    return encode_account_id(data)


def _vector256(data: bytes) -> list[str]:
    return [_hex(data[at : at + 32]) for at in range(0, len(data), 32)]


_READERS: dict[str, _Reader] = {
    "UInt8": _unsigned,
    "UInt16": _unsigned,
    "UInt32": _unsigned,
    "Int32": _signed,
    "Int64": _signed,
    "AccountID": _account,
    "Amount": decode_amount,
    "Currency": decode_currency,
    "Issue": decode_issue,
    "XChainBridge": decode_bridge,
    "Number": decode_number,
    "PathSet": decode_paths,
    "Vector256": _vector256,
}


@lru_cache(maxsize=16)
def _readers(definitions: Definitions) -> dict[int, tuple[Field, _Reader]]:
    return {field.ordinal: (field, _reader(field, definitions)) for field in definitions.fields.values()}


def _reader(field: Field, definitions: Definitions) -> _Reader:
    if field.name in definitions.enum_names:
        names = definitions.enum_names[field.name]
        return lambda data: names.get(_unsigned(data), _unsigned(data))
    if field.name in DECIMAL_FIELDS:
        return lambda data: str(_unsigned(data))
    if field.name in SIGNED_FIELDS:
        return lambda data: decode_amount(data, may_be_negative=True)
    return _READERS.get(field.type, _hex)


def decode(blob: bytes, *, definitions: Definitions | None = None) -> dict[str, Any]:
    """Return the JSON form of a transaction or another object.

    Codes that the network does not name (a newer transaction type) stay numbers.

    Raises:
        UndecodableBlob: not one canonical object, or a field the network does not know.
    """
    readers = _readers(load_definitions() if definitions is None else definitions)
    try:
        return _object(blob, walk(blob).spans, readers)
    except NotCanonical as problem:
        raise UndecodableBlob(problem.reason) from None


def _object(blob: bytes, spans: list[Span], readers: dict[int, tuple[Field, _Reader]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for span in spans:
        known = readers.get(span.ordinal)
        if known is None:
            raise UndecodableBlob(f"no field {span.ordinal & 0xFFFF} of type {span.type_code} on this network")
        field, read = known
        try:
            if field.type == "STObject":
                value[field.name] = _object(blob, object_spans(blob, span), readers)
            elif field.type == "STArray":
                value[field.name] = _array(blob, span, readers)
            elif field.name == "Account" and value.get("TransactionType") == "UNLModify":
                # rippled writes the account of this pseudo-transaction with length 0.
                if span.value != span.end:
                    raise UndecodableBlob("UNLModify names no account")
                value[field.name] = encode_account_id(ACCOUNT_ZERO)
            else:
                value[field.name] = read(blob[span.value : span.end])
        except UndecodableBlob as problem:
            raise problem.under(field.name) from None
    return value


def _array(blob: bytes, span: Span, readers: dict[int, tuple[Field, _Reader]]) -> list[dict[str, Any]]:
    items = []
    for index, (ordinal, spans) in enumerate(array_items(blob, span)):
        known = readers.get(ordinal)
        if known is None:
            raise UndecodableBlob("no object of this code on this network", index)
        try:
            items.append({known[0].name: _object(blob, spans, readers)})
        except UndecodableBlob as problem:
            raise problem.under(known[0].name).under(index) from None
    return items
