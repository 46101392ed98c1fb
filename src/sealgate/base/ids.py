"""Identifiers: lower-case UUID v4 text everywhere, as the published clients demand (platform-api 1.2)."""

import os
import re
import secrets
from hashlib import sha256

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def new_uuid() -> str:
    """Return a random UUID v4 (RFC 9562, 5.4) in lower case, 36 characters, 122 random bits."""
    raw = bytearray(os.urandom(16))
    raw[6] = raw[6] & 0x0F | 0x40
    raw[8] = raw[8] & 0x3F | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def as_uuid(text: str) -> str | None:
    """Return `text` lower-cased when it is a UUID in the 8-4-4-4-12 form, of any version, else None."""
    lowered = text.lower()
    return lowered if _UUID.fullmatch(lowered) else None


def uuid_bytes(uuid: str) -> bytes:
    """Return the 16 bytes of a UUID text, the form in which the database keeps it."""
    return bytes.fromhex(uuid.replace("-", ""))


def uuid_text(raw: bytes) -> str:
    """Return the text of 16 UUID bytes: the inverse of `uuid_bytes`."""
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def new_token(prefix: str = "") -> str:
    """Return an unguessable token: `prefix` and 43 URL-safe characters carrying 256 random bits."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> bytes:
    """Return the 32 bytes of a secret's SHA-256: the form in which what acts as a bearer is stored (design 4.1)."""
    return sha256(secret.encode()).digest()
