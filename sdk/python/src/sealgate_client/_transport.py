"""All input and output of this package: HTTP requests, connections that stay, pauses. Once blocking, once awaiting."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
WRITE_LIMIT_S = 10.0
_PIECE_BYTES = 65_536


@dataclass(frozen=True)
class Request:
    """An HTTP request.

    Attributes:
        url: Absolute.
        timeout_s: For the connection, and for each read and write.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    content: bytes = b""
    timeout_s: float = 30.0


@dataclass(frozen=True)
class Reply:
    """The answer, its body read. Names in `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Lost(Exception):
    """The connection failed or broke.

    Attributes:
        sent: Whether the server may have got the request.
    """

    def __init__(self, cause: str, *, sent: bool) -> None:
        super().__init__(cause)
        self.sent = sent


class Silent(Exception):
    """Nothing came within the time that a read was given. The connection stands."""


class Line(Protocol):
    """A connection that stays: an event stream, or one that was upgraded."""

    status: int
    headers: Mapping[str, str]

    async def read(self, timeout_s: float) -> bytes:
        """Return what came, empty at the end; raises `Silent` or `Lost`.

        An event stream has the limit of its request instead.
        """

    async def write(self, data: bytes) -> None:
        """Send on an upgraded connection; raises `Lost`."""

    async def close(self) -> None:
        """End it. Calling it again does nothing."""


class Transport(Protocol):
    """Where requests go."""

    async def send(self, request: Request) -> Reply:
        """Return the answer; raises `Lost`."""

    async def connect(self, request: Request) -> Line:
        """Return the connection once the head of the answer is there; raises `Lost`."""

    async def sleep(self, seconds: float) -> None:
        """Wait."""

    def new_lock(self) -> AbstractAsyncContextManager[object]:
        """Return what lets in one at a time, as often as it is entered."""

    async def whole(self, doing: Coroutine[Any, Any, T]) -> T:
        """Do something to its end, even if whoever waits for it is cancelled meanwhile."""

    async def close(self) -> None:
        """End what this transport opened itself."""


class BlockingTransport:
    """Does what it is asked before it returns: its coroutines never wait.

    Args:
        http: Yours to configure and to close; without one this makes its own, and closes it.
    """

    def __init__(self, http: httpx.Client | None = None) -> None:
        self._http = http
        self._is_ours = http is None
        self._making = threading.Lock()

    def new_lock(self) -> AbstractAsyncContextManager[object]:
        return _ThreadLock()

    async def whole(self, doing: Coroutine[Any, Any, T]) -> T:
        return await doing

    @property
    def http(self) -> httpx.Client:
        """The client of httpx that is used."""
        with self._making:
            if self._http is None:
                import httpx

                self._http = httpx.Client()
            return self._http

    async def send(self, request: Request) -> Reply:
        with _failures():
            return _reply(self.http.send(_built(self.http, request), follow_redirects=False))

    async def connect(self, request: Request) -> Line:
        with _failures():
            return _BlockingLine(self.http.send(_built(self.http, request), stream=True, follow_redirects=False))

    async def sleep(self, seconds: float) -> None:
        time.sleep(seconds)  # noqa: ASYNC251 - to block is what this transport is for

    async def close(self) -> None:
        if self._is_ours and self._http is not None:
            self._http.close()
            self._http = None


class AwaitingTransport:
    """The same on asyncio.

    Args:
        http: Yours to configure and to close; without one this makes its own, and closes it.
    """

    def __init__(self, http: httpx.AsyncClient | None = None) -> None:
        self._http = http
        self._is_ours = http is None
        self._doing: set[asyncio.Task[Any]] = set()

    def new_lock(self) -> AbstractAsyncContextManager[object]:
        return asyncio.Lock()

    async def whole(self, doing: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(doing)
        self._doing.add(task)
        task.add_done_callback(self._doing.discard)
        return await asyncio.shield(task)

    @property
    def http(self) -> httpx.AsyncClient:
        """The client of httpx that is used."""
        if self._http is None:
            import httpx

            self._http = httpx.AsyncClient()
        return self._http

    async def send(self, request: Request) -> Reply:
        with _failures():
            return _reply(await self.http.send(_built(self.http, request), follow_redirects=False))

    async def connect(self, request: Request) -> Line:
        with _failures():
            return _AwaitingLine(await self.http.send(_built(self.http, request), stream=True, follow_redirects=False))

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    async def close(self) -> None:
        await asyncio.gather(*self._doing, return_exceptions=True)
        if self._is_ours and self._http is not None:
            await self._http.aclose()
            self._http = None


class _ThreadLock:
    def __init__(self) -> None:
        self._lock = threading.Lock()

    async def __aenter__(self) -> None:
        self._lock.acquire()

    async def __aexit__(self, *_: object) -> None:
        self._lock.release()


class _BlockingLine:
    def __init__(self, answer: httpx.Response) -> None:
        self.status: int = answer.status_code
        self.headers: Mapping[str, str] = _headers(answer)
        self._answer = answer
        self._socket: Any = answer.extensions["network_stream"] if answer.status_code == 101 else None
        self._pieces: Iterator[bytes] | None = None

    async def read(self, timeout_s: float) -> bytes:
        with _failures():
            if self._socket is not None:
                piece: bytes = self._socket.read(_PIECE_BYTES, timeout=timeout_s)
                return piece
            self._pieces = self._pieces or self._answer.iter_bytes()
            return next(self._pieces, b"")

    async def write(self, data: bytes) -> None:
        with _failures():
            self._socket.write(data, timeout=WRITE_LIMIT_S)

    async def close(self) -> None:
        self._answer.close()


class _AwaitingLine:
    def __init__(self, answer: httpx.Response) -> None:
        self.status: int = answer.status_code
        self.headers: Mapping[str, str] = _headers(answer)
        self._answer = answer
        self._socket: Any = answer.extensions["network_stream"] if answer.status_code == 101 else None
        self._pieces: AsyncIterator[bytes] | None = None

    async def read(self, timeout_s: float) -> bytes:
        with _failures():
            if self._socket is not None:
                piece: bytes = await self._socket.read(_PIECE_BYTES, timeout=timeout_s)
                return piece
            self._pieces = self._pieces or self._answer.aiter_bytes()
            return await anext(self._pieces, b"")

    async def write(self, data: bytes) -> None:
        with _failures():
            await self._socket.write(data, timeout=WRITE_LIMIT_S)

    async def close(self) -> None:
        await self._answer.aclose()


def _built(http: httpx.Client | httpx.AsyncClient, request: Request) -> httpx.Request:
    return http.build_request(
        request.method,
        request.url,
        headers=dict(request.headers),
        content=request.content or None,
        timeout=request.timeout_s,
    )


def _reply(answer: httpx.Response) -> Reply:
    return Reply(answer.status_code, _headers(answer), answer.content)


def _headers(answer: httpx.Response) -> dict[str, str]:
    return {name.lower(): value for name, value in answer.headers.items()}


@contextmanager
def _failures() -> Iterator[None]:
    """Tell failures of the network in this package's words."""
    import httpcore
    import httpx

    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as problem:
        raise Lost(str(problem) or type(problem).__name__, sent=False) from problem
    except (httpx.ReadTimeout, httpcore.ReadTimeout) as problem:
        raise Silent from problem
    except (
        httpx.TransportError,
        httpx.StreamError,
        httpcore.NetworkError,
        httpcore.TimeoutException,
        OSError,
    ) as problem:
        raise Lost(str(problem) or type(problem).__name__, sent=True) from problem
