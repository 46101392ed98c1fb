"""SetRegularKey. Source: xrpl.org "SetRegularKey"."""

from typing import Any

from sealgate.devtools.ledger.entries import DISABLE_MASTER, signers_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.work import Work


def check(tx: dict[str, Any]) -> None:
    """Check the transaction alone."""
    if tx.get("RegularKey") == tx["Account"]:
        raise Failed("temBAD_REGKEY")


def apply(work: Work) -> None:
    """Give the account another key to sign with, or take it back."""
    root = work.root()
    if "RegularKey" in work.tx:
        root["RegularKey"] = work.tx["RegularKey"]
        return
    if root["Flags"] & DISABLE_MASTER and work.view.find(signers_index(work.account)) is None:
        raise Failed("tecNO_ALTERNATIVE_KEY")
    root.pop("RegularKey", None)
