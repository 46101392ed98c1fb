"""What is kept of calls."""

from datetime import datetime
from typing import Literal

import msgspec

NoticeKind = Literal["secret_exposed", "webhook_paused"]


class LoggedCall(msgspec.Struct, frozen=True):
    """One answered call of an app. `route` is the template, never the path with its values.

    Attributes:
        ref: The call's X-Call-Ref.
        error_code: `code` of the refusal as text, or None.
        cause: What the app's developer should know of a refusal and its caller was not told, or None.
        duration_us: From the first byte of the head to the last of the answer, in microseconds.
        error_name: Name of the refusal in the documentation of errors, such as `payload-not-found`.
        message: What its caller was told.
        number: Counts the stored calls in the order of time, with gaps; None before it is stored.
    """

    ref: str
    app_uuid: str
    at: datetime
    method: str
    route: str
    status: int
    error_code: str | None
    duration_us: int
    cause: str | None = None
    number: int | None = None
    error_name: str | None = None
    message: str | None = None


class Notice(msgspec.Struct, frozen=True):
    """Something a developer should know and act on.

    Attributes:
        kind: `secret_exposed`: a call with a live secret of the app came from a browser; only the OAuth
            endpoints still answer such a call. `webhook_paused`: an endpoint of the app is sent nothing any more.
        ref: The call's X-Call-Ref; of a paused endpoint its UUID.
        route: The call's; of a paused endpoint why it was paused: `gone` or `failing`.
        origin_host: Host of the page that made it, as the browser told; `unknown` where it did not. Of a paused
            endpoint its own.
    """

    app_uuid: str
    kind: NoticeKind
    at: datetime
    ref: str
    method: str
    route: str
    origin_host: str
