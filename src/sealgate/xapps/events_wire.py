"""Shapes of platform-api 17. Those of bodies are only shown: clients write less strictly, and `events_model` reads."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType

from sealgate.delivery.push.model import PushOutcome
from sealgate.payloads.wire import Unpushed
from sealgate.xapps.events_model import MAX_BODY, MAX_SUBTITLE
from sealgate.xapps.events_service import Told

_BODY = Annotated[str, Meta(min_length=1, max_length=MAX_BODY, description="What the person reads.")]
_SUBTITLE = Annotated[str, Meta(max_length=MAX_SUBTITLE, description="A title line below the app's name.")]
_DATA = Annotated[dict[str, Any], Meta(description="Handed to the xApp when it is opened for this; at most 4 KiB.")]
_TOKEN = Annotated[str, Meta(max_length=64, description="Whom it is for. Not needed with the person's access token.")]
_USER = Annotated[str, Meta(max_length=64, description="Instead: UUID of the user, where the app may.")]
_ACCOUNT = Annotated[str, Meta(max_length=64, description="Instead: an account of the user, where the app may.")]
_SILENT = Annotated[bool, Meta(description="An entry in the list alone, and nobody is woken.")]


class NotificationIn(Struct, frozen=True, kw_only=True):
    """A notification for one person."""

    user_token: _TOKEN | None = None
    user_uuid: _USER | None = None
    user_account: _ACCOUNT | None = None
    body: _BODY
    subtitle: _SUBTITLE | None = None
    data: _DATA | None = None


class EventIn(NotificationIn, frozen=True, kw_only=True):
    """An event for one person: an entry in the list of their wallet, and a notification."""

    silent: _SILENT = False


class NotifiedOut(Struct, frozen=True, kw_only=True):
    """The notification was accepted.

    Attributes:
        pushed: Whether the person's wallets were told.
        push: Only where `pushed` is false: why.
    """

    pushed: bool
    push: Unpushed | UnsetType = UNSET

    @classmethod
    def of(cls, told: Told) -> "NotifiedOut":
        """Return the answer to a notification."""
        return cls(pushed=told.push.pushed, push=unpushed(told.push))


class EventOut(Struct, frozen=True, kw_only=True):
    """The event is on the person's list.

    Attributes:
        pushed: Whether the person's wallets were told.
        uuid: Names the event: GET and DELETE `platform/payload/{uuid}`.
        push: Only where `pushed` is false: why.
    """

    pushed: bool
    uuid: str
    push: Unpushed | UnsetType = UNSET

    @classmethod
    def of(cls, told: Told) -> "EventOut":
        """Return the answer to an event."""
        return cls(pushed=told.push.pushed, uuid=told.uuid, push=unpushed(told.push))


def unpushed(push: PushOutcome) -> Unpushed | UnsetType:
    """Return why nobody was woken, left out where somebody was."""
    return UNSET if push.reason is None else Unpushed(push.reason)
