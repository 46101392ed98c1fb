"""`sealgate logs …`: what the application called and how it ended, live."""

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sealgate.cli.application import app_client
from sealgate.cli.calls import show_call
from sealgate.cli.output import AsJson, Refused, note, print_json

if TYPE_CHECKING:
    from sealgate.cli.http import Client

cli = typer.Typer(help="The log of an application's calls.", no_args_is_help=True)

_CALLS = "/api/v1/platform/calls"
_EVERY_S = 1.0
_PAGE = 200


@cli.command()
def tail(
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C; --json prints a line each.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many of the latest calls to begin with.")] = 20,
    refused: Annotated[bool, typer.Option("--refused", help="Only calls that were refused.")] = False,
    json: AsJson = False,
) -> None:
    """Show the application's latest calls: reference, endpoint, status, and of refusals code and cause."""
    client = app_client()
    latest = client.call("GET", _CALLS, query={"limit": str(limit)})["calls"]
    shown = [one for one in reversed(latest) if one["error_code"] or not refused]
    if json and not follow:
        return print_json({"calls": shown})
    for one in shown:
        print_json(one) if json else show_call(one)
    if not follow:
        return None
    for one in _new_calls(client, after=latest[0]["number"] if latest else 0):
        if one["error_code"] or not refused:
            print_json(one) if json else show_call(one)
    return None


@cli.command()
def show(
    reference: Annotated[str, typer.Argument(help="The reference in a refusal, or the answer's X-Call-Ref.")],
    json: AsJson = False,
) -> None:
    """Show the call behind a reference."""
    from urllib.parse import quote

    found = app_client().call("GET", f"{_CALLS}/{quote(reference, safe='')}")
    print_json(found) if json else show_call(found)


def _new_calls(client: "Client", *, after: int) -> Iterator[dict[str, Any]]:
    """Yield calls as they are logged, without end; a server that is away is waited for."""
    is_up = True
    while True:
        try:
            page = client.call("GET", _CALLS, query={"after": str(after), "limit": str(_PAGE)})["calls"]
        except Refused as problem:
            if is_up:
                note(f"sealgate: {problem.message} Trying until it answers.")
            is_up, page = False, []
        else:
            if not is_up:
                note("sealgate: The log goes on.")
            is_up = True
        for one in page:
            after = one["number"]
            yield one
        if len(page) < _PAGE:
            time.sleep(_EVERY_S)
