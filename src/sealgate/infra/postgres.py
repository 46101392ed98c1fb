"""The database on PostgreSQL: a few threads, each with a connection of its own, one transaction a function.

READ COMMITTED: what must happen once is one conditional statement or a unique constraint, so the database decides.
A serialization failure or a deadlock runs the function again. A server that is gone is answered with Unavailable at
once, tried again every second, and used again as soon as it is back.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from sqlalchemy import Connection, ExceptionContext, create_engine, event
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.infra.errors import OutcomeUnknown, withhold_rows
from sealgate.infra.jobs import Job, JobQueue, Mailbox
from sealgate.infra.metrics import DATABASE_FAILURES
from sealgate.infra.tx import EngineName, Tx

CONNECT_WAIT_S = 3
STATEMENT_WAIT_S = 10
LOCK_WAIT_S = 5
REST_AFTER_FAILURE_S = 1.0
MOST_ATTEMPTS = 5

# SQLSTATE (PostgreSQL appendix A): serialization_failure, deadlock_detected.
_RUN_AGAIN = frozenset({"40001", "40P01"})
_READ_ONLY = "25006"
# query_canceled (our statement timeout), lock_not_available, and the classes of exhausted or failing machines and
# of an operator at work.
_NOT_OUR_FAULT = ("57014", "55P03", _READ_ONLY, "53", "57P", "58", "08", "XX")

_log = get_logger("infra.postgres")


class PostgresBackend:
    """The backend on a PostgreSQL server. Nothing connects before it is needed.

    Args:
        url: SQLAlchemy URL, `postgresql+psycopg://…`.
        connections: Connections kept; a quarter of them, at least one, serves reads, and at least one writes.
        queue_limit: Writes, and as many reads, that may wait.
    """

    name: EngineName = "postgresql"

    def __init__(self, url: str, *, connections: int, queue_limit: int) -> None:
        self.engine = create_engine(
            url,
            poolclass=NullPool,
            connect_args={
                "connect_timeout": CONNECT_WAIT_S,
                "application_name": "sealgate",
                # A cut cable is noticed while a statement runs, not after TCP's own quarter of an hour.
                "tcp_user_timeout": STATEMENT_WAIT_S * 1000,
                "keepalives_idle": 30,
            },
            hide_parameters=True,
        )
        event.listen(self.engine, "connect", _prepare_connection)
        event.listen(self.engine, "handle_error", _keep_rows_out)
        self._readers = max(1, connections // 4)
        self._writers = max(1, connections - self._readers)
        self._writes = JobQueue(queue_limit, self._writers)
        self._reads = JobQueue(queue_limit, self._readers)
        self._rest_until = 0.0

    def start(self, mailbox: Mailbox) -> list[threading.Thread]:
        """Start the threads; they answer through `mailbox` until `close`."""
        threads = [
            threading.Thread(
                target=_Worker(self, jobs, mailbox, reads=jobs is self._reads).loop,
                name=f"database-{'reader' if jobs is self._reads else 'writer'}-{number}",
                daemon=True,
            )
            for jobs, many in ((self._writes, self._writers), (self._reads, self._readers))
            for number in range(many)
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
        """Let go of everything; nothing runs any more."""
        self.engine.dispose()

    def probe(self, tx: Tx) -> None:
        """Find out whether the server answers and takes writes, which a stand-by does not."""
        if tx.exec_driver_sql("SHOW transaction_read_only").scalar_one() == "on":
            raise Unavailable(detail="PostgreSQL takes no writes")

    @contextmanager
    def begin(self) -> Iterator[Tx]:
        """Open a transaction in the calling thread, on a connection of its own.

        Raises:
            Unavailable: the server does not answer.
        """
        try:
            with self.connect() as connection:
                driver: Any = connection.connection.driver_connection
                tx = Tx(connection, driver, "postgresql")
                try:
                    yield tx
                    tx.finish()
                    driver.commit()
                except BaseException:
                    tx.finish()
                    with suppress(self.driver_error):
                        driver.rollback()
                    raise
        except (self.driver_error, SQLAlchemyError) as problem:
            refusal = as_refusal(problem)
            if refusal is problem:
                raise
            raise refusal from problem

    @property
    def driver_error(self) -> type[Exception]:
        """The driver's base error."""
        error: type[Exception] = self.engine.dialect.loaded_dbapi.Error
        return error

    def connect(self) -> Connection:
        """Return a new connection, or fail fast while the server is known to be gone.

        Raises:
            Unavailable: it does not answer, or did not a moment ago.
        """
        if time.monotonic() < self._rest_until:
            raise Unavailable(retry_after_s=2, detail="PostgreSQL did not answer a moment ago")
        try:
            return self.engine.connect()
        except (self.driver_error, SQLAlchemyError) as problem:
            self._rest_until = time.monotonic() + REST_AFTER_FAILURE_S
            DATABASE_FAILURES.add()
            _log.error("database_unreachable", cause=str(getattr(problem, "orig", problem)))
            raise Unavailable(retry_after_s=2, detail="PostgreSQL does not answer") from problem


class _Worker:
    """One thread with its connection."""

    def __init__(self, backend: PostgresBackend, jobs: JobQueue, mailbox: Mailbox, *, reads: bool) -> None:
        self._backend = backend
        self._jobs = jobs
        self._mailbox = mailbox
        self._reads = reads
        self._connection: Connection | None = None

    def loop(self) -> None:
        while (job := self._jobs.take()) is not None:
            try:
                self._settle(job)
            except Exception as problem:  # whatever it is, the next job needs this thread
                self._drop()
                job.fail(problem)
            self._mailbox.deliver((job,))
        self._drop()

    def _settle(self, job: Job) -> None:
        """Run `job` until it is stored or refused."""
        for attempt in range(MOST_ATTEMPTS):
            try:
                connection = self._connection or self._open()
            except Unavailable as refusal:
                job.fail(refusal)
                return
            driver: Any = connection.connection.driver_connection
            if self._run(job, connection, driver):
                return
            error = job.error
            state = _sqlstate(error)
            if driver.closed:
                # The connection had died unnoticed, or dies now; before the commit nothing is stored, so the
                # function may run again on a new one. Only once: then the server itself is in trouble.
                self._drop()
                again = attempt == 0 and not isinstance(error, OutcomeUnknown)
            else:
                again = state in _RUN_AGAIN
                time.sleep(0.001 * 4**attempt if again else 0)
            if not again:
                break
        # A read that tries to write is a mistake of ours, not a stand-by server.
        if job.error is not None and not (self._reads and _sqlstate(job.error) == _READ_ONLY):
            job.fail(as_refusal(job.error))

    def _run(self, job: Job, connection: Connection, driver: Any) -> bool:
        """Run `job` in one transaction. True when it is stored."""
        done = job.run(Tx(connection, driver, "postgresql"))
        if self._reads:
            return done
        if not done:
            with suppress(self._backend.driver_error):
                driver.rollback()
            return False
        try:
            driver.commit()
        except self._backend.driver_error as problem:
            withhold_rows(problem)
            job.fail(OutcomeUnknown(retry_after_s=2, detail=str(problem)) if driver.closed else problem)
            return False
        return True

    def _open(self) -> Connection:
        self._connection = self._backend.connect()
        if self._reads:
            # A read is one statement or a few: each its own snapshot, as in READ COMMITTED, without BEGIN and COMMIT
            # on the wire.
            driver: Any = self._connection.connection.driver_connection
            driver.autocommit = True
            driver.execute("SET default_transaction_read_only = on")
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            with suppress(self._backend.driver_error, SQLAlchemyError):
                self._connection.invalidate()
                self._connection.close()
            self._connection = None


def as_refusal(error: BaseException) -> BaseException:
    """Return what the caller is told: Unavailable where the server is at fault, else the error as it is."""
    state = _sqlstate(error)
    cause = getattr(error, "orig", None) or error
    gone = isinstance(error, DBAPIError) and error.connection_invalidated
    if gone or (state is None and _is_operational(cause)) or (state or "").startswith(_NOT_OUR_FAULT):
        DATABASE_FAILURES.add()
        _log.error("database_failed", cause=str(cause))
        return Unavailable(retry_after_s=2, detail=f"PostgreSQL: {type(cause).__name__} {state or ''}")
    return error


def _is_operational(error: BaseException) -> bool:
    """True for the driver's OperationalError, without importing a driver nobody may have installed."""
    return any(kind.__module__ == "psycopg" and kind.__name__ == "OperationalError" for kind in type(error).__mro__)


def _sqlstate(error: BaseException | None) -> str | None:
    return getattr(getattr(error, "orig", None) or error, "sqlstate", None)


def _prepare_connection(driver: Any, _record: object) -> None:
    driver.autocommit = True
    # Statements and not connection options: poolers in between refuse the latter.
    driver.execute(f"SET statement_timeout = {STATEMENT_WAIT_S * 1000}")
    driver.execute(f"SET lock_timeout = {LOCK_WAIT_S * 1000}")
    driver.execute(f"SET idle_in_transaction_session_timeout = {STATEMENT_WAIT_S * 3000}")
    driver.execute("SET default_transaction_isolation = 'read committed'")
    driver.autocommit = False


def _keep_rows_out(failure: ExceptionContext) -> None:
    cause, wrapped = failure.original_exception, failure.sqlalchemy_exception
    if withhold_rows(cause) and wrapped is not None:
        wrapped.args = (f"({type(cause).__name__}) {cause}",)
