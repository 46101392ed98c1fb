"""`sealgate payload …`: what a back end does with its key and secret, from the shell."""

import sys
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from sealgate.cli.application import app_client
from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, Refused, is_interactive, print_json, say

cli = typer.Typer(help="Sign requests, as an application makes them.", no_args_is_help=True)

_PAYLOADS = "/api/v1/platform/payload"
PayloadId = Annotated[str, typer.Argument(help="UUID of the sign request.")]


def _read_template(source: str) -> Any:
    try:
        text = sys.stdin.read() if source == "-" else Path(source).read_text()
        return msgspec.json.decode(text)
    except (OSError, UnicodeDecodeError, msgspec.DecodeError) as problem:
        raise Refused(
            message=f"The transaction in {source} cannot be read: {problem}",
            hint="Give a file with one JSON object, or - for standard input.",
        ) from None


@cli.command()
def create(
    sign_in: Annotated[bool, typer.Option("--sign-in", help="Ask who the user is.")] = False,
    txjson: Annotated[
        str | None, typer.Option(help="File with the transaction to sign, or - for standard input.")
    ] = None,
    user_token: Annotated[str | None, typer.Option(help="Push the request to the holder behind this token.")] = None,
    identifier: Annotated[str | None, typer.Option(help="Your own name for it, unique in your application.")] = None,
    instruction: Annotated[str | None, typer.Option(help="A line the person reads before signing.")] = None,
    expire: Annotated[int | None, typer.Option(help="Minutes until it can no longer be opened.")] = None,
    no_submit: Annotated[bool, typer.Option("--no-submit", help="Sign only; the wallet must not submit.")] = False,
    multisign: Annotated[
        bool, typer.Option("--multisign", help="Ask those on the account's list of signers to sign together.")
    ] = False,
    signers: Annotated[
        list[str] | None, typer.Option("--signer", help="Only this account may sign; again for more of them.")
    ] = None,
    network: Annotated[str | None, typer.Option(help="The one network to sign for, such as TESTNET.")] = None,
    json: AsJson = False,
) -> None:
    """Create a sign request."""
    if sign_in == (txjson is not None):
        raise typer.BadParameter("give either --sign-in or --txjson")
    template = {"TransactionType": "SignIn"} if sign_in else _read_template(txjson or "-")
    options = {
        "expire": expire,
        "submit": False if no_submit else None,
        "multisign": multisign or None,
        "signers": signers or None,
        "force_network": network,
    }
    meta = {"identifier": identifier, "instruction": instruction}
    body = {
        "txjson": template,
        "user_token": user_token,
        "options": {name: value for name, value in options.items() if value is not None},
        "custom_meta": {name: value for name, value in meta.items() if value is not None},
    }
    made = app_client().call("POST", _PAYLOADS, {name: value for name, value in body.items() if value})
    if json:
        return print_json(made)
    say(f"{made['uuid']}", f"  open    {made['next']['always']}", f"  pushed  {'yes' if made['pushed'] else 'no'}")
    for warning in made.get("warnings", ()):
        say(f"  note    {warning['message']}")
    if is_interactive():
        import segno

        say("")
        segno.make(made["next"]["always"], error="m").terminal(compact=True)


@cli.command()
def get(
    payload: Annotated[str, typer.Argument(help="UUID, or with --identifier your own name for it.")],
    identifier: Annotated[bool, typer.Option("--identifier", help="Look it up by your own identifier.")] = False,
    json: AsJson = False,
) -> None:
    """Show a sign request and its outcome."""
    from urllib.parse import quote

    path = f"{_PAYLOADS}/ci/{quote(payload, safe='')}" if identifier else f"{_PAYLOADS}/{quote(payload, safe='')}"
    found = app_client().call("GET", path)
    print_json(found) if json else _describe(found)


@cli.command()
def cancel(payload: PayloadId, json: AsJson = False) -> None:
    """Cancel a sign request that nobody has opened."""
    from urllib.parse import quote

    done = app_client().call("DELETE", f"{_PAYLOADS}/{quote(payload, safe='')}")
    if json:
        print_json(done)
    result = done["result"]
    if not result["cancelled"]:
        raise Refused(
            message=f"It was not cancelled: {result['reason']}.",
            hint="Only a request that nobody has opened can be cancelled.",
        )
    if not json:
        say("Cancelled.")


@cli.command()
def watch(payload: PayloadId, json: AsJson = False) -> None:
    """Follow a sign request until it is signed, rejected or expired; then print it."""
    from sealgate.cli.status_socket import follow

    environment = Environment()
    for frame in follow(environment.url, payload):
        if not json:
            say(frame.words)
        if frame.is_last:
            break
    found = app_client().call("GET", f"{_PAYLOADS}/{payload}")
    print_json(found) if json else _describe(found)


def _describe(found: dict[str, Any]) -> None:
    meta, asked, response = found["meta"], found["payload"], found["response"]
    if meta["resolved"]:
        state = "signed" if meta["signed"] else "rejected"
    elif meta["cancelled"]:
        state = "cancelled"
    elif meta["app_opened"]:
        state = "opened, waiting for the signature"
    else:
        state = "expired" if meta["expired"] else "waiting to be opened"
    say(
        f"{meta['uuid']}  {asked['tx_type']}  {state}",
        f"  asked     {msgspec.json.encode(asked['request_json']).decode()}",
    )
    for name in ("account", "txid", "resolved_at", "dispatched_result"):
        if response[name]:
            say(f"  {name:<9} {response[name]}")
    if found["application"]["issued_user_token"]:
        say("  the holder can be pushed to: `issued_user_token` is in the --json output")
