"""Commands about ledgers and single entries."""

from typing import Any

from sealgate.devtools.ledger.commands.reading import read_account, read_index, read_state_at, refuse_binary
from sealgate.devtools.ledger.entries import account_index, line_index, signers_index, ticket_index
from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.node import Asked
from sealgate.devtools.ledger.shapes import ledger as shown_ledger
from sealgate.devtools.ledger.shapes import transaction as shown_transaction
from sealgate.ledger.errors import LedgerError


def ledger(asked: Asked) -> dict[str, Any]:
    """Tell a ledger's header, and its transactions where they are asked for."""
    params, chain = asked.params, asked.chain
    refuse_binary(params)
    for name in ("full", "accounts", "queue"):
        if params.get(name):
            raise CommandRefused("notSupported", f"The sandbox ledger does not support {name}: true.")
    index = read_index(chain, params)
    if index == chain.open_index:
        current = {"closed": False, "ledger_index": index, "parent_hash": chain.closed.hash}
        return {"ledger": current, "ledger_current_index": index, "validated": False}
    header = chain.headers[index]
    shown = shown_ledger(header, asked.api_version)
    if params.get("transactions"):
        record = chain.transactions.get(header.txid) if header.txid else None
        if not params.get("expand"):
            shown["transactions"] = [header.txid] if header.txid else []
        elif record is None:
            shown["transactions"] = []
        else:
            told = shown_transaction(record, asked.api_version)
            if asked.api_version == 1:
                told["metaData"] = told.pop("meta")
            shown["transactions"] = [told]
    return {"ledger": shown, "ledger_hash": header.hash, "ledger_index": index, "validated": True}


def ledger_closed(asked: Asked) -> dict[str, Any]:
    """Tell which ledger is the latest."""
    return {"ledger_hash": asked.chain.closed.hash, "ledger_index": asked.chain.closed.index}


def ledger_current(asked: Asked) -> dict[str, Any]:
    """Tell which ledger comes next."""
    return {"ledger_current_index": asked.chain.open_index}


def ledger_accept(asked: Asked) -> dict[str, Any]:
    """Close the open ledger now."""
    asked.node.close()
    return {"ledger_current_index": asked.chain.open_index}


def ledger_entry(asked: Asked) -> dict[str, Any]:
    """Tell one entry, by where it is or by what it is."""
    refuse_binary(asked.params)
    place = read_state_at(asked)
    index = _index(asked.params)
    entry = asked.chain.state.entries.get(index)
    if entry is None:
        raise CommandRefused("entryNotFound")
    return {"index": index, "node": entry | {"index": index}, **place}


def _index(params: dict[str, Any]) -> str:
    named = params.get("index")
    if isinstance(named, str):
        return named.upper()
    if "account_root" in params:
        return account_index(read_account(params, "account_root"))
    if isinstance(params.get("signer_list"), dict):
        return signers_index(read_account(params["signer_list"]))
    ticket, line = params.get("ticket"), params.get("ripple_state")
    try:
        if isinstance(ticket, str):
            return ticket.upper()
        if isinstance(ticket, dict):
            return ticket_index(read_account(ticket), int(ticket["ticket_seq"]))
        if isinstance(line, dict):
            one, other = line["accounts"]
            return line_index(one, other, line["currency"])
    except (LedgerError, LookupError, ValueError, TypeError, OverflowError):
        raise CommandRefused("invalidParams", "Malformed request.") from None
    known = "index, account_root, ripple_state, signer_list and ticket"
    raise CommandRefused("notSupported", f"The sandbox ledger looks entries up by {known}.")
