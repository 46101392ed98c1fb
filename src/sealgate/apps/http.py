"""The admin API of apps: `/api/v1/admin/apps`, for whoever has the admin token."""

from datetime import datetime, timedelta

import msgspec

from sealgate.apps import service
from sealgate.apps.directory import AppDirectory
from sealgate.apps.errors import (
    AppInvalid,
    AppKeyTaken,
    AppUnknown,
    LastSecret,
    SecretUnknown,
    TooManyEndpoints,
    TooManySecrets,
    XAppIdTaken,
)
from sealgate.apps.model import App, AppSecret
from sealgate.apps.webhook_wire import checked_webhook_url
from sealgate.apps.wire import (
    AppChangesIn,
    AppIn,
    AppOut,
    AppsAsked,
    AppsOut,
    ImportAsked,
    RetirementAsked,
    RotationAsked,
)
from sealgate.base.ids import new_uuid
from sealgate.infra.tx import Tx
from sealgate.web.call import Call
from sealgate.web.callers import ABOUT_APP, Admin
from sealgate.web.routing import Router

router = Router(tags=("apps",))

_APPS = "/api/v1/admin/apps"
_APP = _APPS + "/{uuid:uuid}"


@router.post(_APPS, caller=Admin, takes=AppIn, answers=AppOut, raises=(AppInvalid, XAppIdTaken))
async def create_app(call: Call[Admin]) -> AppOut:
    """Register an app.

    Its API secret, and the webhook secret where it has a webhook URL, are shown in this answer only.
    """
    draft = call.body.checked(dev=call.settings.dev)
    _check_webhook(call, draft.webhook_url)
    uuid = call.notes[ABOUT_APP] = new_uuid()
    new = await call.db.write(service.create_app, call.context.sealer, draft, uuid=uuid, now=call.now)
    return AppOut.of_new(new, public_url=call.settings.public_url)


@router.put(
    _APP, caller=Admin, takes=AppIn, query=ImportAsked, answers=AppOut, raises=(AppInvalid, AppKeyTaken, XAppIdTaken)
)
async def import_app(call: Call[Admin]) -> AppOut:
    """Register an app under the API key that it has elsewhere, so that what its clients send and check stays the same.

    Its secrets are new, and shown in this answer only. An app that is there already is left as it is (409).
    """
    draft = call.body.checked(dev=call.settings.dev)
    _check_webhook(call, draft.webhook_url)
    uuid = call.path["uuid"]
    if call.asked.dry_run:
        await call.db.read(service.check_new, uuid, draft)
        return _out(call, App(uuid=uuid, created_at=call.now, **msgspec.structs.asdict(draft)))
    new = await call.db.write(service.create_app, call.context.sealer, draft, uuid=uuid, now=call.now)
    # Somebody may have called with the key before it was one.
    call.context.get(AppDirectory).forget(uuid)
    return AppOut.of_new(new, public_url=call.settings.public_url)


@router.get(_APPS, caller=Admin, query=AppsAsked, answers=AppsOut)
async def list_apps(call: Call[Admin]) -> AppsOut:
    """List apps, oldest first, 100 at a time unless asked otherwise."""
    apps = await call.db.read(service.list_apps, after=call.asked.after, limit=call.asked.limit)
    return AppsOut([_out(call, app) for app in apps])


@router.get(_APP, caller=Admin, answers=AppOut, raises=(AppUnknown,))
async def show_app(call: Call[Admin]) -> AppOut:
    """Show an app with its live secrets: since when they exist, when they were last used, when they retire."""
    await call.context.get(AppDirectory).store_uses()
    app, secrets = await call.db.read(_app_and_secrets, call.path["uuid"], now=call.now)
    return AppOut.of(app, public_url=call.settings.public_url, secrets=secrets)


@router.patch(
    _APP,
    caller=Admin,
    takes=AppChangesIn,
    answers=AppOut,
    raises=(AppInvalid, AppUnknown, TooManyEndpoints, XAppIdTaken),
)
async def change_app(call: Call[Admin]) -> AppOut:
    """Change values of an app. Its first webhook URL brings a webhook secret, shown in this answer only.

    The webhook URL is that of the default webhook endpoint: it comes, changes and goes with it.
    """
    changes = call.body.checked(dev=call.settings.dev)
    _check_webhook(call, changes.get("webhook_url"))
    uuid = call.path["uuid"]
    app, webhook_secret = await call.db.write(service.update_app, call.context.sealer, uuid, changes, now=call.now)
    return _changed(call, app, webhook_secret=webhook_secret)


@router.post(
    f"{_APP}/rotate-secret", caller=Admin, query=RotationAsked, answers=AppOut, raises=(AppUnknown, TooManySecrets)
)
async def rotate_secret(call: Call[Admin]) -> AppOut:
    """Make a second API secret, shown in this answer only; both work until the old one is retired."""
    seconds = call.asked.retire_after_s
    app, secret = await call.db.write(
        service.rotate_secret,
        call.context.sealer,
        call.path["uuid"],
        now=call.now,
        retire_after=None if seconds is None else timedelta(seconds=seconds),
    )
    return _changed(call, app, api_secret=secret.text)


@router.post(
    f"{_APP}/retire-secret",
    caller=Admin,
    query=RetirementAsked,
    answers=AppOut,
    raises=(AppUnknown, LastSecret, SecretUnknown),
)
async def retire_secret(call: Call[Admin]) -> AppOut:
    """End the life of one of two live secrets at once: the older one, unless `id` names another."""
    app = await call.db.write(service.retire_secret, call.path["uuid"], call.asked.id, now=call.now)
    return _changed(call, app)


@router.post(f"{_APP}/disable", caller=Admin, answers=AppOut, raises=(AppUnknown,))
async def disable_app(call: Call[Admin]) -> AppOut:
    """Refuse every call of the app from now on."""
    return _changed(call, await call.db.write(service.disable_app, call.path["uuid"]))


@router.post(f"{_APP}/enable", caller=Admin, answers=AppOut, raises=(AppUnknown,))
async def enable_app(call: Call[Admin]) -> AppOut:
    """Take the app's calls again."""
    return _changed(call, await call.db.write(service.enable_app, call.path["uuid"]))


@router.delete(_APP, caller=Admin, answers=AppOut, raises=(AppUnknown,))
async def delete_app(call: Call[Admin]) -> AppOut:
    """End an app for good: its secrets, addresses and endpoints are forgotten, and it leaves every list.

    Its name stays for what people signed. There is no way back; `disable` is one that has.
    """
    return _changed(call, await call.db.write(service.delete_app, call.path["uuid"], now=call.now))


def _check_webhook(call: Call[Admin], url: str | None) -> None:
    if url is not None:
        checked_webhook_url("webhook_url", url, call.settings)


def _app_and_secrets(tx: Tx, uuid: str, *, now: datetime) -> tuple[App, list[AppSecret]]:
    return service.get_app(tx, uuid), service.live_secrets(tx, uuid, now=now)


def _changed(
    call: Call[Admin], app: App, *, api_secret: str | None = None, webhook_secret: str | None = None
) -> AppOut:
    # The bus brings the news a moment later; whoever reads this answer may count on it already.
    call.context.get(AppDirectory).forget(app.uuid)
    return _out(call, app, api_secret=api_secret, webhook_secret=webhook_secret)


def _out(call: Call[Admin], app: App, *, api_secret: str | None = None, webhook_secret: str | None = None) -> AppOut:
    return AppOut.of(app, public_url=call.settings.public_url, api_secret=api_secret, webhook_secret=webhook_secret)
