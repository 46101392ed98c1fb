"""The database: one interface over SQLite and PostgreSQL.

    payload = await db.write(create_payload, app, draft, now=now)

`write` runs `create_payload(tx, app, draft, now=now)` in one transaction, on a thread of the database, and returns when
it is durable; then its events are published. The function may run more than once before it counts, so it does nothing
but use `tx`.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Engine, Select, Table, select
from sqlalchemy.engine import make_url

from sealgate.base.errors import Unavailable
from sealgate.base.settings import Settings
from sealgate.infra.bus import Bus
from sealgate.infra.jobs import Job, Mailbox
from sealgate.infra.tx import EngineName, Tx

__all__ = ["Database", "EngineName", "Tx", "insert_for", "insert_if_new"]

CHECK_WAIT_S = 5

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K")


class Backend(Protocol):
    """What `sqlite.py` and `postgres.py` offer."""

    engine: Engine

    @property
    def name(self) -> EngineName: ...
    def start(self, mailbox: Mailbox) -> list[threading.Thread]: ...
    def write(self, job: Job) -> None: ...
    def read(self, job: Job) -> None: ...
    def begin(self) -> AbstractContextManager[Tx]: ...
    def probe(self, tx: Tx) -> None: ...
    def close(self) -> None: ...
    def dispose(self) -> None: ...


class Database:
    """Where everything is kept. `open` it, `start` it on the event loop that calls `write` and `read`, `close` it."""

    def __init__(self, backend: Backend, bus: Bus) -> None:
        self._backend = backend
        self._bus = bus
        self._loop: asyncio.AbstractEventLoop | None = None
        self._mailbox: Mailbox | None = None
        self._threads: list[threading.Thread] = []

    @classmethod
    def open(cls, settings: Settings, bus: Bus) -> "Database":
        """Return the database the settings name. Cheap: PostgreSQL is not contacted before it is used.

        Raises:
            DataFolderUnusable: the SQLite file or its folder cannot be used.
            DatabaseDamaged: the SQLite file is no database.
        """
        url = make_url(settings.sqlalchemy_url)
        if url.get_backend_name() == "sqlite":
            from sealgate.infra.sqlite import SqliteBackend

            return cls(SqliteBackend(Path(url.database or ""), queue_limit=settings.write_queue), bus)
        from sealgate.infra.postgres import PostgresBackend

        backend = PostgresBackend(
            settings.sqlalchemy_url, connections=settings.database_pool, queue_limit=settings.write_queue
        )
        return cls(backend, bus)

    @property
    def engine(self) -> Engine:
        """SQLAlchemy's engine, for migrations and tests; slices use transactions."""
        return self._backend.engine

    @property
    def engine_name(self) -> EngineName:
        """`sqlite` or `postgresql`."""
        return self._backend.name

    async def start(self) -> None:
        """Start the threads that serve `write` and `read`, for the running loop."""
        self._loop = asyncio.get_running_loop()
        self._mailbox = Mailbox(self._loop, self._bus)
        self._threads = self._backend.start(self._mailbox)

    async def close(self) -> None:
        """Finish what waits and stop. Later calls get Unavailable. Calling it again does nothing."""
        self._backend.close()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        self._threads = []
        self._mailbox = None
        self._backend.dispose()

    async def write(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, *args, **kwargs)` in one transaction and return its value once that is durable.

        What `fn` raises is raised here, and then nothing of it is stored.

        Raises:
            Unavailable: too many calls wait, the disk is full, or the database is gone; nothing is stored.
            OutcomeUnknown: the database went away during the commit.
        """
        job = Job(fn, args, kwargs, self._running_loop().create_future())
        self._backend.write(job)
        value: T = await job.future
        return value

    async def read(self, fn: Callable[Concatenate[Tx, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `fn(tx, *args, **kwargs)`, which only reads, and return its value.

        It sees everything that was durable when the call was made. What `fn` emits is not published.

        Raises:
            Unavailable: too many calls wait, or the database is gone.
        """
        job = Job(fn, args, kwargs, self._running_loop().create_future())
        self._backend.read(job)
        value: T = await job.future
        return value

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction in the calling thread: for tests, the command line and migrations, never on the loop.

        It is committed at the end, or rolled back when the block raises. Its events are then published.

        Raises:
            Unavailable: the database is locked or gone.
            RuntimeError: on SQLite, this thread has a transaction open already.
        """
        with self._backend.begin() as tx:
            yield tx
        if self._mailbox is not None:
            self._mailbox.publish(tx.events)
        else:
            for event in tx.events:
                self._bus.publish(event)

    async def check(self) -> None:
        """Return when both reading and writing work.

        Raises:
            Unavailable: they do not, or take longer than 5 s.
        """
        try:
            async with asyncio.timeout(CHECK_WAIT_S):
                await self.write(self._backend.probe)
                await self.read(_look)
        except TimeoutError:
            raise Unavailable(detail=f"the database did not answer within {CHECK_WAIT_S} s") from None

    def _running_loop(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            raise RuntimeError("Database.start was not called")
        return self._loop


def _look(tx: Tx) -> None:
    tx.exec_driver_sql("SELECT 1").close()


def insert_for(engine: EngineName, table: Table) -> Any:
    """Return the engine's own `insert(table)`, which has `on_conflict_do_nothing` and `on_conflict_do_update`.

    PostgreSQL's is imported only there: that takes a tenth of a second.
    """
    if engine == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)


def insert_if_new(tx: Tx, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless it breaks a primary key or unique constraint. True when it was inserted.

    One statement: of several callers with the same key, one gets True.
    """
    inserted = (
        insert_for(tx.engine, table).values(**values).on_conflict_do_nothing().returning(*table.primary_key.columns)
    )
    return tx.execute(inserted).first() is not None


def free_keys(tx: Tx, query: Select[K], limit: int) -> Select[K]:
    """Return the first `limit` keys that a query finds and no other transaction holds, for `key.in_(…)` of a change.

    On PostgreSQL in a common table expression, which is looked through once: of a plain subquery, some plans look again
    with each row, pass over what they hold by then, and find more than `limit`.
    """
    if tx.engine == "sqlite":  # which counts no rows of a change that begins with one
        return query.limit(limit)
    found = query.limit(limit).with_for_update(skip_locked=True).cte()
    return select(found.c[0])
