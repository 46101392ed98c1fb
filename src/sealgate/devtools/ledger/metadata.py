"""What a transaction did, entry by entry. Source: xrpl.org "Transaction Metadata"."""

from typing import Any, Final

from sealgate.devtools.ledger.entries import Entry
from sealgate.devtools.ledger.state import Change, View

_THREAD: Final = ("PreviousTxnID", "PreviousTxnLgrSeq")


def affected_nodes(view: View) -> list[dict[str, Any]]:
    """Return the list `AffectedNodes` of what a view changes, by where they are."""
    return [_node(change) for change in sorted(view.changes(), key=lambda change: change.where)]


def _node(change: Change) -> dict[str, Any]:
    index, before, after, is_gone = change
    node: dict[str, Any] = {"LedgerEntryType": after["LedgerEntryType"], "LedgerIndex": index}
    if before is None:
        # The format leaves out what has its default.
        return {"CreatedNode": node | {"NewFields": {k: v for k, v in _fields(after).items() if v not in (0, "0", "")}}}
    previous = {name: value for name, value in _fields(before).items() if value != after.get(name)}
    node["FinalFields"] = _fields(after) | ({k: before[k] for k in _THREAD if k in before} if is_gone else {})
    if previous:
        node["PreviousFields"] = previous
    if is_gone:
        return {"DeletedNode": node}
    return {"ModifiedNode": node | {name: before[name] for name in _THREAD if name in before}}


def _fields(entry: Entry) -> Entry:
    return {name: value for name, value in entry.items() if name != "LedgerEntryType" and name not in _THREAD}
