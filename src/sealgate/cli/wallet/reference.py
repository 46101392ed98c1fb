"""What a person may type for a sign request or an xApp: its UUID or identifier, its URL, the text of its QR code."""

import re
from ipaddress import ip_address
from urllib.parse import parse_qsl, unquote, urlsplit

from sealgate.cli.output import Refused

WALLET_VERSION = "2.9.1"
"""xApps switch features on by the version of the phone's wallet; this is one that can do what ours can."""

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)

_XAPP_ID = re.compile(r"[A-Za-z0-9._-]{3,64}")
_DETECT = re.compile(r"/detect/xapp(?::|%3A)([^/]+)(/.*)?", re.IGNORECASE)


def payload_uuid(text: str) -> str:
    """Return the lower-case UUID in a reference to a sign request (wallet-api 4.2).

    Raises:
        Refused: there is none, or more than one.
    """
    found: set[str] = {match.lower() for match in _UUID.findall(text)}
    if len(found) != 1:
        raise Refused(
            message="That does not name a sign request.",
            hint="Give its UUID, the address of its sign page, or the text of its QR code.",
        )
    return found.pop()


def xapp_reference(text: str, *, origins: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """Return the identifier in a reference to an xApp, in lower case, and the parameters of its link (wallet-api 4.2).

    Args:
        text: The identifier itself, `{BASE}/detect/xapp:…`, or `sealgate://xapp/…`.
        origins: Addresses of the server that the wallet is paired with; a link of another one is not ours to follow.

    Raises:
        Refused: it names no xApp, or one of another server.
    """
    text = text.strip()
    if _XAPP_ID.fullmatch(text):
        return text.lower(), {}
    try:
        parts = urlsplit(text)
        is_ours = parts.scheme == "sealgate" or _same(text) in {_same(origin) for origin in origins}
    except ValueError:
        raise _not_an_xapp() from None
    identifier = _identifier(parts.scheme, parts.netloc, parts.path)
    if identifier is None or not _XAPP_ID.fullmatch(identifier):
        raise _not_an_xapp()
    if not is_ours:
        raise Refused(
            message=f"That is an xApp of {parts.netloc}, and this wallet is paired with {' and '.join(origins)}.",
            hint="Open it with a wallet that is paired there.",
        )
    return identifier.lower(), dict(parse_qsl(parts.query, keep_blank_values=True))


def _not_an_xapp() -> Refused:
    return Refused(
        message="That does not name an xApp.",
        hint="Give its identifier, its /detect/xapp:… address, or the text of its QR code.",
    )


def _identifier(scheme: str, netloc: str, path: str) -> str | None:
    if scheme == "sealgate":
        return unquote(path.strip("/")) if netloc == "xapp" else None
    found = _DETECT.fullmatch(path) if scheme in ("http", "https") else None
    return unquote(found[1]) if found else None


def _same(url: str) -> tuple[str, str, int | None]:
    """Return what two addresses of one server have in common; this machine has several names."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        is_here = ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    return parts.scheme, "localhost" if is_here else host, parts.port
