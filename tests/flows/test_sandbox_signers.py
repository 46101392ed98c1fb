"""Signer rights on the sandbox's ledger, from the command line: a list of signers, a regular key, a master key off."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.flows.test_sandbox_outcomes import asks
from tests.flows.test_wallet_submits import GENESIS, PAYMENT, asked, fund, settled
from tests.platform import SEALGATE, Platform, start_platform

DISABLE_MASTER = 4


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    fund(started)
    for name in ("bob", "carol"):
        started.sealgate("wallet", "create", "--name", name)
    yield started
    started.stop()


def account_of(platform: Platform, name: str) -> str:
    return str(platform.sealgate("wallet", "list", "--wallet", name)["wallets"][0]["account"])


def does(platform: Platform, txjson: dict[str, Any], *how: str) -> dict[str, Any]:
    """Have a transaction signed and submitted, and wait for its end."""
    uuid = asked(platform, txjson)
    done = platform.sealgate("wallet", "sign", uuid, "--network", "SANDBOX", "--wait", *how)
    assert done["result"] == "tesSUCCESS", done
    return settled(platform, uuid)


def test_three_on_a_list_of_whom_two_sign(platform):
    alice, bob, carol = (account_of(platform, name) for name in ("alice", "bob", "carol"))
    entries = [{"SignerEntry": {"Account": one, "SignerWeight": 1}} for one in sorted((bob, carol, GENESIS))]
    does(platform, {"TransactionType": "SignerListSet", "SignerQuorum": 2, "SignerEntries": entries})
    root = asks(platform, "account_info", account=alice, ledger_index="validated")["account_data"]
    file = Path(platform.folder) / "together.json"
    file.write_text(json.dumps(PAYMENT | {"Account": alice, "Sequence": root["Sequence"], "Fee": "36"}))
    made = platform.sealgate("payload", "create", "--txjson", str(file), "--multisign", "--network", "SANDBOX")

    refused = platform.run(SEALGATE, "wallet", "sign", made["uuid"], "--wallet", "alice", "--json")
    first = platform.sealgate("wallet", "sign", made["uuid"], "--wallet", "bob")
    waiting = platform.sealgate("payload", "get", made["uuid"])
    last = platform.sealgate("wallet", "sign", made["uuid"], "--wallet", "carol")

    assert refused.returncode == 1
    assert first["collected"] == {"weight": 1, "quorum": 2}
    assert waiting["collected"]["signatures"][0]["account"] == bob
    assert "collected" not in last
    whole = platform.sealgate("payload", "get", made["uuid"])
    assert (whole["response"]["account"], whole["verified"]["rights"]["weight"]) == (alice, 2)

    submitted = asks(platform, "submit", tx_blob=whole["response"]["hex"])

    assert submitted["engine_result"] == "tesSUCCESS"
    verified = settled(platform, made["uuid"])["verified"]
    assert (verified["validated"], verified["result"]) == (True, "tesSUCCESS")
    assert (verified["signature"], verified["binding"]) == (True, True)
    assert verified["delivered_amount"] == PAYMENT["Amount"]


def test_a_regular_key_signs_where_the_master_key_is_off(platform):
    alice, bob = account_of(platform, "alice"), account_of(platform, "bob")
    does(platform, {"TransactionType": "SetRegularKey", "RegularKey": bob})
    does(platform, {"TransactionType": "AccountSet", "SetFlag": DISABLE_MASTER})

    seen = does(platform, PAYMENT, "--wallet", "bob", "--account", alice)
    sign_in = platform.sealgate("payload", "create", "--sign-in", "--network", "SANDBOX")["uuid"]
    refused = platform.run(SEALGATE, "wallet", "sign", sign_in, "--json")
    platform.sealgate("wallet", "sign", sign_in, "--wallet", "bob", "--account", alice)

    assert (seen["response"]["account"], seen["response"]["signer"]) == (alice, bob)
    assert seen["verified"]["rights"]["key"] == "regular"
    assert refused.returncode == 1
    assert f"The master key of {alice} is switched off on SANDBOX" in refused.stderr
    assert platform.sealgate("payload", "get", sign_in)["response"]["account"] == alice
