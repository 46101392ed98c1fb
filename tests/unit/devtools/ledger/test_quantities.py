"""The arithmetic of issued amounts: 16 digits, like the ledger."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.devtools.ledger.quantities import (
    add,
    read_value,
    subtract,
    with_fee,
    without_fee,
    write_value,
)
from sealgate.ledger.amounts import encode_issued_value

mantissas = st.integers(10**15, 10**16 - 1)
values = st.builds(lambda m, e, s: s * Decimal(m).scaleb(e), mantissas, st.integers(-96, 80), st.sampled_from([1, -1]))
near = st.builds(lambda m, e: Decimal(m).scaleb(e), mantissas, st.integers(-20, -10))
rates = st.integers(1_000_000_000, 2_000_000_000).map(lambda rate: Decimal(rate) / 1_000_000_000)


@pytest.mark.parametrize(
    ("left", "right", "total"),
    [
        ("0.1", "0.2", "0.3"),
        ("1", "-1", "0"),
        ("9999999999999999", "1", "10000000000000000"),
        ("1000000000000000", "0.04", "1000000000000000"),
        ("1000000000000000", "0.5", "1000000000000000"),
        ("1000000000000001", "0.5", "1000000000000002"),
        ("1e-81", "-9999999999999999e-97", "0"),
    ],
)
def test_a_sum_has_sixteen_digits_and_rounds_to_even(left, right, total):
    assert write_value(add(Decimal(left), Decimal(right))) == total


@given(values)
def test_what_is_written_is_what_the_codec_reads(value):
    text = write_value(value)

    assert read_value(text) == value
    assert encode_issued_value(text) == encode_issued_value(format(value, "f"))


@given(near, near)
def test_what_is_added_can_be_taken_away(left, right):
    assert subtract(add(left, right), right) == pytest.approx(left, rel=Decimal("1e-4"))
    assert add(left, right) == add(right, left)


@given(near, rates)
def test_a_transfer_fee_never_costs_the_issuer(value, rate):
    incoming = with_fee(value, rate)

    assert incoming >= value
    assert without_fee(incoming, rate) >= value
