"""What one node has said of validated ledgers. There is one of each number, so it can contradict itself. Pure."""

from collections import OrderedDict
from datetime import datetime

import msgspec

REMEMBERED = 512


class Forked(Exception):
    """The node named two different ledgers as the validated one of a number."""


class Close(msgspec.Struct, frozen=True):
    """A validated ledger.

    Attributes:
        closed_at: Its close time, as far as the node said it.
    """

    index: int
    hash: str
    closed_at: datetime | None = None


class LedgerWatch:
    """The hashes a node has named, the latest 512."""

    def __init__(self) -> None:
        self._hashes: OrderedDict[int, str] = OrderedDict()
        self.latest: Close | None = None

    def take(self, close: Close) -> bool:
        """Note a ledger; True where it is newer than all before.

        Raises:
            Forked: another hash was named for this number. All that was noted is forgotten.
        """
        known = self._hashes.get(close.index)
        if known is not None and known != close.hash:
            self.forget()
            raise Forked(f"ledger {close.index} is {known[:16]} and {close.hash[:16]}")
        self._hashes[close.index] = close.hash
        while len(self._hashes) > REMEMBERED:
            self._hashes.popitem(last=False)
        if self.latest is not None and close.index <= self.latest.index:
            return False
        self.latest = close
        return True

    def forget(self) -> None:
        """Begin anew."""
        self._hashes.clear()
        self.latest = None
