"""Every screen of the web wallet for everybody: axe finds nothing, nothing scrolls sideways, all can be pressed."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console_lab import started_chromium
from tests.browser.support import VIEWS
from tests.browser.wallet_lab import ED25519_ADDRESS, WalletBrowser, look, wallet_at_hand, wallet_browser
from tests.platform import Platform, start_platform

GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"

SCREENS: dict[str, str] = {
    "/": "Home",
    "/accounts": "Accounts",
    f"/accounts/{ED25519_ADDRESS}": "My account",
    "/accounts/new": "Your new account",
    "/accounts/import": "Bring your account along",
    "/settings": "Settings",
    "/nowhere": "There is nothing here",
    "/sign/0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41": "There is no such request",
}
"""Of the screens that need a wallet: path and heading. Those around the requests are looked at by their own tests."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def wallet(platform: Platform, chromium: Browser) -> Iterator[WalletBrowser]:
    with wallet_at_hand(platform, chromium, reduced_motion="reduce") as browser:
        yield browser


@pytest.fixture(scope="module")
def page(wallet: WalletBrowser) -> Page:
    return wallet.open("/settings")


@pytest.mark.parametrize("path", SCREENS)
def test_of_a_wallet(wallet, page, path):
    page.goto(wallet.url + path)
    expect(page.get_by_role("heading", level=1)).to_have_text(SCREENS[path])

    look(page, re.sub(r"\W+", "-", SCREENS[path].lower()))

    assert wallet.problems == []


def test_of_a_request_from_its_review_to_its_end(wallet, page):
    payment = {"TransactionType": "Payment", "Destination": GENESIS, "Amount": "1", "DestinationTag": 7}
    more = {"custom_meta": {"instruction": "Two cups of tea"}, "options": {"submit": False}}
    page.goto(f"{wallet.url}/sign/{wallet.request(payment, **more)}")
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_enabled()
    page.get_by_text("All that is signed").click()
    look(page, "request")

    page.get_by_role("button", name="Decline").click()
    look(page, "decline")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("heading", name="Signed")).to_be_visible()
    look(page, "signed")


def test_of_the_first_minute(platform, chromium):
    def steps(page: Page, press: Callable[[str], None]) -> Iterator[str]:
        yield "welcome"
        press("Create an account")
        yield "make"
        page.get_by_role("radio", name="12 words").check()
        press("Continue")
        expect(page.get_by_role("listitem")).to_have_count(12)
        yield "words"
        press("I have written it down")
        press("Check")
        yield "check"

    with wallet_browser(platform, chromium, reduced_motion="reduce") as browser:
        page = browser.open()
        expect(page.get_by_role("button", name="Create an account")).to_be_visible()
        for name in steps(page, lambda name: page.get_by_role("button", name=name).click()):
            look(page, name)


def test_the_keyboard_goes_everywhere_and_readers_hear_where_they_are(wallet, page):
    page.set_viewport_size(VIEWS["desktop-light"]["viewport"])
    page.goto(f"{wallet.url}/accounts")
    expect(page.get_by_role("heading", name="Accounts")).to_be_visible()

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.get_by_role("link", name="Settings").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_focused()
    assert page.title() == "Settings · Sealgate"
    expect(page.get_by_role("link", name="Settings")).to_have_attribute("aria-current", "page")


def test_of_the_lock(wallet, page):
    page.goto(f"{wallet.url}/")
    page.get_by_role("button", name="Lock the wallet").click()
    expect(page.get_by_role("button", name="Unlock")).to_be_visible()

    look(page, "locked")
