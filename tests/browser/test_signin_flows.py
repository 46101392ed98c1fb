"""Whole sign-ins in a real Chromium: links and phones, questions, sessions, devices, signing out."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.app_pages import AppPages
from tests.browser.support import findings, fits, keep_screenshot
from tests.compat.stage import Stage
from tests.platform import start_platform
from tests.services import chromium_path

PHONE = {"viewport": {"width": 390, "height": 844}}
CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def shop() -> Iterator[AppPages]:
    """The app, on another site than the platform."""
    pages = AppPages(name="127.0.0.1")
    yield pages
    pages.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server"]
        )
        yield browser
        browser.close()


@pytest.fixture
def a_browser(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers that were never here. At the end, none may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new(**options: Any) -> BrowserContext:
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert [text for text in complaints if "status of 40" not in text] == []


class Asking:
    """An app that sends browsers to `/auth`."""

    def __init__(self, stage: Stage, shop: AppPages) -> None:
        self.stage = stage
        self.redirect_uri = f"http://127.0.0.1:{shop.port}/"

    def url(self, **params: str) -> str:
        """Return an authorization request; `params` replace or add."""
        asked = {
            "response_type": "code",
            "client_id": self.stage.platform.env["SEALGATE_API_KEY"],
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": "s1",
            **CHALLENGE,
            **params,
        }
        return f"{self.stage.platform.url}/auth?{urlencode(asked)}"

    def begin(self, browser: BrowserContext, **params: str) -> tuple[Page, str]:
        """Open a sign page in a browser; return it and the sign request's UUID."""
        page = browser.new_page()
        page.goto(self.url(**params))
        page.wait_for_url("**/sign/*")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))
        return page, page.url.rpartition("/")[2]

    def signed_in(self, browser: BrowserContext, **params: str) -> Page:
        """Sign in with alice's wallet; return the app's page."""
        page, uuid = self.begin(browser, **params)
        self.stage.alice.signs(uuid)
        return page


@pytest.fixture
def asking(stage: Stage, shop: AppPages) -> Asking:
    return Asking(stage, shop)


def got(page: Page) -> dict[str, str]:
    """Return what the app's redirect URI was called with."""
    expect(page.locator("#got")).to_be_visible()
    return json.loads(page.locator("#got").inner_text())


class TestOtherDevice:
    def test_the_browser_that_waits_gets_the_code(self, asking, a_browser):
        answer = got(asking.signed_in(a_browser()))

        assert answer["state"] == "s1"
        assert answer["code"] == answer["authorization_code"]
        assert answer["iss"] == asking.stage.platform.url

    @pytest.mark.parametrize("mode", ["fragment", "form_post"])
    def test_by_the_way_the_app_asked_for(self, asking, a_browser, mode):
        page = asking.signed_in(a_browser(), response_mode=mode)

        answer = got(page)
        assert answer["method"] == ("POST" if mode == "form_post" else "GET")
        assert ("#" in page.url and "code=" in page.url) is (mode == "fragment")
        assert ("code" in answer) is (mode == "form_post")

    def test_a_browser_that_only_knows_the_address_gets_nothing(self, asking, a_browser):
        page, uuid = asking.begin(a_browser())
        thief = a_browser().new_page()
        thief.goto(page.url)

        asking.stage.alice.signs(uuid)

        assert "code" in got(page)
        expect(thief.get_by_text("goes on in the browser where the sign-in was started")).to_be_visible()
        thief.goto(f"{asking.stage.platform.url}/signin?txn={uuid}")
        expect(thief.get_by_role("heading", name="This sign-in cannot go on")).to_be_visible()

    def test_the_back_button_finds_a_finished_sign_in(self, asking, a_browser):
        page, uuid = asking.begin(a_browser())
        asking.stage.alice.signs(uuid)
        got(page)

        page.goto(f"{asking.stage.platform.url}/signin?txn={uuid}")

        expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()


class TestDeepLink:
    def sign(self, asking: Asking, uuid: str) -> str:
        """Sign as a wallet that a link opened; return where it leads to."""
        return str(asking.stage.alice.signs(uuid, origin="DEEP_LINK")["return_url"])

    def test_coming_back_releases_the_tab_that_waits(self, asking, a_browser):
        phone = a_browser(**PHONE)
        waiting, uuid = asking.begin(phone)
        back = self.sign(asking, uuid)
        expect(waiting.get_by_text("press Next in your wallet")).to_be_visible()

        returned = phone.new_page()
        returned.goto(back)

        assert "code" in got(waiting)
        expect(returned.get_by_text("You can close this one")).to_be_visible()

    def test_coming_back_to_no_tab_goes_on_there(self, asking, a_browser):
        phone = a_browser(**PHONE)
        waiting, uuid = asking.begin(phone)
        back = self.sign(asking, uuid)
        waiting.close()

        returned = phone.new_page()
        returned.goto(back)

        assert "code" in got(returned)

    def test_another_browser_asks_and_then_has_it_alone(self, asking, a_browser):
        waiting, uuid = asking.begin(a_browser(**PHONE))
        back = self.sign(asking, uuid)

        other = a_browser(**PHONE).new_page()
        other.goto(back)
        expect(other.get_by_text(asking.stage.alice.account)).to_be_visible()
        keep_screenshot(other, "flow-continue")
        other.get_by_role("button", name="Continue here").click()

        assert "code" in got(other)
        waiting.goto(f"{asking.stage.platform.url}/signin?txn={uuid}")
        expect(waiting.get_by_role("heading", name="This sign-in is finished")).to_be_visible()

    def test_who_forwarded_the_link_and_waits_gets_nothing(self, asking, a_browser):
        attacker, uuid = asking.begin(a_browser())
        self.sign(asking, uuid)

        attacker.goto(f"{asking.stage.platform.url}/signin?txn={uuid}")

        attacker.wait_for_url("**/sign/*")
        expect(attacker.get_by_text("press Next in your wallet")).to_be_visible()


class TestQuestions:
    def test_consent_is_asked_for_where_the_app_wants_it(self, asking, a_browser):
        page = asking.signed_in(a_browser(), prompt="consent", scope="openid profile offline_access")

        expect(page.get_by_role("heading", name=re.compile("Share with"))).to_be_visible()
        assert findings(page) == []
        keep_screenshot(page, "flow-consent")
        page.get_by_role("button", name="Allow").click()

        assert "code" in got(page)

    def test_no_is_told_to_the_app(self, asking, a_browser):
        page = asking.signed_in(a_browser(), prompt="consent")

        page.get_by_role("button", name="Cancel").click()

        assert got(page)["error"] == "access_denied"

    def test_a_click_counts_only_once_the_question_has_been_seen(self, asking, a_browser):
        page = asking.signed_in(a_browser(), prompt="consent")
        page.wait_for_url(re.compile("/signin"))

        assert page.get_by_role("button", name="Allow").is_disabled()
        expect(page.get_by_role("button", name="Allow")).to_be_enabled()

    def test_cancel_on_the_sign_page_is_told_to_the_app(self, asking, a_browser):
        page, _ = asking.begin(a_browser())

        page.get_by_role("link", name="Cancel").click()

        answer = got(page)
        assert (answer["error"], answer["state"]) == ("access_denied", "s1")

    def test_an_address_that_is_not_registered_is_shown_and_never_followed(self, asking, a_browser):
        page = a_browser().new_page()

        page.goto(asking.url(redirect_uri="https://evil.example/cb"))

        expect(page.get_by_text("https://evil.example/cb")).to_be_visible()
        assert page.get_by_role("link", name=re.compile("evil")).count() == 0
        assert fits(page)


class TestSession:
    def test_the_same_app_needs_no_second_signature(self, asking, a_browser):
        browser = a_browser()
        got(asking.signed_in(browser))

        again = browser.new_page()
        again.goto(asking.url(state="s2"))

        assert (got(again)["state"], "code" in got(again)) == ("s2", True)

    def test_login_asks_again(self, asking, a_browser):
        browser = a_browser()
        got(asking.signed_in(browser))

        asking.begin(browser, prompt="login")

    def test_signing_out_is_a_question_and_then_done(self, asking, a_browser):
        browser = a_browser()
        page = asking.signed_in(browser)
        got(page)

        page.goto(f"{asking.stage.platform.url}/logout")
        expect(page.get_by_text(asking.stage.alice.account)).to_be_visible()
        keep_screenshot(page, "flow-logout")
        page.get_by_role("button", name="Sign out").click()

        expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
        page.goto(asking.url(prompt="none"))
        assert got(page)["error"] == "login_required"

    def test_who_stays_stays(self, asking, a_browser):
        browser = a_browser()
        page = asking.signed_in(browser)
        got(page)
        page.goto(f"{asking.stage.platform.url}/logout")

        page.get_by_role("button", name="Stay signed in").click()

        expect(page.get_by_role("heading", name="You stay signed in")).to_be_visible()
        page.goto(asking.url(prompt="none"))
        assert "code" in got(page)


class TestDevice:
    @pytest.fixture
    def device(self, asking: Asking) -> Iterator[Callable[..., httpx.Response]]:
        with httpx.Client(base_url=asking.stage.platform.url, trust_env=False) as client:
            key = asking.stage.platform.env["SEALGATE_API_KEY"]
            yield lambda path, **form: client.post(path, data={"client_id": key, **form})

    def poll(self, device: Callable[..., httpx.Response], code: str) -> dict[str, Any]:
        grant = "urn:ietf:params:oauth:grant-type:device_code"
        return dict(device("/token", grant_type=grant, device_code=code).json())

    def test_signs_in_after_a_question(self, asking, a_browser, device):
        waiting = device("/device_authorization", scope="openid").json()
        page = a_browser().new_page()

        page.goto(waiting["verification_uri_complete"])
        expect(page.get_by_text(waiting["user_code"], exact=True)).to_be_visible()
        page.get_by_role("button", name="Yes, the code is on my device").click()
        page.wait_for_url("**/sign/*")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d"))
        keep_screenshot(page, "flow-device-sign")
        asking.stage.alice.signs(page.url.rpartition("/")[2])

        expect(page.get_by_role("heading", name="Your device is signed in")).to_be_visible()
        assert "access_token" in self.poll(device, waiting["device_code"])

    def test_no_is_told_to_the_device(self, a_browser, device):
        waiting = device("/device_authorization").json()
        page = a_browser().new_page()
        page.goto(waiting["verification_uri"])
        page.get_by_label("Code on the device").fill(waiting["user_code"].lower().replace("-", " "))
        page.get_by_role("button", name="Continue").click()

        page.get_by_role("button", name="No, stop").click()

        expect(page.get_by_role("heading", name="Nothing was shared")).to_be_visible()
        assert self.poll(device, waiting["device_code"])["error"] == "access_denied"

    def test_a_wrong_code_says_so(self, asking, a_browser):
        page = a_browser().new_page()
        page.goto(f"{asking.stage.platform.url}/device?user_code=BBBB-BBBB")

        expect(page.get_by_role("alert")).to_contain_text("not known")
        assert findings(page) == []
