"""The User-Agent that tells a wallet's web view from a browser."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.xapps.user_agents import is_wallet, ott_of

OTT = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52"


@pytest.mark.parametrize(
    ("user_agent", "wallet", "ott"),
    [
        (f"xumm/xapp:2.9.1 (ott:{OTT})", True, OTT),
        (f"Mozilla/5.0 (iPhone) XUMM/XAPP:4.1.3 (OTT:{OTT.upper()})", True, OTT),
        ("xumm/xapp", True, None),
        ("xumm/xapp:1 (ott:none)", True, None),
        ("Mozilla/5.0 (X11; Linux x86_64) Chrome/141", False, None),
        ("", False, None),
    ],
)
def test_wallets_are_told_from_browsers(user_agent, wallet, ott):
    assert is_wallet(user_agent) is wallet
    assert ott_of(user_agent) == ott


@given(st.text(max_size=100))
def test_any_text_may_be_a_user_agent(text):
    assert is_wallet(text) in (True, False)
    assert ott_of(text) is None or len(str(ott_of(text))) == 36
