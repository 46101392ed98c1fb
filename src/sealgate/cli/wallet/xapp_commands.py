"""`sealgate wallet open-xapp`: opening an xApp as a wallet does."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, is_interactive, note, print_json, say
from sealgate.cli.wallet.commands import Name
from sealgate.cli.wallet.reference import WALLET_VERSION

XAppId = Annotated[str, typer.Argument(metavar="ID", help="Identifier, detect URL or QR text of the xApp.")]
Parameters = Annotated[
    list[str] | None, typer.Option("--param", metavar="NAME=VALUE", help="Parameter of the launch; repeat for several.")
]
Network = Annotated[
    str | None, typer.Option(help="Network the wallet is on, such as MAINNET; the xApp's own by default.")
]
Style = Annotated[Literal["light", "dark", "moonlight", "royal"], typer.Option(help="Style of the wallet.")]
Version = Annotated[
    str, typer.Option(metavar="VERSION", help="Version of the phone's wallet that the xApp is told it runs in.")
]
Via = Annotated[
    Literal["qr", "deeplink", "list", "push", "xapp", "store"],
    typer.Option(help="How the xApp is said to have been reached."),
]
Event = Annotated[
    str | None, typer.Option(help="UUID of the event that is opened, with --via list or push; its data comes along.")
]
Chromium = Annotated[Path | None, typer.Argument(metavar="[PATH]", help="The Chromium of --browser; one on PATH.")]
InBrowser = Annotated[
    bool,
    typer.Option("--browser", help="Open it in Chromium, as in a phone's wallet, and serve it."),
]
Headless = Annotated[bool, typer.Option("--headless", help="Without a window, as in CI.")]
Approve = Annotated[
    Literal["all", "none"] | None,
    typer.Option(help="Sign what the xApp asks for, or decline it, without asking."),
]
Scans = Annotated[
    list[str] | None,
    typer.Option("--scan", metavar="TEXT", help="What is scanned next; repeat for more."),
]
Destinations = Annotated[
    list[str] | None,
    typer.Option("--destination", metavar="ADDRESS[:TAG]", help="Who is chosen next; repeat for more."),
]
SwitchNetwork = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="Switch the wallet's network once the page is ready."),
]
TimeLimit = Annotated[
    float | None,
    typer.Option(min=1, metavar="SECONDS", help="Refuse to wait longer until it closes."),
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
    chromium: Chromium = None,
    name: Name = "alice",
    param: Parameters = None,
    network: Network = None,
    style: Style = "light",
    wallet_version: Version = WALLET_VERSION,
    via: Via = "qr",
    event: Event = None,
    browser: InBrowser = False,
    headless: Headless = False,
    approve: Approve = None,
    scan: Scans = None,
    destination: Destinations = None,
    switch_network: SwitchNetwork = None,
    time_limit: TimeLimit = None,
    json: AsJson = False,
) -> None:
    """Open an xApp: print the address, token included, that a wallet would show. It counts once, for two minutes.

    With --browser, show it in Chromium with the bridge of a wallet instead, until it closes.
    """
    from sealgate.cli.wallet.devtools import find_chromium
    from sealgate.cli.wallet.wallets import open_keystore, open_wallet
    from sealgate.cli.wallet.xapps import launch, read_parameters

    _check_usage(browser, chromium, headless, approve, scan, destination, switch_network, time_limit)
    parameters = read_parameters(param or [])
    program = find_chromium(chromium) if browser else None  # without one, no token is made
    environment = Environment()
    wallet = open_wallet(open_keystore(environment), name)
    launched = launch(
        wallet,
        environment,
        xapp,
        parameters=parameters,
        network=network,
        style=style,
        version=wallet_version,
        origin=ORIGINS[via],
        event=event,
    )
    if program is None:
        return print_json(launched) if json else say(launched["url"])

    from sealgate.cli.wallet.browser import open_in_browser
    from sealgate.cli.wallet.xapp_launch import launched_of, launcher_of
    from sealgate.cli.wallet.xapp_person import Choices, Person

    choices = Choices(approve=approve, scans=tuple(scan or ()), destinations=tuple(destination or ()))
    happened = open_in_browser(
        launched_of(launched),
        Person(wallet, environment, choices, can_ask=not json and is_interactive()),
        launcher=launcher_of(wallet, environment, style=style, version=wallet_version),
        chromium=program,
        headless=headless,
        switch_to=switch_network,
        limit_s=time_limit,
    )
    print_json(happened) if json else note(f"Closed by the {happened['closed_by']}.")


def _check_usage(browser: bool, *with_browser: Any) -> None:
    if not browser and any(with_browser):
        raise typer.BadParameter("PATH and the options of a session go with --browser.")


def add_commands(cli: typer.Typer) -> None:
    """Add the command to `sealgate wallet`."""
    cli.command("open-xapp")(open_xapp)
