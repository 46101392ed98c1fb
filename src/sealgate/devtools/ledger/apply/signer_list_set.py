"""SignerListSet. Source: xrpl.org "SignerListSet"."""

from typing import Any

from sealgate.devtools.ledger.entries import DISABLE_MASTER, ONE_OWNER_COUNT, signers_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.work import Work
from sealgate.ledger.addresses import decode_account_id
from sealgate.ledger.signatures import MAX_SIGNERS


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    entries = [entry.get("SignerEntry") for entry in tx.get("SignerEntries", [])]
    if bool(tx["SignerQuorum"]) != bool(entries) or len(entries) > MAX_SIGNERS:
        raise Failed("temMALFORMED")
    total = 0
    for entry in entries:
        if entry is None or entry.keys() - {"WalletLocator"} != {"Account", "SignerWeight"}:
            raise Failed("temMALFORMED")
        if entry["SignerWeight"] == 0:
            raise Failed("temBAD_WEIGHT")
        total += entry["SignerWeight"]
    accounts = {entry["Account"] for entry in entries}
    if len(accounts) < len(entries) or tx["Account"] in accounts:
        raise Failed("temBAD_SIGNER")
    if total < tx["SignerQuorum"]:
        raise Failed("temBAD_QUORUM")


def apply(work: Work) -> None:
    """Set the account's list of signers, or take it away."""
    index = signers_index(work.account)
    is_there = work.view.find(index) is not None
    if not work.tx["SignerQuorum"]:
        if not is_there:
            return
        root = work.root()
        if root["Flags"] & DISABLE_MASTER and "RegularKey" not in root:
            raise Failed("tecNO_ALTERNATIVE_KEY")
        work.view.erase(index)
        work.view.add_owned(work.account, -1)
        return
    fields = {
        "SignerEntries": sorted(
            work.tx["SignerEntries"], key=lambda entry: decode_account_id(entry["SignerEntry"]["Account"])
        ),
        "SignerQuorum": work.tx["SignerQuorum"],
    }
    if is_there:
        work.view.change(index).update(fields)
        return
    work.need_reserve(1, "tecINSUFFICIENT_RESERVE")
    work.view.put(
        index,
        {
            "Flags": ONE_OWNER_COUNT,
            "LedgerEntryType": "SignerList",
            "Owner": work.account,
            "OwnerNode": "0",
            **fields,
            "SignerListID": 0,
        },
    )
    work.view.add_owned(work.account, 1)
