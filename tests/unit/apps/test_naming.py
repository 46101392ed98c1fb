"""Names that an app gets where its developer chose none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.checks import checked_xapp_id
from sealgate.apps.naming import new_xapp_id


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Corner Shop", "corner-shop"), ("  A—B  ", "a-b"), ("株式会社", "xapp"), ("--", "xapp"), ("Z" * 60, "z" * 40)],
)
def test_an_identifier_begins_with_what_is_left_of_the_name(name, slug):
    assert new_xapp_id(name).rpartition(".")[0] == slug


@given(st.text(max_size=80))
def test_any_name_gives_an_identifier_that_passes_and_that_nobody_else_has(name):
    identifier = new_xapp_id(name)

    assert checked_xapp_id(identifier) == identifier
    assert new_xapp_id(name) != identifier
