"""The web wallet's keys in Chromium, under the policies its pages have: vectors, both key kinds, locks, tabs."""

import http.server
import json
import subprocess
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from xrpl.constants import CryptoAlgorithm
from xrpl.core import keypairs
from xrpl.core.binarycodec import encode, encode_for_signing

from sealgate.ledger.signatures import verify_blob
from tests.browser.support import ROOT
from tests.services import chromium_path

_BUILD = """
import { build } from "vite";
await build({ configFile: false, logLevel: "error", base: "/wallet/", worker: { format: "es" }, build: {
  outDir: process.argv[1], assetsInlineLimit: 0, target: "es2022", modulePreload: { polyfill: false },
  rollupOptions: { input: "tests/browser/rooms.ts", output: { entryFileNames: "rooms.js" } },
} });
"""

_PAGE = """<!doctype html><html lang="en"><title>Rooms</title><script type="module" src="/wallet/rooms.js"></script>"""
_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "require-trusted-types-for 'script'; trusted-types sealgate"
)

_VECTORS: dict[str, Any] = json.loads((ROOT / "tests/vectors/signin.json").read_text())
_PASSPHRASE = {"kind": "passphrase", "text": "correct horse battery"}
_PASSKEY = {"kind": "passkey"}
_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow"
_WORDS_ADDRESS = "rpaLPza5oxhJ7V8nFDwPm9F7kmZ16uc8do"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rooms as a page loads them: modules, chunks that are loaded when needed, a worker."""
    folder = tmp_path_factory.mktemp("rooms") / "wallet"
    done = subprocess.run(
        ["node", "--input-type=module", "--eval", _BUILD, str(folder)],
        cwd=ROOT / "wallet-web",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (folder / "index.html").write_text(_PAGE)
    return folder


class _Files(http.server.SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", _POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


@pytest.fixture(scope="module")
def address(built: Path) -> Iterator[str]:
    """Where the page is: on localhost, which browsers trust as they do https."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(built.parent)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/wallet/index.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path())
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser without a past; whatever its pages' policies stop fails the test."""
    context = browser.new_context()
    context.add_init_script("addEventListener('securitypolicyviolation', (event) => { throw Error(event.blockedURI) })")
    problems: list[str] = []
    context.on("weberror", lambda problem: problems.append(str(problem.error)))
    yield context
    context.close()
    assert problems == []


def open_page(context: BrowserContext, address: str) -> Page:
    """Open the page and wait for the rooms."""
    page = context.new_page()
    page.goto(address)
    wait_until(page, "'vault' in globalThis")
    return page


def wait_until(page: Page, condition: str) -> None:
    """Ask the page again and again; waiting on the page itself takes an `eval`, which its policies stop."""
    end = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"it did not come about: {condition}"
        page.wait_for_timeout(20)


def ask(page: Page, script: str, given: object = None) -> Any:
    """Run an async function on the page; what it refuses comes back as `{"refused": reason}`."""
    return page.evaluate(
        f"async (given) => {{ try {{ return await ({script})(given) }}"
        " catch (problem) { if (!problem.reason) throw problem; return { refused: problem.reason } } }",
        given,
    )


def test_signs_every_golden_vector_bit_for_bit(context: BrowserContext, address: str) -> None:
    page = open_page(context, address)
    tasks = [_task_of(vector) for vector in _VECTORS["vectors"]]

    signed = ask(
        page,
        """(tasks) => Promise.all(tasks.map(async ({ seed, tx, options }) => {
            const keys = await ledger.deriveKeys(await ledger.parseSecret(seed));
            const { signedBlob, txid } = await ledger.signTransaction(tx, keys, options);
            return [signedBlob, txid];
        }))""",
        tasks,
    )

    expected = [
        [one.get("signed_blob_hex") or one["signed_blob_sent_by_wallet"], one.get("tx_hash")]
        for one in _VECTORS["vectors"]
    ]
    assert signed == expected
    assert len(signed) == 12


def _task_of(vector: dict[str, Any]) -> dict[str, Any]:
    key = _VECTORS["keys"][vector["key"]]
    if vector["kind"] == "PaymentChannelAuthorize":
        tx, options = vector["payload_request_json"], {"as": "claim"}
    elif vector["kind"] == "account ownership proof":
        tx, options = vector["tx_json_for_signing"], {"as": "proof"}
    else:
        tx, options = {"Account": key["account"], **vector["payload_request_json"]}, {"as": "sign_in"}
    if "sign_as" in vector:
        options["multisignAs"] = vector["sign_as"]
    return {"seed": key["seed"], "tx": tx, "options": options}


def test_refuses_the_negative_vectors(context: BrowserContext, address: str) -> None:
    page = open_page(context, address)
    blobs = {one["name"]: one["signed_blob_hex"] for one in _VECTORS["negative"]}

    found = {name: ask(page, "(blob) => ledger.checkBlob(blob)", blob) for name, blob in blobs.items()}

    assert {name: one.get("refused") for name, one in found.items()} == {
        "secp256k1-high-S": "bad_signature",
        "ed25519-S-plus-L": "bad_signature",
        "non-canonical-field-order": "not_canonical",
        "duplicate-account-field": "not_canonical",
        "account-is-not-the-signer": None,
        "payment-blob-as-signin": None,
        "tampered-memo": "bad_signature",
    }
    (stranger,) = found["account-is-not-the-signer"]["signatures"]
    assert stranger["keyAddress"] != found["account-is-not-the-signer"]["account"]
    assert found["payment-blob-as-signin"]["hasTransactionType"]


def test_derives_and_signs_as_another_library_does(context: BrowserContext, address: str) -> None:
    page = open_page(context, address)
    seeds = [
        keypairs.generate_seed(f"{number:032x}", algorithm)
        for algorithm in (CryptoAlgorithm.ED25519, CryptoAlgorithm.SECP256K1)
        for number in range(40)
    ]

    ours = ask(
        page,
        """(seeds) => Promise.all(seeds.map(async (seed, at) => {
            const keys = await ledger.deriveKeys(await ledger.parseSecret(seed));
            const tx = { TransactionType: "Payment", Account: keys.address, Destination: "rrrrrrrrrrrrrrrrrrrrBZbvji",
                Amount: String(at + 1), Fee: "12", Sequence: at };
            return (await ledger.signTransaction(tx, keys)).signedBlob;
        }))""",
        seeds,
    )

    assert ours == [_signed_elsewhere(seed, at) for at, seed in enumerate(seeds)]


def _signed_elsewhere(seed: str, at: int) -> str:
    public_key, private_key = keypairs.derive_keypair(seed)
    tx: dict[str, Any] = {
        "TransactionType": "Payment",
        "Account": keypairs.derive_classic_address(public_key),
        "Destination": "rrrrrrrrrrrrrrrrrrrrBZbvji",
        "Amount": str(at + 1),
        "Fee": "12",
        "Sequence": at,
        "SigningPubKey": public_key,
    }
    tx["TxnSignature"] = keypairs.sign(bytes.fromhex(encode_for_signing(tx)), private_key)
    return encode(tx)


def test_keeps_imported_keys_of_both_kinds_behind_a_passphrase(context: BrowserContext, address: str) -> None:
    page = open_page(context, address)
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    texts = [_VECTORS["keys"][kind]["seed"] for kind in ("ed25519", "secp256k1")] + [_WORDS]

    made = ask(
        page,
        """async ({ lock, texts }) => {
            const kept = await vault.Vault.open();
            await kept.create(lock);
            for (const text of texts) await kept.add(await ledger.parseSecret(text), text.slice(0, 3));
            kept.lock();
            return kept.accounts.map(({ address }) => address);
        }""",
        {"lock": _PASSPHRASE, "texts": texts},
    )
    page.reload()
    wait_until(page, "'vault' in globalThis")
    blobs = ask(
        page,
        """async (lock) => {
            const kept = await vault.Vault.open();
            if (kept.state !== "locked") throw Error(kept.state);
            await kept.unlock(lock);
            const sign = ({ address }) => kept.sign(address, { Account: address }, { as: "sign_in" });
            return (await Promise.all(kept.accounts.map(sign))).map(({ signedBlob }) => signedBlob);
        }""",
        _PASSPHRASE,
    )

    accounts = [_VECTORS["keys"][kind]["account"] for kind in ("ed25519", "secp256k1")]
    assert sorted(made) == sorted([*accounts, _WORDS_ADDRESS])
    assert sorted(verify_blob(bytes.fromhex(blob)).account for blob in blobs) == sorted(made)
    assert len(workers) == 2, "Argon2id runs beside the page, never on it"


def test_opens_by_a_passkey_and_by_a_passphrase_beside_it(context: BrowserContext, address: str) -> None:
    page = open_page(context, address)
    _add_authenticator(context, page, prf=True)
    secret = _VECTORS["keys"]["ed25519"]

    locks = ask(
        page,
        """async ({ passkey, passphrase, seed }) => {
            const kept = await vault.Vault.open();
            if (!(await vault.Vault.passkeysPossible())) throw Error("no passkeys here");
            await kept.create(passkey);
            await kept.add(await ledger.parseSecret(seed), "");
            await kept.addLock(passkey, passphrase);
            return kept.locks.map(({ kind }) => kind);
        }""",
        {"passkey": _PASSKEY, "passphrase": _PASSPHRASE, "seed": secret["seed"]},
    )
    page.reload()
    wait_until(page, "'vault' in globalThis")
    revealed = ask(
        page,
        """async ({ locks, address }) => {
            const kept = await vault.Vault.open();
            const revealed = [];
            for (const lock of locks) {
                await kept.unlock(lock);
                revealed.push((await kept.reveal(address, lock)).text);
                kept.lock();
            }
            await kept.removeLock(locks[1], kept.locks[0].id);
            revealed.push(await kept.unlock(locks[0]).catch(({ reason }) => reason));
            return revealed;
        }""",
        {"locks": [_PASSKEY, _PASSPHRASE], "address": secret["account"]},
    )

    assert locks == ["passkey", "passphrase"]
    assert revealed == [secret["seed"], secret["seed"], "no_such_lock"]


@pytest.mark.parametrize(
    ("prf", "is_verified", "reason"), [(False, True, "passkey_no_prf"), (True, False, "passkey_cancelled")]
)
def test_makes_no_vault_that_its_passkey_could_not_open(
    context: BrowserContext, address: str, prf: bool, is_verified: bool, reason: str
) -> None:
    page = open_page(context, address)
    _add_authenticator(context, page, prf=prf, is_verified=is_verified)

    done = ask(page, "async (lock) => (await vault.Vault.open()).create(lock)", _PASSKEY)

    assert done == {"refused": reason}
    assert ask(page, "async () => (await vault.Vault.open()).state") == "empty"


def _add_authenticator(context: BrowserContext, page: Page, *, prf: bool, is_verified: bool = True) -> None:
    """Give the page a phone's or computer's own authenticator, whose holder always touches it."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "ctap2Version": "ctap2_1",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "hasPrf": prf,
        "isUserVerified": is_verified,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_what_one_tab_opens_and_locks_is_open_and_locked_in_all(context: BrowserContext, address: str) -> None:
    first, second = open_page(context, address), open_page(context, address)
    keep = "async () => { globalThis.kept = await vault.Vault.open(); return kept.state }"
    third = open_page(context, address)
    assert [ask(page, keep) for page in (first, third)] == ["empty", "empty"]

    ask(first, "(lock) => kept.create(lock)", _PASSPHRASE)
    wait_until(third, "kept.state === 'open'")
    ask(second, keep)
    wait_until(second, "kept.state === 'open'")
    ask(second, "async () => kept.lock()")
    wait_until(third, "kept.state === 'locked'")
    wait_until(first, "kept.state === 'locked'")
    ask(first, "(lock) => kept.unlock(lock)", _PASSPHRASE)
    wait_until(second, "kept.state === 'open'")
    seed = json.dumps(_VECTORS["keys"]["ed25519"]["seed"])
    ask(second, f"async () => kept.add(await ledger.parseSecret({seed}), 'from the second')")
    wait_until(first, "kept.accounts[0]?.label === 'from the second'")

    account = _VECTORS["keys"]["ed25519"]["account"]
    signed = ask(first, "(address) => kept.sign(address, { Account: address }, { as: 'sign_in' })", account)
    assert verify_blob(bytes.fromhex(signed["signedBlob"])).account == account
