"""The request builder: compose a request, look at its JSON, send it as the app."""

import asyncio
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from sealgate.apps.model import App
from sealgate.base.ids import as_uuid
from sealgate.console.builder import catalogue, compose, sending
from sealgate.console.builder.compose import Composed
from sealgate.console.builder.form import FOLDED
from sealgate.console.builder.snippets import snippets
from sealgate.console.builder.values import NotJson, json_of
from sealgate.console.model import Role
from sealgate.console.visit import AppVisit, form, page
from sealgate.delivery.push.limits import may_push
from sealgate.ledger.networks import DEFAULT_NETWORK, NETWORKS
from sealgate.payloads import service as payloads
from sealgate.payloads.errors import IdentifierTaken
from sealgate.web import Page, Redirect

HEAVY_BODY = 4096
"""Bytes from which on a body is checked in a thread, as the API does."""
SWITCHED_OFF = "The app is switched off: nothing can be sent."


@page("/apps/{app:uuid}/builder", role=Role.VIEWER)
async def get_builder(visit: AppVisit) -> Page:
    """Show an empty form, or one that asks again for what an earlier request asked for."""
    query = visit.call.query
    again = as_uuid(query.get("again", ""))
    if again is not None:
        payload = await visit.call.db.read(payloads.get_for_app, visit.app.uuid, again)
        return await _show(visit, compose.start(sending.body_again(payload), network=_network_of(visit.app)))
    return await _show(visit, compose.start(tx_type=query.get("type", ""), network=_network_of(visit.app)))


@form("/apps/{app:uuid}/builder", role=Role.VIEWER)
async def post_builder(visit: AppVisit) -> Page:
    """Do what one of the form's buttons says; nothing is sent."""
    do = visit.form.get("do", "")
    composed = await _compose(visit, do=do)
    added = visit.form.get("add", "") if do == "add" else ""
    return await _show(visit, composed, focus=f"tx.{added}" if added else "")


@form("/apps/{app:uuid}/builder/send", role=Role.DEVELOPER)
async def post_send(visit: AppVisit) -> Page | Redirect:
    """Make the request as the app, and go where it can be followed."""
    composed = await _compose(visit, do="send")
    if compose.is_other(visit.form):
        return await _show(visit, composed, problem="These are the fields of the other type: look at them, then send.")
    draft = composed.draft
    if visit.app.disabled:
        return await _show(visit, composed, problem=SWITCHED_OFF, status=409)
    if draft is None:
        return await _show(visit, composed, problem="It was not sent: something in it cannot be used.", status=400)
    call, token = visit.call, draft.user_token
    may = token is None or await may_push(call.context, visit.app.uuid, token, now=call.now)
    domain = _host_of(call.settings.public_url)
    try:
        payload = await visit.change(sending.send, visit.app, draft, domain=domain, may_push=may)
    except IdentifierTaken as refusal:
        place = "custom_meta.identifier" if composed.typed is not None else compose.JSON_INPUT
        taken = Composed(
            typed=composed.typed, text=composed.text, problems={place: f"{refusal.message} {refusal.hint}"}
        )
        return await _show(visit, taken, problem="It was not sent: something in it cannot be used.", status=400)
    return visit.back_to_app(f"/builder/{payload.uuid}", said="sent")


def _network_of(app: App) -> str | None:
    """Return the network that requests are for where they name none, as the API does: mainnet leaves it to wallets."""
    return app.network if app.network != DEFAULT_NETWORK else None


async def _compose(visit: AppVisit, *, do: str) -> Composed:
    if len(visit.call.raw_body) < HEAVY_BODY:
        return compose.sent(visit.fields, do=do, network=_network_of(visit.app))
    return await asyncio.to_thread(compose.sent, visit.fields, do=do, network=_network_of(visit.app))


async def _show(visit: AppVisit, composed: Composed, *, problem: str = "", focus: str = "", status: int = 200) -> Page:
    settings, typed = visit.call.settings, composed.typed
    people = await visit.call.db.read(sending.people_of, visit.app.uuid, now=visit.call.now)
    others = () if typed is None else [name for name in catalogue.fields_of(typed.tx_type) if name not in typed.fields]
    return visit.page(
        "builder.html",
        status=status,
        composed=composed,
        typed=typed,
        problem=problem,
        elsewhere=composed.problems.get("", ""),
        problems=composed.problems,
        groups=catalogue.groups(),
        others=others,
        networks=list(NETWORKS),
        people=people,
        focus=focus,
        more_open=typed is not None and (typed.has_more or any(place in FOLDED for place in composed.problems)),
        snippets=snippets(settings.public_url, body, composed.text) if (body := _body(composed)) is not None else (),
    )


def _body(composed: Composed) -> Any:
    try:
        return json_of(composed.text)
    except NotJson:
        return None


@cache
def _host_of(public_url: str) -> str:
    return urlsplit(public_url).netloc
