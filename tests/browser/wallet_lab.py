"""The web wallet in a real Chromium: somebody's browser with a wallet of its own, paired with a platform."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.browser.support import LOOKED_AT, VIEWS, findings, fits, keep_screenshot
from tests.platform import Platform

PATIENCE_MS = 20_000
"""How long a page may take on a machine that is busy."""
LEAST_TARGET_PX = 24
# WCAG 2.2, 2.5.8: links in a sentence are as high as its line, and what is hidden is no target.
_SMALL = f"""[...document.querySelectorAll('a[href], button, input, select, summary')]
  .filter((one) => one.offsetParent && !one.closest('p, .visually-hidden') && !one.matches('.skip'))
  .filter((one) => {{ const box = (one.closest('label') ?? one).getBoundingClientRect();
    return box.width < {LEAST_TARGET_PX} || box.height < {LEAST_TARGET_PX} }})
  .map((one) => one.outerHTML.slice(0, 120))"""
PASSPHRASE = "a lantern on the third stair"
# Written down nowhere else; both are for tests alone.
ED25519_SEED, ED25519_ADDRESS = "sEdTxkMwXAsTtHSxn6RDgNLkKwEN198", "rMXP4Tta9Ux5EFjgn4gZrfE15fvQyesQ4b"
SECP256K1_SEED, SECP256K1_ADDRESS = "shMmMEqA7r8zavL7WhQrQD86Cdih9", "rKgBgB331feZhVUSiJ6BF1738AJZmAnfkm"


HANDED_IN: list[dict[str, Any]] = []
"""Every answer with a signature that a web wallet gave in this process; `conftest.py` checks them all."""


class WalletBrowser:
    """Somebody's browser. All its pages share one wallet.

    Attributes:
        problems: What went wrong on pages: errors in their consoles, what a policy refused, requests to other hosts.
        signed: Blobs that the wallet handed in, in hex.
    """

    def __init__(self, platform: Platform, context: BrowserContext) -> None:
        self.platform = platform
        self.context = context
        self.url = f"{platform.url}/wallet"
        self.problems: list[str] = []
        self.signed: list[str] = []
        context.on("request", lambda asked: self._note_signature(asked.post_data) if asked.method == "PATCH" else None)

    def open(self, path: str = "/") -> Page:
        """Open a page of the wallet, such as `/accounts`."""
        page = self.watched(self.context.new_page())
        page.goto(self.url + path)
        return page

    def watched(self, page: Page) -> Page:
        """Note what goes wrong on a page from now on."""
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: self._note(page, said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._note(page, str(error)))
        page.on("request", lambda asked: self._note_request(page, asked.url))
        return page

    def imports(self, page: Page, secret: str = ED25519_SEED, *, passphrase: str | None = PASSPHRASE) -> None:
        """Go through the first minute with a secret of one's own, to a wallet that is connected.

        Args:
            passphrase: The lock; None takes a passkey, for which `add_authenticator` comes first.
        """
        page.get_by_role("button", name="I have an account already").click()
        page.get_by_label("Seed, words or numbers").fill(secret)
        page.get_by_role("button", name="Continue").click()
        page.get_by_role("button", name="Yes, this is it").click()
        self.locks(page, passphrase=passphrase)

    def locks(self, page: Page, *, passphrase: str | None = PASSPHRASE) -> None:
        """Choose the lock of a new wallet."""
        if passphrase is None:
            page.get_by_role("radio", name="Passkey").check()
            page.get_by_role("button", name="Create the passkey").click()
            return
        page.get_by_role("radio", name="Passphrase").check()
        page.get_by_label("New passphrase").fill(passphrase)
        page.get_by_label("Once more").fill(passphrase)
        page.get_by_role("button", name="Lock with this passphrase").click()

    def unlocks(self, page: Page, passphrase: str = PASSPHRASE) -> None:
        """Open a locked wallet."""
        page.get_by_label("Passphrase", exact=True).fill(passphrase)
        page.get_by_role("button", name="Unlock").click()

    def request(self, transaction: dict[str, Any], **more: Any) -> str:
        """Have the demo app ask for a signature; return the request's UUID."""
        return str(self.platform_call("POST", "payload", {"txjson": transaction, **more})["uuid"])

    def outcome(self, uuid: str) -> dict[str, Any]:
        """Return what the app sees of its request."""
        found = self.platform_call("GET", f"payload/{uuid}")
        assert isinstance(found, dict)
        return found

    def platform_call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the platform as the demo app."""
        env = self.platform.env
        answer = self.context.request.fetch(
            f"{self.platform.url}/api/v1/platform/{path}",
            method=method,
            headers={
                "x-api-key": env["SEALGATE_API_KEY"],
                "x-api-secret": env["SEALGATE_API_SECRET"],
                "content-type": "application/json",
            },
            data=None if body is None else json.dumps(body),
        )
        assert answer.ok, answer.text()
        return answer.json()

    def _note(self, page: Page, text: str) -> None:
        # Chromium says so of every answer that is no success, also of those the wallet explains.
        if "Failed to load resource" not in text:
            self.problems.append(f"{page.url}: {text}")

    def _note_request(self, page: Page, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != urlsplit(self.url).netloc:
            self.problems.append(f"{page.url} asks {parts.netloc}")

    def _note_signature(self, body: str | None) -> None:
        if body and "signed_blob" in body:
            answer = json.loads(body)
            self.signed.append(answer["signed_blob"])
            HANDED_IN.append(answer)


@contextmanager
def wallet_browser(
    platform: Platform, chromium: Browser, *, view: str = "phone-light", **options: Any
) -> Iterator[WalletBrowser]:
    """Start a browser that has no wallet yet."""
    context = chromium.new_context(**{"locale": "en-GB", **VIEWS[view], **options})
    context.set_default_timeout(PATIENCE_MS)
    yield WalletBrowser(platform, context)
    context.close()


@contextmanager
def wallet_at_hand(platform: Platform, chromium: Browser, **options: Any) -> Iterator[WalletBrowser]:
    """Start a browser with a wallet: one Ed25519 account, locked by `PASSPHRASE`, open and connected.

    The first page of its context stays open, since a wallet whose pages are all closed is locked.
    """
    with wallet_browser(platform, chromium, **options) as browser:
        page = browser.open()
        browser.imports(page)
        expect(page.get_by_text("live", exact=True)).to_be_visible(timeout=PATIENCE_MS)
        yield browser


def look(page: Page, name: str) -> None:
    """Look at a screen on a phone and on a desktop, dark and light, and keep how it looks.

    A theme changes colours alone, so of the second one only these are checked. All four views: SEALGATE_SCREENSHOTS=1.
    """
    for view in LOOKED_AT:
        page.set_viewport_size(VIEWS[view]["viewport"])
        page.emulate_media(color_scheme=VIEWS[view]["color_scheme"])
        assert fits(page), f"{name} scrolls sideways in {view}"
        keep_screenshot(page, f"wallet-{name}-{view}")
        assert page.evaluate(_SMALL) == [], f"{name}, {view}"
        assert findings(page, every=True, rule=None if "dark" in view else "color-contrast") == [], f"{name}, {view}"


def add_authenticator(page: Page) -> CDPSession:
    """Give a page's browser a passkey device that opens wallets (WebAuthn with PRF) and says yes to everything."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "ctap2Version": "ctap2_1",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "hasPrf": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session
