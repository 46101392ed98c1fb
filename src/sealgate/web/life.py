"""What runs beside the calls: the start, background loops, open streams and sockets, and the end of them all."""

import asyncio
import contextlib
import inspect
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sealgate.base.errors import SealgateError
from sealgate.base.logs import get_logger
from sealgate.web.context import AsyncHook, Context

if TYPE_CHECKING:
    from sealgate.web.call import Receive, Send

_log = get_logger("web")

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 30.0
LAST_WORDS_S = 1.0


class Life:
    """The life of the process's services, from `start` to `stop`."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.stopping = False
        self._services: list[Any] = [context.bus, context.counters, context.db]
        self._started: list[Any] = []
        self._loops: list[asyncio.Task[None]] = []
        self._streams: set[asyncio.Task[Any]] = set()
        self._sockets: set[asyncio.Task[Any]] = set()
        for name, service in (("bus", context.bus), ("counters", context.counters), ("database", context.db)):
            check = getattr(service, "check", None)
            if check is not None:
                context.checks.setdefault(name, check)

    async def start(self) -> None:
        """Start the bus, the counters, the database, then what the slices ask for, then the background loops."""
        try:
            for service in self._services:
                await _call(service, "start")
                self._started.append(service)
            for hook in self.context.starting:
                await hook()
        except BaseException:
            await self.stop()
            raise
        self._loops = [asyncio.create_task(self._keep_running(loop)) for loop in self.context.background]

    async def stop(self) -> None:
        """End the background loops, then close the services, the last started first."""
        self.stopping = True
        for loop in self._loops:
            loop.cancel()
        await asyncio.gather(*self._loops, return_exceptions=True)
        self._loops = []
        while self._started:
            service = self._started.pop()
            try:
                await _call(service, "close")
            except Exception as problem:
                _log.exception("close failed", service=type(service).__name__, exc_info=problem)

    def end_connections(self) -> None:
        """End the event streams now, and within a second the sockets whose handlers do not end by themselves."""
        self.stopping = True
        for stream in self._streams:
            stream.cancel()
        asyncio.get_running_loop().call_later(LAST_WORDS_S, self._end_sockets)

    def _end_sockets(self) -> None:
        for socket in self._sockets:
            socket.cancel()

    @contextlib.contextmanager
    def streaming(self) -> Iterator[None]:
        """Count an event stream, no longer as a running call, and end it quietly when the server stops."""
        metrics = self.context.metrics
        metrics.streams += 1
        metrics.in_flight -= 1
        try:
            with self._ended_by_us(self._streams):
                yield
        finally:
            metrics.streams -= 1
            metrics.in_flight += 1

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Count a socket, and end its handler quietly when the server stops."""
        self.context.metrics.sockets += 1
        try:
            with self._ended_by_us(self._sockets):
                yield
        finally:
            self.context.metrics.sockets -= 1

    @contextlib.contextmanager
    def _ended_by_us(self, tasks: set[asyncio.Task[Any]]) -> Iterator[None]:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self.stopping:
                raise
            task.uncancel()
        finally:
            tasks.discard(task)

    async def _keep_running(self, loop: AsyncHook) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                await loop()
                return
            except Exception as problem:
                _log.exception("background loop failed", loop=_name(loop), again_in_s=pause_s, exc_info=problem)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def lifespan(self, receive: "Receive", send: "Send") -> None:
        """Speak the ASGI lifespan protocol, for servers that start us themselves."""
        await receive()
        try:
            await self.start()
        except SealgateError as problem:
            await send({"type": "lifespan.startup.failed", "message": f"{problem.message} {problem.hint}".strip()})
            return
        except Exception as problem:
            _log.exception("start failed", exc_info=problem)
            await send({"type": "lifespan.startup.failed"})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.stop()
        await send({"type": "lifespan.shutdown.complete"})


async def _call(service: Any, method: str) -> None:
    found = getattr(service, method, None)
    if found is not None:
        answer = found()
        if inspect.isawaitable(answer):
            await answer


def _name(loop: AsyncHook) -> str:
    return getattr(loop, "__qualname__", type(loop).__name__)
