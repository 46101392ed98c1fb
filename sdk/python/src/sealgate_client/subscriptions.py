"""Following a sign request to its end, over its status socket; where that breaks, the request itself is asked."""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal

from sealgate_client import _calls, _socket
from sealgate_client._both import Awaiting, Blocking, finished, following, operation
from sealgate_client._transport import Lost, Silent
from sealgate_client.errors import NotFound, Refused, TimedOut, Unreachable

if TYPE_CHECKING:
    from typing_extensions import Self

    from sealgate_client.models import PayloadCreated, PayloadOut

Kind = Literal["waiting", "opened", "signing", "dispatched", "signed", "rejected", "expired"]

_BY_MEMBER: dict[str, Kind] = {
    "expired": "expired",
    "opened": "opened",
    "pre_signed": "signing",
    "dispatched": "dispatched",
    "expires_in_seconds": "waiting",
}
LAST = frozenset({"signed", "rejected", "expired"})


@dataclass(frozen=True)
class StatusEvent:
    """Something that happened to a sign request.

    Attributes:
        type: `waiting` every 15 s, `opened` in a wallet, `signing`, `dispatched` to a node; at the end one of `signed`,
            `rejected`, and `expired`, which is a cancellation, too.
        raw: The message as the server sent it.
    """

    type: Kind
    raw: dict[str, Any] = field(default_factory=dict)

    @property
    def is_last(self) -> bool:
        """Whether nothing more can come."""
        return self.type in LAST

    @property
    def expires_in_s(self) -> int | None:
        """Of `waiting`: seconds left to open it, negative once they are over."""
        return self.raw.get("expires_in_seconds")

    @property
    def txid(self) -> str | None:
        """Of `signed`: the transaction's hash."""
        return self.raw.get("txid")


class SubscriptionCalls:
    """What can be done with a subscription."""

    def __init__(
        self, server: _calls.Server, uuid: str, created: PayloadCreated | None = None, timeout_s: float | None = None
    ) -> None:
        self.uuid = uuid
        self._created = created
        self._server = server
        self._deadline = None if timeout_s is None else time.monotonic() + timeout_s
        self._events = self._follow()

    @property
    def created(self) -> PayloadCreated:
        """The answer to the creation: `created.next.always` is where to send the person."""
        if self._created is None:
            raise AttributeError("only what `create_and_subscribe` returns knows how the request was created")
        return self._created

    @operation
    async def resolved(self) -> PayloadOut:
        """Wait for the end and return the request as it is then: signed, rejected, or expired.

        Raises:
            TimedOut: it took longer than the subscription may take.
        """
        async for _ in self._events:
            pass
        return await self._read()

    async def _read(self) -> PayloadOut:
        from sealgate_client.models import PayloadOut

        path = f"{{family}}/payload/{_calls.segment(self.uuid)}"
        return PayloadOut(await self._server.json(_calls.Call("GET", path)))

    async def _follow(self) -> AsyncGenerator[StatusEvent, None]:
        url = f"{self._server.url}/sign/{_calls.segment(self.uuid)}"
        failures = 0
        told: set[Kind] = set()
        while True:
            socket = _socket.messages(self._server.transport, url, self._server.limits.timeout_s, self._within)
            try:
                async for message in socket:
                    self._check_time()
                    if message is None:
                        continue
                    failures = 0
                    event = read_event(message)
                    # A socket that is opened again repeats where the request stands.
                    if event is None or (event.type in told and event.type != "waiting"):
                        continue
                    told.add(event.type)
                    yield event
                    if event.is_last:
                        return
            except (Lost, Silent):
                pass
            finally:
                await socket.aclose()
            # Somebody else may have been told, or it happened while nobody listened: the request itself knows.
            end = await self._end()
            if end is not None:
                yield end
                return
            self._check_time()
            await self._server.transport.sleep(self._within(_calls.pause(failures)))
            failures += 1

    async def _end(self) -> StatusEvent | None:
        """Return how the request ended; None where it has not, or nobody can tell now."""
        try:
            payload = await self._read()
        except Unreachable:
            return None
        except Refused as refused:
            # A gateway speaks for a server that is away for a while.
            if refused.status not in _calls.TRANSIENT:
                raise
            return None
        meta = payload.meta
        if meta.resolved:
            data = {"payload_uuidv4": meta.uuid, "signed": meta.signed, "txid": payload.response.txid}
            return StatusEvent("signed" if meta.signed else "rejected", data)
        # The time limit is for opening: what was opened in time may still be signed.
        if meta.cancelled or (meta.expired and not meta.app_opened):
            return StatusEvent("expired", {"expired": True})
        return None

    def _check_time(self) -> None:
        if self._deadline is not None and time.monotonic() >= self._deadline:
            raise TimedOut(
                f"{self.uuid} was not answered in time.",
                code="timeout",
                hint="The request itself goes on: read it later, or cancel it.",
            )

    def _within(self, seconds: float) -> float:
        return seconds if self._deadline is None else max(0.0, min(seconds, self._deadline - time.monotonic()))


class Subscription(SubscriptionCalls, Blocking):
    """Events of a sign request, to iterate over. Leave it early with `close`, or as a context manager."""

    def __iter__(self) -> Iterator[StatusEvent]:
        return self

    def __next__(self) -> StatusEvent:
        return following(self._events)

    def close(self) -> None:
        """Stop listening. The request goes on."""
        finished(self._events.aclose())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncSubscription(SubscriptionCalls, Awaiting):
    """Events of a sign request, to iterate over. Leave it early with `close`, or as a context manager."""

    def __aiter__(self) -> AsyncIterator[StatusEvent]:
        return self

    async def __anext__(self) -> StatusEvent:
        return await self._events.__anext__()

    async def close(self) -> None:
        """Stop listening. The request goes on."""
        await self._events.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


def read_event(message: dict[str, Any]) -> StatusEvent | None:
    """Return what a message of the status socket tells; None where nothing happened.

    Raises:
        NotFound: there is no such request.
    """
    if "signed" in message:
        return StatusEvent("signed" if message["signed"] else "rejected", message)
    for member, kind in _BY_MEMBER.items():
        if member in message:
            return StatusEvent(kind, message)
    if "Invalid payload" in str(message.get("reason", "")):
        raise NotFound("The server knows no such sign request.", status=404, code=404)
    return None
