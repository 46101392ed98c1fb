"""Both engines, both buses, both counters: what is tested here holds whichever is configured."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from sealgate.base.settings import Settings
from sealgate.infra.bus import Bus, LocalBus
from sealgate.infra.counters import Counters, LocalCounters
from sealgate.infra.database import Database, EngineName, Tx
from sealgate.infra.schema import load_tables, metadata
from sealgate.infra.sealing import Sealer
from tests.services import PostgresServer


def create_schema(settings: Settings) -> None:
    """Create every table in the database the settings name."""
    load_tables()
    database = Database.open(settings, LocalBus())
    with database.begin() as tx:
        metadata.create_all(tx.connection)
    database.engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table, to be copied."""
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("template")))
    create_schema(settings)
    return Path(settings.data_dir) / "sealgate.db"


@pytest.fixture(scope="session")
def shared_postgres_url(postgres: PostgresServer) -> str:
    """A PostgreSQL database with every table. Emptying it is a hundred times quicker than making one."""
    url = postgres.create_database("conformance")
    create_schema(Settings(database_url=url))
    return url


def empty(url: str) -> None:
    """Take away what an earlier test left: connections, rows, tables of its own."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        found = [name for (name,) in connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]
        # Foreign keys are not looked at meanwhile, so the order does not matter.
        connection.execute("SET session_replication_role = replica")
        for name in found:
            verb = "DELETE FROM {}" if name in metadata.tables else "DROP TABLE {} CASCADE"
            connection.execute(sql.SQL(verb).format(sql.Identifier(name)))


@pytest.fixture(params=["sqlite", "postgresql"])
def engine_name(request: pytest.FixtureRequest) -> EngineName:
    """The engine a test runs on: each test runs on both."""
    return request.param


@pytest.fixture
def settings(engine_name: EngineName, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a database that has every table and not a row."""
    if engine_name == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "sealgate.db")
        return Settings(data_dir=str(tmp_path))
    url = request.getfixturevalue("shared_postgres_url")
    empty(url)
    return Settings(data_dir=str(tmp_path), database_url=url)


@pytest.fixture
def bus() -> LocalBus:
    """The bus that the database publishes on."""
    return LocalBus()


@pytest.fixture
def database(settings: Settings, bus: Bus) -> Iterator[Database]:
    """An opened database: for `begin`. Tests that await `write` and `read` take `live_database`."""
    opened = Database.open(settings, bus)
    yield opened
    opened.engine.dispose()


@pytest.fixture
async def live_database(database: Database) -> AsyncIterator[Database]:
    """The same database, started on the test's event loop (mark the test `anyio`)."""
    await database.start()
    yield database
    await database.close()


@pytest.fixture
def tx(database: Database) -> Iterator[Tx]:
    """An open transaction, committed at the end. On SQLite, no other can be opened meanwhile."""
    with database.begin() as opened:
        yield opened


@pytest.fixture
def counters() -> Counters:
    """Counters of this process; their own conformance suite runs on Redis as well."""
    return LocalCounters()


@pytest.fixture
def sealer(settings: Settings, database: Database) -> Sealer:
    """A sealer with a key file in the test's folder and its pepper loaded."""
    sealer = Sealer.from_settings(settings)
    with database.begin() as tx:
        sealer.load_pepper(tx)
    return sealer
