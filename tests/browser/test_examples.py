"""The pages of `examples/` in a real Chromium, run as they stand; alice's wallet answers."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.support import LOOKED_AT, VIEWS, findings, fits, keep_screenshot
from tests.compat.stage import Stage
from tests.example_runs import Run, copied
from tests.platform import start_platform
from tests.services import chromium_path

XAPP = "tip.jar"
# A page that called the hosts which the package has built in would find nobody there.
OLD_NAMES = "MAP xumm.app ~NOTFOUND, MAP *.xumm.app ~NOTFOUND"


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--no-proxy-server", f"--host-resolver-rules={OLD_NAMES}"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def a_browser(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Browsers that were never here. At the end, none may have complained."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def new(**options: Any) -> BrowserContext:
        context = chromium.new_context(**options)
        context.set_default_timeout(15_000)
        context.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        context.on("weberror", lambda problem: complaints.append(str(problem.error)))
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture(scope="module")
def shop(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the browser app."""
    place = copied("browser-app", tmp_path_factory.mktemp("example"))
    with Run(stage.platform, place, "node", "serve.mjs", PORT="0") as running:
        yield f"http://{running.says('http://')}"


@pytest.fixture(scope="module")
def jar(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the xApp's page and back end; the platform knows it as XAPP."""
    place = copied("xapp", tmp_path_factory.mktemp("example"))
    with Run(stage.platform, place, "python", "app.py", PORT="0") as running:
        address = running.says(" * Running on ")
        app = stage.platform.env["SEALGATE_API_KEY"]
        stage.platform.sealgate("app", "update", app, "--xapp-url", f"{address}/", "--xapp-id", XAPP)
        yield address


def looks_good(page: Page, name: str) -> None:
    """Check a page as it stands in every view, and keep how it looks."""
    for view in LOOKED_AT:
        options = VIEWS[view]
        page.set_viewport_size(options["viewport"])
        page.emulate_media(color_scheme=options["color_scheme"])
        keep_screenshot(page, f"example-{name}-{view}")
        assert fits(page), view
        assert findings(page) == [], view


class TestTheBrowserApp:
    def signed_in(self, stage: Stage, page: Page) -> None:
        """Sign alice in by the keyboard."""
        page.get_by_role("button", name="Sign in with your wallet").focus()
        with page.expect_popup() as popup:
            page.keyboard.press("Enter")
        popup.value.wait_for_url("**/sign/*")
        stage.alice.signs(popup.value.url.rpartition("/")[2])
        expect(page.locator("#account")).to_have_text(stage.alice.account)

    def test_signs_somebody_in_and_asks_for_a_payment(self, stage, shop, a_browser):
        page = a_browser().new_page()
        page.goto(shop)
        expect(page.get_by_role("heading", name="Good coffee")).to_be_visible()
        looks_good(page, "browser-app-guest")

        self.signed_in(stage, page)
        looks_good(page, "browser-app-member")
        page.keyboard.press("Enter")  # on the button to pay, where the page led
        expect(page.get_by_role("status")).to_have_text("The payment is in your wallet.")
        expect(page.locator("#qr")).to_have_js_property("complete", True)
        assert page.locator("#qr").evaluate("image => image.naturalWidth") > 0
        looks_good(page, "browser-app-request")
        payment = stage.alice.pending()[0]
        stage.alice.signs(payment, "PUSH_NOTIFICATION")

        expect(page.get_by_role("status")).to_have_text("Paid. Enjoy your coffee!")
        assert str(page.locator("#open").get_attribute("href")).endswith(payment)
        looks_good(page, "browser-app-paid")

    def test_takes_a_declined_payment_as_it_is(self, stage, shop, a_browser):
        page = a_browser().new_page()
        page.goto(shop)
        self.signed_in(stage, page)
        page.get_by_role("button", name="Pay 2.50 XRP").click()
        expect(page.locator("#request")).to_be_visible()

        stage.alice.declines(stage.alice.pending()[0], "PUSH_NOTIFICATION")

        expect(page.get_by_role("status")).to_have_text("You did not sign, so nothing was paid.")
        expect(page.get_by_role("button", name="Pay 2.50 XRP")).to_be_enabled()

    def test_takes_a_declined_sign_in_as_it_is(self, stage, shop, a_browser):
        page = a_browser().new_page()
        page.goto(shop)
        with page.expect_popup() as popup:
            page.get_by_role("button", name="Sign in with your wallet").click()
        popup.value.wait_for_url("**/sign/*")

        stage.alice.declines(popup.value.url.rpartition("/")[2])

        expect(page.get_by_role("status")).to_have_text(re.compile("rejected|declined", re.IGNORECASE))
        expect(page.get_by_role("button", name="Sign in with your wallet")).to_be_enabled()

    def test_knows_its_user_after_a_reload_until_the_user_signs_out(self, stage, shop, a_browser):
        page = a_browser().new_page()
        page.goto(shop)
        self.signed_in(stage, page)

        page.reload()
        expect(page.locator("#account")).to_have_text(stage.alice.account)
        page.get_by_role("button", name="Sign out").click()

        expect(page.get_by_role("heading", name="Good coffee")).to_be_visible()


class TestTheDesktopProgram:
    def test_says_in_the_browser_that_it_is_done(self, stage, tmp_path, a_browser):
        page = a_browser().new_page()
        place = copied("desktop-python", tmp_path)
        # The demo app takes http://127.0.0.1/callback on any port.
        with Run(stage.platform, place, "python", "sign_in.py", BROWSER="true") as program:
            page.goto(program.says("Open "))
            stage.alice.signs(page.url.rpartition("/")[2])

            expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()
            looks_good(page, "desktop-done")
            assert program.says("The ID token is genuine: it says ") == stage.alice.account
            assert program.ends() == 0


class TestTheXApp:
    @pytest.fixture
    def opened(self, stage: Stage, jar: str, a_browser: Callable[..., BrowserContext]) -> Callable[..., Page]:
        """Open the xApp as a wallet does: by a launch, with a bridge; its commands are noted as `page.asked`."""

        def open_page(style: str = "light") -> Page:
            url = stage.platform.sealgate("wallet", "open-xapp", XAPP, "--style", style)["url"]
            ott = dict(parse_qsl(urlsplit(url).query))["xAppToken"]
            context = a_browser(user_agent=f"xumm/xapp:1.0 (ott:{ott})")
            context.add_init_script(
                "window.asked = []; window.ReactNativeWebView = {postMessage: (text) => asked.push(JSON.parse(text))}"
            )
            page = context.new_page()
            page.goto(url)
            return page

        return open_page

    def test_knows_its_user_and_puts_a_tip_before_the_wallet(self, stage, opened):
        page = opened()
        expect(page.locator("#account")).to_have_text(stage.alice.account)
        assert page.evaluate("asked[0]") == {"command": "ready"}
        looks_good(page, "xapp")

        page.get_by_role("button", name="Give 1 XRP").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("asked.length === 2")
        asked = page.evaluate("asked[1]")
        signed = stage.alice.signs(asked["uuid"], "XAPP")
        told = {"method": "payloadResolved", "reason": "SIGNED", "uuid": asked["uuid"]}
        page.evaluate("text => window.postMessage(text)", json.dumps(told))

        assert asked["command"] == "openSignRequest"
        expect(page.get_by_role("status")).to_have_text(f"Thank you! Receipt {signed['txid'][:8]}")
        looks_good(page, "xapp-thanks")

    def test_remembers_its_user_from_one_opening_to_the_next(self, opened):
        first = opened()
        expect(first.locator("#hello")).not_to_be_empty()

        again = opened()

        expect(again.locator("#hello")).to_have_text(re.compile(r"This is visit number \d+\."))

    def test_wears_the_colours_of_the_wallet(self, opened):
        light, dark = opened("light"), opened("dark")

        def ground(page: Page) -> str:
            return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

        for page in (light, dark):
            expect(page.locator("#hello")).not_to_be_empty()
        assert ground(light) != ground(dark)
        looks_good(dark, "xapp-dark-wallet")

    def test_takes_no_for_an_answer(self, stage, opened):
        page = opened()
        page.get_by_role("button", name="Give 1 XRP").click()
        page.wait_for_function("asked.length === 2")
        uuid = page.evaluate("asked[1].uuid")
        stage.alice.declines(uuid, "XAPP")

        told = {"method": "payloadResolved", "reason": "DECLINED", "uuid": uuid}
        page.evaluate("text => window.postMessage(text)", json.dumps(told))

        expect(page.get_by_role("status")).to_have_text("No hard feelings.")

    def test_in_an_ordinary_browser_says_where_it_belongs(self, jar, a_browser):
        page = a_browser().new_page()

        page.goto(jar)

        expect(page.get_by_role("status")).to_have_text("Open this page from your wallet: it is an xApp.")
