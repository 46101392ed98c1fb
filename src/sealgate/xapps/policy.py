"""Who may open an xApp. Pure: a table of cases is its whole test (ADR 17)."""

from typing import Literal

from sealgate.apps.model import App
from sealgate.xapps.model import DeviceKind

Access = Literal["debug", "guest", "anyone"]


def access_of(app: App, listed_as: DeviceKind | None, *, dev: bool) -> Access | None:
    """Return as what a device may open an xApp, or None where it may not.

    An xApp is open to everybody once it is listed, before that to the devices on its list. In the sandbox it is open
    to every device, as a guest: only the list makes a debug device, whose launches can be replayed (design 4.25).

    Args:
        listed_as: What the device is on the xApp's list, None where it is not there.
        dev: Whether this is `sealgate dev`.
    """
    if listed_as is not None:
        return listed_as
    if app.xapp_status == "listed":
        return "anyone"
    return "guest" if dev else None
