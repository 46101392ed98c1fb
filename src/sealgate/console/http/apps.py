"""The developer's apps, and each at a glance."""

from datetime import datetime
from typing import Any

from sealgate.apps import service as app_service
from sealgate.apps.model import App
from sealgate.console import charts, overview, periods, service
from sealgate.console.client import CLIENT_ID
from sealgate.console.model import Developer, Role
from sealgate.console.overview import Numbers, Recent
from sealgate.console.periods import Period
from sealgate.console.visit import AppVisit, Visit, page
from sealgate.console.warnings import AppWarning, facts_of, warnings_of
from sealgate.infra.tx import Tx
from sealgate.web import Page

MOST_APPS = 200


@page("/apps")
async def get_apps(visit: Visit) -> Page:
    """List the developer's apps; for operators all apps of the server."""
    apps, recents, warnings = await visit.call.db.read(_apps_and_news, visit.developer, now=visit.call.now)
    return visit.page(
        "apps.html",
        apps=apps,
        recents=recents,
        warnings=warnings,
        sparkline=charts.sparkline,
    )


@page("/apps/{app:uuid}", role=Role.VIEWER)
async def get_app(visit: AppVisit) -> Page:
    """Show an app at a glance: warnings, numbers and charts over a period."""
    now = visit.call.now
    period = periods.PERIODS.get(visit.call.query.get("range", ""), periods.DAY)
    numbers, warnings, last_call = await visit.call.db.read(_glance, visit.app, period, now=now)
    return visit.page(
        "app.html",
        period=period,
        periods=periods.PERIODS.values(),
        steps=period.names(now),
        numbers=numbers,
        warnings=warnings,
        last_call=last_call,
        charts=charts,
    )


def _glance(tx: Tx, app: App, period: Period, *, now: datetime) -> tuple[Numbers, list[AppWarning], datetime | None]:
    facts = facts_of(tx, [app])[app.uuid]
    return overview.numbers_of(tx, app.uuid, period, now=now), warnings_of(facts, now=now), facts.last_call


def _apps_and_news(
    tx: Tx, developer: Developer, *, now: datetime
) -> tuple[list[tuple[App, Role]], dict[str, Recent], dict[str, list[AppWarning]]]:
    mine = _apps_of(tx, developer)
    facts = facts_of(tx, [app for app, _ in mine])
    warnings = {uuid: warnings_of(known, now=now) for uuid, known in facts.items()}
    return mine, overview.recents(tx, list(facts), now=now), warnings


def _apps_of(tx: Tx, developer: Developer) -> list[tuple[App, Role]]:
    if developer.operator:
        known: Any = app_service.list_apps(tx, limit=MOST_APPS)
        return [(app, Role.OWNER) for app in known if app.uuid != CLIENT_ID]
    found = [(app_service.find_app(tx, uuid), role) for uuid, role in service.roles_of(tx, developer).items()]
    mine = [(app, role) for app, role in found if app is not None and app.deleted_at is None]
    return sorted(mine, key=lambda one: (one[0].created_at, one[0].uuid))
