"""xApps in the web wallet: the published packages, unmodified, in its frame, and what the person does."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.browser.support import findings, keep_screenshot
from tests.browser.wallet_lab import ED25519_ADDRESS, PATIENCE_MS, WalletBrowser, wallet_at_hand
from tests.browser.xapp_pages import XAppPages
from tests.platform import Platform, start_platform
from tests.services import chromium_path

BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
NOBODY_AT_THE_OLD_NAMES = "MAP xumm.app ~NOTFOUND, MAP *.xumm.app ~NOTFOUND"


@dataclass(frozen=True)
class Sessions:
    """What the pages reported, and what the wallet showed.

    Attributes:
        wrong: What axe found, by what was shown.
    """

    xumm: dict[str, Any]
    plain: dict[str, Any]
    second: dict[str, Any]
    opened: str
    wrong: dict[str, list[str]]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    arguments = ["--no-sandbox", "--no-proxy-server", f"--host-resolver-rules={NOBODY_AT_THE_OLD_NAMES}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def pages(platform: Platform) -> Iterator[XAppPages]:
    """The xApps' own server. Its pages load `compat.js` before the package."""
    pages = XAppPages(platform.url, loader=True)
    for kind in ("xumm", "plain", "second"):
        options = ["--xapp-push", "--xapp-special", "NETWORK_SWITCH_EVENT_NO_RELOAD"]
        made = platform.sealgate(
            "app", "create", "--name", f"The {kind} shop", "--xapp-id", f"shop.{kind}",
            "--xapp-url", pages.url(kind, kind), *options,
        )  # fmt: skip
        pages.keys[kind] = made["api_key"]
    platform.sealgate(
        "app", "create", "--name", "Insider", "--xapp-id", "shop.insider", "--xapp-url", f"{platform.url}/docs"
    )
    yield pages
    pages.close()


@pytest.fixture(scope="module")
def wallet(platform: Platform, chromium: Browser, pages: XAppPages) -> Iterator[WalletBrowser]:
    with wallet_at_hand(platform, chromium) as browser:
        yield browser


@pytest.fixture(scope="module")
def sessions(wallet: WalletBrowser, pages: XAppPages) -> Sessions:
    """Both packages at work, side by side: they wait for more than they do."""
    wrong: dict[str, list[str]] = {}

    def look(page: Page, name: str) -> None:
        keep_screenshot(page, f"wallet-xapp-{name}")
        wrong[name] = findings(page, every=True)

    xumm, plain = wallet.context.new_page(), wallet.context.new_page()
    for page in (xumm, plain):
        page.set_default_timeout(PATIENCE_MS)
    xumm.goto(f"{wallet.url}/xapps")
    xumm.get_by_role("link", name="The xumm shop").click()
    plain.goto(f"{wallet.url}/xapps/shop.plain")

    # It waits for another network first.
    ready = plain.locator(".xapp-loading")
    expect(plain.locator("iframe")).to_be_visible()
    expect(ready).to_have_count(0)
    look(plain, "page")
    plain.get_by_role("button", name="Network and account").click()
    look(plain, "network")
    dialog(plain).get_by_role("radio", name="XRP Ledger Testnet").check()
    dialog(plain).get_by_role("button", name="Save").click()

    scanner = dialog(plain, "asks you to scan a code")
    look(plain, "scan")
    scanner.get_by_label("Or paste the link").fill("order 1042")
    scanner.get_by_role("button", name="Continue").click()

    chooser = dialog(plain, "asks whom it is for")
    look(plain, "destination")
    chooser.get_by_label("Address", exact=True).fill(f"{BOB}:7")
    chooser.get_by_role("button", name="Continue").click()
    sure = dialog(plain, "Is it this one?")
    sure.get_by_label("Keep in the address book").check()
    sure.get_by_label("Name", exact=True).fill("Bob")
    look(plain, "chosen")
    sure.get_by_role("button", name="Choose").click()

    browse = dialog(plain, "Open shop.example?")
    look(plain, "browse")
    with plain.expect_popup() as popup:
        browse.get_by_role("button", name="Open").click()
    opened = popup.value.url
    popup.value.close()

    sign = dialog(xumm, "The xumm shop")
    expect(sign.get_by_role("button", name="Sign in", exact=True)).to_be_visible()
    look(xumm, "sign")
    sign.get_by_role("button", name="Sign in", exact=True).click()

    reports = pages.report_of("xumm"), pages.report_of("plain"), pages.report_of("second")
    for page in (xumm, plain):
        page.wait_for_url("**/wallet/xapps")
        page.close()
    return Sessions(*reports, opened, wrong)


def dialog(page: Page, title: str = "") -> Locator:
    """Return what is in front of a page, once it is there."""
    found = page.get_by_role("dialog", name=title) if title else page.get_by_role("dialog")
    expect(found).to_be_visible()
    return found


class TestXumm:
    """The universal package: it looks for a wallet's user agent, which `compat.js` gives it."""

    def test_knows_that_it_is_an_xapp_and_whose(self, sessions):
        told = sessions.xumm

        assert told["runtime"]["xapp"] is True
        assert told["heard"] == ["retrieved", "success", "ready"]
        assert told["user"]["account"] == told["ott"]["account"] == ED25519_ADDRESS
        assert told["user"]["networkType"] == "SANDBOX"
        assert told["agent"].endswith(f"xumm/xapp:2.9.1 (ott:{told['jwt']['ott_uuidv4']})")

    def test_is_told_what_the_wallet_says_of_itself(self, sessions):
        ott = sessions.xumm["ott"]

        assert ott["origin"]["type"] == "XAPP_STORE"
        assert (ott["style"], ott["locale"]) == ("LIGHT", "en")
        assert ott["nodewss"].startswith("ws://localhost:")

    def test_has_its_users_data_and_events(self, sessions):
        told = sessions.xumm

        assert (told["stored"], told["prefs"], told["removed"]) == (True, {"theme": "dark"}, True)
        assert told["event"]["pushed"] is True

    def test_hears_of_the_signature_on_top_of_it(self, sessions):
        told = sessions.xumm

        assert told["resolved"] == {"reason": "SIGNED", "uuid": told["uuid"]}
        assert told["signed"] is True


class TestXummXAppSdk:
    """The small package, over its handshake with the frame's parent."""

    def test_hears_of_the_network_the_person_switched_to(self, sessions):
        assert sessions.plain["switched"] == {"network": "TESTNET"}

    def test_gets_what_was_scanned_and_who_was_chosen(self, sessions):
        told = sessions.plain

        assert told["scanned"] == {"reason": "SCANNED", "qrContents": "order 1042"}
        assert told["chosen"]["destination"] == {"address": BOB, "tag": 7}
        assert told["chosen"]["info"]["risk"] == "UNKNOWN"

    def test_sends_the_person_to_a_page_after_a_question(self, sessions):
        assert sessions.opened.startswith("https://shop.example/orders") or sessions.opened.startswith("chrome-error:")

    def test_leads_to_another_xapp_with_a_token_of_its_own(self, sessions):
        told = sessions.second

        assert told["ott"]["xAppNavigateData"] == {"xApp": "shop.second", "title": "Second", "orderId": "1042"}
        assert (told["ott"]["origin"]["type"], told["ott"]["nodetype"]) == ("XAPP", "TESTNET")
        assert told["token"] != sessions.plain["environment"]["ott"]
        assert told["again"] == 410


class TestTheWallet:
    def test_keeps_nobody_out(self, sessions):
        assert sessions.wrong == {name: [] for name in sessions.wrong}

    def test_keeps_who_was_chosen_in_the_address_book(self, sessions, wallet):
        (page, *_) = wallet.context.pages

        assert page.evaluate("JSON.parse(localStorage['sealgate.contacts'])") == [
            {"address": BOB, "tag": 7, "name": "Bob"}
        ]

    def test_declines_what_is_closed(self, wallet, pages):
        page = wallet.context.new_page()
        page.goto(f"{wallet.url}/xapps/shop.xumm")
        sign = dialog(page, "The xumm shop")
        expect(sign.get_by_role("button", name="Sign in", exact=True)).to_be_visible()

        sign.get_by_role("button", name="Close").click()

        told = pages.report_of("xumm")
        assert told["resolved"]["reason"] == "DECLINED"
        assert told["signed"] is False
        page.close()

    def test_opens_by_the_link_that_names_it_parameters_and_all(self, wallet, platform, pages):
        page = wallet.context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.goto(f"{platform.url}/detect/xapp:shop.second?orderId=7")
        page.get_by_role("link", name="Open in the web wallet").first.click()

        ott = pages.report_of("second")["ott"]

        assert (ott["orderId"], ott["nodetype"]) == ("7", "SANDBOX")
        assert ott["origin"] == {
            "type": "DEEP_LINK",
            "data": {"url": f"{platform.url}/detect/xapp:shop.second?orderId=7"},
        }
        page.wait_for_url("**/wallet/xapps")
        page.close()

    def test_frames_nothing_of_its_own_origin(self, wallet, pages):
        page = wallet.open("/xapps/shop.insider")

        expect(page.get_by_role("alert")).to_contain_text("could reach into your wallet")
        expect(page.locator("iframe")).to_have_count(0)
        assert wallet.problems == []
        page.close()
