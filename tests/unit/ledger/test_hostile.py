"""Bytes from anybody: whatever arrives, the answer is a value or one of our refusals."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealgate.ledger.codec import decode, encode
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import NotCanonical, SignatureRefused, UndecodableBlob
from sealgate.ledger.signatures import verify_blob
from sealgate.ledger.walker import walk
from tests.unit.ledger.strategies import examples, transactions

XRPL, XAHAU = load_definitions("xrpl"), load_definitions("xahau")
VECTORS: list[dict[str, Any]] = json.loads(Path("tests/vectors/signin.json").read_text())["vectors"]
BLOBS = [bytes.fromhex(vector["signed_blob_hex"]) for vector in VECTORS if "signed_blob_hex" in vector]
MANY = settings(max_examples=examples(300))

# Headers of every type make deep nesting and odd lengths likely.
headers = st.builds(lambda kind, code: bytes([kind << 4 | code]), st.integers(0, 15), st.integers(0, 15))
objectish = st.lists(
    headers | st.binary(max_size=24) | st.sampled_from([b"\xe1", b"\xf1", b"\x00", b"\xff"]), max_size=60
)
hostile = st.binary(max_size=300) | objectish.map(b"".join)


@st.composite
def mutated(draw: st.DrawFn, blob: bytes) -> bytes:
    """A blob with a byte changed, cut out, put in, doubled, or its end cut off."""
    data = bytearray(blob)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1)) if data else 0
        match draw(st.integers(0, 4)):
            case 0 if data:
                data[at] ^= draw(st.integers(1, 255))
            case 1 if data:
                del data[at]
            case 2:
                data.insert(at, draw(st.integers(0, 255)))
            case 3:
                data[at:at] = data[at : at + draw(st.integers(1, 40))]
            case _:
                del data[at:]
    return bytes(data)


class TestRandomBytes:
    @MANY
    @given(hostile)
    def test_are_taken_apart_or_refused(self, blob):
        try:
            walked = walk(blob)
        except NotCanonical:
            return
        assert b"".join(blob[span.start : span.end] for span in walked.spans) == blob
        assert len(walked.signing_fields()) <= len(blob)

    @MANY
    @given(hostile, st.sampled_from([XRPL, XAHAU]))
    def test_decode_to_what_encodes_back_or_are_refused(self, blob, definitions):
        try:
            decoded = decode(blob, definitions=definitions)
        except UndecodableBlob:
            return
        assert encode(decoded, definitions=definitions) == blob

    @pytest.mark.parametrize("exponent", [32_769, 999_999_999, 2**31 - 1, -(2**31)])
    def test_of_a_number_beyond_the_ledgers_are_refused(self, exponent):
        field = next(field for field in XRPL.fields.values() if field.type == "Number")
        header = encode({field.name: "1"}, definitions=XRPL)[:-12]
        number = (10**18).to_bytes(8, "big", signed=True) + exponent.to_bytes(4, "big", signed=True)

        with pytest.raises(UndecodableBlob):
            decode(header + number, definitions=XRPL)

    @MANY
    @given(hostile)
    def test_are_never_a_signature(self, blob):
        with pytest.raises(SignatureRefused):
            verify_blob(blob)


class TestMutations:
    @MANY
    @given(st.sampled_from(BLOBS).flatmap(lambda blob: st.tuples(st.just(blob), mutated(blob))))
    def test_of_a_signed_blob_do_not_verify(self, pair):
        original, changed = pair

        if changed == original:
            verify_blob(changed)
        else:
            with pytest.raises(SignatureRefused):
                verify_blob(changed)

    @pytest.mark.parametrize("blob", BLOBS[:4], ids=range(4))
    def test_of_any_single_bit_do_not_verify(self, blob):
        for at in range(len(blob)):
            for bit in range(8):
                changed = bytearray(blob)
                changed[at] ^= 1 << bit

                with pytest.raises(SignatureRefused):
                    verify_blob(bytes(changed))

    @settings(max_examples=examples(100))
    @given(st.sampled_from(sorted(XRPL.transaction_types)).flatmap(lambda name: transactions(XRPL, name)), st.data())
    def test_of_a_transaction_decode_to_what_encodes_back_or_are_refused(self, transaction, data):
        changed = data.draw(mutated(encode(transaction)))

        try:
            decoded = decode(changed)
        except UndecodableBlob:
            return
        assert encode(decoded) == changed


class TestSize:
    def test_a_large_blob_is_walked_in_linear_time(self):
        memo = encode({"Memos": [{"Memo": {"MemoData": "00"}}] * 8000})

        assert walk(memo).spans[0].end == len(memo)
        assert len(decode(memo)["Memos"]) == 8000

    @pytest.mark.parametrize("opening", [b"\xea", b"\xf9\xea", b"\xe0\x10"])
    def test_depth_is_bounded(self, opening):
        with pytest.raises(NotCanonical) as refusal:
            walk(opening * 20_000)

        assert refusal.value.code == "too_deep"
