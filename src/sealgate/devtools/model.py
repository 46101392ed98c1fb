"""The words of the slice."""

from typing import Annotated, Any, Literal, Protocol

import msgspec
from msgspec import Meta

Seconds = Annotated[float, Meta(ge=0, le=600)]
Action = Literal["approve", "reject", "ignore", "wrong_account", "wrong_network"]


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to calls to somebody's endpoint instead of the call.

    Attributes:
        status: The answer that stands in for theirs; null for none.
        drop: The connection fails.
        delay_s: Seconds before that, or before the real call where neither of the others is given.
        times: To how many calls it happens; null for all until it is cleared.
    """

    status: Annotated[int, Meta(ge=200, le=599)] | None = None
    drop: bool = False
    delay_s: Seconds = 0
    times: Annotated[int, Meta(ge=1)] | None = None


class LedgerFault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What happens to commands that the sandbox ledger is asked.

    Attributes:
        drop: The connection is cut instead of an answer.
        delay_s: Seconds before that, or before the answer.
        times: To how many commands it happens; null for all until it is cleared.
    """

    drop: bool = False
    delay_s: Seconds = 0
    times: Annotated[int, Meta(ge=1)] | None = None


class Faults(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """The faults there are: for webhooks, pushes to devices, and the sandbox ledger; null is none."""

    webhooks: Fault | None = None
    push: Fault | None = None
    ledger: LedgerFault | None = None


class Script(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a wallet answers by itself.

    Attributes:
        wallet: Its name in the sandbox's wallet folder.
        action: `approve` signs; `reject` declines; `ignore` opens the request and leaves it; `wrong_account` signs with
            another account; `wrong_network` signs and reports a network that was not asked for.
        reason: Of a rejection, as the app sees it.
        delay_s: Seconds it thinks first.
        network: What it signs for where the request forces none; null for the network that knows the type.
        unpushed: Whether it answers every new request that names nobody, too, as if its QR code had been scanned.
    """

    wallet: str = "alice"
    action: Action = "approve"
    reason: Annotated[str, Meta(max_length=200)] | None = None
    delay_s: Seconds = 0
    network: Annotated[str, Meta(max_length=32)] | None = None
    unpushed: bool = False


class Hand(Protocol):
    """Holds the sandbox's wallets; blocking, so it is called in a thread."""

    def answer(self, uuid: str, script: Script, *, origin: str) -> dict[str, Any]:
        """Answer a request as the script says and return what was done, or why it was refused."""

    def waiting(self, wallet: str) -> list[str]:
        """Return the UUIDs of the requests that were pushed to a wallet and wait."""

    def holder(self, wallet: str) -> str:
        """Return the UUID of a wallet's holder."""

    def prepare(self, wallet: str) -> dict[str, Any]:
        """Make a wallet where there is none, pair it where the server does not know it, and return who it is."""
