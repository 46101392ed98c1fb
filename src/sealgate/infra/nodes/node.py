"""One node: asked within a time limit, connected again when it is needed, left alone while it fails."""

import asyncio
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from sealgate.base.logs import get_logger
from sealgate.infra.nodes.answers import close_of
from sealgate.infra.nodes.breaker import Breaker
from sealgate.infra.nodes.errors import NodeFailed, NodeRefused, NodeUnavailable
from sealgate.infra.nodes.json_rpc import JsonRpc
from sealgate.infra.nodes.watch import Close, Forked, LedgerWatch
from sealgate.infra.nodes.web_socket import WebSocketNode

REQUEST_S = 5.0

_log = get_logger("nodes")


class Health(msgspec.Struct, frozen=True):
    """How a node is.

    Attributes:
        name: Its host and port: an address may hold a key of the operator's.
        is_up: It answered when it was last asked; None where nobody asked yet.
        ledger_index: The latest validated ledger that it named.
        reason: Why it is not up.
    """

    name: str
    is_up: bool | None
    ledger_index: int | None
    reason: str | None


class Node:
    """One node of a network.

    Args:
        url: `ws`, `wss`, `http` or `https`.
        network_id: Of the network it must be of; it is asked when it is connected to. None takes any.
        tls: For its certificate; the system's authorities where None.
        on_close: Hears of each ledger that this node says was validated, once its stream is on.
    """

    def __init__(
        self,
        url: str,
        *,
        network_id: int | None = None,
        tls: ssl.SSLContext | None = None,
        on_close: Callable[[Close], object] | None = None,
        request_s: float = REQUEST_S,
    ) -> None:
        self.url = url
        self.name = urlsplit(url).netloc.rpartition("@")[2]
        self.breaker = Breaker()
        self.watch = LedgerWatch()
        self._network_id = network_id
        self._tls = tls
        self._on_close = on_close
        self._request_s = request_s
        self._transport: JsonRpc | WebSocketNode | None = None
        self._opening = asyncio.Lock()
        self._answered = False

    @property
    def may_be_asked(self) -> bool:
        """Whether it is not being left alone."""
        return self.breaker.allows(time.monotonic())

    @property
    def has_stream(self) -> bool:
        """Whether it tells of ledgers by itself."""
        return self.url.startswith("ws")

    @property
    def health(self) -> Health:
        """How it is."""
        up = None if not self._answered and self.breaker.reason is None else self.breaker.reason is None
        latest = self.watch.latest
        return Health(self.name, up, None if latest is None else latest.index, self.breaker.reason)

    async def request(self, command: str, **params: Any) -> dict[str, Any]:
        """Return the result of a command, within 5 seconds.

        Raises:
            NodeRefused: the node says no.
            NodeUnavailable: it gave no usable answer, or is left alone.
        """
        if not self.may_be_asked:
            raise NodeUnavailable(detail=f"{self.name} is left alone: {self.breaker.reason}")
        try:
            async with asyncio.timeout(self._request_s):
                transport = await self._opened()
                result = await transport.request(command, params)
        except NodeRefused:
            self.breaker.succeed()
            self._answered = True
            raise
        except TimeoutError:
            await self.fail(f"no answer within {self._request_s:g} s")
        except NodeFailed as problem:
            await self.fail(str(problem))
        else:
            self.breaker.succeed()
            self._answered = True
            return result
        raise NodeUnavailable(detail=f"{self.name}: {self.breaker.reason}")

    async def follow(self) -> None:
        """Turn the stream of ledgers on and return when it has ended, whyever.

        Raises:
            NodeUnavailable, NodeRefused: it did not begin.
        """
        answer = await self.request("subscribe", streams=["ledger"])
        transport = self._transport
        try:
            close = close_of(answer)
            if close is not None:
                self.note(close)
        except NodeFailed as problem:
            await self.fail(str(problem))
        if isinstance(transport, WebSocketNode):
            await transport.closed.wait()

    def note(self, close: Close) -> None:
        """Note a ledger that this node says was validated.

        Raises:
            NodeFailed: it said otherwise before; it is then left alone for some minutes.
        """
        try:
            is_new = self.watch.take(close)
        except Forked as problem:
            self.distrust(f"it contradicts itself: {problem}")
            raise NodeFailed(self.breaker.reason) from None
        if is_new and self._on_close is not None:
            self._on_close(close)

    def distrust(self, reason: str) -> None:
        """Leave it alone for some minutes: it said something that cannot be."""
        _log.warning("node is not believed", node=self.name, reason=reason)
        self.breaker.distrust(time.monotonic(), reason)

    async def close(self) -> None:
        """Close the connection."""
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

    async def _opened(self) -> JsonRpc | WebSocketNode:
        if self._transport is not None and self._transport.is_open:
            return self._transport
        async with self._opening:
            if self._transport is not None and self._transport.is_open:
                return self._transport
            await self.close()
            transport: JsonRpc | WebSocketNode = (
                WebSocketNode(self.url, self._tls, self._told) if self.has_stream else JsonRpc(self.url, self._tls)
            )
            try:
                await transport.open()
                await self._check_network(transport)
            except BaseException:
                await transport.close()
                raise
            self._transport = transport
        return transport

    async def _check_network(self, transport: JsonRpc | WebSocketNode) -> None:
        if self._network_id is None:
            return
        try:
            info = (await transport.request("server_info", {})).get("info")
        except NodeRefused as refusal:
            raise NodeFailed(f"it does not say what it is: {refusal.error}") from None
        said = info.get("network_id") if isinstance(info, dict) else None
        # Older nodes of the main network do not say.
        if said is not None and said != self._network_id:
            raise NodeFailed(f"it is of network {str(said)[:12]}, not {self._network_id}")

    def _told(self, message: Mapping[str, Any]) -> None:
        if message.get("type") == "ledgerClosed" and (close := close_of(message)) is not None:
            self.note(close)

    async def fail(self, reason: str) -> None:
        """Note that it gave no usable answer, and close the connection."""
        if self.breaker.reason is None:
            _log.warning("node does not answer", node=self.name, reason=reason)
        if self.may_be_asked:
            self.breaker.fail(time.monotonic(), reason)
        # What hung once may hang for ever: the next question gets a connection of its own.
        await self.close()
