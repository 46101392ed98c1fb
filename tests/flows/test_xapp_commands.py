"""xApps from the command line: registering, publishing, the list of devices, opening as the wallet "alice"."""

import shlex
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sealgate.cli.http import Client
from sealgate.cli.output import Refused
from tests.platform import SEALGATE, Platform, start_platform

XAPP_URL = "http://localhost:5173/"


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A sandbox that has xApps reviewed."""
    started = start_platform(xapp_review="true")
    yield started
    started.stop()


@pytest.fixture
def shop(platform: Platform) -> dict[str, Any]:
    """A fresh app with an xApp."""
    return platform.sealgate("app", "create", "--name", "Corner Shop", "--xapp-url", XAPP_URL)


def refused(platform: Platform, *arguments: str) -> str:
    """Run a command that must be refused; return what it says."""
    done = platform.run(SEALGATE, *arguments)
    assert done.returncode == 1, shlex.join(arguments)
    return done.stderr


class TestRegistering:
    def test_gives_an_xapp_an_identifier_and_leave_to_push_in_the_sandbox(self, shop):
        assert shop["xapp_id"].startswith("corner-shop.")
        assert (shop["xapp_url"], shop["xapp_status"], shop["xapp_push"]) == (XAPP_URL, "draft", True)

    def test_takes_what_a_developer_chooses(self, platform):
        made = platform.sealgate(
            "app", "create", "--name", "Corner Shop", "--xapp-url", XAPP_URL, "--xapp-id", "Shop.Chosen",
            "--xapp-network", "testnet", "--xapp-network", "MAINNET", "--no-xapp-push",
            "--xapp-special", "URL_LAUNCH_NO_CONFIRMATION",
        )  # fmt: skip

        assert made["xapp_id"] == "shop.chosen"
        assert made["xapp_networks"] == ["MAINNET", "TESTNET"]
        assert made["xapp_push"] is False
        assert made["xapp_special"] == ["URL_LAUNCH_NO_CONFIRMATION"]

    def test_names_an_app_that_becomes_an_xapp_later(self, platform):
        made = platform.sealgate("app", "create", "--name", "Later")
        assert made["xapp_id"] is None

        changed = platform.sealgate("app", "update", made["uuid"], "--xapp-url", XAPP_URL)
        moved = platform.sealgate("app", "update", made["uuid"], "--xapp-url", "http://localhost:5174/")

        assert changed["xapp_id"].startswith("later.")
        assert moved["xapp_id"] == changed["xapp_id"]


class TestPublishing:
    def test_waits_for_the_operator_where_there_is_a_review(self, platform, shop):
        states = [
            platform.sealgate("app", verb, shop["uuid"])["xapp_status"]
            for verb in ("publish-xapp", "list-xapp", "withdraw-xapp")
        ]

        assert states == ["review", "listed", "draft"]

    def test_is_nothing_for_an_app_without_an_xapp(self, platform):
        plain = platform.sealgate("app", "create", "--name", "Plain")

        assert "--xapp-url" in refused(platform, "app", "publish-xapp", plain["uuid"])


class TestTheListOfDevices:
    def test_is_kept_from_the_command_line(self, platform, shop):
        alice = platform.sealgate("wallet", "list")["wallets"][0]["device"]

        added = platform.sealgate("app", "xapp-device", "add", shop["uuid"], alice.upper(), "--kind", "debug")
        listed = platform.sealgate("app", "xapp-device", "list", shop["uuid"])
        platform.sealgate("app", "xapp-device", "remove", shop["uuid"], alice)

        assert (added["device"], added["kind"]) == (alice, "debug")
        assert listed["devices"] == [added]
        assert platform.sealgate("app", "xapp-device", "list", shop["uuid"])["devices"] == []
        assert "not on" in refused(platform, "app", "xapp-device", "remove", shop["uuid"], alice)
        assert "wallet list" in refused(platform, "app", "xapp-device", "add", shop["uuid"], shop["uuid"])
        for verb in ("add", "remove"):
            assert "'phone' is no UUID" in refused(platform, "app", "xapp-device", verb, shop["uuid"], "phone")


class TestOpening:
    def test_prints_the_address_with_the_token(self, platform, shop):
        opened = platform.sealgate("wallet", "open-xapp", shop["xapp_id"], "--param", "orderId=1042", "--style", "dark")
        said = platform.run(SEALGATE, "wallet", "open-xapp", shop["xapp_id"]).stdout.strip()

        for url, style in ((opened["url"], "DARK"), (said, "LIGHT")):
            assert url.startswith(f"{XAPP_URL}?xAppToken=")
            assert parse_qs(urlsplit(url).query)["xAppStyle"] == [style]
        assert opened["ott"] in opened["url"]
        assert opened["user_agent"] == f"xumm/xapp:2.9.1 (ott:{opened['ott']})"

    def test_is_the_version_of_the_wallet_that_the_developer_wants(self, platform, shop):
        opened = platform.sealgate("wallet", "open-xapp", shop["xapp_id"], "--wallet-version", "4.1.3")

        assert opened["user_agent"] == f"xumm/xapp:4.1.3 (ott:{opened['ott']})"

    def test_takes_what_a_wallet_would_scan(self, platform, shop):
        port = urlsplit(platform.url).port
        link = f"/detect/xapp:{shop['xapp_id'].upper()}?orderId=1042"

        for text in (f"{platform.url}{link}", f"http://127.0.0.1:{port}{link}", f"sealgate://xapp/{shop['xapp_id']}"):
            assert platform.sealgate("wallet", "open-xapp", text)["identifier"] == shop["xapp_id"]
        assert "paired with" in refused(platform, "wallet", "open-xapp", f"https://other.example{link}")
        assert "does not name an xApp" in refused(platform, "wallet", "open-xapp", "what is this?")
        assert "No xApp" in refused(platform, "wallet", "open-xapp", "not.there")
        assert "name=value" in refused(platform, "wallet", "open-xapp", shop["xapp_id"], "--param", "orderId")


class TestASecretInAPage:
    def test_is_told_to_who_looks_at_the_app_with_the_way_to_rotate_it(self, platform, shop):
        headers = {"x-api-key": shop["api_key"], "x-api-secret": shop["api_secret"], "origin": "https://page.example"}
        page = Client(platform.url, headers=headers)
        with pytest.raises(Refused, match="comes from a browser"):
            page.call("GET", "/api/v1/jwt/authorize")
        page.close()

        shown = platform.sealgate("app", "show", shop["uuid"])
        said = platform.run(SEALGATE, "app", "show", shop["uuid"]).stderr

        assert [(one["kind"], one["origin_host"]) for one in shown["notices"]] == [("secret_exposed", "page.example")]
        assert "A page of page.example sent this app's API secret" in said
        assert f"sealgate app rotate-secret {shop['uuid']}" in said


class TestTheLogOfCalls:
    def test_tells_the_owner_why_a_token_was_refused(self, platform, shop):
        opened = platform.sealgate(
            "wallet", "open-xapp", shop["xapp_id"], "--param", "orderId=1042", "--param", "user=me"
        )
        back_end = Client(platform.url, headers={"x-api-key": shop["api_key"], "x-api-secret": shop["api_secret"]})

        told = back_end.call("GET", f"/api/v1/platform/xapp/ott/{opened['ott']}")
        with pytest.raises(Refused, match="fetched before"):
            back_end.call("GET", f"/api/v1/platform/xapp/ott/{opened['ott']}")
        back_end.close()

        spent, _taken = platform.sealgate("app", "calls", shop["uuid"])["calls"]
        assert told["orderId"] == "1042"
        assert told["user"] != "me"
        assert told["origin"]["data"]["content"].endswith(f"/detect/xapp:{shop['xapp_id']}?orderId=1042&user=me")
        assert "The token was taken" in spent["cause"]
        assert f"  {spent['cause']}\n" in platform.run(SEALGATE, "app", "calls", shop["uuid"]).stdout
