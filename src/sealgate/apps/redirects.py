"""Which addresses an app may register for sign-in and sign-out to return to (oauth2 B3, B19). Pure."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from sealgate.apps.checks import invalid, taken_apart
from sealgate.apps.model import Redirect, RedirectMatch

MAX_URIS = 64

# Plain http is for these alone: what other names lead to is for a name server to say (oauth2 B3.1).
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# Targets that run, read or show something in the browser itself, or start a program with what they are given.
REFUSED_SCHEMES = frozenset(
    {
        "about", "blob", "data", "file", "filesystem", "ftp", "intent", "javascript", "mailto", "sms", "tel",
        "vbscript", "view-source", "ws", "wss",
    }
)  # fmt: skip


def checked_redirects(entries: Sequence[str | Redirect]) -> tuple[Redirect, ...]:
    """Return the redirects in the given order, without repetitions; the URIs stay as they were given.

    A URI is https, http on loopback (RFC 8252, 7.3), or of an app's own scheme (RFC 8252, 7.1). One without a `match`
    is compared exactly; one on loopback http always by everything but its port (design 4.3).

    Raises:
        AppInvalid: a URI cannot be used, or not with its `match`.
    """
    _check_count("redirect_uris", entries)
    checked = (_checked(f"/redirect_uris/{number}", entry) for number, entry in enumerate(entries))
    return tuple(dict.fromkeys(checked))


def checked_post_logout_uris(uris: Sequence[str]) -> tuple[str, ...]:
    """Return where a sign-out may return to, as given, without repetitions; compared exactly (oauth2 B13)."""
    _check_count("post_logout_redirect_uris", uris)
    for number, uri in enumerate(uris):
        _check_uri(f"/post_logout_redirect_uris/{number}", uri, "exact")
    return tuple(dict.fromkeys(uris))


def _checked(pointer: str, entry: str | Redirect) -> Redirect:
    uri, match = (entry, None) if isinstance(entry, str) else (entry.uri, entry.match)
    scheme = _check_uri(pointer, uri, match or "exact")
    if match == "loopback" and scheme != "http":
        raise invalid(pointer, "Only an http:// address on this machine can match with any port.")
    if scheme == "http" and match in (None, "exact"):
        return Redirect(uri, "loopback")
    return Redirect(uri, match or "exact")


def _check_uri(pointer: str, uri: str, match: RedirectMatch) -> str:
    scheme, host = taken_apart(pointer, uri)
    if "#" in uri:
        raise invalid(pointer, "A redirect URI must not have a fragment (#…).")
    _check_path(pointer, urlsplit(uri).path)
    if match == "wildcard":
        _check_wildcard(pointer, uri, scheme, host)
    elif "*" in uri:
        raise invalid(
            pointer,
            "A redirect URI must not have a wildcard.",
            'List each URI; or, for preview deployments, give https://*.your.domain the match "wildcard".',
        )
    if scheme == "https" and not host:
        raise invalid(pointer, "The redirect URI names no host.")
    if scheme == "http" and host not in _LOOPBACK_HOSTS:
        raise invalid(
            pointer, "A redirect URI with http:// must be on loopback (localhost, 127.0.0.1, [::1]).", "Use https://."
        )
    if scheme in REFUSED_SCHEMES or scheme.startswith("chrome"):
        raise invalid(pointer, f"A sign-in cannot return to a {scheme}: address.")
    if match == "origin" and (scheme not in ("https", "http") or "?" in uri):
        raise invalid(
            pointer,
            "What is compared by origin must be a web address without a query.",
            "Give https://your.host, or https://your.host/folder for pages below a folder.",
        )
    return scheme


def _check_path(pointer: str, path: str) -> None:
    # Browsers would walk these up, or take them for slashes, and arrive somewhere else.
    lowered = path.lower()
    segments = lowered.replace("%2e", ".").split("/")
    if "." in segments or ".." in segments or "%5c" in lowered or "%00" in lowered:
        raise invalid(pointer, "The path must not have . or .. segments, nor an encoded backslash or NUL.")


def _check_wildcard(pointer: str, uri: str, scheme: str, host: str) -> None:
    if scheme != "https" or not host.startswith("*.") or uri.count("*") != 1 or host.count(".") < 2:
        raise invalid(
            pointer,
            "A wildcard stands for the first label of an https host, and a domain of your own follows it.",
            "Such as https://*.preview.example.com/callback.",
        )


def _check_count(member: str, entries: Sequence[object]) -> None:
    if len(entries) > MAX_URIS:
        raise invalid(f"/{member}", f"An app may have at most {MAX_URIS} entries here.")
