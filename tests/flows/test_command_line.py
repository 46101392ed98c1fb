"""The command line from end to end, as a developer or a CI job uses it (design 5), on both engines."""

import json
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import SEALGATE, Platform, start_platform

PAYMENT = {
    "TransactionType": "Payment",
    "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe",
    "DestinationTag": 1042,
    "Amount": "2500000",
}
NOWHERE = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A running `sealgate dev` with empty data."""
    if request.param == "sqlite":
        started = start_platform()
    else:
        postgres = request.getfixturevalue("postgres")
        url = postgres.create_database()
        started = start_platform(database_url=url)
    yield started
    started.stop()


@pytest.fixture
def payment_file(tmp_path: Path) -> str:
    path = tmp_path / "payment.json"
    path.write_text(json.dumps(PAYMENT))
    return str(path)


def refusal(platform: Platform, *arguments: str) -> str:
    """Run a command that must be refused and return what it said."""
    done = platform.run(SEALGATE, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout == ""
    return done.stderr


def sign_in(platform: Platform) -> dict[str, Any]:
    """Let alice sign in and return the payload as the application reads it."""
    uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]
    platform.sealgate("wallet", "sign", uuid)
    return platform.sealgate("payload", "get", uuid)


class TestSignRequest:
    def test_a_sign_in_tells_who_the_user_is(self, platform: Platform) -> None:
        alice = platform.sealgate("wallet", "list")["wallets"][0]
        made = platform.sealgate("payload", "create", "--sign-in")

        signed = platform.sealgate("wallet", "sign", made["next"]["always"])

        read = platform.sealgate("payload", "get", made["uuid"])
        assert (signed["uuid"], signed["signed"], signed["account"]) == (made["uuid"], True, alice["account"])
        assert read["meta"]["signed"] is True
        assert read["response"]["account"] == alice["account"]
        assert read["response"]["txid"] == signed["txid"]

    def test_a_payment_from_a_file_says_what_the_wallet_filled_in(self, platform: Platform, payment_file: str) -> None:
        uuid = platform.sealgate("payload", "create", "--txjson", payment_file)["uuid"]

        signed = platform.sealgate("wallet", "sign", uuid, "--via", "deeplink")

        read = platform.sealgate("payload", "get", uuid)
        assert signed["filled"] == ["Fee", "Sequence"]
        assert read["payload"]["origintype"] == "DEEP_LINK"
        assert read["response"]["dispatched_result"] is None

    def test_a_pushed_request_waits_in_the_list(self, platform: Platform, payment_file: str) -> None:
        token = sign_in(platform)["application"]["issued_user_token"]

        made = platform.sealgate("payload", "create", "--txjson", payment_file, "--user-token", token)

        waiting = [one["meta"]["uuid"] for one in platform.sealgate("wallet", "pending")["payloads"]]
        assert made["pushed"] is True
        assert made["uuid"] in waiting
        platform.sealgate("wallet", "reject", made["uuid"], "--reason", "not now")
        assert platform.sealgate("payload", "get", made["uuid"])["meta"]["signed"] is False

    def test_showing_a_pushed_request_does_not_open_it(self, platform: Platform, payment_file: str) -> None:
        token = sign_in(platform)["application"]["issued_user_token"]
        uuid = platform.sealgate("payload", "create", "--txjson", payment_file, "--user-token", token)["uuid"]

        shown = platform.sealgate("wallet", "show", uuid)

        assert {line["field"]: line["mark"] for line in shown["differences"]} == {
            "Account": "+",
            "Fee": "+",
            "Sequence": "+",
        }
        assert platform.sealgate("payload", "cancel", uuid)["result"] == {"cancelled": True, "reason": "OK"}

    def test_an_opened_request_cannot_be_cancelled(self, platform: Platform) -> None:
        uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]

        platform.sealgate("wallet", "open", uuid)

        assert "ALREADY_OPENED" in refusal(platform, "payload", "cancel", uuid)
        told = platform.run(SEALGATE, "payload", "cancel", uuid, "--json")
        assert (told.returncode, json.loads(told.stdout)["result"]["reason"]) == (1, "ALREADY_OPENED")

    def test_watching_a_request_ends_with_its_outcome(self, platform: Platform) -> None:
        uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]
        watched: list[dict[str, Any]] = []
        watcher = threading.Thread(target=lambda: watched.append(platform.sealgate("payload", "watch", uuid)))
        watcher.start()

        platform.sealgate("wallet", "sign", uuid)

        watcher.join(20)
        assert watched[0]["meta"]["signed"] is True


class TestWallets:
    def test_a_second_wallet_of_the_other_kind_signs_too(self, platform: Platform) -> None:
        bob = platform.sealgate("wallet", "create", "--name", "bob", "--algorithm", "secp256k1")
        uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]

        signed = platform.sealgate("wallet", "sign", uuid, "--wallet", "bob")

        assert signed["account"] == bob["account"]
        assert bob["public_key"][:2] in ("02", "03")

    def test_watch_signs_what_is_pushed(self, platform: Platform) -> None:
        token = sign_in(platform)["application"]["issued_user_token"]
        for waiting in platform.sealgate("wallet", "pending")["payloads"]:
            platform.sealgate("wallet", "reject", waiting["meta"]["uuid"])
        watcher = subprocess.Popen(
            [SEALGATE, "wallet", "watch", "--approve", "all", "--count", "1", "--json"],
            env=platform.environ,
            stdout=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
        )

        made = platform.sealgate("payload", "create", "--sign-in", "--user-token", token)

        said, _ = watcher.communicate(timeout=30)
        assert json.loads(said)["uuid"] == made["uuid"]
        assert platform.sealgate("payload", "get", made["uuid"])["meta"]["signed"] is True

    def test_a_muted_application_is_listed_and_wakes_nobody(self, platform: Platform) -> None:
        read = sign_in(platform)
        token, app = read["application"]["issued_user_token"], read["application"]["uuidv4"]

        platform.sealgate("wallet", "mute", app)

        made = platform.sealgate("payload", "create", "--sign-in", "--user-token", token)
        assert (made["pushed"], made["push"]) == (False, {"reason": "muted"})
        assert made["uuid"] in [one["meta"]["uuid"] for one in platform.sealgate("wallet", "pending")["payloads"]]
        platform.sealgate("wallet", "mute", app, "--off")
        assert platform.sealgate("payload", "create", "--sign-in", "--user-token", token)["pushed"] is True

    def test_a_revoked_permission_no_longer_pushes(self, platform: Platform) -> None:
        read = sign_in(platform)
        token, app = read["application"]["issued_user_token"], read["application"]["uuidv4"]
        assert app in [one["app"]["id"] for one in platform.sealgate("wallet", "permissions")["permissions"]]

        platform.sealgate("wallet", "revoke", app)

        assert platform.sealgate("payload", "create", "--sign-in", "--user-token", token)["pushed"] is False

    def test_an_invited_device_shares_the_holders_requests(self, platform: Platform) -> None:
        alice = platform.sealgate("wallet", "list")["wallets"][0]
        invitation = platform.sealgate("wallet", "invite")["invitation"]

        phone = platform.sealgate("wallet", "create", "--name", "phone", "--invitation", invitation)

        assert phone["user"] == alice["user"]
        assert phone["device"] != alice["device"]


class TestApps:
    def test_a_new_app_calls_and_a_disabled_one_does_not(self, platform: Platform) -> None:
        app = platform.sealgate(
            "app", "create", "--name", "Corner Shop", "--redirect-uri", "https://shop.example/login",
            "--webhook-url", "http://localhost:9000/hook",
        )  # fmt: skip
        as_app = platform.environ | {"SEALGATE_API_KEY": app["api_key"], "SEALGATE_API_SECRET": app["api_secret"]}

        def create() -> subprocess.CompletedProcess[str]:
            command = [SEALGATE, "payload", "create", "--sign-in", "--json"]
            return subprocess.run(command, env=as_app, cwd=platform.folder, capture_output=True, text=True, check=False)

        assert create().returncode == 0
        platform.sealgate("app", "disable", app["uuid"])
        refused = create()

        assert app["webhook_secret"].startswith("whsec_")
        assert refused.returncode == 1
        assert "810" in refused.stderr

    def test_an_app_ends_where_its_name_was_given(self, platform: Platform) -> None:
        app = platform.sealgate("app", "create", "--name", "Corner Shop")

        wrong = platform.run(SEALGATE, "app", "delete", app["uuid"], "--name", "Corner shop", "--json")
        still = platform.sealgate("app", "show", app["uuid"])
        gone = platform.sealgate("app", "delete", app["uuid"], "--name", "Corner Shop")

        assert wrong.returncode == 1
        assert "has another name" in wrong.stderr
        assert "deleted_at" not in still
        assert gone["deleted_at"]
        assert app["uuid"] not in [listed["uuid"] for listed in platform.sealgate("app", "list")["apps"]]

    def test_both_secrets_work_until_the_old_one_is_retired(self, platform: Platform) -> None:
        app = platform.sealgate("app", "create", "--name", "Rotating")
        newer = platform.sealgate("app", "rotate-secret", app["uuid"])["api_secret"]

        def works(secret: str) -> bool:
            environ = platform.environ | {"SEALGATE_API_KEY": app["api_key"], "SEALGATE_API_SECRET": secret}
            command = [SEALGATE, "payload", "create", "--sign-in"]
            return subprocess.run(command, env=environ, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0

        assert works(app["api_secret"])
        assert works(newer)
        platform.sealgate("app", "retire-secret", app["uuid"])
        assert not works(app["api_secret"])
        assert works(newer)


class TestWebhookEndpoints:
    def test_are_added_listed_changed_paused_rotated_and_removed(self, platform: Platform) -> None:
        app = platform.sealgate("app", "create", "--name", "Hooked", "--webhook-url", "http://localhost:9000/a")
        webhook = ("app", "webhook")
        url = "http://localhost:9000/b"

        made = platform.sealgate(
            *webhook, "add", app["uuid"], url, "--event", "payload.signed", "--description", "Audit"
        )
        listed = platform.sealgate(*webhook, "list", app["uuid"])["endpoints"]
        assert made["secret"].startswith("whsec_")
        assert [(one["url"], one["is_default"], one["events"]) for one in listed] == [
            ("http://localhost:9000/a", True, ["payload.resolved"]),
            (url, False, ["payload.signed"]),
        ]

        one = (app["uuid"], made["uuid"])
        changed = platform.sealgate(*webhook, "update", *one, "--event", "payload.opened", "--event", "secret.exposed")
        assert (changed["url"], changed["description"]) == (url, "Audit")
        assert changed["events"] == ["payload.opened", "secret.exposed"]
        assert platform.sealgate(*webhook, "pause", *one)["paused_because"] == "asked"
        assert platform.sealgate(*webhook, "resume", *one)["paused_at"] is None
        rotated = platform.sealgate(*webhook, "rotate-secret", *one, "--overlap", "60")
        assert rotated["secret"] not in (None, made["secret"])
        assert rotated["earlier_secret_until"] is not None
        assert platform.sealgate(*webhook, "remove", *one) == {"removed": made["uuid"]}
        assert len(platform.sealgate(*webhook, "list", app["uuid"])["endpoints"]) == 1

    def test_speak_to_people_and_say_why_not(self, platform: Platform) -> None:
        app = platform.sealgate("app", "create", "--name", "Hooked")["uuid"]

        said = platform.run(SEALGATE, "app", "webhook", "add", app, "http://localhost:9000/b").stdout
        assert "whsec_" in said
        assert "not shown again" in said
        assert "http://localhost:9000/b" in platform.run(SEALGATE, "app", "webhook", "list", app).stdout
        assert "not public" in refusal(platform, "app", "webhook", "add", app, "https://10.0.0.1/")
        assert "sealgate app webhook list" in refusal(platform, "app", "webhook", "resume", app, NOWHERE)

    def test_follow_the_schedule_that_the_app_chose(self, platform: Platform) -> None:
        app = platform.sealgate("app", "create", "--name", "Hooked", "--webhook-schedule", "compat")
        assert app["webhook_schedule"] == "compat"

        assert (
            platform.sealgate("app", "update", app["uuid"], "--webhook-schedule", "sealgate")["webhook_schedule"]
            == "sealgate"
        )
        assert "webhook_schedule" in refusal(platform, "app", "update", app["uuid"], "--webhook-schedule", "never")


class TestRefusals:
    def test_what_is_unknown_says_so_with_code_and_reference(self, platform: Platform) -> None:
        said = refusal(platform, "payload", "get", NOWHERE)

        assert "code 404" in said
        assert "reference" in said

    def test_a_second_signature_is_told_it_came_too_late(self, platform: Platform) -> None:
        uuid = sign_in(platform)["meta"]["uuid"]

        assert "already" in refusal(platform, "wallet", "sign", uuid)

    def test_a_network_the_request_does_not_force_is_refused(self, platform: Platform, tmp_path: Path) -> None:
        uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]

        assert "does not know the network" in refusal(platform, "wallet", "sign", uuid, "--network", "MOONNET")

    def test_a_file_that_is_not_json_is_refused_before_any_call(self, platform: Platform, tmp_path: Path) -> None:
        (tmp_path / "broken.json").write_text("{")

        assert "cannot be read" in refusal(platform, "payload", "create", "--txjson", str(tmp_path / "broken.json"))

    def test_a_seed_that_is_none_is_refused_and_leaves_no_wallet(self, platform: Platform) -> None:
        said = refusal(platform, "wallet", "create", "--name", "nobody", "--seed", "sNonsense")

        assert "sNonsense" not in said
        assert "family seed" in said
        assert "nobody" not in platform.run(SEALGATE, "wallet", "list").stdout

    def test_usage_errors_exit_with_2(self, platform: Platform) -> None:
        assert platform.run(SEALGATE, "wallet", "sign").returncode == 2
        assert platform.run(SEALGATE, "payload", "create").returncode == 2

    def test_no_server_is_said_with_the_cure(self, platform: Platform) -> None:
        environ = platform.environ | {"SEALGATE_URL": "http://127.0.0.1:9"}
        command = [SEALGATE, "payload", "create", "--sign-in"]

        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )

        assert done.returncode == 1
        assert "sealgate dev" in done.stderr
