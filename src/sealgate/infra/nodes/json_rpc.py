"""A node over JSON-RPC: one POST a question."""

import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from sealgate.infra.nodes.answers import read_json, result_of
from sealgate.infra.nodes.errors import NodeFailed

if TYPE_CHECKING:
    from httpcore import AsyncConnectionPool

MOST_BYTES = 8 * 1024 * 1024
_HEADERS = [("content-type", "application/json"), ("accept", "application/json"), ("user-agent", "sealgate")]


class JsonRpc:
    """Asks one node; connections are kept for the next question."""

    streams = False

    def __init__(self, url: str, tls: ssl.SSLContext | None) -> None:
        self._url = url
        self._tls = tls
        self._connections: AsyncConnectionPool | None = None

    @property
    def is_open(self) -> bool:
        """Whether it can be asked again: always, each question stands alone."""
        return True

    async def open(self) -> None:
        """Load what is needed; connects to nothing yet."""
        import httpcore

        self._connections = httpcore.AsyncConnectionPool(ssl_context=self._tls, max_connections=8, keepalive_expiry=15)

    async def request(self, command: str, params: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of a command.

        Raises:
            NodeRefused: the node says no.
            NodeFailed: no usable answer came.
        """
        import httpcore

        assert self._connections is not None
        body = msgspec.json.encode({"method": command, "params": [params]})
        received = bytearray()
        try:
            async with self._connections.stream("POST", self._url, headers=_HEADERS, content=body) as response:
                async for chunk in response.aiter_stream():
                    received += chunk
                    if len(received) > MOST_BYTES:
                        raise NodeFailed("the answer is too long")
                # Some nodes give their refusals a status of their own; what counts is what they say.
                if response.status in (429, 503) or response.status >= 500:
                    raise NodeFailed(f"it answers with status {response.status}")
        except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException, OSError) as problem:
            raise NodeFailed(str(problem)[:120] or type(problem).__name__) from None
        return result_of(read_json(bytes(received)))

    async def close(self) -> None:
        """Close the connections."""
        if self._connections is not None:
            await self._connections.aclose()
