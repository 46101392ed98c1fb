"""The xApps that a device may open: what a wallet lists."""

from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.base.settings import Settings
from sealgate.holders.model import Device
from sealgate.infra.tx import Tx
from sealgate.xapps import store

PAGE = 100


def xapps_for(tx: Tx, device: Device, *, settings: Settings, after: str | None = None) -> tuple[list[App], str | None]:
    """Return the xApps that a device may open, by identifier, up to 100; and the last one's where there are more.

    They are those that `launch.openable` lets it open: the listed ones, and those whose list the device is on; in the
    sandbox all.

    Args:
        after: Identifier behind which the page begins.
    """
    invited = store.apps_inviting(tx, device.uuid)
    found = apps.list_xapps(tx, among=invited, every_status=settings.dev, after=after, limit=PAGE + 1)
    page = found[:PAGE]
    return page, page[-1].xapp_id if len(found) > PAGE else None
