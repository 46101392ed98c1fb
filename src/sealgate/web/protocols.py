"""uvicorn's protocols, with bounds on what a client may send before we answer, and polite last words."""

import asyncio
from typing import Any

import wsproto.events
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol

from sealgate.web.sockets import ABORT

MAX_HEAD_BYTES = 32 * 1024
HEAD_TIMEOUT_S = 20.0
SERVICE_RESTART = 1012
CLOSE_TIMEOUT_S = 1.0

_HEAD_TOO_LARGE = (
    b"HTTP/1.1 431 Request Header Fields Too Large\r\n"
    b"content-type: text/plain; charset=utf-8\r\ncontent-length: 38\r\nconnection: close\r\n\r\n"
    b"The head of this request is too large."
)


class BoundedHttp(HttpToolsProtocol):
    """HTTP/1.1 with a largest head and a time for it; the parser alone would collect headers without end."""

    _in_head = True
    _head_bytes = 0
    _head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._extensions = {ABORT: transport.abort}
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_head()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._in_head:
            self._head_bytes += len(data)
            # The first piece of a head may hold a whole body; only a head that still goes on is too large.
            if self._head_bytes - len(data) > MAX_HEAD_BYTES:
                self.transport.write(_HEAD_TOO_LARGE)
                self.transport.close()
                return
        super().data_received(data)
        if self._in_head and self._head_timer is None:
            self._await_head()

    def on_message_begin(self) -> None:
        self._in_head = True
        self._head_bytes = 0
        super().on_message_begin()
        self.scope["extensions"] = self._extensions  # type: ignore[typeddict-item]

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._forget_head()
        super().on_headers_complete()

    def shutdown(self) -> None:
        super().shutdown()
        # Over TLS a transport that closes waits half a minute for the client's goodbye; idle ones do not say any.
        self.loop.call_later(CLOSE_TIMEOUT_S, self._leave)

    def _leave(self) -> None:
        if self.transport.is_closing() and not self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.loop.call_later(CLOSE_TIMEOUT_S, self._leave)

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self.transport.close)

    def _forget_head(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


class _HandshakeOver:
    """Stands where wsproto keeps the handshake, once there is nothing more to hear from it."""

    def events(self) -> tuple[()]:
        return ()


_HANDSHAKE_OVER: Any = _HandshakeOver()


class PoliteSocket(WSProtocol):
    """A WebSocket that says 1012 when the server stops and waits for the echo, and that a handler can cut."""

    def handle_connect(self, event: wsproto.events.Request) -> None:
        super().handle_connect(event)
        # The handler's task starts with the next turn of the loop, so it sees this.
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[ABORT] = self.transport.abort

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        if message["type"] == "websocket.accept":
            # The handshake's HTTP/1.1 state is 3 of the 18 KiB an idle socket would hold, and never looked at again.
            self.conn.handshake = _HANDSHAKE_OVER

    def shutdown(self) -> None:
        if not self.handshake_complete or self.close_sent or self.response_started:
            super().shutdown()
            return
        self.stop_keepalive()
        self.queue.put_nowait({"type": "websocket.disconnect", "code": SERVICE_RESTART})
        self.close_sent = True
        if self.transport.is_closing():
            return
        self.transport.write(self.conn.send(wsproto.events.CloseConnection(code=SERVICE_RESTART)))
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        # Closing at once while the client's ping is on its way would reset the connection under our frame.
        self.close_timer = self.loop.call_later(CLOSE_TIMEOUT_S, self.transport.abort)
