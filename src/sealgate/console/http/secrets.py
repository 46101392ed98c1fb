"""An app's API secrets: a second one, a look at which is still used, and the end of the old one."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps.directory import AppDirectory
from sealgate.apps.errors import LastSecret, SecretUnknown, TooManySecrets
from sealgate.apps.model import AppSecret
from sealgate.console import app_changes
from sealgate.console.model import Role
from sealgate.console.visit import AppVisit, form, page
from sealgate.web import EventStream, Page, Redirect, ServerSentEvent
from sealgate.web.pages import render

HERE = "/settings/secrets"
STILL_USED = timedelta(minutes=15)
"""A secret used this lately is in use: retiring it would stop somebody's calls."""
FOLLOWED_FOR = timedelta(minutes=10)
LOOKED_EVERY_S = 2.0


@page("/apps/{app:uuid}/settings/secrets", role=Role.VIEWER)
async def get_secrets(visit: AppVisit) -> Page:
    """Show the live secrets, without the secrets: since when, and when each was used last."""
    return await _page(visit)


@page("/apps/{app:uuid}/settings/secrets/live", role=Role.VIEWER)
async def get_secrets_live(visit: AppVisit) -> EventStream:
    """Follow which secret is used."""
    return EventStream(_follow(visit))


@form("/apps/{app:uuid}/settings/secrets", role=Role.OWNER)
async def post_secret(visit: AppVisit) -> Page:
    """Make a second secret and show it, this once; both count from now on."""
    try:
        made = await visit.change_app(app_changes.rotate_secret, visit.call.context.sealer, visit.app.uuid)
    except TooManySecrets as refusal:
        return await _page(visit, status=409, problem=f"{refusal.message} Retire one of them first.")
    return await _page(visit, made=made.text)


@form("/apps/{app:uuid}/settings/secrets/retire", role=Role.OWNER)
async def post_retirement(visit: AppVisit) -> Page | Redirect:
    """End one of two secrets; one that is still used only where that was ticked."""
    secret_id = visit.form.get("secret", "")
    secrets = await _secrets(visit)
    going = next((secret for secret in secrets if secret.id == secret_id), None)
    if going is not None and is_used(going, visit.call.now) and "sure" not in visit.form:
        problem = "This secret was used a moment ago: calls with it will be refused. Tick that you mean it."
        return await _page(visit, status=409, problem=problem)
    try:
        await visit.change_app(app_changes.retire_secret, visit.app.uuid, secret_id)
    except (LastSecret, SecretUnknown) as refusal:
        return await _page(visit, status=refusal.status, problem=refusal.message)
    return visit.back_to_app(HERE, said="retired")


def is_used(secret: AppSecret, now: datetime) -> bool:
    """Tell whether a secret was used so lately that somebody still has it in use."""
    return secret.last_used_at is not None and now - secret.last_used_at < STILL_USED


async def _follow(visit: AppVisit) -> AsyncIterator[ServerSentEvent]:
    context = visit.call.context
    ends_at, told = context.clock.now() + FOLLOWED_FOR, b""
    while (now := context.clock.now()) < ends_at and await visit.still_may(now=now):
        part = render("console/_secrets.html", _shown(visit, await _secrets(visit), now), context)
        if part != told:
            yield ServerSentEvent("part", msgspec.json.encode(part.decode()).decode())
            told = part
        await asyncio.sleep(LOOKED_EVERY_S)


async def _secrets(visit: AppVisit) -> list[AppSecret]:
    await visit.call.context.get(AppDirectory).store_uses()
    return await visit.call.db.read(app_changes.secrets_of, visit.app.uuid, now=visit.call.context.clock.now())


def _shown(visit: AppVisit, secrets: list[AppSecret], now: datetime) -> dict[str, Any]:
    used = {secret.id for secret in secrets if is_used(secret, now)}
    return {"app": visit.app, "csrf": visit.csrf, "may_own": visit.may_own, "live": secrets, "used": used}


async def _page(visit: AppVisit, *, status: int = 200, made: str | None = None, problem: str | None = None) -> Page:
    shown = _shown(visit, await _secrets(visit), visit.call.now)
    return visit.page("settings_secrets.html", status=status, made=made, problem=problem, section="secrets", **shown)
