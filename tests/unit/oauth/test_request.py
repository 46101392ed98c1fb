"""How the parameters of a request become a request (oauth2 B0, B4.2)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.model import Redirect
from sealgate.ledger.addresses import encode_x_address
from sealgate.oauth.errors import OAuthError, ParametersUnusable
from sealgate.oauth.request import KNOWN, read_request, single
from tests.grants import ALICE, CALLBACK, an_app

BOB = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
APP = an_app(
    redirects=(Redirect(CALLBACK), Redirect("https://shop.example", "origin")), allow_implicit=True, require_pkce=False
)


def read(**params: str):
    return read_request(APP, {"redirect_uri": CALLBACK, "response_type": "code", **params})


class TestShape:
    @pytest.mark.parametrize(
        ("params", "shape"),
        [
            ({}, "compat"),
            ({"scope": ""}, "compat"),
            ({"scope": "profile"}, "compat"),
            ({"scope": "OPENID"}, "compat"),
            ({"scope": "openid"}, "oidc"),
            ({"scope": "email openid"}, "oidc"),
            ({"scope": "openid", "response_type": "token"}, "compat"),
        ],
    )
    def test_is_decided_by_the_request(self, params, shape):
        assert read(**params).shape == shape

    @pytest.mark.parametrize("scope", ["XummPkce", "xummpkce", "XUMMPKCE"])
    def test_is_a_popup_for_the_whole_scope_in_any_case(self, scope):
        assert read(scope=scope, response_type="token").popup
        assert not read(scope=scope).popup  # a code without PKCE is redirected, as it always was
        assert not read(scope=f"{scope} openid").popup


class TestHints:
    @pytest.mark.parametrize("hint", [ALICE, encode_x_address(ALICE, 7), f" {ALICE} "])
    def test_at_an_address_make_it_the_signer(self, hint):
        request = read(login_hint=hint)

        assert request.signers == (ALICE,)
        assert request.hint == ALICE

    @pytest.mark.parametrize("hint", ["buffy@sign.example", "r", "x" * 5000, "1" * 5000, "\u0661"])
    def test_at_nobody_are_none(self, hint):
        assert read(login_hint=hint).signers == ()

    def test_give_way_to_signers_and_to_a_free_choice(self):
        assert read(login_hint=ALICE, signers=BOB).signers == (BOB,)
        assert read(login_hint=ALICE, signers=f"{BOB},{ALICE}").signers == (ALICE,)
        assert read(login_hint=ALICE, prompt="select_account").signers == ()

    def test_of_an_id_token_come_first(self):
        params = {"redirect_uri": CALLBACK, "response_type": "code", "login_hint": ALICE}

        assert read_request(APP, params, hinted=BOB).signers == (BOB,)


class TestPrompt:
    def test_knows_four_values_and_ignores_others(self):
        assert read(prompt="login consent hurry").prompt == ("consent", "login")


class TestDigest:
    def test_is_another_for_every_request(self):
        digests = {read(state=state).digest for state in ("a", "b")} | {read(scope="openid").digest}

        assert len(digests) == 3
        assert all(len(digest) == 43 for digest in digests)


class TestParameters:
    def test_without_a_value_count_as_absent(self):
        assert single([("state", ""), ("scope", ""), ("nonce", "n")]) == {"scope": "", "nonce": "n"}

    @pytest.mark.parametrize("name", sorted(KNOWN))
    def test_with_a_meaning_come_once(self, name):
        with pytest.raises(ParametersUnusable):
            single([(name, "a"), (name, "a")])

    @given(st.dictionaries(st.sampled_from(sorted(KNOWN)), st.text(max_size=60)))
    def test_of_any_kind_are_read_or_refused(self, params):
        try:
            request = read_request(APP, {"redirect_uri": CALLBACK, "response_type": "code"} | params)
        except OAuthError:
            return
        assert request.redirect_uri.startswith("https://shop.example")
