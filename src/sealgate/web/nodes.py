"""The ledger nodes in a process: the one `Nodes`, closed at the end, and how they are, in `/metrics`."""

import asyncio

from sealgate.infra.nodes import NodePool, Nodes
from sealgate.web.context import Context


def install_nodes(context: Context) -> None:
    """Put `Nodes` into a process; without a node configured nothing but an empty one.

    Raises:
        SettingsInvalid: the setting `nodes` cannot be used.
    """
    nodes = Nodes.from_settings(context.settings)
    context.put(nodes)

    async def close_at_the_end() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await nodes.close()

    if nodes.pools:
        context.background.append(close_at_the_end)
    for pool in nodes.pools.values():
        _show(context, pool)


def _show(context: Context, pool: NodePool) -> None:
    name = f"sealgate_nodes_{pool.network.lower().replace('-', '_')}"
    context.metrics.gauge(
        f"{name}_up",
        f"Nodes of {pool.network} that answered when they were last asked.",
        lambda: sum(one.is_up is True for one in pool.health),
    )
    context.metrics.gauge(
        f"{name}_ledger",
        f"Latest validated ledger of {pool.network} that the shared stream told of.",
        lambda: pool.latest.index if pool.latest is not None else 0,
    )
    context.metrics.counter(
        f"{name}_failures_total",
        f"Questions that nodes of {pool.network} gave no usable answer to.",
        lambda: sum(node.breaker.total_failures for node in pool.nodes),
    )
