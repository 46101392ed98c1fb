"""requests-oauthlib and oauthlib, unmodified, with nothing but what the metadata says."""

from typing import Any
from urllib.parse import urlsplit

import pytest
import requests  # type: ignore[import-untyped]
from oauthlib.oauth2 import (
    AccessDeniedError,
    InvalidClientError,
    InvalidGrantError,
    MobileApplicationClient,
    OAuth2Error,
)
from requests_oauthlib import OAuth2Session

from tests.compat.sign_in_stage import CALLBACK


@pytest.fixture
def metadata(sign_in_stage):
    return requests.get(f"{sign_in_stage.issuer}/.well-known/oauth-authorization-server", timeout=10).json()


class Program:
    """A program with the secret of its app.

    Attributes:
        session: The library's.
    """

    def __init__(self, stage, metadata, visitor, **how) -> None:
        self._stage, self._metadata, self._visitor = stage, metadata, visitor
        self.secret = stage.server["api_secret"]
        self.session = OAuth2Session(stage.server["api_key"], redirect_uri=CALLBACK, **how)

    def sign_in(self, **asked) -> dict[str, Any]:
        return self.fetch(self.begin(self._visitor.browser.signs_in, **asked))

    def begin(self, act, **asked) -> str:
        url, _ = self.session.authorization_url(self._metadata["authorization_endpoint"], **asked)
        answer = act(url, self._stage.alice)
        assert answer.form is None
        return str(answer.url)

    def fetch(self, address: str, **how) -> dict[str, Any]:
        return dict(
            self.session.fetch_token(
                self._metadata["token_endpoint"], authorization_response=address,
                **{"client_secret": self.secret, **how},
            )
        )  # fmt: skip

    def userinfo(self) -> dict[str, Any]:
        return dict(self.session.get(self._metadata["userinfo_endpoint"]).json())


@pytest.fixture
def make(sign_in_stage, metadata, visitor):
    """Return a function that makes a program."""
    made = []

    def make(**how):
        made.append(Program(sign_in_stage, metadata, visitor, **how))
        return made[-1]

    yield make
    for program in made:
        program.session.close()


class TestASession:
    @pytest.mark.parametrize("pkce", [None, "S256"])
    def test_signs_in_as_open_id_connect(self, make, sign_in_stage, pkce):
        program = make(scope=["openid", "profile"], pkce=pkce)

        token = program.sign_in()

        assert token["token_type"] == "Bearer"
        assert token["scope"] == ["openid", "profile"]
        assert token["id_token"] != token["access_token"]
        assert program.userinfo()["account"] == sign_in_stage.alice.account

    @pytest.mark.parametrize("scope", [None, ["somescope"]])
    def test_signs_in_as_before_open_id_connect(self, make, sign_in_stage, scope):
        program = make(scope=scope)

        token = program.sign_in()

        assert (token["token_type"], token["refresh_token"], "id_token" in token) == ("bearer", "", False)
        assert isinstance(token["expires_at"], float)
        told = program.userinfo()
        assert (told["sub"], told["name"], told["profile"]["slug"]) == (sign_in_stage.alice.account, None, None)

    def test_sends_its_credentials_either_way(self, make):
        by_header, in_body = make(scope=["openid"]), make(scope=["openid"])

        first = by_header.fetch(by_header.begin(by_header._visitor.browser.signs_in), include_client_id=False)
        # A session is remembered, so the second asks anew.
        address = in_body.begin(in_body._visitor.browser.signs_in, prompt="login")
        second = in_body.fetch(address, include_client_id=True)

        assert first["access_token"] != second["access_token"]

    def test_hears_that_it_was_declined(self, make, visitor):
        program = make(scope=["openid"])
        address = program.begin(visitor.browser.is_declined)

        with pytest.raises(AccessDeniedError):
            program.fetch(address)

    def test_refreshes_and_finds_the_old_token_dead_after_reuse(self, make, metadata):
        program = make(scope=["openid", "offline_access"], pkce="S256")
        token = program.sign_in(prompt="consent")
        credentials = (program.session.client_id, program.secret)

        def refresh(refresh_token):
            return program.session.refresh_token(metadata["token_endpoint"], refresh_token, auth=credentials)

        second = refresh(token["refresh_token"])
        third = refresh(second["refresh_token"])
        refresh(second["refresh_token"])  # the answer was lost: once more is fine

        with pytest.raises(InvalidGrantError):
            refresh(second["refresh_token"])
        with pytest.raises(InvalidGrantError):
            refresh(third["refresh_token"])
        assert requests.get(
            metadata["userinfo_endpoint"], headers={"authorization": f"Bearer {third['access_token']}"}, timeout=10
        ).json()["error"] == "invalid_token"  # fmt: skip

    def test_is_refused_with_a_wrong_secret_or_verifier(self, make):
        program = make(scope=["openid"], pkce="S256")
        address = program.begin(program._visitor.browser.signs_in)

        with pytest.raises(InvalidClientError):
            program.fetch(address, client_secret="5a1cb6f4-4c1a-4bd0-93d5-6f6f3a3c7a39")
        program.session._code_verifier = "x" * 64
        with pytest.raises(InvalidGrantError):
            program.fetch(address)

    def test_revokes(self, make, metadata):
        program = make(scope=["openid"])
        token = program.sign_in()["access_token"]
        url, headers, body = program.session._client.prepare_token_revocation_request(
            metadata["revocation_endpoint"], token
        )
        credentials = (program.session.client_id, program.secret)

        answer = requests.post(url, data=body, headers=headers, auth=credentials, timeout=10)

        assert (answer.status_code, answer.text) == (200, "")
        assert program.userinfo()["error"] == "invalid_token"


class TestAMobileApplication:
    def test_takes_its_token_from_the_fragment(self, sign_in_stage, metadata, visitor):
        link = "https://rp.example/app-link"
        app = sign_in_stage.registers(redirect_uris=[link], type="native", allow_implicit=True)
        client = MobileApplicationClient(app["api_key"])
        with OAuth2Session(client=client, redirect_uri=link, scope=["somescope"]) as session:
            url, _ = session.authorization_url(metadata["authorization_endpoint"], response_mode="fragment")
            address = visitor.browser.signs_in(url, sign_in_stage.alice).url

            token = session.token_from_fragment(address)

            told = session.get(metadata["userinfo_endpoint"]).json()

        assert urlsplit(address).query == ""
        assert token["token_type"] == "bearer"
        assert told["sub"] == sign_in_stage.alice.account

    def test_is_refused_where_it_may_not(self, sign_in_stage, metadata, visitor):
        client = MobileApplicationClient(sign_in_stage.server["api_key"])
        with OAuth2Session(client=client, redirect_uri=CALLBACK) as session:
            url, _ = session.authorization_url(metadata["authorization_endpoint"], response_mode="fragment")
            answer = visitor.browser.goes_to(url)

            with pytest.raises(OAuth2Error, match="unauthorized_client"):
                session.token_from_fragment(answer.url)
