"""The sign page in a real Chromium: changing states, phones, keyboards, screen readers, popups, lost connections."""

import base64
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.bus import Event
from sealgate.payloads.events import payload_topic
from sealgate.payloads.model import Presentation
from tests.conformance.conftest import create_schema
from tests.live_side import ACCOUNT, LiveSide
from tests.services import chromium_path

PACKAGES = Path(__file__).parent / "node_modules"
PAYMENT = {"TransactionType": "Payment", "Destination": ACCOUNT, "DestinationTag": 495, "Amount": "12500000"}
PHONE, DESKTOP = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSide]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("data")))
    create_schema(settings)
    side = LiveSide(settings)
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
    strangers: list[str] = []

    def visit(path: str, *, quiet: bool = True, **options: Any) -> Page:
        context = browser.new_context(**{"viewport": DESKTOP, **options})
        contexts.append(context)
        page = context.new_page()
        if quiet:
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda problem: complaints.append(str(problem)))
        page.on("request", lambda request: strangers.append(request.url) if is_strange(request.url) else None)
        page.goto(live.url + path)
        return page

    def is_strange(url: str) -> bool:
        return url.startswith(("http", "ws")) and not url.startswith(live.url)

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []
    assert strangers == []


def in_state(live: LiveSide, state: str) -> str:
    """Make a payload that stands so, and return its page's path."""
    payload = live.create(
        PAYMENT, expire_min=1 if state == "expired" else 5, pushed_to=live.device if state == "pushed" else None
    )
    if state in ("opened", "signed", "rejected"):
        live.open(payload.uuid)
    if state == "signed":
        live.sign(payload.uuid)
    if state == "rejected":
        live.reject(payload.uuid)
    if state == "cancelled":
        live.cancel(payload.uuid)
    if state == "expired":
        live.advance(timedelta(minutes=2))
    return f"/sign/{payload.uuid}"


HEADINGS = {
    "pushed": "Check your wallet",
    "opened": "Check your wallet",
    "signed": "Signed",
    "rejected": "Rejected",
    "cancelled": "Withdrawn",
    "expired": "Expired",
}


def findings(page: Page) -> list[str]:
    """Return what axe finds that keeps people out."""
    page.evaluate((PACKAGES / "axe-core/axe.min.js").read_text() + ";0")
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {one['help']}" for one in found["violations"] if one["impact"] in ("serious", "critical")]


def scan(page: Page, png: bytes) -> str | None:
    """Read the QR code in an image as a camera would, on an empty page: ours lets no such thing in."""
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
        "data:image/png;base64," + base64.b64encode(png).decode(),
    )


class TestLooks:
    @pytest.mark.parametrize(
        ("viewport", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone-light", "desktop-dark"]
    )
    @pytest.mark.parametrize("state", ["waiting", *HEADINGS])
    def test_every_state_is_for_everybody(self, live, browse, state, viewport, scheme):
        page = browse(in_state(live, state), viewport=viewport, color_scheme=scheme)

        if state in HEADINGS:
            expect(page.get_by_role("heading", name=HEADINGS[state], exact=True)).to_be_visible()
        else:
            expect(page.get_by_role("img", name="QR code")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert findings(page) == []

    @pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
    def test_an_unknown_request_gets_a_friendly_page(self, browse, viewport):
        page = browse(f"/sign/{new_uuid()}", viewport=viewport, quiet=False)

        expect(page.get_by_role("heading", name="Request not found")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert findings(page) == []

    def test_long_texts_do_not_break_a_phone(self, live, browse):
        payload = live.create(
            {**PAYMENT, "InvoiceID": "AB" * 32},
            custom_meta={"instruction": "W" * 200 + "\n" + "line\n" * 5},
            presentation=Presentation(
                lines=("y" * 140,), origin="https://" + "a" * 60 + ".example", matching_number="47"
            ),
        )

        page = browse(f"/sign/{payload.uuid}", viewport=PHONE)

        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_the_code_on_the_screen_leads_to_the_page(self, live, browse, scheme):
        path = in_state(live, "waiting")
        page = browse(path, color_scheme=scheme)

        assert scan(page, page.get_by_role("img", name="QR code").screenshot()) == live.url + path

    @pytest.mark.parametrize("quality", ["m", "q", "h"])
    def test_the_code_as_a_file_leads_to_the_page(self, live, browse, quality):
        path = in_state(live, "waiting")
        page = browse(path)

        assert scan(page, page.request.get(f"{live.url}{path}_{quality}.png").body()) == live.url + path

    def test_nothing_turns_for_people_who_asked_for_less_motion(self, live, browse):
        page = browse(in_state(live, "opened"), reduced_motion="reduce")

        assert page.evaluate("document.getAnimations().length") == 0

    def test_shows_what_the_creator_wants_shown(self, live, browse):
        presentation = Presentation(
            lines=("It learns your address",), origin="https://app.example", matching_number="47", cancel_url="/docs"
        )
        page = browse(f"/sign/{live.create(presentation=presentation).uuid}")

        for text in ("It learns your address", "https://app.example", "47"):
            expect(page.get_by_text(text, exact=True)).to_be_visible()
        page.get_by_role("link", name="Cancel").click()
        page.wait_for_url("**/docs")


class TestPhone:
    def test_the_button_comes_before_the_code(self, live, browse):
        path = in_state(live, "waiting")
        page = browse(path, viewport=PHONE)

        button, code = page.get_by_role("link", name="Open in wallet"), page.get_by_role("img", name="QR code")
        assert button.get_attribute("href") == f"sealgate://{path.removeprefix('/sign/')}"
        assert button.bounding_box()["y"] < code.bounding_box()["y"] < PHONE["height"]

    def test_the_deeplink_address_opens_the_wallet_unasked(self, live, browse):
        path = in_state(live, "waiting")
        # Chromium complains that no wallet is installed here.
        page = browse("/docs", viewport=PHONE, quiet=False)
        opened: list[str] = []
        page.on("request", lambda request: opened.append(request.url))

        page.goto(f"{live.url}{path}/deeplink")
        page.wait_for_timeout(800)

        assert f"sealgate://{path.removeprefix('/sign/')}" in opened
        expect(page.get_by_role("link", name="Open in wallet")).to_be_visible()


class TestLife:
    def test_follows_the_request_to_the_signature_and_goes_back_to_the_app(self, live, browse):
        payload = live.create(options={"return_url": {"web": f"{live.url}/docs?id={{id}}"}})
        page = browse(f"/sign/{payload.uuid}")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in [45]:\d\d"))

        live.open(payload.uuid)
        expect(page.get_by_role("heading", name="Check your wallet")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text(re.compile("open in your wallet"))
        expect(page.get_by_role("timer")).to_be_hidden()

        live.sign(payload.uuid)
        expect(page.get_by_role("heading", name="Sign-in approved")).to_be_visible()
        expect(page.get_by_role("status")).to_have_text("Signed.")
        expect(page.get_by_text(re.compile(r"Taking you to 127\.0\.0\.1:\d+ in \d s"))).to_be_visible()
        page.wait_for_url(f"**/docs?id={payload.uuid}")

    @pytest.mark.parametrize(
        ("fate", "heading", "news"),
        [
            ("reject", "Rejected", "The request was rejected."),
            ("cancel", "Withdrawn", "Demo app took this request back."),
            ("expire", "Expired", "The request has expired."),
        ],
    )
    def test_tells_how_it_ended_otherwise(self, live, browse, fate, heading, news):
        payload = live.create(PAYMENT, expire_min=1)
        page = browse(f"/sign/{payload.uuid}")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))

        if fate == "reject":
            live.open(payload.uuid)
            live.reject(payload.uuid)
        elif fate == "cancel":
            live.cancel(payload.uuid)
        else:
            live.advance(timedelta(minutes=1))

        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        expect(page.get_by_role("status")).to_have_text(news)
        expect(page.get_by_text("You can close this page.")).to_be_visible()

    def test_offers_the_way_back_after_the_expiry_and_stays(self, live, browse):
        payload = live.create(expire_min=1, options={"return_url": {"web": f"{live.url}/docs"}})
        page = browse(f"/sign/{payload.uuid}")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))

        live.advance(timedelta(minutes=1))

        expect(page.get_by_role("link", name="Back to Demo app")).to_have_attribute("href", f"{live.url}/docs")
        page.wait_for_timeout(4000)
        assert page.url.endswith(payload.uuid)

    def test_a_script_in_a_return_url_never_runs(self, live, browse):
        payload = live.create(options={"return_url": {"web": "https://shop.example/"}})
        page = browse(f"/sign/{payload.uuid}")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))
        live.open(payload.uuid)
        message = {"payload_uuidv4": payload.uuid, "signed": True, "return_url": {"web": "javascript:window.hacked=1"}}

        live.on_loop(lambda: live.bus.publish(Event(payload_topic(payload.uuid), "resolved", message)))

        expect(page.get_by_text("You can close this page.")).to_be_visible()
        page.wait_for_timeout(3500)
        assert page.evaluate("window.hacked") is None

    def test_whoever_asked_for_the_code_keeps_it_while_a_wallet_looks(self, live, browse):
        path = in_state(live, "pushed")
        page = browse(path)
        page.get_by_role("link", name="Show the QR code instead").click()
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))

        live.open(path.removeprefix("/sign/"))

        expect(page.get_by_text("The request is open in a wallet", exact=True)).to_be_visible()
        expect(page.get_by_role("img", name="QR code")).to_be_visible()

    def test_the_other_signers_keep_the_code_and_are_told_how_far_it_is(self, live, browse):
        payload = live.create({**PAYMENT, "Account": ACCOUNT}, options={"multisign": True})
        page = browse(f"/sign/{payload.uuid}")
        live.open(payload.uuid)
        expect(page.get_by_text("The request is open in a wallet", exact=True)).to_be_visible()

        news = Event(payload_topic(payload.uuid), "contributed", {"weight": 1, "quorum": 3})
        live.on_loop(lambda: live.bus.publish(news))

        expect(page.locator("#scan")).to_have_text("Signed: 1 of 3. The others sign with the same code")
        expect(page.get_by_role("img", name="QR code")).to_be_visible()


class TestLostConnection:
    def test_comes_back_and_shows_what_happened_meanwhile(self, live, browse):
        payload = live.create(PAYMENT)
        page = browse(f"/sign/{payload.uuid}")
        expect(page.get_by_role("timer")).to_have_text(re.compile(r"Expires in \d:\d\d"))

        live.cut_sockets()
        live.open(payload.uuid)
        live.sign(payload.uuid)

        expect(page.get_by_role("heading", name="Signed", exact=True)).to_be_visible()

    def test_reads_the_outcome_off_the_page_where_somebody_else_was_told(self, live, browse):
        payload = live.create(PAYMENT)
        live.open(payload.uuid)
        page = browse(f"/sign/{payload.uuid}")
        expect(page.get_by_role("heading", name="Check your wallet")).to_be_visible()
        other = browse(f"/sign/{payload.uuid}")
        live.wait_for_followers(payload.uuid, 2)

        live.cut_sockets(one_of=payload.uuid)
        live.sign(payload.uuid)

        for each in (page, other):
            expect(each.get_by_role("heading", name="Signed", exact=True)).to_be_visible()


class TestHands:
    def test_the_keyboard_reaches_everything_in_order(self, live, browse):
        page = browse(in_state(live, "waiting"))
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.textContent.trim()"))

        wanted = ["Open in wallet on this device", "Copy link"]
        assert [name for name in reached if name in wanted][:2] == wanted
        page.get_by_role("button", name="Copy link").focus()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"

    def test_the_link_is_copied(self, live, browse):
        path = in_state(live, "waiting")
        page = browse(path, permissions=["clipboard-read", "clipboard-write"])

        page.get_by_role("button", name="Copy link").click()

        expect(page.get_by_role("status")).to_have_text("Link copied")
        assert page.evaluate("navigator.clipboard.readText()") == live.url + path


class TestPopup:
    def test_tells_its_opener_that_it_is_there(self, live, browse):
        path = in_state(live, "waiting")
        opener = browse("/docs")

        with opener.expect_popup() as popup:
            told = opener.evaluate(
                """(url) => new Promise((resolve) => {
                    addEventListener("message", (event) => resolve(event.data), {once: true});
                    window.open(url, "sign", "popup,width=420,height=700");
                })""",
                live.url + path,
            )

        assert told == f'{{"source":"xumm_sign_request","payload":"{path.removeprefix("/sign/")}"}}'
        assert popup.value.evaluate("window.opener !== null")


class TestWithoutJavaScript:
    def test_the_page_does_its_main_job(self, live, browse):
        page = browse(in_state(live, "waiting"), java_script_enabled=False)

        expect(page.get_by_role("img", name="QR code")).to_be_visible()
        expect(page.get_by_role("link", name="Open in wallet on this device")).to_be_visible()
        expect(page.get_by_role("link", name="Reload now")).to_be_visible()
        expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
