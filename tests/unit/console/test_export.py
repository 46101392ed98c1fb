"""Lists as files: what a spreadsheet must not take for a formula, and where a file ends."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest

from sealgate.console import export

pytestmark = pytest.mark.anyio
COLUMNS = ("at", "name")
NOON = datetime(2026, 1, 15, 12, tzinfo=UTC)


def pages_of(*pages):
    """Return what hands out these pages, one behind the other."""

    async def page_of(after: str | None):
        number = int(after or 0)
        more = str(number + 1) if number + 1 < len(pages) else None
        return pages[number], more

    return page_of


async def text_of(chunks) -> str:
    return b"".join([chunk async for chunk in chunks]).decode()


class TestCells:
    @pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "\0=1"])
    def test_are_never_formulas(self, text):
        assert export.cell(text).startswith("'")

    def test_of_numbers_stay_numbers(self):
        assert [export.cell(value) for value in (-5, 1.5, True, None, "", "a=b", NOON)] == [
            "-5", "1.5", "true", "", "", "a=b", "2026-01-15T12:00:00Z",
        ]  # fmt: skip


class TestFiles:
    async def test_of_csv_come_back_as_they_were(self):
        rows = [{"at": NOON, "name": 'say "hi", twice\r\n'}, {"at": None, "name": "é"}]

        text = await text_of(export.csv_chunks(COLUMNS, pages_of(rows[:1], [], rows[1:])))

        read = list(csv.reader(io.StringIO(text, newline="")))
        assert read == [["at", "name"], ["2026-01-15T12:00:00Z", 'say "hi", twice\r\n'], ["", "é"]]

    async def test_of_json_hold_every_row_once(self):
        rows = [{"at": NOON, "name": "=1"}, {"at": NOON, "name": None}, {"name": "three"}]

        told = json.loads(await text_of(export.json_chunks(COLUMNS, pages_of(rows[:1], [], rows[1:]))))

        assert [row["name"] for row in told["rows"]] == ["=1", None, "three"]
        assert told["rows"][0]["at"] == "2026-01-15T12:00:00Z"
        assert told["more"] is False

    async def test_of_nothing_are_whole(self):
        assert json.loads(await text_of(export.json_chunks(COLUMNS, pages_of([])))) == {"rows": [], "more": False}
        assert await text_of(export.csv_chunks(COLUMNS, pages_of([]))) == "at,name\r\n"

    @pytest.mark.parametrize(("pages", "more"), [([3, 3], True), ([2, 2], False), ([4, 1], True), ([4], False)])
    async def test_end_at_their_bound_and_say_whether_something_is_left(self, monkeypatch, pages, more):
        monkeypatch.setattr(export, "MOST_ROWS", 4)
        given = pages_of(*([{"name": "x"}] * count for count in pages))

        told = json.loads(await text_of(export.json_chunks(COLUMNS, given)))

        assert len(told["rows"]) == 4
        assert told["more"] is more
