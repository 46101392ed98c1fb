"""What an operator reads about an app's calls."""

from typing import Annotated

import msgspec
from msgspec import Meta

from sealgate.access.model import LoggedCall, Notice, NoticeKind
from sealgate.apps.wire import PageSize
from sealgate.base.clock import to_wire


class CallsAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Which calls: those before the call with the number `before`, latest first."""

    before: Annotated[int, Meta(ge=0, le=2**53)] | None = None
    limit: PageSize = 50


class OwnCallsAsked(CallsAsked, kw_only=True, forbid_unknown_fields=True):
    """Which calls: as above; with `after`, those behind the call with that number instead, the earliest first."""

    after: Annotated[int, Meta(ge=0, le=2**53)] | None = None


class CallOut(msgspec.Struct, kw_only=True):
    """One answered call: `reference` is its X-Call-Ref, `route` the endpoint without the values in its path.

    `cause` says why a one-time token was refused, which its caller is not told.
    """

    number: int | None
    reference: str
    at: str
    method: str
    route: str
    status: int
    error_code: str | None
    duration_us: int
    cause: str | None

    @classmethod
    def of(cls, call: LoggedCall) -> "CallOut":
        """Return the shape of a call."""
        return cls(
            number=call.number,
            reference=call.ref,
            at=to_wire(call.at),
            method=call.method,
            route=call.route,
            status=call.status,
            error_code=call.error_code,
            duration_us=call.duration_us,
            cause=call.cause,
        )


class CallsOut(msgspec.Struct):
    """A page of calls, latest first."""

    calls: list[CallOut]


_WORDS: dict[NoticeKind, tuple[str, str]] = {
    "secret_exposed": (
        "A page of {host} sent this app's API secret from a browser. The call was refused.",
        "Whoever opened that page could read the secret. Move the call to a back end, then rotate the secret.",
    ),
    "webhook_paused": (
        "The webhook endpoint at {host} is sent nothing any more: {why}.",
        "Mend the receiver, then resume the endpoint: what has waited is sent then.",
    ),
}
_PAUSES = {"gone": "it answered that it is gone (410)", "failing": "it has failed for days"}


class NoticeOut(msgspec.Struct, kw_only=True):
    """Something the developer should know, with what to do about it."""

    kind: str
    at: str
    reference: str
    method: str
    route: str
    origin_host: str
    message: str
    hint: str

    @classmethod
    def of(cls, notice: Notice) -> "NoticeOut":
        """Return the shape of a notice."""
        message, hint = _WORDS[notice.kind]
        return cls(
            kind=notice.kind,
            at=to_wire(notice.at),
            reference=notice.ref,
            method=notice.method,
            route=notice.route,
            origin_host=notice.origin_host,
            message=message.format(host=notice.origin_host, why=_PAUSES.get(notice.route, "it was switched off")),
            hint=hint,
        )


class NoticesAsked(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """How many notices."""

    limit: PageSize = 50


class NoticesOut(msgspec.Struct):
    """The latest notices, latest first."""

    notices: list[NoticeOut]
