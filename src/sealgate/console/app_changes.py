"""What developers change about their apps: the verbs of `apps`, each with its entry in the audit log in one write."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft, AppSecret, NewApp, NewSecret
from sealgate.console import audit, service
from sealgate.console.errors import SwitchedOffByOperator
from sealgate.infra.tx import Tx

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer


def create_app(
    tx: Tx,
    sealer: "Sealer",
    draft: AppDraft,
    *,
    uuid: str,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> NewApp:
    """Register an app that the developer owns; it is returned with what is shown once.

    Args:
        uuid: Its API key.

    Raises:
        XAppIdTaken: as `apps.service.create_app`.
    """
    made = apps.create_app(tx, sealer, draft, uuid=uuid, owner=actor, now=now)
    service.add_owner(tx, uuid, actor, now=now)
    details = {"name": draft.name, "type": draft.type}
    audit.record(tx, actor, "app.created", app_uuid=uuid, details=details, reference=reference, now=now)
    return made


def change_app(
    tx: Tx,
    sealer: "Sealer",
    uuid: str,
    changes: Mapping[str, Any],
    *,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> App:
    """Change checked values of an app; what stays as it was is no entry.

    Raises:
        AppUnknown, XAppIdTaken: as `apps.service.update_app`.
    """
    before = apps.get_app(tx, uuid)
    after, _ = apps.update_app(tx, sealer, uuid, changes, now=now)
    told = differences(before, after)
    if told:
        audit.record(tx, actor, "app.changed", app_uuid=uuid, details=told, reference=reference, now=now)
    return after


def set_icon(tx: Tx, uuid: str, png: bytes | None, *, actor: str, reference: str | None = None, now: datetime) -> App:
    """Give an app an icon that was drawn by `apps.icons`, or none; AppUnknown where it is gone."""
    before = apps.get_app(tx, uuid)
    after = apps.set_icon(tx, uuid, png, now=now)
    told = differences(before, after)
    if told:
        audit.record(tx, actor, "app.icon_changed", app_uuid=uuid, details=told, reference=reference, now=now)
    return after


def switch(
    tx: Tx, uuid: str, *, on: bool, is_operator: bool, actor: str, reference: str | None = None, now: datetime
) -> App:
    """Refuse an app's calls from now on, or take them again.

    Raises:
        AppUnknown: it is gone.
        SwitchedOffByOperator: an operator switched it off, and the developer is none.
    """
    app = apps.get_app(tx, uuid)
    if on and app.disabled and app.disabled_by == "operator" and not is_operator:
        raise SwitchedOffByOperator
    changed = apps.enable_app(tx, uuid) if on else apps.disable_app(tx, uuid, by="operator" if is_operator else "owner")
    action = "app.enabled" if on else "app.disabled"
    audit.record(tx, actor, action, app_uuid=uuid, reference=reference, now=now)
    return changed


def delete_app(tx: Tx, uuid: str, *, actor: str, reference: str | None = None, now: datetime) -> App:
    """End an app for good; AppUnknown where it is gone already."""
    gone = apps.delete_app(tx, uuid, now=now)
    audit.record(tx, actor, "app.deleted", app_uuid=uuid, details={"name": gone.name}, reference=reference, now=now)
    return gone


def rotate_secret(
    tx: Tx, sealer: "Sealer", uuid: str, *, actor: str, reference: str | None = None, now: datetime
) -> NewSecret:
    """Give an app a second secret, shown this once.

    Raises:
        AppUnknown, TooManySecrets: as `apps.service.rotate_secret`.
    """
    _, secret = apps.rotate_secret(tx, sealer, uuid, now=now)
    details = {"secret": secret.id}
    audit.record(tx, actor, "app.secret_made", app_uuid=uuid, details=details, reference=reference, now=now)
    return secret


def retire_secret(
    tx: Tx, uuid: str, secret_id: str, *, actor: str, reference: str | None = None, now: datetime
) -> None:
    """End the life of one of two live secrets.

    Raises:
        AppUnknown, LastSecret, SecretUnknown: as `apps.service.retire_secret`.
    """
    apps.retire_secret(tx, uuid, secret_id, now=now)
    details = {"secret": secret_id}
    audit.record(tx, actor, "app.secret_retired", app_uuid=uuid, details=details, reference=reference, now=now)


def secrets_of(tx: Tx, uuid: str, *, now: datetime) -> list[AppSecret]:
    """Return the live secrets of an app, newest first."""
    return apps.live_secrets(tx, uuid, now=now)


def differences(before: App, after: App) -> dict[str, object]:
    """Return what differs between two states of an app, as `{"name": {"was": …, "is": …}}`, in JSON values."""
    was, is_now = (msgspec.to_builtins(msgspec.structs.asdict(app)) for app in (before, after))
    return {name: {"was": was[name], "is": is_now[name]} for name in was if was[name] != is_now[name]}
