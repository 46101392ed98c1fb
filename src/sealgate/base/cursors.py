"""Where a list goes on that is in the order of a time: the last row's moment, and its key where several share one."""

import re
from datetime import datetime
from typing import NamedTuple

from sealgate.base.clock import from_ms, to_ms

_TEXT = re.compile(r"([0-9]{1,13})\.((?:[0-9a-f]{2}){1,32})")


class Cursor(NamedTuple):
    """Rows behind this one come next.

    Attributes:
        key: What tells rows of the same moment apart: lower-case hex; of a UUID without its dashes.
    """

    at: datetime
    key: str

    def text(self) -> str:
        """Return it for a URL."""
        return f"{to_ms(self.at)}.{self.key}"


def read_cursor(text: str) -> Cursor | None:
    """Return the cursor of a URL, None where this is none."""
    found = _TEXT.fullmatch(text)
    return Cursor(from_ms(int(found[1])), found[2]) if found else None
