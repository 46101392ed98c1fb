"""The two cookies of the provider: one binds a sign-in to its browser, the other keeps somebody signed in."""

import re
from collections.abc import Mapping
from functools import cache
from urllib.parse import urlsplit

from sealgate.base.settings import Settings

BINDING_S = 600

_VALUE = re.compile(r"[A-Za-z0-9_\-]{43}")
# Here browsers take `Secure` cookies without TLS (browser-clients 4.4).
_TRUSTWORTHY_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def binding_cookie(settings: Settings, secret: str) -> str:
    """Return the Set-Cookie value that binds sign-ins to this browser for ten minutes (oauth2 B5.2)."""
    return f"{name_of('op_txn', settings)}={secret}; Max-Age={BINDING_S}; {attributes(settings)}"


def session_cookie(settings: Settings, secret: str) -> str:
    """Return the Set-Cookie value of a session, which ends with the browser's own (oauth2 B5.3)."""
    return f"{name_of('op_sid', settings)}={secret}; {attributes(settings)}"


def end_of_session_cookie(settings: Settings) -> str:
    """Return the Set-Cookie value that takes the session's cookie away."""
    return f"{name_of('op_sid', settings)}=; Max-Age=0; {attributes(settings)}"


def read_binding(cookies: Mapping[str, str], settings: Settings) -> str | None:
    """Return the binding secret a browser sent, None where it has none of ours."""
    return _read(cookies, name_of("op_txn", settings))


def read_session(cookies: Mapping[str, str], settings: Settings) -> str | None:
    """Return the session secret a browser sent, None where it has none of ours."""
    return _read(cookies, name_of("op_sid", settings))


def _read(cookies: Mapping[str, str], name: str) -> str | None:
    value = cookies.get(name, "")
    return value if _VALUE.fullmatch(value) else None


def name_of(name: str, settings: Settings) -> str:
    """Return a cookie's name: with the prefix that keeps other hosts and paths from setting it, where that works."""
    return f"__Host-{name}" if _is_secure(settings) else name


def attributes(settings: Settings) -> str:
    """Return the attributes all our cookies have."""
    return f"Path=/; {'Secure; ' if _is_secure(settings) else ''}HttpOnly; SameSite=Lax"


def _is_secure(settings: Settings) -> bool:
    """Tell whether the cookies are for secure transport alone: always, but for a sandbox on some name of a lab."""
    return not settings.dev or _takes_secure_cookies(settings.issuer_url)


@cache
def _takes_secure_cookies(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _TRUSTWORTHY_HOSTS
