"""What developers change about webhook endpoints: verbs of `apps.webhooks`, each with its entry in the audit log."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sealgate.apps import webhooks
from sealgate.apps.webhook_model import EndpointDraft, NewEndpointSecret
from sealgate.console import audit
from sealgate.infra.tx import Tx

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer


def add(
    tx: Tx,
    sealer: "Sealer",
    app_uuid: str,
    draft: EndpointDraft,
    *,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> NewEndpointSecret:
    """Add an endpoint; refusals as `apps.webhooks.add_endpoint`."""
    made = webhooks.add_endpoint(tx, sealer, app_uuid, draft, now=now)
    details = {"endpoint": made.endpoint.uuid, "url": draft.url, "events": list(draft.events)}
    audit.record(tx, actor, "webhook.added", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return made


def change(
    tx: Tx,
    app_uuid: str,
    uuid: str,
    changes: Mapping[str, Any],
    *,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> None:
    """Change checked values of an endpoint; refusals as `apps.webhooks.update_endpoint`."""
    before = webhooks.get_endpoint(tx, app_uuid, uuid)
    after = webhooks.update_endpoint(tx, app_uuid, uuid, changes)
    told: dict[str, object] = {
        name: {"was": _plain(getattr(before, name)), "is": _plain(getattr(after, name))}
        for name in changes
        if getattr(before, name) != getattr(after, name)
    }
    if told:
        details = {"endpoint": uuid, **told}
        audit.record(tx, actor, "webhook.changed", app_uuid=app_uuid, details=details, reference=reference, now=now)


def remove(tx: Tx, app_uuid: str, uuid: str, *, actor: str, reference: str | None = None, now: datetime) -> None:
    """Forget an endpoint; refusals as `apps.webhooks.remove_endpoint`."""
    url = webhooks.get_endpoint(tx, app_uuid, uuid).url
    webhooks.remove_endpoint(tx, app_uuid, uuid)
    details = {"endpoint": uuid, "url": url}
    audit.record(tx, actor, "webhook.removed", app_uuid=app_uuid, details=details, reference=reference, now=now)


def rotate_secret(
    tx: Tx,
    sealer: "Sealer",
    app_uuid: str,
    uuid: str,
    *,
    overlap: timedelta,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> NewEndpointSecret:
    """Give an endpoint a new secret; refusals as `apps.webhooks.rotate_secret`."""
    made = webhooks.rotate_secret(tx, sealer, app_uuid, uuid, now=now, overlap=overlap)
    details = {"endpoint": uuid, "overlap_s": int(overlap.total_seconds())}
    audit.record(tx, actor, "webhook.secret_made", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return made


def switch(
    tx: Tx, app_uuid: str, uuid: str, *, on: bool, actor: str, reference: str | None = None, now: datetime
) -> None:
    """Send nothing to an endpoint for now, or go on; WebhookUnknown where the app has no such endpoint."""
    webhooks.get_endpoint(tx, app_uuid, uuid)
    if on:
        webhooks.resume_endpoint(tx, app_uuid, uuid)
    else:
        webhooks.pause_endpoint(tx, uuid, "asked", now=now)
    action = "webhook.resumed" if on else "webhook.paused"
    audit.record(tx, actor, action, app_uuid=app_uuid, details={"endpoint": uuid}, reference=reference, now=now)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
