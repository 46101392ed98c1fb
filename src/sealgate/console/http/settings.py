"""An app's name, links, network and icon, and its end."""

import asyncio

from sealgate.apps.errors import IconUnusable
from sealgate.apps.icons import MOST_BYTES, redraw
from sealgate.console import app_changes
from sealgate.console.errors import SwitchedOffByOperator
from sealgate.console.forms import Sheet, checked_changes
from sealgate.console.model import Role
from sealgate.console.visit import AppVisit, form, page
from sealgate.ledger.networks import NETWORKS
from sealgate.web import Page, Redirect

DETAILS = ("name", "description", "homepage_url", "support_url", "policy_url", "terms_url")
HERE = "/settings"


@page("/apps/{app:uuid}/settings", role=Role.VIEWER)
async def get_settings(visit: AppVisit) -> Page:
    """Show what people see of the app."""
    return _page(visit)


@form("/apps/{app:uuid}/settings", role=Role.DEVELOPER)
async def post_settings(visit: AppVisit) -> Page | Redirect:
    """Change the app's name, description, links and network."""
    typed = {name: visit.form.get(name, "").replace("\r\n", "\n") for name in DETAILS}
    typed["network"] = visit.form.get("network", visit.app.network)
    changes, sheet = checked_changes(typed, dev=visit.call.settings.dev)
    if not sheet.is_good:
        return _page(visit, status=400, details=sheet)
    await visit.change_app(app_changes.change_app, visit.call.context.sealer, visit.app.uuid, changes)
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/icon", role=Role.DEVELOPER, file_bytes=MOST_BYTES)
async def post_icon(visit: AppVisit) -> Page | Redirect:
    """Give the app an icon: what was uploaded is drawn anew, off the event loop."""
    if not visit.file:
        return _page(visit, status=400, icon_problem="Choose a file first.")
    try:
        png = await asyncio.to_thread(redraw, visit.file)
    except IconUnusable as refusal:
        return _page(visit, status=400, icon_problem=f"{refusal.message} {refusal.hint}")
    await visit.change_app(app_changes.set_icon, visit.app.uuid, png)
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/icon/remove", role=Role.DEVELOPER)
async def post_icon_removal(visit: AppVisit) -> Redirect:
    """Show the general icon instead."""
    await visit.change_app(app_changes.set_icon, visit.app.uuid, None)
    return visit.back_to_app(HERE, said="removed")


@form("/apps/{app:uuid}/disable", role=Role.OWNER)
async def post_disable(visit: AppVisit) -> Redirect:
    """Refuse the app's calls."""
    return await _switch(visit, on=False)


@form("/apps/{app:uuid}/enable", role=Role.OWNER)
async def post_enable(visit: AppVisit) -> Page | Redirect:
    """Take the app's calls again."""
    try:
        return await _switch(visit, on=True)
    except SwitchedOffByOperator as refusal:
        return _page(visit, status=403, switch_problem=f"{refusal.message} {refusal.hint}")


@form("/apps/{app:uuid}/delete", role=Role.OWNER)
async def post_delete(visit: AppVisit) -> Page | Redirect:
    """End the app, once its name was typed."""
    typed = visit.form.get("name", "").strip()
    if typed != visit.app.name:
        problem = f"Type the name as it is written: {visit.app.name}"
        return _page(visit, status=400, ending=Sheet({"name": typed}, {"name": problem}))
    await visit.change_app(app_changes.delete_app, visit.app.uuid)
    return visit.back_to("", said="deleted")


def _networks(chosen: str) -> list[tuple[str, str]]:
    """Return the networks to choose from, key and name; the chosen one even where nobody knows it any more."""
    known = [
        (key, network.title if network.title == key else f"{network.title} ({key})")
        for key, network in NETWORKS.items()
    ]
    return known if chosen in NETWORKS else [(chosen, chosen), *known]


async def _switch(visit: AppVisit, *, on: bool) -> Redirect:
    await visit.change_app(app_changes.switch, visit.app.uuid, on=on, is_operator=visit.developer.operator)
    return visit.back_to_app(HERE, said="enabled" if on else "disabled")


def _page(
    visit: AppVisit,
    *,
    status: int = 200,
    details: Sheet | None = None,
    ending: Sheet | None = None,
    icon_problem: str = "",
    switch_problem: str = "",
) -> Page:
    return visit.page(
        "settings.html",
        status=status,
        details=details or Sheet({name: getattr(visit.app, name) for name in (*DETAILS, "network")}),
        networks=_networks(visit.app.network),
        ending=ending or Sheet(),
        icon=visit.app.own_icon(visit.call.settings.public_url),
        icon_problem=icon_problem,
        switch_problem=switch_problem,
        section="",
    )
