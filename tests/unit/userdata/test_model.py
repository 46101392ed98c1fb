"""What may be kept, and that it is kept to the letter."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.userdata.errors import DocumentTooLarge, KeyUnusable, TooManyKeysAsked, ValueNotObject, ValueTooLarge
from sealgate.userdata.model import MAX_BYTES, check_document, check_key, check_keys, check_value
from sealgate.web.strict_json import parse_json
from tests.unit.web.test_strict_json import TEXT, VALUES

NUMBER_TEXT = st.from_regex(r"-?(0|[1-9][0-9]{0,40})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,4})?", fullmatch=True)


class TestDocuments:
    @given(VALUES, st.sampled_from([None, 2]), st.booleans())
    def test_keep_their_value_and_lose_their_blanks(self, value, indent, ascii_only):
        raw = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()

        kept = check_document(raw)

        assert json.loads(kept) == value
        assert kept == json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only)

    @given(st.lists(st.tuples(TEXT, NUMBER_TEXT), max_size=6, unique_by=lambda member: member[0]))
    def test_keep_every_number_as_it_is_written_and_every_member_in_its_place(self, members):
        raw = "{" + ", ".join(f"{json.dumps(name)}: {number}" for name, number in members) + "}"

        kept = check_document(raw.encode())

        assert json.JSONDecoder(object_pairs_hook=list, parse_int=str, parse_float=str).decode(kept) == members

    def test_may_have_sixty_kilobytes_without_blanks(self):
        largest = '"' + "é" * ((MAX_BYTES - 2) // 2) + '"'

        assert check_document((largest + " " * 5000).encode()) == largest
        with pytest.raises(DocumentTooLarge, match="61441 bytes"):
            check_document(b'"' + b"x" * (MAX_BYTES - 1) + b'"')


class TestValues:
    def test_are_objects(self):
        assert check_value(b'{ "size": 1.50 }', {"size": "1.50"}) == '{"size":1.50}'

    @pytest.mark.parametrize("raw", [b"[]", b"[{}]", b'"text"', b"17", b"true", b"null"])
    def test_are_nothing_else(self, raw):
        with pytest.raises(ValueNotObject):
            check_value(raw, parse_json(raw, max_depth=8, any_number=True))

    def test_may_have_sixty_kilobytes(self):
        with pytest.raises(ValueTooLarge):
            check_value(b'{"a":"' + b"x" * MAX_BYTES + b'"}', {})


class TestKeys:
    @given(st.text(max_size=70))
    def test_are_small_letters_and_digits(self, text):
        try:
            assert check_key(text) == text
            fits = True
        except KeyUnusable:
            fits = False

        assert fits == bool(re.fullmatch("[a-z0-9]{3,64}", text))

    @pytest.mark.parametrize(
        "text", ["ab", "a" * 65, "Prefs", "my-key", "préfs", "abc\n", "abc,", ",abc", "abc,,def", ""]
    )
    def test_are_refused_by_themselves_and_in_a_list(self, text):
        with pytest.raises(KeyUnusable):
            check_keys(text)

    def test_count_once_each_in_the_order_asked(self):
        assert check_keys("prefs,cart,prefs,abc") == ("prefs", "cart", "abc")

    def test_are_sixty_four_at_most(self):
        keys = [f"key{number}" for number in range(65)]

        assert len(check_keys(",".join(keys[:64]))) == 64
        with pytest.raises(TooManyKeysAsked, match="65"):
            check_keys(",".join(keys))
