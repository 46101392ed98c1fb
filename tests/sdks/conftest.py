"""One platform for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.platform import Platform, start_platform


@pytest.fixture(scope="module")
def dev_platform() -> Iterator[Platform]:
    """A running `sealgate dev` of the file's own, with its demo app and alice."""
    started = start_platform()
    yield started
    started.stop()
