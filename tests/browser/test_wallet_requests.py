"""Requests in the web wallet, on real pages: opened by links and from the inbox, signed, declined, held up."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.console_lab import started_chromium
from tests.browser.wallet_lab import ED25519_ADDRESS, WalletBrowser, wallet_at_hand
from tests.platform import Platform, start_platform

SIGN_IN = {"TransactionType": "SignIn"}
GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
PAYMENT = {"TransactionType": "Payment", "Destination": GENESIS, "Amount": "2500000"}


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
    """Somebody's browser, with an account that is on the ledger."""
    with wallet_at_hand(platform, chromium) as browser:
        page = browser.context.pages[0]
        page.get_by_role("button", name="Get test XRP").click()
        expect(page.get_by_text("1,000 XRP")).to_be_visible()
        yield browser


@pytest.fixture
def page(wallet: WalletBrowser) -> Iterator[Page]:
    """A further page of that browser; nothing may go wrong on it that the wallet does not explain."""
    wallet.problems.clear()
    opened = wallet.watched(wallet.context.new_page())
    yield opened
    opened.close()
    assert wallet.problems == []


def heading(page: Page, text: str) -> None:
    """Wait until the screen says so."""
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_sign_in_on_the_same_device_leads_from_the_sign_page_through_the_wallet_and_back(wallet, page):
    back = f"{wallet.platform.url}/docs?id={{id}}"
    uuid = wallet.request(SIGN_IN, options={"return_url": {"app": back, "web": back}})

    page.goto(f"{wallet.platform.url}/sign/{uuid}")
    page.get_by_role("link", name="Open in the web wallet").locator("visible=true").click()
    heading(page, "Sign in to Demo app")
    page.get_by_role("button", name="Sign in").click()
    heading(page, "You are signed in")
    page.get_by_role("link", name="Continue").click()

    page.wait_for_url(f"**/docs?id={uuid}")
    assert wallet.outcome(uuid)["response"]["account"] == ED25519_ADDRESS


def test_somebody_signs_in_to_the_console_with_the_number_of_the_other_screen_and_without_leaving_the_browser(
    wallet, page
):
    page.goto(f"{wallet.platform.url}/console")
    page.get_by_role("link", name="Sign in").first.click()
    page.wait_for_url("**/sign/*")
    number = page.locator(".sign-number strong").inner_text()

    page.get_by_role("link", name="Open in the web wallet").locator("visible=true").click()
    expect(page.get_by_text("Sign only if the other screen shows this number:")).to_be_visible()
    expect(page.get_by_text(number, exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="Continue").click()

    page.wait_for_url("**/console")
    expect(page.get_by_role("button", name="Sign out")).to_be_attached()


def test_a_payment_is_explained_signed_sent_and_followed_to_its_end(wallet, page):
    uuid = wallet.request(PAYMENT, custom_meta={"instruction": "Two cups of tea"})
    balance = wallet.context.pages[0].locator(".balance-number")
    before = balance.inner_text()

    page.goto(f"{wallet.url}/sign/{uuid}?from=QR")
    heading(page, "Send a payment")
    expect(page.get_by_text("Two cups of tea")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="2.5 XRP")).to_be_visible()
    page.get_by_text("All that is signed").click()
    expect(page.get_by_role("row", name="LastLedgerSequence added")).to_be_visible()
    page.get_by_role("button", name="Sign and send").click()
    heading(page, "Done")

    expect(page.get_by_text("Go back to your other window")).to_be_visible()
    outcome = wallet.outcome(uuid)
    assert outcome["meta"]["signed"]
    assert outcome["response"]["dispatched_result"] == "tesSUCCESS"
    # The home screen of another tab heard of it from the node.
    expect(balance).not_to_have_text(before)
    assert outcome["response"]["account"] == ED25519_ADDRESS


def test_declining_tells_the_app_why_and_signs_nothing(wallet, page):
    uuid = wallet.request(PAYMENT)
    signed_before = list(wallet.signed)

    page.goto(f"{wallet.url}/sign/{uuid}")
    page.get_by_role("button", name="Decline").click()
    page.get_by_label("Reason (optional)").fill("Too expensive")
    page.get_by_role("dialog").get_by_role("button", name="Decline").click()
    heading(page, "Declined")

    outcome = wallet.outcome(uuid)
    assert outcome["meta"]["resolved"]
    assert not outcome["meta"]["signed"]
    assert wallet.signed == signed_before


def test_a_request_sent_to_the_user_appears_by_itself_and_goes_when_it_is_answered(wallet, page):
    first = wallet.request(SIGN_IN)
    page.goto(f"{wallet.url}/sign/{first}?from=QR")
    page.get_by_role("button", name="Sign in").click()
    heading(page, "You are signed in")
    token = wallet.outcome(first)["application"]["issued_user_token"]
    page.get_by_role("link", name="Done").click()
    expect(page.get_by_text("Nothing waits for you")).to_be_visible()

    sent = wallet.request(PAYMENT, user_token=token)
    page.get_by_role("link", name="Send a payment").click()
    page.get_by_role("button", name="Decline").click()
    page.get_by_role("dialog").get_by_role("button", name="Decline").click()
    heading(page, "Declined")
    page.get_by_role("link", name="Done").click()

    expect(page.get_by_text("Nothing waits for you")).to_be_visible()
    assert wallet.outcome(sent)["meta"]["resolved"]


def test_two_tabs_give_one_signature(wallet, page):
    uuid = wallet.request(SIGN_IN)
    other = wallet.open(f"/sign/{uuid}")
    page.goto(f"{wallet.url}/sign/{uuid}")
    for each in (page, other):
        expect(each.get_by_role("button", name="Sign in")).to_be_enabled()

    for each in (page, other):
        each.get_by_role("button", name="Sign in").dispatch_event("click")
    done = "You are signed in"
    for each in (page, other):
        held_up = each.get_by_role("alert")
        expect(each.get_by_role("heading", level=1, name=done).or_(held_up)).to_be_visible()
        if held_up.is_visible():
            each.get_by_role("button", name="Sign in").click()
        heading(each, done)

    handed_in = wallet.outcome(uuid)["response"]["hex"]
    assert wallet.signed.count(handed_in) == 1
    other.close()


def test_a_locked_wallet_shows_nothing_in_any_tab_until_it_is_opened(wallet, page):
    uuid = wallet.request(SIGN_IN)
    page.goto(f"{wallet.url}/sign/{uuid}")
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()

    other = wallet.context.pages[0]
    other.get_by_role("button", name="Lock the wallet").click()
    expect(page.get_by_text("A request waits for you. Open your wallet to see it.")).to_be_visible()
    expect(page.get_by_text("Demo app")).to_have_count(0)
    expect(other.get_by_text(ED25519_ADDRESS[:7])).to_have_count(0)
    wallet.unlocks(page, "not the passphrase")
    expect(page.get_by_text("This is not the passphrase.")).to_be_visible()
    wallet.unlocks(page)

    heading(page, "Sign in to Demo app")
    expect(other.get_by_text("live", exact=True)).to_be_visible()


def test_without_a_network_nothing_is_signed_and_it_goes_on_when_the_network_is_back(wallet, page):
    uuid = wallet.request(SIGN_IN)
    page.goto(f"{wallet.url}/sign/{uuid}")
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()

    wallet.context.set_offline(True)
    expect(page.get_by_role("button", name="Sign in")).to_be_disabled()
    expect(page.get_by_text("No network.")).to_be_visible()
    wallet.context.set_offline(False)
    page.get_by_role("button", name="Sign in").click()

    heading(page, "You are signed in")
    wallet.problems[:] = [one for one in wallet.problems if "ERR_INTERNET_DISCONNECTED" not in one]


def test_the_app_starts_without_a_network_and_says_so(wallet, page):
    page.goto(f"{wallet.url}/")
    page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")
    uuid = wallet.request(SIGN_IN)

    wallet.context.set_offline(True)
    page.goto(f"{wallet.url}/sign/{uuid}")
    heading(page, "No connection")
    wallet.context.set_offline(False)
    page.get_by_role("button", name="Try again").click()

    heading(page, "Sign in to Demo app")
    wallet.problems[:] = [one for one in wallet.problems if "ERR_INTERNET_DISCONNECTED" not in one]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"force_network": "MOONNET"}, "This network is not known here"),
        ({"signers": [GENESIS]}, "It asks for another account"),
    ],
    ids=["network", "signer"],
)
def test_what_cannot_be_signed_here_is_explained(wallet, page, options, words):
    uuid = wallet.request(PAYMENT, options=options)

    page.goto(f"{wallet.url}/sign/{uuid}")

    heading(page, words)
    expect(page.get_by_role("button", name="Sign")).to_have_count(0)


def test_the_network_a_request_forces_is_the_one_it_is_signed_for(wallet, page):
    uuid = wallet.request(PAYMENT, options={"force_network": "SANDBOX", "submit": False})

    page.goto(f"{wallet.url}/sign/{uuid}")
    expect(page.get_by_role("definition").filter(has_text="Sandbox ledger")).to_be_visible()
    page.get_by_role("button", name="Sign", exact=True).click()
    heading(page, "Signed")

    assert wallet.outcome(uuid)["response"]["environment_nodetype"] == "SANDBOX"


def test_what_is_dangerous_is_agreed_to_first(wallet, page):
    uuid = wallet.request({"TransactionType": "AccountDelete", "Destination": GENESIS}, options={"submit": False})

    page.goto(f"{wallet.url}/sign/{uuid}")
    expect(page.get_by_text("This deletes your account from the ledger.")).to_be_visible()
    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_disabled()
    page.get_by_label("I have read this and want to sign all the same.").check()

    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_enabled()


def test_a_request_that_expired_while_the_wallet_was_open_is_explained(wallet, page):
    uuid = wallet.request(SIGN_IN, options={"expire": 1})
    page.goto(f"{wallet.url}/")
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    wallet.platform.sealgate("sandbox", "clock", "--advance", "2m")
    page.goto(f"{wallet.url}/sign/{uuid}")

    heading(page, "This request has expired")


def test_what_an_app_says_is_text_whatever_it_looks_like(wallet, page):
    markup = "<img src=x onerror=window.hurt=1><script>window.hurt=1</script>"
    memo = {"Memo": {"MemoType": b"text/html".hex().upper(), "MemoData": markup.encode().hex().upper()}}
    uuid = wallet.request({"TransactionType": "SignIn", "Memos": [memo]}, custom_meta={"instruction": markup})

    page.goto(f"{wallet.url}/sign/{uuid}")

    expect(page.get_by_role("blockquote")).to_have_text(markup)
    expect(page.get_by_role("definition").filter(has_text=markup)).to_have_text(f"text/html: {markup}")
    assert page.evaluate("window.hurt") is None


def test_the_browser_keeps_the_app_and_no_answer_of_the_server(wallet, page):
    page.goto(f"{wallet.url}/")
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    scope, kept = page.evaluate("""async () => {
        const { scope } = await navigator.serviceWorker.ready
        const paths = []
        for (const name of await caches.keys())
            for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname)
        return [scope, paths]
    }""")

    assert scope == f"{wallet.url}/"
    assert "/wallet/" in kept
    assert [path for path in kept if not path.startswith("/wallet/")] == []


def test_the_key_that_goes_from_tab_to_tab_gives_its_bytes_to_nobody(wallet, page):
    page.goto(f"{wallet.url}/")
    expect(page.get_by_text("live", exact=True)).to_be_visible()

    heard = page.evaluate("""() => new Promise((resolve) => {
        const channel = new BroadcastChannel("sealgate-vault")
        channel.onmessage = async ({ data: { kind, key } }) => {
            if (kind !== "open") return
            const bytes = await crypto.subtle.exportKey("raw", key).then(() => "bytes", ({ name }) => name)
            resolve([key.extractable, bytes])
        }
        channel.postMessage({ kind: "who_is_open" })
    })""")

    assert heard == [False, "InvalidAccessError"]
