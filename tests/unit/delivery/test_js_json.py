"""JSON as JavaScript writes it; `tests/compat/test_webhook_receivers.py` asks Node the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.delivery.js_json import canonical, number, parse, stringify

NUMBERS = [
    ("0", "0"),
    ("-0", "0"),
    ("-0.0", "0"),
    ("1", "1"),
    ("-1", "-1"),
    ("1.0", "1"),
    ("1.50", "1.5"),
    ("100", "100"),
    ("1e2", "100"),
    ("0.1", "0.1"),
    ("1E-6", "0.000001"),
    ("1e-7", "1e-7"),
    ("1.25e-7", "1.25e-7"),
    ("123456789012345678", "123456789012345680"),
    ("9007199254740993", "9007199254740992"),
    ("18446744073709551615", "18446744073709552000"),
    ("1e20", "100000000000000000000"),
    ("1e21", "1e+21"),
    ("1.5e21", "1.5e+21"),
    ("123456789012345678901234567890", "1.2345678901234568e+29"),
    ("1e400", "null"),
    ("-1e400", "null"),
    ("5e-324", "5e-324"),
    ("1.7976931348623157e308", "1.7976931348623157e+308"),
    ("0.30000000000000004", "0.30000000000000004"),
    ("1234.5678", "1234.5678"),
    ("-12.5e3", "-12500"),
]


class TestNumbers:
    @pytest.mark.parametrize(("text", "written"), NUMBERS)
    def test_are_doubles_written_with_the_fewest_digits(self, text, written):
        assert canonical(text) == written

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_read_back_as_what_they_were(self, value):
        assert float(number(value)) == value


class TestStrings:
    @pytest.mark.parametrize(
        ("text", "written"),
        [
            (r'"\/"', '"/"'),
            (r'"\u00e9\u2028\u007f"', '"é\u2028\x7f"'),
            (r'"\ud83d\udc4b"', '"👋"'),
            (r'"\ud83d"', r'"\ud83d"'),
            (r'"\udc4b\ud83d"', r'"\udc4b\ud83d"'),
            (r'"\u0000\u001F\b\f\n\r\t\"\\"', r'"\u0000\u001f\b\f\n\r\t\"\\"'),
            ('"<script>&\'"', '"<script>&\'"'),
        ],
    )
    def test_are_escaped_only_where_they_must_be(self, text, written):
        assert canonical(text) == written


class TestObjects:
    @pytest.mark.parametrize(
        ("text", "written"),
        [
            ('{"b":1,"a":2}', '{"b":1,"a":2}'),
            ('{"b":1,"10":2,"2":3,"a":4}', '{"2":3,"10":2,"b":1,"a":4}'),
            ('{"01":1,"-1":2,"1.0":3,"0":4}', '{"0":4,"01":1,"-1":2,"1.0":3}'),
            ('{"4294967295":1,"4294967294":2}', '{"4294967294":2,"4294967295":1}'),
            ('{"99999999999":1,"7":2}', '{"7":2,"99999999999":1}'),
            ('{"a":1,"b":2,"a":3}', '{"a":3,"b":2}'),
            ('{"٣":1,"1":2}', '{"1":2,"٣":1}'),
            (' { "a" : [ 1 , { } , [ ] , null , true , false ] } ', '{"a":[1,{},[],null,true,false]}'),
        ],
    )
    def test_keep_their_order_but_for_array_indices(self, text, written):
        assert canonical(text) == written

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
            lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=6),
            max_leaves=20,
        )
    )
    def test_say_the_same_and_written_once_stay_as_they_are(self, value):
        text = stringify(value)

        assert parse(text) == value
        assert canonical(text) == text
