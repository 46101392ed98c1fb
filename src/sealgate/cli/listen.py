"""`sealgate listen`: an application's events, as they happen, at a program on this machine. No tunnel: calls go out."""

from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import msgspec
import typer

from sealgate.apps.webhook_model import EVENT_KINDS
from sealgate.cli.environment import Environment
from sealgate.cli.output import print_json, say

if TYPE_CHECKING:
    from sealgate.cli.app_events import AppEvent
    from sealgate.cli.forwarding import Forwarded


def listen(
    forward_to: Annotated[
        str | None, typer.Option(metavar="URL", help="Post each event there, as its webhook would arrive.")
    ] = None,
    events: Annotated[
        list[str] | None, typer.Option(metavar="KIND,…", help="Only these kinds of events, such as payload.signed.")
    ] = None,
    webhook_secret: Annotated[
        str | None,
        typer.Option(
            envvar="SEALGATE_WEBHOOK_SECRET",
            metavar="whsec_…",
            help="Sign with this secret instead of one made for this session.",
        ),
    ] = None,
    after: Annotated[
        int | None, typer.Option(min=0, help="Begin behind the event with this number; 0 is the oldest that is kept.")
    ] = None,
    skip_verify: Annotated[
        bool, typer.Option("--skip-verify", help="Take any certificate of an https URL to forward to.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line and nothing else.")] = False,
) -> None:
    """Follow the application's events until Ctrl-C, and forward them to a URL of this machine."""
    kinds = _kinds(events)
    if forward_to is not None:
        _require_url(forward_to)
    secret = webhook_secret or _new_secret()
    _require_secret(secret)
    from sealgate.cli.app_events import follow
    from sealgate.cli.application import app_client
    from sealgate.cli.forwarding import Forwarder

    environment = Environment()
    forwarder = None
    if forward_to is not None:
        api_secret = environment.need("SEALGATE_API_SECRET", "an API secret")
        forwarder = Forwarder(forward_to, api_secret=api_secret, webhook_secret=secret, verify=not skip_verify)

    def stands() -> None:
        if json:
            print_json({"listening": environment.url, "forward_to": forward_to, "webhook_secret": secret})
        else:
            say(*_greeting(environment.url, forward_to, None if webhook_secret else secret))

    for event in follow(app_client(environment), after=after, stands=stands):
        if event.type in kinds:
            forwarded = forwarder.forward(event) if forwarder is not None else None
            _show(event, forwarded, json=json)


def _show(event: "AppEvent", forwarded: "Forwarded | None", *, json: bool) -> None:
    if json:
        return print_json({**msgspec.structs.asdict(event), "forwarded": forwarded})
    outcome = forwarded.words if forwarded is not None else event.about
    say(f"{event.timestamp:%H:%M:%S}  {event.number:>6}  {event.type:<18}  {event.id}  {outcome}")


def _greeting(url: str, forward_to: str | None, secret: str | None) -> list[str]:
    if forward_to is None:
        return [f"Following the events of {url}. Ctrl-C ends it."]
    made = [f"Webhook secret of this session: {secret}"] if secret is not None else []
    return [f"Forwarding the events of {url} to {forward_to}. Ctrl-C ends it.", *made, ""]


def _kinds(given: list[str] | None) -> frozenset[str]:
    named = [kind.strip() for one in given or () for kind in one.split(",") if kind.strip()]
    unknown = [kind for kind in named if kind not in EVENT_KINDS]
    if unknown:
        raise typer.BadParameter(f"there is no event {unknown[0]!r}; there are {', '.join(EVENT_KINDS)}")
    return frozenset(named or EVENT_KINDS)


def _require_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise typer.BadParameter(f"{url!r} is no http or https URL, such as http://localhost:3000/hook")


def _require_secret(secret: str) -> None:
    from base64 import b64decode

    try:
        usable = secret.startswith("whsec_") and b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        usable = b""
    if not usable:
        raise typer.BadParameter("a webhook secret is `whsec_` and base64, as the server shows it")


def _new_secret() -> str:
    import secrets
    from base64 import b64encode

    return "whsec_" + b64encode(secrets.token_bytes(24)).decode()
