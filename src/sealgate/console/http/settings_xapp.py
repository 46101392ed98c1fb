"""An app as an xApp: its address, who may open it, and what it may do."""

from typing import Any, get_args

from sealgate.apps.errors import AppInvalid, XAppIdTaken
from sealgate.apps.model import XAppSpecial, XAppStatus
from sealgate.base.ids import as_uuid
from sealgate.console import app_changes, xapp_changes
from sealgate.console.errors import FormInvalid, OperatorsOnly
from sealgate.console.forms import Sheet, checked_changes, words_of
from sealgate.console.model import Role
from sealgate.console.visit import AppVisit, form, page
from sealgate.ledger.networks import NETWORKS
from sealgate.web import Page, Redirect
from sealgate.xapps import service as xapps
from sealgate.xapps.errors import TooManyXAppDevices, XAppDeviceUnknown
from sealgate.xapps.model import MOST_DEVICES, DeviceKind

HERE = "/settings/xapp"


@page("/apps/{app:uuid}/settings/xapp", role=Role.VIEWER)
async def get_xapp(visit: AppVisit) -> Page:
    """Show the xApp."""
    return await _page(visit)


@form("/apps/{app:uuid}/settings/xapp", role=Role.DEVELOPER)
async def post_xapp(visit: AppVisit) -> Page | Redirect:
    """Change the xApp's address, identifier and networks."""
    typed: dict[str, Any] = {name: visit.form.get(name, "").strip() for name in ("xapp_id", "xapp_url")}
    typed["xapp_networks"] = [key for key in NETWORKS if ("xapp_networks", key) in visit.fields]
    changes, sheet = checked_changes(typed, dev=visit.call.settings.dev)
    if not sheet.is_good:
        return await _page(visit, status=400, xapp=sheet)
    sealer = visit.call.context.sealer
    try:
        await visit.change_app(xapp_changes.change, sealer, visit.app.uuid, changes, reviewed=_waits(visit))
    except XAppIdTaken as refusal:
        return await _page(visit, status=409, xapp=sheet.refused(refusal, at="xapp_id"))
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/xapp/permissions", role=Role.DEVELOPER)
async def post_permissions(visit: AppVisit) -> Redirect:
    """Change what the xApp may do; where operators review xApps, they alone."""
    if _waits(visit):
        raise OperatorsOnly
    changes = {
        "xapp_push": "xapp_push" in visit.form,
        "xapp_push_any": "xapp_push_any" in visit.form,
        "xapp_special": tuple(word for word in get_args(XAppSpecial) if ("xapp_special", word) in visit.fields),
    }
    await visit.change_app(app_changes.change_app, visit.call.context.sealer, visit.app.uuid, changes)
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/xapp/status", role=Role.DEVELOPER)
async def post_status(visit: AppVisit) -> Page | Redirect:
    """Publish the xApp, hand it in for review, or make it a draft again."""
    asked = visit.form.get("status", "")
    if asked not in get_args(XAppStatus):
        raise FormInvalid(message="There is no such status.")
    if asked == "listed" and _waits(visit) and visit.app.xapp_status != "listed":
        asked = "review"
    try:
        await visit.change_app(xapp_changes.set_status, visit.call.context.sealer, visit.app.uuid, asked)
    except AppInvalid:
        return await _page(visit, status=400, problem="Give the xApp an address first.")
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/xapp/devices", role=Role.DEVELOPER)
async def post_device(visit: AppVisit) -> Page | Redirect:
    """Put a device on the list of those that may open the xApp before it is published."""
    typed, kind = visit.form.get("device", "").strip(), visit.form.get("kind", "guest")
    sheet = Sheet({"device": typed, "kind": kind})
    device = as_uuid(typed)
    if device is None:
        problem = "That is no device: it is a UUID, which the wallet shows among its settings."
        return await _page(visit, status=400, adding=sheet.with_problem("device", problem))
    if kind not in get_args(DeviceKind):
        raise FormInvalid(message="A device is a guest or the debug device.")
    try:
        await visit.change_app(xapp_changes.add_device, visit.app.uuid, device, kind)
    except (XAppDeviceUnknown, TooManyXAppDevices) as refusal:
        return await _page(visit, status=refusal.status, adding=sheet.with_problem("device", words_of(refusal)))
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/xapp/devices/remove", role=Role.DEVELOPER)
async def post_device_removal(visit: AppVisit) -> Redirect:
    """Take a device off the list."""
    device = as_uuid(visit.form.get("device", ""))
    if device is None:
        raise FormInvalid(message="The form names no device.")
    await visit.change_app(xapp_changes.remove_device, visit.app.uuid, device)
    return visit.back_to_app(HERE, said="removed")


def _waits(visit: AppVisit) -> bool:
    """Tell whether what the visitor wants is for operators to allow."""
    return visit.call.settings.xapp_review and not visit.developer.operator


async def _page(
    visit: AppVisit,
    *,
    status: int = 200,
    xapp: Sheet | None = None,
    adding: Sheet | None = None,
    problem: str | None = None,
) -> Page:
    app = visit.app
    values = {"xapp_id": app.xapp_id, "xapp_url": app.xapp_url, "xapp_networks": app.xapp_networks}
    return visit.page(
        "settings_xapp.html",
        status=status,
        xapp=xapp or Sheet(values),
        adding=adding or Sheet({"kind": "guest"}),
        networks=tuple(NETWORKS),
        devices=await visit.call.db.read(xapps.devices_of, app.uuid),
        most_guests=MOST_DEVICES["guest"],
        waits=_waits(visit),
        review=visit.call.settings.xapp_review,
        link=f"{visit.call.settings.public_url}/detect/xapp:{app.xapp_id}" if app.xapp_id else None,
        problem=problem,
        section="xapp",
    )
