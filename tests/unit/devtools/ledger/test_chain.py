"""Ledgers follow each other, remember what was in them, and forget what is long ago."""

import pytest

from sealgate.devtools.ledger import chain as chain_module
from sealgate.devtools.ledger.chain import FIRST_INDEX, TOTAL_DROPS, touched_accounts
from sealgate.ledger.comparison import FIRST_ABSOLUTE_LEDGER
from tests.unit.devtools.ledger.world import usd


def test_the_genesis_holds_all_there_is(world):
    assert world.drops(world.genesis) == TOTAL_DROPS == 100_000_000_000_000_000
    assert world.genesis.address == "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"


def test_indexes_are_never_taken_for_distances():
    assert FIRST_INDEX >= FIRST_ABSOLUTE_LEDGER


def test_every_transaction_that_counts_closes_a_ledger(world):
    before = world.node.chain.closed

    alice = world.account()

    closed = world.node.chain.closed
    assert (closed.index, closed.parent_hash) == (before.index + 1, before.hash)
    assert closed.txid is not None
    assert alice.address in touched_accounts(world.node.chain.transactions[closed.txid])


def test_one_that_does_not_count_closes_none(world):
    before = world.node.chain.closed

    world.pays(world.genesis, world.genesis, "1")

    assert world.node.chain.closed is before


def test_time_never_goes_back(world):
    world.clock.advance(hours=1)
    world.node.close()
    late = world.node.chain.closed.close_time
    world.clock.reset()

    world.node.close()

    assert world.node.chain.closed.close_time == late


def test_a_reset_is_a_new_genesis(world):
    alice = world.account()

    world.node.reset()

    assert world.node.chain.state.account(alice.address) is None
    assert world.node.chain.closed.index == FIRST_INDEX


def test_listeners_hear_of_every_ledger(world):
    heard = []
    world.node.listeners.append(lambda header, record: heard.append((header.index, record and record.signed.txid)))
    first = world.node.chain.open_index

    world.node.close()
    world.account()

    assert heard == [(first, None), (first + 1, world.node.chain.closed.txid)]


def test_the_past_is_bounded(world, monkeypatch):
    monkeypatch.setattr(chain_module, "KEPT_LEDGERS", 5)
    monkeypatch.setattr(chain_module, "KEPT_TRANSACTIONS", 2)
    alice = world.account()
    first = world.node.chain.closed.txid
    for _ in range(2):
        world.sends(alice, "AccountSet")
    for _ in range(9):
        world.node.close()

    chain = world.node.chain
    assert len(chain.headers) == 5
    assert first not in chain.transactions
    assert len(chain.by_account[alice.address]) == 2
    assert world.is_refused("tx", transaction=first) == "txnNotFound"


@pytest.mark.parametrize("value", ["100", "0.01"])
def test_a_payment_concerns_all_on_its_way(world, value):
    issuer = world.issuer()
    alice, bob = world.holder(issuer, holds="100"), world.holder(issuer)

    world.pays(alice, bob, usd(issuer, value))

    record = world.node.chain.transactions[world.node.chain.closed.txid]
    assert touched_accounts(record) == {issuer.address, alice.address, bob.address}
