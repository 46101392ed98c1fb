"""Lists as files: CSV for people with spreadsheets, JSON for programs. Made a page at a time, and bounded."""

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sealgate.base.clock import to_wire
from sealgate.web import Download
from sealgate.web.answers import encode_json

MOST_ROWS = 100_000
ROWS_AT_ONCE = 500
# A spreadsheet takes a cell that begins so for a formula, which could fetch and send things (OWASP, CSV injection).
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

Format = Literal["csv", "json"]
Row = Mapping[str, Any]
PageOf = Callable[[str | None], Awaitable[tuple[Sequence[Row], str | None]]]
"""Returns the rows behind a cursor, None for the first, and the cursor to go on with."""


def export(format: Format, name: str, columns: Sequence[str], page_of: PageOf) -> Download:
    """Return a list as a file of at most 100,000 rows.

    Args:
        name: Of the file, without its ending.
        columns: Names of the rows' values, in order.
    """
    if format == "csv":
        return Download(csv_chunks(columns, page_of), "text/csv; charset=utf-8", f"{name}.csv")
    return Download(json_chunks(columns, page_of), "application/json; charset=utf-8", f"{name}.json")


async def csv_chunks(columns: Sequence[str], page_of: PageOf) -> AsyncIterator[bytes]:
    """Yield the lines of a CSV file (RFC 4180), the names of the columns first."""
    yield _lines([list(columns)])
    async for rows, _ in _pages(page_of):
        yield _lines([[cell(row.get(name)) for name in columns] for row in rows])


async def json_chunks(columns: Sequence[str], page_of: PageOf) -> AsyncIterator[bytes]:
    """Yield an object with `rows`, and `more`: whether rows were left out because there are too many."""
    yield b'{"rows":['
    first, left = True, False
    async for rows, more in _pages(page_of):
        encoded = [encode_json({name: plain(row.get(name)) for name in columns}) for row in rows]
        if encoded:
            yield (b"" if first else b",\n") + b",\n".join(encoded)
            first = False
        left = more
    yield b'],"more":%s}\n' % (b"true" if left else b"false")


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times as text."""
    return to_wire(value) if isinstance(value, datetime) else value


def cell(value: Any) -> str:
    """Return a value as a cell that no spreadsheet takes for a formula; None is empty."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    text = str(plain(value))
    # NUL would end a cell for some readers.
    text = text.replace("\0", "")
    return f"'{text}" if text.startswith(_BEGINS_A_FORMULA) else text


async def _pages(page_of: PageOf) -> AsyncIterator[tuple[Sequence[Row], bool]]:
    """Yield pages of rows, each with whether it is the last one because of the bound."""
    cursor: str | None = None
    count = 0
    while True:
        rows, cursor = await page_of(cursor)
        room = MOST_ROWS - count
        is_full = len(rows) > room or (len(rows) == room and cursor is not None)
        yield rows[:room], is_full
        count += len(rows)
        if cursor is None or is_full:
            return


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(rows)
    return text.getvalue().encode()
