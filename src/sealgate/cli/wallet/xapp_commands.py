"""`sealgate wallet open-xapp`: opening an xApp as a wallet does."""

from typing import Annotated, Literal

import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, print_json, say
from sealgate.cli.wallet.commands import Name

XAppId = Annotated[str, typer.Argument(metavar="ID", help="Identifier, detect URL or QR text of the xApp.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="Parameter of the launch; repeat for several.")
]
Network = Annotated[
    str | None, typer.Option(help="Network the wallet is on, such as MAINNET; the xApp's first by default.")
]
Style = Annotated[Literal["light", "dark", "moonlight", "royal"], typer.Option(help="Style of the wallet.")]
Via = Annotated[
    Literal["qr", "deeplink", "list", "push", "xapp", "store"],
    typer.Option(help="How the xApp is said to have been reached."),
]
Event = Annotated[
    str | None, typer.Option(help="UUID of the event that is opened, with --via list or push; its data comes along.")
]
ORIGINS = {
    "qr": "QR",
    "deeplink": "DEEP_LINK",
    "list": "EVENT_LIST",
    "push": "PUSH_NOTIFICATION",
    "xapp": "XAPP",
    "store": "XAPP_STORE",
}


def open_xapp(
    xapp: XAppId,
    name: Name = "alice",
    param: Parameters = None,
    network: Network = None,
    style: Style = "light",
    via: Via = "qr",
    event: Event = None,
    json: AsJson = False,
) -> None:
    """Open an xApp: print the address, token included, that a wallet would show. It counts once, for two minutes."""
    from sealgate.cli.wallet.wallets import open_keystore, open_wallet
    from sealgate.cli.wallet.xapps import launch, read_parameters

    parameters = read_parameters(param or [])
    environment = Environment()
    wallet = open_wallet(open_keystore(environment), name)
    launched = launch(
        wallet,
        environment,
        xapp,
        parameters=parameters,
        network=network,
        style=style,
        origin=ORIGINS[via],
        event=event,
    )
    if json:
        return print_json(launched)
    say(launched["url"])


def add_commands(cli: typer.Typer) -> None:
    """Add the command to `sealgate wallet`."""
    cli.command("open-xapp")(open_xapp)
