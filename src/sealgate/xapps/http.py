"""What back ends and operators call: fetching a one-time token, the list of devices, publishing."""

from typing import Any

from sealgate.apps.directory import AppDirectory
from sealgate.apps.errors import AppInvalid, AppUnknown
from sealgate.apps.model import App, XAppStatus
from sealgate.apps.wire import AppOut
from sealgate.web.call import Call
from sealgate.web.callers import Admin
from sealgate.web.routing import Router
from sealgate.xapps import service
from sealgate.xapps.errors import OttUnknown, TooManyXAppDevices, XAppDeviceUnknown, XAppIdMissing
from sealgate.xapps.exchange import REFUSALS, fetch_again, take
from sealgate.xapps.wire import XAppDeviceIn, XAppDeviceOut, XAppDevicesOut

router = Router(tags=("xapps",))

_OTT = "/api/v1/platform/xapp/ott/{ott:text}"
_XAPP = "/api/v1/admin/apps/{uuid:uuid}/xapp"


@router.get(_OTT, caller=App, answers=dict, raises=REFUSALS)
async def get_ott(call: Call[App]) -> dict[str, Any]:
    """Take what a one-time token stands for: who opened the xApp, and how. It counts once, for two minutes."""
    return (await take(call, call.caller, call.path["ott"])).context


@router.get(f"{_OTT}/{{hash:text}}", caller=App, answers=dict, raises=(OttUnknown, XAppIdMissing))
async def get_ott_again(call: Call[App]) -> dict[str, Any]:
    """Fetch a token of the app's debug device again, as often as needed, for a day.

    `hash` is the SHA-1, in hex, of token, API secret and the device's UUID, joined by dots, in upper case.
    """
    return (await fetch_again(call, call.caller, call.path["ott"], call.path["hash"])).context


@router.get(f"{_XAPP}/devices", caller=Admin, answers=XAppDevicesOut, raises=(AppUnknown,))
async def list_devices(call: Call[Admin]) -> XAppDevicesOut:
    """List the devices that may open the xApp before it is published."""
    found = await call.db.read(service.devices_of, call.path["uuid"])
    return XAppDevicesOut([XAppDeviceOut.of(device) for device in found])


@router.post(
    f"{_XAPP}/devices",
    caller=Admin,
    takes=XAppDeviceIn,
    answers=XAppDeviceOut,
    raises=(AppUnknown, XAppDeviceUnknown, TooManyXAppDevices),
)
async def add_device(call: Call[Admin]) -> XAppDeviceOut:
    """Put a device on the xApp's list, or change what it is there: at most 30 guests and one debug device."""
    asked: XAppDeviceIn = call.body
    added = await call.db.write(service.add_device, call.path["uuid"], asked.device, asked.kind, now=call.now)
    return XAppDeviceOut.of(added)


@router.delete(f"{_XAPP}/devices/{{device:uuid}}", caller=Admin, raises=(XAppDeviceUnknown,))
async def remove_device(call: Call[Admin]) -> None:
    """Take a device off the xApp's list."""
    await call.db.write(service.remove_device, call.path["uuid"], call.path["device"])


@router.post(f"{_XAPP}/publish", caller=Admin, answers=AppOut, raises=(AppInvalid, AppUnknown))
async def publish_xapp(call: Call[Admin]) -> AppOut:
    """Open the xApp to everybody; under the setting `xapp_review`, hand it in for review."""
    review = call.settings.xapp_review
    sealer = call.context.sealer
    return _changed(call, await call.db.write(service.publish, sealer, call.path["uuid"], review=review, now=call.now))


@router.post(f"{_XAPP}/list", caller=Admin, answers=AppOut, raises=(AppInvalid, AppUnknown))
async def list_xapp(call: Call[Admin]) -> AppOut:
    """Open the xApp to everybody, as the operator who has reviewed it."""
    return await _set_status(call, "listed")


@router.post(f"{_XAPP}/withdraw", caller=Admin, answers=AppOut, raises=(AppUnknown,))
async def withdraw_xapp(call: Call[Admin]) -> AppOut:
    """Make the xApp a draft again: only the devices on its list open it."""
    return await _set_status(call, "draft")


async def _set_status(call: Call[Admin], status: XAppStatus) -> AppOut:
    sealer = call.context.sealer
    return _changed(call, await call.db.write(service.set_status, sealer, call.path["uuid"], status, now=call.now))


def _changed(call: Call[Admin], app: App) -> AppOut:
    # The bus brings the news a moment later; whoever reads this answer may count on it already.
    call.context.get(AppDirectory).forget(app.uuid)
    return AppOut.of(app, public_url=call.settings.public_url)
