"""`sealgate keys …`: the keys that sign access and ID tokens, through the admin API."""

from typing import Annotated, Any

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.output import AsJson, print_json, say, table

cli = typer.Typer(help="The keys that sign access and ID tokens.", no_args_is_help=True)

_KEYS = "/api/v1/admin/keys"


@cli.command("list")
def list_keys(json: AsJson = False) -> None:
    """List the keys that are published, the one in use last."""
    found = admin_client().call("GET", _KEYS)
    print_json(found) if json else _show(found["keys"])


@cli.command()
def rotate(
    now: Annotated[
        bool, typer.Option("--now", help="A key has leaked: withdraw all keys at once. Everybody signs in again.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Publish the next keys; they take over in a day, and what the old ones signed stays valid."""
    found = admin_client().call("POST", f"{_KEYS}/rotate", query={"now": "true"} if now else None)
    if json:
        return print_json(found)
    _show(found["keys"])
    say(
        "The old keys are withdrawn: tokens, sessions and refresh tokens from before have ended."
        if now
        else "The next keys are published. They take over in a day, by themselves; nothing has to be restarted."
    )


def _show(keys: list[dict[str, Any]]) -> None:
    table(
        ("kid", "alg", "state", "signs from", "published until"),
        [(key["kid"], key["alg"], key["state"], key["activates_at"], key["leaves_at"]) for key in keys],
    )
