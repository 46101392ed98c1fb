"""What follows for an endpoint from an attempt that failed, in one transaction."""

from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from sealgate.access.model import Notice
from sealgate.access.service import record_notice
from sealgate.apps import webhooks
from sealgate.apps.webhook_model import WebhookEndpoint
from sealgate.base.clock import to_wire
from sealgate.delivery import service
from sealgate.delivery.kinds import WebhookPaused
from sealgate.delivery.schedule import is_worn_out
from sealgate.infra.tx import Tx


def note_failure(tx: Tx, uuid: str, *, pause: Literal["gone"] | None, now: datetime) -> WebhookEndpoint | None:
    """Count the failure; pause the endpoint where the answer asked for it or it has failed for too long.

    Whoever pauses it tells the developer: an event for the app's other endpoints and a notice.

    Returns:
        The endpoint as it is now, None where it is gone.
    """
    endpoint = webhooks.note_failure(tx, uuid, now=now)
    if endpoint is None:
        return None
    because = pause or ("failing" if is_worn_out(endpoint, now=now) else None)
    if because is None or endpoint.paused_at is not None:
        return endpoint
    paused = webhooks.pause_endpoint(tx, uuid, because, now=now)
    if paused is None:
        return endpoint
    tell_paused(tx, paused, because, now=now)
    return paused


def tell_paused(tx: Tx, endpoint: WebhookEndpoint, because: Literal["gone", "failing"], *, now: datetime) -> None:
    """Tell an app that one of its endpoints gets nothing any more."""
    failing_since = endpoint.failing_since
    data = WebhookPaused(
        endpoint_uuid=endpoint.uuid,
        url=endpoint.url,
        because=because,
        failing_since=to_wire(failing_since) if failing_since is not None else None,
        failures=endpoint.failures,
    )
    service.record(tx, endpoint.app_uuid, endpoint.uuid, data, now=now)
    host = urlsplit(endpoint.url).hostname or "unknown"
    notice = Notice(endpoint.app_uuid, "webhook_paused", now, endpoint.uuid, "POST", because, host)
    record_notice(tx, notice)
