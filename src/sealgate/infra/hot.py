"""Hot statements: a SQLAlchemy Core statement compiled once per engine and handed straight to the driver.

Use it for the few statements that run on every call. It costs a fifth of Core on SQLite: the text, the order of the
parameters and the conversions of the column types (`Uuid`, `Moment`, `Json`) are worked out once, and what remains per
run is one conversion per value and the driver's own work.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any, cast

from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

from sealgate.infra.errors import withhold_rows
from sealgate.infra.tx import EngineName, Tx

_Convert = Callable[[Any], Any] | None
_REQUIRED = object()
_DRIVERS: dict[EngineName, str] = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}


class HotResult:
    """What a hot statement did, already read.

    Attributes:
        rows: The rows it returned, as named tuples with the columns' keys.
        rowcount: The rows it inserted, changed or deleted.
    """

    __slots__ = ("rowcount", "rows")

    def __init__(self, rows: list[Any], rowcount: int) -> None:
        self.rows = rows
        self.rowcount = rowcount

    def one_or_none(self) -> Any | None:
        """Return the row, or None where there is none.

        Raises:
            LookupError: there are several.
        """
        if len(self.rows) > 1:
            raise LookupError(f"{len(self.rows)} rows where one was expected")
        return self.rows[0] if self.rows else None


class HotStatement:
    """A Core statement whose `bindparam`s (or inserted columns) are given by name at each `run`.

    Args:
        statement: `select`, `insert`, `update` or `delete`, with `returning` or without. An `insert(table)` without
            values takes every column. Lists for `in_` and Python-side column defaults are not possible here.
            Where the engines' forms differ: a function that returns the statement for one, called at the first run.
        columns: For an `insert` or `update` without values: the columns it sets.

    Raises:
        TypeError: the statement needs what only SQLAlchemy's own execution offers.
    """

    def __init__(
        self, statement: ClauseElement | Callable[[EngineName], ClauseElement], *, columns: Sequence[str] | None = None
    ) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[EngineName, _Compiled] = {}

    def run(self, tx: Tx, **params: Any) -> HotResult:
        """Run it in `tx`.

        Raises:
            TypeError: a parameter is missing, or not one of the statement's.
            sqlalchemy.exc.IntegrityError: and its siblings, as from `Tx.execute`.
        """
        compiled = self._compiled.get(tx.engine)
        if compiled is None:
            made = self._statement if isinstance(self._statement, ClauseElement) else self._statement(tx.engine)
            compiled = self._compiled[tx.engine] = _Compiled(made, tx.engine, self._columns)
        return compiled.run(tx, params)


class _Compiled:
    """The statement for one engine."""

    def __init__(self, statement: ClauseElement, engine: EngineName, columns: Sequence[str] | None) -> None:
        self._dialect: Dialect = make_url(f"{_DRIVERS[engine]}://").get_dialect()()
        compiled = cast(
            SQLCompiler, statement.compile(dialect=self._dialect, column_keys=list(columns) if columns else None)
        )
        if compiled.insert_prefetch or compiled.update_prefetch:
            raise TypeError("a hot statement cannot fill Python-side column defaults: give the values")
        if any(bind.expanding for bind in compiled.binds.values()):
            raise TypeError("a hot statement cannot take a list of values")
        self._sql = compiled.string
        self._positions = compiled.positiontup
        order = self._positions or list(compiled.binds)
        self._binds = [self._bind(compiled, name) for name in order]
        self._named = {name for name in compiled.binds if compiled.binds[name].required}
        exported = getattr(statement, "exported_columns", None)
        self._row: Any = None
        self._readers: list[_Convert] = []
        if exported is not None and len(exported):
            self._row = namedtuple("Row", [column.key for column in exported])  # type: ignore[misc]  # noqa: PYI024
            self._readers = [
                column.type.dialect_impl(self._dialect).result_processor(self._dialect, None) for column in exported
            ]

    def _bind(self, compiled: SQLCompiler, name: str) -> tuple[str, _Convert, Any]:
        bind = compiled.binds[name]
        convert = bind.type.dialect_impl(self._dialect).bind_processor(self._dialect)
        fixed: Any = _REQUIRED if bind.required else bind.effective_value
        return name, convert, fixed

    def run(self, tx: Tx, params: dict[str, Any]) -> HotResult:
        if params.keys() != self._named:
            raise TypeError(f"missing or unknown parameters: {sorted(params.keys() ^ self._named)}")
        values = []
        for name, convert, fixed in self._binds:
            value = params[name] if fixed is _REQUIRED else fixed
            values.append(value if convert is None else convert(value))
        bound: Any = values if self._positions else dict(zip([n for n, _, _ in self._binds], values, strict=True))
        try:
            cursor = tx.driver.execute(self._sql, bound)
            rows = cursor.fetchall() if cursor.description else []
        except Exception as problem:
            raise self._wrapped(problem) from problem
        if rows and self._row is not None:
            make, readers = self._row._make, self._readers
            rows = [
                make([value if read is None else read(value) for read, value in zip(readers, row, strict=True)])
                for row in rows
            ]
        return HotResult(rows, cursor.rowcount)

    def _wrapped(self, problem: Exception) -> BaseException:
        """Return the driver's error as SQLAlchemy's, without the parameters: one may be a secret."""
        withhold_rows(problem)
        dbapi: Any = self._dialect.import_dbapi()
        return DBAPIError.instance(
            self._sql, None, problem, dbapi.Error, hide_parameters=True, connection_invalidated=False
        )
