"""`sealgate events …`: what the application was told by webhook, every try of it, and telling it again."""

import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealgate.cli.application import app_client
from sealgate.cli.output import AsJson, Refused, print_json, say, table

if TYPE_CHECKING:
    from sealgate.cli.http import Client

cli = typer.Typer(help="What an application was told, and telling it again.", no_args_is_help=True)

_DELIVERIES = "/api/v1/platform/deliveries"
_EVENT = re.compile(r"evt_[0-9a-f]{32}")

Which = Annotated[
    str, typer.Argument(metavar="ID", help="Number of a delivery, or an event (evt_…): all of its deliveries.")
]
Kind = Annotated[str | None, typer.Option(help="Only this kind of event, such as payload.signed.")]
State = Annotated[str | None, typer.Option(help="Only: waiting, held, delivered, failed or cancelled.")]
Payload = Annotated[str | None, typer.Option(help="Only what is about this sign request.")]
Endpoint = Annotated[str | None, typer.Option(help="Only what went to this webhook endpoint.")]
Since = Annotated[str | None, typer.Option(help="Recorded then or later, such as 2026-01-31T12:00:00Z.")]
Until = Annotated[str | None, typer.Option(help="Recorded before.")]


@cli.command("list")
def list_events(
    kind: Kind = None,
    state: State = None,
    payload: Payload = None,
    endpoint: Endpoint = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many at most.")] = 20,
    before: Annotated[int | None, typer.Option(help="Go on before the delivery with this number.")] = None,
    json: AsJson = False,
) -> None:
    """List what was sent, or is to be sent, latest first."""
    asked = _query(kind, state, payload, endpoint, since, until) | {"limit": str(limit)}
    if before is not None:
        asked["before"] = str(before)
    found = app_client().call("GET", _DELIVERIES, query=asked)
    if json:
        return print_json(found)
    table(
        ("event", "delivery", "kind", "state", "tries", "recorded"),
        [
            (one["webhook_id"] or "-", one["id"], one["kind"], _state(one), one["attempts"], one["created_at"])
            for one in found["deliveries"]
        ],
    )


@cli.command()
def show(which: Which, json: AsJson = False) -> None:
    """Show an event's deliveries with every try: status, latency, what went wrong, the beginning of the answer."""
    client = app_client()
    found = [client.call("GET", f"{_DELIVERIES}/{number}") for number in _numbers(client, which)]
    if json:
        return print_json({"deliveries": found})
    for one in found:
        _describe(one["delivery"], one["attempts"])


@cli.command()
def resend(
    which: Annotated[
        str | None,
        typer.Argument(metavar="[ID]", help="Number of a delivery, or an event (evt_…) for all of its endpoints."),
    ] = None,
    kind: Kind = None,
    state: State = None,
    payload: Payload = None,
    endpoint: Endpoint = None,
    since: Since = None,
    until: Until = None,
    json: AsJson = False,
) -> None:
    """Send an event again, or all that meet the options; each comes under the `webhook-id` it had."""
    asked = _query(kind, state, payload, endpoint, since, until)
    if (which is None) == (not asked):
        raise typer.BadParameter("name an ID, or say which by --since, --until, --state, --kind, --payload, --endpoint")
    client = app_client()
    if which is not None and not _EVENT.fullmatch(which):
        client.call("POST", f"{_DELIVERIES}/{_number(which)}/resend")
        count = 1
    else:
        count = _resend_all(client, {"event": which} if which is not None else asked)
    if json:
        return print_json({"resent": count})
    say(f"Sent again: {count}." if count else "Nothing to send again: no delivery meets that, or its endpoint is gone.")


def _resend_all(client: "Client", asked: dict[str, str]) -> int:
    count, query = 0, asked
    while True:
        done = client.call("POST", f"{_DELIVERIES}/resend", query=query)
        count += int(done["resent"])
        if done["more_before"] is None:
            return count
        query = asked | {"before": str(done["more_before"])}


def _numbers(client: "Client", which: str) -> list[int]:
    if not _EVENT.fullmatch(which):
        return [_number(which)]
    found = client.call("GET", _DELIVERIES, query={"event": which, "limit": "500"})["deliveries"]
    if not found:
        raise Refused(
            message=f"The event {which} has no delivery.",
            hint="No endpoint asked for its kind when it happened, or it was pruned. `sealgate listen --after 0` has "
            "every event that is kept.",
        )
    return [one["id"] for one in reversed(found)]


def _number(which: str) -> int:
    if not which.isascii() or not which.isdigit() or len(which) > 15:
        raise typer.BadParameter(f"{which!r} is neither the number of a delivery nor an event (evt_…)")
    return int(which)


def _query(
    kind: str | None,
    state: str | None,
    payload: str | None,
    endpoint: str | None,
    since: str | None,
    until: str | None,
) -> dict[str, str]:
    given = {"kind": kind, "state": state, "payload": payload, "endpoint": endpoint, "since": since, "until": until}
    return {name: value for name, value in given.items() if value is not None}


def _state(delivery: dict[str, Any]) -> str:
    if delivery["sending"]:
        return "being sent"
    return f"waiting until {delivery['next_at']}" if delivery["next_at"] else str(delivery["state"])


def _describe(delivery: dict[str, Any], attempts: list[dict[str, Any]]) -> None:
    event = f"  {delivery['webhook_id']}" if delivery["webhook_id"] else ""
    say(
        f"{delivery['id']}  {delivery['kind']}{event}  {_state(delivery)}",
        f"  to     {delivery['target']} {delivery['endpoint']}",
        f"  about  {delivery['subject']}",
    )
    for one in attempts:
        answer = one["error"] if one["status"] is None else str(one["status"])
        latency = "" if one["latency_ms"] is None else f", {one['latency_ms']} ms"
        say(f"  try {one['number']}  {one['at']}  {answer}{latency}")
        if one["answer"]:
            say(*(f"         {line}" for line in one["answer"].splitlines()[:20]))
