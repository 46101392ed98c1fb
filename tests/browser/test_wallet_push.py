"""The web wallet woken by a push: switched on, told nothing that a locked screen must not show, opened by a press.

Chromium takes the message from DevTools in place of a push service, which no browser here reaches. Everything before is
real: the server subscribes, encrypts and sends, and what it sent is what the browser gets.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect, sync_playwright

from tests.browser.wallet_lab import PATIENCE_MS, WalletBrowser, wallet_at_hand
from tests.platform import Platform, start_platform
from tests.push_service import PushService
from tests.services import chromium_path

SIGN_IN = {"TransactionType": "SignIn"}

# A browser's own side of a subscription: what a push service would have given it, kept for as long as the page is.
_PUSH_MANAGER = """(given) => {
    let current = null;
    const made = (options) => ({
        endpoint: given.endpoint, options: {applicationServerKey: options.applicationServerKey.buffer},
        toJSON: () => given, unsubscribe: async () => { current = null; return true; },
    });
    PushManager.prototype.subscribe = async (options) => (current = made(options));
    PushManager.prototype.getSubscription = async () => current;
}"""
_SHOWN = """async () => {
    const {title, body, tag, data} = (await (await navigator.serviceWorker.ready).getNotifications())[0] ?? {};
    return title === undefined ? null : {title, body, tag, data};
}"""
_PRESS = """async () => {
    const [notification] = await registration.getNotifications();
    dispatchEvent(new NotificationEvent("notificationclick", {notification}));
}"""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture
def wallet(platform: Platform, chromium: Browser) -> Iterator[WalletBrowser]:
    with wallet_at_hand(platform, chromium) as browser:
        yield browser
        assert browser.problems == []


@pytest.fixture
def push_service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.close()


class Worker:
    """The service worker of a wallet, as DevTools reach it."""

    def __init__(self, wallet: WalletBrowser, page: Page) -> None:
        self._origin = wallet.platform.url
        self._found: list[dict[str, Any]] = []
        self._page = page
        self._tools: CDPSession = wallet.context.new_cdp_session(page)
        self._tools.on(
            "ServiceWorker.workerRegistrationUpdated", lambda told: self._found.extend(told["registrations"])
        )
        page.evaluate("navigator.serviceWorker.ready.then(() => null)")
        self._tools.send("ServiceWorker.enable")

    def gets(self, message: dict[str, Any]) -> dict[str, Any]:
        """Give it a message, and return what it shows."""
        told = {"origin": self._origin, "registrationId": self._number(), "data": json.dumps(message)}
        self._tools.send("ServiceWorker.deliverPushMessage", told)
        return self._shown()

    def is_pressed(self) -> None:
        """Press what it shows."""
        (worker,) = self._page.context.service_workers
        worker.evaluate(_PRESS)

    def _number(self) -> str:
        for _ in range(PATIENCE_MS // 100):
            for one in self._found:
                if one["scopeURL"] == f"{self._origin}/wallet/":
                    return str(one["registrationId"])
            self._page.wait_for_timeout(100)
        raise AssertionError("there is no service worker")

    def _shown(self) -> dict[str, Any]:
        for _ in range(PATIENCE_MS // 100):
            if (shown := self._page.evaluate(_SHOWN)) is not None:
                return dict(shown)
            self._page.wait_for_timeout(100)
        raise AssertionError("nothing is shown")


def test_signs_in_to_an_app_that_wakes_the_closed_wallet(wallet, push_service):
    # Given: somebody has signed for the app once, and has switched notifications on.
    first = wallet.request(SIGN_IN)
    page = wallet.open(f"/sign/{first}?from=QR")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Done")).to_be_visible()
    token = wallet.outcome(first)["application"]["issued_user_token"]

    wallet.context.grant_permissions(["notifications"])
    page.get_by_role("link", name="Done").click()
    browser = push_service.subscribe()
    page.evaluate(_PUSH_MANAGER, browser.to_json())
    page.evaluate("history.pushState(null, '', '/wallet/notifications'); dispatchEvent(new PopStateEvent('popstate'))")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("heading", name="On", exact=True)).to_be_visible()

    # When: the app asks for a sign-in, and the server's message arrives.
    made = wallet.platform_call("POST", "payload", {"txjson": SIGN_IN, "user_token": token})
    worker = Worker(wallet, page)
    (call,) = push_service.wait_for(1)
    shown = worker.gets(browser.read(call.body))

    # Then: it is shown without a word of what is asked for, and a press leads there.
    assert made["pushed"] is True
    assert shown == {
        "title": "Demo app asks for your signature",
        "body": "Open your wallet to look at it.",
        "tag": made["uuid"],
        "data": f"/wallet/sign/{made['uuid']}?from=PUSH_NOTIFICATION",
    }
    worker.is_pressed()
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Signed in")).to_be_visible()
    outcome = wallet.outcome(made["uuid"])
    assert outcome["meta"]["signed"] is True

    page.get_by_role("link", name="Done").click()
    page.evaluate("history.pushState(null, '', '/wallet/notifications'); dispatchEvent(new PopStateEvent('popstate'))")
    page.get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("heading", name="Off", exact=True)).to_be_visible()
    again = wallet.platform_call("POST", "payload", {"txjson": SIGN_IN, "user_token": token})
    assert again["pushed"] is True, "an open tab hears of it all the same"
    assert len(push_service.calls) == 1


def test_a_message_that_names_nothing_known_leads_to_the_wallet(wallet):
    wallet.context.grant_permissions(["notifications"])
    page = wallet.open()

    shown = Worker(wallet, page).gets({"category": "SOMETHING", "payload": "../../console"})

    assert (shown["title"], shown["data"]) == ("A request waits for you", "/wallet/")


def test_says_why_it_cannot_be_switched_on(wallet):
    page = wallet.open("/notifications")

    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("alert")).to_contain_text("Notifications are forbidden for this page")
    expect(page.get_by_role("heading", name="Blocked")).to_be_visible()

    wallet.context.grant_permissions(["notifications"])
    page = wallet.open("/notifications")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("alert")).to_contain_text("reaches no push service")
    # Chromium says so itself, of windows like those of these tests.
    wallet.problems[:] = [problem for problem in wallet.problems if "incognito" not in problem]
