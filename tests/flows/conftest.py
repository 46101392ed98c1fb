"""The whole server in a process of the test's own, on each engine."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sealgate.base.settings import Settings
from sealgate.infra.database import EngineName
from tests.conformance.conftest import create_schema
from tests.services import PostgresServer
from tests.wallet_side import WalletSide

PUBLIC_URL = "https://sign.example"


@pytest.fixture(scope="session")
def flow_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with every table, to be copied."""
    folder = tmp_path_factory.mktemp("flow")
    create_schema(Settings(data_dir=str(folder)))
    return folder / "sealgate.db"


@pytest.fixture(scope="session")
def flow_postgres(postgres: PostgresServer) -> str:
    """The name of a PostgreSQL database with every table, to be copied."""
    url = postgres.create_database("flow_template")
    create_schema(Settings(database_url=url))
    return url.rsplit("/", 1)[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def flow_engine(request: pytest.FixtureRequest) -> EngineName:
    """The engine a flow runs on: each runs on both."""
    return request.param


@pytest.fixture
def flow_settings(flow_engine: EngineName, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings with a database of the test's own that has every table."""
    if flow_engine == "sqlite":
        shutil.copy(request.getfixturevalue("flow_sqlite"), tmp_path / "sealgate.db")
        yield Settings(data_dir=str(tmp_path), public_url=PUBLIC_URL)
        return
    template = request.getfixturevalue("flow_postgres")
    postgres: PostgresServer = request.getfixturevalue("postgres")
    url = postgres.create_database(template=template)
    yield Settings(data_dir=str(tmp_path), public_url=PUBLIC_URL, database_url=url)
    postgres.drop_database(url)


@pytest.fixture
async def side(flow_settings: Settings) -> AsyncIterator[WalletSide]:
    """A started server with one app (mark the test `anyio`)."""
    started = WalletSide(flow_settings)
    await started.start()
    yield started
    await started.stop()
