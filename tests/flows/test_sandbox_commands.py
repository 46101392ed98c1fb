"""The controls of `sealgate dev` from the command line, and `sealgate trigger`."""

from collections.abc import Iterator
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.sync.connection import Connection

from tests.platform import SEALGATE, Platform, start_platform

HAPPEN = {
    "payload.resolved": ["payload.opened", "payload.resolved", "payload.signed", "user_token.issued"],
    "payload.signed": ["payload.opened", "payload.resolved", "payload.signed", "user_token.issued"],
    "payload.rejected": ["payload.opened", "payload.resolved", "payload.rejected"],
    "payload.opened": ["payload.opened"],
    "payload.cancelled": ["payload.cancelled"],
    "payload.expired": ["payload.expired"],
    "user_token.issued": ["payload.opened", "payload.resolved", "payload.signed", "user_token.issued"],
    "user_token.revoked": [
        "payload.opened", "payload.resolved", "payload.signed", "user_token.issued", "user_token.revoked",
    ],
    "secret.exposed": ["secret.exposed"],
    "webhook.paused": ["payload.cancelled", "webhook.paused"],
}  # fmt: skip
"""What happens where each kind is triggered."""


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A sandbox that the tests share."""
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture
def request_uuid(platform: Platform) -> str:
    """A sign request."""
    return str(platform.sealgate("payload", "create", "--sign-in")["uuid"])


def state(platform: Platform) -> dict[str, Any]:
    """Return the sandbox's state."""
    return platform.sealgate("sandbox", "state")


def refusal(platform: Platform, *arguments: str) -> str:
    """Run a command that must be refused and return what it said."""
    done = platform.run(SEALGATE, *arguments)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr


def _listen(socket: Connection) -> None:
    """Take what comes until nothing does."""
    while True:
        socket.recv(15)


class TestTriggering:
    @pytest.mark.parametrize("kind", HAPPEN)
    def test_makes_the_real_thing_happen(self, platform, kind):
        made = platform.sealgate("trigger", kind)

        assert [event["type"] for event in made["events"]] == HAPPEN[kind]
        assert made["did"]
        kept = platform.run(SEALGATE, "trigger", kind).stdout
        assert HAPPEN[kind][-1] in kept

    def test_leaves_no_endpoint_behind(self, platform):
        platform.sealgate("trigger", "webhook.paused")

        assert platform.sealgate("app", "webhook", "list", platform.env["SEALGATE_API_KEY"])["endpoints"] == []

    def test_has_a_transaction_validated_by_the_sandboxes_ledger(self, platform):
        made = platform.sealgate("trigger", "payload.validated")

        assert [event["type"] for event in made["events"]][-1] == "payload.validated"

    def test_has_one_of_several_sign(self, platform):
        made = platform.sealgate("trigger", "payload.contributed")

        assert [event["type"] for event in made["events"]][-1] == "payload.contributed"

    def test_knows_no_other_kind(self, platform):
        done = platform.run(SEALGATE, "trigger", "payload.lost")

        assert done.returncode == 2
        assert "payload.signed" in done.stderr


class TestTheControls:
    def test_move_the_clock(self, platform):
        before = state(platform)["clock"]["ahead_s"]

        moved = platform.sealgate("sandbox", "clock", "--advance", "1h30m")

        assert moved["ahead_s"] == before + 5400
        assert platform.sealgate("sandbox", "clock")["ahead_s"] == before + 5400

    def test_make_faults_and_take_them_back(self, platform):
        platform.sealgate("sandbox", "faults", "webhooks", "--status", "503", "--times", "2", "--delay", "1s")
        platform.sealgate("sandbox", "faults", "push", "--drop")
        words = platform.run(SEALGATE, "sandbox", "state").stdout
        made = state(platform)["faults"]

        cleared = platform.sealgate("sandbox", "faults", "clear")

        assert made["webhooks"] == {"status": 503, "drop": False, "delay_s": 1, "times": 2}
        assert made["push"]["drop"] is True
        assert "503 after 1 s, 2 times more" in words
        assert "the connection fails" in words
        assert (cleared["webhooks"], cleared["push"]) == (None, None)
        assert state(platform)["faults"] == cleared

    def test_let_the_wallet_answer(self, platform, request_uuid):
        done = platform.sealgate("sandbox", "answer", request_uuid, "--action", "reject", "--reason", "too much")

        assert done["done"] == "rejected"
        assert platform.sealgate("payload", "get", request_uuid)["meta"]["signed"] is False

    def test_say_why_the_wallet_could_not_answer(self, platform, request_uuid):
        platform.sealgate("payload", "cancel", request_uuid)

        assert "withdrawn" in refusal(platform, "sandbox", "answer", request_uuid)
        assert "no wallet" in refusal(platform, "sandbox", "answer", request_uuid, "--wallet", "mallory")

    def test_let_the_wallet_answer_by_itself(self, platform):
        started = platform.sealgate("sandbox", "script", "--action", "reject", "--reason", "busy", "--delay", "0.1s")
        scripts = state(platform)["scripts"]

        stopped = platform.sealgate("sandbox", "script", "--stop")

        assert started == {
            "wallet": "alice", "action": "reject", "reason": "busy", "delay_s": 0.1, "network": None,
            "unpushed": False,
        }  # fmt: skip
        assert scripts == [started]
        assert stopped == {"stopped": True}
        assert state(platform)["scripts"] == []

    def test_cut_sockets(self, platform, request_uuid):
        with connect(f"ws://127.0.0.1:{platform.port}/sign/{request_uuid}", compression=None) as socket:
            socket.recv(15)
            cut = platform.sealgate("sandbox", "cut-sockets")
            with pytest.raises(ConnectionClosed):
                _listen(socket)

        assert cut == {"cut": 1}

    def test_lead_back_to_the_seed(self, platform, request_uuid):
        platform.sealgate("sandbox", "clock", "--advance", "2d")

        done = platform.sealgate("sandbox", "reset")

        assert done["reset"] is True
        assert done["rows"] > 0
        assert state(platform)["clock"]["ahead_s"] == 0
        assert "404" in refusal(platform, "payload", "get", request_uuid)

    def test_are_for_who_has_the_admin_token(self, platform, tmp_path):
        keep = {name: value for name, value in platform.env.items() if name != "SEALGATE_ADMIN_TOKEN"}
        there, platform.env = platform.env, keep
        try:
            done = platform.run(SEALGATE, "sandbox", "state", cwd=tmp_path)
        finally:
            platform.env = there

        assert done.returncode == 1
        assert "SEALGATE_ADMIN_TOKEN" in done.stderr
