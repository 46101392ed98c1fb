"""What answers commands: the chain, the clock, and who hears of closed ledgers."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sealgate.base.clock import Clock
from sealgate.devtools.ledger.chain import Chain, Header, Validated
from sealgate.devtools.ledger.engine import Outcome
from sealgate.devtools.ledger.signed import Signed

Listener = Callable[[Header, Validated | None], None]


@dataclass(eq=False, slots=True)
class Subscription:
    """What one WebSocket wants to hear.

    Attributes:
        streams: `ledger`, `transactions`.
        accounts: Addresses whose transactions it wants.
        api_version: The shape that it reads, 1 or 2.
    """

    streams: set[str] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    api_version: int = 1


class Node:
    """The one node of the sandbox ledger.

    Attributes:
        listeners: Called after each closed ledger, with the transaction in it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.started_at = clock.now()
        self.chain = Chain(self.started_at)
        self.listeners: list[Listener] = []

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self._clock.now()

    def submit(self, signed: Signed) -> Outcome:
        """Apply a transaction; whoever listens hears of the ledger that it closes."""
        closed = self.chain.closed
        outcome, record = self.chain.submit(signed, self.now)
        if self.chain.closed is not closed:
            self._tell(record)
        return outcome

    def close(self) -> None:
        """Close the open ledger, empty as it is."""
        self.chain.close(self.now)
        self._tell(None)

    def reset(self) -> None:
        """Go back to the genesis."""
        self.chain = Chain(self.now)

    def _tell(self, record: Validated | None) -> None:
        for listener in self.listeners:
            listener(self.chain.closed, record)


@dataclass(frozen=True, slots=True)
class Asked:
    """One command.

    Attributes:
        subscription: Of the WebSocket it came by; None over HTTP.
    """

    node: Node
    params: dict[str, Any]
    subscription: Subscription | None = None

    @property
    def chain(self) -> Chain:
        """The ledgers so far."""
        return self.node.chain

    @property
    def api_version(self) -> int:
        """The shape that the caller reads: 2, or 1 unless said."""
        return 2 if self.params.get("api_version") == 2 else 1
