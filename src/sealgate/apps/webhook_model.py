"""Where an app is told what happened: webhook endpoints, and the kinds of events they may ask for."""

from datetime import datetime, timedelta
from typing import Literal, get_args

import msgspec

EventKind = Literal[
    "payload.resolved",
    "payload.opened",
    "payload.signed",
    "payload.contributed",
    "payload.rejected",
    "payload.expired",
    "payload.cancelled",
    "payload.validated",
    "user_token.issued",
    "user_token.revoked",
    "secret.exposed",
    "webhook.paused",
]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)
DEFAULT_EVENTS: tuple[EventKind, ...] = ("payload.resolved",)

Schedule = Literal["sealgate", "compat"]
PauseReason = Literal["asked", "gone", "failing"]

MAX_ENDPOINTS = 5
SECRET_OVERLAP = timedelta(hours=24)
SECRET_PREFIX = "whsec_"  # noqa: S105 - what every such secret begins with


class EndpointValues(msgspec.Struct, frozen=True, kw_only=True):
    """What can be chosen for an endpoint.

    Attributes:
        url: Where events are posted to.
        events: The kinds it is told of, in the order of `EVENT_KINDS`.
    """

    url: str
    description: str | None = None
    events: tuple[EventKind, ...] = DEFAULT_EVENTS


class EndpointDraft(EndpointValues, frozen=True, kw_only=True):
    """Values of an endpoint that does not exist yet, as the functions of `apps.webhook_wire` return them."""


class WebhookEndpoint(EndpointValues, frozen=True, kw_only=True):
    """One of up to five places an app is told at.

    Attributes:
        is_default: Whether it is the one that the app's `webhook_url` names; the two change together.
        secret_sealed: Opens to the `whsec_…` text that deliveries are signed with.
        earlier_secret_sealed: The secret before a rotation; it signs as well until `earlier_retires_at`.
        paused_at: Since when nothing is sent to it, None while it is served. What happens meanwhile waits for it.
        paused_because: `asked` by the developer, `gone` (it answered 410), or `failing` for days.
        failing_since: When the first of its uninterrupted failures was; None after a success.
        failures: How many attempts failed since then.
    """

    uuid: str
    app_uuid: str
    is_default: bool
    secret_sealed: bytes
    earlier_secret_sealed: bytes | None = None
    earlier_retires_at: datetime | None = None
    paused_at: datetime | None = None
    paused_because: PauseReason | None = None
    failing_since: datetime | None = None
    failures: int = 0
    created_at: datetime


class NewEndpointSecret(msgspec.Struct, frozen=True, kw_only=True):
    """An endpoint with its signing secret, at the one moment when that is shown."""

    endpoint: WebhookEndpoint
    secret: str

    def __repr__(self) -> str:
        return f"NewEndpointSecret(endpoint={self.endpoint.uuid!r}, secret=[withheld])"
