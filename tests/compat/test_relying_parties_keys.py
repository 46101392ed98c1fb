"""Tokens checked offline, by PyJWT with the keys of `/certs`, also while these rotate."""

import threading
import time
from typing import Any

import jwt
import pytest
import requests  # type: ignore[import-untyped]
from requests_oauthlib import OAuth2Session

from tests.compat.sign_in_stage import CALLBACK


class Signed:
    """What somebody holds who signed in."""

    def __init__(self, stage, visitor) -> None:
        discovered = requests.get(f"{stage.issuer}/.well-known/openid-configuration", timeout=10).json()
        with OAuth2Session(stage.server["api_key"], redirect_uri=CALLBACK, scope=["openid"], pkce="S256") as session:
            url, _ = session.authorization_url(discovered["authorization_endpoint"], nonce="n-0S6_WzA2Mj")
            answer = visitor.browser.signs_in(url, stage.alice)
            token = session.fetch_token(
                discovered["token_endpoint"],
                authorization_response=answer.url,
                client_secret=stage.server["api_secret"],
            )
        self.id_token, self.access_token = token["id_token"], token["access_token"]


class Verifier:
    """A resource server: knows the issuer, the audience and where the keys are, and calls nobody for a token.

    Args:
        remembers: Keeps the keys it fetched, until a token names another; else it fetches them for each token.
    """

    def __init__(self, stage, *, remembers: bool = True) -> None:
        self._issuer, self._audience = stage.issuer, stage.server["api_key"]
        # The day that goes by in the tests is shorter than the half minute for which it would look for no new key.
        self._keys = jwt.PyJWKClient(
            f"{stage.issuer}/certs", cache_jwk_set=remembers, lifespan=3600, cooldown_duration=0
        )

    def accepts(self, token: str, **expected) -> dict[str, Any]:
        key = self._keys.get_signing_key_from_jwt(token)
        return jwt.decode(
            token, key, algorithms=["RS256"], **{"audience": self._audience, "issuer": self._issuer, **expected}
        )


def kid_of(token: str) -> str:
    return str(jwt.get_unverified_header(token)["kid"])


@pytest.fixture
def signed(sign_in_stage, visitor):
    return Signed(sign_in_stage, visitor)


class TestOffline:
    def test_an_id_token_says_who_signed_in_to_which_app(self, sign_in_stage, signed):
        claims = Verifier(sign_in_stage).accepts(
            signed.id_token, options={"require": ["iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"]}
        )

        assert (claims["sub"], claims["nonce"]) == (sign_in_stage.alice.account, "n-0S6_WzA2Mj")
        assert claims["exp"] - claims["iat"] == 3600
        digest = jwt.get_algorithm_by_name("RS256").compute_hash_digest(signed.access_token.encode())
        assert claims["at_hash"] == jwt.utils.base64url_encode(digest[:16]).decode()
        assert jwt.get_unverified_header(signed.id_token)["typ"] == "JWT"

    def test_an_access_token_lives_a_day(self, sign_in_stage, signed):
        claims = Verifier(sign_in_stage).accepts(signed.access_token)

        assert claims["exp"] - claims["iat"] == 86_400
        assert (claims["client_id"], claims["app_uuidv4"]) == (claims["aud"], claims["aud"])
        assert jwt.get_unverified_header(signed.access_token)["typ"] == "at+jwt"

    def test_another_audience_or_issuer_does_not_do(self, sign_in_stage, signed):
        verifier = Verifier(sign_in_stage)

        with pytest.raises(jwt.InvalidAudienceError):
            verifier.accepts(signed.id_token, audience=sign_in_stage.native["api_key"])
        with pytest.raises(jwt.InvalidIssuerError):
            verifier.accepts(signed.id_token, issuer="https://elsewhere.example")

    def test_a_changed_token_does_not_do(self, sign_in_stage, signed):
        head, body, signature = signed.id_token.split(".")
        other = "A" if signature[9] != "A" else "B"

        with pytest.raises(jwt.InvalidSignatureError):
            Verifier(sign_in_stage).accepts(f"{head}.{body}.{signature[:9]}{other}{signature[10:]}")

    def test_the_keys_are_public_and_may_be_kept(self, sign_in_stage):
        answer = requests.get(f"{sign_in_stage.issuer}/certs", timeout=10)

        assert "max-age" in answer.headers["cache-control"]
        assert [key.keys() for key in answer.json()["keys"]] == [{"kty", "n", "e", "use", "alg", "kid"}]
        same = requests.get(answer.url, headers={"if-none-match": answer.headers["etag"]}, timeout=10)
        assert (same.status_code, same.content) == (304, b"")


class TestRotation:
    def test_fails_no_verifier(self, sign_in_stage, visitor):
        """Given verifiers old and new, when keys rotate, then what was signed before and after passes all of them."""
        old = Signed(sign_in_stage, visitor)
        patient, restless = Verifier(sign_in_stage), Verifier(sign_in_stage, remembers=False)
        patient.accepts(old.id_token)
        stop, failures, rounds = threading.Event(), [], 0

        def verify_all_the_time() -> None:
            nonlocal rounds
            while not stop.wait(0.01):
                try:
                    restless.accepts(old.id_token)
                    rounds += 1
                except jwt.PyJWTError as problem:
                    failures.append(problem)

        busy = threading.Thread(target=verify_all_the_time)
        busy.start()
        published = sign_in_stage.keeper.rotates_keys()
        between = Signed(sign_in_stage, visitor)
        early = Verifier(sign_in_stage)
        early.accepts(between.id_token)
        deadline = time.monotonic() + 10
        while rounds < 20 and time.monotonic() < deadline:
            time.sleep(0.02)
        stop.set()
        busy.join()
        after_a_day = sign_in_stage.keeper.waits_a_day()
        visitor.takes_another_browser()
        new = Signed(sign_in_stage, visitor)

        assert not failures
        assert rounds >= 20
        assert [key["state"] for key in published] == ["next", "active"]
        assert [key["state"] for key in after_a_day] == ["retired", "active"]
        assert kid_of(between.id_token) == kid_of(old.id_token) == after_a_day[0]["kid"]
        assert kid_of(new.id_token) == published[0]["kid"] == after_a_day[1]["kid"]
        for verifier in (patient, restless, early, Verifier(sign_in_stage)):
            for token in (old.id_token, old.access_token, between.access_token, new.id_token, new.access_token):
                verifier.accepts(token)

    def test_at_once_ends_what_was_signed_before(self, sign_in_stage, visitor):
        old = Signed(sign_in_stage, visitor)

        replaced = sign_in_stage.keeper.replaces_keys()

        assert [key["state"] for key in replaced] == ["active"]
        with pytest.raises(jwt.PyJWKClientError):
            Verifier(sign_in_stage).accepts(old.id_token)
        told = requests.get(
            f"{sign_in_stage.issuer}/userinfo", headers={"authorization": f"Bearer {old.access_token}"}, timeout=10
        )
        assert told.status_code == 401
        assert kid_of(Signed(sign_in_stage, visitor).id_token) == replaced[0]["kid"]
