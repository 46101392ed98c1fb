"""Spans of time and their steps."""

from datetime import timedelta
from itertools import pairwise

import pytest

from sealgate.console.periods import DAY, HOUR, MONTH, PERIODS, Period
from sealgate.console.stats import KEPT
from tests.conftest import NOON

NOW = NOON + timedelta(minutes=44, seconds=59)


@pytest.mark.parametrize("period", PERIODS.values(), ids=str)
def test_the_last_step_is_the_one_that_has_begun(period: Period):
    starts = period.starts(NOW)

    assert len(starts) == period.steps == len(period.names(NOW))
    assert starts[-1] <= NOW < starts[-1] + timedelta(seconds=period.step_s)
    assert {late - early for early, late in pairwise(starts)} == {timedelta(seconds=period.step_s)}


@pytest.mark.parametrize("period", PERIODS.values(), ids=str)
def test_its_buckets_are_kept_as_long_as_it_lasts(period: Period):
    assert NOW - period.starts(NOW)[0] < KEPT[period.resolution_s]
    assert period.step_s % period.resolution_s == 0


def test_steps_begin_at_round_times():
    assert [period.names(NOW)[-1] for period in (HOUR, DAY, MONTH)] == ["12:44", "15 Jan, 12:30", "15 Jan"]
