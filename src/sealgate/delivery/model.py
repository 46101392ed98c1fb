"""Events of apps and their way to who wants them, as values."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal, Protocol

import msgspec

from sealgate.delivery.kinds import EventData, EventKind

if TYPE_CHECKING:
    from sealgate.infra.outbound import Answer

State = Literal["waiting", "held", "delivered", "failed", "cancelled"]
"""`waiting`: to be sent when it is due, or being sent. `held`: its target takes nothing now, such as a paused endpoint.
`failed`: given up. `cancelled`: there is nobody left to send it to, or it has lost its meaning."""
TargetKind = Literal["webhook", "push"]

MAX_ANSWER_CHARS = 2048
MAX_ERROR_CHARS = 500


class NewEvent(msgspec.Struct, frozen=True):
    """Something to tell an app.

    Attributes:
        subject: What it is about: a payload's UUID, a user token. Events of one subject reach a target in order.
        data: What happened; its type says which kind of event this is.
    """

    subject: str
    data: EventData


class AppEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that an app was, or could have been, told.

    Attributes:
        seq: Counts the events of all apps, with gaps; who follows resumes after a number.
        id: UUID, from which its `webhook-id` is made: the same in every delivery of this event and every try.
        data: As JSON text.
    """

    seq: int
    id: str
    app_uuid: str
    kind: EventKind
    subject: str
    data: msgspec.Raw
    created_at: datetime


class Claimed(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that this process may send, for as long as it renews its lease.

    Attributes:
        event: What is told; None for a push message.
        message: The text of a push message, else None.
        attempt: Number of the try that comes now, from 1.
        expires_at: From when on nobody needs it any more.
    """

    id: int
    app_uuid: str
    kind: str
    target_kind: TargetKind
    target_uuid: str
    subject: str
    attempt: int
    created_at: datetime
    event: AppEvent | None = None
    message: str | None = None
    expires_at: datetime | None = None


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try.

    Attributes:
        number: From 1.
        at: When it began.
        status: HTTP status of the answer, None where none came.
        latency_ms: Until the answer, or until the failure.
        error: What went wrong where no answer came, in words for the developer.
        answer: The beginning of the answer's body, at most 2 KiB.
    """

    number: int
    at: datetime
    status: int | None = None
    latency_ms: int | None = None
    error: str | None = None
    answer: str | None = None

    @classmethod
    def answered(cls, number: int, answer: "Answer", *, at: datetime) -> "Attempt":
        """Return a try that got an answer, whatever it says."""
        text = answer.text(MAX_ANSWER_CHARS)
        return cls(number=number, at=at, status=answer.status, latency_ms=answer.latency_ms, answer=text)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a claimed delivery.

    Attributes:
        id: The delivery's.
        state: What it is in from now on. `waiting` and `held` leave it unfinished.
        next_at: When it is due again; for an unfinished one only.
        attempt: The try that was made, None where there was none.
        unreachable: True where the target did not answer at all: then it is left in peace for a moment.
        quiet_until: Until when the target asked to be sent nothing.
    """

    id: int
    state: State
    next_at: datetime | None = None
    attempt: Attempt | None = None
    unreachable: bool = False
    quiet_until: datetime | None = None


class Sender(Protocol):
    """Sends the deliveries of one kind of target. `wiring` names one for each."""

    async def send(self, claimed: Claimed) -> Result:
        """Try once, within 20 s, and say what came of it.

        Refusals and failures of the target are results, not exceptions. It may be cancelled at any await, when the
        server stops; the delivery is then sent again later.
        """


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery as it is looked at: `event_id` and `event_seq` are None for a push message."""

    id: int
    app_uuid: str
    kind: str
    target_kind: TargetKind
    target_uuid: str
    subject: str
    state: State
    attempts: int
    next_at: datetime
    sending: bool
    created_at: datetime
    finished_at: datetime | None = None
    event_seq: int | None = None
    event_id: str | None = None


class Backlog(msgspec.Struct, frozen=True):
    """What waits in the outbox: how many deliveries, and when the oldest of those that are due or being sent was
    recorded."""

    waiting: int = 0
    held: int = 0
    oldest_due_at: datetime | None = None
