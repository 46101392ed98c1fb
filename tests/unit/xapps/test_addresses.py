"""The addresses of xApps."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.base.settings import Settings
from sealgate.xapps.addresses import detect_url, launch_url, wallet_link, web_wallet_link

OTT = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52"
ADDED = f"xAppToken={OTT}&xAppStyle=DARK"
SETTINGS = Settings(public_url="https://sign.example")
parameters = st.dictionaries(st.text(min_size=1, max_size=10), st.text(max_size=20), max_size=6)


@pytest.mark.parametrize(
    ("registered", "opened"),
    [
        ("https://shop.example/xapp", f"https://shop.example/xapp?{ADDED}"),
        ("https://shop.example", f"https://shop.example/?{ADDED}"),
        ("https://shop.example/?a=1", f"https://shop.example/?a=1&{ADDED}"),
        ("https://shop.example/?", f"https://shop.example/?{ADDED}"),
        ("https://shop.example/#/home", f"https://shop.example/?{ADDED}#/home"),
        ("https://shop.example/x?a=1#/home?b=2", f"https://shop.example/x?a=1&{ADDED}#/home?b=2"),
        ("http://localhost:5173/", f"http://localhost:5173/?{ADDED}"),
    ],
)
def test_token_and_style_follow_the_registered_query_and_precede_the_fragment(registered, opened):
    assert launch_url(registered, OTT, "DARK") == opened


@given(parameters)
def test_links_carry_the_parameters_and_lead_nowhere_else(given_parameters):
    for link in (
        detect_url(SETTINGS, "shop.corner", given_parameters),
        wallet_link(SETTINGS, "shop.corner", given_parameters),
    ):
        parts = urlsplit(link)
        assert link.isascii()
        assert link.isprintable()
        assert (parts.scheme, parts.netloc, parts.path) in {
            ("https", "sign.example", "/detect/xapp:shop.corner"),
            ("sealgate", "xapp", "/shop.corner"),
        }
        assert dict(parse_qsl(parts.query, keep_blank_values=True)) == given_parameters


def test_the_wallet_link_is_the_operators_choice():
    settings = Settings(public_url="https://sign.example", xapp_link="mywallet://open?{base}&{id}")

    assert wallet_link(settings, "shop.corner", {}) == "mywallet://open?https://sign.example&shop.corner"


@given(parameters)
def test_the_servers_own_wallet_gets_the_link_whole(asked):
    link = detect_url(SETTINGS, "shop.corner", asked)

    parts = urlsplit(web_wallet_link("shop.corner", link))

    assert parts.path == "/wallet/xapps/shop.corner"
    assert dict(parse_qsl(parts.query)) == {"from": "DEEP_LINK", "content": link}
