"""What a wallet may order, and how large it may be."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.xapps.errors import LaunchInvalid
from sealgate.xapps.wire import MOST_JSON_BYTES, LaunchIn

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def read(body: object) -> LaunchIn:
    return msgspec.convert(body, LaunchIn)


def test_an_empty_order_is_one():
    order = read({}).order()

    assert (order.style, order.accounttype, order.accountaccess) == ("LIGHT", "REGULAR", "FULL")
    assert (order.origin_type, order.account, order.nodetype) == ("UNKNOWN", None, None)


@pytest.mark.parametrize(
    ("given_value", "stored"),
    [({"style": "moonlight"}, "MOONLIGHT"), ({"style": "Royal"}, "ROYAL"), ({"style": "DARK"}, "DARK")],
)
def test_styles_are_read_in_any_case(given_value, stored):
    assert read(given_value).order().style == stored


@pytest.mark.parametrize(
    "body",
    [
        {"style": "pink"}, {"accounttype": "Ledger"}, {"accountaccess": "WRITE"}, {"nodetype": "main net"},
        {"nodetype": "x" * 33}, {"nodewss": "https://node.example"}, {"nodewss": "wss://a b"},
        {"nodewss": "wss://" + "x" * 512}, {"version": "1\n2"}, {"locale": "x" * 33}, {"account": "r"},
        {"origin": {"type": "ELSEWHERE"}}, {"origin": {"data": []}}, {"parameters": []}, {"networkid": 0},
        {"orderId": "1042"},
    ],
)  # fmt: skip
def test_orders_of_another_shape_are_refused(body):
    with pytest.raises(msgspec.ValidationError):
        read(body)


@pytest.mark.parametrize(
    ("member", "pointer"),
    [("parameters", "/parameters"), ("xAppNavigateData", "/xAppNavigateData"), ("origin", "/origin/data")],
)
@pytest.mark.parametrize(
    "members", [{str(number): 1 for number in range(65)}, {"x" * 65: 1}, {"x": "y" * MOST_JSON_BYTES}]
)
def test_what_no_link_can_hold_is_refused_with_its_place(member, pointer, members):
    body = {member: {"data": members} if member == "origin" else members}

    with pytest.raises(LaunchInvalid) as refusal:
        read(body).order()

    assert refusal.value.pointer == pointer


@given(st.dictionaries(st.text(), json_values))
def test_members_come_out_as_they_went_in_or_are_refused(members):
    try:
        order = read({"parameters": members}).order()
    except LaunchInvalid:
        assert len(members) > 64 or max(map(len, members)) > 64 or len(msgspec.json.encode(members)) > MOST_JSON_BYTES
    else:
        assert order.parameters == members
