"""The networks we know by their rail key. Source: spec/platform-api.md 11; network ids as the networks publish them.

The public ones are packaged; an operator's own are made known once, when a process is put together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

# Networks with a larger id require `NetworkID` in every transaction, the others forbid it (wallet-api 10.2).
LARGEST_ID_WITHOUT_FIELD: Final = 1024
DEFAULT_NETWORK: Final = "MAINNET"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A public node that wallets may use: `wss://…` or `https://…`."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Explorer:
    """A ledger explorer; to each address what is looked up is appended."""

    name: str
    url_tx: str
    url_account: str | None = None
    url_ctid: str | None = None


@dataclass(frozen=True, slots=True)
class Reserves:
    """What an account must keep, and for each object it owns, in the native asset."""

    account: float
    object: float


@dataclass(frozen=True, slots=True)
class Network:
    """One network.

    Attributes:
        key: The rail key, as `force_network` has it.
        definitions: The name for `load_definitions`.
        native_asset: What its drops are drops of.
        is_live: Whether what is on it is worth anything.
        name: For people; the key where nobody gave one.
        color: As CSS has it, `#3052ff`.
        endpoints: Nodes that wallets may use; none of them is asked by this server for that alone.
        rpc: A node's JSON-RPC address, for verifiers.
    """

    key: str
    network_id: int
    definitions: str
    native_asset: str
    is_live: bool
    name: str = ""
    color: str = "#6b7280"
    endpoints: tuple[Endpoint, ...] = ()
    explorers: tuple[Explorer, ...] = ()
    rpc: str | None = None
    reserves: Reserves | None = None

    @property
    def needs_network_id(self) -> bool:
        """Whether a transaction must carry `NetworkID`."""
        return self.network_id > LARGEST_ID_WITHOUT_FIELD

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name or self.key


PACKAGED: Final = (
    Network(
        "MAINNET",
        0,
        "xrpl",
        "XRP",
        True,
        name="XRP Ledger",
        color="#3052ff",
        endpoints=(
            Endpoint("XRPL Cluster", "wss://xrplcluster.com"),
            Endpoint("Ripple, full history", "wss://s2.ripple.com"),
        ),
        explorers=(
            Explorer("XRPL.org", "https://livenet.xrpl.org/transactions/", "https://livenet.xrpl.org/accounts/"),
            Explorer(
                "Bithomp",
                "https://bithomp.com/explorer/",
                "https://bithomp.com/explorer/",
                "https://bithomp.com/explorer/",
            ),
        ),
        rpc="https://xrplcluster.com",
        reserves=Reserves(1, 0.2),
    ),
    Network(
        "TESTNET",
        1,
        "xrpl",
        "XRP",
        False,
        name="XRP Ledger Testnet",
        color="#b0690b",
        endpoints=(
            Endpoint("Ripple", "wss://s.altnet.rippletest.net:51233"),
            Endpoint("XRPL Labs", "wss://testnet.xrpl-labs.com"),
        ),
        explorers=(
            Explorer("XRPL.org", "https://testnet.xrpl.org/transactions/", "https://testnet.xrpl.org/accounts/"),
        ),
        rpc="https://s.altnet.rippletest.net:51234",
    ),
    Network(
        "DEVNET",
        2,
        "xrpl",
        "XRP",
        False,
        name="XRP Ledger Devnet",
        color="#0e7c66",
        endpoints=(Endpoint("Ripple", "wss://s.devnet.rippletest.net:51233"),),
        explorers=(Explorer("XRPL.org", "https://devnet.xrpl.org/transactions/", "https://devnet.xrpl.org/accounts/"),),
        rpc="https://s.devnet.rippletest.net:51234",
    ),
    Network(
        "XAHAU",
        21337,
        "xahau",
        "XAH",
        True,
        name="Xahau",
        color="#a16207",
        endpoints=(Endpoint("Xahau.network", "wss://xahau.network"),),
        explorers=(Explorer("Xahau Explorer", "https://xahauexplorer.com/tx/", "https://xahauexplorer.com/explorer/"),),
        rpc="https://xahau.network",
    ),
    Network(
        "XAHAUTESTNET",
        21338,
        "xahau",
        "XAH",
        False,
        name="Xahau Testnet",
        color="#7c5e10",
        endpoints=(Endpoint("Xahau-test.net", "wss://xahau-test.net"),),
        explorers=(
            Explorer(
                "Xahau Explorer",
                "https://test.xahauexplorer.com/tx/",
                "https://test.xahauexplorer.com/explorer/",
            ),
        ),
        rpc="https://xahau-test.net",
    ),
)
# The ledger that `sealgate dev` brings along. Nothing but `dev` knows it.
SANDBOX: Final = Network("SANDBOX", 1000, "xrpl", "XRP", False, name="Sandbox ledger", color="#b4235a")

_known: dict[str, Network] = {network.key: network for network in PACKAGED}
NETWORKS: Final[Mapping[str, Network]] = MappingProxyType(_known)
"""All networks that this process knows, by key."""


def know_networks(networks: Iterable[Network]) -> None:
    """Make these known beside the packaged ones, or in their place; those of an earlier call are forgotten.

    Called once, where a process is put together.
    """
    known = {network.key: network for network in (*PACKAGED, *networks)}
    _known.clear()
    _known.update(known)


def find_network(key: str) -> Network | None:
    """Return the network with this rail key (any case, blanks around it ignored), or None."""
    return NETWORKS.get(key.strip().upper())
