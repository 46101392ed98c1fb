"""Authlib, unmodified: its Flask client, given the address of the metadata and nothing else, and its plain session."""

import json
from base64 import urlsafe_b64decode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import pytest
import requests  # type: ignore[import-untyped]
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet

from tests.compat.sign_in_stage import CALLBACK_WITH_QUERY, GOODBYE, LOOPBACK
from tests.oauth_browser import Answer

PKCE = {"code_challenge_method": "S256"}


@pytest.fixture
def metadata(sign_in_stage):
    return requests.get(f"{sign_in_stage.issuer}/.well-known/openid-configuration", timeout=10).json()


class Website:
    """A Flask application of somebody who followed Authlib's guide."""

    def __init__(self, stage, app=None, **client_kwargs) -> None:
        app = app or stage.server
        self.flask = flask.Flask("website")
        self.flask.secret_key = "for the session cookie"
        self.flask.testing = True  # errors reach the test
        self.client = OAuth(self.flask).register(
            "wallet",
            client_id=app["api_key"],
            client_secret=app["api_secret"],
            server_metadata_url=f"{stage.issuer}/.well-known/openid-configuration",
            client_kwargs=client_kwargs,
        )
        self.asked: dict[str, str] = {}
        self.token: dict[str, Any] | None = None
        self.flask.add_url_rule("/login", view_func=self.login)
        self.flask.add_url_rule("/callback", view_func=self.callback, methods=["GET", "POST"])
        self.visit = self.flask.test_client()

    def login(self):
        return self.client.authorize_redirect(CALLBACK_WITH_QUERY, **self.asked)

    def callback(self):
        self.token = self.client.authorize_access_token()
        return "signed in"

    def begin(self, **asked: str) -> str:
        self.asked = asked
        return self.visit.get("/login", base_url="https://rp.example").headers["location"]

    def receive(self, answer: Answer) -> dict[str, Any]:
        parts = urlsplit(answer.url)
        path, query = parts.path, parts.query
        if answer.form is None:
            self.visit.get(path, query_string=query, base_url="https://rp.example")
        else:
            self.visit.post(path, query_string=query, data=answer.form, base_url="https://rp.example")
        assert self.token is not None
        return self.token

    def userinfo(self, token: dict[str, Any]) -> dict[str, Any]:
        with self.flask.app_context():
            return dict(self.client.userinfo(token=token))


def head_of(token: str) -> dict[str, Any]:
    return json.loads(urlsafe_b64decode(token.partition(".")[0] + "=="))


class TestAWebsite:
    @pytest.mark.parametrize("pkce", [{}, PKCE], ids=["secret alone", "secret and PKCE"])
    def test_signs_people_in(self, sign_in_stage, visitor, pkce):
        website = Website(sign_in_stage, scope="openid profile email", **pkce)

        token = website.receive(visitor.browser.signs_in(website.begin(), sign_in_stage.alice))

        alice = sign_in_stage.alice.account
        assert token["userinfo"]["sub"] == alice
        assert (token["token_type"], token["expires_in"]) == ("Bearer", 86_400)
        assert "refresh_token" not in token
        told = website.userinfo(token)
        assert (told["sub"], told["account"], told["preferred_username"]) == (alice, alice, alice)
        assert None not in told.values()

    def test_gets_the_answer_by_form(self, sign_in_stage, visitor):
        website = Website(sign_in_stage, scope="openid", **PKCE)

        # Flask's session cookie has to come along with a post from another site.
        website.flask.config.update(SESSION_COOKIE_SAMESITE="None", SESSION_COOKIE_SECURE=True)
        answer = visitor.browser.signs_in(website.begin(response_mode="form_post"), sign_in_stage.alice)

        assert answer.url == CALLBACK_WITH_QUERY
        assert website.receive(answer)["userinfo"]["sub"] == sign_in_stage.alice.account

    def test_gets_id_tokens_by_the_algorithm_of_its_app(self, sign_in_stage, visitor):
        app = sign_in_stage.registers(redirect_uris=[CALLBACK_WITH_QUERY], id_token_alg="ES256")
        website = Website(sign_in_stage, app, scope="openid", **PKCE)

        token = website.receive(visitor.browser.signs_in(website.begin(), sign_in_stage.alice))

        assert head_of(token["id_token"])["alg"] == "ES256"
        assert head_of(token["access_token"])["alg"] == "RS256"
        assert token["userinfo"]["sub"] == sign_in_stage.alice.account

    def test_hears_that_it_was_declined(self, sign_in_stage, visitor):
        website = Website(sign_in_stage, scope="openid")

        answer = visitor.browser.is_declined(website.begin(), sign_in_stage.alice)

        with pytest.raises(OAuthError, match="access_denied"):
            website.receive(answer)

    def test_is_let_in_again_without_a_signature(self, sign_in_stage, visitor):
        website = Website(sign_in_stage, scope="openid")
        first = website.receive(visitor.browser.signs_in(website.begin(), sign_in_stage.alice))

        again = visitor.browser.goes_to(website.begin(prompt="none"))

        assert isinstance(again, Answer)
        second = website.receive(again)
        assert second["userinfo"]["auth_time"] == first["userinfo"]["auth_time"]

    def test_signs_people_out(self, sign_in_stage, visitor):
        website = Website(sign_in_stage, scope="openid")
        token = website.receive(visitor.browser.signs_in(website.begin(), sign_in_stage.alice))
        with website.flask.app_context():
            logout = website.client.create_logout_url(GOODBYE, token["id_token"])

        left = visitor.browser.goes_to(logout["url"])
        after = visitor.browser.goes_to(website.begin(prompt="none"))

        assert left == Answer(f"{GOODBYE}?state={logout['state']}")
        assert isinstance(after, Answer)
        with pytest.raises(OAuthError, match="login_required"):
            website.receive(after)


@pytest.fixture
def session(sign_in_stage, metadata):
    """A program with the secret of its app, which asks to stay signed in."""
    with OAuth2Session(
        sign_in_stage.server["api_key"],
        sign_in_stage.server["api_secret"],
        scope="openid offline_access",
        redirect_uri=CALLBACK_WITH_QUERY,
        token_endpoint=metadata["token_endpoint"],
        **PKCE,
    ) as session:
        yield session


@pytest.fixture
def signed_in(session, metadata, sign_in_stage, visitor):
    """The session after a sign-in with consent to stay."""
    verifier = "v" * 64
    url, state = session.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, prompt="consent"
    )
    answer = visitor.browser.signs_in(url, sign_in_stage.alice)
    session.fetch_token(authorization_response=answer.url, code_verifier=verifier, state=state)
    return session


class TestASession:
    def test_refreshes_and_keeps_who_it_is_for(self, signed_in, metadata):
        before = dict(signed_in.token)

        after = signed_in.refresh_token()

        assert after["refresh_token"] != before["refresh_token"]
        assert after["access_token"] != before["access_token"]
        keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
        old, new = (jwt.decode(token["id_token"], keys).claims for token in (before, after))
        kept = ("iss", "sub", "aud", "auth_time")
        assert [new[claim] for claim in kept] == [old[claim] for claim in kept]
        assert "nonce" not in new

    def test_has_no_second_use_of_a_code(self, session, metadata, sign_in_stage, visitor):
        url, _ = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier="v" * 64)
        answer = visitor.browser.signs_in(url, sign_in_stage.alice)
        token = session.fetch_token(authorization_response=answer.url, code_verifier="v" * 64)

        with pytest.raises(OAuthError, match="invalid_grant"):
            session.fetch_token(authorization_response=answer.url, code_verifier="v" * 64)

        assert session.introspect_token(metadata["introspection_endpoint"], token["access_token"]).json() == {
            "active": False
        }

    def test_introspects_and_revokes(self, signed_in, metadata, sign_in_stage):
        def active(kind):
            told = signed_in.introspect_token(metadata["introspection_endpoint"], signed_in.token[kind]).json()
            assert not told["active"] or told["sub"] == sign_in_stage.alice.account
            return told["active"]

        assert active("access_token")
        assert active("refresh_token")

        answer = signed_in.revoke_token(metadata["revocation_endpoint"], signed_in.token["refresh_token"])

        assert answer.status_code == 200
        assert not active("access_token")
        assert not active("refresh_token")
        with pytest.raises(OAuthError, match="invalid_grant"):
            signed_in.refresh_token()

    def test_is_refused_with_a_wrong_secret(self, sign_in_stage, metadata):
        with OAuth2Session(sign_in_stage.server["api_key"], sign_in_stage.native["api_secret"]) as stranger:
            answer = stranger.introspect_token(metadata["introspection_endpoint"], "anything")

        assert answer.status_code == 401
        assert answer.json()["error"] == "invalid_client"
        assert answer.headers["www-authenticate"].startswith("Basic ")

    def test_checks_id_tokens_itself(self, signed_in, metadata, sign_in_stage):
        jwks = requests.get(metadata["jwks_uri"], timeout=10).json()
        id_token, access_token = signed_in.token["id_token"], signed_in.token["access_token"]

        decoded = jwt.decode(id_token, KeySet.import_key_set(jwks), algorithms=["RS256"])
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"values": [metadata["issuer"]]}, "aud": {"value": sign_in_stage.server["api_key"]}},
            {"client_id": sign_in_stage.server["api_key"], "access_token": access_token},
        )

        claims.validate()
        head, body, signature = id_token.split(".")
        other = "A" if signature[9] != "A" else "B"
        with pytest.raises(BadSignatureError):
            jwt.decode(f"{head}.{body}.{signature[:9]}{other}{signature[10:]}", KeySet.import_key_set(jwks))


class TestAProgramWithoutASecret:
    def test_signs_in_with_pkce_alone_on_any_port(self, sign_in_stage, metadata, visitor):
        here = LOOPBACK.replace("127.0.0.1", "127.0.0.1:49152")
        told = {"redirect_uri": here, "token_endpoint": metadata["token_endpoint"], **PKCE}
        with OAuth2Session(sign_in_stage.native["api_key"], scope="openid", **told) as session:
            url, _ = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier="w" * 64)
            answer = visitor.browser.signs_in(url, sign_in_stage.alice)

            token = session.fetch_token(authorization_response=answer.url, code_verifier="w" * 64)
            person = session.get(metadata["userinfo_endpoint"]).json()

        assert answer.url.startswith(f"{here}?")
        assert parse_qs(urlsplit(answer.url).query)["iss"] == [sign_in_stage.issuer]
        assert person["sub"] == sign_in_stage.alice.account
        assert token["scope"] == "openid"

    def test_is_refused_without_the_verifier(self, sign_in_stage, metadata, visitor):
        with OAuth2Session(
            sign_in_stage.native["api_key"], redirect_uri=LOOPBACK, token_endpoint=metadata["token_endpoint"], **PKCE
        ) as session:
            url, _ = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier="w" * 64)
            answer = visitor.browser.signs_in(url, sign_in_stage.alice)

            with pytest.raises(OAuthError, match="invalid_grant"):
                session.fetch_token(authorization_response=answer.url)

    def test_signs_in_by_a_device_code(self, sign_in_stage, metadata, visitor):
        with OAuth2Session(
            sign_in_stage.native["api_key"], scope="openid", token_endpoint=metadata["token_endpoint"]
        ) as session:
            asked = {"client_id": session.client_id, "scope": "openid"}
            waiting = requests.post(metadata["device_authorization_endpoint"], data=asked, timeout=10).json()
            visitor.approves_device(waiting["verification_uri_complete"])

            token = session.fetch_token(
                grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=waiting["device_code"]
            )
            told = session.get(metadata["userinfo_endpoint"]).json()

        assert told["sub"] == sign_in_stage.alice.account
        assert token["id_token"]
