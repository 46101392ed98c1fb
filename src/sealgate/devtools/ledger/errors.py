"""How the sandbox ledger says no: to a transaction, and to a command."""

from collections.abc import Mapping
from typing import Final

from sealgate.base.errors import SealgateError


class Failed(Exception):
    """A transaction does not do what it asks.

    Attributes:
        code: The engine result, such as `tecPATH_DRY`. With `tec` the fee is burnt all the same.
        reason: What stands in for the usual words of the code, where they would not help.
    """

    def __init__(self, code: str, reason: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.reason = reason


class InvalidTransaction(Exception):
    """A blob that is no transaction, or that is not signed as it says; no ledger would look at it."""


_ERRORS: Final[dict[str, tuple[int | None, str]]] = {
    "actMalformed": (35, "Account malformed."),
    "actNotFound": (19, "Account not found."),
    "entryNotFound": (98, "Entry not found."),
    "invalidParams": (31, "Invalid parameters."),
    "invalidTransaction": (None, "The transaction is invalid."),
    "lgrNotFound": (21, "ledgerNotFound"),
    "malformedStream": (71, "Stream malformed."),
    "missingCommand": (47, "Missing command entry."),
    "notSupported": (75, "Operation not supported."),
    "txnNotFound": (29, "Transaction not found."),
}


class CommandRefused(Exception):
    """A command cannot be answered; numbers and names are those of a node.

    Attributes:
        error: The name, such as `actNotFound`.
        message: What was wrong, in words.
        more: Further members of the answer.
    """

    def __init__(self, error: str, message: str = "", more: Mapping[str, object] | None = None) -> None:
        super().__init__(error)
        self.more = more or {}
        self.error = error
        self.code, usual = _ERRORS[error]
        self.message = message or usual


class FaucetDry(SealgateError):
    """The genesis account could not pay: somebody has spent its XRP or changed its keys."""

    status = 503
    code = "sandbox_faucet"
    message = "The faucet of the sandbox ledger is dry."
    hint = "Start over: `sealgate sandbox reset`."


class FaucetRequestInvalid(SealgateError):
    """The faucet was not asked for a sum for an address."""

    status = 400
    code = "sandbox_faucet_request"
    message = (
        "The faucet needs a `destination`, a classic address or an X-address, and takes an `xrpAmount` up to a million."
    )
