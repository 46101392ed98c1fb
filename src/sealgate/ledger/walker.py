"""A blob taken apart without knowing any field's name: the structure of the binary format is enough.

So it works for every network and for fields that were invented after us. It refuses whatever is not canonical:
fields out of order or twice, headers in a longer form than needed, trailing or missing bytes.

Source: spec/wallet-api.md 6.5; xrpl.org "Serialization Format".
"""

from __future__ import annotations

from typing import Final

from sealgate.ledger.amounts import amount_length
from sealgate.ledger.currencies import bridge_length, issue_length
from sealgate.ledger.errors import NotCanonical, UndecodableBlob
from sealgate.ledger.lengths import read_length
from sealgate.ledger.paths import paths_length

MAX_BLOB_BYTES: Final = 64 * 1024
MAX_DEPTH: Final = 10

# Type code × 65536 + field code.
ACCOUNT: Final = 8 << 16 | 1
TRANSACTION_TYPE: Final = 1 << 16 | 2
SIGNING_PUB_KEY: Final = 7 << 16 | 3
TXN_SIGNATURE: Final = 7 << 16 | 4
SIGNERS: Final = 15 << 16 | 3
# TxnSignature, Signature, MasterSignature, CounterpartySignature, SponsorSignature, Signers, BatchSigners.
NON_SIGNING: Final = frozenset(
    {TXN_SIGNATURE, 7 << 16 | 6, 7 << 16 | 18, 14 << 16 | 37, 14 << 16 | 38, SIGNERS, 15 << 16 | 31}
)

_OBJECT_END, _ARRAY_END = 0xE1, 0xF1
_SIGNER: Final = 14 << 16 | 16

_AMOUNT, _BLOB, _ACCOUNT_ID, _OBJECT, _ARRAY, _PATHS, _VECTOR, _ISSUE, _BRIDGE = 6, 7, 8, 14, 15, 18, 19, 24, 25
_FIXED: Final = {
    1: 2, 2: 4, 3: 8, 4: 16, 5: 32, 9: 12, 10: 4, 11: 8, 16: 1, 17: 20, 20: 12, 21: 24, 22: 48, 23: 64, 26: 20,
}  # fmt: skip


class Span:
    """Where one field lies in the blob: its header at `start`, its value (without length) at `value`, its end."""

    __slots__ = ("end", "ordinal", "start", "value")

    def __init__(self, ordinal: int, start: int, value: int, end: int) -> None:
        self.ordinal = ordinal
        self.start = start
        self.value = value
        self.end = end

    @property
    def type_code(self) -> int:
        """The code of the field's type."""
        return self.ordinal >> 16


def read_header(blob: bytes, at: int) -> tuple[int, int]:
    """Return the field's ordinal and the position after its header.

    Raises:
        NotCanonical: the header is longer than needed, or cut.
    """
    try:
        first = blob[at]
        at += 1
        type_code, code = first >> 4, first & 15
        if type_code == 0:
            type_code = blob[at]
            at += 1
            if type_code < 16:
                raise NotCanonical("not_canonical", "a field header in a longer form than needed")
        if code == 0:
            code = blob[at]
            at += 1
            if code < 16:
                raise NotCanonical("not_canonical", "a field header in a longer form than needed")
    except IndexError:
        raise NotCanonical("truncated", "the blob ends within a field header") from None
    return type_code << 16 | code, at


def _read_spans(blob: bytes, at: int, end: int, depth: int, stop: int) -> tuple[list[Span], int]:
    """Read fields up to the marker `stop` (or to the end for -1). Return them and the position behind the marker."""
    if depth > MAX_DEPTH:
        raise NotCanonical("too_deep", f"nested deeper than {MAX_DEPTH} levels")
    spans: list[Span] = []
    last = 0
    while at < end:
        start = at
        first = blob[at]
        if first == stop:
            return spans, at + 1
        if first in (_OBJECT_END, _ARRAY_END):
            raise NotCanonical("not_canonical", "an end marker where no object or list is open")
        # Most headers are one byte.
        if first & 15 and first > 15:
            ordinal, at = first >> 4 << 16 | first & 15, at + 1
        else:
            ordinal, at = read_header(blob, at)
        if ordinal <= last:
            why = "a field appears twice" if ordinal == last else "the fields are not in canonical order"
            raise NotCanonical("not_canonical", why)
        last = ordinal
        type_code = ordinal >> 16
        width = _FIXED.get(type_code)
        if width is not None:
            value, at = at, at + width
        else:
            value, at = _value_span(blob, type_code, at, end, depth)
        if at > end:
            raise NotCanonical("truncated", "the blob ends within a field")
        spans.append(Span(ordinal, start, value, at))
    if stop >= 0:
        raise NotCanonical("truncated", "an object does not end")
    return spans, at


def _value_span(blob: bytes, type_code: int, at: int, end: int, depth: int) -> tuple[int, int]:
    try:
        if type_code in (_BLOB, _ACCOUNT_ID, _VECTOR):
            length, at = read_length(blob, at)
            # Length 0 is the account of the pseudo-transaction UNLModify.
            if (type_code == _ACCOUNT_ID and length not in (0, 20)) or (type_code == _VECTOR and length % 32):
                raise NotCanonical("not_canonical", "a field with a length its type does not have")
            return at, at + length
        if type_code == _OBJECT:
            return at, _read_spans(blob, at, end, depth + 1, _OBJECT_END)[1]
        if type_code == _ARRAY:
            return at, _array_end(blob, at, end, depth + 1)
        if type_code == _AMOUNT:
            return at, at + (amount_length(blob[at]) if at < end else 8)
        if type_code == _PATHS:
            return at, at + paths_length(blob, at)
        if type_code == _ISSUE:
            return at, at + issue_length(blob, at)
        if type_code == _BRIDGE:
            return at, at + bridge_length(blob, at)
    except UndecodableBlob as problem:
        raise NotCanonical("not_canonical", problem.reason) from None
    raise NotCanonical("unknown_type", f"a field of type {type_code}, which we cannot measure")


def object_spans(blob: bytes, span: Span) -> list[Span]:
    """Return the fields of an object that `walk` has found."""
    return _read_spans(blob, span.value, span.end, 0, _OBJECT_END)[0]


def array_items(blob: bytes, span: Span) -> list[tuple[int, list[Span]]]:
    """Return the ordinal and the fields of each object in a list that `walk` has found."""
    return [(ordinal, spans) for ordinal, spans, _ in _array_items(blob, span.value, span.end, 0)[1:]]


def _array_end(blob: bytes, at: int, end: int, depth: int) -> int:
    return _array_items(blob, at, end, depth)[-1][2] + 1


def _array_items(blob: bytes, at: int, end: int, depth: int) -> list[tuple[int, list[Span], int]]:
    """Return (ordinal, fields, position behind it) of each object; the last position is that of the end marker."""
    items: list[tuple[int, list[Span], int]] = [(0, [], at)]
    while at < end and blob[at] != _ARRAY_END:
        ordinal, at = read_header(blob, at)
        if ordinal >> 16 != _OBJECT or ordinal == _OBJECT << 16 | 1:
            raise NotCanonical("not_canonical", "a list holds something that is no object")
        spans, at = _read_spans(blob, at, end, depth + 1, _OBJECT_END)
        items.append((ordinal, spans, at))
    if at >= end:
        raise NotCanonical("truncated", "a list does not end")
    return items


class SignerEntry:
    """One of several signatures: whose, by which key. Absent parts are empty."""

    __slots__ = ("account_id", "public_key", "signature")

    def __init__(self, account_id: bytes, public_key: bytes, signature: bytes) -> None:
        self.account_id = account_id
        self.public_key = public_key
        self.signature = signature


class WalkedBlob:
    """A canonical blob and where its top-level fields lie."""

    __slots__ = ("_by_ordinal", "blob", "spans")

    def __init__(self, blob: bytes, spans: list[Span]) -> None:
        self.blob = blob
        self.spans = spans
        self._by_ordinal = {span.ordinal: span for span in spans}

    def value(self, ordinal: int) -> bytes | None:
        """Return the bytes of a top-level field's value, without header and length, or None."""
        span = self._by_ordinal.get(ordinal)
        return None if span is None else self.blob[span.value : span.end]

    def has(self, ordinal: int) -> bool:
        """Return whether a top-level field is there."""
        return ordinal in self._by_ordinal

    @property
    def has_transaction_type(self) -> bool:
        """Whether this could be a transaction; a SignIn has no type."""
        return TRANSACTION_TYPE in self._by_ordinal

    def signing_fields(self) -> bytes:
        """Return the fields that a signature covers, still in order, without a prefix."""
        blob, kept, at = self.blob, [], 0
        for span in self.spans:
            if span.ordinal in NON_SIGNING:
                kept.append(blob[at : span.start])
                at = span.end
        kept.append(blob[at:])
        return b"".join(kept)

    def signers(self) -> list[SignerEntry]:
        """Return the entries of `Signers`, in order.

        Raises:
            NotCanonical: an entry is not a Signer, or carries other fields than account, key and signature.
        """
        span = self._by_ordinal.get(SIGNERS)
        if span is None:
            return []
        entries = []
        for ordinal, fields in array_items(self.blob, span):
            parts = {field.ordinal: self.blob[field.value : field.end] for field in fields}
            if ordinal != _SIGNER or parts.keys() - {ACCOUNT, SIGNING_PUB_KEY, TXN_SIGNATURE}:
                raise NotCanonical("not_canonical", "an entry of Signers is not a Signer")
            entries.append(
                SignerEntry(parts.get(ACCOUNT, b""), parts.get(SIGNING_PUB_KEY, b""), parts.get(TXN_SIGNATURE, b""))
            )
        return entries


def walk(blob: bytes) -> WalkedBlob:
    """Take a blob apart.

    Raises:
        NotCanonical: empty, longer than 64 KiB, nested too deep, truncated, out of order, or otherwise not the one
            canonical form. `code` is one of empty, too_large, too_deep, truncated, not_canonical, unknown_type.
    """
    if not blob:
        raise NotCanonical("empty", "an empty blob")
    if len(blob) > MAX_BLOB_BYTES:
        raise NotCanonical("too_large", f"longer than {MAX_BLOB_BYTES} bytes")
    spans, _ = _read_spans(blob, 0, len(blob), 0, -1)
    return WalkedBlob(blob, spans)
