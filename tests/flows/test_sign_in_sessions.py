"""When a wallet need not sign again, and when its person is asked for a word (oauth2 B5.3, B5.4)."""

import pytest

from tests.sign_in import Browser, Shop, handed_to, new_shop, parameters, redeems, scans_and_signs
from tests.wallet_side import Wallet

pytestmark = pytest.mark.anyio


@pytest.fixture
def flow_engine() -> str:
    """The rules are the same on both engines; what they store is tested in `tests/conformance`."""
    return "sqlite"


OIDC = {"scope": "openid", "nonce": "n"}


async def signs_in(browser: Browser, shop: Shop, wallet: Wallet, **params: str) -> dict[str, str]:
    """Sign in with the wallet and return what the app received."""
    uuid = await browser.begins(shop, **{**OIDC, **params})
    await scans_and_signs(wallet, uuid)
    return parameters(await browser.goes_on(uuid))


async def comes_back(browser: Browser, shop: Shop, **params: str | None):
    """Ask again, as an app does that sent its person here before."""
    return await browser.get("/auth", shop.asks(**{**OIDC, **params}))


def was_led_to_sign(answer) -> bool:
    return answer.status_code == 303 and answer.headers["location"].startswith("/sign/")


class TestSession:
    async def test_spares_a_signature(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        first = await signs_in(browser, shop, wallet)

        answer = await comes_back(browser, shop)

        given = parameters(answer)
        assert given["code"] != first["code"]
        assert (await redeems(shop, browser, given["code"])).status_code == 200

    async def test_answers_without_a_page(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        assert "code" in parameters(await comes_back(browser, shop, prompt="none"))

    async def test_begins_with_the_oidc_shape_alone(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop)
        await scans_and_signs(wallet, uuid)
        await browser.goes_on(uuid)

        assert "__Host-op_sid" not in browser.cookies

    async def test_is_of_no_use_to_old_clients(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        assert was_led_to_sign(await comes_back(browser, shop, scope=None))

    async def test_is_for_the_app_that_was_signed_for(self, side):
        shop, other = await new_shop(side), await new_shop(side, name="Another")
        browser, wallet = Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        assert was_led_to_sign(await comes_back(browser, other))
        assert parameters(await comes_back(browser, other, prompt="none"))["error"] == "login_required"

    @pytest.mark.parametrize(("minutes", "lasts"), [(59, True), (60, False)])
    async def test_ends_after_an_idle_hour(self, side, minutes, lasts):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        side.clock.advance(minutes=minutes)

        assert was_led_to_sign(await comes_back(browser, shop)) is not lasts

    async def test_ends_after_twelve_hours_of_use(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        for _ in range(13):
            side.clock.advance(minutes=50)
            assert not was_led_to_sign(await comes_back(browser, shop))

        side.clock.advance(minutes=70)
        assert was_led_to_sign(await comes_back(browser, shop))

    async def test_has_a_cookie_no_script_and_no_other_host_gets(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, **OIDC)
        await scans_and_signs(wallet, uuid)

        cookie = (await browser.goes_on(uuid)).headers["set-cookie"]

        assert cookie.startswith("__Host-op_sid=")
        assert {"Path=/", "Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))

    async def test_is_new_with_every_signature(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        before = browser.cookies["__Host-op_sid"]

        await signs_in(browser, shop, wallet, prompt="login")

        assert browser.cookies["__Host-op_sid"] != before
        fixed = Browser(side)
        fixed._client.cookies.set("__Host-op_sid", before, domain="sign.example")
        assert was_led_to_sign(await comes_back(fixed, shop))


class TestPrompt:
    async def test_none_without_a_session_is_refused(self, side):
        shop = await new_shop(side)

        answer = await comes_back(Browser(side), shop, prompt="none")

        assert parameters(answer)["error"] == "login_required"

    async def test_none_is_never_answered_in_the_compat_shape(self, side):
        shop = await new_shop(side)

        answer = await comes_back(Browser(side), shop, prompt="none", scope=None)

        assert parameters(answer)["error"] == "login_required"

    @pytest.mark.parametrize("prompt", ["login", "select_account", "login consent"])
    async def test_that_wants_somebody_to_sign_makes_them_sign(self, side, prompt):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        assert was_led_to_sign(await comes_back(browser, shop, prompt=prompt))

    async def test_consent_asks_though_it_is_remembered(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        page = await comes_back(browser, shop, prompt="consent")

        assert page.status_code == 200
        assert wallet.key.address in page.text
        assert "https://shop.example" in page.text
        assert "code" in parameters(await browser.clicks(page))

    async def test_consent_may_be_refused(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        page = await comes_back(browser, shop, prompt="consent")

        assert parameters(await browser.clicks(page, "no"))["error"] == "access_denied"

    async def test_consent_may_be_given_by_another_account(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        page = await comes_back(browser, shop, prompt="consent")

        answer = await browser.clicks(page, "other")

        assert was_led_to_sign(answer)

    async def test_consent_is_asked_for_once(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        page = await comes_back(browser, shop, prompt="consent")
        await browser.clicks(page)

        again = await browser.clicks(page)

        assert again.status_code == 200
        assert "location" not in again.headers

    async def test_consent_to_more_is_asked_for_anew(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        silent = await comes_back(browser, shop, scope="openid email", prompt="none")
        page = await comes_back(browser, shop, scope="openid email")

        assert parameters(silent)["error"] == "consent_required"
        assert page.status_code == 200
        await browser.clicks(page)
        assert "code" in parameters(await comes_back(browser, shop, scope="email openid", prompt="none"))

    async def test_consent_is_worth_nothing_once_somebody_else_is_signed_in(self, side):
        shop, browser = await new_shop(side), Browser(side)
        alice, bob = await side.wallet(), await side.wallet()
        await signs_in(browser, shop, alice)
        page = await comes_back(browser, shop, prompt="consent")
        await signs_in(browser, shop, bob, prompt="login")

        assert (await browser.clicks(page)).status_code == 404

    async def test_consent_needs_the_mark_of_our_page(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        page = await comes_back(browser, shop, prompt="consent")
        other = Browser(side)
        other._client.cookies.set("__Host-op_sid", browser.cookies["__Host-op_sid"], domain="sign.example")

        assert (await other.clicks(page)).status_code == 403


class TestMaxAge:
    @pytest.mark.parametrize(("seconds", "is_fresh"), [(0, False), (10, True), (11, False)])
    async def test_wants_a_signature_no_older(self, side, seconds, is_fresh):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)
        side.clock.advance(seconds=max(seconds, 1))

        answer = await comes_back(browser, shop, max_age="10" if seconds else "0")

        assert was_led_to_sign(answer) is not is_fresh


class TestHints:
    async def test_a_hint_at_another_account_asks_that_one_to_sign(self, side):
        shop, browser = await new_shop(side), Browser(side)
        alice, bob = await side.wallet(), await side.wallet()
        await signs_in(browser, shop, alice)

        assert was_led_to_sign(await comes_back(browser, shop, login_hint=bob.key.address))
        assert not was_led_to_sign(await comes_back(browser, shop, login_hint=alice.key.address))
        assert not was_led_to_sign(await comes_back(browser, shop, login_hint="buffy@sign.example"))

    async def test_an_old_id_token_names_the_account(self, side):
        shop, browser = await new_shop(side), Browser(side)
        alice, bob = await side.wallet(), await side.wallet()
        code = (await signs_in(browser, shop, bob))["code"]
        bobs = (await redeems(shop, browser, code)).json()["id_token"]
        await signs_in(browser, shop, alice, prompt="login")

        answer = await comes_back(browser, shop, id_token_hint=bobs, prompt="none")
        garbage = await comes_back(browser, shop, id_token_hint="x.y.z", prompt="none")

        assert parameters(answer)["error"] == "login_required"
        assert "code" in parameters(garbage)


class TestStayingSignedIn:
    GRANTS = ("authorization_code", "refresh_token")

    async def test_needs_a_word_after_the_signature(self, side):
        shop, browser, wallet = await new_shop(side, grant_types=self.GRANTS), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, scope="openid offline_access", prompt="consent")
        await scans_and_signs(wallet, uuid)

        page = await browser.goes_on(uuid)

        assert page.status_code == 200
        assert "stays signed in" in page.text
        code = parameters(await browser.clicks(page))["code"]
        assert "refresh_token" in (await redeems(shop, browser, code)).json()

    async def test_is_not_granted_by_a_refusal(self, side):
        shop, browser, wallet = await new_shop(side, grant_types=self.GRANTS), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, scope="openid offline_access")
        await scans_and_signs(wallet, uuid)

        answer = await browser.clicks(await browser.goes_on(uuid), "no")

        assert parameters(answer)["error"] == "access_denied"

    async def test_is_not_asked_about_where_the_app_cannot_have_it(self, side):
        shop, browser, wallet = await new_shop(side), Browser(side), await side.wallet()

        given = await signs_in(browser, shop, wallet, scope="openid offline_access")

        assert "refresh_token" not in (await redeems(shop, browser, given["code"])).json()

    async def test_is_asked_on_the_phone_where_it_goes_on(self, side):
        from tests.flows.test_sign_in_binding import way_back
        from tests.sign_in import signs_by

        shop, browser, wallet = await new_shop(side, grant_types=self.GRANTS), Browser(side), await side.wallet()
        uuid = await browser.begins(shop, scope="openid offline_access")
        phone = Browser(side)
        asked = await phone.get(way_back(await signs_by(wallet, uuid, "DEEP_LINK")))

        page = await phone.clicks(asked)

        assert page.status_code == 200
        assert handed_to(await phone.clicks(page)) == "https://shop.example/cb"


class TestSharing:
    async def test_with_any_app_wants_a_word_first(self, side):
        shop = await new_shop(side)
        other = await new_shop(side, name="Another", session_sharing="any-client-with-consent")
        browser, wallet = Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        page = await comes_back(browser, other)

        assert page.status_code == 200
        code = parameters(await browser.clicks(page))["code"]
        tokens = (await redeems(other, browser, code)).json()
        told = (await browser.get("/userinfo", authorization=f"Bearer {tokens['access_token']}")).json()
        assert told["sub"] == wallet.key.address

    async def test_may_be_off(self, side):
        shop, browser, wallet = await new_shop(side, session_sharing="off"), Browser(side), await side.wallet()
        await signs_in(browser, shop, wallet)

        assert was_led_to_sign(await comes_back(browser, shop))
