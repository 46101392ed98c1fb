"""How work goes from the event loop to the database's threads and back."""

import asyncio
import queue
import threading
from collections.abc import Callable, Iterable
from typing import Any

from sealgate.base.errors import Unavailable
from sealgate.infra.bus import Bus, Event
from sealgate.infra.tx import Tx


class Job:
    """A function that waits for its transaction, and what came of it."""

    __slots__ = ("args", "error", "events", "fn", "future", "kwargs", "value")

    def __init__(
        self, fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], future: asyncio.Future[Any]
    ) -> None:
        self.fn = fn
        self.args = args
        self.kwargs = kwargs
        self.future = future
        self.value: Any = None
        self.error: BaseException | None = None
        self.events: list[Event] = []

    def run(self, tx: Tx) -> bool:
        """Call the function with `tx` and keep what it returns or raises. True when it returned."""
        self.error = None
        try:
            try:
                self.value = self.fn(tx, *self.args, **self.kwargs)
            finally:
                tx.finish()
        except BaseException as error:  # a thread that serves everybody survives whatever one caller's function does
            self.fail(error)
            return False
        self.events = tx.events
        return True

    def fail(self, error: BaseException) -> None:
        """Give the caller `error`; what the function returned or emitted is void."""
        self.value = None
        self.events = []
        self.error = error


class JobQueue:
    """A bounded line of jobs between the event loop and one or more threads.

    Args:
        limit: How many may wait.
        threads: How many threads take from it.
    """

    def __init__(self, limit: int, threads: int = 1) -> None:
        self._limit = limit
        self._threads = threads
        self._closed = False
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()

    def put(self, job: Job) -> None:
        """Line up `job`.

        Raises:
            Unavailable: too many wait already, or the database is closing.
        """
        if self._closed:
            raise Unavailable(detail="the database is closing")
        if self._jobs.qsize() >= self._limit:
            raise Unavailable(detail=f"{self._limit} calls wait for the database already")
        self._jobs.put(job)

    def take(self) -> Job | None:
        """Return the next job, waiting for it; None when the queue was closed and is empty."""
        return self._jobs.get()

    def take_all(self, most: int) -> list[Job]:
        """Return every job that waits, `most` at the utmost, waiting for the first; none when closed and empty."""
        batch: list[Job] = []
        job = self._jobs.get()
        while job is not None:
            batch.append(job)
            if len(batch) == most:
                break
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
        else:
            # The closing mark was read: it must be found again by the next call, after this batch.
            if batch:
                self._jobs.put(None)
        return batch

    def close(self) -> None:
        """Let the threads finish what waits and then stop."""
        if not self._closed:
            self._closed = True
            for _ in range(self._threads):
                self._jobs.put(None)


class Mailbox:
    """Hands finished jobs back to the event loop, with one wake-up for all that are ready.

    Args:
        loop: The loop the callers wait on.
        bus: Where the events of finished jobs go, before their callers go on.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, bus: Bus) -> None:
        self._loop = loop
        self._bus = bus
        self._lock = threading.Lock()
        self._finished: list[Job] = []

    def deliver(self, jobs: Iterable[Job]) -> None:
        """Answer the callers of `jobs`. Called on any thread, returns at once."""
        with self._lock:
            awake = bool(self._finished)
            self._finished.extend(jobs)
        if not awake:
            try:
                self._loop.call_soon_threadsafe(self._hand_out)
            except RuntimeError:
                # The loop is closed, so nobody waits any more.
                return

    def publish(self, events: list[Event]) -> None:
        """Publish events from any thread, as far as the loop still runs."""
        if events and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._publish, events)

    def _publish(self, events: list[Event]) -> None:
        for event in events:
            self._bus.publish(event)

    def _hand_out(self) -> None:
        with self._lock:
            jobs, self._finished = self._finished, []
        for job in jobs:
            self._publish(job.events)
            if job.future.done():
                continue
            if job.error is None:
                job.future.set_result(job.value)
            elif isinstance(job.error, StopIteration):
                # A future refuses this one: it would end the caller's generator.
                job.future.set_exception(RuntimeError("the function raised StopIteration"))
            else:
                job.future.set_exception(job.error)
