"""Which addresses outside this server it may call on behalf of others. Pure: no name is looked up here.

Apps choose where webhooks go and wallets where they are woken, so both could point the server at what only it can
reach: its own ports, its neighbours, the metadata service of its cloud. A target must therefore be written in one
plain way, so that whoever checks it and whoever connects cannot read it differently, and every address it stands for
must be a public one.
"""

import re
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

import msgspec

from sealgate.infra.errors import TargetRefused

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL_CHARS = 2000
PORTS = {"http": 80, "https": 443}
FIRST_FREE_PORT = 1024
"""Below it are services of other protocols that could be made to read a request as their own."""

_URL = re.compile(r"[!-~]+")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
# A host whose last label is a number is an IPv4 address to some readers and a name to others (WHATWG URL, 4.7).
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# IANA's special-purpose registry (RFC 6890 and its updates) and multicast; Python's own list differs by version.
_NOT_PUBLIC = tuple(
    ip_network(text)
    for text in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/3",
        # A public address by its number, and yet the host's own services on one of the large clouds.
        "168.63.129.16/32",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",
        "3fff::/20",
    )
)
# All public unicast there is. Mapped, compatible and translated IPv4, unique local, link-local and multicast are not.
_PUBLIC_V6 = IPv6Network("2000::/3")
_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))


class Target(msgspec.Struct, frozen=True):
    """A URL taken apart, once.

    Attributes:
        scheme: `http` or `https`.
        host: Lower-case name, or an address in its usual form without brackets.
        address: The address, where the host is one.
        path: With the query, as a request line has it.
    """

    scheme: str
    host: str
    port: int
    path: str
    address: Address | None

    @property
    def authority(self) -> str:
        """What the Host header says: without the port where it is the scheme's own."""
        host = f"[{self.host}]" if isinstance(self.address, IPv6Address) else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


class Reach(msgspec.Struct, frozen=True):
    """What may be reached beyond the public addresses.

    Attributes:
        loopback: Whether this machine may be: for `sealgate dev`.
        networks: Networks of the operator's own.
    """

    loopback: bool = False
    networks: tuple[Network, ...] = ()

    @classmethod
    def of(cls, *, dev: bool, networks: Sequence[str]) -> "Reach":
        """Return what the settings allow; ValueError where a network is none."""
        return cls(loopback=dev, networks=tuple(ip_network(text) for text in networks))

    def covers(self, address: Address) -> bool:
        """Tell whether calls may go to this address."""
        if any(address in network for network in self.networks) or (
            self.loopback and any(address in network for network in _LOOPBACK)
        ):
            return True
        if isinstance(address, IPv6Address) and address not in _PUBLIC_V6:
            return False
        return not any(address in network for network in _NOT_PUBLIC)

    def parse(self, url: str) -> Target:
        """Take a URL apart.

        Raises:
            TargetRefused: it is not written plainly, or names an address outside this reach.
        """
        if len(url) > MAX_URL_CHARS or not _URL.fullmatch(url) or "\\" in url:
            raise TargetRefused(message="The URL is too long, or has characters that a URL cannot have.")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise TargetRefused(message="The URL's host or port is not valid.") from None
        if parts.scheme not in PORTS:
            raise TargetRefused(message="The URL must start with https:// or http://.")
        if "@" in parts.netloc:
            raise TargetRefused(message="The URL must not contain a user name or password.")
        host, address = _host(parts.netloc)
        if address is not None and not self.covers(address):
            raise TargetRefused(message="The URL names an address that is not public.")
        port = PORTS[parts.scheme] if port is None else port
        if port < FIRST_FREE_PORT and port not in PORTS.values():
            raise TargetRefused(message=f"The URL's port must be 80, 443, or {FIRST_FREE_PORT} and above.")
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        return Target(parts.scheme, host, port, path, address)

    def check_all(self, host: str, addresses: Sequence[str]) -> list[Address]:
        """Return the addresses a name stands for, once each.

        Raises:
            TargetRefused: one of them is outside this reach: a name with a foot in both is no receiver of anybody's.
        """
        found = list(dict.fromkeys(ip_address(text) for text in addresses))
        for address in found:
            if getattr(address, "scope_id", None) or not self.covers(address):
                raise TargetRefused(
                    message="The URL's host stands for an address that is not public.", detail=f"{host} is {address}"
                )
        return found


def _host(netloc: str) -> tuple[str, Address | None]:
    if netloc.startswith("["):
        inside = netloc[1:].partition("]")[0].lower()
        if "%" in inside:
            raise TargetRefused(message="The URL's host must not have a zone.")
        try:
            address: Address = IPv6Address(inside)
        except ValueError:
            raise TargetRefused(message="The URL's host is not a valid IPv6 address.") from None
        return str(address), address
    host = netloc.partition(":")[0].lower()
    if not _NAME.fullmatch(host) or len(host) > 253:
        raise TargetRefused(
            message="The URL's host is not a plain host name.",
            hint="Write international names in their xn-- form, without a dot at the end.",
        )
    if not _NUMBER.fullmatch(host.rpartition(".")[2]):
        return host, None
    try:
        address = IPv4Address(host)
    except ValueError:
        raise TargetRefused(
            message="The URL's host is an IPv4 address in an unusual form.", hint="Write four decimal numbers."
        ) from None
    return str(address), address
