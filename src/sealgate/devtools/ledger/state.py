"""What is on the ledger now, and what one transaction would make of it."""

from collections.abc import Iterator
from typing import NamedTuple

from sealgate.devtools.ledger.entries import Entry, account_index, owners_of


class Change(NamedTuple):
    """What becomes of one entry.

    Attributes:
        before: None where it is new.
        after: As it is, or as it last was where it is gone.
    """

    where: str
    before: Entry | None
    after: Entry
    is_gone: bool


class State:
    """All entries by where they are. An entry is never changed in place: another is put in its stead."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self._owned: dict[str, dict[str, None]] = {}

    def account(self, account: str) -> Entry | None:
        """Return an account's root, or None."""
        return self.entries.get(account_index(account))

    def owned_by(self, account: str) -> Iterator[tuple[str, Entry]]:
        """Yield where and what each object of an account is, in the order they were made."""
        for index in self._owned.get(account, ()):
            yield index, self.entries[index]

    def put(self, index: str, entry: Entry) -> None:
        """Place an entry."""
        if index not in self.entries:
            for owner in owners_of(entry):
                self._owned.setdefault(owner, {})[index] = None
        self.entries[index] = entry

    def remove(self, index: str) -> None:
        """Take an entry away."""
        for owner in owners_of(self.entries.pop(index)):
            del self._owned[owner][index]


class View:
    """The state as one transaction leaves it. Nothing is changed below until `commit`."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._after: dict[str, Entry] = {}
        self._gone: set[str] = set()

    def find(self, index: str) -> Entry | None:
        """Return an entry to be read, or None."""
        return None if index in self._gone else self._after.get(index) or self.state.entries.get(index)

    def account(self, account: str) -> Entry | None:
        """Return an account's root to be read, or None."""
        return self.find(account_index(account))

    def change(self, index: str) -> Entry:
        """Return an entry that is there, to be changed; of what is within it, new values are put in its stead."""
        if index not in self._after:
            self._after[index] = dict(self.state.entries[index])
        return self._after[index]

    def change_account(self, account: str) -> Entry:
        """Return the root of an account that exists, to be changed."""
        return self.change(account_index(account))

    def put(self, index: str, entry: Entry) -> None:
        """Place an entry where none is."""
        self._after[index] = entry
        self._gone.discard(index)

    def erase(self, index: str) -> None:
        """Take an entry away."""
        self.change(index)
        self._gone.add(index)

    def add_owned(self, account: str, count: int) -> None:
        """Change the number of objects that an account holds a reserve for."""
        self.change_account(account)["OwnerCount"] += count

    def changes(self) -> list[Change]:
        """Return what becomes of each entry that is another now, in the order they were touched."""
        found = []
        for index, after in self._after.items():
            before, is_gone = self.state.entries.get(index), index in self._gone
            if before != after or is_gone:
                found.append(Change(index, before, after, is_gone))
        return [change for change in found if change.before is not None or not change.is_gone]

    def commit(self, txid: str, ledger_index: int) -> None:
        """Change the state; each entry remembers the transaction that changed it."""
        for index, _, after, is_gone in self.changes():
            if is_gone:
                self.state.remove(index)
            else:
                self.state.put(index, after | {"PreviousTxnID": txid, "PreviousTxnLgrSeq": ledger_index})
