"""The landing page of an xApp in a real Chromium: what a person without a wallet's web view sees."""

import base64
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.xapps import detect_pages
from tests.browser.support import LOOKED_AT, PACKAGES, VIEWS, findings, fits, keep_screenshot
from tests.conformance.conftest import create_schema
from tests.live_side import LiveSide
from tests.services import chromium_path

LONG = "A shop around the corner that sells bread, milk, newspapers and, on Sundays, tickets for the ferry. " * 4


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSide]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("data")))
    create_schema(settings)
    side = LiveSide(settings, routers=[detect_pages.router])
    side.start()
    yield side
    side.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def browse(browser: Browser, live: LiveSide) -> Iterator[Callable[..., Page]]:
    """Open pages in contexts of their own; at the end, none may have complained or asked a stranger for anything."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def visit(path: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on(
            "request", lambda request: complaints.append(request.url) if not request.url.startswith(live.url) else None
        )
        page.goto(live.url + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def make(live: LiveSide, **values: Any) -> App:
    """Register an app with an xApp."""
    with live.database.begin() as tx:
        draft = AppDraft(
            **{"name": "Corner Shop", "xapp_url": "https://shop.example/x", "xapp_status": "listed", **values}
        )
        return apps.create_app(tx, live.sealer, draft, now=live.clock.now()).app


def scanned(page: Page, picture: str) -> str | None:
    """Read the QR code in a picture of the page as a camera would, on an empty page."""
    camera = page.context.new_page()
    camera.evaluate((PACKAGES / "jsqr/dist/jsQR.js").read_text() + ";0")
    return camera.evaluate(
        """async (data) => {
            const image = await createImageBitmap(await (await fetch(data)).blob());
            const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
            canvas.drawImage(image, 0, 0);
            const {data: pixels} = canvas.getImageData(0, 0, image.width, image.height);
            return jsQR(pixels, image.width, image.height)?.data ?? null;
        }""",
        picture,
    )


@pytest.mark.parametrize("view", LOOKED_AT)
@pytest.mark.parametrize(
    ("look", "values"),
    [
        ("listed", {"description": "Sells what the corner needs.", "support_url": "https://shop.example/help"}),
        ("draft", {"xapp_status": "draft", "name": "株式会社 " + "W" * 50, "description": LONG[:450]}),
    ],
)
def test_is_readable_by_everybody_on_every_screen(live, browse, view, look, values):
    app = make(live, **values)

    page = browse(f"/detect/xapp:{app.xapp_id}?orderId=1042", **VIEWS[view])

    keep_screenshot(page, f"xapp-landing-{look}-{view}")
    assert findings(page) == []
    assert fits(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("opens in your wallet")
    expect(page.get_by_role("link", name=re.compile("Open in wallet")).locator("visible=true")).to_have_count(1)


@pytest.mark.parametrize("view", LOOKED_AT)
@pytest.mark.parametrize("look", ["off", "missing"])
def test_says_why_there_is_nothing_to_open(live, browser, view, look):
    app = make(live)
    with live.database.begin() as tx:
        apps.disable_app(tx, app.uuid)
    context = browser.new_context(**VIEWS[view])
    page = context.new_page()

    page.goto(f"{live.url}/detect/xapp:{app.xapp_id if look == 'off' else 'not.there'}")

    keep_screenshot(page, f"xapp-landing-{look}-{view}")
    assert findings(page) == []
    assert fits(page)
    expect(page.get_by_role("heading", name="Not available" if look == "off" else "xApp not found")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Open in wallet"))).to_have_count(0)
    context.close()


def test_the_code_holds_the_link_with_its_parameters_and_without_the_token(live, browse):
    app = make(live)
    path = f"/detect/xapp:{app.xapp_id}"

    page = browse(f"{path}?orderId=1042&xAppToken={new_uuid()}&xAppStyle=DARK", **VIEWS["desktop-light"])
    picture = page.get_by_role("img", name="QR code").screenshot()

    text = scanned(page, "data:image/png;base64," + base64.b64encode(picture).decode())
    assert text == f"{live.url}{path}?orderId=1042"
    assert page.get_by_role("link", name=re.compile("Open in wallet")).last.get_attribute("href") == (
        f"sealgate://xapp/{app.xapp_id}?orderId=1042"
    )


def test_a_link_too_long_for_a_code_still_opens_the_wallet(live, browse):
    app = make(live)

    page = browse(f"/detect/xapp:{app.xapp_id}?note={quote('x' * 3000)}", **VIEWS["phone-light"])

    expect(page.get_by_text("too long for a QR code")).to_be_visible()
    expect(page.get_by_role("link", name="Open in wallet", exact=True)).to_be_visible()
    assert fits(page)


def test_a_wallets_web_view_goes_on_to_the_xapp(live, browser):
    app = make(live, xapp_url=f"{live.url}/detect/xapp:nowhere")
    ott = new_uuid()
    context = browser.new_context(user_agent=f"xumm/xapp:4.1.3 (ott:{ott})")
    page = context.new_page()

    page.goto(f"{live.url}/detect/xapp:{app.xapp_id}?xAppToken={ott}&xAppStyle=ROYAL")

    assert page.url == f"{live.url}/detect/xapp:nowhere?xAppToken={ott}&xAppStyle=ROYAL"
    context.close()
