"""The stages of the compat tests."""

from collections.abc import Iterator

import pytest

from tests.compat.sign_in_stage import SignInStage
from tests.compat.stage import Stage
from tests.local_ca import make_tls_files
from tests.operator_files import write_files
from tests.platform import start_platform


@pytest.fixture(scope="module")
def stage(tmp_path_factory) -> Iterator[Stage]:
    """A platform on SQLite with its people."""
    stage = Stage(start_platform(**write_files(tmp_path_factory.mktemp("operator"))))  # type: ignore[arg-type]
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


@pytest.fixture(scope="module")
def sign_in_stage(tmp_path_factory) -> Iterator[SignInStage]:
    """A platform on https for relying parties. While it is there, programs trust its authority alone."""
    tls = make_tls_files(tmp_path_factory.mktemp("tls"))
    with pytest.MonkeyPatch.context() as environ:
        for name, value in tls.environ.items():
            environ.setenv(name, value)
        stage = SignInStage(start_platform(tls=tls), tls)
        yield stage
        stage.close()


@pytest.fixture
def visitor(sign_in_stage):
    """Somebody who has not been here before, with a browser and alice's wallet."""
    sign_in_stage.visitor.takes_another_browser()
    return sign_in_stage.visitor
