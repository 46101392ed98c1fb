"""xApps: which there are, what a wallet shows of one, and opening it (wallet-api 8.1)."""

from sealgate.holders.errors import DeviceRevoked
from sealgate.holders.model import Device
from sealgate.wallet.http.router import router
from sealgate.web.call import Call
from sealgate.xapps import service
from sealgate.xapps.errors import (
    AccountNotYours,
    EventUnknown,
    LaunchInvalid,
    NetworkNotSupported,
    XAppNotOpen,
    XAppSwitchedOff,
    XAppUnknown,
)
from sealgate.xapps.wire import LaunchIn, LaunchOut, XAppInfoOut, XAppsAsked, XAppsOut

_CLOSED = (XAppUnknown, XAppSwitchedOff, XAppNotOpen)


@router.get("/api/v1/app/xapps", caller=Device, query=XAppsAsked, answers=XAppsOut)
async def get_xapps(call: Call[Device]) -> XAppsOut:
    """List the xApps that this device may open: the published ones, and those it is a guest of."""
    found, more = await call.db.read(service.xapps_for, call.caller, settings=call.settings, after=call.asked.after)
    return XAppsOut([XAppInfoOut.of(app, public_url=call.settings.public_url) for app in found], more)


@router.get("/api/v1/app/xapp/info/{id:text}", caller=Device, answers=XAppInfoOut, raises=_CLOSED)
async def get_xapp_info(call: Call[Device]) -> XAppInfoOut:
    """Tell what there is to know of an xApp before it is opened, to a device that may open it."""
    app, _ = await call.db.read(service.openable, call.path["id"], call.caller, settings=call.settings)
    return XAppInfoOut.of(app, public_url=call.settings.public_url)


@router.post(
    "/api/v1/app/xapp/launch/{id:text}",
    caller=Device,
    takes=LaunchIn,
    answers=LaunchOut,
    raises=(*_CLOSED, AccountNotYours, EventUnknown, NetworkNotSupported, LaunchInvalid, DeviceRevoked),
)
async def post_xapp_launch(call: Call[Device]) -> LaunchOut:
    """Open an xApp, by its identifier or the UUID of its app; the answer's `url` is where.

    Each launch has a one-time token of its own. Changing account or network means launching again.
    """
    asked: LaunchIn = call.body
    launched = await call.db.write(
        service.launch,
        call.path["id"],
        call.caller,
        asked.order(),
        settings=call.settings,
        ip=call.client_ip or None,
        now=call.now,
    )
    return LaunchOut.of(launched, version=asked.version, public_url=call.settings.public_url)
