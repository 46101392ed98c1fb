"""A node over WebSocket: many questions at once on one connection, and its stream of ledgers."""

import asyncio
import contextlib
import ssl
from collections.abc import Callable, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

import msgspec

from sealgate.infra.nodes.answers import read_json, result_of
from sealgate.infra.nodes.errors import NodeFailed

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection

MOST_BYTES = 8 * 1024 * 1024
PING_S = 15.0

Told = Callable[[Mapping[str, Any]], None]


class WebSocketNode:
    """One connection to one node.

    Args:
        told: Gets every message that is no answer. What it raises as NodeFailed ends the connection.
    """

    streams = True

    def __init__(self, url: str, tls: ssl.SSLContext | None, told: Told) -> None:
        self._url = url
        self._tls = tls
        self._told = told
        self._numbers = count(1)
        self._asked: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._connection: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._reason = "the connection was closed"
        self.closed = asyncio.Event()

    @property
    def is_open(self) -> bool:
        """Whether it can be asked."""
        return self._connection is not None and not self.closed.is_set()

    async def open(self) -> None:
        """Connect.

        Raises:
            NodeFailed: the node does not take the connection.
        """
        from websockets.asyncio.client import connect
        from websockets.exceptions import WebSocketException

        try:
            self._connection = await connect(
                self._url,
                ssl=self._tls if self._url.startswith("wss:") else None,
                compression=None,
                proxy=None,
                open_timeout=None,
                close_timeout=1,
                ping_interval=PING_S,
                ping_timeout=PING_S,
                max_size=MOST_BYTES,
                user_agent_header="sealgate",
            )
        except (OSError, WebSocketException) as problem:
            raise NodeFailed(str(problem)[:120] or type(problem).__name__) from None
        self._reading = asyncio.create_task(self._read(self._connection))

    async def request(self, command: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of a command.

        Raises:
            NodeRefused: the node says no.
            NodeFailed: the connection broke off, or the answer makes no sense.
        """
        from websockets.exceptions import ConnectionClosed

        assert self._connection is not None
        number = next(self._numbers)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._asked[number] = answer
        try:
            if self.closed.is_set():
                raise NodeFailed(self._reason)
            await self._connection.send(msgspec.json.encode({"id": number, "command": command, **params}).decode())
            return result_of(await answer)
        except ConnectionClosed:
            raise NodeFailed(self._reason) from None
        finally:
            self._asked.pop(number, None)
            if answer.done() and not answer.cancelled():
                answer.exception()  # nobody may be left who asked

    async def close(self) -> None:
        """Close the connection; who waits for an answer is told."""
        if self._reading is not None:
            self._reading.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reading
        if self._connection is not None:
            await self._connection.close()

    async def _read(self, connection: "ClientConnection") -> None:
        from websockets.exceptions import ConnectionClosed

        try:
            async for text in connection:
                self._take(read_json(text))
        except NodeFailed as problem:
            self._reason = str(problem)
        except ConnectionClosed as problem:
            self._reason = f"the connection broke off: {str(problem)[:100]}"
        finally:
            self.closed.set()
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(NodeFailed(self._reason))
            connection.transport.abort()

    def _take(self, message: dict[str, Any]) -> None:
        number = message.get("id")
        if isinstance(number, int):
            answer = self._asked.get(number)
            if answer is not None and not answer.done():
                answer.set_result(message)
        elif isinstance(message.get("type"), str):
            self._told(message)
