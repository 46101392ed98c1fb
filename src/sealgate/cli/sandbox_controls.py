"""`sealgate sandbox …`: the controls of a running `sealgate dev`."""

import re
import time
from typing import Annotated, Any, Literal

import typer

from sealgate.cli.admin import admin_client
from sealgate.cli.output import AsJson, Refused, print_json, say
from sealgate.cli.wallet.commands import ORIGINS, RequestId, Via
from sealgate.cli.wallet.reference import payload_uuid

cli = typer.Typer(help="The controls of `sealgate dev`: clock, faults, a wallet that answers.", no_args_is_help=True)
faults = typer.Typer(help="Let webhooks, pushes or the sandbox ledger fail, or take their time.", no_args_is_help=True)
cli.add_typer(faults, name="faults")

_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s?)?")
_UNITS_S = (86_400, 3600, 60, 1)

Action = Literal["approve", "reject", "ignore", "wrong_account", "wrong_network"]
Wallet = Annotated[str, typer.Option("--wallet", help="Which of the sandbox's wallets.")]
Reason = Annotated[str | None, typer.Option(help="Of a rejection, as the app sees it.")]
Delay = Annotated[str, typer.Option(metavar="DURATION", help="Time it thinks first, such as 2s.")]
Status = Annotated[int | None, typer.Option(min=200, max=599, help="The answer that stands in for theirs.")]
Drop = Annotated[bool, typer.Option("--drop", help="The connection fails.")]
Times = Annotated[int | None, typer.Option(min=1, help="To how many calls it happens; to all by default.")]


def call(method: str, path: str = "", body: object = None) -> dict[str, Any]:
    """Call a control.

    Raises:
        Refused: the server is no sandbox, or says no.
    """
    from sealgate.cli.http import ServerRefused

    client = admin_client()
    try:
        return dict(client.call(method, f"/__dev{path}", body))
    except ServerRefused as refusal:
        # What a sandbox itself does not know has words of its own.
        if (refusal.answered, refusal.word) != (404, 404):
            raise
        raise Refused(
            message=f"{client.url} is no sandbox: only `sealgate dev` has these controls.",
            hint="Start one, and let SEALGATE_URL name it.",
        ) from None
    finally:
        client.close()


@cli.command()
def state(json: AsJson = False) -> None:
    """Show the clock, the faults, and the wallets that answer by themselves."""
    found = call("GET")
    if json:
        return print_json(found)
    clock = found["clock"]
    say(f"clock     {clock['now']}" + (f", {clock['ahead_s']:g} s ahead" if clock["ahead_s"] else ""))
    for name, fault in found["faults"].items():
        say(f"{name:<9} {_fault(fault)}")
    for script in found["scripts"]:
        say(f"wallet    {script['wallet']} answers by itself: {script['action']}")


@cli.command()
def reset(json: AsJson = False) -> None:
    """Go back to the seed: the demo app with its keys, alice, the machine's time, no faults."""
    done = call("POST", "/reset")
    print_json(done) if json else say(f"The sandbox is as new; {done['rows']} rows went.")


@cli.command()
def clock(
    advance: Annotated[
        str | None, typer.Option(metavar="DURATION", help="Move it forward, such as 90s, 10m, 1h30m, 2d.")
    ] = None,
    freeze: Annotated[
        bool | None, typer.Option("--freeze/--thaw", help="Let it stand still, or go on with the machine's.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Show the server's clock, move it forward or stop it: requests expire, tokens end, retries come due."""
    moves: dict[str, Any] = {} if advance is None else {"advance_s": seconds(advance)}
    if freeze is not None:
        moves["frozen"] = freeze
    found = call("POST", "/clock", moves) if moves else call("GET")["clock"]
    stands = ", and stands still" if found["frozen"] else ""
    print_json(found) if json else say(f"{found['now']}, {found['ahead_s']:g} s ahead of the machine's{stands}")


@faults.command("webhooks")
def fail_webhooks(
    status: Status = None, drop: Drop = False, delay: Delay = "0s", times: Times = None, json: AsJson = False
) -> None:
    """Let webhooks fail, or take their time; the receivers hear nothing of a call that was answered for them."""
    _set_fault("webhooks", {"status": status}, drop=drop, delay=delay, times=times, json=json)


@faults.command("push")
def fail_pushes(
    status: Status = None, drop: Drop = False, delay: Delay = "0s", times: Times = None, json: AsJson = False
) -> None:
    """Let pushes to devices fail, or take their time."""
    _set_fault("push", {"status": status}, drop=drop, delay=delay, times=times, json=json)


@faults.command("ledger")
def hold_up_ledger(drop: Drop = False, delay: Delay = "0s", times: Times = None, json: AsJson = False) -> None:
    """Let the sandbox ledger take its time, or cut who asks it."""
    _set_fault("ledger", drop=drop, delay=delay, times=times, json=json)


@faults.command()
def clear(json: AsJson = False) -> None:
    """Let everything work again."""
    done = call("DELETE", "/faults")
    print_json(done) if json else say("Everything works again.")


@cli.command()
def answer(
    request: RequestId,
    action: Annotated[Action, typer.Option(help="What the wallet does.")] = "approve",
    reason: Reason = None,
    delay: Delay = "0s",
    wallet: Wallet = "alice",
    via: Via = "qr",
    json: AsJson = False,
) -> None:
    """Let a wallet of the sandbox answer one request."""
    asked = {"payload": payload_uuid(request), "origin": ORIGINS[via], **_script(wallet, action, reason, "0s")}
    # Here, since a call does not wait for ten minutes.
    time.sleep(seconds(delay))
    done = call("POST", "/wallet/answers", asked)
    if json:
        print_json(done)
    if done["done"] == "refused":
        raise Refused(message=done["refused"]["message"], hint=done["refused"]["hint"] or "")
    if not json:
        say(f"{done['wallet']}: {done['done']}" + (f" by {done['account']}" if "account" in done else ""))


@cli.command()
def script(
    action: Annotated[Action, typer.Option(help="What the wallet does with every request.")] = "approve",
    reason: Reason = None,
    delay: Delay = "0s",
    wallet: Wallet = "alice",
    unpushed: Annotated[
        bool, typer.Option("--all", help="Answer new requests that name nobody, too, as if their QR code was scanned.")
    ] = False,
    stop: Annotated[bool, typer.Option("--stop", help="Leave the wallet to whoever holds it.")] = False,
    json: AsJson = False,
) -> None:
    """Let a wallet answer by itself whatever is pushed to it, what waits already included."""
    if stop:
        done = call("DELETE", "/wallet/script", {"wallet": wallet})
        return print_json(done) if json else say("Stopped." if done["stopped"] else f"{wallet} had no script.")
    done = call("PUT", "/wallet/script", {**_script(wallet, action, reason, delay), "unpushed": unpushed})
    return print_json(done) if json else say(f"{wallet} answers by itself: {action}.")


@cli.command("wallet")
def prepare_wallet(
    name: Annotated[str, typer.Argument(help="Name of the wallet, such as bob.")], json: AsJson = False
) -> None:
    """Make a wallet and pair it, unless the sandbox has it: a further person who can answer."""
    made = call("POST", "/wallets", {"name": name})
    print_json(made) if json else say(f"{made['name']}: {made['account']}")


@cli.command("cut-sockets")
def cut_sockets(json: AsJson = False) -> None:
    """Cut every status socket without a word, as a network does."""
    done = call("POST", "/sockets/cut")
    print_json(done) if json else say(f"Cut: {done['cut']}.")


def seconds(duration: str) -> float:
    """Return the seconds of a duration such as 90s, 10m, 1h30m, 2d; a bare number is seconds."""
    found = _DURATION.fullmatch(duration.strip().lower())
    if found is None or not any(found.groups()):
        raise typer.BadParameter(f"{duration!r} is no duration, such as 90s, 10m, 1h30m or 2d")
    return sum(float(number or 0) * unit for number, unit in zip(found.groups(), _UNITS_S, strict=True))


def _set_fault(
    name: str, answer: dict[str, int | None] | None = None, *, drop: bool, delay: str, times: int | None, json: bool
) -> None:
    """Set a fault; `answer` is the status that stands in for theirs, where there can be one."""
    fault = {**(answer or {}), "drop": drop, "delay_s": seconds(delay), "times": times}
    if not any((*(answer or {}).values(), drop, fault["delay_s"])):
        ways = "--status, --drop or --delay" if answer else "--drop or --delay"
        raise typer.BadParameter(f"say what happens: {ways}")
    done = call("PUT", f"/faults/{name}", fault)
    print_json(done) if json else say(f"{name}: {_fault(done[name])}")


def _script(wallet: str, action: Action, reason: str | None, delay: str) -> dict[str, Any]:
    return {"wallet": wallet, "action": action, "reason": reason, "delay_s": seconds(delay)}


def _fault(fault: dict[str, Any] | None) -> str:
    if fault is None:
        return "work"
    what = "the connection fails" if fault["drop"] else f"{fault['status']}" if fault.get("status") else "work"
    late = f" after {fault['delay_s']:g} s" if fault["delay_s"] else ""
    count = f", {fault['times']} times more" if fault["times"] else ""
    return f"{what}{late}{count}"
