"""What can be done with apps. Plain functions of one transaction; `access` and the admin API are their callers."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from sealgate.apps import icon_store, store, webhooks
from sealgate.apps.checks import is_xapp_id
from sealgate.apps.errors import AppKeyTaken, AppUnknown, LastSecret, SecretUnknown, TooManySecrets, XAppIdTaken
from sealgate.apps.events import app_changed
from sealgate.apps.model import MAX_LIVE_SECRETS, App, AppDraft, AppSecret, NewApp, NewSecret, Switch
from sealgate.apps.naming import new_xapp_id
from sealgate.apps.sealed import secret_context
from sealgate.base.ids import new_uuid
from sealgate.infra.tx import Tx

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer


_NOTHING_LEFT = {
    "icon_url": None, "icon_file": None, "webhook_url": None, "webhook_events": (), "redirects": (),
    "post_logout_redirect_uris": (), "homepage_url": None, "support_url": None, "policy_url": None, "terms_url": None,
    "xapp_id": None, "xapp_url": None, "xapp_status": "draft", "xapp_push": False, "xapp_push_any": False,
}  # fmt: skip


def create_app(
    tx: Tx,
    sealer: "Sealer",
    draft: AppDraft,
    *,
    now: datetime,
    owner: str | None = None,
    uuid: str | None = None,
    secret: str | None = None,
) -> NewApp:
    """Register an app and return it with its secrets, which are shown this once.

    An xApp's address without an identifier gets one.

    Args:
        owner: Account of the developer, where one is known.
        uuid: The API key, where it was decided before (`sealgate dev` keeps its own); a random UUID v4 otherwise.
        secret: The API secret, likewise.

    Raises:
        AppKeyTaken: there is, or was, an app with this key.
        XAppIdTaken: the draft's xApp identifier belongs to another app.
    """
    app = App(uuid=uuid or new_uuid(), created_at=now, owner=owner, **msgspec.structs.asdict(draft))
    if app.xapp_url and not app.xapp_id:
        app = msgspec.structs.replace(app, xapp_id=new_xapp_id(app.name))
    store.insert_app(tx, app)
    webhook_secret = webhooks.set_default_url(tx, sealer, app.uuid, app.webhook_url, now=now)
    new_secret = _add_secret(tx, sealer, app.uuid, now, text=secret)
    tx.emit(app_changed(app.uuid))
    return NewApp(app=get_app(tx, app.uuid), secret=new_secret, webhook_secret=webhook_secret)


def check_new(tx: Tx, uuid: str, draft: AppDraft) -> None:
    """Find out, without a change, whether `create_app` could register the app under this key.

    Raises:
        AppKeyTaken: an app has it, or had it.
        XAppIdTaken: see `create_app`.
    """
    if store.find_app(tx, uuid) is not None:
        raise AppKeyTaken
    other = find_xapp(tx, draft.xapp_id) if draft.xapp_id else None
    if other is not None and other.xapp_id == draft.xapp_id:
        raise XAppIdTaken


def get_app(tx: Tx, uuid: str) -> App:
    """Return the app, a deleted one too: people may look at what it once asked them for.

    Raises:
        AppUnknown: there is none.
    """
    app = store.find_app(tx, uuid)
    if app is None:
        raise AppUnknown
    return app


def find_app(tx: Tx, uuid: str) -> App | None:
    """Return the app, a deleted one too, or None."""
    return store.find_app(tx, uuid)


def find_xapp(tx: Tx, reference: str) -> App | None:
    """Return the app with this xApp identifier in any case, or with this UUID where it has one; else None."""
    return store.find_xapp(tx, reference.lower()) if is_xapp_id(reference) else None


def list_apps(tx: Tx, *, after: str | None = None, limit: int = 100) -> list[App]:
    """Return apps, oldest first; `after` is the UUID of the last one of the page before."""
    return store.list_apps(tx, after=after, limit=limit)


def list_xapps(
    tx: Tx, *, among: Collection[str], every_status: bool = False, after: str | None = None, limit: int
) -> list[App]:
    """Return xApps that can be opened now, by identifier: the listed ones, and of the others those `among` names.

    Args:
        among: UUIDs of apps.
        every_status: The others all.
        after: Identifier behind which the page begins.
    """
    return store.list_xapps(tx, among=among, every_status=every_status, after=after, limit=limit)


def update_app(
    tx: Tx, sealer: "Sealer", uuid: str, changes: Mapping[str, Any], *, now: datetime
) -> tuple[App, str | None]:
    """Change checked values of an app by name; return it and the webhook secret where this made one.

    The webhook URL is that of the default endpoint: the first brings the endpoint with its secret, which stays when
    the URL changes and goes with the URL. The first xApp address brings an
    identifier where there is none.

    Raises:
        AppUnknown: there is no such app.
        XAppIdTaken: see `create_app`.
        TooManyEndpoints: the webhook URL would make a sixth endpoint.
    """
    webhook_secret = None
    values = dict(changes)
    app = store.lock_app(tx, uuid)
    if app is None:
        raise AppUnknown
    if values.get("xapp_url") and not values.get("xapp_id", app.xapp_id):
        values["xapp_id"] = new_xapp_id(values.get("name", app.name))
    if "icon_url" in values:
        values["icon_file"] = None
    if "webhook_url" in values:
        webhook_secret = webhooks.set_default_url(tx, sealer, uuid, values["webhook_url"], now=now)
    changed = _changed(tx, uuid, values) if values else get_app(tx, uuid)
    icon_store.forget_unused(tx, app.icon_file)
    return changed, webhook_secret


def disable_app(tx: Tx, uuid: str, *, by: Switch = "operator") -> App:
    """Refuse the app's calls from now on; AppUnknown where there is none.

    What an operator switched off stays so noted, whoever switches it off again.
    """
    app = store.lock_app(tx, uuid)
    if app is not None and app.disabled and app.disabled_by == "operator":
        by = "operator"
    return _changed(tx, uuid, {"disabled": True, "disabled_by": by})


def enable_app(tx: Tx, uuid: str) -> App:
    """Take the app's calls again; AppUnknown where there is none."""
    return _changed(tx, uuid, {"disabled": False, "disabled_by": None})


def set_icon(tx: Tx, uuid: str, png: bytes | None, *, now: datetime) -> App:
    """Give the app an icon that `apps.icons.redraw` drew, or none; AppUnknown where there is no app."""
    app = store.lock_app(tx, uuid)
    if app is None:
        raise AppUnknown
    name = None if png is None else icon_store.keep_icon(tx, png, now=now)
    changed = _changed(tx, uuid, {"icon_file": name, "icon_url": None})
    icon_store.forget_unused(tx, app.icon_file)
    return changed


def find_icon(tx: Tx, name: str) -> bytes | None:
    """Return an uploaded icon as PNG by its name, or None."""
    return icon_store.find_icon(tx, name)


def delete_app(tx: Tx, uuid: str, *, now: datetime) -> App:
    """End an app for good: it is switched off and on no list, and its secrets, addresses and endpoints are forgotten.

    What is left is its name, since sign requests, tokens and logs refer to it; its key is never given out again.

    Raises:
        AppUnknown: there is no such app, or none any more.
    """
    app = store.lock_app(tx, uuid)
    if app is None:
        raise AppUnknown
    store.delete_secrets(tx, [secret.id for secret in store.find_secrets(tx, uuid)])
    webhooks.remove_all(tx, uuid)
    gone = _changed(tx, uuid, _NOTHING_LEFT | {"disabled": True, "deleted_at": now})
    icon_store.forget_unused(tx, app.icon_file)
    return gone


def rotate_secret(
    tx: Tx, sealer: "Sealer", uuid: str, *, now: datetime, retire_after: timedelta | None = None
) -> tuple[App, NewSecret]:
    """Give the app a second secret. The first stays live until it is retired, or for `retire_after` at most.

    A third one is refused rather than pushing out the oldest: that one may be the only one in use.

    Raises:
        AppUnknown: there is no such app.
        TooManySecrets: two are live already.
    """
    app = store.lock_app(tx, uuid)
    if app is None:
        raise AppUnknown
    secrets = store.find_secrets(tx, uuid)
    live = [secret.id for secret in secrets if secret.is_live(now)]
    if len(live) >= MAX_LIVE_SECRETS:
        raise TooManySecrets
    store.delete_secrets(tx, [secret.id for secret in secrets if secret.id not in live])
    if retire_after is not None:
        store.schedule_retirement(tx, live, now + retire_after)
    # Ages are how secrets are told apart, so two of one millisecond must not be.
    secret = _add_secret(tx, sealer, uuid, max(now, secrets[0].created_at + timedelta(milliseconds=1)))
    tx.emit(app_changed(uuid))
    return app, secret


def retire_secret(tx: Tx, uuid: str, secret_id: str | None = None, *, now: datetime) -> App:
    """End the life of one live secret: the named one, else the older of the two.

    Raises:
        AppUnknown: there is no such app.
        SecretUnknown: no live secret of the app has this id.
        LastSecret: no other live secret would be left.
    """
    app = store.lock_app(tx, uuid)
    if app is None:
        raise AppUnknown
    live = [secret for secret in store.find_secrets(tx, uuid) if secret.is_live(now)]
    if secret_id is not None and all(secret.id != secret_id for secret in live):
        raise SecretUnknown
    if len(live) < MAX_LIVE_SECRETS:
        raise LastSecret
    going = live[-1].id if secret_id is None else secret_id
    store.delete_secrets(tx, [going])
    # The last one must not go by the clock: nobody would be left to call.
    store.schedule_retirement(tx, [secret.id for secret in live if secret.id != going], None)
    tx.emit(app_changed(uuid))
    return app


def live_secrets(tx: Tx, uuid: str, *, now: datetime) -> list[AppSecret]:
    """Return the live secrets of an app, newest first."""
    return [secret for secret in store.find_secrets(tx, uuid) if secret.is_live(now)]


def secrets_of(tx: Tx, apps: Collection[str]) -> dict[str, list[AppSecret]]:
    """Return the secrets of several apps by their UUIDs, newest first, retired ones included while they are there."""
    return store.find_secrets_of(tx, apps)


def find_app_and_secrets(tx: Tx, uuid: str) -> tuple[App, tuple[AppSecret, ...]] | None:
    """Return what checking a call of an app needs, or None where there is no such app."""
    app = store.find_app(tx, uuid)
    return None if app is None or app.deleted_at is not None else (app, tuple(store.find_secrets(tx, uuid)))


def open_secret(sealer: "Sealer", secret: AppSecret) -> str:
    """Return a secret as the developer has it, for HS256 and webhook signatures; never log or answer it."""
    return sealer.open(secret.sealed, context=secret_context(secret.app_uuid)).decode()


def note_secret_uses(tx: Tx, uses: Mapping[str, datetime]) -> None:
    """Remember when secrets, by id, were last used."""
    store.note_uses(tx, uses)


def _changed(tx: Tx, uuid: str, values: Mapping[str, Any]) -> App:
    app = store.update_app(tx, uuid, values)
    if app is None:
        raise AppUnknown
    tx.emit(app_changed(uuid))
    return app


def _add_secret(tx: Tx, sealer: "Sealer", uuid: str, now: datetime, text: str | None = None) -> NewSecret:
    secret = NewSecret(id=new_uuid(), text=text or new_uuid())
    sealed = sealer.seal(secret.text.encode(), context=secret_context(uuid))
    store.insert_secret(
        tx, AppSecret(id=secret.id, app_uuid=uuid, mac=sealer.mac(secret.text), sealed=sealed, created_at=now)
    )
    return secret
