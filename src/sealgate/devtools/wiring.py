"""Puts the controls into the process of `sealgate dev`."""

from sealgate.devtools.faults import FaultyNetwork
from sealgate.devtools.ledger.host import LedgerHost
from sealgate.devtools.model import Hand
from sealgate.devtools.sandbox import Sandbox
from sealgate.infra.outbound import Outbound
from sealgate.web.context import Context


def install(context: Context, hand: Hand) -> None:
    """Add the controls to a process whose other slices are installed and whose clock can be moved."""
    network = FaultyNetwork()
    context.get(Outbound).stand_in = network
    context.put(Sandbox(context, network, hand))
    ledger = LedgerHost(context.clock)
    context.put(ledger)
    context.background.append(ledger.keep_closing)
