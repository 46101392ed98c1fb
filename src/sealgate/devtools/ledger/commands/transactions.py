"""Commands that hand in transactions and look them up."""

from typing import Any, Final

from sealgate.devtools.ledger.chain import FIRST_INDEX
from sealgate.devtools.ledger.commands.reading import read_account, read_limit, refuse_binary
from sealgate.devtools.ledger.errors import CommandRefused, InvalidTransaction
from sealgate.devtools.ledger.node import Asked
from sealgate.devtools.ledger.results import number_of
from sealgate.devtools.ledger.shapes import transaction, with_deliver_max
from sealgate.devtools.ledger.signed import MAX_BLOB_BYTES, Signed, read_signed
from sealgate.devtools.ledger.work import BASE_FEE
from sealgate.ledger.codec import encode
from sealgate.ledger.errors import LedgerError

_HASH_DIGITS: Final = 64


def submit(asked: Asked) -> dict[str, Any]:
    """Hand in a signed transaction."""
    params = asked.params
    blob = params.get("tx_blob")
    if blob is None and "tx_json" in params:
        text = "The sandbox ledger signs nothing: let the wallet sign, and submit the tx_blob."
        raise CommandRefused("notSupported", text)
    if not isinstance(blob, str) or not blob:
        raise CommandRefused("invalidParams", "Missing field 'tx_blob'.")
    if len(blob) > 2 * MAX_BLOB_BYTES:
        text = f"The sandbox ledger reads transactions of up to {MAX_BLOB_BYTES} bytes."
        raise CommandRefused("invalidParams", text)
    try:
        raw = bytes.fromhex(blob)
    except ValueError:
        raise CommandRefused("invalidParams", "Invalid field 'tx_blob'.") from None
    return _hand_in(asked, _read(raw))


def submit_multisigned(asked: Asked) -> dict[str, Any]:
    """Hand in a transaction in JSON that several have signed."""
    tx_json = asked.params.get("tx_json")
    if not isinstance(tx_json, dict):
        raise CommandRefused("invalidParams", "Missing field 'tx_json'.")
    if tx_json.get("SigningPubKey") or not tx_json.get("Signers"):
        raise CommandRefused("invalidParams", "A multisigned transaction has Signers and an empty SigningPubKey.")
    try:
        blob = encode({name: value for name, value in tx_json.items() if name != "hash"})
    except LedgerError as problem:
        raise CommandRefused("invalidTransaction", str(problem)) from None
    return _hand_in(asked, _read(blob))


def _read(blob: bytes) -> Signed:
    try:
        return read_signed(blob)
    except InvalidTransaction as problem:
        raise CommandRefused("invalidTransaction", str(problem)) from None


def _hand_in(asked: Asked, signed: Signed) -> dict[str, Any]:
    outcome = asked.node.submit(signed)
    root = asked.chain.state.account(signed.tx["Account"])
    sequence = root["Sequence"] if root else 0
    is_in = outcome.meta is not None
    return {
        "accepted": is_in,
        "account_sequence_available": sequence,
        "account_sequence_next": sequence,
        "applied": is_in,
        "broadcast": False,
        "engine_result": outcome.code,
        "engine_result_code": number_of(outcome.code),
        "engine_result_message": outcome.message,
        "kept": is_in,
        "open_ledger_cost": str(BASE_FEE),
        "queued": False,
        "tx_blob": signed.blob.hex().upper(),
        "tx_json": with_deliver_max(signed.tx, asked.api_version) | {"hash": signed.txid},
        "validated_ledger_index": asked.chain.closed.index,
    }


def tx(asked: Asked) -> dict[str, Any]:
    """Tell what came of a transaction."""
    refuse_binary(asked.params)
    if "ctid" in asked.params:
        raise CommandRefused("notSupported", "The sandbox ledger looks transactions up by their hash.")
    txid = asked.params.get("transaction")
    if not isinstance(txid, str) or len(txid) != _HASH_DIGITS:
        raise CommandRefused("invalidParams", "Missing or invalid field 'transaction': a hash has 64 digits.")
    record = asked.chain.transactions.get(txid.upper())
    if record is None:
        raise CommandRefused("txnNotFound", more=_searched(asked))
    return transaction(record, asked.api_version)


def _searched(asked: Asked) -> dict[str, object]:
    """Tell whether every ledger of the range asked for was searched, where one was asked for."""
    first, last = asked.params.get("min_ledger"), asked.params.get("max_ledger")
    if first.__class__ is not int or last.__class__ is not int:
        return {}
    chain = asked.chain
    # Before the first ledger of all there was none, so nothing needs to be searched there.
    return {"searched_all": chain.first_index <= max(first, FIRST_INDEX) and first <= last <= chain.closed.index}


def account_tx(asked: Asked) -> dict[str, Any]:
    """Tell the transactions that concern an account, latest first unless asked otherwise."""
    params, chain = asked.params, asked.chain
    refuse_binary(params)
    account, limit = read_account(params), read_limit(params)
    first, last = _range(asked)
    records = [chain.transactions[txid] for txid in chain.by_account.get(account, [])]
    records = [record for record in records if first <= record.header.index <= last]
    if not params.get("forward"):
        records.reverse()
    marker = params.get("marker")
    if marker is not None:
        places = [record.header.index for record in records]
        if not isinstance(marker, dict) or marker.get("ledger") not in places:
            raise CommandRefused("invalidParams", "Invalid field 'marker'.")
        records = records[places.index(marker["ledger"]) + 1 :]
    told = []
    for record in records[:limit]:
        shown = transaction(record, asked.api_version)
        if asked.api_version == 1:
            meta, validated = shown.pop("meta"), shown.pop("validated")
            shown = {"meta": meta, "tx": shown, "validated": validated}
        told.append(shown)
    more = {"marker": {"ledger": records[limit - 1].header.index, "seq": 0}} if len(records) > limit else {}
    return {
        "account": account,
        "ledger_index_max": last,
        "ledger_index_min": first,
        "limit": limit,
        **more,
        "transactions": told,
        "validated": True,
    }


def _range(asked: Asked) -> tuple[int, int]:
    params, chain = asked.params, asked.chain
    if params.get("ledger_index") in ("validated", "closed", "current"):
        return chain.closed.index, chain.closed.index
    bounds = []
    for name, default in (("ledger_index_min", 0), ("ledger_index_max", chain.closed.index)):
        value = params.get(name, params.get("ledger_index", -1))
        if value.__class__ is not int:
            raise CommandRefused("invalidParams", f"Invalid field '{name}'.")
        bounds.append(default if value == -1 else int(value))
    return bounds[0], min(bounds[1], chain.closed.index)
