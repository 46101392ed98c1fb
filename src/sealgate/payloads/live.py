"""What a follower of a payload is told over the status socket, and in which order (platform-api 20).

A follower has no task, queue or timer of its own while nothing is on its way to it: thousands of them wait at once.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from sealgate.infra.bus import Event
from sealgate.web.sockets import SocketClosed

TICK_S = 15
"""How often a follower hears how much time is left (platform-api 20.1)."""
MAX_WAITING = 256
"""Frames that may wait for one follower; a healthy one has some waiting for a moment only."""

OPENED = '{"opened":true}'
EXPIRED = '{"expired":true}'
_FRAMES = {
    "opened": OPENED,
    "pre_signed": '{"pre_signed":true}',
    "dispatched": '{"dispatched":true}',
    "devapp_fetched": '{"devapp_fetched":true}',
    # Subscribers know no word for a cancellation; all of them stop waiting at this one (platform-api 6).
    "cancelled": EXPIRED,
}
_ONCE = frozenset({OPENED, EXPIRED})


def welcome(uuid: str) -> str:
    """Return the first frame (platform-api 20.1, row 1)."""
    return f'{{"message":"Welcome {uuid}"}}'


def expires_in(expires_at: datetime, now: datetime) -> str:
    """Return the frame with the whole seconds left to open the payload, negative once they are over (row 2)."""
    return f'{{"expires_in_seconds":{(expires_at - now) // timedelta(seconds=1)}}}'


def outcome_frame(message: dict[str, Any]) -> str:
    """Return the resolve message as a frame, its members in their order (platform-api 20.2)."""
    return msgspec.json.encode(message).decode()


def contributed_frame(collected: dict[str, Any]) -> str:
    """Return the frame that tells how far the signatures of several have come: a word of ours, ignored by others."""
    return msgspec.json.encode({"collected": collected}).decode()


class Channel(Protocol):
    """Where a follower's frames go: what is needed of a WebSocket here."""

    async def send_text(self, text: str) -> None:
        """Send one frame, waiting a few seconds for a client that reads slowly; SocketClosed when it is gone."""

    def abort(self) -> None:
        """Cut the connection; whoever waits for the client's frames is told."""


class Follower:
    """One client that follows a payload, and the frames on their way to it.

    Args:
        channel: Where its frames go.
        on_outcome: Called whenever the outcome has gone out to the client.

    Attributes:
        expires_at: The payload's deadline; None before the greeting.
        due_s: When it hears next how much time is left, in whole seconds of the loop's clock.
        settled: True once it was told the outcome, after which it hears neither `opened` nor `expired`.
    """

    __slots__ = (
        "_channel", "_early", "_is_gone", "_on_outcome", "_outcome", "_sending", "_told", "_waiting", "due_s",
        "expires_at", "settled",
    )  # fmt: skip

    def __init__(self, channel: Channel, *, on_outcome: Callable[[], object]) -> None:
        self._channel = channel
        self._on_outcome = on_outcome
        self._early: list[Event] | None = []
        self._outcome: str | None = None
        self._told: tuple[str, ...] = ()
        self._waiting: deque[str] | None = None
        self._sending: asyncio.Task[None] | None = None
        self.expires_at: datetime | None = None
        self.due_s = 0
        self._is_gone = False
        self.settled = False

    @property
    def greeted(self) -> bool:
        """Whether the greeting is out; until then events are kept."""
        return self._early is None

    @property
    def heard_outcome(self) -> bool:
        """Whether the outcome came in while the greeting was being prepared."""
        return any(event.kind == "resolved" for event in self._early or ())

    def hear(self, event: Event, outcome: str | None = None) -> None:
        """Take an event off the bus: kept until the greeting is out, told at once from then on.

        Args:
            outcome: The frame of a `resolved` event, where the caller has it ready for many followers.
        """
        if self._early is not None:
            if len(self._early) < MAX_WAITING:
                self._early.append(event)
        elif event.kind == "resolved":
            self.tell_outcome(outcome or outcome_frame(event.data))
        elif event.kind == "contributed":
            self.tell(contributed_frame(event.data))
        elif event.kind in _FRAMES:
            self.tell(_FRAMES[event.kind])

    def greet(self, expires_at: datetime, *frames: str) -> None:
        """Tell where the payload stands, then what came in meanwhile, and keep up from here on."""
        early, self._early = self._early or [], None
        self.expires_at = expires_at
        self.due_s = int(asyncio.get_running_loop().time()) + TICK_S
        for frame in frames:
            self.tell(frame)
        for event in early:
            self.hear(event)

    def tick(self, second: int, now: datetime) -> None:
        """Tell how much time is left, where it is due at this second of the loop's clock."""
        if self.expires_at is not None and second >= self.due_s:
            self.due_s = second + TICK_S
            self.tell(expires_in(self.expires_at, now))

    def tell_outcome(self, frame: str) -> None:
        """Tell the resolve message, unless it was told before."""
        if not self.settled:
            self.tell(frame)
            self.settled = True
            self._outcome = frame

    def tell(self, frame: str) -> None:
        """Put a frame on its way, behind those that wait; what is told once only is left out the second time."""
        if frame in _ONCE:
            if self.settled or frame in self._told:
                return
            self._told += (frame,)
        if self._is_gone:
            return
        if self._waiting is None:
            self._waiting = deque((frame,))
            self._sending = asyncio.get_running_loop().create_task(self._send(self._waiting))
        elif len(self._waiting) < MAX_WAITING:
            self._waiting.append(frame)
        else:
            self.close()
            self._channel.abort()

    def close(self) -> None:
        """Forget what is still on its way and tell nothing more."""
        self._is_gone = True
        if self._sending is not None:
            self._sending.cancel()

    def cut(self) -> None:
        """End the connection without a word."""
        self.close()
        self._channel.abort()

    async def _send(self, waiting: deque[str]) -> None:
        try:
            while waiting:
                await self._channel.send_text(waiting[0])
                if waiting.popleft() is self._outcome:
                    self._on_outcome()
        except SocketClosed:
            self._is_gone = True
        finally:
            self._waiting = self._sending = None
