"""The bus: news that leaves a transaction after its commit and wakes whoever waits in this or another process.

An event is a hint, not a record: what counts is in the database, and a listener who missed one reads it there.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Protocol, Self

import msgspec

from sealgate.base.logs import get_logger
from sealgate.infra.metrics import EVENTS_DROPPED

_log = get_logger("infra.bus")


class Event(msgspec.Struct, frozen=True):
    """Something that happened.

    Attributes:
        topic: Whom it concerns, such as `payload:<uuid>`.
        kind: What happened, one word.
        data: Its particulars: JSON values only, since it may travel to another process.
    """

    topic: str
    kind: str
    data: dict[str, Any] = {}


BUS_RESUMED = Event("bus", "resumed")
"""Published to this process when the connection to others is back: events of theirs may have been missed, so whoever
keeps something in memory or on a screen reads it again."""


class SubscriptionEnded(Exception):
    """No more events come: the subscription was closed, or dropped because its reader was too slow."""


class Subscription:
    """The events of some topics, in order. An async iterator; leave it by `close` or `async with`.

    Attributes:
        dropped: True once the reader fell `limit` events behind; what had been queued is gone, too, since a reader
            who misses events had better read the present state.
    """

    __slots__ = ("_events", "_hub", "_limit", "_topics", "_waiter", "closed", "dropped")

    def __init__(self, hub: "LocalBus", topics: tuple[str, ...], limit: int) -> None:
        self._hub = hub
        self._topics = topics
        self._limit = limit
        self._events: list[Event] = []
        self._waiter: asyncio.Future[None] | None = None
        self.closed = False
        self.dropped = False

    async def get(self) -> Event:
        """Return the next event, waiting for it. One reader at a time.

        Raises:
            SubscriptionEnded: it was closed or dropped.
        """
        while not self._events:
            if self.closed:
                raise SubscriptionEnded
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self._events.pop(0)

    def close(self) -> None:
        """Stop listening; a waiting reader is told. Calling it again does nothing."""
        if not self.closed:
            self.closed = True
            self._hub.forget(self, self._topics)
            self._wake()

    def offer(self, event: Event) -> None:
        """Queue `event` for the reader, or drop the reader."""
        if len(self._events) >= self._limit:
            self._events.clear()
            self.dropped = True
            EVENTS_DROPPED.add(label="slow_reader")
            self.close()
        else:
            self._events.append(event)
            self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Event:
        try:
            return await self.get()
        except SubscriptionEnded:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


class Listener:
    """A function that is called with each event of one topic, in order, until `close`.

    For many who wait long and hear little: it costs a tenth of a subscription with its waiting reader.
    """

    __slots__ = ("_hear", "_hub", "_topic")

    def __init__(self, hub: "LocalBus", topic: str, hear: Callable[[Event], None]) -> None:
        self._hub = hub
        self._topic = topic
        self._hear = hear

    def offer(self, event: Event) -> None:
        """Pass the event on."""
        self._hear(event)

    def close(self) -> None:
        """Stop listening. Calling it again does nothing."""
        self._hub.forget(self, (self._topic,))


class Bus(Protocol):
    """Carries events from who emits them to who listens. Used on the event loop only."""

    def publish(self, event: Event) -> None:
        """Hand `event` to every listener of its topic, here and in other processes. Never waits, never raises."""

    def subscribe(self, *topics: str, limit: int = 64) -> Subscription:
        """Listen to `topics` from this moment on.

        Args:
            topics: Exact names.
            limit: How many events may wait for the reader before it is dropped.
        """

    def listen(self, topic: str, hear: Callable[[Event], None]) -> Listener:
        """Call `hear` with every event of `topic` from this moment on; it must be quick and must not raise."""

    def listeners(self, topic: str) -> int:
        """Return how many of this process listen to `topic`."""

    async def start(self) -> None:
        """Begin to carry events. An unreachable server is no error here: see `check`."""

    async def close(self) -> None:
        """Send what waits, end every subscription and let go of connections."""

    async def check(self) -> None:
        """Return when events travel.

        Raises:
            Unavailable: they do not.
        """


class LocalBus:
    """The bus of one process."""

    def __init__(self) -> None:
        self._subscriptions: dict[str, set[Subscription | Listener]] = {}

    def publish(self, event: Event) -> None:
        for subscription in tuple(self._subscriptions.get(event.topic, ())):
            try:
                subscription.offer(event)
            except Exception:
                # Whoever publishes has others to answer, and the listeners after this one want the event, too.
                _log.exception("listener_failed", topic=event.topic, kind=event.kind)

    def subscribe(self, *topics: str, limit: int = 64) -> Subscription:
        subscription = Subscription(self, topics, limit)
        for topic in topics:
            self._subscriptions.setdefault(topic, set()).add(subscription)
        return subscription

    def listen(self, topic: str, hear: Callable[[Event], None]) -> Listener:
        listener = Listener(self, topic, hear)
        self._subscriptions.setdefault(topic, set()).add(listener)
        return listener

    def forget(self, subscription: Subscription | Listener, topics: tuple[str, ...]) -> None:
        """Take a subscription off its topics; called by the subscription itself."""
        for topic in topics:
            listening = self._subscriptions.get(topic)
            if listening is not None:
                listening.discard(subscription)
                if not listening:
                    del self._subscriptions[topic]

    def listeners(self, topic: str) -> int:
        return len(self._subscriptions.get(topic, ()))

    async def start(self) -> None:
        """Nothing to start."""

    async def close(self) -> None:
        for subscription in {one for listening in self._subscriptions.values() for one in listening}:
            subscription.close()

    async def check(self) -> None:
        """Always in order."""
