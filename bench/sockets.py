"""What an idle WebSocket holds in memory: the server's growth with many of them, one for each payload."""

import asyncio
import base64
import os

from bench.calls import create_some
from bench.processes import Process

FIRST = 200
"""Opened before the measurement: pools and caches are filled by then."""
SETTLED_S = 2.0


def measure_sockets(server: Process, credentials: dict[str, str] | None, *, count: int) -> float:
    """Return KiB a socket.

    Args:
        credentials: To create a payload for each socket; None for a server that knows no payloads.
    """
    if credentials is not None:
        uuids = create_some(server, credentials, FIRST + count)
    else:
        uuids = [f"{number:08x}-7a52-4f0b-8a3e-1b9b6c2d4e70" for number in range(FIRST + count)]
    return asyncio.run(_growth(server, uuids)) / count


async def _growth(server: Process, uuids: list[str]) -> int:
    writers = [await _open(server.port, uuid) for uuid in uuids[:FIRST]]
    await asyncio.sleep(SETTLED_S)
    before = server.memory_kib()
    writers += [await _open(server.port, uuid) for uuid in uuids[FIRST:]]
    await asyncio.sleep(SETTLED_S)
    after = server.memory_kib()
    for writer in writers:
        writer.close()
    return after - before


async def _open(port: int, uuid: str) -> asyncio.StreamWriter:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    key = base64.b64encode(os.urandom(16)).decode()
    writer.write(
        f"GET /sign/{uuid} HTTP/1.1\r\nhost: localhost:{port}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
        f"sec-websocket-key: {key}\r\nsec-websocket-version: 13\r\nuser-agent: xumm-sdk/node\r\n\r\n".encode()
    )
    await reader.readuntil(b"\r\n\r\n")
    greeting = await reader.readuntil(b'"}')
    assert b"Welcome" in greeting, greeting
    return writer
