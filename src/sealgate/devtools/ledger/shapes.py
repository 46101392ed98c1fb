"""Ledgers and transactions as a node shows them, in the shapes of API versions 1 and 2."""

from datetime import UTC, datetime
from typing import Any

from sealgate.base.clock import to_wire
from sealgate.devtools.ledger.chain import RIPPLE_EPOCH_S, Header, Validated
from sealgate.devtools.ledger.results import number_of
from sealgate.devtools.ledger.work import BASE_FEE, BASE_RESERVE, NETWORK_ID, OWNER_RESERVE


def iso_time(seconds: int) -> str:
    """Return the ISO form of seconds since 2000."""
    return to_wire(datetime.fromtimestamp(seconds + RIPPLE_EPOCH_S, UTC))


def human_time(seconds: int) -> str:
    """Return the form of times that nodes show to people."""
    return datetime.fromtimestamp(seconds + RIPPLE_EPOCH_S, UTC).strftime("%Y-%b-%d %H:%M:%S.000000000 UTC")


def with_deliver_max(tx: dict[str, Any], api_version: int) -> dict[str, Any]:
    """Return a copy in which a Payment's `Amount` has the name that does not promise a delivery."""
    shown = dict(tx)
    if tx.get("TransactionType") == "Payment" and "Amount" in tx:
        shown["DeliverMax"] = tx["Amount"]
        if api_version > 1:
            del shown["Amount"]
    return shown


def transaction(record: Validated, api_version: int) -> dict[str, Any]:
    """Return a validated transaction as `tx` answers it."""
    header, txid = record.header, record.signed.txid
    place = {"date": header.close_time, "ledger_index": header.index}
    shown = with_deliver_max(record.signed.tx, api_version) | place
    if api_version > 1:
        return {
            "close_time_iso": iso_time(header.close_time),
            "hash": txid,
            "ledger_hash": header.hash,
            "ledger_index": header.index,
            "meta": record.meta,
            "tx_json": shown,
            "validated": True,
        }
    return {**shown, "hash": txid, "inLedger": header.index, "meta": record.meta, "validated": True}


def ledger(header: Header, api_version: int) -> dict[str, Any]:
    """Return a closed ledger as `ledger` answers it."""
    return {
        "account_hash": header.account_hash,
        "close_flags": 0,
        "close_time": header.close_time,
        "close_time_human": human_time(header.close_time),
        "close_time_iso": iso_time(header.close_time),
        "close_time_resolution": 1,
        "closed": True,
        "ledger_hash": header.hash,
        "ledger_index": header.index if api_version > 1 else str(header.index),
        "parent_close_time": header.parent_close_time,
        "parent_hash": header.parent_hash,
        "total_coins": str(header.total_drops),
        "transaction_hash": header.transaction_hash,
    }


def ledger_news(header: Header, first_index: int) -> dict[str, Any]:
    """Return what the `ledger` stream says of a closed ledger, and `subscribe` of the latest."""
    return {
        "fee_base": BASE_FEE,
        "ledger_hash": header.hash,
        "ledger_index": header.index,
        "ledger_time": header.close_time,
        "network_id": NETWORK_ID,
        "reserve_base": BASE_RESERVE,
        "reserve_inc": OWNER_RESERVE,
        "validated_ledgers": f"{first_index}-{header.index}",
    }


def transaction_news(record: Validated, api_version: int) -> dict[str, Any]:
    """Return what the `transactions` stream says of a transaction."""
    header, outcome = record.header, record.outcome
    news: dict[str, Any] = {
        "engine_result": outcome.code,
        "engine_result_code": number_of(outcome.code),
        "engine_result_message": outcome.message,
        "ledger_hash": header.hash,
        "ledger_index": header.index,
        "meta": record.meta,
        "status": "closed",
        "type": "transaction",
        "validated": True,
    }
    shown = with_deliver_max(record.signed.tx, api_version) | {"date": header.close_time}
    if api_version > 1:
        return news | {
            "close_time_iso": iso_time(header.close_time),
            "hash": record.signed.txid,
            "tx_json": shown | {"ledger_index": header.index},
        }
    return news | {"transaction": shown | {"hash": record.signed.txid}}
