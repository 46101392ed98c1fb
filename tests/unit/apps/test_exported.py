"""What the console of the original platform shows of an app, and what becomes of it."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.exported import ExportUnreadable, read_export
from sealgate.apps.wire import AppIn

KEY = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
SHOWN = {
    "name": "Corner Shop",
    "uuidv4": KEY.upper(),
    "redirect_uris": "https://shop.example/cb\n\n  myapp://signin \nhttp://shop.example/old",
    "webhookurl": " https://shop.example/hook ",
    "infourl_homepage": "https://shop.example",
    "infourl_privacy": "https://shop.example/privacy",
    "infourl_terms": "",
    "description": None,
    "xapp_identifier": "shop.corner",
    "xapp_url": "https://shop.example/xapp",
    "xapp_networks": ["MAINNET", "TESTNET"],
    "no_netswitch_rld": 1,
    "dev_email": "dev@shop.example",
    "lastcall": "2026-01-01",
}


def test_an_app_keeps_its_key_and_what_has_a_place_here():
    [app] = read_export(json.dumps(SHOWN))

    assert app.api_key == KEY
    assert msgspec.convert(app.values, AppIn).checked(dev=False).xapp_special == ("NETWORK_SWITCH_EVENT_NO_RELOAD",)
    assert {name: app.values[name] for name in ("name", "webhook_url", "policy_url", "xapp_id", "xapp_networks")} == {
        "name": "Corner Shop",
        "webhook_url": "https://shop.example/hook",
        "policy_url": "https://shop.example/privacy",
        "xapp_id": "shop.corner",
        "xapp_networks": ["MAINNET", "TESTNET"],
    }
    assert not {"terms_url", "description", "dev_email", "lastcall"} & set(app.values)
    assert [one["uri"] for one in app.values["redirect_uris"]] == [
        "https://shop.example/cb", "https://shop.example/cb", "myapp://signin",
    ]  # fmt: skip


def test_what_is_left_out_is_named_with_its_reason():
    [app] = read_export(json.dumps({**SHOWN, "webhookurl": 7}))

    assert [notice.partition(": left out")[0] for notice in app.notices] == [
        "webhookurl", "http://shop.example/old", "dev_email",
    ]  # fmt: skip
    assert "no mail" in app.notices[-1]


@pytest.mark.parametrize(
    "document",
    [{"applications": [{f"application_{name}": value for name, value in SHOWN.items()}]},
     [SHOWN],
     {"appName": SHOWN["name"], "redirectUris": SHOWN["redirect_uris"], "appWebhookUrl": SHOWN["webhookurl"],
      "infourlHomepage": SHOWN["infourl_homepage"], "infourlPrivacy": SHOWN["infourl_privacy"], "uuidv4": KEY,
      "xapp_identifier": "shop.corner", "xAppDestinationUrl": SHOWN["xapp_url"], "xummEvent": True,
      "xAppNetworks": "MAINNET\nTESTNET", "dev_email": "x"}],
    ids=["list", "plain list", "form"],
)  # fmt: skip
def test_the_names_of_the_list_and_of_the_form_say_the_same(document):
    assert read_export(json.dumps(document)) == read_export(json.dumps(SHOWN))


@pytest.mark.parametrize(
    "text",
    ["", "{", "7", "[]", "[7]", json.dumps([{}] * 101), "[" * 100_000],
    ids=["empty", "open", "number", "no app", "no object", "too many", "deep"],
)
def test_what_is_no_export_is_refused(text):
    with pytest.raises(ExportUnreadable):
        read_export(text)


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda more: st.lists(more, max_size=3) | st.dictionaries(st.sampled_from([*SHOWN, "xAppNetworks"]), more),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*SHOWN, "applications"]), _json))
def test_hostile_exports_give_texts_or_a_refusal(document):
    try:
        apps = read_export(json.dumps(document))
    except ExportUnreadable:
        return
    for app in apps:
        assert all(isinstance(value, str | list | bool) for value in app.values.values())
