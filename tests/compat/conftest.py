"""The stages of the compat tests."""

from collections.abc import Iterator

import pytest

from tests.compat.stage import Stage
from tests.platform import start_platform


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """A platform on SQLite with its people."""
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def stage_on_postgres(postgres) -> Iterator[Stage]:
    """A platform on PostgreSQL with its people."""
    url = postgres.create_database()
    stage = Stage(start_platform(database_url=url))
    yield stage
    stage.close()
    postgres.drop_database(url)
