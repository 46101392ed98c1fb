"""The box into which anything can be pasted."""

from sealgate.access.call_log import CallLog
from sealgate.apps import service as app_service
from sealgate.console import finding, service
from sealgate.console.client import CLIENT_ID
from sealgate.console.http.apps import MOST_APPS
from sealgate.console.model import Developer
from sealgate.console.visit import ROOT, Visit, page
from sealgate.infra.tx import Tx
from sealgate.web import Page, Redirect


@page("/find")
async def get_find(visit: Visit) -> Page | Redirect:
    """Lead to what the pasted text names, in any of the developer's apps; or say what may be pasted."""
    text = finding.clean(visit.call.query.get("reference", ""))
    if text:
        await visit.call.context.get(CallLog).flush()
        found = await visit.call.db.read(_find, visit.developer, text)
        if found is not None:
            return Redirect(ROOT + found)
    return visit.page("find.html", text=text)


def _find(tx: Tx, developer: Developer, text: str) -> str | None:
    if developer.operator:
        apps = [app.uuid for app in app_service.list_apps(tx, limit=MOST_APPS) if app.uuid != CLIENT_ID]
    else:
        apps = list(service.roles_of(tx, developer))
    return finding.find(tx, text, apps=apps, all_apps=developer.operator)
