"""JSON from strangers."""

import contextlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.web.errors import BodyAmbiguous, BodyMissing, BodyNotJson, BodyTooDeep, BodyUnusable
from sealgate.web.strict_json import parse_json

TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=20,
)


def parse(raw: bytes, max_depth: int = 8) -> Any:
    return parse_json(raw, max_depth=max_depth)


class TestParseJson:
    @given(VALUES, st.booleans())
    def test_reads_what_json_writes(self, value, ascii_only):
        raw = json.dumps(value, ensure_ascii=ascii_only).encode()

        assert parse_json(raw, max_depth=100) == value

    @given(st.binary(max_size=64) | VALUES.map(lambda value: json.dumps(value).encode()[:-1]))
    def test_answers_anything_with_a_value_or_a_refusal(self, raw):
        with contextlib.suppress(BodyUnusable):
            parse(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            b'{"a":1,"a":1}',
            b'{"a":1,"b":{"c":[{"d":1,"d":2}]}}',
            b'[{"a":{},"a":{}}]',
            b'{"a":1,"\\u0061":2}',
            b'{"":1,"":2}',
        ],
    )
    def test_refuses_a_member_that_is_there_twice_at_any_depth(self, raw):
        with pytest.raises(BodyAmbiguous):
            parse(raw)

    def test_names_the_member_that_is_there_twice_but_not_all_of_a_long_one(self):
        name = "n" * 1000

        with pytest.raises(BodyAmbiguous) as refusal:
            parse(f'{{"{name}":1,"{name}":2}}'.encode())

        assert len(refusal.value.message) < 150

    @pytest.mark.parametrize("raw", [b"", b"  \r\n\t "])
    def test_says_that_there_is_no_body(self, raw):
        with pytest.raises(BodyMissing):
            parse(raw)

    @pytest.mark.parametrize(
        "raw",
        [
            b"{",
            b"{'a':1}",
            b'{"a":1,}',
            b"[1,]",
            b"01",
            b"nul",
            b'{"a":1}x',
            b'"a\nb"',
            b"NaN",
            b"[Infinity]",
            b"-Infinity",
            b"1e999",
            b"-1e999",
            b"18446744073709551616",
            b"-9223372036854775809",
            b"9" * 5000,
            b'"\xff"',
            b'"\xed\xa0\x80"',
            b'\xef\xbb\xbf{"a":1}',
            b'"\\u0000"',
            b'{"a\\u0000":1}',
            b'"\\ud800"',
            b'["\\udfff\\ud800"]',
            b'"\x00"',
            '{"a":1}'.encode("utf-16"),
        ],
    )
    def test_refuses_what_is_not_json_or_cannot_be_kept(self, raw):
        with pytest.raises(BodyNotJson) as refusal:
            parse(raw)

        assert "9999" not in refusal.value.message

    def test_keeps_a_backslash_before_u0000_and_pairs_of_surrogates(self):
        assert parse(rb'["\\u0000", "\ud83d\ude00"]') == ["\\u0000", "\U0001f600"]

    @pytest.mark.parametrize(("depth", "fits"), [(8, True), (9, False), (100_000, False)])
    @pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
    def test_reads_up_to_the_allowed_depth(self, depth, fits, opening, closing):
        raw = opening * depth + b"0" + closing * depth

        if fits:
            parse(raw)
        else:
            with pytest.raises(BodyTooDeep):
                parse(raw)

    def test_does_not_take_brackets_in_strings_or_side_by_side_for_depth(self):
        flat: list[Any] = [{'[[[[[[[[[[\\"{{{{': []} for _ in range(50)]

        assert parse(json.dumps(flat).encode()) == flat

    def test_refuses_brackets_that_never_close_without_climbing_them(self):
        with pytest.raises(BodyTooDeep):
            parse(b"[" * 200_000)


class TestAnyNumber:
    @pytest.mark.parametrize(
        "number", ["123456789012345678901234567890", "-0", "1.10", "1e400", "0.1234567890123456789"]
    )
    def test_is_taken_and_returned_as_its_text(self, number):
        assert parse_json(f'{{"n":{number}}}'.encode(), max_depth=8, any_number=True) == {"n": number}

    @pytest.mark.parametrize("text", ["NaN", "[Infinity]", "01", "+1", "1.", '{"a":1,"a":1}'])
    def test_is_still_json(self, text):
        with pytest.raises(BodyUnusable):
            parse_json(text.encode(), max_depth=8, any_number=True)
