"""What a handler reads of a call."""

from sealgate.web.call import read_headers


class TestHeaders:
    def test_white_space_around_a_value_is_no_part_of_it(self) -> None:
        assert read_headers({"headers": [(b"x-api-key", b" 5f0d \t")]}) == {"x-api-key": "5f0d"}

    def test_repeated_fields_are_one_list_and_cookies_one_text(self) -> None:
        raw = [(b"accept", b"a"), (b"cookie", b"x=1"), (b"accept", b"b"), (b"cookie", b"y=2")]

        assert read_headers({"headers": raw}) == {"accept": "a, b", "cookie": "x=1; y=2"}
