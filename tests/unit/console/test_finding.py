"""What is meant by what was pasted."""

import pytest

from sealgate.console.finding import clean

UUID = "0ad6e0b1-0000-4000-8000-0123456789ab"


@pytest.mark.parametrize(
    ("pasted", "meant"),
    [
        (UUID, UUID),
        (f"  '{UUID}', ", UUID),
        (f'"reference":"{UUID.upper()}","code":404', UUID),
        (f"https://sign.example/sign/{UUID}?x=1", UUID),
        (f"x-call-ref: {UUID}", UUID),
        ("order 1", "order 1"),
        ("evt_" + "a" * 32, "evt_" + "a" * 32),
        ("", ""),
        ("\t \n", ""),
    ],
)
def test_the_name_is_found_in_what_is_around_it(pasted, meant):
    assert clean(pasted) == meant


def test_no_more_is_read_than_a_name_can_have():
    assert len(clean("x" * 100_000)) == 200
