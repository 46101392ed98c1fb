"""Who is at the other end, when proxies stand between: their word counts only where the settings trust them."""

from collections.abc import Mapping, MutableMapping
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from sealgate.base.settings import SettingsInvalid


def check_proxies(trusted: tuple[str, ...]) -> None:
    """Make sure that the setting `trusted_proxies` can be used.

    Raises:
        SettingsInvalid: an entry is neither an address nor a network.
    """
    try:
        _networks(trusted)
    except ValueError as problem:
        raise SettingsInvalid(message=f"The setting trusted_proxies is not usable: {problem}.") from None


def client_ip(scope: MutableMapping[str, Any], headers: Mapping[str, str], trusted: tuple[str, ...]) -> str:
    """Return the caller's address: the last one in X-Forwarded-For that no trusted proxy has.

    Args:
        scope: ASGI scope; its `client` is the peer of the connection.
        headers: By lower-case name.
        trusted: Addresses and networks of proxies whose X-Forwarded-For is believed.
    """
    client = scope.get("client")
    address: str = client[0] if client else ""
    if not trusted or not _is_trusted(address, trusted):
        return address
    # From the right: what stands left of the first stranger was written by that stranger.
    for hop in reversed(headers.get("x-forwarded-for", "").split(",")):
        candidate = hop.strip()
        if not _is_address(candidate):
            return address
        address = candidate
        if not _is_trusted(address, trusted):
            return address
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _is_trusted(address: str, trusted: tuple[str, ...]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in _networks(trusted))


@lru_cache(maxsize=8)
def _networks(trusted: tuple[str, ...]) -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(entry, strict=False) for entry in trusted)
