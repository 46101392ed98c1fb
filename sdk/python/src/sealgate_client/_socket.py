"""The status socket of a payload: a WebSocket over the client's own HTTP connections (RFC 6455)."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import AsyncGenerator, Callable
from typing import Any

from sealgate_client._transport import Line, Lost, Request, Silent, Transport
from sealgate_client.errors import NotFound

SILENCE_S = 45.0
"""The server speaks every 15 s. Who hears nothing for three times as long is no longer connected."""

MOST_CHARACTERS = 1_000_000
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"


async def messages(
    transport: Transport, url: str, timeout_s: float, within: Callable[[float], float]
) -> AsyncGenerator[dict[str, Any] | None, None]:
    """Connect and yield messages until the server says that it has no more. None is yielded at every second of silence.

    Args:
        url: As http or https: an upgrade begins as a request.
        within: Shortens a time to what the caller still has.

    Raises:
        Lost: the connection could not be made, or ended before the server said so.
        NotFound: there is no such socket.
    """
    from wsproto.connection import Connection, ConnectionType
    from wsproto.events import CloseConnection, Ping, TextMessage

    line = await _upgraded(transport, url, timeout_s)
    try:
        frames = Connection(ConnectionType.CLIENT)
        text, silent_s = "", 0.0
        while True:
            wait_s = max(0.01, within(1.0))
            try:
                piece = await line.read(wait_s)
            except Silent:
                silent_s += wait_s
                if silent_s >= SILENCE_S:
                    raise Lost("the status socket went silent", sent=True) from None
                yield None
                continue
            silent_s = 0.0
            if not piece:
                raise Lost("the status socket broke", sent=True)
            frames.receive_data(piece)
            for event in frames.events():
                if isinstance(event, Ping):
                    await line.write(frames.send(event.response()))
                elif isinstance(event, CloseConnection):
                    await line.write(frames.send(event.response()))
                    if event.code == 1000:
                        return
                    raise Lost(f"the server ended the status socket with {event.code}", sent=True)
                elif isinstance(event, TextMessage):
                    text += event.data
                    if len(text) > MOST_CHARACTERS:
                        raise Lost("a message of the status socket is too long", sent=True)
                    if event.message_finished:
                        yield _decoded(text)
                        text = ""
    finally:
        await line.close()


async def _upgraded(transport: Transport, url: str, timeout_s: float) -> Line:
    key = base64.b64encode(os.urandom(16))
    headers = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-key": key.decode(),
        "sec-websocket-version": "13",
    }
    line = await transport.connect(Request("GET", url, headers, timeout_s=timeout_s))
    # SHA-1 is what the protocol asks for: it shows that the other side speaks it, and protects nothing.
    expected = base64.b64encode(hashlib.sha1(key + _GUID).digest()).decode()  # noqa: S324
    if line.status == 101 and line.headers.get("sec-websocket-accept") == expected:
        return line
    await line.close()
    if line.status == 404:
        raise NotFound("This is not the UUID of a sign request.", status=404, code=404)
    raise Lost(f"the status socket answered with HTTP {line.status}", sent=True)


def _decoded(text: str) -> dict[str, Any]:
    try:
        message = json.loads(text)
    except ValueError:
        message = None
    if not isinstance(message, dict):
        raise Lost("a message of the status socket is no JSON object", sent=True)
    return message
