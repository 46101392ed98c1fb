"""Where an app is told of what happens: up to five endpoints."""

from datetime import timedelta
from functools import partial
from typing import Any

import msgspec

from sealgate.apps import webhooks
from sealgate.apps.errors import TooManyEndpoints, WebhookSecretsOverlap
from sealgate.apps.webhook_model import EVENT_KINDS, MAX_ENDPOINTS, EndpointDraft, NewEndpointSecret
from sealgate.apps.webhook_wire import LONGEST_OVERLAP_S, EndpointChangesIn, EndpointIn
from sealgate.base.ids import as_uuid
from sealgate.console import app_changes, webhook_changes
from sealgate.console.errors import FormInvalid
from sealgate.console.forms import Sheet, attempt, checked_changes, words_of
from sealgate.console.model import Role
from sealgate.console.visit import AppVisit, form, page
from sealgate.web import Page, Redirect

HERE = "/settings/webhooks"
OVERLAPS = (
    (86_400, "24 hours"),
    (3600, "1 hour"),
    (LONGEST_OVERLAP_S, "7 days"),
    (0, "no overlap: the old one leaked"),
)


@page("/apps/{app:uuid}/settings/webhooks", role=Role.VIEWER)
async def get_webhooks(visit: AppVisit) -> Page:
    """Show the app's endpoints."""
    return await _page(visit)


@form("/apps/{app:uuid}/settings/webhooks", role=Role.DEVELOPER)
async def post_webhook(visit: AppVisit) -> Page:
    """Add an endpoint and show its secret, this once."""
    typed, sheet = _typed(visit)
    draft, sheet = _checked(typed, sheet, visit)
    if draft is None:
        return await _page(visit, status=400, adding=sheet)
    try:
        made = await visit.change_app(webhook_changes.add, visit.call.context.sealer, visit.app.uuid, draft)
    except TooManyEndpoints as refusal:
        return await _page(visit, status=409, adding=sheet, problem=words_of(refusal))
    return await _page(visit, made=made)


@form("/apps/{app:uuid}/settings/webhooks/change", role=Role.DEVELOPER)
async def post_change(visit: AppVisit) -> Page | Redirect:
    """Change an endpoint's address, description or kinds of events."""
    uuid = _endpoint(visit)
    typed, sheet = _typed(visit)
    draft, sheet = _checked(typed, sheet, visit)
    if draft is None:
        return await _page(visit, status=400, editing=(uuid, sheet))
    await visit.change_app(webhook_changes.change, visit.app.uuid, uuid, msgspec.structs.asdict(draft))
    return visit.back_to_app(HERE, said="saved")


@form("/apps/{app:uuid}/settings/webhooks/pause", role=Role.DEVELOPER)
async def post_pause(visit: AppVisit) -> Redirect:
    """Send nothing to an endpoint until it is resumed."""
    await visit.change_app(webhook_changes.switch, visit.app.uuid, _endpoint(visit), on=False)
    return visit.back_to_app(HERE, said="paused")


@form("/apps/{app:uuid}/settings/webhooks/resume", role=Role.DEVELOPER)
async def post_resume(visit: AppVisit) -> Redirect:
    """Serve an endpoint again."""
    await visit.change_app(webhook_changes.switch, visit.app.uuid, _endpoint(visit), on=True)
    return visit.back_to_app(HERE, said="resumed")


@form("/apps/{app:uuid}/settings/webhooks/remove", role=Role.DEVELOPER)
async def post_removal(visit: AppVisit) -> Redirect:
    """Forget an endpoint with its secret."""
    await visit.change_app(webhook_changes.remove, visit.app.uuid, _endpoint(visit))
    return visit.back_to_app(HERE, said="removed")


@form("/apps/{app:uuid}/settings/webhooks/rotate", role=Role.OWNER)
async def post_rotation(visit: AppVisit) -> Page:
    """Make a new signing secret, shown this once; for a while deliveries are signed with both."""
    seconds = visit.form.get("overlap_s", "")
    if not seconds.isascii() or not seconds.isdecimal() or int(seconds[:9]) > LONGEST_OVERLAP_S:
        raise FormInvalid(message="The overlap is a number of seconds, seven days at most.")
    how = {"overlap": timedelta(seconds=int(seconds))}
    try:
        made = await visit.change_app(
            webhook_changes.rotate_secret, visit.call.context.sealer, visit.app.uuid, _endpoint(visit), **how
        )
    except WebhookSecretsOverlap as refusal:
        return await _page(visit, status=409, problem=words_of(refusal))
    return await _page(visit, made=made)


@form("/apps/{app:uuid}/settings/webhooks/schedule", role=Role.DEVELOPER)
async def post_schedule(visit: AppVisit) -> Redirect:
    """Choose when failed deliveries are tried again."""
    changes, sheet = checked_changes({"webhook_schedule": visit.form.get("webhook_schedule", "")}, dev=False)
    if not sheet.is_good:
        raise FormInvalid(message="There is no such schedule.")
    await visit.change_app(app_changes.change_app, visit.call.context.sealer, visit.app.uuid, changes)
    return visit.back_to_app(HERE, said="saved")


def _endpoint(visit: AppVisit) -> str:
    uuid = as_uuid(visit.form.get("endpoint", ""))
    if uuid is None:
        raise FormInvalid(message="The form names no endpoint.")
    return uuid


def _typed(visit: AppVisit) -> tuple[dict[str, Any], Sheet]:
    typed: dict[str, Any] = {name: visit.form.get(name, "").strip() for name in ("url", "description")}
    typed["events"] = [kind for kind in EVENT_KINDS if ("events", kind) in visit.fields]
    return typed, Sheet(typed)


def _checked(typed: dict[str, Any], sheet: Sheet, visit: AppVisit) -> tuple[EndpointDraft | None, Sheet]:
    """Return the draft where every field is good, and the sheet with the problem of each that is not."""

    def check(name: str) -> dict[str, Any]:
        return EndpointChangesIn(**{name: typed[name]}).checked(visit.call.settings)

    for name in typed:
        _, sheet = attempt(partial(check, name), sheet, at=name)
    return (EndpointIn(**typed).checked(visit.call.settings), sheet) if sheet.is_good else (None, sheet)


async def _page(
    visit: AppVisit,
    *,
    status: int = 200,
    adding: Sheet | None = None,
    editing: tuple[str, Sheet] | None = None,
    made: NewEndpointSecret | None = None,
    problem: str | None = None,
) -> Page:
    endpoints = await visit.call.db.read(webhooks.list_endpoints, visit.app.uuid)
    sheets = {
        one.uuid: Sheet({"url": one.url, "description": one.description, "events": one.events}) for one in endpoints
    }
    return visit.page(
        "settings_webhooks.html",
        status=status,
        endpoints=endpoints,
        sheets=sheets | ({editing[0]: editing[1]} if editing else {}),
        open_endpoint=editing[0] if editing else None,
        adding=adding or Sheet({"events": ("payload.resolved",)}),
        kinds=EVENT_KINDS,
        most=MAX_ENDPOINTS,
        overlaps=OVERLAPS,
        made=made,
        problem=problem,
        now=visit.call.now,
        section="webhooks",
    )
