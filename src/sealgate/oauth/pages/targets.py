"""Where a form of ours may lead: browsers hold the whole chain of redirects after a form against `form-action`."""

from urllib.parse import urlsplit


def form_action(redirect_uri: str | None) -> str:
    """Return the value of the CSP directive `form-action` for a form that may end at `redirect_uri`.

    Source: CSP Level 3, 6.4.2. Its grammar has no IPv6 addresses and no paths of other schemes: there, the scheme.
    """
    if redirect_uri is None:
        return "'self'"
    parts = urlsplit(redirect_uri)
    if parts.scheme not in ("http", "https") or "[" in parts.netloc:
        return f"'self' {parts.scheme}:"
    return f"'self' {origin_of(redirect_uri)}"


def origin_of(uri: str) -> str:
    """Return the origin of an http(s) URI that was checked before: scheme, host and, where it is not usual, port."""
    parts = urlsplit(uri)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in (None, usual) else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"
