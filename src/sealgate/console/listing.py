"""A list of the console: its page with filters and a cursor, and the same rows as a file.

CALLS = Listing("/activity", "calls", FILTERS, COLUMNS, _page_of, _row)
declare_export(CALLS)

@page("/apps/{app:uuid}/activity", role=Role.VIEWER)
async def get_activity(visit: AppVisit) -> Page:
    return await CALLS.show(visit, "activity.html")
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sealgate.console.errors import FormInvalid
from sealgate.console.export import ROWS_AT_ONCE, Row, export
from sealgate.console.filters import Asked, Filter, read_filters
from sealgate.console.model import Role
from sealgate.console.visit import ROOT, AppVisit, page
from sealgate.infra.tx import Tx
from sealgate.web import Download, Page

R = TypeVar("R")

ROWS_A_PAGE = 50
CURSOR = "after"

PageOf = Callable[[Tx, str, Mapping[str, Any], str | None, int, datetime], tuple[Sequence[R], str | None]]
"""Returns the rows of an app that meet the values of the filters, behind a cursor, and the cursor to go on with."""


@dataclass(frozen=True)
class Listing(Generic[R]):
    """What a list is made of.

    Attributes:
        path: Below the app's.
        name: Of the file.
        columns: Of the file.
        row_of: Returns a row's columns by name.
    """

    path: str
    name: str
    filters: tuple[Filter, ...]
    columns: tuple[str, ...]
    page_of: PageOf[R]
    row_of: Callable[[R], Row]

    def asked(self, visit: AppVisit) -> Asked:
        """Return what the call's URL asks for."""
        return read_filters(self.filters, visit.call.query)

    async def show(self, visit: AppVisit, template: str, *, status: int = 200, **values: Any) -> Page:
        """Return the page with the rows that the URL asks for."""
        asked = self.asked(visit)
        after = visit.call.query.get(CURSOR) or None
        rows, more = await self.read(visit, asked, after, ROWS_A_PAGE)
        shown = {
            "rows": rows,
            "asked": asked,
            "listing": self,
            "base": f"{ROOT}/apps/{visit.app.uuid}{self.path}",
            "first": asked.query(),
            "older": asked.query(after=more) if more is not None else None,
            "is_first": after is None,
        }
        return visit.page(template, status=status, **{**shown, **values})

    async def read(
        self, visit: AppVisit, asked: Asked, after: str | None, limit: int
    ) -> tuple[Sequence[R], str | None]:
        """Return rows of the visit's app."""
        found: tuple[Sequence[R], str | None] = await visit.call.db.read(
            self.page_of, visit.app.uuid, asked.values, after, limit, visit.call.now
        )
        return found


def declare_export(listing: Listing[Any]) -> None:
    """Declare the route of a list's file: `?format=csv` or `json`, and the filters of the page."""

    @page(f"/apps/{{app:uuid}}{listing.path}/export", role=Role.VIEWER)
    async def get_export(visit: AppVisit) -> Download:
        wanted = visit.call.query.get("format", "csv")
        if wanted not in ("csv", "json"):
            raise FormInvalid(message="A list is saved as csv or json.")
        asked = listing.asked(visit)
        if asked.problems:
            # A file has no place for a hint: half of what was meant would be taken for the whole.
            raise FormInvalid(message=" ".join(asked.problems.values()))

        async def page_of(after: str | None) -> tuple[Sequence[Row], str | None]:
            rows, more = await listing.read(visit, asked, after, ROWS_AT_ONCE)
            return [listing.row_of(row) for row in rows], more

        return export("json" if wanted == "json" else "csv", listing.name, listing.columns, page_of)
