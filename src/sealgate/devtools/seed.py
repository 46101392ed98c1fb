"""The seed: what the sandbox had when it was new, kept in a file, and the way back to it.

Keys of the server stay: they are no state that a test makes.
"""

from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Table, delete, insert, select

from sealgate.infra.schema import load_tables, metadata
from sealgate.infra.tx import Tx

FILE = "seed.msgpack"
_KEPT = frozenset({"server_keys", "signing_keys", "sealed_values"})
"""Tables that no reset touches."""

Rows = dict[str, list[dict[str, Any]]]


def capture(tx: Tx) -> Rows:
    """Return every row of the sandbox by its table."""
    return {
        table.name: [dict(row._mapping) for row in tx.execute(select(table))]
        for table in _tables()
        if table.name not in _KEPT
    }


def write_seed(rows: Rows, folder: Path) -> None:
    """Keep the seed in a file that only its owner reads; it holds sealed secrets."""
    path = folder / FILE
    path.touch(mode=0o600)
    path.write_bytes(msgspec.msgpack.encode(rows))


def has_seed(folder: Path) -> bool:
    """Tell whether a sandbox has its seed."""
    return (folder / FILE).exists()


def read_seed(folder: Path) -> Rows | None:
    """Return the seed of a sandbox, None where it has none."""
    path = folder / FILE
    return msgspec.msgpack.decode(path.read_bytes(), type=Rows) if path.exists() else None


def restore(tx: Tx, rows: Rows) -> int:
    """Make the database what it was at the seed; return how many rows went."""
    gone = 0
    for table in reversed(_tables()):
        if table.name not in _KEPT:
            gone += tx.execute(delete(table)).rowcount
    for table in _tables():
        if known := rows.get(table.name):
            tx.execute(insert(table), known)
    return gone


def _tables() -> list[Table]:
    """Return all tables, those that others refer to first."""
    load_tables()
    return list(metadata.sorted_tables)
