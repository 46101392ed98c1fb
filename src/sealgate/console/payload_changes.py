"""What developers do to sign requests and deliveries, with its entry in the audit log. One verb, one transaction."""

from datetime import datetime

from sealgate.console import audit
from sealgate.delivery import review
from sealgate.delivery.model import Delivery
from sealgate.delivery.search import Wanted
from sealgate.infra.tx import Tx
from sealgate.payloads import service as payloads
from sealgate.payloads.model import CancelReason


def cancel(tx: Tx, app_uuid: str, uuid: str, *, actor: str, reference: str, now: datetime) -> CancelReason:
    """Withdraw a request that nobody has opened, and say what came of it.

    Raises:
        PayloadNotFound: the app has none with this UUID.
    """
    cancellation = payloads.cancel_payload(tx, app_uuid, uuid, now=now)
    if cancellation.cancelled:
        details = {"payload": uuid}
        audit.record(tx, actor, "payload.cancelled", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return cancellation.reason


def resend(tx: Tx, app_uuid: str, id: int, *, actor: str, reference: str, now: datetime) -> Delivery:
    """Send an event to the same endpoint once more.

    Raises:
        DeliveryUnknown, NotSentAgain: as in `delivery.review`.
    """
    delivery = review.resend(tx, app_uuid, id, now=now)
    details = {"delivery": id, "again": delivery.id, "kind": delivery.kind}
    audit.record(tx, actor, "delivery.resent", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return delivery


def resend_many(
    tx: Tx, app_uuid: str, wanted: Wanted, filters: dict[str, str], *, actor: str, reference: str, now: datetime
) -> tuple[int, int | None]:
    """Send what is wanted again, the latest thousand; return how many, and the number to go on before.

    Args:
        filters: What was asked for, in the words of the page; for the log.
    """
    count, before = review.resend_many(tx, app_uuid, wanted, now=now)
    if count:
        details = {"deliveries": count, **filters}
        audit.record(tx, actor, "deliveries.resent", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return count, before
