"""One transaction against one state: admitted, applied, and told what it did."""

from dataclasses import dataclass
from typing import Any

from sealgate.devtools.ledger.admission import check_admission, check_form
from sealgate.devtools.ledger.apply import TYPES
from sealgate.devtools.ledger.entries import ticket_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.metadata import affected_nodes
from sealgate.devtools.ledger.results import WORDS
from sealgate.devtools.ledger.signed import Signed
from sealgate.devtools.ledger.state import State, View
from sealgate.devtools.ledger.work import Work


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a transaction.

    Attributes:
        code: The engine result.
        message: In words.
        meta: What it did; None where it did nothing, not even burn its fee.
        fee: Drops that were burnt.
    """

    code: str
    message: str
    meta: dict[str, Any] | None = None
    fee: int = 0


def apply(signed: Signed, state: State, *, ledger_index: int) -> Outcome:
    """Apply a transaction to the state, if it may be; with a `tec` result only its fee and its sequence count.

    Args:
        ledger_index: Of the ledger that it will be in.
    """
    tx = signed.tx
    kind = TYPES.get(tx["TransactionType"])
    try:
        if kind is None:
            raise Failed("temDISABLED", f"The sandbox ledger does not support {tx['TransactionType']}.")
        check_form(signed)
        kind.check(tx)
        check_admission(signed, state, ledger_index)
        work = _begin(signed, state, ledger_index)
        code, message = "tesSUCCESS", ""
        try:
            kind.apply(work)
        except Failed as problem:
            if not problem.code.startswith("tec"):
                raise
            code, message = problem.code, problem.reason
            work = _begin(signed, state, ledger_index)
    except Failed as problem:
        return Outcome(problem.code, problem.reason or WORDS[problem.code])
    meta = _metadata(work, code)
    work.view.commit(signed.txid, ledger_index)
    return Outcome(code, message or WORDS[code], meta, int(tx["Fee"]))


def _begin(signed: Signed, state: State, ledger_index: int) -> Work:
    """Take the fee, and the sequence or the ticket."""
    tx, view = signed.tx, View(state)
    root = view.change_account(tx["Account"])
    prior = int(root["Balance"])
    root["Balance"] = str(prior - int(tx["Fee"]))
    if "TicketSequence" in tx:
        view.erase(ticket_index(tx["Account"], tx["TicketSequence"]))
        root["OwnerCount"] -= 1
        root["TicketCount"] -= 1
        if not root["TicketCount"]:
            del root["TicketCount"]
    else:
        root["Sequence"] += 1
    if "AccountTxnID" in root:
        root["AccountTxnID"] = signed.txid
    return Work(tx, view, prior, signed.key_address == tx["Account"], ledger_index)


def _metadata(work: Work, code: str) -> dict[str, Any]:
    meta: dict[str, Any] = {
        "AffectedNodes": affected_nodes(work.view),
        "TransactionIndex": 0,
        "TransactionResult": code,
    }
    if work.tx["TransactionType"] == "Payment" and code == "tesSUCCESS":
        if work.delivered is not None:
            meta["DeliveredAmount"] = work.delivered
        meta["delivered_amount"] = work.tx["Amount"] if work.delivered is None else work.delivered
    return meta
