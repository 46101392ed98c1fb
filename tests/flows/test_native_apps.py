"""Programs on people's own devices: no secret, PKCE always, and the ways back that RFC 8252 names."""

import re
from urllib.parse import urlsplit

import pytest

from sealgate.apps.model import DEVICE_CODE, defaults_of
from sealgate.apps.redirects import checked_redirects
from tests.sign_in import (
    VERIFIER,
    Browser,
    declines,
    handed_to,
    new_shop,
    parameters,
    redeems,
    scans_and_signs,
    signs_by,
)

pytestmark = pytest.mark.anyio

# What is registered, and what the program asks for: on loopback it takes the port that is free (RFC 8252, 7.3).
WAYS_BACK = {
    "private-use scheme": ("com.example.app:/cb", "com.example.app:/cb"),
    "scheme without a dot": ("myapp://signin", "myapp://signin"),
    "claimed https link": ("https://app.example/native/cb", "https://app.example/native/cb"),
    "loopback": ("http://127.0.0.1/cb", "http://127.0.0.1:51004/cb"),
    "loopback, registered with a port": ("http://127.0.0.1:8000/cb", "http://127.0.0.1:51004/cb"),
    "loopback, IPv6": ("http://[::1]/cb", "http://[::1]:51004/cb"),
    "loopback by name": ("http://localhost/cb", "http://localhost:51004/cb"),
}
GRANTS = ("authorization_code", "refresh_token", DEVICE_CODE)


async def new_program(side, *registered):
    """Register a native app as `sealgate app create --type native` does."""
    redirects = checked_redirects(registered or ("com.example.app:/cb",))
    return await new_shop(side, type="native", redirects=redirects, grant_types=GRANTS, **defaults_of("native"))


async def signs_in(side, program, wallet, **params):
    """Sign in in a browser; return it and the parameters of the answer."""
    browser = Browser(side)
    uuid = await browser.begins(program, **{"scope": "openid", "redirect_uri": "com.example.app:/cb", **params})
    await scans_and_signs(wallet, uuid)
    return browser, parameters(await browser.goes_on(uuid))


async def trades(program, browser, code, **params):
    """Redeem a code as a program does that has no secret."""
    usual = {"redirect_uri": "com.example.app:/cb", "client_secret": None}
    return await redeems(program, browser, code, **{**usual, **params})


class TestTheWayBack:
    @pytest.mark.parametrize("way", WAYS_BACK)
    async def test_carries_a_code_that_is_redeemed_without_a_secret(self, side, way):
        registered, asked = WAYS_BACK[way]
        program, browser, wallet = await new_program(side, registered), Browser(side), await side.wallet()
        uuid = await browser.begins(program, redirect_uri=asked, scope="openid")
        await scans_and_signs(wallet, uuid)

        answer = await browser.goes_on(uuid)
        tokens = await trades(program, browser, parameters(answer)["code"], redirect_uri=asked)

        assert handed_to(answer) == asked
        assert parameters(answer)["iss"] == side.settings.issuer_url
        assert tokens.status_code == 200, tokens.text
        told = await browser.get("/api/v1/jwt/ping", authorization=f"Bearer {tokens.json()['access_token']}")
        assert told.status_code == 200, told.text

    @pytest.mark.parametrize("way", WAYS_BACK)
    async def test_carries_a_refusal(self, side, way):
        registered, asked = WAYS_BACK[way]
        program, browser, wallet = await new_program(side, registered), Browser(side), await side.wallet()
        uuid = await browser.begins(program, redirect_uri=asked)
        await declines(wallet, uuid)

        answer = await browser.goes_on(uuid)

        assert handed_to(answer) == asked
        assert (parameters(answer)["error"], parameters(answer)["state"]) == ("access_denied", "st4te")

    @pytest.mark.parametrize(
        ("registered", "asked"),
        [
            ("http://127.0.0.1/cb", "http://127.0.0.1:51004/other"),
            ("http://127.0.0.1/cb", "http://localhost:51004/cb"),
            ("http://127.0.0.1/cb", "http://[::1]:51004/cb"),
            ("http://127.0.0.1/cb", "https://127.0.0.1:51004/cb"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:0/cb"),
            ("http://[::1]/cb", "http://[::1]:65536/cb"),
            ("com.example.app:/cb", "com.example.app:/cb2"),
            ("com.example.app:/cb", "com.example.app://cb"),
            ("com.example.app:/cb", "com.example.application:/cb"),
            ("https://app.example/cb", "https://app.example:8443/cb"),
        ],
    )
    async def test_is_no_other_one(self, side, registered, asked):
        program = await new_program(side, registered)

        answer = await Browser(side).get("/auth", program.asks(redirect_uri=asked))

        assert answer.status_code == 400
        assert "location" not in answer.headers

    async def test_must_be_the_same_when_the_code_is_redeemed(self, side):
        program, wallet = await new_program(side, "http://127.0.0.1/cb"), await side.wallet()
        browser, answer = await signs_in(side, program, wallet, redirect_uri="http://127.0.0.1:51004/cb")

        stolen = await trades(program, browser, answer["code"], redirect_uri="http://127.0.0.1:51005/cb")

        assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")


class TestByLink:
    async def test_resumes_in_another_browser_of_the_device_after_one_question(self, side):
        program, browser, wallet = await new_program(side), Browser(side), await side.wallet()
        uuid = await browser.begins(program, redirect_uri="com.example.app:/cb", scope="openid")
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        back = urlsplit(signed.json["return_url"]["app"])
        system_browser = Browser(side)

        asked = await system_browser.get(f"{back.path}?{back.query}")
        answer = await system_browser.clicks(asked)

        assert wallet.key.address in asked.text
        assert re.search(r"<dd><strong>com\.example\.app:</strong>", asked.text)
        # Without it the browser would stop at the redirect that follows the form.
        assert "form-action 'self' com.example.app:" in asked.headers["content-security-policy"]
        assert handed_to(answer) == "com.example.app:/cb"
        assert (await trades(program, system_browser, parameters(answer)["code"])).status_code == 200
        assert "finished" in (await browser.goes_on(uuid)).text

    async def test_goes_on_in_the_same_browser_without_a_question(self, side):
        program, browser, wallet = await new_program(side), Browser(side), await side.wallet()
        uuid = await browser.begins(program, redirect_uri="com.example.app:/cb", scope="openid")
        signed = await signs_by(wallet, uuid, "DEEP_LINK")
        back = urlsplit(signed.json["return_url"]["app"])

        await browser.get(f"{back.path}?{back.query}")

        assert handed_to(await browser.goes_on(uuid)) == "com.example.app:/cb"


class TestPkce:
    @pytest.mark.parametrize(
        "params",
        [
            {"code_challenge": None, "code_challenge_method": None},
            {"code_challenge": VERIFIER, "code_challenge_method": "plain"},
            {"code_challenge_method": None},
            {"code_challenge": "short"},
        ],
    )
    async def test_is_required_and_hashed(self, side, params):
        program = await new_program(side)

        answer = await Browser(side).get("/auth", program.asks(redirect_uri="com.example.app:/cb", **params))

        assert handed_to(answer) == "com.example.app:/cb"
        assert parameters(answer)["error"] == "invalid_request"

    @pytest.mark.parametrize("verifier", [None, VERIFIER[::-1]])
    async def test_keeps_a_code_from_whoever_else_got_it(self, side, verifier):
        program, wallet = await new_program(side), await side.wallet()
        browser, answer = await signs_in(side, program, wallet)

        stolen = await trades(program, browser, answer["code"], code_verifier=verifier)

        assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")

    async def test_makes_up_for_no_token_in_an_address(self, side):
        program = await new_program(side)

        answer = await Browser(side).get(
            "/auth", program.asks(redirect_uri="com.example.app:/cb", response_type="token")
        )

        assert parameters(answer)["error"] == "unauthorized_client"


class TestStayingSignedIn:
    async def test_takes_a_refresh_token_and_no_secret(self, side):
        program, wallet = await new_program(side), await side.wallet()
        browser = Browser(side)
        uuid = await browser.begins(program, redirect_uri="com.example.app:/cb", scope="openid offline_access")
        await scans_and_signs(wallet, uuid)
        answer = await browser.clicks(await browser.goes_on(uuid))
        tokens = (await trades(program, browser, parameters(answer)["code"])).json()

        form = {
            "grant_type": "refresh_token",
            "refresh_token": tokens["refresh_token"],
            "client_id": program.app.uuid,
        }
        renewed = await browser.post("/token", form)

        assert renewed.status_code == 200, renewed.text
        assert renewed.json()["refresh_token"] != tokens["refresh_token"]

    async def test_ends_with_a_refresh_token_that_somebody_else_used_later(self, side):
        program, wallet = await new_program(side), await side.wallet()
        browser = Browser(side)
        uuid = await browser.begins(program, redirect_uri="com.example.app:/cb", scope="openid offline_access")
        await scans_and_signs(wallet, uuid)
        answer = await browser.clicks(await browser.goes_on(uuid))
        first = (await trades(program, browser, parameters(answer)["code"])).json()["refresh_token"]
        form = {"grant_type": "refresh_token", "client_id": program.app.uuid}
        second = (await browser.post("/token", {**form, "refresh_token": first})).json()["refresh_token"]
        side.clock.advance(seconds=60)

        thief = await browser.post("/token", {**form, "refresh_token": first})
        owner = await browser.post("/token", {**form, "refresh_token": second})

        assert (thief.json()["error"], owner.json()["error"]) == ("invalid_grant", "invalid_grant")
