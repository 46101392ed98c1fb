"""Forms with a file, as browsers send them and as nobody should."""

import pytest

from sealgate.web.errors import QueryInvalid
from sealgate.web.multipart import is_multipart, read_multipart

TYPE = "multipart/form-data; boundary=----x9"


def body(*parts: str | bytes) -> bytes:
    """Return a body of parts, each its head and content."""
    raw = [part.encode() if isinstance(part, str) else part for part in parts]
    return b"".join(b"------x9\r\n" + part + b"\r\n" for part in raw) + b"------x9--\r\n"


def field(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


class TestReading:
    def test_tells_fields_and_files_apart(self):
        head = b'Content-Disposition: form-data; name="icon"; filename="a.png"\r\nContent-Type: image/png'
        file = head + b"\r\n\r\n\x89PNG\r\n\r\n"

        read = read_multipart(TYPE, body(field("csrf", "t0ken"), file))

        assert read.fields == (("csrf", "t0ken"),)
        assert read.files == (("icon", b"\x89PNG\r\n\r\n"),)

    def test_keeps_a_line_that_only_looks_like_a_boundary(self):
        read = read_multipart(TYPE, body(field("text", "a\r\n--other\r\nb ------x9 c")))

        assert read.fields == (("text", "a\r\n--other\r\nb ------x9 c"),)

    def test_takes_a_quoted_boundary_and_what_comes_before_the_first_part(self):
        read = read_multipart('multipart/form-data; boundary="----x9"', b"hello\r\n" + body(field("a", "1")))

        assert read.fields == (("a", "1"),)

    @pytest.mark.parametrize(
        ("content_type", "is_one"),
        [
            (TYPE, True),
            ("Multipart/Form-Data;boundary=x", True),
            ("application/x-www-form-urlencoded", False),
            ("", False),
        ],
    )
    def test_knows_its_content_type(self, content_type, is_one):
        assert is_multipart(content_type) is is_one


class TestRefusing:
    @pytest.mark.parametrize(
        ("content_type", "sent"),
        [
            ("multipart/form-data", body(field("a", "1"))),
            (TYPE, b""),
            (TYPE, b"------x9\r\n" + field("a", "1").encode()),
            (TYPE, body("Content-Disposition: form-data\r\n\r\nx")),
            (TYPE, body('Content-Disposition: form-data; name="a"')),
            (TYPE, body(b'Content-Disposition: form-data; name="a"\r\n\r\n\xff\xfe')),
            (TYPE, body(field("a", "\0"))),
            (TYPE, body(*[field("a", "1")] * 65)),
            (TYPE, body(f'Content-Disposition: form-data; name="a"\r\nX: {"y" * 3000}\r\n\r\n1')),
        ],
        ids=["no boundary", "empty", "no end", "no name", "no content", "not utf-8", "nul", "many", "long head"],
    )
    def test_says_what_is_wrong(self, content_type, sent):
        with pytest.raises(QueryInvalid):
            read_multipart(content_type, sent)
