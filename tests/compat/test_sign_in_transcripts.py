"""What known clients send and read at a sign-in, request by request (oauth2 A14): none of them may notice a difference.

The requests are written as the clients write them on the wire: headers, order and encoding of the parameters.
"""

import json
import re
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import requests  # type: ignore[import-untyped]

from tests.compat.tab import Tab, answer_of

FORM = "application/x-www-form-urlencoded"
PAGE = "http://localhost:3000/app/page"
HOME = "http://localhost:3000/"
LOOPBACK = "http://127.0.0.1:58890/"
HEX_128 = "0123456789abcdef" * 8
CHALLENGE = urlsafe_b64encode(sha256(HEX_128.encode()).digest()).rstrip(b"=").decode()
LONG_STATE = "CfDJ8" + "Ab-_" * 400
MESSAGE = re.compile(rb'<script[^>]*type="application/json"[^>]*>(.*?)</script>', re.DOTALL)


class Desk:
    """A platform, its demo app's credentials, a tab to sign in with, and a plain HTTP client."""

    def __init__(self, stage) -> None:
        self.stage = stage
        self.url = stage.platform.url
        self.key = stage.platform.env["SEALGATE_API_KEY"]
        self.secret = stage.platform.env["SEALGATE_API_SECRET"]
        self.tab = Tab(self.url)
        self.http = requests.Session()
        self.http.trust_env = False

    @property
    def basic(self) -> str:
        return "Basic " + b64encode(f"{self.key}:{self.secret}".encode()).decode()

    def sign_in(self, query: str) -> str:
        """Go through `/auth` with this query and return the address the client is called back at."""
        return self.tab.sign_in(f"{self.url}/auth?{query}", self.stage.alice)

    def token(self, body: str, **headers: str) -> requests.Response:
        """Send a form to the token endpoint."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(f"{self.url}/token", data=body, headers={"content-type": FORM, **named}, timeout=10)

    def userinfo(self, token: str, **headers: str) -> requests.Response:
        sent = {"authorization": f"Bearer {token}", **{n.replace("_", "-"): v for n, v in headers.items()}}
        return self.http.get(f"{self.url}/userinfo", headers=sent, timeout=10)

    def close(self) -> None:
        self.tab.close()
        self.http.close()


@pytest.fixture
def desk(stage):
    opened = Desk(stage)
    yield opened
    opened.close()


def read(token: str) -> dict[str, Any]:
    """Read a token as the browser SDKs do: without a look at the signature."""
    part = token.split(".")[1]
    return dict(json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))))


class TestXummSdkPyWithRequestsOauthlib:
    def test_signs_in(self, desk):
        address = desk.sign_in(
            f"response_type=code&client_id={desk.key}&redirect_uri={quote(HOME, safe='')}"
            "&state=Xy1ZpQ7tR0aBcDeFgHiJkLmNoPqRsT"
        )
        code = answer_of(address)["authorization_code"]

        answer = desk.token(
            f"grant_type=authorization_code&code={code}&redirect_uri={quote(HOME, safe='')}",
            accept="application/json", authorization=desk.basic,
        )  # fmt: skip

        token = answer.json()
        assert {"access_token", "token_type", "expires_in", "refresh_token", "expires_at"} == token.keys()
        assert isinstance(token["expires_at"], float)
        assert token["refresh_token"] == ""
        person = desk.userinfo(
            token["access_token"], x_api_key=desk.key, x_api_secret=desk.secret, content_type="application/json"
        ).json()
        assert person.keys() >= {
            "sub", "email", "picture", "account", "name", "domain", "blocked", "source", "force_dtag", "kycApproved",
            "proSubscription", "networkType", "networkEndpoint",
        }  # fmt: skip


class TestTheBrowserSdk:
    def query(self, desk, page=PAGE, kind="code"):
        pkce = f"&code_challenge={CHALLENGE}&code_challenge_method=S256" if kind == "code" else ""
        return (
            f"response_type={kind}&client_id={desk.key}&state={HEX_128}&scope=XummPkce"
            f"&redirect_uri={quote(page, safe='')}{pkce}"
        )

    def message(self, desk, query):
        """Sign in by popup and return what the opener is told."""
        begun = desk.tab.get(f"/auth?{query}")
        assert begun.status_code == 303, begun.text
        uuid = urlsplit(begun.headers["location"]).path.rpartition("/sign/")[2]
        desk.stage.alice.signs(uuid)
        page = desk.tab.get(f"/signin?txn={uuid}")
        assert page.status_code == 200
        found = MESSAGE.search(page.content)
        assert found is not None, page.text
        return json.loads(found.group(1))

    def redeem(self, desk, page, code):
        return desk.token(
            f"grant_type=authorization_code&code={code}&client_id={desk.key}"
            f"&redirect_uri={quote(page, safe='')}&code_verifier={HEX_128}",
            accept="application/json", content_type=f"{FORM};charset=UTF-8", origin="http://localhost:3000",
            sec_fetch_site="cross-site", sec_fetch_mode="cors",
        )  # fmt: skip

    def full_address(self, told):
        text = json.dumps(told)
        found = re.search(r'full_redirect_uri[\\"]+: *[\\"]+([^"\\]+)', text)
        assert found is not None, text
        return found.group(1).replace("\\u0026", "&")

    def test_trades_its_code_with_the_same_challenge_again_and_again(self, desk):
        for _ in range(2):
            address = self.full_address(self.message(desk, self.query(desk)))
            answer = self.redeem(desk, PAGE, answer_of(address)["code"])

            assert answer.status_code == 200, answer.text
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.json()["scope"] == "XummPkce"
            person = desk.userinfo(answer.json()["access_token"], origin="http://localhost:3000")
            assert person.headers["access-control-allow-origin"] == "*"
            assert isinstance(person.json()["profile"], dict)

    def test_on_a_phone_sends_the_address_of_its_page_by_then(self, desk):
        address = self.full_address(self.message(desk, self.query(desk)))

        answer = self.redeem(desk, address, answer_of(address)["code"])

        assert answer.status_code == 200, answer.text

    def test_is_told_of_a_refusal_in_json(self, desk):
        answer = self.redeem(desk, PAGE, "unknown")

        assert answer.status_code == 400
        assert answer.json()["error_description"] == "Invalid authorization code."

    def test_reads_an_implicit_token_from_the_query(self, desk):
        address = self.full_address(self.message(desk, self.query(desk, kind="token")))

        answer = answer_of(address)
        claims = read(answer["access_token"])
        assert (answer["token_type"], answer["expires_in"], answer["refresh_token"]) == ("bearer", "86400", "")
        assert (claims["sub"], claims["state"]) == (desk.stage.alice.account, HEX_128)
        assert isinstance(claims["network_id"], int)
        assert claims["app_uuidv4"] == claims["client_id"] == claims["aud"] == desk.key
        assert "usertoken_uuidv4" in claims


class TestAspNet:
    def test_signs_in_with_secret_and_verifier_together(self, desk):
        address = desk.sign_in(
            f"client_id={desk.key}&scope=&response_type=code&redirect_uri={quote(HOME, safe='')}"
            f"&code_challenge={CHALLENGE}&code_challenge_method=S256&state={LONG_STATE}"
        )
        answer = answer_of(address)
        assert answer["state"] == LONG_STATE

        token = desk.token(
            f"client_id={desk.key}&redirect_uri={quote(HOME, safe='')}&client_secret={desk.secret}"
            f"&code={answer['code']}&grant_type=authorization_code&code_verifier={HEX_128}",
            accept="application/json",
        ).json()

        assert token.keys() >= {"access_token", "token_type", "refresh_token", "expires_in"}
        person = desk.userinfo(token["access_token"], accept="application/json").json()
        assert person.keys() >= {"sub", "email", "name", "picture"}


class TestSynapse:
    def test_signs_in_with_the_secret_in_the_body_and_checks_the_id_token(self, desk):
        address = desk.sign_in(
            f"response_type=code&client_id={desk.key}&redirect_uri={quote(HOME, safe='')}"
            "&scope=openid+profile&state=s1&nonce=n1"
        )
        answer = answer_of(address)
        assert "nonce" not in answer

        token = desk.token(
            f"grant_type=authorization_code&code={answer['code']}&redirect_uri={quote(HOME, safe='')}"
            f"&client_id={desk.key}&client_secret={desk.secret}"
        ).json()

        claims = read(token["id_token"])
        assert (claims["aud"], claims["nonce"], claims["iss"]) == (desk.key, "n1", desk.url)
        assert desk.userinfo(token["access_token"]).json()["sub"] == claims["sub"]


class TestExpo:
    def test_finds_the_metadata_at_the_doubled_path(self, desk):
        name = ".well-known/openid-configuration"

        answer = desk.http.get(f"{desk.url}/{name}/{name}", timeout=10)

        assert answer.json()["token_endpoint"] == f"{desk.url}/token"


class TestADesktopProgram:
    def test_signs_in_by_loopback_without_a_secret(self, desk):
        address = desk.sign_in(
            f"response_type=code&client_id={desk.key}&redirect_uri={quote(LOOPBACK, safe='')}"
            f"&code_challenge={CHALLENGE}&code_challenge_method=S256"
        )
        assert address.startswith(LOOPBACK)

        token = desk.token(
            f"grant_type=authorization_code&client_id={desk.key}&code={answer_of(address)['code']}"
            f"&redirect_uri={quote(LOOPBACK, safe='')}&code_verifier={HEX_128}"
        )

        assert token.status_code == 200, token.text


class TestTheImplicitSample:
    def test_reads_the_token_from_the_query(self, desk):
        address = desk.sign_in(
            f"response_type=token&client_id={desk.key}&redirect_uri={quote(HOME, safe='')}&scope=openid+profile&state=a"
        )

        answer = answer_of(address)
        assert "#" not in address
        assert desk.userinfo(answer["access_token"]).json()["account"] == desk.stage.alice.account
        assert answer.keys() == {
            "access_token", "token_type", "expires_in", "refresh_token", "state", "scope",
        }  # fmt: skip
