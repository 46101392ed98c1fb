"""What this wallet makes of a request is what the web wallet makes of it: both are held to the same vectors.

`wallet-web/tests/requests/same_decisions.test.ts` is the other half.
"""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sealgate.cli.output import Refused
from sealgate.cli.wallet.review import compare
from sealgate.cli.wallet.signing import Asked, Asker, Conditions, Request, sign
from sealgate.ledger.keys import key_pair_from_seed
from sealgate.ledger.networks import find_network

VECTORS = Path(__file__).parent.parent.parent / "vectors"
SEEDS = {name: key["seed"] for name, key in json.loads((VECTORS / "signin.json").read_text())["keys"].items()}
CASES = json.loads((VECTORS / "wallet_requests.json").read_text())["cases"]


def outcome(case: dict[str, Any]) -> dict[str, Any] | None:
    """Return what is signed, how it differs from what was asked, and the signature; None for a refusal."""
    meta = case["meta"]
    request = Request(
        Conditions("uuid", meta.get("multisign", False), False, meta.get("signers"), None, None, None),
        Asker("app", "Shop"),
        Asked(case["tx_type"], case["request_json"], "2026-11-22T12:00:00Z"),
    )
    network = find_network(case["network"])
    assert network is not None
    ledger = None if case["ledger"] is None else SimpleNamespace(**case["ledger"])
    try:
        signed = sign(request, key_pair_from_seed(SEEDS[case["key"]]), network, ledger)
    except Refused:
        return None
    return {
        "transaction": signed.transaction,
        "filled": list(signed.filled),
        "blob": signed.blob,
        "txid": signed.txid,
        "multisigned": signed.multisigned,
        "lines": [[line.mark, line.field] for line in compare(request, signed.transaction)],
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_is_as_agreed(case):
    assert outcome(case) == case["outcome"]
