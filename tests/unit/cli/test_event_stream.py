"""Server-sent events as the command line reads them."""

import pytest

from sealgate.cli.event_stream import StreamEvent, read_events


def events(*chunks: bytes) -> list[StreamEvent]:
    """Return the events of a body that arrives in these chunks."""
    return list(read_events(chunks))


class TestReadingAStream:
    def test_gives_name_id_and_data(self):
        (event,) = events(b'event: payload\nid: 7\ndata: {"a":1}\n\n')

        assert event == ("7", "payload", b'{"a":1}')
        assert event.json == {"a": 1}

    @pytest.mark.parametrize("size", [1, 2, 7])
    def test_does_not_care_where_chunks_end(self, size):
        body = 'event: a\nid: 1\ndata: {"x":"é"}\n\nevent: b\nid: 2\ndata: {}\n\n'.encode()

        found = events(*(body[start : start + size] for start in range(0, len(body), size)))

        assert [(event.id, event.name) for event in found] == [("1", "a"), ("2", "b")]
        assert found[0].json == {"x": "é"}

    def test_passes_over_comments_and_the_time_to_wait(self):
        assert events(b"retry: 2000\n\n: still here\n\n: still here\n\nevent: a\ndata: {}\n\n") == [("", "a", b"{}")]

    def test_tells_an_id_that_comes_alone(self):
        assert events(b"id: 41\nretry: 2000\n\n") == [("41", "", b"")]

    def test_keeps_the_line_breaks_that_json_may_hold(self):
        (event,) = events('event: a\ndata: {"x":"one\u2028two\x85three"}\n\n'.encode())

        assert event.json == {"x": "one\u2028two\x85three"}

    def test_joins_data_of_several_lines(self):
        assert events(b"data: {\r\ndata: }\r\n\r\n")[0].data == b"{\n}"

    def test_leaves_out_an_event_that_was_cut_off(self):
        assert events(b'event: a\ndata: {}\n\nevent: b\ndata: {"half') == [("", "a", b"{}")]
