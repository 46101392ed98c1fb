"""All the nodes that this server asks, by network: the `Nodes` of a process."""

import ssl
from collections.abc import Iterable, Mapping

from sealgate.base.settings import Settings
from sealgate.infra.networks import SANDBOX_PATH, nodes_of
from sealgate.infra.nodes.pool import NodePool
from sealgate.ledger.networks import NETWORKS, SANDBOX


class Nodes:
    """The pools of a process; none where no node is configured."""

    def __init__(self, pools: Iterable[NodePool] = ()) -> None:
        self._pools = {pool.network: pool for pool in pools}

    @classmethod
    def from_settings(cls, settings: Settings) -> "Nodes":
        """Return the pools that the settings describe; under `dev` the sandbox's ledger is one of them.

        Raises:
            SettingsInvalid: an entry of the setting `nodes` cannot be used.
        """
        pools = [
            NodePool(key, urls, network_id=NETWORKS[key].network_id, agreement=settings.node_agreement)
            for key, urls in nodes_of(settings).items()
        ]
        if settings.dev and all(pool.network != SANDBOX.key for pool in pools):
            pools.append(_sandbox(settings))
        return cls(pools)

    @property
    def pools(self) -> Mapping[str, NodePool]:
        """Every pool by the key of its network."""
        return self._pools

    @property
    def keys(self) -> frozenset[str]:
        """The networks whose nodes this server asks."""
        return frozenset(self._pools)

    def of(self, network: str) -> NodePool | None:
        """Return the nodes of a network by its key, None where none is configured."""
        return self._pools.get(network)

    async def close(self) -> None:
        """Close every connection."""
        for pool in self._pools.values():
            await pool.close()


def _sandbox(settings: Settings) -> NodePool:
    scheme = "wss" if settings.tls_cert else "ws"
    host = "127.0.0.1" if settings.host in ("", "0.0.0.0", "::") else settings.host  # noqa: S104 - what it binds to
    url = f"{scheme}://{f'[{host}]' if ':' in host else host}:{settings.port}{SANDBOX_PATH}"
    tls = _own_certificate(settings.tls_cert) if settings.tls_cert else None
    return NodePool(SANDBOX.key, [url], network_id=SANDBOX.network_id, tls=tls)


def _own_certificate(path: str) -> ssl.SSLContext:
    """Return a context that believes this server's own certificate, whoever signed it, under any name."""
    context = ssl.create_default_context(cafile=path)
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.check_hostname = False
    return context
