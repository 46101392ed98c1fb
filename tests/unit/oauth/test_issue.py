from typing import Any

import pytest

from sealgate.base.errors import SealgateError, Unavailable
from sealgate.oauth.errors import InvalidGrant, TooManyRequests
from sealgate.oauth.grants.issue import TokenResponse, granted_scope, may_refresh
from sealgate.oauth.http.envelope import description_of, word_of
from sealgate.web.errors import BodyTooLarge, InternalFailure, MethodUnknown
from tests.grants import a_grant, an_app

TOKENS: dict[str, Any] = {"access_token": "a.b.c", "expires_in": 86_400, "expires_at": 1_795_416_815}
APP = an_app()


class TestTheBodyForOldClients:
    def test_always_has_a_refresh_token_and_a_time_with_a_fraction(self):
        body = TokenResponse(shape="compat", **TOKENS).body()

        assert body == {
            "access_token": "a.b.c",
            "token_type": "bearer",
            "expires_in": 86_400,
            "refresh_token": "",
            "expires_at": 1_795_416_815.0,
        }
        assert isinstance(body["expires_at"], float)

    def test_has_the_scope_and_the_refresh_token_where_there_are_any(self):
        body = TokenResponse(shape="compat", scope="a b", refresh_token="r", **TOKENS).body()

        assert (body["scope"], body["refresh_token"]) == ("a b", "r")


class TestTheBodyForOpenIdConnect:
    def test_has_no_members_of_ours(self):
        body = TokenResponse(shape="oidc", id_token="d.e.f", scope="openid", **TOKENS).body()

        assert body == {
            "access_token": "a.b.c",
            "token_type": "Bearer",
            "expires_in": 86_400,
            "id_token": "d.e.f",
            "scope": "openid",
        }


class TestTheScopeOfAnAnswer:
    @pytest.mark.parametrize("scope", [None, "", "XummPkce", "identity payload", "a  a"])
    def test_is_what_old_clients_sent(self, scope):
        assert granted_scope(a_grant(APP.uuid, scope=scope), offline=False) == scope

    @pytest.mark.parametrize(
        ("asked", "offline", "granted"),
        [
            ("openid", False, "openid"),
            ("email  openid email", False, "email openid"),
            ("openid wallet:read admin", False, "openid"),
            ("openid offline_access", False, "openid"),
            ("openid offline_access", True, "openid offline_access"),
            ("openid phone address", False, "openid phone address"),
        ],
    )
    def test_is_what_was_granted_with_openid(self, asked, offline, granted):
        assert granted_scope(a_grant(APP.uuid, scope=asked), offline=offline) == granted


class TestARefreshToken:
    @pytest.mark.parametrize(
        ("grant", "may"),
        [
            ({"scope": "openid offline_access"}, True),
            ({"scope": "offline_access"}, True),
            ({"scope": "openid"}, False),
            ({"scope": None}, False),
            ({"scope": "offline_access", "popup": True}, False),
            ({"scope": "offline_access", "response_type": "token"}, False),
        ],
    )
    def test_is_for_who_asked_for_it_on_a_safe_way(self, grant, may):
        assert may_refresh(APP, a_grant(APP.uuid, **grant)) is may

    def test_is_for_apps_that_may_have_it(self):
        assert not may_refresh(an_app(grant_types=("authorization_code",)), a_grant(APP.uuid, scope="offline_access"))


class TestTheWordOfARefusal:
    @pytest.mark.parametrize(
        ("refusal", "word"),
        [
            (InvalidGrant(), "invalid_grant"),
            (TooManyRequests(), "temporarily_unavailable"),
            (Unavailable(), "temporarily_unavailable"),
            (InternalFailure(), "server_error"),
            (MethodUnknown(), "invalid_request"),
            (BodyTooLarge(), "invalid_request"),
        ],
    )
    def test_is_one_of_the_protocol(self, refusal, word):
        assert word_of(refusal) == word

    def test_comes_with_a_cause_in_the_characters_allowed(self):
        assert description_of(SealgateError(message='a "b" \\ ü\n')) == "a 'b' ? ??"
