"""The sandbox's controls over HTTP: `/__dev/…`, with the admin token of `dev.env`."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from sealgate.apps.wire import UuidText
from sealgate.base.clock import to_wire
from sealgate.devtools.errors import NoSeed, WalletUnknown
from sealgate.devtools.model import Action, Fault, Faults, LedgerFault, Script, Seconds
from sealgate.devtools.requests import RequestsAsked, RequestsOut, list_requests
from sealgate.devtools.sandbox import Sandbox
from sealgate.web import Admin, Call, Router

router = Router(tags=("sandbox",))

PREFIX = "/__dev"

MOST_DAYS = 3650


class ClockOut(msgspec.Struct, frozen=True):
    """The server's time, how far it was moved ahead of the machine's, and whether it stands still."""

    now: str
    ahead_s: float
    frozen: bool


class ClockIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to do with the clock.

    Attributes:
        advance_s: How far to move it forward, in seconds, up to ten years.
        frozen: True stops it; false lets time pass again, what has passed meanwhile at once.
    """

    advance_s: Annotated[float, Meta(gt=0, le=MOST_DAYS * 86_400)] | None = None
    frozen: bool | None = None


class StateOut(msgspec.Struct, frozen=True, kw_only=True):
    """The sandbox's state."""

    clock: ClockOut
    faults: Faults
    scripts: list[Script]


class ResetOut(msgspec.Struct, frozen=True):
    """What a reset did: how many rows went."""

    reset: bool
    rows: int


class SocketsOut(msgspec.Struct, frozen=True):
    """How many sockets were cut."""

    cut: int


class ScriptedAnswerIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which request a wallet answers, and how; the members beside the request are those of `Script`.

    Attributes:
        payload: UUID of the sign request.
        origin: How the wallet got to it.
    """

    payload: UuidText
    wallet: str = "alice"
    action: Action = "approve"
    reason: Annotated[str, Meta(max_length=200)] | None = None
    delay_s: Seconds = 0
    network: Annotated[str, Meta(max_length=32)] | None = None
    origin: Literal["QR", "DEEP_LINK", "PUSH_NOTIFICATION", "EVENT_LIST", "XAPP"] = "QR"

    def script(self) -> Script:
        """Return how the wallet answers."""
        return Script(
            wallet=self.wallet, action=self.action, reason=self.reason, delay_s=self.delay_s, network=self.network
        )


class StopIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which wallet is left to whoever holds it."""

    wallet: str = "alice"


class StoppedOut(msgspec.Struct, frozen=True):
    """Whether the wallet had a script."""

    stopped: bool


class WalletIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which wallet."""

    name: Annotated[str, Meta(pattern="^[a-z0-9][a-z0-9-]{0,31}$")]


class WalletOut(msgspec.Struct, frozen=True, kw_only=True):
    """A wallet of the sandbox: its account, and the UUID of its holder."""

    name: str
    account: str
    user: str


@router.get("/__dev", caller=Admin, answers=StateOut)
async def get_state(call: Call[Admin]) -> StateOut:
    """Show the sandbox's clock, its faults and the wallets that answer by themselves."""
    sandbox = call.context.get(Sandbox)
    return StateOut(clock=_clock(sandbox), faults=sandbox.network.faults, scripts=sandbox.scripts)


@router.post("/__dev/reset", caller=Admin, answers=ResetOut, raises=(NoSeed,))
async def post_reset(call: Call[Admin]) -> ResetOut:
    """Go back to the seed: the demo app with its keys, alice, the machine's time, no faults, a new ledger."""
    return ResetOut(True, await call.context.get(Sandbox).reset())


@router.post("/__dev/clock", caller=Admin, takes=ClockIn, answers=ClockOut)
async def post_clock(call: Call[Admin]) -> ClockOut:
    """Move the server's clock forward, or stop it: requests expire, tokens end, retries come due."""
    sandbox = call.context.get(Sandbox)
    if call.body.frozen is not None:
        sandbox.set_frozen(call.body.frozen)
    if call.body.advance_s is not None:
        sandbox.move_clock(call.body.advance_s)
    return _clock(sandbox)


@router.put("/__dev/faults/webhooks", caller=Admin, takes=Fault, answers=Faults)
async def put_webhook_fault(call: Call[Admin]) -> Faults:
    """Let webhooks fail, or take their time."""
    faults = call.context.get(Sandbox).network.faults
    faults.webhooks = call.body
    return faults


@router.put("/__dev/faults/push", caller=Admin, takes=Fault, answers=Faults)
async def put_push_fault(call: Call[Admin]) -> Faults:
    """Let pushes to devices fail, or take their time."""
    faults = call.context.get(Sandbox).network.faults
    faults.push = call.body
    return faults


@router.put("/__dev/faults/ledger", caller=Admin, takes=LedgerFault, answers=Faults)
async def put_ledger_fault(call: Call[Admin]) -> Faults:
    """Let the sandbox ledger take its time, or cut those who ask it."""
    faults = call.context.get(Sandbox).network.faults
    faults.ledger = call.body
    return faults


@router.delete("/__dev/faults", caller=Admin, answers=Faults)
async def delete_faults(call: Call[Admin]) -> Faults:
    """Let everything work again."""
    network = call.context.get(Sandbox).network
    network.clear()
    return network.faults


@router.post("/__dev/sockets/cut", caller=Admin, answers=SocketsOut)
async def post_cut(call: Call[Admin]) -> SocketsOut:
    """Cut every status socket without a word, as a network does."""
    return SocketsOut(call.context.get(Sandbox).cut_sockets())


@router.get("/__dev/requests", caller=Admin, query=RequestsAsked, answers=RequestsOut)
async def get_requests(call: Call[Admin]) -> RequestsOut:
    """List the sign requests of all apps or of one, and where they stand: what a test looks at when it fails."""
    asked: RequestsAsked = call.asked
    return await call.db.read(list_requests, asked, now=call.now)


@router.post("/__dev/wallets", caller=Admin, takes=WalletIn, answers=WalletOut)
async def post_wallet(call: Call[Admin]) -> WalletOut:
    """Make a wallet and pair it, unless the sandbox has it: a further person for a story of several."""
    return WalletOut(**await call.context.get(Sandbox).prepare_wallet(call.body.name))


@router.post("/__dev/wallet/answers", caller=Admin, takes=ScriptedAnswerIn, answers=dict, raises=(WalletUnknown,))
async def post_answer(call: Call[Admin]) -> dict[str, Any]:
    """Let a wallet answer one request and tell what came of it: `done`, and `refused` with the wallet's words."""
    asked: ScriptedAnswerIn = call.body
    return await call.context.get(Sandbox).answer(asked.payload, asked.script(), origin=asked.origin)


@router.put("/__dev/wallet/script", caller=Admin, takes=Script, answers=Script, raises=(WalletUnknown,))
async def put_script(call: Call[Admin]) -> Script:
    """Let a wallet answer whatever is pushed to it, from now on and what waits already."""
    script: Script = call.body
    await call.context.get(Sandbox).start_script(script)
    return script


@router.delete("/__dev/wallet/script", caller=Admin, takes=StopIn, answers=StoppedOut)
async def delete_script(call: Call[Admin]) -> StoppedOut:
    """Leave a wallet to whoever holds it."""
    return StoppedOut(call.context.get(Sandbox).stop_script(call.body.wallet))


def _clock(sandbox: Sandbox) -> ClockOut:
    return ClockOut(to_wire(sandbox.clock.now()), sandbox.clock.ahead_s, sandbox.clock.is_frozen)
