"""What developers come to the console for, each from beginning to end in a real Chromium."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.console_lab import Console, calls, started_chromium
from tests.platform import Platform, start_platform
from tests.receiver import Receiver

SIGN_IN = {"txjson": {"TransactionType": "SignIn"}}
DESTINATION = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
MOST_TABS = 80
TRIES = 80


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture(scope="module")
def console(platform: Platform) -> Iterator[Console]:
    with started_chromium() as chromium:
        yield Console(platform, chromium)


@pytest.fixture(autouse=True)
def nothing_went_wrong(console: Console) -> Iterator[None]:
    """No page of a journey writes an error into its console, or asks another host for anything."""
    console.problems.clear()
    yield
    assert console.problems == []


def new_app(platform: Platform, name: str, *options: str) -> dict[str, Any]:
    return platform.sealgate("app", "create", "--name", name, *options)


def status_with(platform: Platform, app: dict[str, Any], secret: str) -> int:
    """Return what a call with one of the app's secrets is answered."""
    return calls(platform, {**app, "api_secret": secret}, "GET", "ping")[0]


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Reach something by Tab alone, and press a key on it."""
    reach(page, target)
    page.keyboard.press(key)


def reach(page: Page, target: Locator) -> None:
    expect(target).to_be_visible()
    for _ in range(MOST_TABS):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no number of Tabs reaches {target}")


class TestTheFirstApp:
    def test_from_nothing_to_a_signed_request_by_keyboard_alone(self, console, platform):
        with console.browser(None) as page:
            page.goto(console.url)
            press(page, page.get_by_role("link", name="Sign in with your wallet"))
            console.signs(page)
            press(page, page.get_by_role("link", name="New app"))
            reach(page, page.get_by_label("Name", exact=True))
            page.keyboard.type("First Shop")
            press(page, page.get_by_role("button", name="Create app"))

            expect(page.get_by_text("Waiting for your first call…")).to_be_visible()
            pasted = page.locator("[data-snippet=curl]").inner_text()
            answered = platform.run("sh", "-c", pasted)
            assert json.loads(answered.stdout)["next"]["always"].startswith(platform.url)
            expect(page.get_by_text("Your first call arrived")).to_be_visible()

            press(page, page.get_by_role("link", name="Go to the app"))
            press(page, page.get_by_role("link", name="Request builder"))
            press(page, page.get_by_role("button", name="Send", exact=True))
            expect(page.get_by_role("img", name="QR code of the request")).to_be_visible()
            expect(page.get_by_text("Waiting for somebody to open it.")).to_be_visible()
            uuid = page.url.partition("?")[0].rsplit("/", 1)[1]
            platform.sealgate("wallet", "sign", uuid)
            expect(page.get_by_text("Signed.", exact=True)).to_be_visible()

            press(page, page.get_by_role("link", name="The payload and its outcome"))
            expect(page.get_by_role("heading", name="Asked and signed")).to_be_visible()


class TestTheBuilder:
    def test_keeps_its_json_in_step_and_says_what_is_wrong_where_it_is_typed(self, console, platform):
        app = new_app(platform, "Composed Shop")
        with console.browser() as page:
            page.goto(f"{console.url}/apps/{app['uuid']}/builder")
            page.get_by_label("Type", exact=True).select_option("Payment")
            page.get_by_label("Destination (required)").fill(DESTINATION)
            page.get_by_label("Amount", exact=True).fill("2.5")
            shown = page.locator("#preview pre[aria-label=JSON]")
            expect(shown).to_contain_text('"Amount": "2500000"')

            page.get_by_label("Another field").select_option("InvoiceID")
            page.get_by_role("button", name="Add it").click()
            expect(page.get_by_label("InvoiceID", exact=True)).to_be_focused()
            page.keyboard.type("too short")
            expect(page.locator("#preview .bad")).to_contain_text("InvoiceID")
            page.get_by_role("button", name="Send", exact=True).click()
            expect(page.get_by_text("It was not sent")).to_be_visible()
            expect(page.get_by_label("InvoiceID", exact=True)).to_have_attribute("aria-invalid", "true")
            expect(page.get_by_label("Amount", exact=True)).to_have_value("2.5")

            page.get_by_role("button", name="Remove InvoiceID").click()
            expect(page.get_by_label("InvoiceID", exact=True)).to_have_count(0)
            page.get_by_role("button", name="Edit as JSON").click()
            body = page.get_by_label("Body of the call")
            body.fill(body.input_value().replace("2500000", "7000000"))
            page.get_by_role("button", name="Show as form").click()
            expect(page.get_by_label("Amount", exact=True)).to_have_value("7")
            page.get_by_role("button", name="Send", exact=True).click()
            expect(page.get_by_role("heading", name="Payment request")).to_be_visible()

            page.get_by_role("link", name="Send again").click()
            expect(page.get_by_label("Destination (required)")).to_have_value(DESTINATION)
        # The refused form is answered with 400, which Chromium notes.
        console.problems = [one for one in console.problems if "status of 400" not in one]


class TestRotation:
    def test_has_two_secrets_that_count_until_the_old_one_is_retired(self, console, platform):
        app = new_app(platform, "Rotating Shop")
        old = app["api_secret"]
        assert status_with(platform, app, old) == 200
        with console.browser() as page:
            page.goto(f"{console.url}/apps/{app['uuid']}/settings/secrets")
            page.get_by_role("button", name="Make a second secret").click()
            new = page.locator("#api-secret").inner_text()
            assert [status_with(platform, app, secret) for secret in (old, new)] == [200, 200]
            # Seen live: both are in use.
            expect(page.get_by_text("in use", exact=True)).to_have_count(2)

            page.get_by_label("Although it is in use").last.check()
            page.get_by_role("button", name="Retire the old secret").click()

            expect(page.get_by_text("The old secret does not count any more.")).to_be_visible()
        assert status_with(platform, app, old) in (401, 403)
        assert status_with(platform, app, new) == 200


class TestAFailedCall:
    def test_is_found_by_its_reference_with_its_cause_and_cure(self, console, platform):
        app = new_app(platform, "Failing Shop")
        status, reference, _ = calls(platform, app, "POST", "payload", {"txjson": {"TransactionType": "Pay ment"}})
        assert status == 400
        with console.browser() as page:
            page.goto(f"{console.url}/apps/{app['uuid']}/activity")
            page.get_by_label("Find anything").fill(reference)
            page.get_by_role("button", name="Find", exact=True).click()

            expect(page.get_by_role("heading", name="Why it was refused")).to_be_visible()
            expect(page.get_by_text("The TransactionType is no name of a transaction type.")).to_be_visible()
            expect(page.get_by_text("Use a type the ledger knows")).to_be_visible()
            expect(page.get_by_text(reference)).to_be_visible()


class TestAWebhook:
    def test_that_was_not_taken_is_sent_again_under_its_id(self, console, platform):
        behaviours = iter([500])
        with Receiver(lambda _: next(behaviours, 204)) as receiver:
            app = new_app(platform, "Deaf Shop", "--webhook-url", receiver.url)
            _, _, asked = calls(platform, app, "POST", "payload", SIGN_IN)
            platform.sealgate("wallet", "sign", asked["uuid"])
            receiver.wait_for(lambda received: len(received) == 1)
            with console.browser() as page:
                page.goto(f"{console.url}/apps/{app['uuid']}/deliveries")
                page.get_by_role("link", name="payload.resolved").first.click()
                expect(page.get_by_text("500 not taken")).to_be_visible()

                page.get_by_role("button", name="Send again").click()

                first, second = receiver.wait_for(lambda received: len(received) >= 2)[:2]
                assert first.id == second.id
                assert first.body == second.body
                delivered = page.get_by_role("link", name="payload.resolved")
                for _ in range(TRIES):
                    page.goto(f"{console.url}/apps/{app['uuid']}/deliveries?state=delivered")
                    if delivered.count():
                        break
                    page.wait_for_timeout(250)
                expect(delivered.first).to_be_visible()


class TestSharing:
    def test_gives_somebody_a_part_by_a_link_and_every_role_sees_what_is_its_own(self, console, platform):
        bob = platform.sealgate("wallet", "create", "--name", "bob")["account"]
        app = new_app(platform, "Shared Shop")
        team = f"{console.url}/apps/{app['uuid']}/team"
        with console.browser() as owner, console.browser(None) as page:
            owner.goto(team)
            owner.locator("#invite-role").select_option("developer")
            owner.get_by_role("button", name="Make an invitation link").click()
            page.goto(owner.locator("pre code[data-copy]").inner_text())
            expect(page.get_by_text("Shared Shop")).to_be_visible()
            console.signs_in(page, "bob")

            page.get_by_role("link", name="Shared Shop").click()
            expect(page.get_by_text("developer", exact=True)).to_be_visible()
            page.get_by_role("link", name="Request builder").click()
            expect(page.get_by_role("button", name="Send", exact=True)).to_be_visible()
            page.goto(f"{console.url}/apps/{app['uuid']}/settings/secrets")
            expect(page.get_by_text("Secrets are for the app's owners.")).to_be_visible()

            owner.goto(team)
            expect(owner.get_by_role("row", name=bob)).to_contain_text("developer")
            owner.get_by_label("Account (r…)").fill(bob)
            owner.locator("#role").select_option("viewer")
            owner.get_by_role("button", name="Share", exact=True).click()
            expect(owner.get_by_role("row", name=bob)).to_contain_text("viewer")
            page.goto(f"{console.url}/apps/{app['uuid']}/builder")
            expect(page.get_by_text("Sending takes the role developer.")).to_be_visible()
            expect(page.get_by_role("button", name="Send", exact=True)).to_have_count(0)


class TestWithoutScript:
    def test_an_app_is_made_named_rotated_composed_for_and_shared(self, console, platform):
        with console.browser(java_script_enabled=False) as page:
            page.goto(f"{console.url}/new")
            page.get_by_label("Name", exact=True).fill("Plain Shop")
            page.get_by_role("button", name="Create app").click()
            key, old = page.locator("#api-key").inner_text(), page.locator("#api-secret").inner_text()
            app = {"uuid": key, "api_key": key}
            assert status_with(platform, app, old) == 200
            page.goto(f"{console.url}/apps/{key}/start")
            expect(page.get_by_text("Your first call arrived")).to_be_visible()

            page.get_by_role("link", name="Settings", exact=True).click()
            page.get_by_label("Name", exact=True).fill("Plainer Shop")
            page.get_by_role("button", name="Save").first.click()
            expect(page.get_by_role("heading", level=1, name="Plainer Shop")).to_be_visible()

            page.get_by_role("link", name="Secrets").click()
            page.get_by_role("button", name="Make a second secret").click()
            new = page.locator("#api-secret").inner_text()
            assert status_with(platform, app, new) == 200
            page.goto(f"{console.url}/apps/{key}/settings/secrets")
            page.get_by_label("Although it is in use").last.check()
            page.get_by_role("button", name="Retire the old secret").click()
            expect(page.get_by_text("The old secret does not count any more.")).to_be_visible()
            assert status_with(platform, app, old) in (401, 403)

            page.get_by_role("link", name="Request builder").click()
            page.get_by_label("Type", exact=True).select_option("Payment")
            page.get_by_role("button", name="Show its fields").click()
            page.get_by_label("Amount", exact=True).fill("3")
            page.get_by_role("button", name="Preview").click()
            expect(page.locator("#preview pre[aria-label=JSON]")).to_contain_text('"Amount": "3000000"')
            page.get_by_role("button", name="Send", exact=True).click()
            expect(page.get_by_role("img", name="QR code of the request")).to_be_visible()

            page.get_by_role("link", name="Team").click()
            page.get_by_role("button", name="Make an invitation link").click()
            expect(page.locator("pre code[data-copy]")).to_contain_text("/console/invitations/")
