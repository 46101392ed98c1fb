"""Trading a one-time token at the edge: a refusal leaves its cause in the app's call log, and nowhere else."""

from typing import TYPE_CHECKING, Any

from sealgate.access.call_log import CAUSE
from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.xapps import service
from sealgate.xapps.errors import OttRefusal, OttSpent, OttUnknown, XAppIdMissing
from sealgate.xapps.model import Taken
from sealgate.xapps.replay import proves

if TYPE_CHECKING:
    from sealgate.web.call import Call

REFUSALS = (OttUnknown, OttSpent, XAppIdMissing)


async def take(call: "Call[Any]", app: App, ott: str) -> Taken:
    """Take what the app's one-time token stands for; it counts once.

    Raises:
        XAppIdMissing: the app has no xApp identifier.
        OttUnknown, OttSpent: as `service.take_ott`.
    """
    require_xapp(app)
    try:
        return await call.db.write(service.take_ott, ott, app_uuid=app.uuid, now=call.now)
    except OttRefusal as refusal:
        raise noted(call, refusal) from None


async def fetch_again(call: "Call[Any]", app: App, ott: str, shown: str) -> Taken:
    """Return what a token of the app's debug device stands for once more, for who shows the hash that proves it.

    Raises:
        XAppIdMissing: the app has no xApp identifier.
        OttUnknown: as `service.refetch_ott`, or the hash is wrong.
    """
    require_xapp(app)
    try:
        found = await call.db.read(service.refetch_ott, ott, app_uuid=app.uuid, now=call.now)
        live = await call.db.read(apps.live_secrets, app.uuid, now=call.now)
        secrets = [apps.open_secret(call.context.sealer, secret) for secret in live]
        if not proves(shown, found.ott, found.device_uuid, secrets):
            raise OttUnknown(cause="The hash does not fit token, API secret and the UUID of the debug device.")
    except OttRefusal as refusal:
        raise noted(call, refusal) from None
    return found


def require_xapp(app: App) -> None:
    """Return when the app has an xApp identifier; else XAppIdMissing."""
    if app.xapp_id is None:
        raise XAppIdMissing


def noted(call: "Call[Any]", refusal: OttRefusal) -> OttRefusal:
    """Leave a refusal's cause for the call log, and return the refusal."""
    call.notes[CAUSE] = refusal.cause
    return refusal
