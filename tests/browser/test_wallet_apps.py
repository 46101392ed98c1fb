"""Connected apps, devices and activity in the web wallet, and how every screen around the requests looks."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.wallet_lab import (
    PATIENCE_MS,
    SECP256K1_SEED,
    WalletBrowser,
    look,
    wallet_at_hand,
    wallet_browser,
)
from tests.platform import Platform, start_platform
from tests.services import chromium_path

SIGN_IN = {"TransactionType": "SignIn"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=["--no-sandbox", "--no-proxy-server", "--use-fake-device-for-media-stream"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def wallet(platform: Platform, chromium: Browser) -> Iterator[WalletBrowser]:
    with wallet_at_hand(platform, chromium) as browser:
        yield browser
        assert browser.problems == []


@pytest.fixture(scope="module")
def known(wallet: WalletBrowser) -> Page:
    """A page of somebody who has signed in to an app."""
    signs_in(wallet)
    page = wallet.open("/apps")
    page.emulate_media(reduced_motion="reduce")
    return page


def signs_in(wallet: WalletBrowser) -> str:
    """Answer a sign-in of the demo app; return the request's UUID."""
    uuid = wallet.request(SIGN_IN)
    page = wallet.open(f"/sign/{uuid}?from=QR")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("link", name="Done")).to_be_visible()
    page.close()
    return uuid


def pushed_to(wallet: WalletBrowser, user_token: str) -> dict[str, object]:
    """Have the demo app send a request to the user; return what it is told of it."""
    made = wallet.platform_call("POST", "payload", {"txjson": SIGN_IN, "user_token": user_token})
    return {"pushed": made["pushed"], **made.get("push", {})}


class TestApps:
    def test_an_app_that_was_signed_for_is_muted_unmuted_and_disconnected(self, wallet):
        token = wallet.outcome(signs_in(wallet))["application"]["issued_user_token"]
        page = wallet.open("/apps")

        page.get_by_role("button", name="Demo app").click()
        page.get_by_role("dialog").get_by_role("button", name="Mute", exact=True).click()
        expect(page.get_by_role("dialog").get_by_role("button", name="Unmute")).to_be_visible()
        assert pushed_to(wallet, token) == {"pushed": False, "reason": "muted"}

        page.get_by_role("dialog").get_by_role("button", name="Unmute").click()
        expect(page.get_by_role("dialog").get_by_role("button", name="Mute", exact=True)).to_be_visible()
        assert pushed_to(wallet, token)["pushed"] is True

        page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
        page.get_by_role("dialog").get_by_role("button", name="Disconnect now").click()
        expect(page.get_by_text("No app is connected")).to_be_visible()
        assert pushed_to(wallet, token) == {"pushed": False, "reason": "token_unknown"}
        page.close()


class TestDevices:
    def test_another_browser_joins_by_the_link_of_the_code_and_is_removed(self, platform, chromium, wallet):
        page = wallet.open("/devices")
        page.get_by_role("button", name="Add a device").click()
        expect(page.get_by_role("img", name="QR code of the invitation")).to_be_visible()
        wallet.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.get_by_role("button", name="Copy the link").click()
        link = page.evaluate("navigator.clipboard.readText()")

        with wallet_browser(platform, chromium) as other:
            theirs = other.watched(other.context.new_page())
            theirs.goto(link)
            other.imports(theirs, SECP256K1_SEED)
            expect(page.get_by_role("dialog")).to_contain_text("is one of your devices now")
            page.get_by_role("dialog").get_by_role("button", name="Close").last.click()
            expect(page.get_by_role("button", name="Remove")).to_have_count(2)
            assert "invitation" not in theirs.url

            page.get_by_role("button", name="Remove").last.click()
            page.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
            expect(page.get_by_text("Removed devices (1)")).to_be_visible()
            expect(theirs.get_by_text("This device was removed").first).to_be_visible()
        page.close()


class TestActivity:
    def test_has_what_was_signed_and_what_was_declined_until_it_is_cleared(self, wallet):
        signed, declined = signs_in(wallet), wallet.request(SIGN_IN)
        page = wallet.open(f"/sign/{declined}")
        page.get_by_role("button", name="Decline").click()
        page.get_by_role("dialog").get_by_role("button", name="Decline").click()
        expect(page.get_by_role("link", name="Done")).to_be_visible()
        page.get_by_role("link", name="Done").click()

        page.get_by_role("link", name="Activity").click()

        first = page.get_by_role("main").get_by_role("listitem").first
        expect(first).to_contain_text("declined")
        page.get_by_role("button", name="signed").first.click()
        expect(page.get_by_role("dialog")).to_contain_text(signed)
        page.keyboard.press("Escape")
        page.get_by_role("button", name="Clear the list").click()
        page.get_by_role("dialog").get_by_role("button", name="Clear it").click()
        expect(page.get_by_text("Nothing yet")).to_be_visible()
        page.close()


class TestLooks:
    """Every screen for axe, for its width, and kept for people to look at."""

    @pytest.mark.parametrize(
        ("name", "path", "press"),
        [
            ("scan", "/scan", None),
            ("apps", "/apps", None),
            ("app", "/apps", ".rows-item"),
            ("devices", "/devices", None),
            ("invitation", "/devices", ".button.primary"),
            ("activity", "/activity", None),
            ("deed", "/activity", ".rows-item"),
            ("notifications", "/notifications", None),
            ("xapps", "/xapps", None),
        ],
    )
    def test_keeps_nobody_out_and_fits(self, wallet, known, name, path, press):
        known.goto(wallet.url + path)
        expect(known.get_by_role("heading", level=1)).to_be_visible()
        expect(known.locator("main .waiting")).to_have_count(0)
        if press is not None:
            known.locator(f"main {press}").first.click()
            expect(known.get_by_role("dialog")).to_be_visible()
            expect(known.locator("dialog .waiting")).to_have_count(0)

        look(known, name)
