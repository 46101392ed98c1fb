"""Which values an app may have. Pure: each check returns the value to store or refuses with a pointer to the member."""

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from sealgate.apps.errors import AppInvalid

MIN_NAME_CHARS = 3
MAX_NAME_CHARS = 60
MIN_DESCRIPTION_CHARS = 10
MAX_DESCRIPTION_CHARS = 450
MAX_URL_CHARS = 2000
MAX_REDIRECT_URIS = 64

_XAPP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}[A-Za-z0-9]")
_URI = re.compile(r"[!-~]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")
# Targets that run, read or show something in the browser itself instead of handing over to an app.
_SCHEMES_OF_THE_BROWSER = frozenset(
    {"about", "blob", "chrome", "data", "file", "filesystem", "ftp", "javascript", "mailto", "vbscript", "view-source"}
)


def checked_name(name: str) -> str:
    """Return the name without outer spaces: 3 to 60 printable characters (platform-api 22.2)."""
    name = name.strip()
    if not MIN_NAME_CHARS <= len(name) <= MAX_NAME_CHARS:
        raise _invalid(
            "/name", f"The name must have {MIN_NAME_CHARS} to {MAX_NAME_CHARS} characters; it has {len(name)}."
        )
    if not name.isprintable():
        raise _invalid("/name", "The name must be one line of printable characters: people read it when they sign.")
    return name


def checked_description(description: str | None) -> str | None:
    """Return the description without outer spaces, 10 to 450 characters (platform-api 22.2), or None for none."""
    description = (description or "").strip()
    if not description:
        return None
    if not MIN_DESCRIPTION_CHARS <= len(description) <= MAX_DESCRIPTION_CHARS:
        raise _invalid(
            "/description",
            f"The description must have {MIN_DESCRIPTION_CHARS} to {MAX_DESCRIPTION_CHARS} characters, or be left out; "
            f"it has {len(description)}.",
        )
    if not all(character.isprintable() or character in "\n\t" for character in description):
        raise _invalid("/description", "The description must not contain control characters.")
    return description


def checked_url(member: str, url: str | None, *, dev: bool) -> str | None:
    """Return a URL that this server or a browser will call, or None for none: https, under `dev` also loopback http."""
    if not url:
        return None
    pointer = f"/{member}"
    scheme, host = _taken_apart(pointer, url)
    if scheme == "https" and host:
        return url
    if scheme == "http" and is_loopback(host):
        if dev:
            return url
        raise _invalid(pointer, "A loopback URL is reachable for `sealgate dev` only.", "Give an https:// URL.")
    raise _invalid(pointer, "The URL must start with https:// and name a host.")


def checked_redirect_uris(uris: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Return the redirect URIs in the given order, as given, without repetitions.

    Each is https, http on loopback (RFC 8252, 7.3), or of an app's own scheme (RFC 8252, 7.1); without a fragment
    (RFC 6749, 3.1.2), a user name or a wildcard. What a sign-in may return to is compared with these exactly
    (design 4.3), so nothing is rewritten here.
    """
    if len(uris) > MAX_REDIRECT_URIS:
        raise _invalid("/redirect_uris", f"An app may have at most {MAX_REDIRECT_URIS} redirect URIs.")
    for number, uri in enumerate(uris):
        _check_redirect_uri(f"/redirect_uris/{number}", uri)
    return tuple(dict.fromkeys(uris))


def checked_xapp_id(xapp_id: str | None) -> str | None:
    """Return the xApp identifier, the part after `/detect/xapp:`, or None for none."""
    if not xapp_id:
        return None
    if not _XAPP_ID.fullmatch(xapp_id):
        raise _invalid(
            "/xapp_id",
            "The xApp identifier must have 3 to 64 letters, digits, dots, hyphens or underscores, and begin and end "
            "with a letter or digit.",
        )
    return xapp_id


def is_loopback(host: str) -> bool:
    """Tell whether a host name of a URL means this machine without asking a name server."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _check_redirect_uri(pointer: str, uri: str) -> None:
    scheme, host = _taken_apart(pointer, uri)
    if "#" in uri:
        raise _invalid(pointer, "A redirect URI must not have a fragment (#…).")
    if "*" in uri:
        raise _invalid(pointer, "A redirect URI must not have a wildcard.", "List each URI; they are compared exactly.")
    if scheme == "https" and not host:
        raise _invalid(pointer, "The redirect URI names no host.")
    if scheme == "http" and not is_loopback(host):
        raise _invalid(
            pointer, "A redirect URI with http:// must be on loopback (localhost, 127.0.0.1, [::1]).", "Use https://."
        )
    if scheme in _SCHEMES_OF_THE_BROWSER:
        raise _invalid(pointer, f"A sign-in cannot return to a {scheme}: address.")


def _taken_apart(pointer: str, url: str) -> tuple[str, str]:
    """Return scheme and host, lower case, after the checks every URL has to pass."""
    if len(url) > MAX_URL_CHARS:
        raise _invalid(pointer, f"The URL is longer than {MAX_URL_CHARS} characters.")
    if not _URI.fullmatch(url) or "\\" in url:
        raise _invalid(
            pointer,
            "The URL has characters that a URL cannot have.",
            "Leave out spaces and backslashes; write other characters percent-encoded, and the host in its xn-- form.",
        )
    try:
        parts = urlsplit(url)
        host, user, _port = parts.hostname or "", parts.username, parts.port
    except ValueError:
        raise _invalid(pointer, "The URL's host or port is not valid.") from None
    if not _SCHEME.fullmatch(parts.scheme):
        raise _invalid(pointer, "The URL must be absolute: it starts with its scheme, such as https://.")
    if user is not None:
        raise _invalid(pointer, "The URL must not contain a user name or password.")
    return parts.scheme, host


def _invalid(pointer: str, message: str, hint: str = "") -> AppInvalid:
    return AppInvalid(message=message, hint=hint, pointer=pointer)
