"""How an issued amount gets from one account to another: along trust lines, straight or through issuers.

The path is the default one: the source, the issuer it pays with, the issuer of what is delivered, the destination.
There are no offers here, so every step is in one currency. Source: xrpl.org "Rippling", "Transfer Fees", "Freezes".
"""

from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from sealgate.devtools.ledger.entries import GLOBAL_FREEZE, REQUIRE_AUTH, line_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.lines import AUTH, FREEZE, NO_RIPPLE, balance_of, has, limit_of, move
from sealgate.devtools.ledger.quantities import ZERO, add, subtract, with_fee, without_fee
from sealgate.devtools.ledger.state import View

UNIT_RATE: Final = 1_000_000_000
MOST_TURNS: Final = 8
"""A line changes its kind once, and a path has three lines at most."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What arrived, and what it took."""

    delivered: Decimal
    spent: Decimal


def accounts_between(source: str, pays_with: str, delivers: str, destination: str) -> list[str]:
    """Return the accounts of the default path; an issuer that stands beside itself is there once."""
    path = [source]
    for account in (pays_with, delivers, destination):
        if account != path[-1]:
            path.append(account)
    return path


def deliver(view: View, path: list[str], currency: str, wanted: Decimal, at_most: Decimal) -> Delivery:
    """Move as much as the path can carry.

    Args:
        wanted: How much should arrive.
        at_most: How much the source may spend.

    Raises:
        Failed: tecPATH_DRY: there is no such path.
    """
    _check_path(view, path, currency)
    delivered = spent = ZERO
    # A line gives back first and issues then, at another price: each turn of the loop is of one kind on every line.
    for _ in range(MOST_TURNS):
        if delivered >= wanted or spent >= at_most:
            break
        steps = _carry(view, path, currency, subtract(wanted, delivered), subtract(at_most, spent))
        if not steps or steps[-1] <= ZERO:
            break
        for (sender, receiver), value in zip(pairwise(path), steps, strict=True):
            move(view, sender, receiver, currency, value)
        delivered, spent = add(delivered, steps[-1]), add(spent, steps[0])
    return Delivery(delivered, spent)


def _check_path(view: View, path: list[str], currency: str) -> None:
    if len(set(path)) != len(path) or len(path) < 2:
        raise Failed("tecPATH_DRY")
    previous = None
    for sender, receiver in pairwise(path):
        line, root = view.find(line_index(sender, receiver, currency)), view.account(sender)
        if line is None or root is None:
            raise Failed("tecPATH_DRY")
        is_frozen = root["Flags"] & GLOBAL_FREEZE or has(line, receiver, FREEZE)
        # An issuer and a holder can always settle with each other.
        if is_frozen and len(path) > 2:
            raise Failed("tecPATH_DRY")
        is_authorized = has(line, sender, AUTH) or balance_of(line, sender) != ZERO
        if root["Flags"] & REQUIRE_AUTH and not is_authorized:
            raise Failed("tecPATH_DRY")
        if previous is not None and has(previous, sender, NO_RIPPLE) and has(line, sender, NO_RIPPLE):
            raise Failed("tecPATH_DRY")
        previous = line


def _carry(view: View, path: list[str], currency: str, wanted: Decimal, at_most: Decimal) -> list[Decimal]:
    """Return what each step carries in one turn; empty where the path is dry."""
    room, redeems = [], []
    for sender, receiver in pairwise(path):
        line = view.find(line_index(sender, receiver, currency))
        if line is None:
            return []
        held = balance_of(line, sender)
        redeems.append(held > ZERO)
        room.append(held if held > ZERO else max(ZERO, add(limit_of(line, receiver), held)))
    rates = [
        _rate(view, path[at + 1]) if redeems[at] and not redeems[at + 1] else Decimal(1) for at in range(len(room) - 1)
    ]
    room[0] = min(room[0], at_most)

    steps = [ZERO] * len(room)
    steps[-1] = min(wanted, room[-1])
    for at in reversed(range(len(rates))):
        steps[at] = min(with_fee(steps[at + 1], rates[at]), room[at])
    for at, rate in enumerate(rates):
        steps[at + 1] = min(steps[at + 1], without_fee(steps[at], rate))
    return steps


def _rate(view: View, issuer: str) -> Decimal:
    root = view.account(issuer)
    return Decimal(root.get("TransferRate", UNIT_RATE) if root else UNIT_RATE) / UNIT_RATE
