"""The first minute of the web wallet, its locks, and what a first visit costs on a slow phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console_lab import started_chromium
from tests.browser.wallet_lab import PASSPHRASE, WalletBrowser, add_authenticator, wallet_browser
from tests.platform import Platform, start_platform

SIGN_IN = {"TransactionType": "SignIn"}
# A phone on a slow line, as Lighthouse has it: 150 ms a round trip, 1.6 Mbit/s, a processor four times slower.
ROUND_TRIP_MS, BITS_PER_MS, SLOWER = 150, 1600, 4
INTERACTIVE_MS = 2000


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.fixture
def wallet(platform: Platform, chromium: Browser) -> Iterator[WalletBrowser]:
    """A browser without a wallet; nothing may go wrong in it that is not explained."""
    with wallet_browser(platform, chromium) as browser:
        yield browser
        assert browser.problems == []


def writes_down(page: Page) -> list[str]:
    """Make a new secret as the page proposes it, and return its parts."""
    page.get_by_role("button", name="Create an account").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("heading", name="Write your key down")).to_be_visible()
    return page.get_by_role("listitem").all_inner_texts()


def types_in(page: Page, parts: list[str]) -> None:
    """Answer the question for some of the parts."""
    for field in page.get_by_role("textbox").all():
        label = page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
        field.fill(parts[int(label.removeprefix("Part ")) - 1])
    page.get_by_role("button", name="Check").click()


def test_a_request_waits_while_an_account_is_made_whose_backup_is_checked(wallet):
    uuid = wallet.request(SIGN_IN)
    page = wallet.open(f"/sign/{uuid}")
    expect(page.get_by_text("the request comes right after it")).to_be_visible()
    parts = writes_down(page)

    page.get_by_role("button", name="I have written it down").click()
    types_in(page, parts[::-1])
    expect(page.get_by_text("This is not what was shown.").first).to_be_visible()
    types_in(page, parts)
    wallet.locks(page)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()

    assert wallet.outcome(uuid)["meta"]["signed"]
    stored = page.evaluate("JSON.stringify({...localStorage})") + page.evaluate("document.cookie")
    assert "".join(parts) not in stored


def test_a_passkey_locks_and_opens(wallet):
    page = wallet.open()
    add_authenticator(page)
    page.reload()

    wallet.imports(page, passphrase=None)
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    page.get_by_role("button", name="Lock the wallet").click()
    page.get_by_role("button", name="Unlock").click()

    expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def test_a_passphrase_is_typed_twice_and_is_long_enough(wallet):
    page = wallet.open()

    wallet.imports(page, passphrase="short")
    expect(page.get_by_text("The passphrase is too short")).to_be_visible()
    page.get_by_label("New passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Lock with this passphrase").click()
    expect(page.get_by_text("The two are different.")).to_be_visible()
    page.get_by_label("Once more").fill(PASSPHRASE)
    page.get_by_role("button", name="Lock with this passphrase").click()

    expect(page.get_by_text("Nothing waits for you")).to_be_visible()


def test_speaks_german_where_the_browser_does_and_english_where_it_is_chosen(platform, chromium):
    with wallet_browser(platform, chromium, locale="de-AT") as browser:
        page = browser.open()
        expect(page.get_by_role("heading", name="Willkommen bei Sealgate")).to_be_visible()
        assert page.evaluate("document.documentElement.lang") == "de"

        page.get_by_role("button", name="English").click()

        expect(page.get_by_role("heading", name="Welcome to Sealgate")).to_be_visible()


def first_visit(wallet: WalletBrowser) -> tuple[float, dict[str, int]]:
    """Visit as a slow phone does; return ms to the first press, and the bytes of each file that it took."""
    page = wallet.watched(wallet.context.new_page())
    device = wallet.context.new_cdp_session(page)
    device.send("Network.enable")
    line = {"downloadThroughput": BITS_PER_MS * 125, "uploadThroughput": BITS_PER_MS * 60, "latency": ROUND_TRIP_MS}
    device.send("Network.emulateNetworkConditions", {"offline": False, **line})
    device.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(f"{wallet.url}/")
    page.get_by_role("button", name="Create an account").click()
    expect(page.get_by_role("heading", name="Your new account")).to_be_visible()
    done = page.evaluate("performance.now()")
    files = page.evaluate(
        "performance.getEntries().filter((one) => one.transferSize > 0)"
        ".map((one) => [new URL(one.name).pathname, one.transferSize])"
    )
    page.close()
    return done, dict(files)


def test_a_first_visit_takes_two_round_trips_and_few_bytes(platform, chromium):
    with wallet_browser(platform, chromium, service_workers="block") as browser:
        _, files = first_visit(browser)
        page = browser.context.request.get(f"{browser.url}/").text()

    assert len(files) > 2
    assert sum(files.values()) < 100_000
    # The page names all that it needs, so nothing waits for a third round trip.
    assert [file for file in files if file != "/wallet/" and f'"{file}"' not in page] == []


@pytest.mark.soak
def test_a_slow_phone_can_be_pressed_within_two_seconds(platform, chromium):
    with wallet_browser(platform, chromium, service_workers="block") as browser:
        assert min(first_visit(browser)[0] for _ in range(5)) < INTERACTIVE_MS


def test_a_new_version_is_offered_and_loaded_at_a_press(platform, chromium):
    # Under its policy no page may name another script; here one stands for the next version.
    with wallet_browser(platform, chromium, bypass_csp=True) as browser:
        page = browser.open()
        page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
        page.reload()
        expect(page.get_by_role("button", name="Create an account")).to_be_visible()

        page.evaluate(
            "navigator.serviceWorker.register('/wallet/sw.js?next', {scope: '/wallet/'}).then(() => undefined)"
        )
        expect(page.get_by_text("A new version is ready.")).to_be_visible()
        with page.expect_navigation():
            page.get_by_role("button", name="Load it now").click()

        expect(page.get_by_role("button", name="Create an account")).to_be_visible()
        assert page.evaluate("navigator.serviceWorker.controller.scriptURL").endswith("/sw.js?next")
