"""The faucet pays from the genesis."""

import pytest

from sealgate.devtools.ledger.errors import FaucetDry, FaucetRequestInvalid
from sealgate.devtools.ledger.faucet import fund
from sealgate.ledger.addresses import encode_x_address
from tests.unit.devtools.ledger.world import XRP, new_key


def test_pays_a_new_account(world):
    alice = new_key()

    told = fund(world.node, alice.address, None)

    assert told["account"]["classicAddress"] == alice.address
    assert (told["amount"], told["balance"]) == (1000, 1000)
    assert told["transactionHash"] in world.node.chain.transactions
    assert world.drops(alice) == 1000 * XRP


@pytest.mark.parametrize("xrp", ["12.5", 12.5], ids=["text", "number"])
def test_pays_what_is_asked_for_to_an_x_address_too(world, xrp):
    alice = new_key()

    fund(world.node, encode_x_address(alice.address, None, is_test=True), xrp)

    assert world.drops(alice) == 12_500_000


@pytest.mark.parametrize("xrp", ["0", "-1", "a lot", "NaN", "Infinity", 1_000_001, "1e999999999"])
def test_refuses_what_is_no_sum(world, xrp):
    with pytest.raises(FaucetRequestInvalid):
        fund(world.node, new_key().address, xrp)


@pytest.mark.parametrize("destination", ["", "alice", "X" * 47])
def test_refuses_what_is_no_address(world, destination):
    with pytest.raises(FaucetRequestInvalid):
        fund(world.node, destination, None)


def test_says_why_it_is_dry(world):
    world.sends(world.genesis, "SetRegularKey", RegularKey=new_key().address)
    world.sends(world.genesis, "AccountSet", SetFlag=4)

    with pytest.raises(FaucetDry, match="tefMASTER_DISABLED"):
        fund(world.node, new_key().address, None)
