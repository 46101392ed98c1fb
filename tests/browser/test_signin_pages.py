"""The pages of a sign-in in a real Chromium, each from plain values: looks, results, questions, closing windows."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sealgate.apps.model import App
from sealgate.base.settings import Settings
from sealgate.oauth import pages
from sealgate.oauth.errors import RedirectRefused
from sealgate.oauth.http import compat
from sealgate.payloads.model import Presentation
from sealgate.web.answers import Page as Html
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.routing import Router
from tests.browser.support import LOOKED_AT, VIEWS, findings, fits, keep_screenshot
from tests.conformance.conftest import create_schema
from tests.conftest import NOON
from tests.live_side import ACCOUNT, LiveSide
from tests.services import chromium_path

APP = App(uuid="3b1a0d9c-0000-4000-8000-6a1f5b2e8c41", name="Corner Shop", created_at=NOON)
ORIGIN = "https://shop.example"
REFUSED = f"https://evil.example/cb?<script>={'x' * 300}"
SECRET = "the-cookie-of-this-browser-0123456789"
LINES = pages.scope_lines(("openid", "profile", "email", "offline_access"))
ASKED: dict[str, Any] = {
    "account": ACCOUNT, "origin": ORIGIN, "fields": {"t": "1"}, "csrf": "x" * 43, "redirect_uri": f"{ORIGIN}/cb",
}  # fmt: skip
PAGES: dict[str, Callable[[], Html]] = {
    "error": lambda: pages.error_page(RedirectRefused(), reference=APP.uuid, app_name=APP.name),
    "error-redirect": lambda: pages.error_page(
        RedirectRefused(), reference=APP.uuid, app_name=APP.name, register=REFUSED
    ),
    "elsewhere": lambda: pages.elsewhere_page(app_name=APP.name, origin=ORIGIN),
    "signed-in": lambda: pages.signed_in_page(app_name=APP.name),
    "continue": lambda: pages.continue_page(APP, action="/answer", **ASKED),
    "consent": lambda: pages.consent_page(APP, action="/answer", lines=LINES, **ASKED),
    "consent-fresh": lambda: pages.consent_page(APP, action="/answer", lines=LINES, remembered=False, **ASKED),
    "device-code": lambda: pages.device_code_page(action="/device"),
    "device-code-wrong": lambda: pages.device_code_page(action="/device", problem="This code is not known or too old."),
    "device-ask": lambda: pages.device_ask_page(
        app_name=APP.name, user_code="WDJB-MJHT", place="203.0.113.7", agent="shop-cli/1.2", lines=LINES,
        action="/answer", fields={}, csrf="x" * 43,
    ),
    "device-done": lambda: pages.device_done_page(app_name=APP.name, allowed=True),
    "device-denied": lambda: pages.device_done_page(app_name=APP.name, allowed=False),
    "logout": lambda: pages.logout_page(account=ACCOUNT, action="/answer", fields={}, csrf="x" * 43),
    "signed-out": lambda: pages.signed_out_page(),
    "stays": lambda: pages.still_signed_in_page(),
}  # fmt: skip
router = Router()
answers: list[dict[str, str]] = []
made: dict[str, Html] = {}


@router.page("/show/{name:text}")
async def show(call: Call[Anyone]) -> Html:
    name = call.path["name"]
    return made[name] if name in made else PAGES[name]()


@router.page("/answer", method="POST", takes=dict)
async def answer(call: Call[Anyone]) -> Html:
    raise AssertionError("a form is no JSON")


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSide]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("data")))
    create_schema(settings)
    side = LiveSide(settings, routers=[router, compat.router])
    side.start()
    yield side
    side.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def browse(browser: Browser, live: LiveSide) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own; `of_initiator` gives the browser the cookie of a bound request."""
    contexts = []

    def visit(path: str, *, of_initiator: bool = False, **options: Any) -> Page:
        context = browser.new_context(**{**VIEWS["desktop-light"], **options})
        contexts.append(context)
        if of_initiator:
            context.add_cookies([{"name": "op_txn", "value": SECRET, "url": live.url}])
        page = context.new_page()
        page.goto(live.url + path)
        return page

    yield visit
    for context in contexts:
        context.close()


def bound(live: LiveSide, *, number: str = "47", expire_min: int = 5) -> str:
    """Make the sign request of a sign-in and return its UUID."""
    presentation = Presentation(
        lines=LINES, origin=ORIGIN, matching_number=number, cancel_url="/docs?cancel", continue_url="/docs?continue",
        browser_hash=sha256(SECRET.encode()).hexdigest(),
    )  # fmt: skip
    return live.create(
        presentation=presentation,
        expire_min=expire_min,
        custom_meta={"instruction": f"Sign in to shop.example. Only continue if your screen shows {number}."},
    ).uuid


def is_counting(page: Page) -> None:
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))


class TestLooks:
    @pytest.mark.parametrize("view", LOOKED_AT)
    def test_every_page_is_for_everybody(self, live, browse, view):
        page = browse("/docs", **VIEWS[view])
        found = {}
        for name in PAGES:
            page.goto(f"{live.url}/show/{name}")
            expect(page.get_by_role("heading", level=1)).to_be_visible()
            expect(page.locator("button:disabled")).to_have_count(0)
            keep_screenshot(page, f"{name}-{view}")
            found[name] = [*findings(page), *([] if fits(page) else ["scrolls sideways"])]

        assert {name: problems for name, problems in found.items() if problems} == {}

    @pytest.mark.parametrize("view", LOOKED_AT)
    def test_the_sign_page_of_a_sign_in_says_all_there_is_to_know(self, live, browse, view):
        page = browse(f"/sign/{bound(live)}", of_initiator=True, **VIEWS[view])
        is_counting(page)

        for text in (ORIGIN, "47", LINES[0]):
            expect(page.get_by_text(text, exact=True)).to_be_visible()
        expect(page.get_by_role("link", name="Cancel")).to_be_visible()
        keep_screenshot(page, f"sign-{view}")
        assert fits(page)
        assert findings(page) == []

    def test_a_refused_address_is_text_and_no_link(self, browse):
        page = browse("/show/error-redirect")

        expect(page.get_by_text("https://evil.example/cb?<script>=", exact=False)).to_be_visible()
        assert page.get_by_role("link", name=re.compile("evil")).count() == 0


class TestWhoGoesOn:
    def test_the_browser_that_began_goes_on_after_the_signature(self, live, browse):
        uuid = bound(live)
        page = browse(f"/sign/{uuid}", of_initiator=True)
        is_counting(page)

        live.open(uuid)
        live.sign(uuid)

        page.wait_for_url("**/docs?continue")

    @pytest.mark.parametrize("fate", ["reject", "expire"])
    def test_it_goes_on_too_where_nothing_was_signed(self, live, browse, fate):
        uuid = bound(live, expire_min=1)
        page = browse(f"/sign/{uuid}", of_initiator=True)
        is_counting(page)

        if fate == "reject":
            live.open(uuid)
            live.reject(uuid)
        else:
            live.advance(timedelta(minutes=1))

        page.wait_for_url("**/docs?continue")

    def test_another_browser_gets_neither_the_way_on_nor_cancel(self, live, browse):
        uuid = bound(live)
        page = browse(f"/sign/{uuid}")
        is_counting(page)
        expect(page.get_by_role("link", name="Cancel")).to_have_count(0)

        live.open(uuid)
        live.sign(uuid)

        expect(page.get_by_text("goes on in the browser where the sign-in was started")).to_be_visible()
        page.wait_for_timeout(1000)
        assert page.url.endswith(uuid)
        assert "docs?" not in page.content()

    def test_a_signature_by_deep_link_releases_nobody_who_only_waits(self, live, browse):
        uuid = bound(live)
        page = browse(f"/sign/{uuid}", of_initiator=True)
        is_counting(page)

        live.open(uuid, origin="DEEP_LINK")
        live.sign(uuid, origin="DEEP_LINK")

        expect(page.get_by_text("Now press Next in your wallet")).to_be_visible()
        keep_screenshot(page, "sign-deep-link")
        page.wait_for_timeout(1000)
        assert page.url.endswith(uuid)

    def test_the_wallet_coming_back_to_the_same_browser_releases_it(self, live, browse):
        uuid = bound(live)
        page = browse(f"/sign/{uuid}", of_initiator=True)
        is_counting(page)
        live.open(uuid, origin="DEEP_LINK")
        live.sign(uuid, origin="DEEP_LINK")
        made["returned"] = pages.returned_page(payload_uuid=uuid, continue_url="/docs?alone", app_name=APP.name)

        second = page.context.new_page()
        second.goto(f"{live.url}/show/returned")

        page.wait_for_url("**/docs?continue")
        expect(second.get_by_role("status")).to_contain_text("You can close this one")
        keep_screenshot(second, "returned")

    def test_the_tab_the_wallet_opened_goes_on_where_no_other_waits(self, live, browse):
        made["returned"] = pages.returned_page(payload_uuid=bound(live), continue_url="/docs?alone", app_name=APP.name)

        page = browse("/show/returned")

        page.wait_for_url("**/docs?alone")


class TestResults:
    def result(self, live: LiveSide, state: str) -> None:
        full = f"{live.url}/docs?code=c0de&state={state}"
        made["popup"] = pages.popup_page(
            "resolved", redirect_uri=f"{live.url}/docs", full_redirect_uri=full, target_origin=live.url,
            values={"code": "c0de", "state": state, "expires_in": 86400}, app_name=APP.name,
        )  # fmt: skip

    def test_the_opener_gets_a_string_of_json_and_the_popup_closes(self, live, browse):
        self.result(live, "s")
        page = browse("/docs")

        with page.expect_popup() as popup:
            said = page.evaluate(
                """(url) => new Promise((resolve) => {
                    addEventListener("message", (event) => resolve([typeof event.data, event.data]), {once: true});
                    window.open(url, "x", "popup");
                })""",
                f"{live.url}/show/popup",
            )

        assert said[0] == "string"
        message = json.loads(said[1])
        assert message["source"] == "xumm_sign_request_resolved"
        assert message["options"] == {
            "redirect_uri": f"{live.url}/docs", "full_redirect_uri": f"{live.url}/docs?code=c0de&state=s",
            "code": "c0de", "state": "s", "expires_in": 86400,
        }  # fmt: skip
        if not popup.value.is_closed():
            popup.value.wait_for_event("close")

    def test_without_an_opener_it_goes_on_itself(self, live, browse):
        self.result(live, "s")

        browse("/show/popup").wait_for_url("**/docs?code=c0de&state=s")

    @pytest.mark.parametrize(
        "state", ["--><script>hacked=1</script>", "</script><script>hacked=1</script>", "\u2028'\"&lt;"]
    )
    def test_nothing_an_app_sends_becomes_part_of_the_page(self, live, browse, state):
        self.result(live, state)
        page = browse("/docs")

        said = page.evaluate(
            """(url) => new Promise((resolve) => {
                addEventListener("message", (event) => resolve(event.data), {once: true});
                window.open(url, "x", "popup");
            })""",
            f"{live.url}/show/popup",
        )

        assert json.loads(said)["options"]["state"] == state
        assert page.evaluate("window.hacked") is None

    def test_another_origin_than_the_registered_one_hears_nothing(self, live, browse):
        self.result(live, "s")
        made["popup"] = msgspec_replace_target(made["popup"], "https://other.example")
        page = browse("/docs")

        heard = page.evaluate(
            """(url) => new Promise((resolve) => {
                addEventListener("message", (event) => resolve(event.data), {once: true});
                window.open(url, "x", "popup");
                setTimeout(() => resolve(null), 1500);
            })""",
            f"{live.url}/show/popup",
        )

        assert heard is None


def msgspec_replace_target(page: Html, origin: str) -> Html:
    result = msgspec.json.decode(page.values["result"])
    result["target"] = origin
    return Html(page.template, {**page.values, "result": msgspec.json.encode(result).decode()}, csp=page.csp)
