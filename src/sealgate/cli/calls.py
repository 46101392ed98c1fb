"""`sealgate app calls`: what an application called and how it ended, through the admin API."""

from typing import Annotated

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.apps import AppId
from sealgate.cli.output import AsJson, print_json, say


def calls(
    app: AppId,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 20,
    json: AsJson = False,
) -> None:
    """List the application's latest calls with their outcome; of refused one-time tokens also the cause."""
    found = admin_client().call("GET", f"/api/v1/admin/apps/{app}/calls", query={"limit": str(limit)})
    if json:
        return print_json(found)
    for one in found["calls"]:
        answer = f"{one['status']} (code {one['error_code']})" if one["error_code"] else str(one["status"])
        say(f"{one['at']}  {one['reference']}", f"  {one['method']} {one['route']}: {answer}")
        if one["cause"]:
            say(f"  {one['cause']}")


def add_commands(cli: typer.Typer) -> None:
    """Add the command to `sealgate app`."""
    cli.command("calls")(calls)
