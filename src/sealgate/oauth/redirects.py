"""Where the answer to a sign-in may go: reading a redirect URI strictly, and finding the entry that allows it. Pure.

Browsers read URIs more generously than RFC 3986 writes them. Whatever the two could understand differently is refused
before anything is compared (oauth2 B3.1).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sealgate.apps.model import Redirect
from sealgate.apps.redirects import REFUSED_SCHEMES
from sealgate.oauth.errors import RedirectRefused

MAX_LENGTH = 2048
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "[::1]"})

_USUAL_PORTS = {"http": 80, "https": 443}

_PRINTABLE = re.compile(r"[!-~]+")
_URI = re.compile(
    r"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?://(?P<authority>[^/?#]*))?"
    r"(?P<path>[^?#]*)(?P<query>\?[^#]*)?(?P<fragment>#.*)?"
)
_LABEL = r"[a-z0-9](?:[a-z0-9_\-]*[a-z0-9])?"
_HOST_AND_PORT = re.compile(rf"(?P<host>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_DOT_SEGMENT = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A redirect URI in its parts.

    Attributes:
        scheme, host: In lower case; `host` is empty where the scheme is an app's own, IPv6 in brackets.
        port: As given, else the scheme's usual one; None for an app's own scheme.
        bare: The URI without its fragment.
        portless: The same without a port, for loopback.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    has_query: bool
    has_fragment: bool
    bare: str
    portless: str

    @property
    def is_web(self) -> bool:
        """Whether a browser shows what is there."""
        return self.scheme in _USUAL_PORTS

    @property
    def origin(self) -> str:
        """Scheme, host and, where it is not the usual one, port (RFC 6454, 6.1); for an own scheme, the scheme."""
        if not self.is_web:
            return f"{self.scheme}:"
        port = "" if self.port == _USUAL_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def parse_redirect(uri: str) -> Target:
    """Return the parts of a redirect URI.

    Raises:
        RedirectRefused: it is not absolute, too long, or could be understood in two ways (oauth2 B3.1).
    """
    if len(uri) > MAX_LENGTH:
        raise _refused(uri[:MAX_LENGTH], "it is longer than 2,048 characters")
    parts = _URI.fullmatch(uri) if _PRINTABLE.fullmatch(uri) else None
    if parts is None:
        raise _refused(uri, "it is not an absolute URI in printable ASCII")
    scheme = parts["scheme"].lower()
    if scheme in REFUSED_SCHEMES or scheme.startswith("chrome"):
        raise _refused(uri, "its scheme is not one to return to")
    authority, path = parts["authority"], parts["path"]
    if "\\" in (authority or "") or "\\" in path:
        raise _refused(uri, "it has a backslash")
    if "@" in (authority or ""):
        raise _refused(uri, "it names a user before the host")
    lowered = path.lower()
    if _DOT_SEGMENT.search(path) or "%5c" in lowered or "%00" in lowered:
        raise _refused(uri, "its path could lead elsewhere")
    host, port = "", None
    portless = bare = uri[: parts.start("fragment")] if parts["fragment"] is not None else uri
    if scheme in _USUAL_PORTS:
        at = _HOST_AND_PORT.fullmatch((authority or "").lower())
        if at is None:
            raise _refused(uri, "its host is missing or malformed")
        host = at["host"]
        port = int(at["port"] or _USUAL_PORTS[scheme])
        if not 0 < port < 65_536:
            raise _refused(uri, "its port is out of range")
        if scheme == "http" and host not in LOOPBACK_HOSTS:
            raise _refused(uri, "http is for this machine only")
        portless = f"{scheme}://{host}{bare[parts.start('path') :]}"
    return Target(
        scheme=scheme,
        host=host,
        port=port,
        path=path,
        has_query=parts["query"] is not None,
        has_fragment=parts["fragment"] is not None,
        bare=bare,
        portless=portless,
    )


def match_redirect(uri: str, entries: Sequence[Redirect], *, by_origin: bool, fragment_allowed: bool) -> Redirect:
    """Return the app's entry that allows a redirect URI.

    Args:
        by_origin: The browser SDK asks, so that entries compared by origin count (oauth2 B3.3).
        fragment_allowed: The answer goes before a fragment, so the URI may have one (oauth2 W8).

    Raises:
        RedirectRefused: it is unsafe, or no entry allows it.
    """
    target = parse_redirect(uri)
    if target.has_fragment and not fragment_allowed:
        raise _refused(uri, "it has a fragment")
    for entry in entries:
        if entry.match != "origin" and _allows(entry, target):
            return entry
    if by_origin:
        for entry in entries:
            if entry.match == "origin" and _is_below(entry, target):
                return entry
    raise _refused(uri, "no entry of the app allows it")


def message_origin(uri: str, registered: Redirect) -> str | None:
    """Return the only origin that may receive the answer as a message, None where a browser has no such thing.

    It comes from the registration; only where that leaves the port or a label open does the request fill it in, and
    the request was matched (oauth2 B3.3).
    """
    source = _parsed_entry(registered)
    if registered.match == "wildcard" or _has_free_port(source):
        source = parse_redirect(uri)
    return source.origin if source.is_web else None


def shown_origin(uri: str, registered: Redirect) -> str:
    """Return where people go to, to be shown in full: an origin, or an app's own scheme (oauth2 B16.3)."""
    return message_origin(uri, registered) or parse_redirect(registered.uri).origin


def same_page(one: str, other: str) -> bool:
    """Tell whether two redirect URIs have the same origin and path: query, fragment and trailing slash do not count.

    For the token request of the browser SDK, which sends the address its page has by then (oauth2 W15).
    """
    try:
        first, second = parse_redirect(one), parse_redirect(other)
    except RedirectRefused:
        return False
    return first.origin == second.origin and first.path.rstrip("/") == second.path.rstrip("/")


def _allows(entry: Redirect, target: Target) -> bool:
    if entry.match == "exact":
        return target.bare == entry.uri
    allowed = _parsed_entry(entry)
    if entry.match == "loopback":
        return target.scheme == "http" and target.portless == allowed.portless
    head, _, tail = entry.uri.partition("*")
    label, dot, rest = target.bare[len(head) :].partition(".")
    return (
        target.bare.startswith(head) and re.fullmatch(_LABEL, label) is not None and dot + rest == tail
    )  # one label, and the rest letter for letter


def _is_below(entry: Redirect, target: Target) -> bool:
    allowed = _parsed_entry(entry)
    if (target.scheme, target.host) != (allowed.scheme, allowed.host):
        return False
    if target.port != allowed.port and not _has_free_port(allowed):
        return False
    folder = allowed.path.rstrip("/")
    if not folder:
        return True
    if "%2f" in target.path.lower():
        return False
    return target.path == allowed.path or target.path.startswith(f"{folder}/")


def _has_free_port(entry: Target) -> bool:
    """Tell whether an entry leaves the port open: programs on this machine take what is free (RFC 8252, 7.3)."""
    return entry.scheme == "http" and entry.host in LOOPBACK_HOSTS


def _parsed_entry(entry: Redirect) -> Target:
    return parse_redirect(entry.uri.replace("*", "x", 1) if entry.match == "wildcard" else entry.uri)


def _refused(uri: str, why: str) -> RedirectRefused:
    return RedirectRefused(redirect_uri=uri, detail=why)
