"""Hashes in paths: 64 hexadecimal digits, in either case."""

import re

from sealgate.lookups.errors import HashMalformed

_HASH = re.compile(r"[0-9A-Fa-f]{64}")


def as_hash(text: str) -> str:
    """Return a hash in upper case; HashMalformed where the text is none."""
    if not _HASH.fullmatch(text):
        raise HashMalformed
    return text.upper()
