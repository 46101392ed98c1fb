"""The life of a sign request as a list of moments: what happened, and who was told. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from sealgate.delivery.bodies import message_id
from sealgate.delivery.model import AppEvent, Attempt, Delivery
from sealgate.payloads.model import Payload, State, state_of

Tone = Literal["plain", "good", "warn", "bad"]

UNPUSHED: Mapping[str, str] = {
    "no_user_token": "Nobody was woken: the request names no user token.",
    "token_unknown": "Nobody was woken: the user token does not count any more.",
    "token_waiting": "Nobody was woken: the user token was imported, and its account has not signed here yet.",
    "no_device": "Nobody was woken: the user has no device that can be.",
    "muted": "Nobody was woken: the user has muted the app. The request is on their list.",
    "rate_limited": "Nobody was woken: the app sent too many.",
    "silent": "Nobody was woken: the app asked for silence. It is on the user's list.",
}
STATE_TONES: Mapping[State, Tone] = {
    State.CREATED: "plain",
    State.OPENED: "warn",
    State.SIGNED: "good",
    State.REJECTED: "bad",
    State.CANCELLED: "plain",
    State.EXPIRED: "warn",
}
DELIVERY_TONES: Mapping[str, Tone] = {
    "waiting": "plain",
    "held": "warn",
    "delivered": "good",
    "failed": "bad",
    "cancelled": "plain",
}


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened.

    Attributes:
        link: Page of the app with more about it, as a path below the app's; "" for none.
    """

    at: datetime
    title: str
    detail: str = ""
    tone: Tone = "plain"
    link: str = ""


class Told(msgspec.Struct, frozen=True):
    """A delivery with its tries, and where it goes."""

    delivery: Delivery
    attempts: Sequence[Attempt]
    target: str


def timeline(
    payload: Payload,
    *,
    events: Sequence[AppEvent],
    told: Sequence[Told],
    refusals: Sequence[tuple[datetime, int, str]],
    now: datetime,
) -> list[Moment]:
    """Return what happened to a request, the first thing first.

    Args:
        refusals: Moment, code and name of each signature that was not accepted.
    """
    moments = [*_life(payload, now), *(_refused(*refusal) for refusal in refusals)]
    sent = {one.delivery.event_id for one in told}
    moments += [_recorded(event, was_sent=event.id in sent) for event in events]
    moments += [_tried(one, attempt) for one in told for attempt in one.attempts]
    return sorted(moments, key=lambda moment: moment.at)


def _life(payload: Payload, now: datetime) -> list[Moment]:
    terms, outcome = payload.terms, payload.outcome
    pushed = "Pushed to the user's wallets." if payload.pushed else UNPUSHED.get(terms.unpushed or "", "")
    moments = [Moment(at=payload.created_at, title="Created by the app", detail=pushed)]
    if payload.web_opened_at is not None:
        moments.append(Moment(at=payload.web_opened_at, title="Sign page shown in a browser"))
    if payload.opened_at is not None:
        how = "By a link on the same device." if payload.opened_by_deeplink else ""
        moments.append(Moment(at=payload.opened_at, title="Opened in a wallet", detail=how))
    if payload.cancelled_at is not None:
        moments.append(Moment(at=payload.cancelled_at, title="Cancelled"))
    if outcome is not None and payload.resolved_at is not None:
        if outcome.signed:
            said = f"By {outcome.account}" if outcome.account else ""
            moments.append(Moment(at=payload.resolved_at, title="Signed", detail=said, tone="good"))
        else:
            who = "The person declined." if outcome.reject_initiator == "USER" else "The wallet could not sign."
            reason = f" It says: {outcome.reject_reason}" if outcome.reject_reason else ""
            moments.append(Moment(at=payload.resolved_at, title="Rejected", detail=who + reason, tone="bad"))
    if state_of(payload, now) is State.EXPIRED:
        ended = "Nobody opened it in time." if payload.opened_at is None else ""
        moments.append(Moment(at=payload.expires_at, title="Expired", detail=ended, tone="warn"))
    return moments


def _refused(at: datetime, code: int, name: str) -> Moment:
    return Moment(
        at=at,
        title="A signature was refused",
        detail=f"Code {code}, {name}.",
        tone="bad",
        link=f"/docs/errors#{name}",
    )


def _recorded(event: AppEvent, *, was_sent: bool) -> Moment:
    named = message_id(event.id)
    return Moment(
        at=event.created_at,
        title=f"Event {event.kind}",
        detail=named if was_sent else f"{named}; no endpoint asks for it.",
        link=f"/deliveries?event={named}" if was_sent else "",
    )


def _tried(told: Told, attempt: Attempt) -> Moment:
    delivery = told.delivery
    what = "Push" if delivery.target_kind == "push" else f"Webhook {delivery.kind}"
    tone: Tone = "good" if is_success(attempt) else "bad"
    return Moment(
        at=attempt.at,
        title=f"{what}, try {attempt.number}",
        detail=f"{told.target}: {outcome_of(attempt)}",
        tone=tone,
        link=f"/deliveries/{delivery.id}",
    )


def is_success(attempt: Attempt) -> bool:
    """Whether the target took it."""
    return attempt.status is not None and 200 <= attempt.status < 300


def outcome_of(attempt: Attempt) -> str:
    """Return what came of a try, in words."""
    if attempt.status is None:
        after = f" After {attempt.latency_ms} ms." if attempt.latency_ms is not None else ""
        return (attempt.error or "No answer.") + after
    return f"{attempt.status} in {attempt.latency_ms} ms" if attempt.latency_ms is not None else str(attempt.status)


def shown_url(url: str) -> str:
    """Return a URL without what may be a secret in it: user, password, query."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = f":{parts.port}" if parts.port is not None else ""
    return f"{parts.scheme}://{host}{port}{parts.path}" + ("?…" if parts.query else "")
