"""The bridge of a wallet that is a page itself: the published small package in a frame of another origin."""

import json
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, sync_playwright

from tests.browser.support import PACKAGES, ROOT
from tests.services import chromium_path

WALLET, APP, STRANGER = "https://wallet.example", "https://app.example", "https://stranger.example"
UUID = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52"

_BUILD = """
import { build } from "vite";
const lib = { entry: "src/bridge/index.ts", formats: ["iife"], name: "Bridge", fileName: "bridge" };
await build({ configFile: false, logLevel: "error", build: { outDir: process.argv[1], lib } });
"""

# The wallet: it signs at once, and remembers what it was asked for.
_WALLET_PAGE = """<!doctype html><title>Wallet</title><script src="/bridge.js"></script>
<iframe sandbox="allow-scripts allow-same-origin allow-forms"></iframe><script>
    const asked = [], dropped = [];
    const note = (command) => void asked.push(command.command);
    const handlers = {openSignRequest: (command) => (note(command), "SIGNED"), scanQr: () => null};
    for (const name of ["ready", "selectDestination", "xAppNavigate", "openBrowser", "txDetails", "share", "close"])
        handlers[name] = note;
    const frame = document.querySelector("iframe");
    const host = new Bridge.BridgeHost(new Bridge.FrameTransport(frame, "%s"), {
        permissions: {commands: ["READY", "OPENSIGNREQUEST", "CLOSE"], special: []},
        handlers,
        onDropped: (message) => dropped.push(message),
    });
    frame.src = "%s/";
</script>"""

_APP_PAGE = """<!doctype html><title>Shop</title><script src="/sdk.js"></script><script>
    const sdk = new xAppSdk();
    const pause = () => new Promise((resolve) => setTimeout(resolve, 1600));
    sdk.on("payload", (resolved) => { document.title = JSON.stringify(resolved); sdk.close(); });
    sdk.ready().then(pause).then(() => sdk.openSignRequest({uuid: "%s"}));
</script>"""


@pytest.fixture(scope="module")
def bridge(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The module as one script."""
    folder = tmp_path_factory.mktemp("bridge")
    built = subprocess.run(
        ["node", "--input-type=module", "--eval", _BUILD, str(folder)],
        cwd=ROOT / "wallet-web",
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return next(Path(folder).glob("bridge*")).read_text()


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=["--no-sandbox"])
        yield chromium
        chromium.close()


def open_wallet(browser: Browser, bridge: str, *, shows: str) -> Page:
    """Open a wallet that expects the app in its frame, and shows what is at an origin."""
    page = browser.new_page()
    page.set_default_timeout(30_000)
    sdk = (PACKAGES / "xumm-xapp-sdk/dist/browser.js").read_text()
    contents = {
        f"{WALLET}/": ("text/html", _WALLET_PAGE % (APP, shows)),
        f"{WALLET}/bridge.js": ("text/javascript", bridge),
        f"{shows}/": ("text/html", _APP_PAGE % UUID),
        f"{shows}/sdk.js": ("text/javascript", sdk),
    }

    def serve(route: Route) -> None:
        media_type, body = contents.get(route.request.url, ("text/plain", ""))
        route.fulfill(status=200, content_type=media_type, body=body)

    page.route("**/*", serve)
    page.goto(f"{WALLET}/")
    return page


def test_the_app_is_heard_and_hears(browser, bridge):
    page = open_wallet(browser, bridge, shows=APP)

    page.wait_for_function("asked.includes('close')")

    assert page.evaluate("asked") == ["ready", "openSignRequest", "close"]
    assert page.evaluate("dropped") == []
    assert json.loads(page.frames[1].title()) == {"reason": "SIGNED", "uuid": UUID}


def test_a_stranger_in_the_frame_is_not(browser, bridge):
    page = open_wallet(browser, bridge, shows=STRANGER)
    page.frames[1].wait_for_load_state()

    # The package gives up after two seconds without a wallet.
    outcome = page.frames[1].evaluate("sdk.ready().then((answer) => answer instanceof Error)")

    assert outcome is True
    assert page.evaluate("[asked, dropped]") == [[], []]
