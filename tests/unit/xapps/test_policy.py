"""Who may open an xApp: every case there is."""

import pytest

from sealgate.xapps.policy import access_of
from tests.payloads import an_app


@pytest.mark.parametrize(
    ("status", "listed_as", "dev", "access"),
    [
        ("draft", None, False, None),
        ("draft", "guest", False, "guest"),
        ("draft", "debug", False, "debug"),
        ("review", None, False, None),
        ("review", "guest", False, "guest"),
        ("review", "debug", False, "debug"),
        ("listed", None, False, "anyone"),
        ("listed", "guest", False, "guest"),
        ("listed", "debug", False, "debug"),
        ("draft", None, True, "guest"),
        ("draft", "guest", True, "guest"),
        ("draft", "debug", True, "debug"),
        ("review", None, True, "guest"),
        ("listed", None, True, "anyone"),
        ("listed", "debug", True, "debug"),
    ],
)
def test_access_follows_status_list_and_sandbox(status, listed_as, dev, access):
    assert access_of(an_app(xapp_status=status), listed_as, dev=dev) == access
