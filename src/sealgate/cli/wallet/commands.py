"""`sealgate wallet …`: what a person, or a test, does with a wallet."""

from typing import Annotated, Any, Literal

import typer

from sealgate.cli.environment import Environment
from sealgate.cli.output import AsJson, Refused, is_interactive, note, print_json, say, table
from sealgate.cli.wallet.reference import payload_uuid

cli = typer.Typer(help="A wallet with its keys in a file.", no_args_is_help=True)

Name = Annotated[str, typer.Option("--wallet", help="Which wallet.")]
RequestId = Annotated[str, typer.Argument(metavar="ID", help="UUID, sign URL or QR text of the request.")]
Network = Annotated[
    str | None, typer.Option(help="Network to sign for, such as MAINNET; the request's own by default.")
]
Account = Annotated[
    str | None,
    typer.Option(help="Account to sign for, where this wallet's key is its regular key; its own by default."),
]
ORIGINS = {"qr": "QR", "deeplink": "DEEP_LINK", "push": "PUSH_NOTIFICATION", "list": "EVENT_LIST"}
Via = Annotated[
    Literal["qr", "deeplink", "push", "list"], typer.Option(help="How the request is said to have been reached.")
]


_ENDINGS = {True: "in a validated ledger:", False: "in no ledger, and never will be", None: "not decided yet"}


def _open(name: str) -> Any:
    from sealgate.cli.wallet.wallets import open_keystore, open_wallet

    return open_wallet(open_keystore(Environment()), name)


@cli.command()
def create(
    name: Annotated[str, typer.Option("--name", "--wallet", help="Name of the new wallet.")] = "alice",
    algorithm: Annotated[Literal["ed25519", "secp256k1"], typer.Option(help="Kind of its key.")] = "ed25519",
    seed: Annotated[
        str | None,
        typer.Option(
            envvar="SEALGATE_WALLET_SEED",
            help="Import this family seed; better by the variable than on the command line.",
        ),
    ] = None,
    invitation: Annotated[str | None, typer.Option(help="Join the holder who made this invitation.")] = None,
    key_file: Annotated[
        bool, typer.Option("--key-file", help="Lock this folder's wallets by a 0600 key file instead of passphrases.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Make a wallet and pair it with the server."""
    from sealgate.cli.wallet.wallets import make_wallet, open_keystore, pair_wallet

    environment = Environment()
    keystore = open_keystore(environment)
    url = environment.url
    if key_file:
        keystore.make_key_file()
    wallet = pair_wallet(
        keystore, make_wallet(keystore, name, algorithm=algorithm, seed=seed), url, invitation=invitation
    )
    made = _described(wallet.file)
    if json:
        return print_json(made)
    say(f"{name}: {made['account']} ({made['algorithm']}), paired with {url}")


@cli.command()
def pair(
    name: Name = "alice",
    invitation: Annotated[str | None, typer.Option(help="Join the holder who made this invitation.")] = None,
    json: AsJson = False,
) -> None:
    """Pair a wallet with the server of the environment, anew if need be."""
    from sealgate.cli.wallet.wallets import open_keystore, open_wallet, pair_wallet

    environment = Environment()
    keystore = open_keystore(environment)
    wallet = pair_wallet(keystore, open_wallet(keystore, name), environment.url, invitation=invitation)
    print_json(_described(wallet.file)) if json else say(f"{name} is paired with {environment.url}.")


@cli.command("list")
def list_wallets(
    only: Annotated[str | None, typer.Option("--wallet", help="Only this one.")] = None, json: AsJson = False
) -> None:
    """List the wallets of the folder."""
    from sealgate.cli.wallet.wallets import open_keystore

    keystore = open_keystore(Environment())
    found = [_described(keystore.find(name)) for name in ([only] if only else keystore.names())]
    if json:
        return print_json({"wallets": found})
    table(
        ("wallet", "account", "key", "server"),
        [(one["name"], one["account"], one["algorithm"], one["server"]) for one in found],
    )


@cli.command()
def pending(name: Name = "alice", json: AsJson = False) -> None:
    """List the requests that wait for an answer."""
    found = _open(name).api(Environment()).pending()
    if json:
        return print_json({"payloads": found})
    table(
        ("request", "type", "from", "open until"),
        [
            (one.meta.uuid, "xApp" if one.xapp else one.payload.tx_type, one.application.name, one.payload.expires_at)
            for one in found
        ],
    )


@cli.command("open")
def open_request(request: RequestId, name: Name = "alice", via: Via = "qr", json: AsJson = False) -> None:
    """Open a request, as scanning it does, and show what would be signed."""
    _show(_open(name), payload_uuid(request), via=via, network=None, json=json)


@cli.command()
def show(
    request: RequestId, name: Name = "alice", network: Network = None, account: Account = None, json: AsJson = False
) -> None:
    """Show what would be signed, against what was asked. A request that was not pushed is opened by this."""
    wallet = _open(name)
    uuid = payload_uuid(request)
    waiting = [one for one in wallet.api(Environment()).pending() if one.meta.uuid == uuid]
    _show(
        wallet,
        uuid,
        via="list" if waiting else "qr",
        network=network,
        account=account,
        json=json,
        request=waiting[0] if waiting else None,
    )


@cli.command()
def sign(
    request: RequestId,
    name: Name = "alice",
    via: Via = "qr",
    network: Network = None,
    account: Account = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until the ledger has decided.")] = False,
    json: AsJson = False,
) -> None:
    """Open a request, sign it and hand the signature in; submit it where a ledger node is known."""
    from sealgate.cli.wallet.answering import answer
    from sealgate.cli.wallet.node import know_networks

    know_networks(Environment())
    uuid = payload_uuid(request)
    ask = None if json or yes or not is_interactive() else _confirm
    done = answer(
        _open(name),
        Environment(),
        uuid,
        origin=ORIGINS[via],
        network=network,
        ask=ask,
        show=None if json else say,
        wait=wait,
        account=_address(account),
    )
    if json:
        return print_json(done)
    say(f"Signed by {done['account']}: {done['txid'] or 'a claim'}")
    if "collected" in done:
        say("  {weight} of {quorum}: the others who may sign do it by the same request".format(**done["collected"]))
    if done["dispatched"]:
        say(f"  submitted to {done['dispatched']['to']}: {done['dispatched']['result']}, which is not the end yet")
    if "validated" in done:
        say(f"  {_ENDINGS[done['validated']]} {done['result'] or ''}".rstrip())
    if done["return_url"]:
        say(f"  the application goes on at {done['return_url']}")


@cli.command()
def reject(
    request: RequestId,
    name: Name = "alice",
    reason: Annotated[str | None, typer.Option(help="Why, for the application's owner.")] = None,
    via: Via = "qr",
    json: AsJson = False,
) -> None:
    """Decline a request."""
    uuid = payload_uuid(request)
    api = _open(name).api(Environment())
    api.open(uuid, origin=ORIGINS[via])
    api.reject(uuid, reason=reason, origin=ORIGINS[via])
    print_json({"uuid": uuid, "signed": False, "rejected": True, "reason": reason}) if json else say("Rejected.")


@cli.command()
def watch(
    name: Name = "alice",
    approve: Annotated[
        Literal["all", "none"], typer.Option(help="Sign whatever is pushed, or only say what is.")
    ] = "none",
    count: Annotated[int | None, typer.Option(help="Stop after this many requests.")] = None,
    json: AsJson = False,
) -> None:
    """Follow the requests pushed to this wallet; under --json one object a line."""
    from sealgate.cli.wallet.answering import watch as follow
    from sealgate.cli.wallet.node import know_networks

    know_networks(Environment())
    for done in follow(_open(name), Environment(), approve=approve == "all", count=count):
        print_json(done) if json else say(
            " ".join(str(value) for value in done.values() if value not in (None, "", []))
        )


@cli.command()
def permissions(name: Name = "alice", json: AsJson = False) -> None:
    """List the applications that may push requests to this wallet."""
    found = _open(name).api(Environment()).permissions()
    if json:
        return print_json({"permissions": found})
    table(
        ("application", "name", "until", "muted"),
        [
            (one["app"]["id"], one["app"]["name"], one["grant"]["expires"], "yes" if one["muted"] else "")
            for one in found
        ],
    )


@cli.command()
def mute(
    app: Annotated[str, typer.Argument(help="UUID of the application.")],
    off: Annotated[bool, typer.Option("--off", help="Let it wake this holder's devices again.")] = False,
    name: Name = "alice",
    json: AsJson = False,
) -> None:
    """Let an application's requests be listed without waking anybody; its permission stays."""
    _open(name).api(Environment()).mute(app, muted=not off)
    print_json({"app": app, "muted": not off}) if json else say("Unmuted." if off else "Muted.")


@cli.command()
def revoke(
    app: Annotated[str, typer.Argument(help="UUID of the application.")], name: Name = "alice", json: AsJson = False
) -> None:
    """Take back an application's permission to push requests."""
    _open(name).api(Environment()).revoke(app)
    print_json({"app": app, "revoked": True}) if json else say("Revoked.")


@cli.command()
def invite(name: Name = "alice", json: AsJson = False) -> None:
    """Make an invitation for one more device of the same holder."""
    made = _open(name).api(Environment()).invite()
    print_json(made) if json else say(
        made["invitation"], f"  valid until {made['expires_at']}, once: sealgate wallet create --invitation …"
    )


def _address(account: str | None) -> str | None:
    from sealgate.ledger.addresses import is_classic_address

    if account is not None and not is_classic_address(account):
        raise Refused(message=f"{account!r} is no account address.", hint="Classic addresses begin with r.")
    return account


def _show(
    wallet: Any,
    uuid: str,
    *,
    via: str,
    network: str | None,
    json: bool,
    account: str | None = None,
    request: Any = None,
) -> None:
    from sealgate.cli.wallet.node import know_networks, node_of
    from sealgate.cli.wallet.review import compare, describe
    from sealgate.cli.wallet.signing import choose_network, is_submitted, prepare

    know_networks(Environment())
    if request is None:
        request = wallet.api(Environment()).open(uuid, origin=ORIGINS[via])
    chosen = choose_network(request, network)
    node = node_of(Environment(), chosen) if is_submitted(request) else None
    account = _address(account) or wallet.keys.address
    ledger = None if node is None else node.facts(account)
    transaction, filled = prepare(request, account, chosen, ledger)
    lines = compare(request, transaction)
    if json:
        return print_json(
            {
                "uuid": uuid,
                "request": request,
                "transaction": transaction,
                "filled": filled,
                "differences": [one for one in lines if one.mark != "="],
            }
        )
    say(*describe(request, lines, network=chosen.key, filled=filled))


def _confirm() -> None:
    if not typer.confirm("Sign this?"):
        note("Nothing was signed. The request stays open: reject it with `sealgate wallet reject`.")
        raise Refused(message="You chose not to sign.")


def _described(file: Any) -> dict[str, Any]:
    paired = file.pairing
    return {
        "name": file.name,
        "account": file.account,
        "algorithm": file.algorithm,
        "public_key": file.public_key,
        "server": paired.url if paired else None,
        "device": paired.device if paired else None,
        "user": paired.user if paired else None,
    }
