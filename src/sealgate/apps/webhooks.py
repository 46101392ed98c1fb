"""What can be done with an app's webhook endpoints. Plain functions of one transaction.

The admin API adds, changes and removes them; `delivery` asks who wants to hear of an event, notes how attempts went,
and pauses what does not answer. `apps.service` keeps the default endpoint in step with the app's `webhook_url`.
"""

import os
from base64 import b64encode
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from sealgate.apps import store, webhook_store
from sealgate.apps.errors import AppUnknown, TooManyEndpoints, WebhookSecretsOverlap, WebhookUnknown
from sealgate.apps.events import app_changed
from sealgate.apps.sealed import webhook_secret_context
from sealgate.apps.webhook_model import (
    DEFAULT_EVENTS,
    EVENT_KINDS,
    MAX_ENDPOINTS,
    SECRET_OVERLAP,
    SECRET_PREFIX,
    EndpointDraft,
    NewEndpointSecret,
    PauseReason,
    WebhookEndpoint,
)
from sealgate.base.ids import new_uuid
from sealgate.infra.tx import Tx

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer

SECRET_BYTES = 32

# Another address is another receiver: what the one before it did says nothing of it.
_FRESH = {"paused_at": None, "paused_because": None, "failing_since": None, "failures": 0}


def add_endpoint(
    tx: Tx, sealer: "Sealer", app_uuid: str, draft: EndpointDraft, *, now: datetime, is_default: bool = False
) -> NewEndpointSecret:
    """Give an app one more endpoint and return it with its secret, which is shown this once.

    Raises:
        AppUnknown: there is no such app.
        TooManyEndpoints: it has five already.
    """
    _lock(tx, app_uuid)
    if len(webhook_store.find_endpoints(tx, app_uuid)) >= MAX_ENDPOINTS:
        raise TooManyEndpoints
    secret = _new_secret()
    endpoint = WebhookEndpoint(
        uuid=new_uuid(),
        app_uuid=app_uuid,
        is_default=is_default,
        secret_sealed=_sealed(sealer, app_uuid, secret),
        created_at=now,
        **msgspec.structs.asdict(draft),
    )
    webhook_store.insert_endpoint(tx, endpoint)
    _sum_up(tx, app_uuid)
    return NewEndpointSecret(endpoint=endpoint, secret=secret)


def list_endpoints(tx: Tx, app_uuid: str) -> list[WebhookEndpoint]:
    """Return the endpoints of an app, the default one first, then the oldest; AppUnknown where there is no app."""
    if store.find_app(tx, app_uuid) is None:
        raise AppUnknown
    return webhook_store.find_endpoints(tx, app_uuid)


def get_endpoint(tx: Tx, app_uuid: str, uuid: str) -> WebhookEndpoint:
    """Return an endpoint of an app; WebhookUnknown where it has none of this UUID."""
    endpoint = webhook_store.find_endpoint(tx, uuid)
    if endpoint is None or endpoint.app_uuid != app_uuid:
        raise WebhookUnknown
    return endpoint


def update_endpoint(tx: Tx, app_uuid: str, uuid: str, changes: Mapping[str, Any]) -> WebhookEndpoint:
    """Change checked values of an endpoint by name. Another URL begins without failures and is served at once.

    Raises:
        AppUnknown: there is no such app.
        WebhookUnknown: the app has no such endpoint.
    """
    _lock(tx, app_uuid)
    endpoint = get_endpoint(tx, app_uuid, uuid)
    values = dict(changes)
    if values.get("url", endpoint.url) != endpoint.url:
        values |= _FRESH
        if endpoint.is_default:
            store.update_app(tx, app_uuid, {"webhook_url": values["url"]})
    return _changed(tx, endpoint, values) if values else endpoint


def remove_endpoint(tx: Tx, app_uuid: str, uuid: str) -> None:
    """Forget an endpoint, and with the default one the app's `webhook_url`. Raises as `update_endpoint` does."""
    _lock(tx, app_uuid)
    endpoint = get_endpoint(tx, app_uuid, uuid)
    if endpoint.is_default:
        store.update_app(tx, app_uuid, {"webhook_url": None})
    webhook_store.delete_endpoint(tx, uuid)
    _sum_up(tx, app_uuid)


def remove_all(tx: Tx, app_uuid: str) -> None:
    """Forget every endpoint of an app, of one that ends."""
    for endpoint in webhook_store.find_endpoints(tx, app_uuid):
        webhook_store.delete_endpoint(tx, endpoint.uuid)


def rotate_secret(
    tx: Tx, sealer: "Sealer", app_uuid: str, uuid: str, *, now: datetime, overlap: timedelta = SECRET_OVERLAP
) -> NewEndpointSecret:
    """Give an endpoint a new secret. Deliveries are signed with both until `overlap` has passed.

    Raises:
        AppUnknown: there is no such app.
        WebhookUnknown: the app has no such endpoint.
        WebhookSecretsOverlap: the rotation before this one has not ended, and an overlap would need a third secret.
    """
    _lock(tx, app_uuid)
    endpoint = get_endpoint(tx, app_uuid, uuid)
    if overlap and endpoint.earlier_retires_at is not None and now < endpoint.earlier_retires_at:
        raise WebhookSecretsOverlap
    secret = _new_secret()
    values = {
        "secret_sealed": _sealed(sealer, app_uuid, secret),
        "earlier_secret_sealed": endpoint.secret_sealed if overlap else None,
        "earlier_retires_at": now + overlap if overlap else None,
    }
    return NewEndpointSecret(endpoint=_changed(tx, endpoint, values), secret=secret)


def pause_endpoint(tx: Tx, uuid: str, because: PauseReason, *, now: datetime) -> WebhookEndpoint | None:
    """Send nothing to an endpoint until it is resumed; return it to the one caller who paused it, else None."""
    endpoint = webhook_store.pause_endpoint(tx, uuid, because, now=now)
    if endpoint is not None:
        tx.emit(app_changed(endpoint.app_uuid))
    return endpoint


def resume_endpoint(tx: Tx, app_uuid: str, uuid: str) -> WebhookEndpoint:
    """Serve an endpoint again, its failures forgotten. Raises as `update_endpoint` does."""
    _lock(tx, app_uuid)
    return _changed(tx, get_endpoint(tx, app_uuid, uuid), _FRESH)


def find_endpoint(tx: Tx, uuid: str) -> WebhookEndpoint | None:
    """Return an endpoint of whichever app, or None: what is to be delivered may outlive it."""
    return webhook_store.find_endpoint(tx, uuid)


def endpoints_of(tx: Tx, app_uuid: str) -> list[WebhookEndpoint]:
    """Return the endpoints of an app, paused ones too; none where there is no such app. One statement."""
    return webhook_store.find_endpoints(tx, app_uuid)


def endpoints_of_apps(tx: Tx, apps: Collection[str]) -> dict[str, list[WebhookEndpoint]]:
    """Return the endpoints of several apps by their UUIDs, oldest first."""
    return webhook_store.find_endpoints_of(tx, apps)


def note_failure(tx: Tx, uuid: str, *, now: datetime) -> WebhookEndpoint | None:
    """Count a failed attempt and return the endpoint with what is known of its failures, None where it is gone."""
    return webhook_store.count_failure(tx, uuid, now=now)


def note_success(tx: Tx, uuid: str) -> None:
    """Forget the failures of an endpoint. Only needed where it has some."""
    webhook_store.forget_failures(tx, uuid)


def signing_secrets(sealer: "Sealer", endpoint: WebhookEndpoint, *, now: datetime) -> tuple[str, ...]:
    """Return the `whsec_…` texts that a delivery made at `now` is signed with, the newest first; never log them.

    Raises:
        SealBroken: the master key of one is not configured.
    """
    sealed = [endpoint.secret_sealed]
    if endpoint.earlier_secret_sealed is not None and now < (endpoint.earlier_retires_at or now):
        sealed.append(endpoint.earlier_secret_sealed)
    context = webhook_secret_context(endpoint.app_uuid)
    return tuple(sealer.open(value, context=context).decode() for value in sealed)


def set_default_url(tx: Tx, sealer: "Sealer", app_uuid: str, url: str | None, *, now: datetime) -> str | None:
    """Bring the default endpoint in step with the app's `webhook_url`; return its secret where this made one.

    Raises:
        TooManyEndpoints: it would be the sixth.
    """
    found = next((one for one in webhook_store.find_endpoints(tx, app_uuid) if one.is_default), None)
    if found is None:
        if not url:
            return None
        draft = EndpointDraft(url=url, events=DEFAULT_EVENTS)
        return add_endpoint(tx, sealer, app_uuid, draft, now=now, is_default=True).secret
    if not url:
        webhook_store.delete_endpoint(tx, found.uuid)
        _sum_up(tx, app_uuid)
    elif url != found.url:
        _changed(tx, found, {"url": url} | _FRESH)
    return None


def _lock(tx: Tx, app_uuid: str) -> None:
    if store.lock_app(tx, app_uuid) is None:
        raise AppUnknown


def _changed(tx: Tx, endpoint: WebhookEndpoint, values: Mapping[str, Any]) -> WebhookEndpoint:
    changed = webhook_store.update_endpoint(tx, endpoint.uuid, values)
    _sum_up(tx, endpoint.app_uuid)
    return changed


def _sum_up(tx: Tx, app_uuid: str) -> None:
    """Write on the app which kinds its endpoints want, and tell those who remember the app."""
    endpoints = webhook_store.find_endpoints(tx, app_uuid)
    wanted = [kind for kind in EVENT_KINDS if any(kind in endpoint.events for endpoint in endpoints)]
    store.update_app(tx, app_uuid, {"webhook_events": wanted})
    tx.emit(app_changed(app_uuid))


def _new_secret() -> str:
    # Standard Webhooks: 24 to 64 random bytes, base64, behind the prefix.
    return SECRET_PREFIX + b64encode(os.urandom(SECRET_BYTES)).decode()


def _sealed(sealer: "Sealer", app_uuid: str, secret: str) -> bytes:
    return sealer.seal(secret.encode(), context=webhook_secret_context(app_uuid))
