"""`sealgate developer …` and `sealgate audit verify`: who may use the console, and whether its log is whole."""

from typing import Annotated, Any

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.output import AsJson, print_json, say, table

cli = typer.Typer(help="Who may use the console.", no_args_is_help=True)
audit = typer.Typer(help="The log of the changes people made.", no_args_is_help=True)

Account = Annotated[str, typer.Argument(help="The account they sign in with: r…")]

_DEVELOPERS = "/api/v1/admin/developers"


@cli.command()
def invite(
    operator: Annotated[bool, typer.Option("--operator", help="They own every app and invite others.")] = False,
    json: AsJson = False,
) -> None:
    """Make a link with which somebody becomes a developer: one use, seven days."""
    made = admin_client().call("POST", f"{_DEVELOPERS}/invitations", {"operator": operator})
    if json:
        return print_json(made)
    say("Send this link to the new developer; it works once, until " + made["expires_at"] + ":", "", made["link"])


@cli.command("list")
def list_developers(json: AsJson = False) -> None:
    """List the developers of this server."""
    found = admin_client().call("GET", _DEVELOPERS)
    print_json(found) if json else _show(found["developers"])


@cli.command()
def disable(account: Account, json: AsJson = False) -> None:
    """Keep a developer out; their sessions end at once."""
    _change(account, {"disabled": True}, json=json, done="They are kept out, and their sessions have ended.")


@cli.command()
def enable(account: Account, json: AsJson = False) -> None:
    """Let a developer in again."""
    _change(account, {"disabled": False}, json=json, done="They may sign in again.")


@audit.command()
def verify(json: AsJson = False) -> None:
    """Follow the chain of the audit log from its start; exit 1 where an entry was changed, removed or put in."""
    found = admin_client().call("GET", "/api/v1/admin/audit/verify")
    if json:
        return print_json(found)
    say(f"The audit log is whole: {found['entries']} entries.", f"Last hash: {found['hash']}")


def _change(account: str, changes: dict[str, Any], *, json: bool, done: str) -> None:
    from urllib.parse import quote

    changed = admin_client().call("PATCH", f"{_DEVELOPERS}/{quote(account, safe='')}", changes)
    print_json(changed) if json else say(done)


def _show(developers: list[dict[str, Any]]) -> None:
    table(
        ("account", "name", "operator", "state", "since"),
        [
            (one["account"], one["name"], "yes" if one["operator"] else "", "kept out" if one["disabled"] else "",
             one["created_at"])
            for one in developers
        ],
    )  # fmt: skip
