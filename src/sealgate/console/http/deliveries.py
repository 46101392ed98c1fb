"""What the app and its users' devices were told: the list, one with every try, and sending again."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from sealgate.apps.webhook_model import EVENT_KINDS
from sealgate.console import payload_changes
from sealgate.console.filters import TIMES, Filter, choice, read_number, uuid
from sealgate.console.http.payloads import GONE, endpoint_names
from sealgate.console.listing import Listing, declare_export
from sealgate.console.model import Role
from sealgate.console.timeline import DELIVERY_TONES, is_success
from sealgate.console.visit import AppVisit, form, page
from sealgate.delivery import history, review
from sealgate.delivery.bodies import event_uuid, message_id
from sealgate.delivery.errors import DeliveryUnknown, NotSentAgain
from sealgate.delivery.model import Attempt, Delivery, State
from sealgate.delivery.search import Wanted
from sealgate.infra.tx import Tx
from sealgate.web import Page, Redirect

_MESSAGE_ID = re.compile(r"evt_[0-9a-f]{32}")
KINDS = (*EVENT_KINDS, "push")


def read_message_id(value: str) -> str:
    """Return the UUID of the event that a `webhook-id` names.

    Raises:
        ValueError: it is no `webhook-id`.
    """
    if not _MESSAGE_ID.fullmatch(value):
        raise ValueError("An event is written as evt_ and 32 hexadecimal digits.")
    return event_uuid(value)


FILTERS = (
    choice("state", "State", tuple((state, state) for state in get_args(State))),
    choice("kind", "Kind", tuple((kind, kind) for kind in KINDS)),
    uuid("payload", "Payload"),
    uuid("endpoint", "Endpoint"),
    Filter("event", "Event", read_message_id, hint="evt_…"),
    *TIMES,
)
COLUMNS = (
    "id", "created_at", "kind", "state", "target", "endpoint", "subject", "event", "attempts", "next_at", "finished_at",
)  # fmt: skip


def _wanted(values: Mapping[str, Any], before: int | None = None) -> Wanted:
    return Wanted(
        kind=values.get("kind"),
        state=values.get("state"),
        subject=values.get("payload"),
        endpoint=values.get("endpoint"),
        event=values.get("event"),
        since=values.get("since"),
        until=values.get("until"),
        before=before,
    )


def _page_of(
    tx: Tx, app_uuid: str, values: Mapping[str, Any], after: str | None, limit: int, now: datetime
) -> tuple[Sequence[Delivery], str | None]:
    found, before = history.page_of_deliveries(tx, app_uuid, _wanted(values, read_number(after or "")), limit=limit)
    return found, None if before is None else str(before)


def _row_of(delivery: Delivery) -> Mapping[str, Any]:
    return {
        "id": delivery.id,
        "created_at": delivery.created_at,
        "kind": delivery.kind,
        "state": delivery.state,
        "target": delivery.target_kind,
        "endpoint": delivery.target_uuid,
        "subject": subject_of(delivery),
        "event": message_id(delivery.event_id) if delivery.event_id is not None else None,
        "attempts": delivery.attempts,
        "next_at": delivery.next_at if delivery.state == "waiting" else None,
        "finished_at": delivery.finished_at,
    }


def subject_of(delivery: Delivery) -> str:
    """Return what a delivery is about; a user token is masked."""
    if delivery.kind.startswith("user_token."):
        return f"{delivery.subject[:4]}…{delivery.subject[-4:]}"
    return delivery.subject


def is_about_payload(delivery: Delivery) -> bool:
    """Whether the subject is a sign request, which has a page."""
    return delivery.kind.startswith("payload.") or delivery.kind == "push"


DELIVERIES: Listing[Delivery] = Listing("/deliveries", "deliveries", FILTERS, COLUMNS, _page_of, _row_of)
declare_export(DELIVERIES)


@page("/apps/{app:uuid}/deliveries", role=Role.VIEWER)
async def get_deliveries(visit: AppVisit) -> Page:
    """List the app's deliveries."""
    return await _list(visit)


@form("/apps/{app:uuid}/deliveries/resend", role=Role.DEVELOPER)
async def post_resend_many(visit: AppVisit) -> Page | Redirect:
    """Send again what the filters of the page meet: the latest thousand."""
    asked = DELIVERIES.asked(visit)
    if asked.problems or not asked.any:
        problem = "Narrow the list first: what is shown is what is sent again."
        return await _list(visit, status=400, problem=problem)
    filters = {name: text for name, text in asked.texts.items() if text}
    count, before = await visit.change(payload_changes.resend_many, visit.app.uuid, _wanted(asked.values), filters)
    if count and before is None:
        return visit.back_to_app(f"/deliveries{asked.query(said='resent')}")
    said = (
        f"The latest {count} are sent again. There are more: narrow the list by time for the earlier ones."
        if count
        else "Nothing of this can be sent again: there is no event, or its endpoint is gone."
    )
    return await _list(visit, status=200 if count else 409, problem=said)


@page("/apps/{app:uuid}/deliveries/{id:text}", role=Role.VIEWER)
async def get_delivery(visit: AppVisit) -> Page:
    """Show a delivery with every try."""
    return await _one(visit)


@form("/apps/{app:uuid}/deliveries/{id:text}/resend", role=Role.DEVELOPER)
async def post_resend(visit: AppVisit) -> Page | Redirect:
    """Send an event to the same endpoint once more."""
    try:
        again = await visit.change(payload_changes.resend, visit.app.uuid, _id(visit))
    except NotSentAgain as refusal:
        return await _one(visit, status=refusal.status, problem=refusal.message)
    return visit.back_to_app(f"/deliveries/{again.id}", said="resent")


async def _list(visit: AppVisit, *, status: int = 200, problem: str | None = None) -> Page:
    names = await visit.call.db.read(endpoint_names, visit.app.uuid)
    return await DELIVERIES.show(
        visit,
        "deliveries.html",
        status=status,
        problem=problem,
        names=names,
        gone=GONE,
        tones=DELIVERY_TONES,
        subject_of=subject_of,
        is_about_payload=is_about_payload,
    )


async def _one(visit: AppVisit, *, status: int = 200, problem: str | None = None) -> Page:
    delivery, attempts, names = await visit.call.db.read(_read, visit.app.uuid, _id(visit))
    return visit.page(
        "delivery.html",
        status=status,
        problem=problem,
        delivery=delivery,
        attempts=attempts,
        endpoint=names.get(delivery.target_uuid),
        gone=GONE,
        event=message_id(delivery.event_id) if delivery.event_id is not None else None,
        tones=DELIVERY_TONES,
        is_success=is_success,
        subject=subject_of(delivery),
        is_about_payload=is_about_payload(delivery),
    )


def _read(tx: Tx, app_uuid: str, id: int) -> tuple[Delivery, list[Attempt], dict[str, str]]:
    delivery, attempts = review.get_delivery(tx, app_uuid, id)
    return delivery, attempts, endpoint_names(tx, app_uuid)


def _id(visit: AppVisit) -> int:
    number = read_number(visit.call.path["id"])
    if number is None:
        raise DeliveryUnknown
    return number
