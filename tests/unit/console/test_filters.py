"""What a URL asks of a list."""

from datetime import datetime

import pytest

from sealgate.console.filters import TIMES, choice, read_filters, read_number, read_time, text, uuid

FILTERS = (choice("state", "State", (("2", "done"), ("4", "refused")), read=int), text("name", "Name"), *TIMES)


class TestReading:
    def test_takes_what_can_be_used_and_leaves_out_what_is_empty(self):
        asked = read_filters(FILTERS, {"state": "4", "name": " shop ", "since": "", "other": "x"})

        assert asked.values == {"state": 4, "name": "shop"}
        assert asked.any
        assert not asked.problems

    def test_says_what_cannot_be_used_and_keeps_what_was_typed(self):
        asked = read_filters(FILTERS, {"state": "7", "since": "yesterday", "name": "a\x07"})

        assert asked.values == {}
        assert set(asked.problems) == {"state", "since", "name"}
        assert asked.texts["since"] == "yesterday"

    def test_reads_no_more_than_a_field_can_hold(self):
        assert len(read_filters(FILTERS, {"name": "x" * 5000}).values["name"]) == 120

    def test_asks_for_the_same_again_in_a_url(self):
        asked = read_filters(FILTERS, {"state": "4", "name": "a&b"})

        assert asked.query() == "?state=4&name=a%26b"
        assert asked.query(state=None, after="9") == "?name=a%26b&after=9"
        assert read_filters(FILTERS, {}).query() == ""

    def test_shows_times_as_browsers_take_them(self):
        asked = read_filters(FILTERS, {"since": "2026-01-31T12:00Z", "until": "soon"})

        assert asked.moment("since") == "2026-01-31T12:00:00"
        assert asked.moment("until") == ""


class TestTimes:
    @pytest.mark.parametrize(
        ("given", "then"),
        [
            ("2026-01-31", "2026-01-31T00:00:00+00:00"),
            ("2026-01-31T12:05", "2026-01-31T12:05:00+00:00"),
            ("2026-01-31 12:05:07", "2026-01-31T12:05:07+00:00"),
            ("2026-01-31T12:05:07.123Z", "2026-01-31T12:05:07+00:00"),
            ("2026-01-31T12:05+00:00", "2026-01-31T12:05:00+00:00"),
        ],
    )
    def test_are_utc(self, given, then):
        assert read_time(given) == datetime.fromisoformat(then)

    @pytest.mark.parametrize("given", ["2026-02-30", "2026-01-31T25:00", "0000-01-01", "now", "2026-01-31T12:05+01:00"])
    def test_that_are_none_are_refused(self, given):
        with pytest.raises(ValueError, match="A time is written as"):
            read_time(given)


@pytest.mark.parametrize(("given", "number"), [("7", 7), ("", None), ("-1", None), ("9" * 16, None), ("٣", None)])
def test_a_row_number_is_of_plain_digits(given, number):
    assert read_number(given) == number


def test_a_uuid_is_taken_in_either_case():
    one = uuid("payload", "Payload")

    assert one.read("0AD6E0B1-0000-4000-8000-000000000000") == "0ad6e0b1-0000-4000-8000-000000000000"
    with pytest.raises(ValueError, match="UUID"):
        one.read("0ad6e0b1")
