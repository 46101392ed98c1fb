"""What push services say, and when to try again."""

from datetime import timedelta

import pytest

from sealgate.delivery.push.answers import MAX_TTL_S, headers_of, meaning_of, retry_at, ttl_s
from tests.conftest import NOON

HOUR = NOON + timedelta(hours=1)


def seconds(number: float) -> timedelta:
    """Return so many seconds."""
    return timedelta(seconds=number)


class TestMeaningOf:
    @pytest.mark.parametrize(
        ("meaning", "statuses"),
        [
            ("taken", (200, 201, 202, 204)),
            ("gone", (404, 410)),
            ("later", (408, 425, 429, 500, 502, 503, 504, 599)),
            ("refused", (301, 307, 400, 401, 403, 405, 413)),
        ],
    )
    def test_is_that_of_rfc_8030(self, meaning, statuses):
        assert {meaning_of(status) for status in statuses} == {meaning}


class TestRetryAt:
    @pytest.mark.parametrize(("attempt", "wait"), [(1, 5), (2, 30), (3, 120), (4, 600), (5, 1800), (60, 1800)])
    def test_waits_longer_each_time(self, attempt, wait):
        at = retry_at(attempt, NOON, jitter=0, retry_after=None, expires_at=None)

        assert at == NOON + seconds(wait)

    def test_adds_up_to_a_fifth(self):
        assert retry_at(2, NOON, jitter=1, retry_after=None, expires_at=HOUR) == NOON + seconds(36)

    def test_waits_as_long_as_it_is_asked_to(self):
        assert retry_at(1, NOON, jitter=0, retry_after=seconds(90), expires_at=HOUR) == NOON + seconds(90)
        assert retry_at(3, NOON, jitter=0, retry_after=seconds(90), expires_at=HOUR) == NOON + seconds(120)

    def test_gives_up_what_would_be_too_late(self):
        assert retry_at(1, NOON, jitter=0, retry_after=None, expires_at=NOON + seconds(5)) is None
        assert retry_at(1, NOON, jitter=0, retry_after=timedelta(hours=2), expires_at=HOUR) is None


class TestTtl:
    def test_ends_with_the_request(self):
        assert ttl_s(NOON, HOUR) == 3600
        assert ttl_s(NOON, NOON - seconds(1)) == 0

    def test_is_no_longer_than_push_services_keep_anything(self):
        assert ttl_s(NOON, NOON + timedelta(days=365)) == MAX_TTL_S
        assert ttl_s(NOON, None) == MAX_TTL_S


class TestHeadersOf:
    def test_urge_a_sign_request_under_its_own_topic(self):
        message = {"category": "SIGNTX", "app": "a", "payload": "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"}

        assert headers_of(message, ttl=60, authorization="vapid …") == {
            "content-type": "application/octet-stream",
            "content-encoding": "aes128gcm",
            "ttl": "60",
            "urgency": "high",
            "topic": "0d9c2f6e3b1a4c559d376a1f5b2e8c41",
            "authorization": "vapid …",
        }

    def test_let_a_notification_of_an_xapp_wait_for_a_device_that_saves_power(self):
        headers = headers_of({"category": "OPENXAPP", "app": "a"}, ttl=60, authorization="")

        assert headers["urgency"] == "normal"
        assert "topic" not in headers
