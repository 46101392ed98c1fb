"""`sealgate app …`: an operator's look at the applications, through the admin API."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, print_json, say, table

if TYPE_CHECKING:
    from sealgate.cli.http import Client

cli = typer.Typer(help="Applications, their keys and secrets.", no_args_is_help=True)

_APPS = "/api/v1/admin/apps"
AppId = Annotated[str, typer.Argument(help="UUID of the application: its API key.")]


def _admin() -> "Client":
    from sealgate.cli.http import Client

    environment = Environment()
    token = environment.need("SEALGATE_ADMIN_TOKEN", "the admin token of the server")
    return Client(environment.url, headers={"authorization": f"Bearer {token}"})


def _describe(app: dict[str, Any]) -> None:
    names = (
        "name",
        "api_key",
        "api_secret",
        "webhook_secret",
        "type",
        "disabled",
        "redirect_uris",
        "webhook_url",
        "xapp_id",
        "xapp_url",
        "created_at",
    )
    say(*(f"{name.replace('_', ' '):<15} {_plain(app[name])}" for name in names if app.get(name) not in (None, [], "")))


def _plain(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@cli.command()
def create(
    name: Annotated[str, typer.Option(help="Name people see when they sign.")],
    type: Annotated[str, typer.Option(help="What you build: web, browser or native.")] = "web",
    redirect_uri: Annotated[
        list[str] | None, typer.Option(help="Where sign-in may return to; repeat for several.")
    ] = None,
    webhook_url: Annotated[str | None, typer.Option(help="Where outcomes are posted to.")] = None,
    xapp_url: Annotated[str | None, typer.Option(help="Address of the xApp.")] = None,
    xapp_id: Annotated[str | None, typer.Option(help="Identifier of the xApp.")] = None,
    description: Annotated[str | None, typer.Option(help="One line about the application.")] = None,
    json: AsJson = False,
) -> None:
    """Register an application. The secret is shown once, here."""
    asked = {
        "name": name,
        "type": type,
        "redirect_uris": redirect_uri or [],
        "webhook_url": webhook_url,
        "xapp_url": xapp_url,
        "xapp_id": xapp_id,
        "description": description,
    }
    app = _admin().call("POST", _APPS, {key: value for key, value in asked.items() if value is not None})
    if json:
        return print_json(app)
    _describe(app)
    say(
        "",
        "Keep the secret now: it is not shown again. It belongs in a back end, never in a browser or a native app.",
    )


@cli.command("list")
def list_apps(json: AsJson = False) -> None:
    """List the applications."""
    found = _admin().call("GET", _APPS)
    if json:
        return print_json(found)
    table(
        ("API key", "name", "type", "state"),
        [(app["uuid"], app["name"], app["type"], "disabled" if app["disabled"] else "on") for app in found["apps"]],
    )


@cli.command()
def show(app: AppId, json: AsJson = False) -> None:
    """Show one application, without its secret."""
    found = _admin().call("GET", f"{_APPS}/{app}")
    print_json(found) if json else _describe(found)


@cli.command("rotate-secret")
def rotate_secret(app: AppId, json: AsJson = False) -> None:
    """Make a second secret; both work until the old one is retired."""
    found = _admin().call("POST", f"{_APPS}/{app}/rotate-secret")
    if json:
        return print_json(found)
    _describe(found)
    say("", f"The old secret still works. Once nothing uses it: sealgate app retire-secret {app}")


@cli.command("retire-secret")
def retire_secret(app: AppId, json: AsJson = False) -> None:
    """End a rotation: only the newest secret works from now on."""
    found = _admin().call("POST", f"{_APPS}/{app}/retire-secret")
    print_json(found) if json else say("Only the newest secret works now.")


@cli.command()
def disable(app: AppId, json: AsJson = False) -> None:
    """Refuse every call of an application from now on."""
    found = _admin().call("POST", f"{_APPS}/{app}/disable")
    print_json(found) if json else say(f"{found['name']} is disabled.")


@cli.command()
def enable(app: AppId, json: AsJson = False) -> None:
    """Let a disabled application call again."""
    found = _admin().call("POST", f"{_APPS}/{app}/enable")
    print_json(found) if json else say(f"{found['name']} is on.")
