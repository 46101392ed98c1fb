"""The admin API of webhook endpoints: `/api/v1/admin/apps/<uuid>/webhooks`."""

from datetime import datetime, timedelta

from sealgate.apps import webhooks
from sealgate.apps.directory import AppDirectory
from sealgate.apps.errors import AppInvalid, AppUnknown, TooManyEndpoints, WebhookSecretsOverlap, WebhookUnknown
from sealgate.apps.webhook_model import WebhookEndpoint
from sealgate.apps.webhook_wire import EndpointChangesIn, EndpointIn, EndpointOut, EndpointsOut, OverlapAsked
from sealgate.infra.tx import Tx
from sealgate.web.call import Call
from sealgate.web.callers import Admin
from sealgate.web.routing import Router

router = Router(tags=("webhooks",))

_ALL = "/api/v1/admin/apps/{uuid:uuid}/webhooks"
_ONE = _ALL + "/{endpoint:uuid}"


@router.post(
    _ALL, caller=Admin, takes=EndpointIn, answers=EndpointOut, raises=(AppInvalid, AppUnknown, TooManyEndpoints)
)
async def add_endpoint(call: Call[Admin]) -> EndpointOut:
    """Give an app one more webhook endpoint, five at most. Its secret is shown in this answer only."""
    draft = call.body.checked(call.settings)
    new = await call.db.write(webhooks.add_endpoint, call.context.sealer, call.path["uuid"], draft, now=call.now)
    _forget(call)
    return EndpointOut.of_new(new, now=call.now)


@router.get(_ALL, caller=Admin, answers=EndpointsOut, raises=(AppUnknown,))
async def list_endpoints(call: Call[Admin]) -> EndpointsOut:
    """List the webhook endpoints of an app, the default one first."""
    found = await call.db.read(webhooks.list_endpoints, call.path["uuid"])
    return EndpointsOut([EndpointOut.of(endpoint, now=call.now) for endpoint in found])


@router.get(_ONE, caller=Admin, answers=EndpointOut, raises=(WebhookUnknown,))
async def show_endpoint(call: Call[Admin]) -> EndpointOut:
    """Show a webhook endpoint: whether it is served, and since when its deliveries fail."""
    found = await call.db.read(webhooks.get_endpoint, call.path["uuid"], call.path["endpoint"])
    return EndpointOut.of(found, now=call.now)


@router.patch(
    _ONE, caller=Admin, takes=EndpointChangesIn, answers=EndpointOut, raises=(AppInvalid, AppUnknown, WebhookUnknown)
)
async def change_endpoint(call: Call[Admin]) -> EndpointOut:
    """Change values of a webhook endpoint. With another URL it is served at once, paused or not."""
    changes = call.body.checked(call.settings)
    found = await call.db.write(webhooks.update_endpoint, call.path["uuid"], call.path["endpoint"], changes)
    return _changed(call, found)


@router.delete(_ONE, caller=Admin, raises=(AppUnknown, WebhookUnknown))
async def remove_endpoint(call: Call[Admin]) -> None:
    """Forget a webhook endpoint and its secret; with the default one goes the app's `webhook_url`."""
    await call.db.write(webhooks.remove_endpoint, call.path["uuid"], call.path["endpoint"])
    _forget(call)


@router.post(
    f"{_ONE}/rotate-secret",
    caller=Admin,
    query=OverlapAsked,
    answers=EndpointOut,
    raises=(AppUnknown, WebhookSecretsOverlap, WebhookUnknown),
)
async def rotate_secret(call: Call[Admin]) -> EndpointOut:
    """Make a new secret, shown in this answer only; for a day, or `overlap_s`, deliveries are signed with both."""
    new = await call.db.write(
        webhooks.rotate_secret,
        call.context.sealer,
        call.path["uuid"],
        call.path["endpoint"],
        now=call.now,
        overlap=timedelta(seconds=call.asked.overlap_s),
    )
    _forget(call)
    return EndpointOut.of_new(new, now=call.now)


@router.post(f"{_ONE}/pause", caller=Admin, answers=EndpointOut, raises=(WebhookUnknown,))
async def pause_endpoint(call: Call[Admin]) -> EndpointOut:
    """Send nothing to a webhook endpoint until it is resumed."""
    return _changed(call, await call.db.write(_pause, call.path["uuid"], call.path["endpoint"], now=call.now))


@router.post(f"{_ONE}/resume", caller=Admin, answers=EndpointOut, raises=(AppUnknown, WebhookUnknown))
async def resume_endpoint(call: Call[Admin]) -> EndpointOut:
    """Serve a webhook endpoint again."""
    return _changed(call, await call.db.write(webhooks.resume_endpoint, call.path["uuid"], call.path["endpoint"]))


def _pause(tx: Tx, app_uuid: str, uuid: str, *, now: datetime) -> WebhookEndpoint:
    webhooks.get_endpoint(tx, app_uuid, uuid)
    webhooks.pause_endpoint(tx, uuid, "asked", now=now)
    return webhooks.get_endpoint(tx, app_uuid, uuid)


def _changed(call: Call[Admin], endpoint: WebhookEndpoint) -> EndpointOut:
    _forget(call)
    return EndpointOut.of(endpoint, now=call.now)


def _forget(call: Call[Admin]) -> None:
    # The bus brings the news a moment later; whoever reads this answer may count on it already.
    call.context.get(AppDirectory).forget(call.path["uuid"])
