"""What all tests in browsers share: at their end every signature that a web wallet handed in is looked at again."""

from collections.abc import Iterator

import pytest

from tests.browser.wallet_lab import HANDED_IN
from tests.signatures import check_signatures


@pytest.fixture(scope="session", autouse=True)
def every_signature_is_right() -> Iterator[None]:
    yield
    check_signatures(HANDED_IN)
