"""Path sets of payments. Source: xrpl.org "Serialization Format", PathSet Fields."""

from __future__ import annotations

from typing import Any, Final

from sealgate.ledger.addresses import encode_account_id
from sealgate.ledger.currencies import decode_currency, encode_currency
from sealgate.ledger.errors import CodecError, UndecodableBlob
from sealgate.ledger.scalars import encode_account, encode_member

_END, _SEPARATOR = 0x00, 0xFF
# In the order of the wire.
_STEP_PARTS: Final = ((0x01, "account"), (0x10, "currency"), (0x20, "issuer"))
_STEP_BITS: Final = 0x31
_MOST_STEPS: Final = 256


def encode_paths(value: Any) -> bytes:
    """Encode a list of paths, each a list of steps with `account`, `currency` or `issuer`.

    Raises:
        CodecError: no paths, a path without steps, a step without parts, or more than 256 steps.
    """
    if not isinstance(value, list) or not value:
        raise CodecError("paths are a list of at least one path")
    if sum(len(path) for path in value if isinstance(path, list)) > _MOST_STEPS:
        raise CodecError(f"more than {_MOST_STEPS} steps")
    return bytes([_SEPARATOR]).join(_encode_path(path, index) for index, path in enumerate(value)) + bytes([_END])


def _encode_path(path: Any, index: int) -> bytes:
    if not isinstance(path, list) or not path:
        raise CodecError("a path is a list of at least one step", index)
    return b"".join(_encode_step(step, index, at) for at, step in enumerate(path))


def _encode_step(step: Any, *place: int) -> bytes:
    kind, data = 0, b""
    try:
        for bit, name in _STEP_PARTS if isinstance(step, dict) else ():
            if name in step:
                kind |= bit
                data += encode_member(step, name, encode_currency if name == "currency" else encode_account)
    except CodecError as problem:
        problem.path = (*place, *problem.path)
        raise
    if not kind:
        raise CodecError("a step has an account, a currency or an issuer", *place)
    return bytes([kind]) + data


def paths_length(blob: bytes, at: int) -> int:
    """Return how many bytes the path set at this place takes, its end byte included.

    Raises:
        UndecodableBlob: it does not end, has an empty path, or a step of an unknown kind.
    """
    start, steps_in_path = at, 0
    while at < len(blob):
        kind = blob[at]
        at += 1
        if kind in (_END, _SEPARATOR):
            if not steps_in_path:
                raise UndecodableBlob("an empty path")
            if kind == _END:
                return at - start
            steps_in_path = 0
        elif kind & ~_STEP_BITS:
            raise UndecodableBlob("a path step of an unknown kind")
        else:
            at += 20 * kind.bit_count()
            steps_in_path += 1
    raise UndecodableBlob("the path set does not end")


def decode_paths(data: bytes) -> list[list[dict[str, str]]]:
    """Return the JSON form of a path set that `paths_length` has measured."""
    paths: list[list[dict[str, str]]] = [[]]
    at = 0
    while data[at] != _END:
        kind = data[at]
        at += 1
        if kind == _SEPARATOR:
            paths.append([])
            continue
        step = {}
        for bit, name in _STEP_PARTS:
            if kind & bit:
                part = data[at : at + 20]
                step[name] = decode_currency(part) if name == "currency" else encode_account_id(part)
                at += 20
        paths[-1].append(step)
    return paths
