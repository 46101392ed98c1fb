"""What the code of a transaction type is given, and the rules that all types share."""

from dataclasses import dataclass
from typing import Any, Final

from sealgate.devtools.ledger.entries import Entry
from sealgate.devtools.ledger.errors import Failed
from sealgate.devtools.ledger.state import View
from sealgate.ledger.flags import TRANSACTION_FLAGS

NETWORK_ID: Final = 1000
BASE_FEE: Final = 10
BASE_RESERVE: Final = 10_000_000
OWNER_RESERVE: Final = 2_000_000

_FULLY_CANONICAL: Final = 0x80000000


def reserve_for(owner_count: int) -> int:
    """Return the drops that an account with so many objects keeps."""
    return BASE_RESERVE + owner_count * OWNER_RESERVE


@dataclass(slots=True)
class Work:
    """One transaction on its way into the ledger; fee and sequence are taken already.

    Attributes:
        prior_drops: What the account had before the fee: that is what reserves are held against.
        is_by_master: Whether the master key signed.
        ledger_index: Of the ledger that it will be in.
        delivered: What a payment delivered, where that is not its `Amount`.
    """

    tx: dict[str, Any]
    view: View
    prior_drops: int
    is_by_master: bool
    ledger_index: int
    delivered: Any = None

    @property
    def account(self) -> str:
        """Who sends it."""
        return str(self.tx["Account"])

    @property
    def flags(self) -> int:
        """Its `Flags`."""
        return int(self.tx.get("Flags", 0))

    def root(self) -> Entry:
        """Return the sender's root, to be changed."""
        return self.view.change_account(self.account)

    def need_reserve(self, more: int, code: str) -> None:
        """Check that the sender can own so many objects more.

        Raises:
            Failed: with this code.
        """
        if self.prior_drops < reserve_for(self.root()["OwnerCount"] + more):
            raise Failed(code)


def check_flags(tx: dict[str, Any]) -> None:
    """Check that a type has the flags that are set.

    Raises:
        Failed: temINVALID_FLAG.
    """
    known = sum(TRANSACTION_FLAGS.get(tx["TransactionType"], {}).values()) | _FULLY_CANONICAL
    if tx.get("Flags", 0) & ~known:
        raise Failed("temINVALID_FLAG")


def has_flag(tx: dict[str, Any], name: str) -> bool:
    """Return whether a transaction sets a flag, such as `tfPartialPayment`."""
    return bool(tx.get("Flags", 0) & TRANSACTION_FLAGS[tx["TransactionType"]][name])


def not_supported(tx: dict[str, Any], *names: str) -> None:
    """Refuse what the sandbox ledger does not know of a type.

    Raises:
        Failed: temDISABLED, with the name of the field or flag.
    """
    for name in names:
        if has_flag(tx, name) if name.startswith("tf") else name in tx:
            raise Failed("temDISABLED", f"The sandbox ledger does not support {name} of a {tx['TransactionType']}.")
