"""`sealgate app xapp-device …`, `publish-xapp` and its kin: who may open an xApp, through the admin API."""

from typing import Annotated, Literal

import typer

from sealgate.base.ids import as_uuid
from sealgate.cli.admin import admin_client
from sealgate.cli.apps import AppId
from sealgate.cli.output import AsJson, Refused, print_json, say, table

devices = typer.Typer(help="Devices that open an xApp before it is published.", no_args_is_help=True)

DeviceId = Annotated[str, typer.Argument(help="UUID of the device, as `sealgate wallet list --json` shows it.")]


def _xapp(app: str) -> str:
    return f"/api/v1/admin/apps/{app}/xapp"


@devices.command("add")
def add_device(
    app: AppId,
    device: DeviceId,
    kind: Annotated[
        Literal["guest", "debug"],
        typer.Option(help="A guest opens it; the one debug device is the developer's, its launches can be replayed."),
    ] = "guest",
    json: AsJson = False,
) -> None:
    """Let a device open the xApp."""
    added = admin_client().call("POST", f"{_xapp(app)}/devices", {"device": _uuid_of(device), "kind": kind})
    print_json(added) if json else say(f"{added['device']} opens it as {added['kind']}.")


@devices.command("remove")
def remove_device(app: AppId, device: DeviceId, json: AsJson = False) -> None:
    """Take a device off the list."""
    uuid = _uuid_of(device)
    admin_client().call("DELETE", f"{_xapp(app)}/devices/{uuid}")
    print_json({"device": uuid, "removed": True}) if json else say("Removed.")


@devices.command("list")
def list_devices(app: AppId, json: AsJson = False) -> None:
    """List the devices."""
    found = admin_client().call("GET", f"{_xapp(app)}/devices")
    if json:
        return print_json(found)
    table(("device", "kind", "since"), [(one["device"], one["kind"], one["added_at"]) for one in found["devices"]])


def publish(app: AppId, json: AsJson = False) -> None:
    """Open an xApp to everybody; where the server reviews xApps, hand it in."""
    _change(app, "publish", json)


def list_xapp(app: AppId, json: AsJson = False) -> None:
    """Open an xApp to everybody, as the operator who has reviewed it."""
    _change(app, "list", json)


def withdraw(app: AppId, json: AsJson = False) -> None:
    """Make an xApp a draft again."""
    _change(app, "withdraw", json)


def add_commands(cli: typer.Typer) -> None:
    """Add the commands to `sealgate app`."""
    cli.add_typer(devices, name="xapp-device")
    cli.command("publish-xapp")(publish)
    cli.command("list-xapp")(list_xapp)
    cli.command("withdraw-xapp")(withdraw)


def _uuid_of(device: str) -> str:
    uuid = as_uuid(device)
    if uuid is None:
        raise Refused(
            message=f"{device!r} is no UUID of a device.",
            hint="A wallet shows the UUID of its device; `sealgate wallet list --json` does, too.",
        )
    return uuid


def _change(app: str, verb: str, json: bool) -> None:
    changed = admin_client().call("POST", f"{_xapp(app)}/{verb}")
    print_json(changed) if json else say(f"The xApp {changed['xapp_id']} is {_SAID[changed['xapp_status']]}.")


_SAID = {
    "draft": "a draft: only the devices on its list open it",
    "review": "handed in for review: until then only the devices on its list open it",
    "listed": "open to everybody",
}
