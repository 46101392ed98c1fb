"""People sign in to programs: over the browser and a loopback port, and on devices without one."""

import re
import threading
from urllib.parse import urlsplit

import pytest
from sealgate_client import OAuthRefused, TimedOut

from tests.compat.tab import Tab
from tests.sdks.python.conftest import registers

CALLBACK = "http://127.0.0.1:51004/callback"
GRANTS = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]


HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def agrees_to_stay(tab, url, alice):
    """Sign in, and agree on the page that asks, once, whether the app may keep somebody signed in."""
    uuid = urlsplit(tab.get(url).headers["location"]).path.rpartition("/")[2]
    alice.signs(uuid)
    page = tab.get(f"/signin?txn={uuid}")
    if page.status_code == 303:
        return page.headers["location"]
    asked = dict(HIDDEN.findall(page.text))
    return tab.get("/signin", {**asked, "answer": "yes"}).headers["location"]


@pytest.fixture
def stage(on_sqlite):
    """The grants are the same statements on both engines; tests of the server's compare them."""
    return on_sqlite


@pytest.fixture
def program(clients, stage):
    """A program on somebody's computer: it has no secret."""
    made = registers(stage, type="native", redirect_uris=["http://127.0.0.1/callback"], grant_types=GRANTS)
    return clients.make(stage.platform.url, made["api_key"], "")


class TestAtThisComputer:
    def test_out_by_the_browser_and_back_over_loopback(self, program, stage):
        visits = []

        def open_browser(url: str) -> None:
            def visit() -> None:
                tab = Tab(stage.platform.url)
                back = tab.sign_in(url, stage.alice)
                strange = back.replace("state=", "state=x")
                visits.append([tab.get(strange).status_code, tab.get(back).status_code])
                tab.close()

            threading.Thread(target=visit).start()

        tokens = program.oauth.sign_in_here(open_browser=open_browser)

        assert tokens.claims.account == stage.alice.account
        assert program.as_user(tokens.access_token).ping().sub == stage.alice.account

    def test_not_for_ever(self, program):
        with pytest.raises(TimedOut):
            program.oauth.sign_in_here(open_browser=lambda url: None, timeout_s=0.1)


class TestACode:
    def test_answers_the_sign_in_that_was_begun(self, program, stage, tab):
        begun, other = program.oauth.begin(CALLBACK), program.oauth.begin(CALLBACK)
        back = tab.sign_in(begun.url, stage.alice)

        with pytest.raises(OAuthRefused) as refused:
            program.oauth.finish(other, back)

        assert refused.value.code == "wrong_answer"
        assert program.oauth.finish(begun, back).claims.account == stage.alice.account

    def test_counts_once(self, program, stage, tab):
        begun = program.oauth.begin(CALLBACK)
        back = tab.sign_in(begun.url, stage.alice)
        program.oauth.finish(begun, back)

        with pytest.raises(OAuthRefused) as refused:
            program.oauth.finish(begun, back)

        assert (refused.value.code, refused.value.status) == ("invalid_grant", 400)

    def test_of_another_server_is_not_redeemed(self, program, stage, tab):
        begun = program.oauth.begin(CALLBACK)
        back = {"state": begun.state, "code": "abc", "iss": "https://elsewhere.example"}

        with pytest.raises(OAuthRefused) as refused:
            program.oauth.finish(begun, back)

        assert refused.value.code == "wrong_answer"

    def test_is_not_given_where_the_person_declines(self, program, stage, tab):
        begun = program.oauth.begin(CALLBACK)
        back = tab.sign_in(begun.url, stage.alice, declines=True)

        with pytest.raises(OAuthRefused) as refused:
            program.oauth.finish(begun, back)

        assert refused.value.code == "access_denied"

    def test_brings_tokens_that_are_renewed_without_a_wallet(self, clients, stage, tab):
        made = registers(stage, redirect_uris=[CALLBACK], grant_types=GRANTS)
        back_end = clients.make(stage.platform.url, made["api_key"], made["api_secret"])
        begun = back_end.oauth.begin(CALLBACK, scope="openid offline_access")
        tokens = back_end.oauth.finish(begun, agrees_to_stay(tab, begun.url, stage.alice))

        renewed = back_end.oauth.refresh(tokens.refresh_token)

        assert renewed.claims.account == stage.alice.account
        assert back_end.as_user(renewed.access_token).ping().sub == stage.alice.account
        back_end.oauth.revoke(renewed.refresh_token)
        with pytest.raises(OAuthRefused) as refused:
            back_end.oauth.refresh(renewed.refresh_token)
        assert refused.value.code == "invalid_grant"

    def test_leads_to_the_end_of_the_session_as_well(self, program):
        url = program.oauth.logout_url(redirect_uri="https://shop.example/", state="s")

        assert url.startswith(f"{program.url}/logout?client_id={program.api_key}&post_logout_redirect_uri=https%3A")


class TestADeviceWithoutABrowser:
    def test_waits_until_somebody_has_signed(self, program, stage, tab, monkeypatch):
        device = program.oauth.begin_device()
        tab.approve_device(device.verification_uri_complete, stage.alice)

        async def at_once(seconds):
            assert seconds >= 5

        program._server.transport.sleep = at_once
        tokens = program.oauth.wait_for_device(device)

        assert device.user_code in device.verification_uri_complete
        assert tokens.claims.account == stage.alice.account
