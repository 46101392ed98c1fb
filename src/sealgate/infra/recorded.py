"""A database for one call whose change is also noted somewhere: both in one transaction, or neither."""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from sealgate.infra.database import Database
from sealgate.infra.tx import Tx

P = ParamSpec("P")
T = TypeVar("T")


class RecordedDatabase(Database):
    """The database it was made of, but the first write that succeeds also runs `record(tx)` in its transaction."""

    def __init__(self, database: Database, record: Callable[[Tx], None]) -> None:
        vars(self).update(vars(database))
        self._record = record
        self._recorded = False

    async def write(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Write as a `Database` does."""
        if self._recorded:
            return await super().write(fn, *args, **kwargs)

        def both(tx: Tx) -> T:
            value = fn(tx, *args, **kwargs)
            self._record(tx)
            return value

        value = await super().write(both)
        self._recorded = True
        return value
