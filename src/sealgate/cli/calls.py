"""`sealgate app calls`: what an application called and how it ended, through the admin API."""

from typing import Annotated

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.apps import AppId
from sealgate.cli.output import AsJson, print_json, table


def calls(
    app: AppId,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 20,
    json: AsJson = False,
) -> None:
    """List the application's latest calls with their outcome; of refused one-time tokens also the cause."""
    found = admin_client().call("GET", f"/api/v1/admin/apps/{app}/calls", query={"limit": str(limit)})
    if json:
        return print_json(found)
    table(
        ("reference", "at", "call", "answer", "cause"),
        [
            (
                one["reference"],
                one["at"],
                f"{one['method']} {one['route'].removeprefix('/api/v1/')}",
                f"{one['status']} {one['error_code'] or ''}",
                one["cause"],
            )
            for one in found["calls"]
        ],
    )


def add_commands(cli: typer.Typer) -> None:
    """Add the command to `sealgate app`."""
    cli.command("calls")(calls)
