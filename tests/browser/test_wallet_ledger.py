"""What the ledger has to say, in the web wallet: of receivers, of other accounts' keys, of payments of one's own."""

import json
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route, WebSocketRoute, expect

from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction
from tests.browser.console_lab import started_chromium
from tests.browser.support import findings, fits, keep_screenshot
from tests.browser.wallet_lab import ED25519_ADDRESS, WalletBrowser, wallet_at_hand
from tests.platform import Platform, start_platform

GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
REQUIRE_TAG = 1
LIMIT_S = 15


class Account:
    """An account of the sandbox ledger that does as it is told."""

    def __init__(self, platform: Platform) -> None:
        self.url = platform.env["SEALGATE_LEDGER_RPC"]
        self.keys: KeyPair = key_pair_from_seed(generate_seed())
        self.address = self.keys.address
        self._post("/faucet", {"destination": self.address})

    def does(self, transaction: dict[str, Any]) -> None:
        """Sign, submit, and go on when the ledger has it."""
        whole = transaction | {"Account": self.address, "Sequence": self.sequence, "Fee": "12"}
        done = self.asks("submit", tx_blob=sign_transaction(whole, self.keys).blob.hex())
        assert done["engine_result"] == "tesSUCCESS", done
        self.asks("ledger_accept")

    @property
    def sequence(self) -> int:
        return int(self.asks("account_info", account=self.address)["account_data"]["Sequence"])

    def asks(self, method: str, **params: Any) -> dict[str, Any]:
        return dict(self._post("", {"method": method, "params": [params]})["result"])

    def _post(self, path: str, body: Any) -> dict[str, Any]:
        asked = urllib.request.Request(self.url + path, json.dumps(body).encode(), {"content-type": "application/json"})
        with urllib.request.urlopen(asked) as answer:
            return dict(json.loads(answer.read()))


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
    with wallet_at_hand(platform, chromium) as browser:
        browser.context.pages[0].get_by_role("button", name="Get test XRP").click()
        expect(browser.context.pages[0].get_by_text("1,000 XRP")).to_be_visible()
        yield browser


@pytest.fixture(scope="module")
def other(platform: Platform) -> Account:
    return Account(platform)


@pytest.fixture
def page(wallet: WalletBrowser) -> Iterator[Page]:
    wallet.problems.clear()
    opened = wallet.watched(wallet.context.new_page())
    yield opened
    opened.close()
    assert wallet.problems == []


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_payment_that_lacks_its_tag_is_warned_of_and_agreed_to_first(wallet, page, other):
    other.does({"TransactionType": "AccountSet", "SetFlag": REQUIRE_TAG})
    payment = {"TransactionType": "Payment", "Destination": other.address, "Amount": "1"}

    page.goto(f"{wallet.url}/sign/{wallet.request(payment)}")

    live = page.get_by_role("group", name="Warnings")
    expect(live).to_contain_text("The receiver asks for a destination tag and there is none.")
    expect(live).to_have_attribute("aria-live", "polite")
    expect(page.get_by_role("button", name="Sign and send")).to_be_disabled()
    page.get_by_label("I have read this and want to sign all the same.").check()
    expect(page.get_by_role("button", name="Sign and send")).to_be_enabled()


def test_a_node_that_hangs_holds_nothing_up(wallet, page, other):
    held_back: list[str] = []

    def is_silent(socket: WebSocketRoute) -> None:
        node = socket.connect_to_server()
        # What is filled in is of the current ledger, and told.
        socket.on_message(lambda text: held_back.append(str(text)) if '"validated"' in str(text) else node.send(text))

    page.route_web_socket("**", is_silent)
    payment = {"TransactionType": "Payment", "Destination": other.address, "Amount": "1"}

    page.goto(f"{wallet.url}/sign/{wallet.request(payment, options={'submit': False})}")

    expect(page.get_by_role("button", name="Sign", exact=True)).to_be_enabled()
    until = time.monotonic() + LIMIT_S
    while not any("account_info" in text for text in held_back) and time.monotonic() < until:
        page.wait_for_timeout(50)
    assert any("account_info" in text for text in held_back)
    expect(page.get_by_text("destination tag and there is none")).to_have_count(0)


def test_a_code_that_asks_for_a_payment_is_reviewed_and_paid(wallet, page, other):
    before = int(other.asks("account_info", account=other.address)["account_data"]["Balance"])
    page.goto(f"{wallet.url}/scan")
    page.get_by_label("Or paste the link").fill(f"xrpl://{other.address}?amount=2.5&dt=7")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("link", name="Review the payment").click()

    heading(page, "Send a payment")
    expect(page.get_by_role("definition").filter(has_text="2.5 XRP")).to_be_visible()
    expect(page.get_by_role("definition").filter(has_text="Destination tag 7")).to_be_visible()
    assert findings(page, every=True) == []
    assert fits(page)
    keep_screenshot(page, "wallet-pay-phone-light")
    page.get_by_role("button", name="Pay", exact=True).click()
    heading(page, "Done")

    assert int(other.asks("account_info", account=other.address)["account_data"]["Balance"]) == before + 2_500_000


def test_one_signs_for_another_account_with_the_key_that_is_its_regular_one(wallet, page, other):
    other.does({"TransactionType": "SetRegularKey", "RegularKey": ED25519_ADDRESS})
    payment = {"TransactionType": "Payment", "Account": other.address, "Destination": GENESIS, "Amount": "1"}
    page.goto(f"{wallet.url}/sign/{wallet.request(payment, options={'force_network': 'SANDBOX'})}")
    expect(page.get_by_role("group", name="Warnings")).to_contain_text("The app named another account")
    page.get_by_label("You sign with").select_option(index=1)
    expect(page.get_by_role("group", name="Warnings")).to_contain_text(f"You sign for {other.address} with the key of")

    uuid = wallet.request(payment, options={"signers": [other.address], "force_network": "SANDBOX"})
    page.goto(f"{wallet.url}/sign/{uuid}")
    expect(page.get_by_role("group", name="Warnings")).to_contain_text(f"You sign for {other.address} with the key of")
    page.get_by_role("button", name="Sign and send").click()
    heading(page, "Done")

    response = wallet.outcome(uuid)["response"]
    assert (response["account"], response["signer"]) == (other.address, ED25519_ADDRESS)


def test_one_of_two_signers_is_told_how_far_it_is(wallet, page, platform):
    together = Account(platform)
    entries = [{"SignerEntry": {"Account": one, "SignerWeight": 1}} for one in sorted((ED25519_ADDRESS, GENESIS))]
    together.does({"TransactionType": "SignerListSet", "SignerQuorum": 2, "SignerEntries": entries})
    payment = {"TransactionType": "Payment", "Account": together.address, "Destination": GENESIS, "Amount": "1"}
    whole = payment | {"Sequence": together.sequence, "Fee": "36"}
    uuid = wallet.request(whole, options={"multisign": True, "force_network": "SANDBOX"})

    page.goto(f"{wallet.url}/sign/{uuid}")
    page.get_by_role("button", name="Sign", exact=True).click()
    heading(page, "Signed: 1 of 2")

    assert wallet.outcome(uuid)["collected"]["signatures"][0]["account"] == ED25519_ADDRESS


def test_an_answer_that_did_not_arrive_is_handed_in_again_from_the_start_page(wallet, page):
    uuid = wallet.request({"TransactionType": "SignIn"})
    page.goto(f"{wallet.url}/sign/{uuid}")
    expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
    page.route(f"**/api/v1/app/payload/{uuid}", _lose_answers)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("No connection to the server")
    wallet.problems.clear()

    page.goto(f"{wallet.url}/")
    expect(page.get_by_text("may not have your answer yet")).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Hand it in again").click()
    heading(page, "This request is signed already")

    assert wallet.outcome(uuid)["meta"]["signed"]
    page.goto(f"{wallet.url}/")
    expect(page.get_by_text("live", exact=True)).to_be_visible()
    expect(page.get_by_text("may not have your answer yet")).to_have_count(0)


def _lose_answers(route: Route) -> None:
    if route.request.method == "PATCH":
        route.abort()
    else:
        route.continue_()
