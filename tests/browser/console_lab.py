"""The console in a real Chromium: developers who sign in by the command line's wallet, and pages that are watched."""

import json
import os
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.support import VIEWS
from tests.platform import Platform
from tests.services import chromium_path

PATIENCE_MS = 20_000
"""How long a page may take on a machine that is busy."""


class Console:
    """The console of a platform, as somebody's browser.

    Attributes:
        problems: What went wrong on pages: errors in their consoles, requests to other hosts.
    """

    def __init__(self, platform: Platform, chromium: Browser) -> None:
        self.platform = platform
        self.url = f"{platform.url}/console"
        self.problems: list[str] = []
        self._chromium = chromium
        self._sessions: dict[str, Any] = {}

    @contextmanager
    def browser(self, wallet: str | None = "alice", *, view: str = "desktop-light", **options: Any) -> Iterator[Page]:
        """Open a browser, signed in with a wallet; the sign-in is made once and its cookies are used again."""
        if wallet is not None and wallet not in self._sessions:
            with self._context(view) as context:
                page = context.new_page()
                page.goto(self.url)
                self.signs_in(page, wallet)
                self._sessions[wallet] = context.storage_state()
        state = None if wallet is None else self._sessions[wallet]
        with self._context(view, storage_state=state, **options) as context:
            yield self.watched(context.new_page())

    def signs_in(self, page: Page, wallet: str = "alice") -> None:
        """Go from a page with a way in to the one behind it."""
        page.get_by_role("link", name="Sign in").first.click()
        self.signs(page, wallet)
        page.wait_for_url(f"{self.url}**")

    def signs(self, page: Page, wallet: str = "alice") -> None:
        """Sign what the sign page shows, as if its code had been scanned."""
        page.wait_for_url("**/sign/*")
        self.platform.sealgate("wallet", "sign", page.url.rsplit("/", 1)[1], "--wallet", wallet)

    def watched(self, page: Page) -> Page:
        """Note what goes wrong on a page from now on."""
        host = urlsplit(self.platform.url).netloc
        page.set_default_timeout(PATIENCE_MS)
        page.on(
            "console", lambda said: self.problems.append(f"{page.url}: {said.text}") if said.type == "error" else None
        )
        page.on("pageerror", lambda error: self.problems.append(f"{page.url}: {error}"))
        page.on("request", lambda asked: self._note_host(page, asked.url, host))
        return page

    def _note_host(self, page: Page, url: str, host: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != host:
            self.problems.append(f"{page.url} asks {parts.netloc}")

    @contextmanager
    def _context(self, view: str, **options: Any) -> Iterator[BrowserContext]:
        context = self._chromium.new_context(**{**VIEWS[view], **options})
        context.set_default_timeout(PATIENCE_MS)
        yield context
        context.close()


@contextmanager
def started_chromium() -> Iterator[Browser]:
    """Start Chromium."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server"]
        )
        yield chromium
        chromium.close()


def look_at(page: Page, name: str) -> None:
    """Save how a page looks in every view, in the folder that SEALGATE_SCREENSHOTS names; nothing without it."""
    folder = os.environ.get("SEALGATE_SCREENSHOTS")
    if folder is None:
        return
    Path(folder).mkdir(parents=True, exist_ok=True)
    for view, how in VIEWS.items():
        page.set_viewport_size(how["viewport"])
        page.emulate_media(color_scheme=how["color_scheme"])
        page.screenshot(path=Path(folder) / f"{name}-{view}.png", full_page=True)


def calls(platform: Platform, app: dict[str, Any], method: str, path: str, body: Any = None) -> tuple[int, str, Any]:
    """Call the platform as an app with its key and secret; return status, the call's reference, and the answer."""
    request = urllib.request.Request(
        f"{platform.url}/api/v1/platform/{path}",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
        headers={
            "x-api-key": app["api_key"],
            "x-api-secret": app["api_secret"],
            "content-type": "application/json",
            "user-agent": "shop/1.0",
        },
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers["x-call-ref"], json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.headers["x-call-ref"], json.load(refusal)
