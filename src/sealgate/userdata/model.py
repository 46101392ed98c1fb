"""What may be kept, as pure rules (platform-api 15 and 16.6). JSON goes in and out as text and is not re-written."""

import re
from typing import Any

import msgspec

from sealgate.userdata.errors import DocumentTooLarge, KeyUnusable, TooManyKeysAsked, ValueNotObject, ValueTooLarge

MAX_BYTES = 61_440
"""60 KB of compact JSON in UTF-8, for the document of an app and for each value of a user."""
MAX_KEYS = 256
"""Values that one app keeps for one user."""
MAX_KEYS_ASKED = 64
"""Values read by one call; with each at its limit, the answer is smaller than 4 MB."""
MAX_KEY_CHARS = 64

_KEY = re.compile(r"[a-z0-9]{3,64}")


def check_document(raw: bytes) -> str:
    """Return an app's document as compact JSON text.

    Args:
        raw: JSON that was found to be well formed.

    Raises:
        DocumentTooLarge: it has more than 60 KB.
    """
    text = msgspec.json.format(raw, indent=-1)
    if len(text) > MAX_BYTES:
        raise DocumentTooLarge(message=f"The document has {len(text)} bytes, not counting blanks.")
    return text.decode()


def check_value(raw: bytes, value: Any) -> str:
    """Return a user's value as compact JSON text.

    Args:
        raw: JSON that was found to be well formed.
        value: What it says.

    Raises:
        ValueNotObject: it is an array, text, a number, true, false or null.
        ValueTooLarge: it has more than 60 KB.
    """
    if not isinstance(value, dict):
        raise ValueNotObject
    text = msgspec.json.format(raw, indent=-1)
    if len(text) > MAX_BYTES:
        raise ValueTooLarge(message=f"The value has {len(text)} bytes, not counting blanks.")
    return text.decode()


def check_key(text: str) -> str:
    """Return a key: 3 to 64 characters, small letters and digits.

    Raises:
        KeyUnusable: it is something else.
    """
    if not _KEY.fullmatch(text):
        raise KeyUnusable
    return text


def check_keys(text: str) -> tuple[str, ...]:
    """Return the keys of a list separated by commas, each once, in the order asked.

    Raises:
        KeyUnusable: one of them is no key.
        TooManyKeysAsked: there are more than 64.
    """
    keys = tuple(dict.fromkeys(check_key(key) for key in text.split(",")))
    if len(keys) > MAX_KEYS_ASKED:
        raise TooManyKeysAsked(message=f"{len(keys)} values are asked for at once.")
    return keys
