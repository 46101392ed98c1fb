"""Outcomes on the sandbox's own ledger: one that never comes, and one after the sandbox began anew."""

import json
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.flows.test_wallet_submits import asked, fund, settled
from tests.platform import Platform, start_platform


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    started = start_platform()
    fund(started)
    yield started
    started.stop()


def asks(platform: Platform, command: str, **params: Any) -> dict[str, Any]:
    body = json.dumps({"method": command, "params": [params]}).encode()
    with urllib.request.urlopen(platform.env["SEALGATE_LEDGER_RPC"], body) as answer:
        return dict(json.loads(answer.read())["result"])


def test_a_search_says_whether_it_was_complete(platform):
    closed = asks(platform, "ledger", ledger_index="validated")["ledger_index"]

    searched = [
        asks(platform, "tx", transaction="A" * 64, min_ledger=1, max_ledger=last)["searched_all"]
        for last in (closed, closed + 1000)
    ]

    assert searched == [True, False]
    assert "searched_all" not in asks(platform, "tx", transaction="A" * 64)


def test_a_sandbox_that_began_anew_still_finds_out(platform):
    first = asked(platform)
    platform.sealgate("wallet", "sign", first, "--network", "SANDBOX", "--wait")
    settled(platform, first)

    platform.sealgate("sandbox", "reset")
    fund(platform)
    second = asked(platform)
    platform.sealgate("wallet", "sign", second, "--network", "SANDBOX", "--wait")

    assert settled(platform, second)["verified"]["result"] == "tesSUCCESS"
