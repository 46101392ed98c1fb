"""The nodes of one network together: who is asked, who is asked instead, and the one stream that all listen to."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Sequence
from typing import Any

from sealgate.infra.nodes.answers import ledger_of
from sealgate.infra.nodes.errors import NodeFailed, NodeRefused, NodeUnavailable
from sealgate.infra.nodes.node import REQUEST_S, Health, Node
from sealgate.infra.nodes.watch import Close

POLL_S = 3.0
"""How often a node that has no stream is asked for the validated ledger."""
STALL_S = 30.0
"""A stream that tells of no ledger for so long is given up: ledgers close every few seconds."""
PAUSE_S = 1.0

Heard = Callable[[Close], object]


class Listening:
    """Somebody who hears of ledgers; `close` ends it."""

    def __init__(self, pool: "NodePool", hear: Heard) -> None:
        self._pool = pool
        self.hear = hear

    def close(self) -> None:
        """Hear no more; the last one who goes turns the stream off."""
        self._pool.forget(self)


class NodePool:
    """The nodes of one network that this server asks, in the operator's order.

    Args:
        network: Its key.
        agreement: How many nodes must say the same before it is taken for true; all, where there are fewer.
    """

    def __init__(
        self,
        network: str,
        urls: Sequence[str],
        *,
        network_id: int | None = None,
        agreement: int = 1,
        tls: ssl.SSLContext | None = None,
        request_s: float = REQUEST_S,
        stall_s: float = STALL_S,
    ) -> None:
        self.network = network
        self.agreement = min(agreement, len(urls))
        self.nodes = tuple(
            Node(url, network_id=network_id, tls=tls, on_close=self._heard, request_s=request_s) for url in urls
        )
        self.latest: Close | None = None
        self._stall_s = stall_s
        self._listening: set[Listening] = set()
        self._streaming: asyncio.Task[None] | None = None
        self._news = asyncio.Event()

    @property
    def health(self) -> list[Health]:
        """How each of them is."""
        return [node.health for node in self.nodes]

    def candidates(self) -> list[Node]:
        """Return the nodes that may be asked, those that answered last time first."""
        return sorted((node for node in self.nodes if node.may_be_asked), key=lambda node: node.health.is_up is False)

    async def request(self, command: str, **params: Any) -> dict[str, Any]:
        """Ask one node, and another where that one gives no answer; return the result.

        One node's word: what must be true is asked of several (`candidates`).

        Raises:
            NodeRefused: a node says no.
            NodeUnavailable: none answers.
        """
        said = []
        for node in self.candidates():
            try:
                return await node.request(command, **params)
            except NodeUnavailable as problem:
                said.append(problem.detail)
        raise NodeUnavailable(detail="; ".join(said) or f"every node of {self.network} is left alone")

    def listen(self, hear: Heard) -> Listening:
        """Hear of each ledger that is validated from now on, each once. All who listen share one stream."""
        listening = Listening(self, hear)
        self._listening.add(listening)
        if self._streaming is None:
            self._streaming = asyncio.create_task(self._stream())
        return listening

    def forget(self, listening: Listening) -> None:
        """See `Listening.close`."""
        self._listening.discard(listening)
        if not self._listening and self._streaming is not None:
            self._streaming.cancel()
            self._streaming = None

    def forget_ledgers(self) -> None:
        """Begin anew with what nodes say of ledgers: the network began anew itself, as the sandbox's does."""
        self.latest = None
        for node in self.nodes:
            node.watch.forget()

    async def close(self) -> None:
        """End the stream and the connections."""
        streaming, self._streaming = self._streaming, None
        if streaming is not None:
            streaming.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await streaming
        for node in self.nodes:
            await node.close()

    async def _stream(self) -> None:
        while True:
            for node in self.candidates():
                with contextlib.suppress(NodeUnavailable, NodeRefused, NodeFailed):
                    await (self._follow(node) if node.has_stream else self._poll(node))
            await asyncio.sleep(PAUSE_S)

    async def _follow(self, node: Node) -> None:
        following = asyncio.ensure_future(node.follow())
        try:
            while not following.done():
                self._news.clear()
                waiting = asyncio.ensure_future(self._news.wait())
                done, _ = await asyncio.wait(
                    (following, waiting), timeout=self._stall_s, return_when=asyncio.FIRST_COMPLETED
                )
                waiting.cancel()
                if not done:
                    await node.fail(f"its stream told of no ledger for {self._stall_s:g} s")
                    return
            following.result()
        finally:
            following.cancel()

    async def _poll(self, node: Node) -> None:
        while True:
            node.note(ledger_of(await node.request("ledger", ledger_index="validated")))
            await asyncio.sleep(POLL_S)

    def _heard(self, close: Close) -> None:
        self._news.set()
        if self.latest is not None and close.index <= self.latest.index:
            return
        self.latest = close
        for listening in tuple(self._listening):
            listening.hear(close)
