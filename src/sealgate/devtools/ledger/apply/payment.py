"""Payment: XRP, and issued amounts in one currency. Source: xrpl.org "Payment"."""

from typing import Any

from sealgate.devtools.ledger.entries import (
    DEPOSIT_AUTH,
    REQUIRE_DEST_TAG,
    Entry,
    account_index,
    new_account,
    preauthorization_index,
)
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.quantities import ZERO, is_issued, read_value, write_value
from sealgate.devtools.ledger.rippling import accounts_between, deliver
from sealgate.devtools.ledger.work import BASE_RESERVE, Work, has_flag, not_supported, reserve_for


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    not_supported(tx, "CredentialIDs", "DomainID")
    for name in ("Amount", "SendMax", "DeliverMin"):
        if "mpt_issuance_id" in (tx[name] if is_issued(tx.get(name)) else ()):
            raise Failed("temDISABLED", "The sandbox ledger does not support multi-purpose tokens.")
    if any(name in tx and _number(tx[name]) <= 0 for name in ("Amount", "SendMax")):
        raise Failed("temBAD_AMOUNT")
    if is_issued(tx["Amount"]) or is_issued(tx.get("SendMax")):
        not_supported(tx, "Paths", "tfLimitQuality", "tfNoRippleDirect")
    elif tx["Account"] != tx["Destination"]:
        _check_native(tx)
    if tx["Account"] == tx["Destination"]:
        # Only an exchange could make sense of it, and there is none.
        raise Failed("temREDUNDANT")
    if "DeliverMin" in tx:
        least, amount = tx["DeliverMin"], tx["Amount"]
        is_same_asset = is_issued(least) == is_issued(amount) and (
            not is_issued(least) or _asset(least) == _asset(amount)
        )
        if not has_flag(tx, "tfPartialPayment") or not is_same_asset or not 0 < _number(least) <= _number(amount):
            raise Failed("temBAD_AMOUNT")


def _check_native(tx: dict[str, Any]) -> None:
    if "SendMax" in tx:
        raise Failed("temBAD_SEND_XRP_MAX")
    if "Paths" in tx:
        raise Failed("temBAD_SEND_XRP_PATHS")
    for flag, code in (
        ("tfPartialPayment", "temBAD_SEND_XRP_PARTIAL"),
        ("tfLimitQuality", "temBAD_SEND_XRP_LIMIT"),
        ("tfNoRippleDirect", "temBAD_SEND_XRP_NO_DIRECT"),
    ):
        if has_flag(tx, flag):
            raise Failed(code)


def apply(work: Work) -> None:
    """Pay."""
    tx, view = work.tx, work.view
    destination = view.account(tx["Destination"])
    if destination is None:
        if is_issued(tx["Amount"]):
            raise Failed("tecNO_DST")
        if int(tx["Amount"]) < BASE_RESERVE:
            raise Failed("tecNO_DST_INSUF_XRP")
    elif destination["Flags"] & REQUIRE_DEST_TAG and "DestinationTag" not in tx:
        raise Failed("tecDST_TAG_NEEDED")
    if is_issued(tx["Amount"]) or is_issued(tx.get("SendMax")):
        _pay_issued(work, destination)
    else:
        _pay_native(work, destination)


def _pay_native(work: Work, destination: Entry | None) -> None:
    tx, root, drops = work.tx, work.root(), int(work.tx["Amount"])
    if work.prior_drops < drops + max(reserve_for(root["OwnerCount"]), int(tx["Fee"])):
        raise Failed("tecUNFUNDED_PAYMENT")
    if destination is not None:
        # An account below its reserve can be helped up by anybody.
        is_help = drops <= BASE_RESERVE and int(destination["Balance"]) <= BASE_RESERVE
        if not is_help:
            _check_deposit(work, destination)
    root["Balance"] = str(int(root["Balance"]) - drops)
    if destination is None:
        fresh = new_account(tx["Destination"], drops, work.ledger_index)
        work.view.put(account_index(tx["Destination"]), fresh)
    else:
        changed = work.view.change_account(tx["Destination"])
        changed["Balance"] = str(int(changed["Balance"]) + drops)


def _pay_issued(work: Work, destination: Entry | None) -> None:
    tx, amount = work.tx, work.tx["Amount"]
    if destination is not None:
        _check_deposit(work, destination)
    most = tx.get("SendMax", amount)
    if not is_issued(amount) or not is_issued(most) or most["currency"] != amount["currency"]:
        # Only an offer could exchange one for the other, and there are none.
        raise Failed("tecPATH_DRY")
    pays_with = tx["SendMax"]["issuer"] if "SendMax" in tx else work.account
    path = accounts_between(work.account, pays_with, amount["issuer"], tx["Destination"])
    wanted = read_value(amount["value"])
    arrived = deliver(work.view, path, amount["currency"], wanted, read_value(most["value"])).delivered
    if arrived == ZERO:
        raise Failed("tecPATH_DRY")
    if arrived == wanted:
        return
    least = read_value(tx["DeliverMin"]["value"]) if "DeliverMin" in tx else ZERO
    if not has_flag(tx, "tfPartialPayment") or arrived < least:
        raise Failed("tecPATH_PARTIAL")
    work.delivered = amount | {"value": write_value(arrived)}


def _check_deposit(work: Work, destination: Entry) -> None:
    if not destination["Flags"] & DEPOSIT_AUTH:
        return
    if work.view.find(preauthorization_index(destination["Account"], work.account)) is None:
        raise Failed("tecNO_PERMISSION")


def _number(amount: Any) -> Any:
    return read_value(amount["value"]) if is_issued(amount) else int(amount)


def _asset(amount: dict[str, Any]) -> tuple[str, str]:
    return amount["currency"], amount["issuer"]
