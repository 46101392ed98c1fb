"""The pages of a sign-in over HTTP: their headers, and what forms of strangers come to."""

import re

import pytest

from sealgate.apps.model import GRANT_TYPES
from tests.sign_in import VERIFIER, Browser, Shop, new_shop, scans_and_signs

pytestmark = pytest.mark.anyio


@pytest.fixture
async def shop(side) -> Shop:
    return await new_shop(side, grant_types=GRANT_TYPES, public_pkce=True)


async def signs_in(side, shop: Shop, **params: str) -> tuple[Browser, str]:
    """Sign in with OpenID; return the browser and the code."""
    browser = Browser(side)
    uuid = await browser.begins(shop, **{"scope": "openid", **params})
    await scans_and_signs(await side.wallet(), uuid)
    answer = await browser.goes_on(uuid)
    if answer.status_code == 200:
        answer = await browser.clicks(answer)
    found = re.search(r"[?&]code=([^&]+)", answer.headers["location"])
    assert found is not None
    return browser, found[1]


class TestHeaders:
    @pytest.mark.parametrize(
        "path",
        ["/auth", "/auth?client_id=x", "/signin", "/device", "/device?user_code=BBBBBBBB", "/logout", "/sign/{}"],
    )
    async def test_nobody_frames_a_page_keeps_it_or_learns_its_address(self, side, shop, path):
        browser = Browser(side)
        page = await browser.get(path.format(await browser.begins(shop)))

        assert "text/html" in page.headers["content-type"]
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"].split(", ")[-1] in ("same-origin", "no-referrer")
        assert "cross-origin-opener-policy" not in page.headers
        assert "access-control-allow-origin" not in page.headers

    async def test_a_refused_address_is_escaped_text(self, side, shop):
        page = await Browser(side).get(
            "/auth", shop.asks(redirect_uri="https://evil.example/<script>alert(1)</script>")
        )

        assert page.status_code == 400
        assert "&lt;script&gt;alert(1)" in page.text
        assert "<script>alert" not in page.text
        assert 'href="https://evil' not in page.text


class TestSigningOut:
    async def test_needs_an_answer_from_our_own_page(self, side, shop):
        browser, _ = await signs_in(side, shop)

        forged = await browser.post("/logout", {"answer": "yes", "csrf": "x" * 43})

        assert forged.status_code == 403
        assert "Sign out?" in (await browser.get("/logout")).text

    async def test_the_answer_of_another_browser_does_not_count(self, side, shop):
        one, _ = await signs_in(side, shop)
        other, _ = await signs_in(side, shop)
        page = await one.get("/logout")

        assert (await other.clicks(page)).status_code == 403
        assert "Sign out?" in (await other.get("/logout")).text

    async def test_a_form_of_the_app_goes_on_as_a_link_which_has_the_cookie(self, side, shop):
        browser, _ = await signs_in(side, shop)
        without_cookies = Browser(side)

        moved = await without_cookies.post("/logout", {"state": "a b", "unknown": "x"})

        assert moved.status_code == 303
        assert moved.headers["location"] == "/logout?state=a+b"
        assert "Sign out?" in (await browser.get(moved.headers["location"])).text

    async def test_ends_the_refresh_tokens_of_the_session(self, side, shop):
        browser, code = await signs_in(side, shop, scope="openid offline_access", prompt="consent")
        form = {"client_id": shop.app.uuid, "client_secret": shop.secret}
        redeemed = await browser.post(
            "/token",
            {
                **form, "grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER,
                "redirect_uri": shop.asks()["redirect_uri"],
            },
        )  # fmt: skip
        refresh = {**form, "grant_type": "refresh_token", "refresh_token": redeemed.json()["refresh_token"]}

        await browser.clicks(await browser.get("/logout"))

        refused = await browser.post("/token", refresh)
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")

    async def test_without_a_session_there_is_nothing_to_ask(self, side):
        assert "You are signed out" in (await Browser(side).get("/logout")).text
