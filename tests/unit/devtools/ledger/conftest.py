"""The world of the sandbox ledger's tests."""

import pytest

from tests.unit.devtools.ledger.world import World


@pytest.fixture
def world() -> World:
    """A new ledger."""
    return World()
