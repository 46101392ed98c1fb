"""The console's two cookies: who is signed in, and a sign-in on its way."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from sealgate.base.settings import Settings
from sealgate.holders.thumbprint import from_base64url, to_base64url
from sealgate.oauth.cookies import attributes, name_of

SIGN_IN_S = 600
MOST_CHARS = 2048

_VALUE = re.compile(r"[A-Za-z0-9_\-]{43}")


class Underway(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A sign-in between its beginning and its end, kept by the browser alone.

    Attributes:
        state: What the answer must bring back (RFC 6749, 10.12).
        verifier: The PKCE verifier (RFC 7636).
        back: Page of the console to return to.
        invitation: Secret of the invitation it began with.
    """

    state: str
    verifier: str
    back: str
    invitation: str | None = None


def session_cookie(settings: Settings, secret: str) -> str:
    """Return the Set-Cookie value of a session; the browser forgets it after seven days."""
    return f"{name_of('console', settings)}={secret}; Max-Age={7 * 86_400}; {attributes(settings)}"


def end_of_session_cookie(settings: Settings) -> str:
    """Return the Set-Cookie value that takes the session's cookie away."""
    return f"{name_of('console', settings)}=; Max-Age=0; {attributes(settings)}"


def read_session(cookies: Mapping[str, str], settings: Settings) -> str | None:
    """Return the session secret a browser sent, None where it has none of ours."""
    value = cookies.get(name_of("console", settings), "")
    return value if _VALUE.fullmatch(value) else None


def underway_cookie(settings: Settings, underway: Underway) -> str:
    """Return the Set-Cookie value of a sign-in on its way, for ten minutes."""
    value = to_base64url(msgspec.json.encode(underway))
    return f"{name_of('console_in', settings)}={value}; Max-Age={SIGN_IN_S}; {attributes(settings)}"


def read_underway(cookies: Mapping[str, str], settings: Settings) -> Underway | None:
    """Return the sign-in on its way in this browser, None where there is none we can read."""
    value = cookies.get(name_of("console_in", settings), "")
    raw: Any = from_base64url(value) if value and len(value) <= MOST_CHARS else None
    if not raw:
        return None
    try:
        return msgspec.json.decode(raw, type=Underway)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
