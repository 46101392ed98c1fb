"""What the admin API reads and answers about webhook endpoints."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from sealgate.apps.checks import checked_url, invalid, is_loopback
from sealgate.apps.webhook_model import (
    DEFAULT_EVENTS,
    EVENT_KINDS,
    EndpointDraft,
    EventKind,
    NewEndpointSecret,
    PauseReason,
    WebhookEndpoint,
)
from sealgate.base.clock import to_wire
from sealgate.base.settings import Settings
from sealgate.infra.errors import TargetRefused
from sealgate.infra.targets import Reach

MAX_DESCRIPTION_CHARS = 200
LONGEST_OVERLAP_S = 7 * 86_400


class EndpointIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """A new endpoint; without `events` it is told of `payload.resolved`."""

    url: str
    description: str | None = None
    events: list[EventKind] = msgspec.field(default_factory=lambda: list(DEFAULT_EVENTS))

    def checked(self, settings: Settings) -> EndpointDraft:
        """Return the draft of the endpoint; AppInvalid where a value cannot be used."""
        return EndpointDraft(
            url=checked_webhook_url("url", self.url, settings),
            description=_checked_description(self.description),
            events=_checked_events(self.events),
        )


class EndpointChangesIn(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Changes of an endpoint. What is left out stays; null or an empty text removes the description."""

    url: str | UnsetType = UNSET
    description: str | UnsetType | None = UNSET
    events: list[EventKind] | UnsetType = UNSET

    def checked(self, settings: Settings) -> dict[str, Any]:
        """Return the values to store by name; AppInvalid where one cannot be used."""
        changes: dict[str, Any] = {}
        if self.url is not UNSET:
            changes["url"] = checked_webhook_url("url", self.url, settings)
        if self.description is not UNSET:
            changes["description"] = _checked_description(self.description)
        if self.events is not UNSET:
            changes["events"] = _checked_events(self.events)
        return changes


class OverlapAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How to rotate: for so many seconds deliveries are signed with the old secret, too."""

    overlap_s: Annotated[int, Meta(ge=0, le=LONGEST_OVERLAP_S)] = 86_400


class EndpointOut(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A webhook endpoint. `secret` is there at the moment it is made and never again.

    `is_default` marks the one that the app's `webhook_url` names. While `paused_at` is set nothing is sent to it,
    because that was `asked` for, the endpoint is `gone` (it answered 410), or it was `failing` for days.
    """

    uuid: str
    url: str
    description: str | None
    events: tuple[EventKind, ...]
    is_default: bool
    secret: str | None = None
    earlier_secret_until: str | None
    paused_at: str | None
    paused_because: PauseReason | None
    failing_since: str | None
    failures: int
    created_at: str

    @classmethod
    def of(cls, endpoint: WebhookEndpoint, *, now: datetime, secret: str | None = None) -> "EndpointOut":
        until = endpoint.earlier_retires_at
        return cls(
            uuid=endpoint.uuid,
            url=endpoint.url,
            description=endpoint.description,
            events=endpoint.events,
            is_default=endpoint.is_default,
            secret=secret,
            earlier_secret_until=_moment(until) if until is not None and now < until else None,
            paused_at=_moment(endpoint.paused_at),
            paused_because=endpoint.paused_because,
            failing_since=_moment(endpoint.failing_since),
            failures=endpoint.failures,
            created_at=to_wire(endpoint.created_at),
        )

    @classmethod
    def of_new(cls, new: NewEndpointSecret, *, now: datetime) -> "EndpointOut":
        return cls.of(new.endpoint, now=now, secret=new.secret)


class EndpointsOut(msgspec.Struct):
    """The webhook endpoints of an app, the default one first, then the oldest."""

    endpoints: list[EndpointOut]


def checked_webhook_url(member: str, url: str, settings: Settings) -> str:
    """Return a URL that webhooks may be sent to; AppInvalid where it is none, or names an address we never call.

    What its name stands for is looked at when something is sent, every time.
    """
    checked = checked_url(member, url, dev=settings.dev)
    if checked is None:
        raise invalid(f"/{member}", "The URL is missing.")
    reach = Reach.of(dev=settings.dev, networks=settings.outbound_networks)
    try:
        target = reach.parse(checked)
    except TargetRefused as refusal:
        raise invalid(f"/{member}", refusal.message, refusal.hint) from None
    if not reach.loopback and is_loopback(target.host):
        raise invalid(f"/{member}", "A loopback URL is reachable for `sealgate dev` only.", "Give a public host.")
    return checked


def _checked_description(description: str | None) -> str | None:
    description = (description or "").strip()
    if len(description) > MAX_DESCRIPTION_CHARS or not description.isprintable():
        raise invalid(
            "/description", f"The description must be one line of at most {MAX_DESCRIPTION_CHARS} characters."
        )
    return description or None


def _checked_events(events: list[EventKind]) -> tuple[EventKind, ...]:
    if not events:
        raise invalid("/events", "The endpoint must ask for at least one kind of event.", "Pause it to stop all.")
    return tuple(kind for kind in EVENT_KINDS if kind in events)


def _moment(at: datetime | None) -> str | None:
    return None if at is None else to_wire(at)
