"""A program's own scheme in a real Chromium: the browser leaves for it, after a redirect and after a form of ours."""

from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.compat.stage import Stage
from tests.platform import start_platform
from tests.services import chromium_path

PATIENCE_MS = 15_000
CALLBACK = "com.example.app:/cb"
CHALLENGE = {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def program(stage: Stage) -> str:
    """The API key of a program with a scheme of its own."""
    made = stage.platform.sealgate(
        "app", "create", "--name", "My program", "--type", "native", "--redirect-uri", CALLBACK
    )
    return str(made["api_key"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(), args=["--no-sandbox", "--no-proxy-server"]
        )
        yield browser
        browser.close()


class Window:
    """A window of a browser that was never here.

    Attributes:
        said: What its console says.
        led_to: Where our answers sent it, outside of the web.
    """

    def __init__(self, chromium: Browser) -> None:
        self.page: Page = chromium.new_context().new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.said: list[str] = []
        self.led_to: list[str] = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("response", lambda answer: self._note(answer.headers.get("location", "")))

    def begins(self, stage: Stage, program: str) -> str:
        """Begin a sign-in and return the UUID of its request."""
        asked = {
            "response_type": "code", "client_id": program, "redirect_uri": CALLBACK, "scope": "openid",
            "state": "s1", **CHALLENGE,
        }  # fmt: skip
        self.page.goto(f"{stage.platform.url}/auth?{urlencode(asked)}")
        return self.page.url.rpartition("/")[2]

    def leaves_for(self) -> dict[str, str]:
        """Wait until it is led to the program and return what the program gets."""
        for _ in range(150):
            if self.led_to:
                break
            self.page.wait_for_timeout(100)
        (address,) = self.led_to
        assert address.startswith(f"{CALLBACK}?")
        return dict(parse_qsl(urlsplit(address).query))

    def _note(self, location: str) -> None:
        if location.startswith("com.example.app:"):
            self.led_to.append(location)


def test_the_waiting_page_leads_to_the_program(stage, program, chromium):
    window = Window(chromium)

    stage.alice.signs(window.begins(stage, program))

    assert window.leaves_for()["state"] == "s1"
    assert window.said == []


def test_the_question_in_another_browser_leads_to_the_program(stage, program, chromium):
    began, system = Window(chromium), Window(chromium)
    signed = stage.alice.signs(began.begins(stage, program), "DEEP_LINK")

    system.page.goto(signed["return_url"])
    expect(system.page.get_by_role("heading", name="You came back in another browser")).to_be_visible(
        timeout=PATIENCE_MS
    )
    system.page.get_by_role("button", name="Continue here").click()

    assert system.leaves_for()["state"] == "s1"
    assert system.said == []  # a policy that stops the form would say so here
    assert began.led_to == []


def test_a_second_click_finds_the_sign_in_finished(stage, program, chromium):
    began, system = Window(chromium), Window(chromium)
    signed = stage.alice.signs(began.begins(stage, program), "DEEP_LINK")
    system.page.goto(signed["return_url"])
    system.page.get_by_role("button", name="Continue here").click()
    system.leaves_for()

    # The browser went nowhere in the web, so the question is on the screen still.
    system.page.get_by_role("button", name="Continue here").click()

    expect(system.page.get_by_role("heading", name="You are signed in")).to_be_visible(timeout=PATIENCE_MS)
    assert len(system.led_to) == 1
