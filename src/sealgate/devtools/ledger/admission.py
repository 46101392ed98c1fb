"""May this transaction be tried now: sequence or ticket, deadline, fee, and whose key signed.

The checks stand in the order in which a node makes them, because the first that fails gives the result.
"""

from collections.abc import Callable
from typing import Final

from sealgate.devtools.ledger.entries import DISABLE_MASTER, Entry, signers_index, ticket_index
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.signed import Signed
from sealgate.devtools.ledger.state import State
from sealgate.devtools.ledger.work import BASE_FEE, check_flags


def check_form(signed: Signed) -> None:
    """Check what is wrong whatever the ledger holds.

    Raises:
        Failed: tel… or tem….
    """
    tx = signed.tx
    if "NetworkID" in tx:
        raise Failed("telNETWORK_ID_MAKES_TX_NON_CANONICAL")
    for name in ("Delegate", "Sponsor"):
        if name in tx:
            raise Failed("temDISABLED", f"The sandbox ledger does not support {name}.")
    if not str(tx["Fee"]).isdigit():
        raise Failed("temBAD_FEE")
    if "TicketSequence" in tx and tx["Sequence"] != 0:
        raise Failed("temSEQ_AND_TICKET")
    if "TicketSequence" in tx and "AccountTxnID" in tx:
        raise Failed("temINVALID")
    check_flags(tx)


def check_admission(signed: Signed, state: State, open_index: int) -> None:
    """Check a transaction against the ledger it would go into.

    Raises:
        Failed: ter…, tef… or tel….
    """
    root = state.account(signed.tx["Account"])
    if root is None:
        raise Failed("terNO_ACCOUNT")
    for check in _CHECKS:
        check(signed, root, state)
    if signed.tx.get("LastLedgerSequence", open_index) < open_index:
        raise Failed("tefMAX_LEDGER")
    _check_fee(signed, root)
    if signed.key_address is None:
        _check_signers(signed, state)
    else:
        _check_key(signed.tx["Account"], root, signed.key_address)


def _check_sequence(signed: Signed, root: Entry, state: State) -> None:
    tx = signed.tx
    ticket = tx.get("TicketSequence")
    if ticket is None:
        if tx["Sequence"] != root["Sequence"]:
            raise Failed("tefPAST_SEQ" if tx["Sequence"] < root["Sequence"] else "terPRE_SEQ")
    elif ticket_index(tx["Account"], ticket) not in state.entries:
        raise Failed("terPRE_TICKET" if ticket >= root["Sequence"] else "tefNO_TICKET")


def _check_prior(signed: Signed, root: Entry, state: State) -> None:
    if "AccountTxnID" in signed.tx and signed.tx["AccountTxnID"] != root.get("AccountTxnID"):
        raise Failed("tefWRONG_PRIOR")


_CHECKS: Final[tuple[Callable[[Signed, Entry, State], None], ...]] = (_check_sequence, _check_prior)


def _check_fee(signed: Signed, root: Entry) -> None:
    fee = int(signed.tx["Fee"])
    if fee < BASE_FEE * (1 + len(signed.signers)):
        raise Failed("telINSUF_FEE_P")
    if int(root["Balance"]) < fee:
        raise Failed("terINSUF_FEE_B")


def _check_key(account: str, root: Entry, key_address: str) -> None:
    if key_address == root.get("RegularKey"):
        return
    if key_address == account:
        if root["Flags"] & DISABLE_MASTER:
            raise Failed("tefMASTER_DISABLED")
        return
    raise Failed("tefBAD_AUTH" if "RegularKey" in root else "tefBAD_AUTH_MASTER")


def _check_signers(signed: Signed, state: State) -> None:
    found = state.entries.get(signers_index(signed.tx["Account"]))
    if found is None:
        raise Failed("tefNOT_MULTI_SIGNING")
    weights = {
        entry["SignerEntry"]["Account"]: entry["SignerEntry"]["SignerWeight"] for entry in found["SignerEntries"]
    }
    reached = 0
    for signer in signed.signers:
        if signer.account not in weights:
            raise Failed("tefBAD_SIGNATURE")
        root = state.account(signer.account)
        if signer.key_address == signer.account:
            # A signer need not be on the ledger; its master key speaks for it unless it is disabled there.
            if root is not None and root["Flags"] & DISABLE_MASTER:
                raise Failed("tefMASTER_DISABLED")
        elif root is None or root.get("RegularKey") != signer.key_address:
            raise Failed("tefBAD_SIGNATURE")
        reached += weights[signer.account]
    if reached < found["SignerQuorum"]:
        raise Failed("tefBAD_QUORUM")
