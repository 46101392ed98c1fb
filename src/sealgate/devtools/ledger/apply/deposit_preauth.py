"""DepositPreauth, for accounts; credentials are not supported. Source: xrpl.org "DepositPreauth"."""

from typing import Any

from sealgate.devtools.ledger.entries import preauthorization_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.work import Work, not_supported


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    not_supported(tx, "AuthorizeCredentials", "UnauthorizeCredentials")
    if ("Authorize" in tx) == ("Unauthorize" in tx):
        raise Failed("temMALFORMED")
    if tx.get("Authorize") == tx["Account"]:
        raise Failed("temCANNOT_PREAUTH_SELF")


def apply(work: Work) -> None:
    """Let another account pay to this one although it takes no deposits, or no longer."""
    tx, view = work.tx, work.view
    if "Unauthorize" in tx:
        index = preauthorization_index(work.account, tx["Unauthorize"])
        if view.find(index) is None:
            raise Failed("tecNO_ENTRY")
        view.erase(index)
        view.add_owned(work.account, -1)
        return
    if view.account(tx["Authorize"]) is None:
        raise Failed("tecNO_TARGET")
    index = preauthorization_index(work.account, tx["Authorize"])
    if view.find(index) is not None:
        raise Failed("tecDUPLICATE")
    work.need_reserve(1, "tecINSUFFICIENT_RESERVE")
    entry = {
        "Account": work.account,
        "Authorize": tx["Authorize"],
        "Flags": 0,
        "LedgerEntryType": "DepositPreauth",
        "OwnerNode": "0",
    }
    view.put(index, entry)
    view.add_owned(work.account, 1)
