"""What holds on PostgreSQL only: deadlocks, connections that die, a server that goes away and comes back."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator

import psycopg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, insert, select, update

from sealgate.base.errors import Unavailable
from sealgate.base.settings import Settings
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database, Tx
from sealgate.infra.errors import OutcomeUnknown
from tests.server_process import free_port
from tests.services import PostgresServer, start_postgres

pytestmark = pytest.mark.anyio

things = Table("things", MetaData(), Column("name", Text, primary_key=True), Column("number", Integer))


def add(tx: Tx, name: str) -> None:
    tx.execute(insert(things).values(name=name, number=0))


def names(tx: Tx) -> list[str]:
    return list(tx.execute(select(things.c.name).order_by(things.c.name)).scalars())


def count_up(tx: Tx, name: str) -> None:
    tx.execute(update(things).where(things.c.name == name).values(number=things.c.number + 1))


async def opened(url: str) -> Database:
    database = Database.open(Settings(database_url=url), LocalBus())
    with database.begin() as tx:
        things.metadata.create_all(tx.connection)
    await database.start()
    return database


@pytest.fixture
async def database(postgres_url: str) -> AsyncIterator[Database]:
    database = await opened(postgres_url)
    yield database
    await database.close()


class TestDeadlock:
    async def test_is_run_again_until_both_are_stored(self, database):
        for name in "ab":
            await database.write(add, name)
        both_hold_one = threading.Barrier(2)
        met = set()

        def count_both(tx, first, second):
            count_up(tx, first)
            if first not in met:  # only the first time: the loser runs again, alone
                met.add(first)
                both_hold_one.wait(10)
            count_up(tx, second)

        await asyncio.gather(database.write(count_both, "a", "b"), database.write(count_both, "b", "a"))

        assert await database.read(
            lambda tx: [tuple(r) for r in tx.execute(select(things).order_by(things.c.name))]
        ) == [
            ("a", 2),
            ("b", 2),
        ]


class TestDeadConnection:
    async def test_between_calls_goes_unnoticed(self, database, postgres_url):
        for n in range(20):
            await database.write(add, f"{n:02}")
            await database.read(names)
        with psycopg.connect(postgres_url) as admin:
            killed = admin.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sealgate'"
            ).fetchall()

        await asyncio.gather(*(database.write(add, f"later{n:02}") for n in range(20)))

        assert len(killed) > 1
        assert len(await database.read(names)) == 40

    async def test_within_a_function_runs_it_again_and_stores_it_once(self, database):
        runs = 0

        def add_and_lose_the_connection_once(tx):
            nonlocal runs
            runs += 1
            add(tx, "a")
            if runs == 1:
                tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        await database.write(add_and_lose_the_connection_once)

        assert runs == 2
        assert await database.read(names) == ["a"]

    async def test_each_time_is_refused_and_stores_nothing(self, database):
        def add_and_lose_the_connection(tx):
            add(tx, "a")
            tx.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

        with pytest.raises(Unavailable):
            await database.write(add_and_lose_the_connection)

        assert await database.read(names) == []

    async def test_at_the_commit_is_never_run_again(self, database, postgres_url):
        runs = 0

        def add_and_die_quietly(tx):
            nonlocal runs
            runs += 1
            add(tx, "a")
            # From outside, so that the function itself returns and the COMMIT finds out.
            with psycopg.connect(postgres_url, autocommit=True) as admin:
                admin.execute("SELECT pg_terminate_backend(%s)", (tx.driver.info.backend_pid,))

        with pytest.raises(OutcomeUnknown):
            await database.write(add_and_die_quietly)

        assert runs == 1
        assert await database.read(names) == []


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """A server of these tests' own, which they may kill; so it must keep what it answered."""
    server = start_postgres(durable=True)
    yield server
    server.stop()


class TestServerGone:
    async def test_is_refused_soon_and_used_again_once_it_is_back(self, own_server):
        database = await opened(own_server.create_database("gone"))
        await database.write(add, "before")
        own_server.kill()

        asked_at = time.monotonic()
        outcomes = await asyncio.gather(*(database.write(add, f"{n}") for n in range(100)), return_exceptions=True)
        with pytest.raises(Unavailable) as refused:
            await database.read(names)
        with pytest.raises(Unavailable):
            await database.check()
        took_s = time.monotonic() - asked_at

        # PostgreSQL is not started in a thread: it ends with the thread that started it.
        own_server.start()
        await asyncio.sleep(1.1)

        assert {type(outcome) for outcome in outcomes} <= {Unavailable, OutcomeUnknown}
        assert refused.value.headers["retry-after"] == "2"
        assert took_s < 4
        await database.check()
        await database.write(add, "after")
        assert await database.read(names) == ["after", "before"]
        await database.close()

    async def test_from_the_start_on_is_no_error_until_it_is_used(self):
        database = Database.open(
            Settings(database_url=f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"), LocalBus()
        )
        await database.start()

        with pytest.raises(Unavailable):
            await database.check()
        with pytest.raises(Unavailable), database.begin():
            pass
        await database.close()


class TestLimits:
    async def test_a_statement_that_takes_too_long_is_refused(self, database):
        def sleep(tx):
            tx.exec_driver_sql("SET LOCAL statement_timeout = 50")
            tx.exec_driver_sql("SELECT pg_sleep(5)")

        with pytest.raises(Unavailable):
            await database.write(sleep)

        await database.write(add, "a")

    async def test_a_server_that_takes_no_writes_is_not_ready(self, database, postgres_url):
        name = postgres_url.rsplit("/", 1)[1]
        with psycopg.connect(postgres_url, autocommit=True) as admin:
            admin.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")

        with pytest.raises(Unavailable):
            await database.write(add, "a")
        with pytest.raises(Unavailable):
            await database.check()
