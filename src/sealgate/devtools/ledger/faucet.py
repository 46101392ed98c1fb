"""The faucet: XRP from the genesis account, by a payment like any other."""

from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any, Final

from sealgate.devtools.ledger.entries import GENESIS
from sealgate.devtools.ledger.errors import FaucetDry, FaucetRequestInvalid
from sealgate.devtools.ledger.node import Node
from sealgate.devtools.ledger.signed import read_signed
from sealgate.devtools.ledger.work import BASE_FEE
from sealgate.ledger.addresses import decode_x_address, encode_x_address, is_classic_address, is_x_address
from sealgate.ledger.keys import KeyPair, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction

GENESIS_SEED: Final = "snoPBrXtMeMyMHUVTgbuqAfg1SUTb"
"""Of the passphrase `masterpassphrase`: the same on every standalone node, and no secret."""
USUAL_XRP: Final = 1000
MOST_XRP: Final = 1_000_000
_DROPS: Final = 1_000_000


def fund(node: Node, destination: str, xrp: str | float | None) -> dict[str, Any]:
    """Pay XRP to an address and tell so in the form that the client libraries read.

    Args:
        xrp: How much; 1000 where nothing is said.

    Raises:
        FaucetRequestInvalid: the address is none, or the sum is not above zero and up to a million.
        FaucetDry: the genesis account cannot pay.
    """
    address = decode_x_address(destination).address if is_x_address(destination) else destination
    if not is_classic_address(address):
        raise FaucetRequestInvalid
    payment = {
        "Account": GENESIS,
        "Amount": str(_drops(xrp)),
        "Destination": address,
        "Fee": str(BASE_FEE),
        "Sequence": _root(node, GENESIS)["Sequence"],
        "TransactionType": "Payment",
    }
    signed = read_signed(sign_transaction(payment, _genesis_key()).blob)
    outcome = node.submit(signed)
    if outcome.code != "tesSUCCESS":
        raise FaucetDry(message=f"The faucet could not pay: {outcome.code}. {outcome.message}")
    return {
        "account": {
            "address": address,
            "classicAddress": address,
            "xAddress": encode_x_address(address, None, is_test=True),
        },
        "amount": int(payment["Amount"]) / _DROPS,
        "balance": int(_root(node, address)["Balance"]) / _DROPS,
        "transactionHash": signed.txid,
    }


def _drops(xrp: str | float | None) -> int:
    try:
        amount = Decimal(str(USUAL_XRP if xrp is None else xrp))
    except InvalidOperation:
        raise FaucetRequestInvalid from None
    if not amount.is_finite() or not 0 < amount <= MOST_XRP:
        raise FaucetRequestInvalid
    return int(amount * _DROPS) or 1


def _root(node: Node, account: str) -> dict[str, Any]:
    root = node.chain.state.account(account)
    assert root is not None
    return root


@lru_cache(maxsize=1)
def _genesis_key() -> KeyPair:
    return key_pair_from_seed(GENESIS_SEED)
