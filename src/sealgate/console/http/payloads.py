"""The app's sign requests: the list, one with all that happened to it, and its cancellation."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps import webhooks
from sealgate.base.clock import to_wire
from sealgate.console import payload_changes
from sealgate.console.comparing import compare
from sealgate.console.filters import TIMES, Filter, choice, read_number, text
from sealgate.console.listing import Listing, declare_export
from sealgate.console.model import Role
from sealgate.console.timeline import DELIVERY_TONES, STATE_TONES, Told, shown_url, timeline
from sealgate.console.visit import AppVisit, form, page
from sealgate.delivery import history, review
from sealgate.delivery.search import Wanted
from sealgate.infra.tx import Tx
from sealgate.ledger.networks import find_network
from sealgate.payloads import service as payloads
from sealgate.payloads.model import CancelReason, Payload, State, cancel_reason, state_of
from sealgate.payloads.search import XAPP_EVENT, PayloadsWanted
from sealgate.web import Page, Redirect

MOST_DELIVERIES = 20
BESIDE = timedelta(seconds=30)
"""How much before and after counts as the same time."""
LARGE_HEX_CHARS = 8192

TYPES = ("SignIn", "Payment", "TrustSet", "OfferCreate", "NFTokenMint", "AccountSet", XAPP_EVENT)
NOT_CANCELLED: Mapping[CancelReason, str] = {
    CancelReason.ALREADY_CANCELLED: "It was cancelled before.",
    CancelReason.ALREADY_RESOLVED: "It was answered before.",
    CancelReason.ALREADY_EXPIRED: "It has expired.",
    CancelReason.ALREADY_OPENED: "A wallet has opened it, so its person may be signing it now.",
}


def _read_type(value: str) -> str:
    if not value.isascii() or not value.isalnum():
        raise ValueError("A type is a word such as Payment.")
    return value


def _read_account(value: str) -> str:
    if not value.isascii() or not value.isalnum():
        raise ValueError("An account begins with r and has 25 to 35 characters.")
    return value


FILTERS = (
    choice("state", "State", tuple((state.value, state.value) for state in State), read=State),
    Filter("type", "Type", _read_type, suggestions=TYPES),
    text("identifier", "Identifier", hint="your own, exactly"),
    Filter("account", "Signed by", _read_account),
    *TIMES,
)
COLUMNS = (
    "uuid", "created_at", "state", "type", "identifier", "pushed", "expires_at", "opened_at", "resolved_at",
    "cancelled_at", "account", "network", "txid", "dispatched_result",
)  # fmt: skip


def _page_of(
    tx: Tx, app_uuid: str, values: Mapping[str, Any], after: str | None, limit: int, now: datetime
) -> tuple[Sequence[tuple[Payload, State]], str | None]:
    wanted = PayloadsWanted(
        state=values.get("state"),
        tx_type=values.get("type"),
        identifier=values.get("identifier"),
        account=values.get("account"),
        since=values.get("since"),
        until=values.get("until"),
        before=read_number(after or ""),
    )
    found, before = payloads.search_payloads(tx, app_uuid, wanted, limit=limit, now=now)
    return [(payload, state_of(payload, now)) for payload in found], None if before is None else str(before)


def type_of(payload: Payload) -> str:
    """Return what a request is called in a list."""
    return XAPP_EVENT if payload.terms.xapp is not None else payload.terms.tx_type


def _row_of(row: tuple[Payload, State]) -> Mapping[str, Any]:
    payload, state = row
    outcome = payload.outcome
    return {
        "uuid": payload.uuid,
        "created_at": payload.created_at,
        "state": state.value,
        "type": type_of(payload),
        "identifier": payload.identifier,
        "pushed": payload.pushed,
        "expires_at": payload.expires_at,
        "opened_at": payload.opened_at,
        "resolved_at": payload.resolved_at,
        "cancelled_at": payload.cancelled_at,
        "account": outcome.account if outcome is not None else None,
        "network": outcome.environment_nodetype if outcome is not None else None,
        "txid": outcome.txid if outcome is not None else None,
        "dispatched_result": outcome.dispatched_result if outcome is not None else None,
    }


PAYLOADS: Listing[tuple[Payload, State]] = Listing("/payloads", "payloads", FILTERS, COLUMNS, _page_of, _row_of)
declare_export(PAYLOADS)


@page("/apps/{app:uuid}/payloads", role=Role.VIEWER)
async def get_payloads(visit: AppVisit) -> Page:
    """List the app's sign requests."""
    return await PAYLOADS.show(visit, "payloads.html", tones=STATE_TONES, type_of=type_of)


@page("/apps/{app:uuid}/payloads/{payload:uuid}", role=Role.VIEWER)
async def get_payload(visit: AppVisit) -> Page:
    """Show one sign request: its life, what was asked beside what was signed, and who was told."""
    return await _payload(visit)


@form("/apps/{app:uuid}/payloads/{payload:uuid}/cancel", role=Role.DEVELOPER)
async def post_cancel(visit: AppVisit) -> Page | Redirect:
    """Cancel a request that nobody has opened."""
    uuid = visit.call.path["payload"]
    reason = await visit.change(payload_changes.cancel, visit.app.uuid, uuid)
    if reason is not CancelReason.OK:
        return await _payload(visit, status=409, problem=f"The request was not cancelled. {NOT_CANCELLED[reason]}")
    return visit.back_to_app(f"/payloads/{uuid}", said="cancelled")


async def _payload(visit: AppVisit, *, status: int = 200, problem: str | None = None) -> Page:
    call = visit.call
    payload, found = await call.db.read(_read, visit.app.uuid, call.path["payload"])
    events, told, refusals = found
    outcome = payload.outcome
    is_large = outcome is not None and len(outcome.hex or "") > LARGE_HEX_CHARS
    comparison = await asyncio.to_thread(compare, payload) if is_large else compare(payload)
    network = find_network(outcome.environment_nodetype or "") if outcome is not None else None
    return visit.page(
        "payload.html",
        status=status,
        problem=problem,
        payload=payload,
        state=state_of(payload, call.now),
        kind=type_of(payload),
        may_cancel=visit.may_develop and cancel_reason(payload, call.now) is CancelReason.OK,
        moments=timeline(payload, events=events, told=told, refusals=refusals, now=call.now),
        told=told,
        comparison=comparison,
        network=network,
        tones=STATE_TONES,
        delivery_tones=DELIVERY_TONES,
        calls_from=to_wire(payload.created_at - BESIDE),
        calls_until=to_wire((payload.resolved_at or payload.created_at) + BESIDE),
        custom=_custom(payload),
    )


def _custom(payload: Payload) -> str:
    """Return what the app keeps beside the request, as indented JSON; "" for nothing."""
    blob = bytes(payload.terms.blob)
    return "" if blob == b"null" else msgspec.json.format(blob, indent=2).decode()


def _read(tx: Tx, app_uuid: str, uuid: str) -> tuple[Payload, tuple[Any, list[Told], Any]]:
    payload = payloads.get_for_app(tx, app_uuid, uuid)
    deliveries = review.list_deliveries(tx, app_uuid, Wanted(subject=uuid), limit=MOST_DELIVERIES)
    targets = endpoint_names(tx, app_uuid)
    told = []
    for delivery in reversed(deliveries):
        attempts = review.get_delivery(tx, app_uuid, delivery.id)[1]
        target = "a device" if delivery.target_kind == "push" else targets.get(delivery.target_uuid, GONE)
        told.append(Told(delivery, attempts, target))
    happened = {payload.opened_at, payload.resolved_at, payload.cancelled_at, payload.expires_at} - {None}
    events = history.events_about(tx, app_uuid, uuid, sorted(moment for moment in happened if moment is not None))
    return payload, (events, told, payloads.refusals_of(tx, payload))


GONE = "an endpoint that was removed"


def endpoint_names(tx: Tx, app_uuid: str) -> dict[str, str]:
    """Return the app's endpoints by their UUID, as they may be shown to everybody who sees the app."""
    return {endpoint.uuid: shown_url(endpoint.url) for endpoint in webhooks.endpoints_of(tx, app_uuid)}
