"""Keeping a web wallet: keys brought along, shown, removed; its locks; what is damaged; a server by invitation."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from xrpl.core.binarycodec import decode, encode_for_signing
from xrpl.core.keypairs import is_valid_message

from tests.browser.console_lab import started_chromium
from tests.browser.support import ROOT
from tests.browser.wallet_lab import (
    ED25519_ADDRESS,
    ED25519_SEED,
    PASSPHRASE,
    SECP256K1_ADDRESS,
    SECP256K1_SEED,
    WalletBrowser,
    add_authenticator,
    wallet_browser,
)
from tests.platform import Platform, start_platform

SIGN_IN = {"TransactionType": "SignIn"}
VECTORS = json.loads((ROOT / "tests/vectors/signin.json").read_text())
WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
WORDS_ADDRESS = "rpaLPza5oxhJ7V8nFDwPm9F7kmZ16uc8do"
PUT = """([store, key, record]) => new Promise((resolve, reject) => {
    const opening = indexedDB.open("sealgate-vault");
    opening.onsuccess = () => {
        const transaction = opening.result.transaction(store, "readwrite");
        transaction.objectStore(store).put(record, key);
        transaction.oncomplete = () => (opening.result.close(), resolve());
        transaction.onabort = () => reject(transaction.error);
    };
})"""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """One that takes a new wallet by invitation only."""
    started = start_platform(pairing="closed")
    yield started
    started.stop()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with started_chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def wallet(platform: Platform, chromium: Browser) -> Iterator[WalletBrowser]:
    """Somebody who came by the link of an invitation."""
    with wallet_browser(platform, chromium) as browser:
        page = browser.open(f"/welcome#invitation={invited(platform)}")
        browser.imports(page, ED25519_SEED)
        expect(page.get_by_text("live", exact=True)).to_be_visible()
        yield browser
        assert browser.problems == []


@pytest.fixture
def page(wallet: WalletBrowser) -> Iterator[Page]:
    opened = wallet.watched(wallet.context.new_page())
    yield opened
    opened.close()


def invited(platform: Platform) -> str:
    """Return the secret of an invitation that another device of the holder has made."""
    return str(platform.sealgate("wallet", "invite")["invitation"])


def brings(page: Page, wallet: WalletBrowser, secret: str) -> None:
    """Add an account to the wallet."""
    page.goto(f"{wallet.url}/accounts/import")
    page.get_by_label("Seed, words or numbers").fill(secret)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Yes, this is it").click()
    expect(page.get_by_role("heading", name="My account")).to_be_visible()


class TestKeys:
    @pytest.mark.parametrize("kind", ["ed25519", "secp256k1"])
    def test_of_the_vectors_come_along_as_they_are_and_sign(self, wallet, page, kind):
        key = VECTORS["keys"][kind]
        uuid = wallet.request(SIGN_IN)

        brings(page, wallet, key["seed"])
        page.goto(f"{wallet.url}/sign/{uuid}")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="You are signed in")).to_be_visible()

        response = wallet.outcome(uuid)["response"]
        assert response["account"] == key["account"]
        signed = decode(response["hex"])
        assert signed["SigningPubKey"] == key["public_key"]
        message = bytes.fromhex(encode_for_signing(signed))
        assert is_valid_message(message, bytes.fromhex(signed["TxnSignature"]), key["public_key"])

    def test_of_words_are_read_and_a_misspelt_word_is_named(self, wallet, page):
        page.goto(f"{wallet.url}/accounts/import")
        page.get_by_label("Seed, words or numbers").fill(WORDS.replace("wave", "wabe"))
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("alert")).to_contain_text("Word 5 is not one of the 2048 words.")

        page.get_by_label("Seed, words or numbers").fill(WORDS)
        page.get_by_role("button", name="Continue").click()

        expect(page.get_by_text(WORDS_ADDRESS)).to_be_visible()

    def test_are_shown_again_for_the_passphrase_alone(self, wallet, page):
        page.goto(f"{wallet.url}/accounts/{ED25519_ADDRESS}")
        page.get_by_role("button", name="Show the secret").click()
        dialog = page.get_by_role("dialog")

        dialog.get_by_label("Passphrase", exact=True).fill("not the passphrase")
        dialog.get_by_role("button", name="Show it").click()
        expect(dialog.get_by_text("This is not the passphrase.")).to_be_visible()
        expect(dialog.get_by_role("listitem")).to_have_count(0)
        dialog.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        dialog.get_by_role("button", name="Show it").click()
        expect(dialog.get_by_role("listitem").first).to_be_visible()

        assert "".join(dialog.get_by_role("listitem").all_inner_texts()) == ED25519_SEED
        page.keyboard.press("Escape")
        expect(page.get_by_role("listitem").filter(has_text=ED25519_SEED[:4])).to_have_count(0)

    def test_are_removed_by_a_mark_and_the_lock(self, wallet, page):
        brings(page, wallet, SECP256K1_SEED)
        page.get_by_role("button", name="Remove from this wallet").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.get_by_role("button", name="Remove it for good")).to_have_count(0)
        dialog.get_by_role("checkbox").check()
        dialog.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        dialog.get_by_role("button", name="Remove it for good").click()
        expect(page.get_by_role("heading", name="Accounts")).to_be_visible()

        page.goto(f"{wallet.url}/accounts/{SECP256K1_ADDRESS}")

        expect(page.get_by_role("heading", name="There is nothing here")).to_be_visible()


class TestLocks:
    def test_fall_by_themselves_when_nobody_is_there(self, wallet, page):
        page.clock.install()
        page.goto(f"{wallet.url}/settings")
        page.get_by_label("Lock by itself").select_option("1")

        page.clock.fast_forward("00:50")
        page.keyboard.press("Shift")
        page.clock.fast_forward("00:50")
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()
        page.clock.fast_forward("00:15")

        expect(page.get_by_role("heading", name="Sealgate is locked")).to_be_visible()
        expect(wallet.context.pages[0].get_by_role("heading", name="Sealgate is locked")).to_be_visible()
        wallet.unlocks(page)
        page.get_by_label("Lock by itself").select_option("60")

    def test_are_exchanged_for_a_passkey_and_back(self, wallet, page):
        def shows_passphrase() -> None:
            dialog.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
            dialog.get_by_role("button", name=("Continue", "Remove")[removing]).click()

        add_authenticator(page)
        page.goto(f"{wallet.url}/settings")
        dialog, removing = page.get_by_role("dialog"), False

        page.get_by_role("button", name="Add a passkey").click()
        shows_passphrase()
        dialog.get_by_role("button", name="Create the passkey").click()
        expect(dialog).to_have_count(0)
        removing = True
        page.get_by_role("listitem").filter(has_text="Passphrase").get_by_role("button", name="Remove").click()
        dialog.get_by_role("button", name="Use your passkey").click()
        expect(dialog).to_have_count(0)
        page.get_by_role("main").get_by_role("button", name="Lock the wallet").click()
        page.get_by_role("button", name="Unlock").click()
        page.get_by_role("button", name="Add a passphrase").click()
        dialog.get_by_role("button", name="Continue").click()
        dialog.get_by_label("New passphrase").fill(PASSPHRASE)
        dialog.get_by_label("Once more").fill(PASSPHRASE)
        dialog.get_by_role("button", name="Lock with this passphrase").click()
        expect(dialog).to_have_count(0)
        page.get_by_role("listitem").filter(has_text="Passkey").get_by_role("button", name="Remove").click()
        shows_passphrase()
        expect(dialog).to_have_count(0)

        page.get_by_role("main").get_by_role("button", name="Lock the wallet").click()
        expect(page.get_by_role("button", name="Use your passkey")).to_have_count(0)
        wallet.unlocks(page)
        expect(page.get_by_role("heading", name="Settings", exact=True)).to_be_visible()


class TestDamage:
    def test_of_the_vault_is_explained_put_aside_and_deleted_only_when_told(self, platform, chromium, tmp_path):
        with wallet_browser(platform, chromium) as browser:
            page = browser.open()
            expect(page.get_by_role("button", name="Create an account")).to_be_visible()
            page.evaluate(PUT, ["vault", "vault", {"version": 1, "id": "half a record"}])
            page.reload()
            expect(page.get_by_role("heading", name="Your wallet cannot be read")).to_be_visible()
            expect(page.get_by_text("is damaged. Nothing was deleted.")).to_be_visible()

            with page.expect_download() as download:
                page.get_by_role("button", name="Save what is stored").click()
            download.value.save_as(tmp_path / "records.json")
            assert "half a record" in (tmp_path / "records.json").read_text()
            expect(page.get_by_role("button", name="Delete it and start again")).to_be_disabled()
            page.get_by_role("checkbox").check()
            page.get_by_role("button", name="Delete it and start again").click()

            expect(page.get_by_role("button", name="Create an account")).to_be_visible()
            assert browser.problems == []

    def test_of_one_account_is_said_and_leaves_the_others_as_they_are(self, wallet, page):
        page.goto(f"{wallet.url}/")
        page.evaluate(PUT, ["accounts", SECP256K1_ADDRESS, {"address": SECP256K1_ADDRESS}])
        page.reload()
        page.get_by_role("link", name="One of the accounts stored in this browser is damaged.").click()

        page.get_by_role("link", name="damaged").click()
        expect(page.get_by_text("Remove it and bring it along again from its backup.")).to_be_visible()
        page.get_by_role("button", name="Remove from this wallet").click()
        page.get_by_role("dialog").get_by_role("checkbox").check()
        page.get_by_role("dialog").get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        page.get_by_role("dialog").get_by_role("button", name="Remove it for good").click()

        expect(page.get_by_role("heading", name="Accounts")).to_be_visible()
        expect(page.get_by_text("damaged")).to_have_count(0)
        expect(page.get_by_role("link", name="My account").first).to_be_visible()


def test_a_server_by_invitation_asks_for_one_and_takes_the_code_of_another_device(platform, chromium, wallet, page):
    page.goto(f"{wallet.url}/devices")
    page.get_by_role("button", name="Add a device").click()
    code = page.get_by_role("img", name="QR code of the invitation").screenshot()

    with wallet_browser(platform, chromium) as browser:
        other = browser.open()
        browser.imports(other, SECP256K1_SEED)
        expect(other.get_by_text("This server takes new wallets by invitation")).to_be_visible()
        other.get_by_label("Invitation").fill("none of yours")
        other.get_by_role("button", name="Connect").click()
        expect(other.get_by_role("alert")).to_contain_text("invitation")

        other.get_by_role("link", name="Scan", exact=True).click()
        other.locator("input[type=file]").set_input_files({"name": "code.png", "mimeType": "image/png", "buffer": code})
        other.get_by_role("button", name="Join").click()

        expect(other.get_by_text("live", exact=True)).to_be_visible()
        expect(page.get_by_role("dialog")).to_contain_text("is one of your devices now")
        assert browser.problems == []


def test_a_german_journey_from_the_invitation_to_the_signature(platform, chromium):
    with wallet_browser(platform, chromium, locale="de-DE") as browser:
        uuid = browser.request(SIGN_IN)
        page = browser.open(f"/welcome#invitation={invited(platform)}")
        page.get_by_role("button", name="Konto anlegen").click()
        page.get_by_role("radio", name="12 Wörter").check()
        page.get_by_role("button", name="Weiter").click()
        expect(page.get_by_role("listitem")).to_have_count(12)
        words = page.get_by_role("listitem").all_inner_texts()
        page.get_by_role("button", name="Ich habe es aufgeschrieben").click()
        for field in page.get_by_role("textbox").all():
            label = page.locator(f"label[for='{field.get_attribute('id')}']").inner_text()
            field.fill(words[int(label.removeprefix("Teil ")) - 1])
        page.get_by_role("button", name="Prüfen").click()
        page.get_by_role("radio", name="Passphrase").check()
        page.get_by_label("Neue Passphrase").fill(PASSPHRASE)
        page.get_by_label("Noch einmal").fill(PASSPHRASE)
        page.get_by_role("button", name="Mit dieser Passphrase sperren").click()
        expect(page.get_by_text("Nichts wartet auf dich")).to_be_visible()

        asked = browser.open(f"/sign/{uuid}")
        asked.get_by_role("button", name="Anmelden").click()

        expect(asked.get_by_role("heading", name="Du bist angemeldet")).to_be_visible()
        assert browser.outcome(uuid)["meta"]["signed"]
        assert browser.problems == []
