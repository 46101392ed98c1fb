"""Looking at an app's deliveries, and sending them again: the verbs of the API. Plain functions of one transaction."""

from datetime import datetime

from sealgate.apps import webhooks
from sealgate.delivery import events, search, store
from sealgate.delivery.errors import DeliveryUnknown, NotSentAgain
from sealgate.delivery.model import Attempt, Delivery
from sealgate.delivery.search import Wanted
from sealgate.infra.tx import Tx

SENT_AGAIN_AT_ONCE = 1000


def list_deliveries(tx: Tx, app_uuid: str, wanted: Wanted, *, limit: int) -> list[Delivery]:
    """Return deliveries of an app, latest first."""
    return search.find_deliveries(tx, app_uuid, wanted, limit=limit)


def get_delivery(tx: Tx, app_uuid: str, id: int) -> tuple[Delivery, list[Attempt]]:
    """Return a delivery of an app with every try.

    Raises:
        DeliveryUnknown: the app has none of this number.
    """
    found = search.find_delivery(tx, app_uuid, id)
    if found is None:
        raise DeliveryUnknown
    return found, search.find_attempts(tx, id)


def resend(tx: Tx, app_uuid: str, id: int, *, now: datetime) -> Delivery:
    """Send an event to the same endpoint once more, under the same `webhook-id`; return the delivery that does it.

    That is a new one, with a schedule of its own, behind what waits for that endpoint about the same subject. Where
    the event is still on its way there, it is that one, due at once.

    Raises:
        DeliveryUnknown: the app has none of this number.
        NotSentAgain: it was no webhook, or its endpoint or its event is gone.
    """
    delivery, _ = get_delivery(tx, app_uuid, id)
    endpoint = webhooks.find_endpoint(tx, delivery.target_uuid) if delivery.target_kind == "webhook" else None
    if endpoint is None or endpoint.app_uuid != app_uuid or delivery.event_id is None:
        raise NotSentAgain
    tx.emit(events.waiting())
    return get_delivery(tx, app_uuid, _send_again(tx, delivery, now=now))[0]


def resend_many(tx: Tx, app_uuid: str, wanted: Wanted, *, now: datetime) -> tuple[int, int | None]:
    """Send the latest thousand of the deliveries that are `wanted` again, each event once to each endpoint.

    Returns:
        How many are sent again, and the number to go on before; None where that was all.
    """
    found = search.find_deliveries(tx, app_uuid, wanted, limit=SENT_AGAIN_AT_ONCE)
    present = {endpoint.uuid for endpoint in webhooks.endpoints_of(tx, app_uuid)}
    pairs: dict[tuple[str | None, str], Delivery] = {}
    # The oldest first: what is sent again about one subject comes in the order in which it happened.
    for delivery in sorted(found, key=lambda delivery: (delivery.event_seq or 0, delivery.id)):
        if delivery.target_uuid in present and delivery.event_id is not None:
            pairs.setdefault((delivery.event_id, delivery.target_uuid), delivery)
    for delivery in pairs.values():
        _send_again(tx, delivery, now=now)
    if pairs:
        tx.emit(events.waiting())
    return len(pairs), found[-1].id if len(found) == SENT_AGAIN_AT_ONCE else None


def _send_again(tx: Tx, delivery: Delivery, *, now: datetime) -> int:
    twin = search.unfinished_twin(tx, delivery)
    if twin is not None:
        search.hasten(tx, twin, now=now)
        return twin
    return store.insert_delivery(
        tx,
        app_uuid=delivery.app_uuid,
        kind=delivery.kind,
        target_kind=delivery.target_kind,
        target_uuid=delivery.target_uuid,
        subject=delivery.subject,
        now=now,
        event_seq=delivery.event_seq,
    )
