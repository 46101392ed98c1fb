"""`sealgate` in Node against whole platforms. The tests are in `node/*.test.mjs`; each is a subtest here."""

from collections.abc import Iterator

import pytest

from tests.compat.node import run_file
from tests.compat.stage import Stage
from tests.platform import start_platform
from tests.sdks.js.people import environ_of, with_people

FOLDER = "../sdks/js/node"


@pytest.fixture(scope="module")
def on_sqlite() -> Iterator[Stage]:
    """A platform on SQLite with its people."""
    stage = with_people(Stage(start_platform()))
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def on_postgresql(postgres) -> Iterator[Stage]:
    """A platform on PostgreSQL with its people."""
    url = postgres.create_database()
    stage = with_people(Stage(start_platform(database_url=url)))
    yield stage
    stage.close()
    postgres.drop_database(url)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_the_table_of_the_credentials(engine, request, tmp_path, subtests):
    stage = request.getfixturevalue(f"on_{engine}")

    for outcome in run_file(FOLDER, "table.test.mjs", environ_of(stage), tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]


@pytest.mark.parametrize("name", ["requests.test.mjs", "webhooks.test.mjs", "xumm.test.mjs"])
def test_on_sqlite(on_sqlite, name, tmp_path, subtests):
    for outcome in run_file(FOLDER, name, environ_of(on_sqlite), tmp_path / "results"):
        with subtests.test(outcome["title"]):
            assert outcome["passed"], outcome["why"]
