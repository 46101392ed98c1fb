"""Codes on their way into the web wallet: in front of a camera, in a picture, pasted, typed."""

import io
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.app_pages import AppPages
from tests.browser.wallet_lab import ED25519_ADDRESS, PATIENCE_MS, WalletBrowser, wallet_at_hand
from tests.platform import Platform, start_platform
from tests.services import chromium_path

# Which streams a page has opened, whether they run or not.
_STREAMS = """
    window.streams = [];
    const asItIs = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await asItIs(wanted);
        streams.push(stream);
        return stream;
    };
"""
_RUNNING = "streams.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length"

_PASTE = """(picture) => {
    const bytes = Uint8Array.from(atob(picture), (char) => char.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "code.png", {type: "image/png"}));
    document.body.dispatchEvent(new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


class Camera:
    """The camera of every browser here: it sees what it was last pointed at."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.looks_away()

    def looks_away(self) -> None:
        """Let it see nothing."""
        self._sees(Image.new("RGB", (1280, 720), "#5b6770"))

    def points_at(self, page: Page) -> None:
        """Let it see a page as somebody's hand holds a phone: not whole, not straight, not sharp."""
        screen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        screen.thumbnail((1180, 680))
        picture = Image.new("RGB", (1280, 720), "#5b6770")
        picture.paste(screen, ((1280 - screen.width) // 2, (720 - screen.height) // 2))
        self._sees(picture.rotate(4, resample=Image.Resampling.BILINEAR, fillcolor="#5b6770"))

    def _sees(self, picture: Image.Image) -> None:
        frame = io.BytesIO()
        picture.save(frame, "JPEG", quality=80)
        self.file.write_bytes(frame.getvalue() * 2)


@pytest.fixture(scope="module")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Camera:
    return Camera(tmp_path_factory.mktemp("camera") / "picture.mjpeg")


@pytest.fixture(scope="module")
def chromium(camera: Camera) -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    arguments = ["--no-sandbox", "--no-proxy-server", "--use-fake-device-for-media-stream"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=[*arguments, f"--use-file-for-fake-video-capture={camera.file}"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def wallet(platform: Platform, chromium: Browser) -> Iterator[WalletBrowser]:
    """A wallet whose person has allowed the camera."""
    with wallet_at_hand(platform, chromium) as browser:
        browser.context.grant_permissions(["camera"])
        browser.context.add_init_script(_STREAMS)
        yield browser
        assert browser.problems == []


@pytest.fixture
def sign_page(platform: Platform, chromium: Browser, wallet: WalletBrowser) -> Iterator[Page]:
    """The page of a request on somebody's desktop."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    page.goto(f"{platform.url}/sign/{wallet.request({'TransactionType': 'SignIn'})}")
    expect(page.locator("svg").first).to_be_visible()
    yield page
    page.close()


def uuid_of(page: Page) -> str:
    """Return the UUID of the request that a page is about."""
    return page.url.partition("?")[0].rpartition("/")[2]


def test_signs_in_to_an_app_by_the_code_on_its_screen(platform, chromium, wallet, camera):
    pages = AppPages()
    desktop = chromium.new_page(viewport={"width": 1280, "height": 800})
    desktop.goto(pages.url("xumm", key=platform.env["SEALGATE_API_KEY"], loader=platform.url))
    with desktop.expect_popup() as opened:
        desktop.get_by_role("button", name="Sign in").click()
    popup = opened.value
    popup.wait_for_url("**/sign/*")
    expect(popup.locator("svg").first).to_be_visible()
    camera.points_at(popup)

    phone = wallet.open("/scan")
    phone.wait_for_url("**/wallet/sign/*")
    camera.looks_away()
    still_running = phone.evaluate(_RUNNING)
    phone.get_by_role("button", name="Sign in", exact=True).click()
    expect(phone.get_by_role("heading", name="Signed in")).to_be_visible()

    desktop.wait_for_function("window.result?.ok")
    assert desktop.evaluate("account()") == ED25519_ADDRESS
    assert still_running == 0
    phone.close()
    desktop.close()
    pages.close()


def test_reads_a_picture_that_somebody_has(wallet, sign_page):
    page = wallet.open("/scan")

    page.locator("input[type=file]").set_input_files(
        {"name": "screen.png", "mimeType": "image/png", "buffer": sign_page.screenshot()}
    )

    page.wait_for_url(f"**/wallet/sign/{uuid_of(sign_page)}?from=QR")
    page.close()


def test_reads_a_picture_that_is_pasted(wallet, sign_page):
    page = wallet.open("/scan")
    expect(page.get_by_role("button", name="Choose a picture")).to_be_visible()

    page.evaluate(_PASTE, b64encode(sign_page.screenshot()).decode())

    page.wait_for_url(f"**/wallet/sign/{uuid_of(sign_page)}?from=QR")
    page.close()


def test_says_why_a_picture_or_a_code_leads_nowhere(wallet):
    blank = io.BytesIO()
    Image.new("RGB", (400, 400), "white").save(blank, "PNG")
    page = wallet.open("/scan")
    picture = page.locator("input[type=file]")

    picture.set_input_files({"name": "blank.png", "mimeType": "image/png", "buffer": blank.getvalue()})
    expect(page.get_by_role("alert")).to_contain_text("no QR code in this picture")
    picture.set_input_files({"name": "no.png", "mimeType": "image/png", "buffer": b"not a picture"})
    expect(page.get_by_role("alert")).to_contain_text("no picture that the browser can show")

    for text, said in {
        "https://elsewhere.example/sign/e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52": "belongs to elsewhere.example",
        "sn3nxiW7v8KXzPzAqzyHXbSSKNuN9": "Whoever has it has the account",
        "what is this": "says nothing to the wallet",
        "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe:7": "Review the payment",
    }.items():
        page.get_by_label("Or paste the link").fill(text)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("main")).to_contain_text(said)
        page.get_by_role("button", name="Scan another code").click()
    page.close()


def test_lets_go_of_the_camera_when_it_is_left(wallet):
    page = wallet.open("/scan")
    expect(page.get_by_label("What the camera sees")).to_have_js_property("readyState", 4)
    assert page.evaluate(_RUNNING) == 1

    page.get_by_role("link", name="Activity").click()

    expect(page.get_by_role("heading", name="Activity")).to_be_visible()
    assert page.evaluate(_RUNNING) == 0
    page.close()


def test_goes_on_without_a_camera_that_is_not_allowed(platform, chromium):
    with wallet_at_hand(platform, chromium) as browser:
        page = browser.open("/scan")

        expect(page.get_by_text("The camera is not allowed for this page.")).to_be_visible()
        expect(page.get_by_role("button", name="Choose a picture")).to_be_enabled()
        browser.context.grant_permissions(["camera"])
        page.get_by_role("button", name="Try again").click()
        expect(page.get_by_label("What the camera sees")).to_be_visible()
