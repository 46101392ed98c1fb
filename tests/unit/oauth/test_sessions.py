from datetime import timedelta

import pytest

from sealgate.base.ids import new_uuid
from sealgate.oauth.errors import ConsentRequired, LoginRequired
from sealgate.oauth.model import AuthorizationRequest, Session
from sealgate.oauth.sessions import Next, consent_scopes, decide, must_agree, usable
from tests.conftest import NOON
from tests.grants import ALICE, an_app

APP = an_app()


def session(**values) -> Session:
    usual = {
        "hash": b"", "sid": new_uuid(), "app_uuid": APP.uuid, "account": ALICE, "auth_time": NOON, "created_at": NOON,
        "used_at": NOON, "expires_at": NOON + timedelta(hours=12),
    }  # fmt: skip
    return Session(**{**usual, **values})


def asked(**values) -> AuthorizationRequest:
    return AuthorizationRequest(**{"app_uuid": APP.uuid, "scope": "openid", **values})


class TestUsable:
    def test_is_a_session_of_the_same_app(self):
        assert usable(asked(), APP, session(), now=NOON) is not None
        assert usable(asked(), APP, session(app_uuid=new_uuid()), now=NOON) is None

    def test_is_one_of_any_app_where_people_are_asked(self):
        shared = an_app(session_sharing="any-client-with-consent")

        assert usable(asked(), shared, session(), now=NOON) is not None

    def test_is_none_where_sessions_are_off(self):
        alone = an_app(session_sharing="off")

        assert usable(asked(), alone, session(app_uuid=alone.uuid), now=NOON) is None

    @pytest.mark.parametrize(
        "values",
        [
            {"scope": None},
            {"scope": "XummPkce", "challenge": "x"},
            {"response_type": "token"},
            {"prompt": ("login",)},
            {"prompt": ("select_account",)},
            {"signers": ("rOther",)},
            {"force_network": "TESTNET"},
        ],
    )
    def test_is_none_for_a_request_that_wants_a_signature(self, values):
        assert usable(asked(**values), APP, session(network_type="MAINNET"), now=NOON) is None

    def test_may_be_as_old_as_the_request_says(self):
        young = asked(max_age=10)

        assert usable(young, APP, session(), now=NOON + timedelta(seconds=10)) is not None
        assert usable(young, APP, session(), now=NOON + timedelta(seconds=10.001)) is None


class TestDecision:
    @pytest.mark.parametrize(
        ("has_session", "has_consent", "prompt", "step"),
        [
            (False, False, (), Next.SIGN),
            (False, True, ("consent",), Next.SIGN),
            (True, True, (), Next.ANSWER),
            (True, True, ("none",), Next.ANSWER),
            (True, False, (), Next.AGREE),
            (True, True, ("consent",), Next.AGREE),
        ],
    )
    def test_asks_for_no_more_than_is_needed(self, has_session, has_consent, prompt, step):
        found = session() if has_session else None

        assert decide(asked(prompt=prompt), APP, found, has_consent=has_consent) is step

    def test_refuses_where_no_page_is_allowed(self):
        silent = asked(prompt=("none",))

        with pytest.raises(LoginRequired):
            decide(silent, APP, None, has_consent=True)
        with pytest.raises(ConsentRequired):
            decide(silent, APP, session(), has_consent=False)


class TestWord:
    def test_is_wanted_for_staying_signed_in(self):
        staying = asked(scope="openid offline_access")

        assert must_agree(staying, APP, has_consent=False)
        assert not must_agree(staying, APP, has_consent=True)
        assert not must_agree(staying, an_app(grant_types=("authorization_code",)), has_consent=False)

    def test_is_wanted_where_the_app_asks_for_it(self):
        assert must_agree(asked(prompt=("consent",)), APP, has_consent=True)

    def test_is_filed_under_the_set_of_scopes(self):
        assert consent_scopes(frozenset({"openid", "email"})) == "email openid"
        many = frozenset(f"scope{number}" for number in range(200))
        assert consent_scopes(many) == consent_scopes(frozenset(sorted(many, reverse=True)))
        assert consent_scopes(many) != consent_scopes(many | {"one-more"})
        assert len(consent_scopes(many)) <= 512
