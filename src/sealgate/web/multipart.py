"""Forms with a file: `multipart/form-data` (RFC 7578), read whole from a body that is bounded already. Pure."""

import re
from dataclasses import dataclass

from sealgate.web.errors import QueryInvalid

MOST_PARTS = 64
MOST_HEAD_BYTES = 2048

_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name="([^"]{1,100})"', re.IGNORECASE)
_FILE = re.compile(rb";\s*filename\*?=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Multipart:
    """What a form sent, in its order.

    Attributes:
        fields: Name and text of each part that is no file.
        files: Name and content of each file; one that nobody chose is empty.
    """

    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, bytes], ...]


def is_multipart(content_type: str) -> bool:
    """Tell whether a Content-Type says that the body is such a form."""
    return content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def read_multipart(content_type: str, body: bytes) -> Multipart:
    """Return the parts of a form.

    Raises:
        QueryInvalid: no boundary, more than 64 parts, a part without a name or an end, text that is not UTF-8 or has a
            NUL character.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise _broken("it has no boundary")
    mark = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    # Every mark but the first follows a line break that belongs to it.
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) < 2 or not pieces[-1].startswith(b"--"):
        raise _broken("it has no end")
    if len(pieces) - 2 > MOST_PARTS:
        raise QueryInvalid(message=f"The form has more than {MOST_PARTS} parts.")
    fields, files = [], []
    for piece in pieces[1:-1]:
        head, separator, content = piece.partition(b"\r\n\r\n")
        name = _NAME.search(head)
        if not separator or name is None or len(head) > MOST_HEAD_BYTES:
            raise _broken("a part of it has no name")
        if _FILE.search(head):
            files.append((_text(name[1]), content))
        else:
            fields.append((_text(name[1]), _text(content)))
    return Multipart(tuple(fields), tuple(files))


def _text(raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise QueryInvalid(message="A part of the form is not UTF-8.") from None
    if "\0" in text:
        raise QueryInvalid(message="A part of the form contains U+0000.", hint="Remove the NUL character.")
    return text


def _broken(why: str) -> QueryInvalid:
    return QueryInvalid(message=f"The form cannot be read: {why}.")
