"""Length prefixes of variable-length fields. Source: xrpl.org "Serialization Format", Length Prefixing."""

from __future__ import annotations

from sealgate.ledger.errors import UndecodableBlob

LONGEST = 918_744
_ONE_BYTE = 192
_TWO_BYTES = 12_480


def length_prefix(length: int) -> bytes:
    """Return the one to three bytes that announce `length` bytes of content.

    Raises:
        ValueError: longer than the format can announce.
    """
    if length <= _ONE_BYTE:
        return length.to_bytes(1, "big")
    if length <= _TWO_BYTES:
        return (length - 193 + (193 << 8)).to_bytes(2, "big")
    if length <= LONGEST:
        return (length - 12_481 + (241 << 16)).to_bytes(3, "big")
    raise ValueError(f"longer than {LONGEST} bytes")


def read_length(blob: bytes, at: int) -> tuple[int, int]:
    """Return the announced length and the position after the prefix.

    Raises:
        UndecodableBlob: no prefix here, or one the format does not use.
    """
    try:
        first = blob[at]
        if first <= _ONE_BYTE:
            return first, at + 1
        if first <= 240:
            return 193 + ((first - 193) << 8) + blob[at + 1], at + 2
        if first <= 254:
            return 12_481 + ((first - 241) << 16) + (blob[at + 1] << 8) + blob[at + 2], at + 3
    except IndexError:
        raise UndecodableBlob("the blob ends within a length") from None
    raise UndecodableBlob("not a length prefix")
