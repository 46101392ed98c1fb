"""TicketCreate. Source: xrpl.org "TicketCreate"."""

from typing import Any, Final

from sealgate.devtools.ledger.entries import ticket_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.work import Work

MOST: Final = 250


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    if not 1 <= tx["TicketCount"] <= MOST:
        raise Failed("temINVALID_COUNT")


def apply(work: Work) -> None:
    """Set numbers of the account's sequence aside."""
    root, count = work.root(), work.tx["TicketCount"]
    if root.get("TicketCount", 0) + count > MOST:
        raise Failed("tecDIR_FULL")
    work.need_reserve(count, "tecINSUFFICIENT_RESERVE")
    first = root["Sequence"]
    for sequence in range(first, first + count):
        ticket = {
            "Account": work.account,
            "Flags": 0,
            "LedgerEntryType": "Ticket",
            "OwnerNode": "0",
            "TicketSequence": sequence,
        }
        work.view.put(ticket_index(work.account, sequence), ticket)
    root["Sequence"] = first + count
    root["OwnerCount"] += count
    root["TicketCount"] = root.get("TicketCount", 0) + count
