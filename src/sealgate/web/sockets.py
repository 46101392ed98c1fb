"""WebSockets: a thin class over the ASGI messages that never waits for a reader who does not read."""

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sealgate.base.ids import new_uuid
from sealgate.web.context import Context

if TYPE_CHECKING:
    from sealgate.web.call import Receive, Scope, Send

SEND_TIMEOUT_S = 5.0
ABORT = "sealgate.abort"
"""ASGI extension of our server: a function that cuts the connection and forgets what waits to be sent."""


class SocketClosed(Exception):
    """The other side is gone, was too slow, or the server is stopping; a handler may let it pass."""


class Socket:
    """One WebSocket connection.

    A handler keeps a `receive()` waiting for as long as it runs: it answers None at the end, whoever ended it.

    Attributes:
        path: Path parameters, as in `Call.path`.
        ref: UUID of the connection, for the log.
        closed: True once no more can be sent.
    """

    __slots__ = ("_receive", "_send", "accepted", "closed", "context", "path", "ref", "scope")

    def __init__(
        self, context: Context, scope: "Scope", receive: "Receive", send: "Send", path: dict[str, str]
    ) -> None:
        self.context = context
        self.scope = scope
        self._receive = receive
        self._send = send
        self.path = path
        self.ref = new_uuid()
        self.accepted = False
        self.closed = False

    @property
    def headers(self) -> Mapping[str, str]:
        """Headers of the opening request by lower-case name; made anew at each use, to keep an idle socket small."""
        from sealgate.web.call import read_headers

        return read_headers(self.scope)

    async def accept(self) -> None:
        """Open the connection; no sub-protocol, no compression.

        Raises:
            SocketClosed: the client went away before.
        """
        message = await self._receive()
        if message["type"] != "websocket.connect":
            self.closed = True
            raise SocketClosed
        await self._send({"type": "websocket.accept"})
        self.accepted = True

    async def send_text(self, text: str | bytes) -> None:
        """Send one text frame; bytes are UTF-8.

        Raises:
            SocketClosed: the connection is over, or the other side has not read for 5 s and was dropped.
        """
        if self.closed:
            raise SocketClosed
        frame = {"type": "websocket.send", "text": text.decode() if isinstance(text, bytes) else text}
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._send(frame)
        except TimeoutError:
            self.abort()
            raise SocketClosed from None
        except (OSError, RuntimeError):
            # uvicorn: ClientDisconnected is an OSError, sending after the close frame a RuntimeError.
            self.closed = True
            raise SocketClosed from None

    async def receive(self) -> str | None:
        """Return the text of the next frame, or None once the connection is over.

        A binary frame is read as text too, with replacements: clients here only ever send pings.
        """
        if self.closed:
            return None
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            self.closed = True
            return None
        text: str | None = message.get("text")
        return text if text is not None else str(message["bytes"], "utf-8", "replace")

    async def close(self, code: int = 1000) -> None:
        """End the connection; 1000 is a normal end (RFC 6455, 7.4.1). Nothing happens to one that is over."""
        if self.closed:
            return
        self.closed = True
        try:
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._send({"type": "websocket.close", "code": code})
        except TimeoutError:
            self.abort()
        except (OSError, RuntimeError):
            pass

    def abort(self) -> None:
        """Cut the connection without a word: what waits to be sent is thrown away."""
        self.closed = True
        cut(self.scope)


def cut(scope: "Scope") -> None:
    """Cut a connection, where the server has the extension for it; others close it when the call returns."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is not None:
        abort()


async def refuse_socket(scope: "Scope", receive: "Receive", send: "Send") -> None:
    """Answer an upgrade to a path without a WebSocket with 404."""
    await receive()
    if "websocket.http.response" in scope.get("extensions", {}):
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"0")]
        await send({"type": "websocket.http.response.start", "status": 404, "headers": headers})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close", "code": 1000})
