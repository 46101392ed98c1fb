"""What an xApp is told: field by field, and nothing a link could forge."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.xapps.context import FIELDS, NEVER_AT_TOP, build_context
from sealgate.xapps.model import LaunchOrder

ACCOUNT = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
NODE = "wss://xrplcluster.example"
USER = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52"
FULL = LaunchOrder(
    version="2.9.1",
    locale="en",
    currency="EUR",
    style="light",
    origin_type="QR",
    origin_data={"content": "https://sign.example/detect/xapp:shop.corner?orderId=1042"},
    parameters={"orderId": "1042"},
    accounttype="Regular",
    accountaccess="Full",
)

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from([*FIELDS, *sorted(NEVER_AT_TOP), "__ott", "orderId", "xAppToken"]) | st.text(max_size=12)
members = st.dictionaries(names, values, max_size=12)


def context_of(order: LaunchOrder, event: dict[str, Any] | None = None) -> dict[str, Any]:
    return build_context(
        order, account=ACCOUNT, nodetype="MAINNET", nodewss=NODE, networkid=0, user=USER, platform="android",
        event=event or {},
    )  # fmt: skip


def test_every_field_is_there_as_documented():
    assert context_of(FULL) == {
        "version": "2.9.1",
        "locale": "en",
        "currency": "EUR",
        "style": "LIGHT",
        "account": ACCOUNT,
        "accountaccess": "FULL",
        "accounttype": "REGULAR",
        "nodetype": "MAINNET",
        "nodewss": NODE,
        "networkid": 0,
        "origin": {
            "type": "QR",
            "data": {"content": "https://sign.example/detect/xapp:shop.corner?orderId=1042"},
        },
        "user": USER,
        "user_device": {"currency": "EUR", "platform": "android"},
        "account_info": {
            "account": ACCOUNT,
            "name": None,
            "domain": None,
            "blocked": False,
            "source": "",
            "kycApproved": False,
            "proSubscription": False,
            "profile": {"slug": None, "profileUrl": None, "accountSlug": None, "payString": None},
        },
        "subscriptions": [],
        "xAppNavigateData": {"orderId": "1042"},
        "orderId": "1042",
    }


def test_what_the_wallet_did_not_say_is_left_out():
    said = context_of(LaunchOrder())

    assert not {"version", "locale", "currency", "xAppNavigateData"} & said.keys()
    assert said["user_device"] == {"currency": "USD", "platform": "android"}


@pytest.mark.parametrize("name", FIELDS)
def test_a_parameter_never_stands_for_a_field_whether_it_was_said_or_not(name):
    honest = context_of(LaunchOrder())

    forged = context_of(LaunchOrder(parameters={name: "forged"}))

    assert {field: value for field, value in forged.items() if field != "xAppNavigateData"} == honest
    assert forged["xAppNavigateData"] == {name: "forged"}


@pytest.mark.parametrize("name", sorted(NEVER_AT_TOP))
def test_what_clients_would_misread_never_comes_to_the_top(name):
    for order in (LaunchOrder(parameters={name: {"code": 1}}), LaunchOrder(navigate={name: {"code": 1}})):
        assert name not in context_of(order)
        assert context_of(order)["xAppNavigateData"] == {name: {"code": 1}}
    assert name not in context_of(LaunchOrder(), event={name: 1})


def test_the_navigation_wins_over_the_link_and_the_event_over_both():
    order = LaunchOrder(parameters={"a": "link", "b": "link", "c": "link"}, navigate={"b": "page", "c": "page"})

    told = context_of(order, event={"c": "event"})

    assert (told["a"], told["b"], told["c"]) == ("link", "page", "event")
    assert told["xAppNavigateData"] == {"a": "link", "b": "page", "c": "page"}


def test_the_events_data_is_in_the_origin_and_no_wallet_can_replace_it():
    order = LaunchOrder(
        origin_type="EVENT_LIST", origin_data={"payload": "forged", "orderId": "forged", "from": "list"}
    )

    told = context_of(order, event={"orderId": "7", "payload": USER})

    assert told["origin"] == {"type": "EVENT_LIST", "data": {"orderId": "7", "payload": USER, "from": "list"}}
    assert told["orderId"] == "7"


def test_the_session_token_of_another_xapp_is_not_passed_on():
    told = context_of(LaunchOrder(navigate={"xApp": "shop.corner", "__ott": USER}))

    assert told["xAppNavigateData"] == {"xApp": "shop.corner"}
    assert "__ott" not in told


@given(parameters=members, navigate=members, event=members)
def test_no_parameters_change_what_the_platform_says(parameters, navigate, event):
    honest = context_of(FULL)

    told = context_of(msgspec.structs.replace(FULL, parameters=parameters, navigate=navigate), event)

    for name in set(FIELDS) - {"xAppNavigateData", "origin"}:
        assert told.get(name) == honest.get(name)
    assert told["origin"]["type"] == "QR"
    assert told["origin"]["data"] == {**honest["origin"]["data"], **event}
    assert not NEVER_AT_TOP & told.keys()
    merged = {**parameters, **navigate}
    merged.pop("__ott", None)
    assert told.get("xAppNavigateData", {}) == merged
    assert json.loads(msgspec.json.encode(told)) == told
