"""The published `xumm-sdk-py`, unmodified: its sign-in by OAuth2, with requests-oauthlib and oauthlib beneath it."""

from importlib.metadata import version

import pytest
import xumm
import xumm.client
import xumm.resource

from tests.compat.tab import Tab, answer_of

HOME = "http://localhost:3000/"


@pytest.fixture
def oauth2(stage, monkeypatch):
    """The SDK's sign-in, pointed at the platform the way its users can (oauth2 A15)."""
    env = stage.platform.env
    # oauthlib refuses plain http without this, also on localhost.
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setattr(xumm.client, "api_base", f"{env['SEALGATE_URL']}/api/v1/")
    monkeypatch.setattr(xumm.resource, "oauth2_base", env["SEALGATE_URL"])
    monkeypatch.setattr(xumm, "api_key", None)
    monkeypatch.setattr(xumm, "api_secret", None)
    return xumm.XummSdk(env["SEALGATE_API_KEY"], env["SEALGATE_API_SECRET"]).oauth2


@pytest.fixture
def tab(stage):
    opened = Tab(stage.platform.url)
    yield opened
    opened.close()


def called_back(oauth2, tab, stage, **how):
    """Sign in and return the address the app is called back at, and the state it sent."""
    address, state = oauth2.auth(HOME)
    return tab.sign_in(address, stage.alice, **how), state


class TestSigningIn:
    def test_calls_back_with_what_the_sdk_reads(self, oauth2, tab, stage):
        address, state = called_back(oauth2, tab, stage)

        answer = answer_of(address)
        assert address.startswith(HOME)
        assert answer["authorization_code"] == answer["code"]
        assert answer["state"] == state
        # Its sample splits the query by hand: one raw "=" a parameter (W6).
        assert all(pair.count("=") == 1 for pair in address.partition("?")[2].split("&"))

    def test_gives_the_sdk_its_token(self, oauth2, tab, stage):
        code = answer_of(called_back(oauth2, tab, stage)[0])["authorization_code"]

        token = oauth2.token(HOME, code)

        assert token.access_token.count(".") == 2
        assert (token.token_type, token.expires_in, token.refresh_token) == ("bearer", 86_400, "")
        assert isinstance(token.expires_at, float), version("oauthlib")

    def test_tells_the_sdk_who_signed(self, oauth2, tab, stage):
        code = answer_of(called_back(oauth2, tab, stage)[0])["authorization_code"]
        token = oauth2.token(HOME, code)

        person = oauth2.userinfo(token.access_token)

        assert person.sub == person.account == stage.alice.account
        assert person.email == f"{stage.platform.env['SEALGATE_API_KEY']}+{stage.alice.account}@users.invalid"
        assert person.network_type == "MAINNET"
        assert (person.blocked, person.kyc_approved, person.pro_subscription) == (False, False, False)

    def test_that_is_declined_calls_back_with_an_error(self, oauth2, tab, stage):
        address, state = called_back(oauth2, tab, stage, declines=True)

        answer = answer_of(address)
        assert answer["error"] == "access_denied"
        assert answer["error_description"] == "The XUMM sign in request has been rejected"
        assert answer["state"] == state

    def test_gives_one_token_for_a_code(self, oauth2, tab, stage):
        code = answer_of(called_back(oauth2, tab, stage)[0])["authorization_code"]
        oauth2.token(HOME, code)

        with pytest.raises(Exception, match="invalid_grant") as refused:
            oauth2.token(HOME, code)

        assert type(refused.value).__module__.startswith("oauthlib")
