"""The bus between processes: Redis publish and subscribe.

Every process hears one channel and picks what its own listeners asked for. A channel per topic would carry less, but
a subscription would begin only once Redis has confirmed it, and an event in between would be lost.
An event reaches the listeners of its own process directly, so they are served even while Redis is gone.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from typing import Any

import msgspec
from redis.asyncio.client import PubSub

from sealgate.base.errors import Unavailable
from sealgate.base.logs import get_logger
from sealgate.infra import redis_client
from sealgate.infra.bus import BUS_RESUMED, Event, Listener, LocalBus, Subscription
from sealgate.infra.metrics import EVENTS_DROPPED

MOST_WAITING = 10_000
MOST_A_MESSAGE = 256
SILENCE_S = 10.0
"""After this long without a message the connection is asked whether it still lives."""
FIRST_REST_S, LONGEST_REST_S = 0.05, 2.0

_log = get_logger("infra.bus")


class _Parcel(msgspec.Struct, array_like=True):
    """What travels: the events of one process, in order."""

    origin: str
    events: list[Event]


class RedisBus:
    """The bus of several processes.

    Args:
        url: `redis://…`. Channels are not separated by Redis's database number, so the channel's name carries it.
    """

    def __init__(self, url: str) -> None:
        self._local = LocalBus()
        self._origin = secrets.token_hex(8)
        self._client = redis_client.connect(url, retries=0)
        number = self._client.connection_pool.connection_kwargs.get("db") or 0
        self._channel = f"sealgate:{number}:events"
        self._outgoing: deque[Event] = deque()
        self._to_send = asyncio.Event()
        self._sending = asyncio.Lock()
        self._hearing = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(_Parcel)

    def publish(self, event: Event) -> None:
        self._local.publish(event)
        if len(self._outgoing) >= MOST_WAITING:
            EVENTS_DROPPED.add(label="redis_gone")
            return
        self._outgoing.append(event)
        self._to_send.set()

    def subscribe(self, *topics: str, limit: int = 64) -> Subscription:
        return self._local.subscribe(*topics, limit=limit)

    def listen(self, topic: str, hear: Callable[[Event], None]) -> Listener:
        return self._local.listen(topic, hear)

    def listeners(self, topic: str) -> int:
        return self._local.listeners(topic)

    async def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._hear(), name="bus-hear"),
            asyncio.create_task(self._send(), name="bus-send"),
        ]
        # A healthy Redis confirms in a millisecond; then no event of another process is missed from here on.
        with suppress(TimeoutError):
            await asyncio.wait_for(self._hearing.wait(), redis_client.ANSWER_WAIT_S)

    async def close(self) -> None:
        if self._tasks and self._outgoing and self._hearing.is_set():
            with suppress(*redis_client.FAILURES):
                await self._send_waiting()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        await self._local.close()
        await self._client.aclose()

    async def check(self) -> None:
        await redis_client.check(self._client)
        if not self._hearing.is_set():
            raise Unavailable(detail="Redis answers, but the channel is not subscribed yet")

    async def _hear(self) -> None:
        """Listen, and subscribe again whenever the connection breaks."""
        rest_s, heard_before = FIRST_REST_S, False
        while True:
            pubsub = self._client.pubsub()
            try:
                await pubsub.subscribe(self._channel)
                async for message in _messages(pubsub):
                    if message["type"] == "subscribe":
                        rest_s = FIRST_REST_S
                        self._hearing.set()
                        if heard_before:
                            _log.info("bus_resumed")
                            self._local.publish(BUS_RESUMED)
                        heard_before = True
                    elif message["type"] == "message":
                        self._receive(message["data"])
            except redis_client.FAILURES as problem:
                if self._hearing.is_set() or rest_s == FIRST_REST_S:
                    _log.error("bus_interrupted", cause=type(problem).__name__)
            finally:
                self._hearing.clear()
                with suppress(*redis_client.FAILURES):
                    await pubsub.aclose()  # type: ignore[no-untyped-call]
            await asyncio.sleep(rest_s)
            rest_s = min(rest_s * 2, LONGEST_REST_S)

    def _receive(self, data: bytes) -> None:
        try:
            parcel = self._decoder.decode(data)
        except msgspec.DecodeError:
            # Another version of us, or a stranger on our channel.
            EVENTS_DROPPED.add(label="unreadable")
            return
        if parcel.origin != self._origin:
            for event in parcel.events:
                self._local.publish(event)

    async def _send(self) -> None:
        """Send what was published, and try again while Redis is gone."""
        rest_s = FIRST_REST_S
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            try:
                await self._send_waiting()
                rest_s = FIRST_REST_S
            except redis_client.FAILURES:
                self._to_send.set()
                await asyncio.sleep(rest_s)
                rest_s = min(rest_s * 2, LONGEST_REST_S)

    async def _send_waiting(self) -> None:
        async with self._sending:
            while self._outgoing:
                events = list(islice(self._outgoing, MOST_A_MESSAGE))
                await self._client.publish(self._channel, self._pack(events))
                # Only now: what a failed attempt held is sent again.
                for _ in events:
                    self._outgoing.popleft()

    def _pack(self, events: list[Event]) -> bytes:
        try:
            return self._encoder.encode(_Parcel(self._origin, events))
        except (TypeError, ValueError, OverflowError):
            # One event with data that cannot travel must not hold up the rest.
            sound = [event for event in events if self._can_travel(event)]
            EVENTS_DROPPED.add(len(events) - len(sound), label="unreadable")
            return self._encoder.encode(_Parcel(self._origin, sound))

    def _can_travel(self, event: Event) -> bool:
        try:
            self._encoder.encode(event)
        except (TypeError, ValueError, OverflowError):
            _log.error("event_cannot_travel", topic=event.topic, kind=event.kind)
            return False
        return True


async def _messages(pubsub: PubSub) -> Any:
    """Yield what arrives, and make sure that silence is not a cut cable."""
    unanswered = False
    while True:
        message = await pubsub.get_message(timeout=SILENCE_S)
        if message is None:
            if unanswered:
                raise TimeoutError
            await pubsub.ping()
            unanswered = True
            continue
        unanswered = False
        yield message
