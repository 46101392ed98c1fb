"""What a wish to sign out comes to."""

from datetime import timedelta
from typing import Any

import pytest

from sealgate.apps.model import App
from sealgate.oauth.logout import Wish, judge
from sealgate.oauth.model import Session
from tests.conftest import NOON

ALICE, BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "rPdvC6ccq8hCdPKSPJkPmyZ4Mi1oG2FFkT"
APP = App(
    uuid="3b1a0d9c-0000-4000-8000-6a1f5b2e8c41", name="Shop", created_at=NOON,
    post_logout_redirect_uris=("https://shop.example/bye", "http://localhost/bye"),
)  # fmt: skip
SESSION = Session(
    hash=b"h", sid="s", app_uuid=APP.uuid, account=ALICE, auth_time=NOON, created_at=NOON, used_at=NOON,
    expires_at=NOON + timedelta(hours=12),
)  # fmt: skip
HINT = {"sub": ALICE, "aud": APP.uuid}
BYE = "https://shop.example/bye"


def wish(*, session: Session | None = SESSION, hint: dict[str, str] | None = HINT, **params: Any) -> Wish:
    """Return what it comes to; with a hint unless said otherwise."""
    if hint is not None:
        params = {"id_token_hint": "a.b.c", **params}
    return judge(params, session, hint, APP if hint else None)


class TestFollowed:
    def test_with_a_hint_and_a_registered_address(self):
        assert wish(post_logout_redirect_uri=BYE) == Wish(must_ask=False, redirect_to=BYE)

    @pytest.mark.parametrize(("state", "added"), [("a b&c=d", "?state=a%20b%26c%3Dd"), ("", "")])
    def test_the_state_comes_back_and_nothing_else(self, state, added):
        assert wish(post_logout_redirect_uri=BYE, state=state).redirect_to == BYE + added

    def test_a_program_on_this_machine_may_listen_on_any_port(self):
        uri = "http://localhost:49152/bye"

        assert wish(post_logout_redirect_uri=uri).redirect_to == uri

    def test_without_an_address_it_ends_here(self):
        assert wish() == Wish(must_ask=False)

    def test_without_a_session_too(self):
        assert wish(session=None, post_logout_redirect_uri=BYE) == Wish(must_ask=False, redirect_to=BYE)


class TestAsked:
    @pytest.mark.parametrize("params", [{}, {"state": "s"}])
    def test_where_nobody_shows_who_wants_it(self, params):
        assert wish(hint=None, **params) == Wish(must_ask=True)

    def test_where_the_hint_is_of_somebody_else(self):
        assert wish(hint={**HINT, "sub": BOB}, post_logout_redirect_uri=BYE).must_ask


class TestRefused:
    @pytest.mark.parametrize(
        "uri",
        [
            BYE + "?foo=bar", BYE + "/", BYE + "#x", "https://shop.example/", "https://shop.example.evil.example/bye",
            "https://evil.example/bye", "javascript:alert(1)", "//evil.example", "http://localhost:1/other", "x" * 5000,
        ],
    )  # fmt: skip
    def test_an_address_that_is_not_registered_leads_nowhere(self, uri):
        found = wish(post_logout_redirect_uri=uri)

        assert found.must_ask
        assert found.redirect_to is None
        assert "not registered" in found.problem

    def test_an_address_without_a_hint_leads_nowhere(self):
        found = wish(hint=None, post_logout_redirect_uri=BYE, client_id=APP.uuid)

        assert (found.must_ask, found.redirect_to) == (True, None)

    def test_a_hint_that_is_not_ours_leads_nowhere(self):
        found = judge({"id_token_hint": "forged", "post_logout_redirect_uri": BYE}, SESSION, None, None)

        assert (found.must_ask, found.redirect_to) == (True, None)

    def test_another_app_than_the_hints_leads_nowhere(self):
        found = wish(post_logout_redirect_uri=BYE, client_id="00000000-0000-4000-8000-000000000000")

        assert (found.must_ask, found.redirect_to) == (True, None)
