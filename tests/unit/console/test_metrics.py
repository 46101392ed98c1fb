"""What counts tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.console.metrics import COUNTS, DUE, TIME_TO_SIGN_MS, quantile_ms

BOUNDS = (10, 20, 40)


@pytest.mark.parametrize(
    ("places", "share", "expected"),
    [
        ((0, 0, 0, 0), 0.5, None),
        ((10, 0, 0, 0), 0.5, 5),
        ((10, 0, 0, 0), 1, 10),
        ((5, 5, 0, 0), 0.5, 10),
        ((5, 5, 0, 0), 0.75, 15),
        ((0, 0, 4, 0), 0.5, 30),
        ((1, 0, 0, 9), 0.5, 40),
        ((0, 1, 0, 0), 0, 10),
    ],
)
def test_a_quantile_lies_evenly_in_its_place(places, share, expected):
    assert quantile_ms(BOUNDS, places, share) == expected


@given(st.lists(st.integers(0, 50), min_size=4, max_size=4), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_is_never_less(places, one, other):
    low, high = (quantile_ms(BOUNDS, places, share) for share in sorted((one, other)))

    assert (low is None) is (high is None) is (sum(places) == 0)
    assert low is None or high is None or 0 <= low <= high <= BOUNDS[-1]


def test_every_metric_has_a_name_of_its_own_that_fits_the_column():
    assert len({*COUNTS, DUE}) == len(COUNTS) + 1
    assert all(len(metric) <= 24 for metric in (*COUNTS, DUE))


def test_bounds_rise():
    assert list(TIME_TO_SIGN_MS) == sorted(set(TIME_TO_SIGN_MS))
