"""A webhook receiver on loopback that behaves as a test wants, and remembers every call byte for byte."""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, Self

from tests.server_process import free_port

READ_LIMIT = 1 << 20


class Received:
    """One call.

    Attributes:
        headers: By lower-case name.
        body: As it came.
        at: Monotonic seconds when it was complete.
    """

    def __init__(self, path: str, headers: Mapping[str, str], body: bytes) -> None:
        self.path = path
        self.headers = headers
        self.body = body
        self.at = time.monotonic()

    @property
    def id(self) -> str:
        """The `webhook-id`."""
        return self.headers["webhook-id"]

    @property
    def json(self) -> Any:
        """The body, decoded."""
        return json.loads(self.body)


Answer = int | bytes | float | None
"""A status; a whole response; seconds to keep silent before the connection ends; None to end it at once."""
Behaviour = Callable[[Received], Answer]


class Receiver:
    """A server in a thread of its own: `with Receiver() as receiver`.

    Args:
        behave: Decides about each call, in the server's thread; 204 for everything where None.

    Attributes:
        calls: What arrived, in order, whatever was answered.
    """

    def __init__(self, behave: Behaviour | None = None, *, port: int = 0) -> None:
        self.behave: Behaviour = behave or (lambda _: 204)
        self.calls: list[Received] = []
        self.port = port or free_port()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._serving: set[asyncio.Task[Any]] = set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(15):
            raise TimeoutError("the receiver did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(15)

    def wait_for(self, condition: Callable[[list[Received]], bool], *, limit_s: float = 15) -> list[Received]:
        """Return the calls once they meet a condition.

        Raises:
            AssertionError: they do not within the limit.
        """
        until = time.monotonic() + limit_s
        while not condition(calls := list(self.calls)):
            assert time.monotonic() < until, f"{len(calls)} calls arrived, and not those that were waited for"
            time.sleep(0.01)
        return calls

    async def arrives(self, condition: Callable[[list[Received]], bool], *, limit_s: float = 15) -> list[Received]:
        """The same, beside what else runs on the event loop."""
        return await asyncio.to_thread(self.wait_for, condition, limit_s=limit_s)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, "127.0.0.1", self.port))
        self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while (received := await self._read(reader)) is not None:
                self.calls.append(received)
                answer = self.behave(received)
                if isinstance(answer, float):
                    await asyncio.sleep(answer)
                if answer is None or isinstance(answer, float):
                    break
                if isinstance(answer, int):
                    answer = b"HTTP/1.1 %d Whatever\r\ncontent-length: 0\r\n\r\n" % answer
                writer.write(answer)
                await writer.drain()
        writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> Received | None:
        head = await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)
        }
        length = int(headers.get("content-length", "0"))
        if length > READ_LIMIT:
            return None
        return Received(first.split(" ")[1], headers, await reader.readexactly(length))
