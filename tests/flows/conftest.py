"""The whole server in a process of the test's own, on each engine."""

import shutil
from collections.abc import AsyncIterator
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
def flow_postgres(postgres: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings with a PostgreSQL database and a master key that all flows share.

    Copying a database costs more than a flow takes; flows have their own apps, users and requests, so they do not meet.
    """
    url = postgres.create_database("flows")
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("flow")), public_url=PUBLIC_URL, database_url=url)
    create_schema(settings)
    return settings


@pytest.fixture(params=["sqlite", "postgresql"])
def flow_engine(request: pytest.FixtureRequest) -> EngineName:
    """The engine a flow runs on: each runs on both."""
    return request.param


@pytest.fixture
def flow_settings(flow_engine: EngineName, request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings with a database that has every table."""
    if flow_engine == "postgresql":
        shared: Settings = request.getfixturevalue("flow_postgres")
        return shared
    shutil.copy(request.getfixturevalue("flow_sqlite"), tmp_path / "sealgate.db")
    return Settings(data_dir=str(tmp_path), public_url=PUBLIC_URL)


@pytest.fixture
async def side(flow_settings: Settings) -> AsyncIterator[WalletSide]:
    """A started server with one app (mark the test `anyio`)."""
    started = WalletSide(flow_settings)
    await started.start()
    yield started
    await started.stop()
