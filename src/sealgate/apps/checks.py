"""Which values an app may have. Pure: each check returns the value to store or refuses with a pointer to the member."""

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import DEVICE_CODE, GRANT_TYPES, GrantType
from sealgate.ledger.networks import DEFAULT_NETWORK, NETWORKS, find_network

MIN_NAME_CHARS = 3
MAX_NAME_CHARS = 60
MIN_DESCRIPTION_CHARS = 10
MAX_DESCRIPTION_CHARS = 450
MAX_URL_CHARS = 2000

_XAPP_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}[A-Za-z0-9]")
_URI = re.compile(r"[!-~]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*")


def checked_name(name: str) -> str:
    """Return the name without outer spaces: 3 to 60 printable characters (platform-api 22.2)."""
    name = name.strip()
    if not MIN_NAME_CHARS <= len(name) <= MAX_NAME_CHARS:
        raise invalid(
            "/name", f"The name must have {MIN_NAME_CHARS} to {MAX_NAME_CHARS} characters; it has {len(name)}."
        )
    if not name.isprintable():
        raise invalid("/name", "The name must be one line of printable characters: people read it when they sign.")
    return name


def checked_description(description: str | None) -> str | None:
    """Return the description without outer spaces, 10 to 450 characters (platform-api 22.2), or None for none."""
    description = (description or "").strip()
    if not description:
        return None
    if not MIN_DESCRIPTION_CHARS <= len(description) <= MAX_DESCRIPTION_CHARS:
        raise invalid(
            "/description",
            f"The description must have {MIN_DESCRIPTION_CHARS} to {MAX_DESCRIPTION_CHARS} characters, or be left out; "
            f"it has {len(description)}.",
        )
    if not all(character.isprintable() or character in "\n\t" for character in description):
        raise invalid("/description", "The description must not contain control characters.")
    return description


def checked_url(member: str, url: str | None, *, dev: bool) -> str | None:
    """Return a URL that this server or a browser will call, or None for none: https, under `dev` also loopback http."""
    if not url:
        return None
    pointer = f"/{member}"
    scheme, host = taken_apart(pointer, url)
    if scheme == "https" and host:
        return url
    if scheme == "http" and is_loopback(host):
        if dev:
            return url
        raise invalid(pointer, "A loopback URL is reachable for `sealgate dev` only.", "Give an https:// URL.")
    raise invalid(pointer, "The URL must start with https:// and name a host.")


def checked_grant_types(grant_types: Sequence[str]) -> tuple[GrantType, ...]:
    """Return the grant types in the order of `GRANT_TYPES`, without repetitions.

    `device_code` is short for its URN. `implicit` is no grant of the token endpoint: `allow_implicit` switches it.
    """
    asked = {DEVICE_CODE if grant == "device_code" else grant for grant in grant_types}
    for grant in sorted(asked - set(GRANT_TYPES)):
        raise invalid(
            "/grant_types",
            f"There is no grant type {grant[:64]!r}.",
            "Use allow_implicit for the implicit flow."
            if grant == "implicit"
            else "Choose from authorization_code, refresh_token and device_code.",
        )
    return tuple(grant for grant in GRANT_TYPES if grant in asked)


def checked_xapp_id(xapp_id: str | None) -> str | None:
    """Return the xApp identifier, the part after `/detect/xapp:`, in lower case as wallets read it; None for none."""
    if not xapp_id:
        return None
    if not is_xapp_id(xapp_id):
        raise invalid(
            "/xapp_id",
            "The xApp identifier must have 3 to 64 letters, digits, dots, hyphens or underscores, and begin and end "
            "with a letter or digit.",
        )
    return xapp_id.lower()


def is_xapp_id(text: str) -> bool:
    """Tell whether this may be an xApp identifier, in any case."""
    return _XAPP_ID.fullmatch(text) is not None


def checked_network(key: str | None) -> str:
    """Return the key of the network that an app's requests are for where they name none."""
    if not key:
        return DEFAULT_NETWORK
    network = find_network(key)
    if network is None:
        raise invalid("/network", f"There is no network {key[:64]!r}.", f"Choose from {', '.join(NETWORKS)}.")
    return network.key


def checked_networks(networks: Sequence[str]) -> tuple[str, ...]:
    """Return the keys of the networks, each once, in the order of `ledger.networks`."""
    found = {key: find_network(key) for key in networks}
    for key, network in found.items():
        if network is None:
            raise invalid(
                "/xapp_networks",
                f"There is no network {key[:64]!r}.",
                f"Choose from {', '.join(NETWORKS)}; none is all.",
            )
    asked = {network.key for network in found.values() if network is not None}
    return tuple(key for key in NETWORKS if key in asked)


def is_loopback(host: str) -> bool:
    """Tell whether a host name of a URL means this machine without asking a name server."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def taken_apart(pointer: str, url: str) -> tuple[str, str]:
    """Return scheme and host, lower case, after the checks every URL has to pass."""
    if len(url) > MAX_URL_CHARS:
        raise invalid(pointer, f"The URL is longer than {MAX_URL_CHARS} characters.")
    if not _URI.fullmatch(url) or "\\" in url:
        raise invalid(
            pointer,
            "The URL has characters that a URL cannot have.",
            "Leave out spaces and backslashes; write other characters percent-encoded, and the host in its xn-- form.",
        )
    try:
        parts = urlsplit(url)
        host, user, _port = parts.hostname or "", parts.username, parts.port
    except ValueError:
        raise invalid(pointer, "The URL's host or port is not valid.") from None
    if not _SCHEME.fullmatch(parts.scheme):
        raise invalid(pointer, "The URL must be absolute: it starts with its scheme, such as https://.")
    if user is not None:
        raise invalid(pointer, "The URL must not contain a user name or password.")
    return parts.scheme, host


def invalid(pointer: str, message: str, hint: str = "") -> AppInvalid:
    """Return the refusal of the value at `pointer`."""
    return AppInvalid(message=message, hint=hint, pointer=pointer)
