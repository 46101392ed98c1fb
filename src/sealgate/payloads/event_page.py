"""The page `/sign/{uuid}` of what an xApp tells somebody: no request, but a way into the wallet.

The texts stay out of it: they are for one person, and whoever knows the UUID may look here.
"""

from datetime import datetime
from typing import Literal

import msgspec

from sealgate.apps.model import App
from sealgate.payloads.model import Payload, State, state_of
from sealgate.payloads.wording import plain


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the template shows.

    Attributes:
        state: `gone` where it was taken back, put away or is over.
        icon_url: Where this server has the app's icon.
        qr_svg: The QR code as markup that may be trusted, or None where it is not wanted.
    """

    state: Literal["waiting", "gone", "disabled"]
    app_name: str
    icon_url: str | None
    monogram: str
    hue: int
    app_link: str
    qr_svg: str | None


def event_page(
    payload: Payload, app: App, *, icon_url: str | None, hues: int, app_link: str, svg: str | None, now: datetime
) -> EventPage:
    """Return what the page shows of an xApp event at `now`."""
    is_there = state_of(payload, now) in (State.CREATED, State.OPENED)
    name = plain(app.name, 60)
    return EventPage(
        state="gone" if not is_there else "disabled" if app.disabled else "waiting",
        app_name=name,
        icon_url=icon_url,
        monogram=next((char.upper() for char in name if char.isalnum()), "?"),
        hue=int(app.uuid[:2], 16) % hues,
        app_link=app_link,
        qr_svg=svg,
    )
