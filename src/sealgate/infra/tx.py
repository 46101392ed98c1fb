"""One transaction, as domain and store code sees it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import Connection, CursorResult, Executable

from sealgate.infra.bus import Event

_ABOUT_ROWS = ("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")

EngineName = Literal["sqlite", "postgresql"]


class Tx:
    """One transaction: synchronous, used by one thread, gone when the function it was given to returns.

    Attributes:
        engine: `sqlite` or `postgresql`, for the rare statement that differs.
        connection: SQLAlchemy's connection, for what is not a statement (`metadata.create_all`).
        driver: The driver's own connection: `HotStatement` goes through it.
        opaque: True once something ran that is neither a query nor a change of rows, such as `CREATE TABLE`.
    """

    __slots__ = ("_results", "connection", "driver", "engine", "events", "opaque")

    def __init__(self, connection: Connection, driver: Any, engine: EngineName) -> None:
        self.connection = connection
        self.driver = driver
        self.engine = engine
        self.opaque = False
        self.events: list[Event] = []
        self._results: list[CursorResult[Any]] = []

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
    ) -> CursorResult[Any]:
        """Run a SQLAlchemy Core statement. Its result must be read before the function returns."""
        if not (statement.is_select or statement.is_dml):
            self.opaque = True
        result = self.connection.execute(statement, parameters)
        if result.returns_rows:
            self._results.append(result)
        return result

    def exec_driver_sql(self, sql: str, parameters: tuple[Any, ...] | Mapping[str, Any] = ()) -> CursorResult[Any]:
        """Run SQL text with the driver's own parameter style (`?` on SQLite, `%s` on PostgreSQL)."""
        if not sql.lstrip()[:6].upper().startswith(_ABOUT_ROWS):
            self.opaque = True
        result = self.connection.exec_driver_sql(sql, parameters or None)
        if result.returns_rows:
            self._results.append(result)
        return result

    def emit(self, event: Event) -> None:
        """Publish `event` once the transaction is durable; never when it is rolled back."""
        self.events.append(event)

    def finish(self) -> None:
        """Close what the function left half read.

        An open `RETURNING` blocks SQLite's COMMIT, and an open SELECT keeps its reader on an old snapshot.
        """
        for result in self._results:
            result.close()
