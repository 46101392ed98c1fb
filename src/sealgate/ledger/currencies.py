"""Currency codes, issues and bridges. Source: xrpl.org "Currency Formats", "Serialization Format"; XLS-33, XLS-38."""

from __future__ import annotations

import re
from typing import Any

from sealgate.ledger.addresses import ACCOUNT_ONE, encode_account_id
from sealgate.ledger.errors import CodecError, UndecodableBlob
from sealgate.ledger.scalars import bytes_of_hex, encode_account, encode_member

NATIVE = bytes(20)
_CODE = re.compile(r"[A-Za-z0-9?!@#$%^&*(){}\[\]<>|]{3}", re.ASCII)
_BRIDGE = ("LockingChainDoor", "LockingChainIssue", "IssuingChainDoor", "IssuingChainIssue")


def encode_currency(value: Any) -> bytes:
    """Encode a three-character code or 40 hex digits as 20 bytes; `XRP` as zeros.

    Raises:
        ValueError, TypeError: neither, or the hex form of the reserved code XRP.
    """
    if len(value) == 3 and _CODE.fullmatch(value):
        return NATIVE if value == "XRP" else bytes(12) + value.encode("ascii") + bytes(5)
    code = bytes_of_hex(value)
    if len(code) != 20 or (code[0] == 0 and code[12:15] == b"XRP"):
        raise ValueError
    return code


def decode_currency(code: bytes) -> str:
    """Return the three-character code of a standard currency, `XRP` for zeros, else 40 hex digits."""
    if code == NATIVE:
        return "XRP"
    if not any(code[:12]) and not any(code[15:]):
        text = code[12:15].decode("latin-1")
        if text != "XRP" and _CODE.fullmatch(text):
            return text
    return code.hex().upper()


def encode_issued_currency(value: Any) -> bytes:
    """Encode the currency of an amount with an issuer: any code but the native one."""
    code = encode_currency(value)
    if code == NATIVE:
        raise CodecError("the native asset has no issuer; its amounts are a text of drops")
    return code


def encode_issue(value: Any) -> bytes:
    """Encode `{currency}`, `{currency, issuer}` or `{mpt_issuance_id}` as 20, 40 or 44 bytes."""
    if not isinstance(value, dict):
        raise TypeError
    if value.keys() == {"currency"}:
        if encode_member(value, "currency", encode_currency) != NATIVE:
            raise CodecError("a currency other than the native one needs its issuer")
        return NATIVE
    if value.keys() == {"currency", "issuer"}:
        issuer = encode_member(value, "issuer", encode_account)
        # The ledger marks a multi-purpose token by this issuer.
        if issuer == ACCOUNT_ONE:
            raise CodecError("this account cannot be an issuer", "issuer")
        return encode_member(value, "currency", encode_issued_currency) + issuer
    if value.keys() == {"mpt_issuance_id"}:
        issuance = encode_member(value, "mpt_issuance_id", encode_issuance_id)
        # Zeros in this place would read as the native asset.
        if issuance[4:] == NATIVE:
            raise CodecError("this account cannot be an issuer", "mpt_issuance_id")
        return issuance[4:] + ACCOUNT_ONE + issuance[3::-1]
    raise ValueError


def encode_issuance_id(value: Any) -> bytes:
    """Encode the id of a multi-purpose token issuance: 4 bytes of sequence, 20 of issuer."""
    data = bytes_of_hex(value)
    if len(data) != 24:
        raise ValueError
    return data


def encode_bridge(value: Any) -> bytes:
    """Encode the two doors and two issues of a bridge, in the ledger's order."""
    if not isinstance(value, dict) or value.keys() != set(_BRIDGE):
        raise ValueError
    locking_door, locking_issue, issuing_door, issuing_issue = (
        encode_member(value, name, encode_account if name.endswith("Door") else encode_issue) for name in _BRIDGE
    )
    return b"\x14" + locking_door + locking_issue + b"\x14" + issuing_door + issuing_issue


def issue_length(blob: bytes, at: int) -> int:
    """Return how many bytes the issue at this place takes: 20, 40 or 44."""
    if blob[at : at + 20] == NATIVE:
        return 20
    return 44 if blob[at + 20 : at + 40] == ACCOUNT_ONE else 40


def decode_issue(data: bytes) -> dict[str, str]:
    """Return the JSON form of an issue of 20, 40 or 44 bytes."""
    if len(data) == 20:
        return {"currency": "XRP"}
    if len(data) == 44:
        return {"mpt_issuance_id": (data[:39:-1] + data[:20]).hex().upper()}
    currency = decode_currency(data[:20])
    return {"currency": currency, "issuer": encode_account_id(data[20:])}


def bridge_length(blob: bytes, at: int) -> int:
    """Return how many bytes the bridge at this place takes.

    Raises:
        UndecodableBlob: a door is not 20 bytes long.
    """
    start = at
    for _ in range(2):
        if blob[at : at + 1] != b"\x14":
            raise UndecodableBlob("the door of a bridge is not an account")
        at += 21
        at += issue_length(blob, at)
    return at - start


def decode_bridge(data: bytes) -> dict[str, Any]:
    """Return the JSON form of a bridge."""
    middle = 21 + issue_length(data, 21)
    return {
        "LockingChainDoor": encode_account_id(data[1:21]),
        "LockingChainIssue": decode_issue(data[21:middle]),
        "IssuingChainDoor": encode_account_id(data[middle + 1 : middle + 21]),
        "IssuingChainIssue": decode_issue(data[middle + 21 :]),
    }
