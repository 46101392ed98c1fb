"""The call log: live, narrowed, as a file; and one call with its cause and its cure."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from sealgate.access import service as access
from sealgate.access.call_log import CallLog
from sealgate.access.model import LoggedCall
from sealgate.access.search import CallsWanted
from sealgate.console.causes import explain
from sealgate.console.errors import TooManyWindows
from sealgate.console.filters import TIMES, choice, read_number, text
from sealgate.console.listing import ROWS_A_PAGE, Listing, declare_export
from sealgate.console.model import Role
from sealgate.console.visit import ROOT, AppVisit, page
from sealgate.infra.tx import Tx
from sealgate.web import EventStream, Page, ServerSentEvent
from sealgate.web.answers import encode_json
from sealgate.web.pages import render

LIVE_FOR_S = 60.0
"""Then the browser asks again, and whoever has lost their part in the app gets nothing more."""
LOOK_EVERY_S = 1.0
MOST_WINDOWS = 8
_following: Counter[str] = Counter()
"""Streams of this process by session."""

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
ROUTES = ("platform/ping", "platform/payload", "platform/user-tokens", "platform/xapp/", "jwt/payload", "jwt/authorize")
_PARAMETER = re.compile(r"\{(\w+):\w+\}")
FILTERS = (
    choice("status", "Status", (("2", "2xx, done"), ("4", "4xx, refused"), ("5", "5xx, failed")), read=int),
    choice("method", "Method", tuple((method, method) for method in METHODS)),
    text("route", "Endpoint", hint="or a part of it", suggestions=ROUTES),
    text("code", "Error code"),
    *TIMES,
)
COLUMNS = (
    "at", "reference", "method", "endpoint", "status", "error_code", "error", "message", "cause", "duration_ms",
)  # fmt: skip


def _page_of(
    tx: Tx, app_uuid: str, values: Mapping[str, Any], after: str | None, limit: int, now: datetime
) -> tuple[Sequence[LoggedCall], str | None]:
    wanted = CallsWanted(
        status=values.get("status"),
        method=values.get("method"),
        route=values.get("route"),
        error_code=values.get("code"),
        since=values.get("since"),
        until=values.get("until"),
        before=read_number(after or ""),
    )
    calls, before = access.search_calls(tx, app_uuid, wanted, limit=limit)
    return calls, None if before is None else str(before)


def _row_of(call: LoggedCall) -> Mapping[str, Any]:
    return {
        "at": call.at,
        "reference": call.ref,
        "method": call.method,
        "endpoint": shown_route(call.route),
        "status": call.status,
        "error_code": call.error_code,
        "error": call.error_name,
        "message": call.message,
        "cause": call.cause,
        "duration_ms": call.duration_us / 1000,
    }


CALLS: Listing[LoggedCall] = Listing("/activity", "calls", FILTERS, COLUMNS, _page_of, _row_of)
declare_export(CALLS)


@page("/apps/{app:uuid}/activity", role=Role.VIEWER)
async def get_activity(visit: AppVisit) -> Page:
    """Show the app's calls, and new ones as they come."""
    await visit.call.context.get(CallLog).flush()
    paused = visit.call.query.get("live") == "off"
    is_first = not visit.call.query.get("after")
    asked = CALLS.asked(visit)
    live = f"{ROOT}/apps/{visit.app.uuid}/activity/live{asked.query()}" if is_first and not paused else None
    return await CALLS.show(visit, "activity.html", live=live, paused=paused, shown_route=shown_route)


@page("/apps/{app:uuid}/activity/live", role=Role.VIEWER)
async def get_live(visit: AppVisit) -> EventStream:
    """Tell the first page's rows anew whenever a call was made."""
    if _following[visit.session.id] >= MOST_WINDOWS:
        raise TooManyWindows
    return EventStream(_follow(visit))


@page("/apps/{app:uuid}/activity/{ref:uuid}", role=Role.VIEWER)
async def get_activity_call(visit: AppVisit) -> Page:
    """Show one call: how it ended, and where it was refused, why and what to do."""
    context = visit.call.context
    await context.get(CallLog).flush()
    call = await visit.call.db.read(access.get_call, visit.app.uuid, visit.call.path["ref"])
    return visit.page(
        "call.html",
        call=call,
        entries=explain(context, call),
        phrase=phrase_of(call.status),
        shown_route=shown_route,
    )


def shown_route(route: str) -> str:
    """Return an endpoint as the documentation writes it: `{uuid}` where a UUID stands."""
    return _PARAMETER.sub(r"{\1}", route)


def phrase_of(status: int) -> str:
    """Return what a status is called (RFC 9110, 15), empty where it has no name."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


async def _follow(visit: AppVisit) -> AsyncIterator[ServerSentEvent]:
    _following[visit.session.id] += 1
    try:
        async for part in _parts(visit):
            yield part
    finally:
        _following[visit.session.id] -= 1
        if not _following[visit.session.id]:
            del _following[visit.session.id]


async def _parts(visit: AppVisit) -> AsyncIterator[ServerSentEvent]:
    call, asked = visit.call, CALLS.asked(visit)
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LIVE_FOR_S
    seen = None
    while loop.time() < ends_at:
        latest = await call.db.read(access.latest_number, visit.app.uuid)
        if latest != seen:
            seen = latest
            rows, _ = await CALLS.read(visit, asked, None, ROWS_A_PAGE)
            values = {"rows": rows, "base": f"{ROOT}/apps/{visit.app.uuid}/activity", "shown_route": shown_route}
            html = render("console/activity_rows.html", values, call.context).decode()
            yield ServerSentEvent("part", encode_json(html).decode())
        await asyncio.sleep(LOOK_EVERY_S)
