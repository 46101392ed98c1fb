"""The shop of the browser tests: pages on loopback that use `sealgate` as a developer writes them."""

import json
import re
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.compat.stage import Stage
from tests.platform import Platform
from tests.services import chromium_path

SDK = Path(__file__).parents[3] / "sdk/js"
DIST = SDK / "dist"
LOOK_EVERY_MS = 50
"""By the clock, since a tab in the background draws nothing."""
NOTHING_TO_SEE = ("--disable-gpu", "--blink-settings=imagesEnabled=false")
"""Nobody looks at these pages."""
PHONE = {"viewport": {"width": 390, "height": 844}}

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"></head>
<body><h1>Shop</h1><button id="go">Sign in</button>
<script type="module">
import {{ Sealgate }} from "/sdk/index.js";

const sealgate = window.sealgate = new Sealgate({options});
window.heard = [];
sealgate.on("session", (session) => heard.push(session?.account ?? null));
sealgate.on("error", (error) => heard.push({{ code: error.code, message: error.message, hint: error.hint }}));
window.state = sealgate.ready.then((session) => session?.account ?? null);
const settle = (promise) => promise.then(
  (session) => ({{ account: session.account }}),
  (error) => ({{ code: error.code, message: error.message, hint: error.hint }}),
);
window.start = (options) => {{
  window.result = undefined;
  settle(sealgate.signIn(options)).then((result) => {{ window.result = result; }});
}};
document.getElementById("go").onclick = () => start();
if ({at_once}) start();
window.isReady = true;
</script></body></html>
"""


_SCRIPTED = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"></head>
<body><h1>Shop</h1><button id="go">Sign in</button><script type="module">
window.tell = (told) => fetch(location.pathname, {method: "POST", body: JSON.stringify(told)});
%s
window.isReady = true;
</script></body></html>
"""


class Shop:
    """A web server with the shop's page at every path, and the built library below `/sdk/`.

    Attributes:
        pages: Whole pages at other paths, with what guides say in place of their addresses, keys and package names.
        scripts: What pages at other paths do, as modules that may import from `/sdk/` and `tell` the test something.
        told: What they told, by path.
        options: What the pages give to `new Sealgate`, beside the address and the key.
        at_once: Whether they sign in when they load, which browsers do not let open a window.
        headers: Sent with the pages.
    """

    def __init__(self, platform: Platform, *, name: str = "127.0.0.1") -> None:
        self.options: dict[str, Any] = {}
        self.at_once = False
        self.headers: dict[str, str] = {}
        self.pages: dict[str, str] = {}
        self.scripts: dict[str, str] = {}
        self.told: dict[str, Any] = {}
        self.api_key = platform.env["SEALGATE_API_KEY"]
        self._platform_url = platform.url
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path = urlsplit(self.path).path
                if path.startswith("/sdk/"):
                    body, kind = (DIST / path.removeprefix("/sdk/")).read_bytes(), "text/javascript"
                else:
                    body, kind = shop.page(path).encode(), "text/html; charset=utf-8"
                self.send_response(200)
                self.send_header("content-type", kind)
                self.send_header("content-length", str(len(body)))
                for header in shop.headers.items() if kind.startswith("text/html") else ():
                    self.send_header(*header)
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self) -> None:
                shop.told[urlsplit(self.path).path] = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://{name}:{self._server.server_port}/"
        self._thread = threading.Thread(target=self._server.serve_forever, name="shop", daemon=True)
        self._thread.start()

    def page(self, path: str) -> str:
        """Return a page as it is now."""
        if path in self.pages:
            return self.pages[path]
        if path in self.scripts:
            return _SCRIPTED % self.scripts[path]
        options = {"url": self._platform_url, "apiKey": self.api_key, **self.options}
        return _PAGE.format(options=json.dumps(options), at_once=json.dumps(self.at_once))

    def shows(self, path: str, snippet: str, *, api_key: str = "") -> str:
        """Serve a page of a guide; return its address."""
        page = snippet.replace("https://sign.example.org", self._platform_url)
        page = page.replace("your-api-key", api_key or self.api_key)
        for name, file in (("sealgate/xumm", "xumm"), ("sealgate", "index")):
            page = page.replace(f'from "{name}"', f'from "/sdk/{file}.js"')
        icon = '<link rel="icon" href="data:,">'
        self.pages[path] = page.replace("</title>", f"</title>{icon}")
        return self.url + path.removeprefix("/")

    def opens_with(self, **options: Any) -> None:
        """Have the pages use other options from now on, and nothing special besides."""
        self.options, self.at_once, self.headers = options, False, {}

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class Chromiums:
    """Browsers, one for each way to start them, until the end of the `with`."""

    def __enter__(self) -> Self:
        self._manager = sync_playwright()
        self._playwright = self._manager.__enter__()
        self._started: dict[tuple[Sequence[str], Sequence[str]], Browser] = {}
        return self

    def __exit__(self, *how: object) -> None:
        for browser in self._started.values():
            browser.close()
        self._manager.__exit__(*how)

    @property
    def path(self) -> str:
        """Where the program is."""
        return chromium_path() or self._playwright.chromium.executable_path

    def started(self, *arguments: str, without: Sequence[str] = ()) -> Browser:
        """Return a browser; `without` some of what Playwright starts it with."""
        wanted = (arguments, without)
        if wanted not in self._started:
            self._started[wanted] = self._playwright.chromium.launch(
                executable_path=chromium_path(),
                args=["--no-sandbox", "--no-proxy-server", *NOTHING_TO_SEE, *arguments],
                ignore_default_args=list(without) or None,
            )
        return self._started[wanted]


def visit(browser: BrowserContext, url: str) -> Page:
    """Open a page of the shop in a new tab and wait until it is there."""
    page = browser.new_page()
    page.goto(url)
    wait_until_there(page)
    return page


def wait_until_there(page: Page) -> None:
    """Wait until the shop's script has run."""
    page.wait_for_function("window.isReady", polling=LOOK_EVERY_MS)


def click(page: Page) -> Page:
    """Click on sign in and return the popup."""
    with page.expect_popup() as popup:
        page.get_by_role("button", name="Sign in").click()
    return popup.value


def uuid_on(page: Page) -> str:
    """Return the sign request that a sign page shows, once it listens to it."""
    page.wait_for_url("**/sign/*")
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))
    return page.url.rpartition("/")[2]


def result_of(page: Page) -> dict[str, Any]:
    """Return what became of the page's `signIn()`."""
    page.wait_for_function("window.result !== undefined", polling=LOOK_EVERY_MS)
    return dict(page.evaluate("window.result"))


def account_on(page: Page) -> str | None:
    """Return who is signed in on a page, as soon as somebody is."""
    page.wait_for_function("window.sealgate?.session", polling=LOOK_EVERY_MS)
    account = page.evaluate("sealgate.session.account")
    assert isinstance(account, str)
    return account


def sign_in(stage: Stage, page: Page) -> None:
    """Sign in by popup with alice's wallet; agree to staying signed in, where that is asked."""
    popup = click(page)
    stage.alice.signs(uuid_on(popup))
    agree(popup)
    assert result_of(page) == {"account": stage.alice.account}
    wait_until_closed(popup)


def agree(popup: Page) -> None:
    """Agree to what a sign-in asks, if it asks anything before it closes its window."""
    try:
        popup.get_by_role("button", name="Allow").click()
    except PlaywrightError:
        assert popup.is_closed()


def close_by_hand(popup: Page, page: Page) -> None:
    """Close a popup as a person does, who is back on the page then; return once the sign-in has ended."""
    popup.close()
    page.wait_for_function(
        "() => { dispatchEvent(new Event('focus')); return window.result !== undefined; }", polling=LOOK_EVERY_MS
    )


def wait_until_closed(popup: Page) -> None:
    """Return once a window is gone."""
    if not popup.is_closed():
        popup.wait_for_event("close")
