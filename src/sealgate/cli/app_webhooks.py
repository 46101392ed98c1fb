"""`sealgate app webhook …`: where an application is told what happened."""

from typing import Annotated, Any

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.output import AsJson, print_json, say

cli = typer.Typer(help="Where an application is told what happened: up to five endpoints.", no_args_is_help=True)

AppId = Annotated[str, typer.Argument(help="UUID of the application: its API key.")]
EndpointId = Annotated[str, typer.Argument(help="UUID of the endpoint, as `sealgate app webhook list` shows it.")]
Events = Annotated[
    list[str] | None,
    typer.Option("--event", help="Kind of event, such as payload.signed; repeat for several."),
]
Description = Annotated[str | None, typer.Option(help="One line for people.")]
_KEEP = "Keep the secret now: it is not shown again. Deliveries are checked with it: docs/guides/webhooks.md shows how."


@cli.command()
def add(
    app: AppId,
    url: Annotated[str, typer.Argument(help="Where events are posted to.")],
    event: Events = None,
    description: Description = None,
    json: AsJson = False,
) -> None:
    """Add an endpoint; it hears of payload.resolved unless told otherwise. Its secret is shown once, here."""
    asked = {"url": url, "description": description, **({"events": event} if event else {})}
    endpoint = admin_client().call("POST", _of(app), asked)
    if json:
        return print_json(endpoint)
    _describe(endpoint)
    say("", _KEEP)


@cli.command("list")
def list_endpoints(app: AppId, json: AsJson = False) -> None:
    """List the endpoints of an application, the default one first."""
    found = admin_client().call("GET", _of(app))
    if json:
        return print_json(found)
    # No table: URLs are longer than a column.
    for endpoint in found["endpoints"]:
        _describe(endpoint)
        say("")


@cli.command()
def update(
    app: AppId,
    endpoint: EndpointId,
    url: Annotated[str | None, typer.Option(help="Where events are posted to.")] = None,
    event: Events = None,
    description: Description = None,
    json: AsJson = False,
) -> None:
    """Change an endpoint. What is not named stays; the events that are named replace the others."""
    given = {"url": url, "description": description, "events": event or None}
    changes = {name: value for name, value in given.items() if value is not None}
    changed = admin_client().call("PATCH", _of(app, endpoint), changes)
    print_json(changed) if json else _describe(changed)


@cli.command()
def remove(app: AppId, endpoint: EndpointId, json: AsJson = False) -> None:
    """Forget an endpoint and its secret."""
    admin_client().call("DELETE", _of(app, endpoint))
    print_json({"removed": endpoint}) if json else say("The endpoint is gone.")


@cli.command("rotate-secret")
def rotate_secret(
    app: AppId,
    endpoint: EndpointId,
    overlap: Annotated[int, typer.Option(help="Seconds for which the old secret signs as well.")] = 86_400,
    json: AsJson = False,
) -> None:
    """Make a new secret, shown once, here; for a day deliveries are signed with both."""
    found = admin_client().call("POST", f"{_of(app, endpoint)}/rotate-secret?overlap_s={overlap}")
    if json:
        return print_json(found)
    _describe(found)
    say("", _KEEP)


@cli.command()
def pause(app: AppId, endpoint: EndpointId, json: AsJson = False) -> None:
    """Send nothing to an endpoint until it is resumed."""
    found = admin_client().call("POST", f"{_of(app, endpoint)}/pause")
    print_json(found) if json else say("The endpoint is paused.")


@cli.command()
def resume(app: AppId, endpoint: EndpointId, json: AsJson = False) -> None:
    """Serve an endpoint again."""
    found = admin_client().call("POST", f"{_of(app, endpoint)}/resume")
    print_json(found) if json else say("The endpoint is served again.")


def _of(app: str, endpoint: str | None = None) -> str:
    path = f"/api/v1/admin/apps/{app}/webhooks"
    return path if endpoint is None else f"{path}/{endpoint}"


def _state(endpoint: dict[str, Any]) -> str:
    if endpoint["paused_at"]:
        return f"paused ({endpoint['paused_because']})"
    failing = endpoint["failing_since"]
    return f"failing since {failing}" if failing else "on"


def _describe(endpoint: dict[str, Any]) -> None:
    lines = [
        ("endpoint", endpoint["uuid"]),
        ("URL", endpoint["url"] + (" (default)" if endpoint["is_default"] else "")),
        ("secret", endpoint.get("secret")),
        ("old secret until", endpoint["earlier_secret_until"]),
        ("events", ", ".join(endpoint["events"])),
        ("description", endpoint["description"]),
        ("state", _state(endpoint)),
    ]
    say(*(f"{label:<22} {shown}" for label, shown in lines if shown))
