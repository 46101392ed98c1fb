"""Faults of the sandbox ledger: commands wait, are cut, and go on when the faults are cleared."""

import asyncio

import pytest

from sealgate.devtools.faults import FaultyNetwork
from sealgate.devtools.model import LedgerFault

pytestmark = pytest.mark.anyio

LONG_S = 15


async def test_without_a_fault_nothing_waits():
    assert await FaultyNetwork().hold_up_ledger() is False


async def test_a_connection_is_cut_as_often_as_said():
    network = FaultyNetwork()
    network.faults.ledger = LedgerFault(drop=True, times=2)

    assert [await network.hold_up_ledger() for _ in range(3)] == [True, True, False]
    assert network.faults.ledger is None


@pytest.mark.parametrize("drop", [False, True])
async def test_who_waits_is_let_go_when_the_faults_are_cleared(drop):
    network = FaultyNetwork()
    network.faults.ledger = LedgerFault(drop=drop, delay_s=600)
    waiting = [asyncio.create_task(network.hold_up_ledger()) for _ in range(2)]
    await asyncio.sleep(0)

    network.clear()

    async with asyncio.timeout(LONG_S):
        assert await asyncio.gather(*waiting) == [False, False]
    assert network.faults.ledger is None
