"""The database on SQLite: one thread writes, one reads, and each serves all who wait at once.

Group commit: the writer takes every waiting function, runs them in one transaction and commits once, so that many
callers share one fsync. There are no savepoints, which would double the cost. A function that raises without having
changed anything is simply left out. One that raises after a change takes the batch back with it; then those before it,
it alone, and those after it run again, in that order: the others commit, it fails.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.infra.errors import DatabaseDamaged, DataFolderUnusable
from sealgate.infra.folder import ensure_folder, ensure_writable_file
from sealgate.infra.jobs import Job, JobQueue, Mailbox
from sealgate.infra.metrics import DATABASE_FAILURES, WRITE_BATCH
from sealgate.infra.tx import EngineName, Tx

MOST_WRITES_A_COMMIT = 256
MOST_READS_A_BATCH = 64
LOCK_WAIT_S = 5.0
"""How long the writer waits for another process or for `begin` to let go of the database."""
BEGIN_WAIT_S = 30.0

# Primary result codes (sqlite.org/rescode.html) that tell of the machine and not of the statement.
_NOT_OUR_FAULT = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL,
    sqlite3.SQLITE_NOTADB,
})  # fmt: skip

_log = get_logger("infra.sqlite")


def _prepare_connection(driver: sqlite3.Connection, _record: object) -> None:
    with closing(driver.cursor()) as cursor:
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={int(LOCK_WAIT_S * 1000)}")
        cursor.execute("PRAGMA temp_store=MEMORY")
        # A WAL that grew during a long read gives its space back.
        cursor.execute("PRAGMA journal_size_limit=67108864")


class SqliteBackend:
    """The backend on one SQLite file.

    Args:
        path: The file; its folder is made if need be.
        queue_limit: Writes, and as many reads, that may wait.

    Raises:
        DataFolderUnusable: the folder or the file cannot be used.
        DatabaseDamaged: the file is no database.
    """

    name: EngineName = "sqlite"

    def __init__(self, path: Path, *, queue_limit: int) -> None:
        ensure_folder(path.parent)
        ensure_writable_file(path)
        self.engine = create_engine(
            f"sqlite:///{path}",
            poolclass=NullPool,
            # Without an isolation level the driver begins nothing on its own: this file says BEGIN and COMMIT.
            connect_args={"isolation_level": None, "check_same_thread": False, "cached_statements": 512},
            hide_parameters=True,
        )
        event.listen(self.engine, "connect", _prepare_connection)
        self._look_at(path)
        self._writes = JobQueue(queue_limit)
        self._reads = JobQueue(queue_limit)
        self._writer_lock = threading.Lock()
        self._writer_thread: int | None = None
        self._writer: Connection | None = None
        self._failing = False
        self._damaged = False

    def start(self, mailbox: Mailbox) -> list[threading.Thread]:
        """Start the writer and the reader; they answer through `mailbox` until `close`."""
        threads = [
            threading.Thread(target=self._write_loop, args=(mailbox,), name="database-writer", daemon=True),
            threading.Thread(target=self._read_loop, args=(mailbox,), name="database-reader", daemon=True),
        ]
        for thread in threads:
            thread.start()
        return threads

    def write(self, job: Job) -> None:
        """Line up a write. Raises Unavailable when the queue is full."""
        self._writes.put(job)

    def read(self, job: Job) -> None:
        """Line up a read. Raises Unavailable when the queue is full."""
        self._reads.put(job)

    def close(self) -> None:
        """Let the threads finish what waits, then stop."""
        self._writes.close()
        self._reads.close()

    def dispose(self) -> None:
        """Let go of the file; nothing runs any more."""
        self.engine.dispose()

    def probe(self, tx: Tx) -> None:
        """Find out whether writes work. After a failure that takes a real one: pages allocated, synced, given back.

        Raises:
            Unavailable: SQLite has found damage, which does not go away by itself, however many writes still work.
        """
        if self._damaged:
            raise Unavailable(retry_after_s=60, detail="the database file is damaged: restore a backup")
        if self._failing:
            tx.exec_driver_sql("CREATE TABLE sealgate_probe AS SELECT zeroblob(16384) AS room")
            tx.exec_driver_sql("DROP TABLE sealgate_probe")

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction in the calling thread, in line with the writer.

        Raises:
            RuntimeError: this thread has one open already.
            Unavailable: the database stayed locked.
        """
        if self._writer_thread == threading.get_ident():
            raise RuntimeError("this thread is inside a transaction already")
        with self._exclusively(BEGIN_WAIT_S), self._refusals(), self.engine.connect() as connection:
            driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
            driver.execute("BEGIN IMMEDIATE")
            tx = Tx(connection, driver, "sqlite")
            try:
                yield tx
                tx.finish()
                driver.execute("COMMIT")
            except BaseException:
                tx.finish()
                driver.rollback()
                raise

    def _look_at(self, path: Path) -> None:
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").close()
        except DBAPIError as problem:
            if _result_code(problem) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise DatabaseDamaged(message=f"{path} is damaged, or is no SQLite database.") from None
            raise DataFolderUnusable(message=f"The database {path} cannot be used: {problem.orig}.") from None

    @contextmanager
    def _exclusively(self, wait_s: float) -> Iterator[None]:
        """Hold the right to write within this process: waiting in line here is fair and wastes no time asleep."""
        if not self._writer_lock.acquire(timeout=wait_s):
            raise Unavailable(detail=f"another thread held the database for {wait_s} s")
        self._writer_thread = threading.get_ident()
        try:
            yield
        finally:
            self._writer_thread = None
            self._writer_lock.release()

    @contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, SQLAlchemyError) as problem:
            refusal = self._as_refusal(problem)
            if refusal is problem:
                raise
            raise refusal from problem

    def _as_refusal(self, error: BaseException) -> BaseException:
        """Return what the caller is told: Unavailable for a full disk and the like, else the error as it is."""
        code = _result_code(error)
        if code not in _NOT_OUR_FAULT:
            return error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            self._damaged = True
        elif code not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_INTERRUPT):
            self._failing = True
        DATABASE_FAILURES.add()
        cause = getattr(error, "orig", None) or error
        _log.error("database_failed", cause=str(cause))
        return Unavailable(retry_after_s=5, detail=f"SQLite: {cause}")

    def _write_loop(self, mailbox: Mailbox) -> None:
        while batch := self._writes.take_all(MOST_WRITES_A_COMMIT):
            WRITE_BATCH.observe(len(batch))
            parts = [batch]
            while parts:
                part = parts.pop()
                culprit = self._commit_together(part)
                if culprit is not None:
                    retry = (part[culprit + 1 :], part[culprit : culprit + 1], part[:culprit])
                    parts.extend(again for again in retry if again)
            mailbox.deliver(batch)
        self._drop_writer()

    def _commit_together(self, jobs: list[Job]) -> int | None:
        """Run `jobs` in one transaction. Return None when they are settled, else the index of the job to set apart."""
        try:
            with self._exclusively(LOCK_WAIT_S):
                connection, driver = self._open_writer()
                driver.execute("BEGIN IMMEDIATE")
                at_first = driver.total_changes
                culprit = self._run_all(jobs, connection, driver)
                if culprit is not None:
                    driver.rollback()
                    if len(jobs) > 1:
                        return culprit
                else:
                    changed = driver.total_changes != at_first
                    driver.execute("COMMIT")
                    self._failing = self._failing and not changed
        except Exception as problem:  # whatever it is, the next batch needs this thread
            # Nothing of the batch is stored, and even a refusal among its outcomes may rest on what was not.
            self._drop_writer()
            refusal = self._as_refusal(problem)
            for job in jobs:
                job.fail(refusal)
        else:
            for job in jobs:
                if job.error is not None:
                    job.error = self._as_refusal(job.error)
        return None

    def _run_all(self, jobs: list[Job], connection: Connection, driver: sqlite3.Connection) -> int | None:
        """Run `jobs` in the open transaction. Return the index of one that spoilt it, None when it may be committed."""
        for index, job in enumerate(jobs):
            before = driver.total_changes
            tx = Tx(connection, driver, "sqlite")
            returned = job.run(tx)
            # Some failures, a full disk among them, roll the transaction back on their own.
            lost = not driver.in_transaction
            if returned and lost:
                job.fail(Unavailable(detail="SQLite gave the transaction up"))
            if lost or (not returned and (tx.opaque or driver.total_changes != before)):
                return index
        return None

    def _open_writer(self) -> tuple[Connection, Any]:
        if self._writer is None:
            self._writer = self.engine.connect()
        return self._writer, self._writer.connection.driver_connection

    def _drop_writer(self) -> None:
        """Close the writer's connection, which rolls back whatever is open; the next batch opens another."""
        if self._writer is not None:
            with suppress(sqlite3.Error, SQLAlchemyError):
                self._writer.close()
            self._writer = None

    def _read_loop(self, mailbox: Mailbox) -> None:
        connection: Connection | None = None
        while batch := self._reads.take_all(MOST_READS_A_BATCH):
            try:
                if connection is None:
                    connection = self.engine.connect()
                    connection.exec_driver_sql("PRAGMA query_only=ON")
                driver: Any = connection.connection.driver_connection
                # One snapshot for the batch; it begins after every job in it was asked for, so it sees all that
                # had been answered by then.
                driver.execute("BEGIN")
                for job in batch:
                    job.run(Tx(connection, driver, "sqlite"))
                    # A read that tries to write is a mistake of ours, not a read-only disk.
                    if job.error is not None and _result_code(job.error) != sqlite3.SQLITE_READONLY:
                        job.fail(self._as_refusal(job.error))
                driver.rollback()
            except Exception as problem:  # whatever it is, the next batch needs this thread
                refusal = self._as_refusal(problem)
                for job in batch:
                    job.fail(refusal)
                if connection is not None:
                    with suppress(sqlite3.Error, SQLAlchemyError):
                        connection.close()
                    connection = None
            mailbox.deliver(batch)
        if connection is not None:
            connection.close()


def _result_code(error: BaseException) -> int:
    """Return SQLite's primary result code, 0 where `error` does not come from SQLite."""
    cause = getattr(error, "orig", None) or error
    return (getattr(cause, "sqlite_errorcode", None) or 0) & 0xFF
