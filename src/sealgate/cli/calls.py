"""`sealgate app calls`: what an application called and how it ended, through the admin API."""

from typing import Annotated, Any

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
        show_call(one)


def show_call(call: dict[str, Any]) -> None:
    """Print one call of the log."""
    answer = f"{call['status']} (code {call['error_code']})" if call["error_code"] else str(call["status"])
    say(f"{call['at']}  {call['reference']}", f"  {call['method']} {call['route']}: {answer}")
    if call["cause"]:
        say(f"  {call['cause']}")


def add_commands(cli: typer.Typer) -> None:
    """Add the command to `sealgate app`."""
    cli.command("calls")(calls)
