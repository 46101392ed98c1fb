"""Ledger nodes: asking them, over WebSocket or JSON-RPC, and hearing of every ledger that closes.

Owns the connections, the health of each node and the one shared stream of a network. Offers `Nodes.of(key)`, a
`NodePool` that fails over. Believes no node: what an answer means is for who asked to judge. Never stands between a
call and its answer unless that call is about the ledger. Loads nothing until a node is asked.
"""

from sealgate.infra.nodes.errors import NodeRefused, NodeUnavailable
from sealgate.infra.nodes.node import Node
from sealgate.infra.nodes.pool import NodePool
from sealgate.infra.nodes.pools import Nodes
from sealgate.infra.nodes.watch import Close

__all__ = ["Close", "Node", "NodePool", "NodeRefused", "NodeUnavailable", "Nodes"]
