"""Which network a wallet signs for."""

import pytest

from sealgate.cli.output import Refused
from sealgate.cli.wallet.signing import Asked, Asker, Conditions, Request, choose_network


def a_request(tx_type: str, *, force_network: str | None = None) -> Request:
    return Request(
        Conditions("uuid", False, False, None, force_network, None, None),
        Asker("app", "Shop"),
        Asked(tx_type, {"TransactionType": tx_type}, "2026-11-22T12:00:00Z"),
    )


@pytest.mark.parametrize(
    ("tx_type", "forced", "asked", "chosen"),
    [
        ("Payment", None, None, "MAINNET"),
        ("SignIn", None, None, "MAINNET"),
        ("BrandNew", None, None, "MAINNET"),
        ("URITokenMint", None, None, "XAHAU"),
        ("URITokenMint", None, "XAHAUTESTNET", "XAHAUTESTNET"),
        ("Payment", "TESTNET", None, "TESTNET"),
        ("Payment", "TESTNET", "testnet", "TESTNET"),
    ],
)
def test_is_the_requests_or_the_persons_or_the_one_that_knows_the_type(tx_type, forced, asked, chosen):
    assert choose_network(a_request(tx_type, force_network=forced), asked).key == chosen


@pytest.mark.parametrize(("forced", "asked"), [("TESTNET", "MAINNET"), ("ELSEWHERE", None), (None, "ELSEWHERE")])
def test_is_refused_where_it_is_another_or_unknown(forced, asked):
    with pytest.raises(Refused):
        choose_network(a_request("Payment", force_network=forced), asked)
