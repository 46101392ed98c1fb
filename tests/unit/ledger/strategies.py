"""Values of every field type, for hypothesis: what a developer could send, in the several ways to write it."""

from __future__ import annotations

import os
from typing import Any

from hypothesis import strategies as st

from sealgate.ledger.addresses import encode_account_id, encode_x_address
from sealgate.ledger.definitions import Definitions, Field
from sealgate.ledger.scalars import DECIMAL_FIELDS

SOAK = os.environ.get("SEALGATE_SOAK") == "1"


def examples(usual: int) -> int:
    """How many examples a property runs: ten times the usual under `make soak`."""
    return usual * 10 if SOAK else usual


# Account 1 marks multi-purpose tokens, so it cannot issue anything.
account_ids = st.binary(min_size=20, max_size=20).filter(lambda data: any(data[:19]))
addresses = account_ids.map(encode_account_id)


def hex_of(width: int) -> st.SearchStrategy[str]:
    return st.builds(
        lambda data, is_upper: data.hex().upper() if is_upper else data.hex(),
        st.binary(min_size=width, max_size=width),
        st.booleans(),
    )


blobs = st.one_of(
    st.binary(max_size=40),
    # The lengths at which the length prefix grows.
    st.sampled_from([192, 193, 194, 12_480, 12_481, 12_482]).map(lambda size: b"\x5a" * size),
).map(lambda data: data.hex().upper())
codes = st.one_of(
    st.sampled_from(["USD", "EUR", "x?!", "A1z", "{}|"]),
    st.text("ABCxyz019?!@#$%^&*(){}[]<>|", min_size=3, max_size=3).filter(lambda code: code != "XRP"),
    st.binary(min_size=20, max_size=20).filter(lambda data: data[0] != 0).map(lambda data: data.hex().upper()),
)
drops = st.integers(0, 10**17).map(str)


def _decimal(mantissa: int, exponent: int, form: int, negative: bool) -> str:
    sign = "-" if negative else ""
    if form == 0:
        return f"{sign}{mantissa}e{exponent}"
    if form == 1 and -20 < exponent < 0:
        digits = str(mantissa).rjust(1 - exponent, "0")
        return f"{sign}{digits[:exponent]}.{digits[exponent:]}"
    if form == 2 and 0 <= exponent < 20:
        return sign + str(mantissa * 10**exponent)
    return f"{sign}{mantissa}E{exponent:+d}"


issued_values = st.builds(
    _decimal, st.integers(0, 10**16 - 1), st.one_of(st.integers(-20, 20), st.integers(-96, 64)), st.integers(0, 3),
    st.booleans(),
)  # fmt: skip
numbers = st.builds(
    _decimal, st.integers(0, 10**22), st.one_of(st.integers(-30, 20), st.integers(-32_000, 32_000)), st.integers(0, 3),
    st.booleans(),
)  # fmt: skip
issued_amounts = st.fixed_dictionaries({"currency": codes, "issuer": addresses, "value": issued_values})
token_amounts = st.fixed_dictionaries({"mpt_issuance_id": hex_of(24), "value": st.integers(0, 2**63 - 1).map(str)})
amounts = st.one_of(drops, issued_amounts, token_amounts)
# An issuer of zeros would read as the native asset.
issuance_ids = st.builds(
    lambda sequence, issuer: (sequence + issuer).hex().upper(), st.binary(min_size=4, max_size=4), account_ids
)
issues = st.one_of(
    st.just({"currency": "XRP"}),
    st.fixed_dictionaries({"currency": codes, "issuer": addresses}),
    st.fixed_dictionaries({"mpt_issuance_id": issuance_ids}),
)
bridges = st.fixed_dictionaries(
    {
        "LockingChainDoor": addresses,
        "LockingChainIssue": issues,
        "IssuingChainDoor": addresses,
        "IssuingChainIssue": issues,
    }
)
steps = st.fixed_dictionaries({}, optional={"account": addresses, "currency": codes, "issuer": addresses}).filter(bool)
paths = st.lists(st.lists(steps, min_size=1, max_size=4), min_size=1, max_size=4)

_BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "UInt8": st.integers(0, 2**8 - 1),
    "UInt16": st.integers(0, 2**16 - 1),
    "UInt32": st.one_of(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1).map(str)),
    "UInt64": st.one_of(st.integers(0, 2**64 - 1), st.text("0123456789abcdefABCDEF", min_size=1, max_size=16)),
    "Int32": st.integers(-(2**31), 2**31 - 1),
    "Int64": st.integers(-(2**63), 2**63 - 1),
    "UInt96": hex_of(12),
    "Hash128": st.one_of(hex_of(16), st.just("")),
    "Hash160": hex_of(20),
    "Hash192": hex_of(24),
    "UInt192": hex_of(24),
    "Hash256": hex_of(32),
    "Hash384": hex_of(48),
    "UInt384": hex_of(48),
    "Hash512": hex_of(64),
    "UInt512": hex_of(64),
    "Blob": blobs,
    "AccountID": addresses,
    "Amount": amounts,
    "Currency": st.one_of(codes, st.just("XRP")),
    "Issue": issues,
    "XChainBridge": bridges,
    "Number": numbers,
    "PathSet": paths,
    "Vector256": st.lists(hex_of(32), max_size=3),
}


def values(field: Field, definitions: Definitions, depth: int = 0) -> st.SearchStrategy[Any]:
    """Values of one field."""
    if field.name in definitions.enums:
        # Negative engine results cannot stand in a field of eight bits.
        return st.sampled_from(sorted(name for name, code in definitions.enums[field.name].items() if code >= 0))
    if field.name in DECIMAL_FIELDS:
        return st.integers(0, 2**64 - 1).map(str)
    if field.name == "FeeAmountDelta":
        return st.integers(-(10**17), 10**17).map(str)
    if field.type == "STObject":
        return objects(definitions, depth + 1)
    if field.type == "STArray":
        return st.lists(wrapped_objects(definitions, depth + 1), max_size=2)
    return _BY_TYPE[field.type]


def _named(names: list[str], definitions: Definitions, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.lists(st.sampled_from(names), unique=True, max_size=4 if depth else 12).flatmap(
        lambda chosen: st.fixed_dictionaries(
            {name: values(definitions.fields[name], definitions, depth) for name in chosen}
        )
    )


def objects(definitions: Definitions, depth: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Objects of any fields, nested up to three levels."""
    containers = ("STObject", "STArray")
    names = [name for name, field in definitions.fields.items() if depth < 3 or field.type not in containers]
    return _named([name for name in names if name != "TransactionType"], definitions, depth)


def wrapped_objects(definitions: Definitions, depth: int) -> st.SearchStrategy[dict[str, Any]]:
    """Elements of a list: `{Memo: {…}}`."""
    wrappers = [field.name for field in definitions.fields.values() if field.type == "STObject"]
    return st.sampled_from(wrappers).flatmap(lambda name: st.fixed_dictionaries({name: objects(definitions, depth)}))


def transactions(definitions: Definitions, type_name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Transactions of one type, with its own fields where the definitions list them, and others."""
    own = sorted(definitions.formats.get(type_name, frozenset()) & definitions.fields.keys() - {"TransactionType"})
    any_fields = objects(definitions)
    fields = st.one_of(_named(own, definitions, 0), any_fields) if own else any_fields
    return fields.map(lambda chosen: {"TransactionType": type_name, **chosen})


def x_addresses(is_test: bool = False) -> st.SearchStrategy[str]:
    """X-addresses with and without a tag."""
    tags = st.one_of(st.none(), st.integers(0, 2**32 - 1))
    return st.builds(lambda address, tag: encode_x_address(address, tag, is_test=is_test), addresses, tags)
