"""What follows from an attempt: tables of cases."""

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.apps.webhook_model import WebhookEndpoint
from sealgate.base.ids import new_uuid
from sealgate.delivery.schedule import (
    DELAYS_S,
    LONGEST_RETRY_AFTER,
    PAUSED_AFTER,
    PAUSED_AFTER_FAILURES,
    delay_after,
    is_worn_out,
    judge,
    read_retry_after,
)
from tests.conftest import NOON


def judged(status: int | None, retry_after: str | None = None, **how):
    return judge(status, retry_after, **{"attempt": 1, "schedule": "sealgate", "now": NOON, "chance": 0.0, **how})


def endpoint(**values) -> WebhookEndpoint:
    fixed: dict[str, Any] = {
        "uuid": new_uuid(),
        "app_uuid": new_uuid(),
        "url": "https://a.example/",
        "secret_sealed": b"",
    }
    return WebhookEndpoint(**fixed, is_default=True, created_at=NOON, **values)


class TestWhatIsTaken:
    @pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
    def test_is_any_2xx(self, status):
        assert judged(status).state == "delivered"

    @pytest.mark.parametrize(
        ("status", "state"), [(200, "delivered"), (201, "delivered"), (202, "waiting"), (204, "delivered")]
    )
    def test_is_what_old_senders_know_on_their_schedule(self, status, state):
        assert judged(status, schedule="compat").state == state

    @pytest.mark.parametrize("status", [None, 100, 199, 300, 301, 307, 400, 401, 404, 429, 500, 503, 599])
    def test_is_nothing_else(self, status):
        assert judged(status).state == "waiting"


class TestWaits:
    def test_grow_as_documented(self):
        waits = [delay_after(attempt, "sealgate", chance=0) for attempt in range(1, 11)]

        assert waits == [
            timedelta(seconds=10),
            timedelta(minutes=1),
            timedelta(minutes=10),
            timedelta(minutes=30),
            timedelta(hours=2),
            timedelta(hours=6),
            timedelta(hours=12),
            timedelta(hours=24),
            timedelta(hours=30),
            None,
        ]

    def test_are_those_of_old_on_the_old_schedule_whatever_chance_says(self):
        waits = [delay_after(attempt, "compat", chance=0.99) for attempt in range(1, 6)]

        assert waits == [timedelta(seconds=seconds) for seconds in (10, 60, 600, 600)] + [None]

    @given(st.integers(1, 9), st.floats(0, 1, exclude_max=True))
    def test_are_stretched_by_a_fifth_at_most_and_never_shortened(self, attempt, chance):
        wait = delay_after(attempt, "sealgate", chance=chance)

        assert wait is not None
        assert DELAYS_S["sealgate"][attempt - 1] <= wait.total_seconds() <= DELAYS_S["sealgate"][attempt - 1] * 1.2

    def test_are_the_operators_where_there_are_some(self):
        assert delay_after(2, "sealgate", chance=0, waits_s=(0.1, 0.2)) == timedelta(seconds=0.2)
        assert delay_after(3, "compat", chance=0, waits_s=(0.1, 0.2)) is None

    def test_end_with_the_last_attempt(self):
        assert judged(500, attempt=9).state == "waiting"
        assert judged(500, attempt=10).state == "failed"
        assert judged(500, attempt=5, schedule="compat").state == "failed"


class TestRetryAfter:
    @pytest.mark.parametrize(
        ("text", "asked"),
        [
            ("120", timedelta(minutes=2)),
            (" 7 ", timedelta(seconds=7)),
            ("0", None),
            ("-1", None),
            ("1.5", None),
            ("99999999", LONGEST_RETRY_AFTER),
            ("9" * 40, None),
            (format_datetime(NOON + timedelta(hours=1), usegmt=True), timedelta(hours=1)),
            (format_datetime((NOON + timedelta(hours=1)).astimezone(timezone(timedelta(hours=5)))), timedelta(hours=1)),
            ("Thu, 15 Jan 2026 12:10:00 -0000", timedelta(minutes=10)),
            (format_datetime(NOON - timedelta(hours=1), usegmt=True), None),
            ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_RETRY_AFTER),
            ("soon", None),
            ("", None),
            (None, None),
        ],
    )
    def test_is_seconds_or_a_date_and_a_day_at_most(self, text, asked):
        assert read_retry_after(text, now=NOON) == asked

    @given(st.text(max_size=60))
    def test_never_fails_whatever_comes(self, text):
        asked = read_retry_after(text, now=NOON)

        assert asked is None or timedelta() < asked <= LONGEST_RETRY_AFTER

    def test_puts_the_next_attempt_off_and_never_brings_it_forward(self):
        assert judged(500, "3600").next_at == NOON + timedelta(hours=1)
        assert judged(500, "1").next_at == NOON + timedelta(seconds=10)

    @pytest.mark.parametrize(("status", "held"), [(429, True), (503, True), (500, False), (302, False)])
    def test_keeps_everything_away_from_an_endpoint_that_is_overloaded(self, status, held):
        verdict = judged(status, "30")

        assert verdict.hold_until == (NOON + timedelta(seconds=30) if held else None)

    def test_means_nothing_on_a_success(self):
        assert judged(200, "30").hold_until is None


class TestTheEndOfAnEndpoint:
    def test_410_gives_the_delivery_up_and_pauses_the_endpoint(self):
        verdict = judged(410, "30")

        assert (verdict.state, verdict.pause, verdict.next_at) == ("failed", "gone", None)

    def test_a_url_that_our_guard_refuses_is_not_tried_again(self):
        verdict = judged(None, refused=True)

        assert (verdict.state, verdict.pause) == ("failed", None)

    @pytest.mark.parametrize(
        ("failing_for", "failures", "worn_out"),
        [
            (PAUSED_AFTER, PAUSED_AFTER_FAILURES, True),
            (PAUSED_AFTER - timedelta(seconds=1), 1000, False),
            (PAUSED_AFTER * 10, PAUSED_AFTER_FAILURES - 1, False),
        ],
    )
    def test_comes_after_days_and_many_attempts_without_a_success(self, failing_for, failures, worn_out):
        failing = endpoint(failing_since=NOON - failing_for, failures=failures)

        assert is_worn_out(failing, now=NOON) is worn_out

    def test_does_not_come_to_one_that_works_or_by_one_delivery_alone(self):
        assert not is_worn_out(endpoint(), now=datetime.max.replace(tzinfo=UTC))
        assert sum(DELAYS_S["sealgate"]) * 1.2 < timedelta(days=4).total_seconds() < PAUSED_AFTER.total_seconds()
        assert len(DELAYS_S["sealgate"]) + 1 < PAUSED_AFTER_FAILURES
