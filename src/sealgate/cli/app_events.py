"""An application's events as they happen, seen from a client that may lose the connection and the server."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

import httpx
import msgspec

from sealgate.apps.webhook_model import EventKind
from sealgate.cli.event_stream import read_events
from sealgate.cli.http import read_answer, unreachable
from sealgate.cli.output import note

if TYPE_CHECKING:
    from sealgate.cli.http import Client

PATH = "/api/v1/platform/events"
RECONNECT_S = 1.0
_PASSES = frozenset({429, 500, 502, 503, 504})


class AppEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of the stream.

    Attributes:
        number: What the stream goes on behind; grows, with gaps.
        id: The `webhook-id`.
        data: As it came, digit for digit.
    """

    id: str
    type: EventKind
    timestamp: datetime
    data: msgspec.Raw
    number: int = 0

    @property
    def about(self) -> str:
        """UUID of the payload, or the user token, where it is about one; else empty."""
        data: dict[str, Any] = msgspec.json.decode(self.data)
        named = data.get("payload_uuid") or data.get("user_token") or data.get("endpoint_uuid")
        return str(named or (data.get("meta") or {}).get("payload_uuidv4") or "")


def follow(
    client: "Client", *, after: int | None = None, stands: Callable[[], None] = lambda: None
) -> Iterator[AppEvent]:
    """Yield the app's events from now on, or from behind a number on, without end, in order, each once.

    A connection that breaks is taken up again, for as long as it takes: a restart of the server loses nothing.

    Args:
        stands: Called once, when the server listens: what happens from then on is told.

    Raises:
        Refused: the server cannot be reached at the beginning, or says no.
    """
    last = None if after is None else str(after)
    is_first = is_up = True
    while True:
        try:
            with client.stream(PATH, after=last) as answer:
                if answer.is_success or is_first or answer.status_code not in _PASSES:
                    _require_success(answer)
                    if is_first:
                        stands()
                    elif not is_up:
                        note("sealgate: The stream goes on.")
                    is_first, is_up = False, True
                    for event in read_events(answer.iter_bytes()):
                        last = event.id or last
                        if event.name:
                            yield _read(event.data, event.id)
                why = f"HTTP {answer.status_code}" if answer.is_error else "the server ended it"
        except httpx.HTTPError as problem:
            if is_first:
                raise unreachable(client.url, problem) from None
            why = str(problem) or type(problem).__name__
        if is_up:
            note(f"sealgate: The stream of events broke off ({why}). Trying until it is back.")
        is_up = False
        time.sleep(RECONNECT_S)


@contextmanager
def open_stream(client: "Client", *, limit_s: float) -> Iterator[Iterator[AppEvent]]:
    """Follow the app's events from now on, over one connection, for a moment.

    Raises:
        Refused: the server cannot be reached, or says no.
        TimeoutError: as long as `limit_s`, or a little longer, nothing more came.
    """
    try:
        with client.stream(PATH) as answer:
            _require_success(answer)
            yield (_read(event.data, event.id) for event in read_events(_for(limit_s, answer)) if event.name)
    except httpx.ReadTimeout:
        raise TimeoutError from None
    except httpx.HTTPError as problem:
        raise unreachable(client.url, problem) from None


def _for(limit_s: float, answer: httpx.Response) -> Iterator[bytes]:
    # The server says every 15 s that it is still there: that is where the time is looked at.
    until = time.monotonic() + limit_s
    for chunk in answer.iter_bytes():
        yield chunk
        if time.monotonic() > until:
            raise TimeoutError


def _require_success(answer: httpx.Response) -> None:
    if not answer.is_success:
        answer.read()
        read_answer(answer)


def _read(data: bytes, number: str) -> AppEvent:
    return msgspec.structs.replace(msgspec.json.decode(data, type=AppEvent), number=int(number))
