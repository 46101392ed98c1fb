"""Every page of the console for everybody: axe finds nothing, nothing scrolls sideways, nothing comes from elsewhere.

The pages are the console's own list, so a new one is looked at as well.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from sealgate.console.http import router
from sealgate.console.visit import RULES
from tests.browser.console_lab import Console, calls, look_at, started_chromium
from tests.browser.support import VIEWS, findings, fits
from tests.platform import Platform, start_platform
from tests.receiver import Receiver

NO_PAGES = re.compile(r"/(live|export|try|callback)$|^/console/sign-in$")
"""Streams, files, a part of a page, and the ways through the provider."""

SIGN_IN = {"txjson": {"TransactionType": "SignIn"}}
PAYMENT = {
    "txjson": {
        "TransactionType": "Payment",
        "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe",
        "Amount": "1500000",
        "Memos": [{"Memo": {"MemoData": "4F72646572"}}],
    },
    "options": {"expire": 30, "submit": False},
    "custom_meta": {"identifier": "order-1042", "instruction": "Pay for your order.", "blob": {"cart": [1, 2]}},
}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def console(platform: Platform) -> Iterator[Console]:
    with started_chromium() as chromium:
        yield Console(platform, chromium)


@pytest.fixture(scope="module")
def places(platform: Platform, console: Console) -> dict[str, str]:
    """Fill an app with what its pages can show; return what stands for the parameters of their paths."""
    with Receiver(lambda _: 500) as receiver:
        addresses = ("--webhook-url", receiver.url, "--xapp-url", f"{platform.url}/docs")
        app = platform.sealgate("app", "create", "--name", "Corner Shop", *addresses)
        _, _, signed = calls(platform, app, "POST", "payload", PAYMENT)
        platform.sealgate("wallet", "sign", signed["uuid"])
        receiver.wait_for(lambda received: len(received) > 0)
    _, _, rejected = calls(platform, app, "POST", "payload", SIGN_IN)
    platform.sealgate("wallet", "reject", rejected["uuid"], "--reason", "Not now")
    _, _, waiting = calls(platform, app, "POST", "payload", SIGN_IN)
    status, ref, _ = calls(platform, app, "POST", "payload", {"txjson": {"TransactionType": "Payment", "Amount": "x"}})
    assert status == 400
    platform.sealgate("wallet", "open-xapp", app["uuid"])
    with console.browser() as page:
        page.goto(f"{console.url}/apps/{app['uuid']}/team")
        page.get_by_role("button", name="Make an invitation link").click()
        link = page.locator("pre code[data-copy]").inner_text()
        page.goto(f"{console.url}/apps/{app['uuid']}/deliveries")
        delivery = page.locator("table a[href*='/deliveries/']").first.get_attribute("href") or ""
    return {
        "app": app["uuid"],
        "payload": signed["uuid"],
        "waiting": waiting["uuid"],
        "ref": ref,
        "id": delivery.rsplit("/", 1)[1],
        "secret": re.search(r"/invitations/([\w-]+)", link)[1],  # type: ignore[index]
    }


def pages_of(places: dict[str, str]) -> dict[str, str]:
    """Return the path of every page by a name for it."""
    assert router.routes
    patterns = [rule.path for rule in RULES if rule.method == "GET" and not NO_PAGES.search(rule.path)]
    named = {_name(pattern): re.sub(r"\{(\w+):\w+\}", lambda found: places[found[1]], pattern) for pattern in patterns}
    app = f"/console/apps/{places['app']}"
    return named | {
        "builder-payment": f"{app}/builder?type=Payment",
        "builder-accountset": f"{app}/builder?type=AccountSet",
        "builder-again": f"{app}/builder?again={places['payload']}",
        "builder-waiting": f"{app}/builder/{places['waiting']}",
        "payload-waiting": f"{app}/payloads/{places['waiting']}",
        "payloads-none": f"{app}/payloads?state=cancelled",
        "new-browser": "/console/new?kind=browser",
        "month": f"{app}?range=30d",
    }


def _name(pattern: str) -> str:
    return re.sub(r"\W+", "-", re.sub(r"^/console|apps/\{app:uuid\}|:\w+", "", pattern)).strip("-") or "first"


def looked_at(page: Page) -> list[str]:
    """Return what is wrong with a page: at a phone's width in light, and at a desk's in dark."""
    wrong = []
    for view in ("phone-light", "desktop-dark"):
        how = VIEWS[view]
        page.set_viewport_size(how["viewport"])
        page.emulate_media(color_scheme=how["color_scheme"])
        wrong += [f"{view}: {one}" for one in findings(page, every=True)]
        wrong += [] if fits(page) else [f"{view}: scrolls sideways"]
    return wrong


class TestEveryPage:
    def test_of_a_developer_is_for_everybody(self, console, places):
        found = {}
        with console.browser() as page:
            for name, path in pages_of(places).items():
                answer = page.goto(f"{console.platform.url}{path}")
                assert answer is not None
                assert answer.status == 200, path
                expect(page.get_by_role("heading", level=1)).to_have_count(1)
                if problems := looked_at(page):
                    found[name] = problems
                look_at(page, name)

        assert found == {}
        assert console.problems == []

    def test_that_answers_a_form_is_for_everybody(self, console, places):
        app = f"{console.url}/apps/{places['app']}"
        found: dict[str, list[str]] = {}
        with console.browser() as page:

            def looks(name: str) -> None:
                expect(page.get_by_role("heading", level=1)).to_have_count(1)
                if problems := looked_at(page):
                    found[name] = problems
                look_at(page, name)

            page.goto(f"{console.url}/new?kind=browser")
            page.get_by_label("Name", exact=True).fill("Shop")
            page.get_by_label("Where it runs").fill("https://shop.example")
            page.get_by_role("button", name="Create app").click()
            page.locator("#api-secret").wait_for()
            looks("new-done")
            page.goto(f"{app}/settings/secrets")
            page.get_by_role("button", name="Make a second secret").click()
            page.locator("#api-secret").wait_for()
            looks("secrets-made")
            page.goto(f"{app}/builder?type=SignerListSet")
            page.get_by_label("SignerEntries").fill("[")
            page.get_by_label("SignerQuorum").fill("many")
            page.get_by_role("button", name="Send", exact=True).click()
            page.get_by_text("It was not sent").wait_for()
            looks("builder-refused")
            page.get_by_role("button", name="Edit as JSON").click()
            page.get_by_label("Body of the call").wait_for()
            looks("builder-json")
            page.goto(f"{console.url}/new")
            page.get_by_label("Name", exact=True).fill("x")
            page.get_by_role("button", name="Create app").click()
            page.get_by_text("Something needs another look").wait_for()
            looks("new-refused")

        # A refused form is answered with 400, which Chromium notes.
        console.problems = [one for one in console.problems if "status of 400" not in one]
        assert found == {}
        assert console.problems == []

    def test_of_a_stranger_is_for_everybody(self, console, places):
        found = {}
        with console.browser(None) as page:
            for name, path in (
                ("way-in", "/console"),
                ("way-in-back", f"/console/apps/{places['app']}/team"),
                ("invitation", f"/console/invitations/{places['secret']}"),
            ):
                page.goto(f"{console.platform.url}{path}")
                if problems := looked_at(page):
                    found[name] = problems
                look_at(page, name)

        assert found == {}
        assert console.problems == []
