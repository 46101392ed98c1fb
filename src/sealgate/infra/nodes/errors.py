"""What may come of asking a node."""

from collections.abc import Mapping
from typing import Any

from sealgate.base.errors import SealgateError


class NodeUnavailable(SealgateError):
    """No ledger node of the network answers, or what it answers makes no sense."""

    status = 503
    code = 503
    message = "No ledger node of this network answers right now."
    hint = "Try again in a few seconds. `sealgate doctor` tells which nodes answer."


class NodeRefused(SealgateError):
    """A ledger node understood the question and said no.

    Attributes:
        error: The node's own word for it, such as `txnNotFound` or `actNotFound`.
        answer: All that it said.
    """

    status = 502
    code = 502
    message = "The ledger node refused the question."

    def __init__(self, error: str, answer: Mapping[str, Any] | None = None) -> None:
        self.error = error[:64]
        self.answer = answer or {}
        super().__init__(message=f"The ledger node refused the question: {self.error}.", detail=self.error)


class NodeFailed(Exception):
    """One node gave no usable answer: it cannot be reached, broke off, or talks nonsense."""
