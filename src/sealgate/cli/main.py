"""The table of commands, and the one place where a refusal becomes words on stderr and an exit code."""

import sys
from io import TextIOWrapper
from typing import Annotated, NoReturn

import typer

from sealgate.base.errors import SealgateError
from sealgate.cli import (
    apps,
    calls,
    developers,
    events,
    imports,
    keys,
    listen,
    login,
    logs,
    networks,
    payloads,
    sandbox_controls,
    server,
    tokens,
    trigger,
    xapps,
)
from sealgate.cli.compat import commands as compat
from sealgate.cli.output import explain, say
from sealgate.cli.wallet import commands as wallet
from sealgate.cli.wallet import xapp_commands

REFUSED = 1

cli = typer.Typer(
    name="sealgate",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
server.add_commands(cli)
calls.add_commands(apps.cli)
xapps.add_commands(apps.cli)
cli.add_typer(apps.cli, name="app")
cli.add_typer(payloads.cli, name="payload")
xapp_commands.add_commands(wallet.cli)
cli.add_typer(wallet.cli, name="wallet")
cli.add_typer(keys.cli, name="keys")
cli.add_typer(tokens.cli, name="token")
login.add_commands(cli)
cli.add_typer(compat.cli, name="compat")
cli.add_typer(imports.cli, name="import")
cli.command("networks")(networks.networks)
cli.command("listen")(listen.listen)
cli.add_typer(events.cli, name="events")
cli.add_typer(logs.cli, name="logs")
cli.command("trigger")(trigger.trigger)
cli.add_typer(sandbox_controls.cli, name="sandbox")
cli.add_typer(developers.cli, name="developer")
cli.add_typer(developers.audit, name="audit")


def _say_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        say(version("sealgate"))
        raise typer.Exit


@cli.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Show the version and exit.")
    ] = False,
) -> None:
    """Sign-in and sign requests for apps on the XRP Ledger, self-hosted."""


def main() -> NoReturn:
    """Run the command line: exit 0 when done, 1 when refused, 2 when asked wrongly."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter is no reason to fail half-way.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        cli()
    except SealgateError as refusal:
        explain(refusal)
        sys.exit(REFUSED)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(0)
