"""What developers change about their xApps: the verbs of `xapps`, each with its entry in the audit log."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sealgate.apps import service as apps
from sealgate.apps.model import App, XAppStatus
from sealgate.console import app_changes, audit
from sealgate.infra.tx import Tx
from sealgate.xapps import service as xapps
from sealgate.xapps.model import DeviceKind

if TYPE_CHECKING:
    from sealgate.infra.sealing import Sealer


def change(
    tx: Tx,
    sealer: "Sealer",
    uuid: str,
    changes: Mapping[str, Any],
    *,
    reviewed: bool,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> App:
    """Change checked values of an xApp; refusals as `apps.service.update_app`.

    Args:
        reviewed: Whether operators review xApps here and this is none: then a listed xApp that moves to another
            address waits for a review again, since what was reviewed is not there any more. Without an address it is a
            draft.
    """
    values = dict(changes)
    before = apps.get_app(tx, uuid)
    if "xapp_url" in values and values["xapp_url"] != before.xapp_url:
        if not values["xapp_url"]:
            values["xapp_status"] = "draft"
        elif reviewed and before.xapp_status == "listed":
            values["xapp_status"] = "review"
    return app_changes.change_app(tx, sealer, uuid, values, actor=actor, reference=reference, now=now)


def set_status(
    tx: Tx,
    sealer: "Sealer",
    uuid: str,
    status: XAppStatus,
    *,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> App:
    """Set who may open an xApp; refusals as `xapps.service.set_status`."""
    before = apps.get_app(tx, uuid)
    after = xapps.set_status(tx, sealer, uuid, status, now=now)
    told = app_changes.differences(before, after)
    if told:
        audit.record(tx, actor, "xapp.status_set", app_uuid=uuid, details=told, reference=reference, now=now)
    return after


def add_device(
    tx: Tx,
    uuid: str,
    device: str,
    kind: DeviceKind,
    *,
    actor: str,
    reference: str | None = None,
    now: datetime,
) -> None:
    """Put a device on an xApp's list; refusals as `xapps.service.add_device`."""
    xapps.add_device(tx, uuid, device, kind, now=now)
    details = {"device": device, "kind": kind}
    audit.record(tx, actor, "xapp.device_added", app_uuid=uuid, details=details, reference=reference, now=now)


def remove_device(tx: Tx, uuid: str, device: str, *, actor: str, reference: str | None = None, now: datetime) -> None:
    """Take a device off an xApp's list; refusals as `xapps.service.remove_device`."""
    xapps.remove_device(tx, uuid, device)
    details = {"device": device}
    audit.record(tx, actor, "xapp.device_removed", app_uuid=uuid, details=details, reference=reference, now=now)
