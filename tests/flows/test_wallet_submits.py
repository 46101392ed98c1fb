"""The terminal's wallet with a ledger node: it fills in, submits, reports and waits; without one nothing changes."""

import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.platform import SEALGATE, Platform, start_platform
from tests.scripted_node import ScriptedNode

LIMIT_S = 30
GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
PAYMENT = {"TransactionType": "Payment", "Destination": GENESIS, "Amount": "2500000"}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    fund(started)
    yield started
    started.stop()


def fund(platform: Platform) -> None:
    account = platform.sealgate("wallet", "list")["wallets"][0]["account"]
    url = platform.env["SEALGATE_LEDGER_RPC"] + "/faucet"
    body = json.dumps({"destination": account, "xrpAmount": "100"}).encode()
    with urllib.request.urlopen(urllib.request.Request(url, body, {"content-type": "application/json"})) as answer:
        assert answer.status == 200


def asked(platform: Platform, txjson: dict[str, Any] = PAYMENT) -> str:
    file = Path(platform.folder) / "tx.json"
    file.write_text(json.dumps(txjson))
    return str(platform.sealgate("payload", "create", "--txjson", str(file))["uuid"])


def settled(platform: Platform, uuid: str, *, limit_s: float = LIMIT_S) -> dict[str, Any]:
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        seen = platform.sealgate("payload", "get", uuid)
        if seen["verified"]["validated"] is not None:
            return seen
        time.sleep(0.1)
    raise AssertionError("nobody found out what became of it")


class TestWithTheSandboxesLedger:
    def test_a_payment_is_filled_in_submitted_and_waited_for(self, platform):
        uuid = asked(platform)

        done = platform.sealgate("wallet", "sign", uuid, "--network", "SANDBOX", "--wait")

        assert done["filled"] == []
        assert (done["dispatched"]["nodetype"], done["dispatched"]["result"]) == ("SANDBOX", "tesSUCCESS")
        assert (done["validated"], done["result"]) == (True, "tesSUCCESS")
        seen = settled(platform, uuid)
        assert seen["response"]["dispatched_result"] == "tesSUCCESS"
        assert (seen["verified"]["network"], seen["verified"]["delivered_amount"]) == ("SANDBOX", "2500000")

    def test_a_payment_that_fails_says_so(self, platform):
        uuid = asked(platform, PAYMENT | {"Amount": "900000000000"})

        done = platform.sealgate("wallet", "sign", uuid, "--network", "SANDBOX", "--wait")

        assert done["dispatched"]["result"] == "tecUNFUNDED_PAYMENT"
        assert done["result"] == "tecUNFUNDED_PAYMENT"
        assert settled(platform, uuid)["verified"]["result"] == "tecUNFUNDED_PAYMENT"

    def test_what_is_not_to_be_submitted_is_not(self, platform):
        uuid = platform.sealgate("payload", "create", "--sign-in")["uuid"]

        done = platform.sealgate("wallet", "sign", uuid)

        assert done["dispatched"] is None

    def test_an_account_that_is_not_there_is_said_to_be(self, platform):
        platform.sealgate("wallet", "create", "--name", "poor")
        uuid = asked(platform)

        done = platform.run(SEALGATE, "wallet", "sign", uuid, "--wallet", "poor", "--network", "SANDBOX", "--json")

        assert done.returncode == 1
        assert "does not exist on SANDBOX" in done.stderr


class TestWithoutANode:
    def test_a_payment_resolves_at_once_with_nothing_known(self, platform):
        uuid = asked(platform)

        done = platform.sealgate("wallet", "sign", uuid)

        assert (done["network"], done["filled"], done["dispatched"]) == ("MAINNET", ["Fee", "Sequence"], None)
        seen = platform.sealgate("payload", "get", uuid)
        assert seen["response"]["dispatched_result"] is None
        assert (seen["verified"]["network"], seen["verified"]["validated"]) == ("MAINNET", None)

    def test_there_is_nothing_to_wait_for(self, platform):
        uuid = asked(platform)

        done = platform.run(SEALGATE, "wallet", "sign", uuid, "--wait", "--json")

        assert done.returncode == 1
        assert "nothing to wait for" in done.stderr


@pytest.fixture
def node() -> Iterator[ScriptedNode]:
    """A node in a thread, since the tests here are not on an event loop."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    scripted = ScriptedNode()
    asyncio.run_coroutine_threadsafe(scripted.__aenter__(), loop).result(LIMIT_S)
    yield scripted
    asyncio.run_coroutine_threadsafe(scripted.__aexit__(), loop).result(LIMIT_S)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(LIMIT_S)
    loop.close()


class TestAServerThatIsKilled:
    @pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
    def test_finds_out_all_the_same(self, node, postgres, engine):
        url = postgres.create_database() if engine == "postgresql" else ""
        platform = start_platform(nodes=f"MAINNET={node.url}", database_url=url)
        try:
            uuid = asked(platform)
            # The wallet knows no node, and the server does.
            done = platform.run(
                "env", "-u", "SEALGATE_NODES", SEALGATE, "wallet", "sign", uuid, "--network", "MAINNET", "--json"
            )
            assert done.returncode == 0, done.stderr
            until = time.monotonic() + LIMIT_S
            while node.count("tx") == 0 and time.monotonic() < until:
                time.sleep(0.05)

            platform.kill()
            node.validates(json.loads(done.stdout)["txid"])
            platform.start()

            # What the killed process had just taken is its own for half a minute, where others could be at work.
            assert settled(platform, uuid, limit_s=3 * LIMIT_S)["verified"]["result"] == "tesSUCCESS"
        finally:
            platform.stop()
            if url:
                postgres.drop_database(url)
