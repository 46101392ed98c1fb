"""The programs and pages in the README of `sealgate` and in its guide, each as it is written there."""

import re
import socket
import subprocess
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.compat.stage import Stage
from tests.compat.tab import Tab
from tests.platform import start_platform
from tests.sdks.js.people import Developer
from tests.sdks.js.shop import SDK, Chromiums, Shop, uuid_on

README = SDK / "README.md"
GUIDE = SDK.parents[1] / "docs/guides/sdk-js.md"
LIMIT_S = 30
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def snippets(page: Path) -> dict[str, str]:
    """Return the programs and pages of a text, each by the heading it stands under."""
    found = {}
    heading = ""
    for title, language, code in re.findall(
        r"^#+ ([^\n]+)$|^```(\w*)\n(.*?)^```$", page.read_text(), re.MULTILINE | re.DOTALL
    ):
        heading = title or heading
        if language in ("js", "html", "ts"):
            assert heading not in found, f"two programs under {heading!r}"
            found[heading] = code
    return found


IN_README, IN_GUIDE = snippets(README), snippets(GUIDE)


def test_there_is_a_test_for_each():
    assert [*IN_README] == ["A back end", "A page", "An xApp", "Your own back end", "From `xumm`"]
    assert [*IN_GUIDE] == ["Signing in", "From a back end", "In a terminal", "Sign requests"]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def shop(stage: Stage) -> Iterator[Shop]:
    shop = Shop(stage.platform)
    yield shop
    shop.close()


@pytest.fixture(scope="module")
def chromiums() -> Iterator[Chromiums]:
    with Chromiums() as chromiums:
        yield chromiums


@pytest.fixture
def browser(chromiums: Chromiums) -> Iterator[BrowserContext]:
    context = chromiums.started().new_context()
    context.set_default_timeout(15_000)
    yield context
    context.close()


class Program:
    """A program of a guide, running in Node with the package installed."""

    def __init__(self, folder: Path, code: str, environ: dict[str, str]) -> None:
        (folder / "node_modules").mkdir()
        (folder / "node_modules/sealgate").symlink_to(SDK)
        (folder / "program.mjs").write_text(code)
        self._process = subprocess.Popen(
            ["node", "program.mjs"],
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert self._process.stdout is not None
        self._out: IO[str] = self._process.stdout
        self._watch = threading.Timer(LIMIT_S, self._process.kill)
        self._watch.start()

    def line(self) -> str:
        """Return the next line that it prints."""
        return self._out.readline().strip()

    def rest(self) -> str:
        """Return what else it prints, once it has ended well."""
        rest = self._out.read()
        assert self._process.wait() == 0, rest
        return rest.strip()

    def stop(self) -> None:
        """End it, whatever it does."""
        self._watch.cancel()
        self._process.kill()
        self._process.wait()
        self._out.close()


@pytest.fixture
def run(stage: Stage, tmp_path: Path) -> Iterator[Callable[..., Program]]:
    """Start a program as a developer does who loaded `dev.env`."""
    running = []

    def start(code: str, **environ: str) -> Program:
        running.append(Program(tmp_path, code, {**stage.platform.environ, **environ}))
        return running[-1]

    yield start
    for program in running:
        program.stop()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def fetched(url: str, **headers: str) -> tuple[int, str]:
    """Ask a program that may not listen yet; return status and text."""
    for _ in range(LIMIT_S * 20):
        try:
            with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=LIMIT_S) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.read().decode()
        except urllib.error.URLError:
            threading.Event().wait(0.05)
    raise AssertionError(f"nobody listens at {url}")


def found_in(text: str) -> str:
    """Return the UUID in a text."""
    found = UUID.search(text)
    assert found, text
    return found[0]


class TestReadme:
    def test_a_back_end(self, stage, run):
        program = run(IN_README["A back end"])

        stage.alice.signs(found_in(program.line()))

        assert program.rest() == f"Signed by {stage.alice.account}"

    def test_a_page(self, stage, shop, browser):
        page = browser.new_page()
        page.goto(shop.shows("/", IN_README["A page"]))
        expect(page.locator("#told")).to_have_text("")

        with page.expect_popup() as opened:
            page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(opened.value))
        expect(page.locator("#told")).to_have_text(f"Hello {stage.alice.account}")
        with page.expect_response("**/api/v1/jwt/payload") as made:
            page.get_by_role("button", name="Buy").click()
        stage.alice.signs(made.value.json()["uuid"], origin="PUSH_NOTIFICATION")

        expect(page.locator("#told")).to_have_text("Thank you")

    def test_an_xapp(self, stage, shop, browser):
        made = stage.operator.new_xapp()
        address = shop.shows("/xapp", IN_README["An xApp"], api_key=made["api_key"])
        page = browser.new_page()
        # A wallet that has everything signed, as the page's web view would be.
        page.add_init_script(
            """window.asked = [];
            window.ReactNativeWebView = {postMessage(text) {
                const {command, uuid} = JSON.parse(text);
                asked.push(command);
                if (command === "openSignRequest")
                    window.postMessage(JSON.stringify({method: "payloadResolved", reason: "SIGNED", uuid}), "*");
            }};"""
        )

        page.goto(f"{address}?xAppToken={stage.alice.launches(made['xapp_id'], {})}")

        expect(page.locator("#told")).to_have_text("Signed")
        page.wait_for_function("asked.includes('close')")
        assert page.evaluate("asked") == ["ready", "openSignRequest", "close"]

    def test_your_own_back_end(self, stage, run):
        port = free_port()
        secret = Developer(stage).hooks(f"http://127.0.0.1:{port}/hook", "payload.signed")
        program = run(IN_README["Your own back end"], PORT=str(port), SEALGATE_WEBHOOK_SECRET=secret)
        here = f"http://127.0.0.1:{port}/"

        assert fetched(here)[0] == 400
        token = stage.alice.signs_in()

        assert fetched(here, authorization=f"Bearer {token}") == (200, f"Hello {stage.alice.account}")
        assert program.line() == "payload.signed"

    def test_from_xumm(self, stage, shop, browser):
        page = browser.new_page()
        page.goto(shop.shows("/xumm", IN_README["From `xumm`"]))

        with page.expect_popup() as opened:
            page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(opened.value))

        expect(page.locator("#told")).to_have_text(f"Hello {stage.alice.account}")


class TestGuide:
    def test_signing_in(self, stage, shop, browser):
        page = browser.new_page()
        page.goto(shop.shows("/", IN_GUIDE["Signing in"]))
        expect(page.locator("#told")).to_have_text("Nobody")

        page.get_by_role("button", name="Sign in").click()
        stage.alice.signs(uuid_on(page))
        page.get_by_role("button", name="Allow").click()

        expect(page.locator("#told")).to_have_text(f"{stage.alice.account}, renewable: true")
        page.get_by_role("button", name="Sign out").click()
        expect(page.locator("#told")).to_have_text("Nobody")

    def test_from_a_back_end(self, stage, run):
        port = free_port()
        run(IN_GUIDE["From a back end"], PORT=str(port))
        assert fetched(f"http://127.0.0.1:{port}/callback?state=none")[0] == 400
        tab = Tab(stage.platform.url)
        begun = tab.get(f"http://127.0.0.1:{port}/")

        back = tab.sign_in(begun.headers["location"], stage.alice)
        tab.close()

        assert fetched(back) == (200, f"Hello {stage.alice.account}")

    def test_in_a_terminal(self, stage, run):
        program = run(IN_GUIDE["In a terminal"])
        address = program.line().split()[1]
        tab = Tab(stage.platform.url)

        tab.approve_device(address, stage.alice)
        tab.close()

        assert program.rest() == f"Signed in as {stage.alice.account}"

    def test_sign_requests(self, stage, run):
        program = run(IN_GUIDE["Sign requests"])
        uuid = found_in(program.line())

        signed = stage.alice.signs(uuid)

        *opened, told, read, refused = program.rest().splitlines()
        assert opened in ([], ["A wallet has it open"])  # alice may be faster than the connection
        assert (told, read) == (f"Signed: {signed['txid']}", "true")
        assert refused.startswith("603 /txjson/Destination ")
