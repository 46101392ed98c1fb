"""Apps in the console, in a real Chromium: what a page offers to paste is pasted and run, and the page hears of it."""

import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.support import LOOKED_AT, PACKAGES, VIEWS, findings, fits, keep_screenshot
from tests.compat.stage import Stage
from tests.platform import start_platform
from tests.services import chromium_path

NODE_PACKAGES = Path(__file__).parents[1] / "compat/js/node_modules"
PROGRAM_LIMIT_S = 60


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--no-proxy-server"]
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=arguments)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def session(stage: Stage, chromium: Browser) -> Any:
    """What a browser remembers in which alice is signed in to the console."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{stage.platform.url}/console")
    page.get_by_role("link", name="Sign in with your wallet").click()
    page.wait_for_url("**/sign/*")
    stage.alice.signs(page.url.rpartition("/")[2])
    expect(page.get_by_role("heading", name="Apps")).to_be_visible(timeout=15_000)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def context(chromium: Browser, session: Any) -> Iterator[BrowserContext]:
    """A browser in which alice is signed in; at the end, no page may have complained."""
    context = chromium.new_context(storage_state=session)
    context.set_default_timeout(15_000)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # A form that was refused is a page with 400; a program on loopback has no icon, and is over by then.
        if message.type == "error" and "400" not in message.text and "favicon" not in message.location["url"]:
            complaints.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda problem: complaints.append(str(problem.error)))
    yield context
    context.close()
    assert complaints == []


@pytest.fixture
def makes(stage: Stage, context: BrowserContext) -> Callable[..., Page]:
    """Make an app by the form and return the page it ends on."""

    def make(kind: str, **fields: str) -> Page:
        page = context.new_page()
        page.goto(f"{stage.platform.url}/console/new")
        page.get_by_label(kind, exact=True).check()
        page.get_by_label("Name").fill("Corner Shop")
        for label, value in fields.items():
            page.get_by_label(label.replace("_", " ")).fill(value)
        page.get_by_role("button", name="Create app").click()
        expect(page.get_by_role("heading", name="Corner Shop is ready")).to_be_visible()
        return page

    return make


def pasted(page: Page, label: str) -> str:
    """Return the program that the page offers under a tab."""
    page.locator(".code-tabs > label").get_by_text(label, exact=True).click()
    return page.locator(".code-panel:visible [data-snippet]").inner_text()


def saved(stage: Stage, code: str, name: str) -> str:
    """Save a program as the developer does and return where."""
    place = stage.platform.folder / name
    place.write_text(code)
    return str(place)


def command(stage: Stage, label: str, code: str) -> list[str]:
    """Return how a program is run that was pasted."""
    if label == "curl":
        return ["bash", "-euc", code]
    if label == "JavaScript":
        return ["node", saved(stage, code, "first-call.js")]
    return [sys.executable, saved(stage, code, "first_call.py")]


def run(stage: Stage, label: str, code: str) -> subprocess.Popen[str]:
    """Run what was pasted."""
    environ = stage.platform.environ | {"NODE_PATH": str(NODE_PACKAGES), "PYTHONUNBUFFERED": "1"}
    running = subprocess.Popen(
        command(stage, label, code), cwd=stage.platform.folder, env=environ, stdout=subprocess.PIPE, text=True
    )
    limit = threading.Timer(PROGRAM_LIMIT_S, running.kill)
    limit.daemon = True
    limit.start()
    return running


def first_line(running: subprocess.Popen[str]) -> str:
    assert running.stdout is not None
    return running.stdout.readline().strip()


class TestTheFirstCallOfABackEnd:
    @pytest.mark.parametrize("label", ["curl", "JavaScript", "Python"])
    def test_works_as_pasted_and_turns_the_page_green(self, stage, makes, label):
        page = makes("A back end")
        expect(page.get_by_text("Waiting for your first call")).to_be_visible()

        with run(stage, label, pasted(page, label)) as running:
            said = first_line(running)
        assert running.returncode == 0

        expect(page.get_by_text("Your first call arrived")).to_be_visible()
        assert f"{stage.platform.url}/sign/" in said

    def test_that_is_refused_is_shown_with_its_reference(self, stage, makes):
        page = makes("An xApp", xApp_URL="https://shop.example/xapp")
        code = pasted(page, "curl").replace(
            page.locator("#api-secret").inner_text(), stage.platform.env["SEALGATE_API_SECRET"]
        )

        with run(stage, "curl", code) as running:
            said = first_line(running)

        expect(page.get_by_text("A call arrived, but was refused")).to_be_visible()
        assert page.locator(".first-call code").nth(1).inner_text() in said


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


def test_the_page_of_a_browser_app_signs_somebody_in_as_pasted(stage, makes, context, tmp_path):
    page = makes("A browser app", Where_it_runs="http://localhost")
    (tmp_path / "index.html").write_text(pasted(page, "JavaScript"))
    (tmp_path / "xumm.min.js").write_bytes((PACKAGES / "xumm/dist/browser.min.js").read_bytes())
    (tmp_path / "favicon.ico").write_bytes(b"")
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shop = context.new_page()
    shop.goto(f"http://localhost:{server.server_port}/")

    with shop.expect_popup() as popup:
        shop.get_by_role("button", name="Sign in with your wallet").click()
    popup.value.wait_for_url("**/sign/*")
    stage.alice.signs(popup.value.url.rpartition("/")[2])

    expect(shop.locator("#who")).to_have_text(f"Signed in as {stage.alice.account}")
    expect(page.get_by_text("Somebody signed in")).to_be_visible()
    server.shutdown()
    server.server_close()


class TestTheFirstCallOfANativeApp:
    @pytest.mark.parametrize("label", ["Python", "JavaScript"])
    def test_signs_somebody_in_as_pasted(self, stage, makes, context, label):
        page = makes("A native app")

        with run(stage, label, pasted(page, label)) as running:
            link = first_line(running).removeprefix("Sign here: ")
            browser = context.new_page()
            browser.goto(link)
            browser.wait_for_url("**/sign/*")
            stage.alice.signs(browser.url.rpartition("/")[2])
            assert first_line(running) == f"Signed in as {stage.alice.account}"

        expect(page.locator(".first-call")).to_contain_text(re.compile("Somebody signed in|Your first call arrived"))

    def test_begins_with_curl(self, stage, makes):
        page = makes("A native app")

        with run(stage, "curl", pasted(page, "curl")) as running:
            assert first_line(running).startswith(f"{stage.platform.url}/sign/")


class TestTheRedirectTester:
    def test_answers_as_one_types(self, stage, makes):
        page = makes("A native app", Redirect_URI="com.example.shop:/callback")
        page.get_by_role("link", name="Settings").last.click()
        page.get_by_role("link", name="Sign-in", exact=True).click()

        page.get_by_label("Try an address").press_sequentially("com.example.shop:/callbac")
        expect(page.locator("#trial")).to_contain_text("Not allowed. No entry fits")
        expect(page.locator("#trial")).to_contain_text("The path is /callbac, not /callback.")
        page.get_by_label("Try an address").press_sequentially("k")

        expect(page.locator("#trial")).to_contain_text("Allowed.")

    def test_answers_without_script_as_a_page(self, stage, makes, chromium, session):
        page = makes("A native app")
        key = page.locator("#api-key").inner_text()
        plain = chromium.new_context(storage_state=session, java_script_enabled=False).new_page()
        plain.goto(f"{stage.platform.url}/console/apps/{key}/settings/sign-in")

        plain.get_by_label("Try an address").fill("http://127.0.0.1:1234/callback")
        plain.get_by_role("button", name="Try").click()

        expect(plain.locator("#trial")).to_contain_text("Allowed.")
        plain.context.close()


def looks_good(page: Page, name: str) -> None:
    """Check a page as it stands in every view, and keep how it looks."""
    for view in LOOKED_AT:
        options = VIEWS[view]
        page.set_viewport_size(options["viewport"])
        page.emulate_media(color_scheme=options["color_scheme"])
        keep_screenshot(page, f"console-{name}-{view}")
        assert fits(page), f"{name} {view}"
        if view in ("phone-light", "desktop-dark"):
            assert findings(page) == [], f"{name} {view}"


class TestEveryPage:
    def test_of_a_new_app_can_be_read_by_everybody(self, stage, makes, context):
        form = context.new_page()
        form.goto(f"{stage.platform.url}/console/new")
        looks_good(form, "new")
        form.locator("form.new-app").evaluate("form => { form.noValidate = true }")
        form.get_by_label("An xApp", exact=True).check()
        form.get_by_role("button", name="Create app").click()
        expect(form.get_by_role("alert")).to_be_visible()
        looks_good(form, "new-refused")

        looks_good(makes("A back end", **{"Webhook_URL_(optional)": "https://shop.example/hook"}), "new-done")

    def test_of_the_settings_can_be_read_by_everybody(self, stage, makes, context, tmp_path):
        made = makes("An xApp", xApp_URL="https://shop.example/xapp")
        base = f"{stage.platform.url}/console/apps/{made.locator('#api-key').inner_text()}"
        page = context.new_page()
        icon = tmp_path / "icon.png"
        Image.linear_gradient("L").save(icon)

        page.goto(f"{base}/settings")
        page.get_by_label("Image file").set_input_files(icon)
        page.get_by_role("button", name="Upload").click()
        expect(page.get_by_alt_text("The app's icon")).to_have_js_property("naturalWidth", 256)
        looks_good(page, "settings")

        page.goto(f"{base}/settings/sign-in")
        page.get_by_label("Add an address").fill("https://shop.example/callback")
        page.get_by_role("button", name="Add").click()
        page.get_by_label("Try an address").fill("https://shop.example/callback/")
        page.get_by_role("button", name="Try").click()
        looks_good(page, "settings-sign-in")

        page.goto(f"{base}/settings/webhooks")
        looks_good(page, "settings-webhooks-none")
        page.get_by_label("URL").fill("https://shop.example/hook")
        page.get_by_role("button", name="Add and show its secret").click()
        expect(page.locator("#webhook-secret")).to_contain_text("whsec_")
        looks_good(page, "settings-webhooks")

        page.goto(f"{base}/settings/secrets")
        looks_good(page, "settings-secrets")
        page.get_by_role("button", name="Make a second secret").click()
        expect(page.get_by_role("heading", name="Rotation under way")).to_be_visible()
        looks_good(page, "settings-secrets-two")

        for path in ("settings/xapp", "start", "audit"):
            page.goto(f"{base}/{path}")
            looks_good(page, path.replace("/", "-"))
