"""The developer's apps."""

from typing import Any

from sealgate.apps import service as app_service
from sealgate.apps.model import App
from sealgate.console import service
from sealgate.console.client import CLIENT_ID
from sealgate.console.model import Developer, Role
from sealgate.console.visit import AppVisit, Visit, page
from sealgate.infra.tx import Tx
from sealgate.web import Page

MOST_APPS = 200


@page("/apps")
async def get_apps(visit: Visit) -> Page:
    """List the developer's apps; for operators all apps of the server."""
    apps = await visit.call.db.read(_apps_of, visit.developer)
    return visit.page("apps.html", apps=apps)


@page("/apps/{app:uuid}", role=Role.VIEWER)
async def get_app(visit: AppVisit) -> Page:
    """Show an app at a glance."""
    return visit.page("app.html")


def _apps_of(tx: Tx, developer: Developer) -> list[tuple[App, Role]]:
    if developer.operator:
        known: Any = app_service.list_apps(tx, limit=MOST_APPS)
        return [(app, Role.OWNER) for app in known if app.uuid != CLIENT_ID]
    found = [(app_service.find_app(tx, uuid), role) for uuid, role in service.roles_of(tx, developer).items()]
    mine = [(app, role) for app, role in found if app is not None]
    return sorted(mine, key=lambda one: (one[0].created_at, one[0].uuid))
