"""The networks we know by their rail key. Source: spec/platform-api.md 11; network ids as the networks publish them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Networks with a larger id require `NetworkID` in every transaction, the others forbid it (wallet-api 10.2).
LARGEST_ID_WITHOUT_FIELD: Final = 1024


@dataclass(frozen=True, slots=True)
class Network:
    """One network.

    Attributes:
        key: The rail key, as `force_network` has it.
        definitions: The name for `load_definitions`.
        native_asset: What its drops are drops of.
    """

    key: str
    network_id: int
    definitions: str
    native_asset: str
    is_live: bool

    @property
    def needs_network_id(self) -> bool:
        """Whether a transaction must carry `NetworkID`."""
        return self.network_id > LARGEST_ID_WITHOUT_FIELD


NETWORKS: Final = {
    network.key: network
    for network in (
        Network("MAINNET", 0, "xrpl", "XRP", True),
        Network("TESTNET", 1, "xrpl", "XRP", False),
        Network("DEVNET", 2, "xrpl", "XRP", False),
        Network("XAHAU", 21337, "xahau", "XAH", True),
        Network("XAHAUTESTNET", 21338, "xahau", "XAH", False),
    )
}


def find_network(key: str) -> Network | None:
    """Return the network with this rail key (any case, blanks around it ignored), or None."""
    return NETWORKS.get(key.strip().upper())
