"""The node's API over HTTP (JSON-RPC) and WebSocket, and the faucet. Anyone may call: it is a public node's.

Source: xrpl.org "Request Formatting", "Response Formatting".
"""

import asyncio
from typing import Any, Final

import msgspec

from sealgate.base.errors import SealgateError
from sealgate.devtools.ledger.commands import answer
from sealgate.devtools.ledger.errors import CommandRefused, FaucetDry, FaucetRequestInvalid
from sealgate.devtools.ledger.faucet import fund
from sealgate.devtools.ledger.host import Follower, LedgerHost
from sealgate.devtools.ledger.node import Asked
from sealgate.devtools.sandbox import Sandbox
from sealgate.web import Call, Router
from sealgate.web.answers import Lenient, encode_json
from sealgate.web.call import ClientGone
from sealgate.web.callers import Anyone
from sealgate.web.routing import Cors
from sealgate.web.sockets import Socket, cut
from sealgate.web.strict_json import parse_json

PATH: Final = "/__dev/ledger"
FAUCET: Final = "/__dev/ledger/faucet"
_SECRETS: Final = frozenset({"passphrase", "secret", "seed", "seed_hex"})

router = Router(tags=("sandbox",), cors=Cors(request_headers=("Content-Type",)))

_JSON_RPC: Final = {
    "type": "object",
    "required": ["method"],
    "properties": {
        "method": {"type": "string"},
        "params": {"type": "array", "maxItems": 1, "items": {"type": "object"}},
    },
}


class FaucetIn(msgspec.Struct, frozen=True, rename="camel"):
    """Who is to be paid, and how much XRP; other members are for other faucets."""

    destination: str
    xrp_amount: str | int | float | None = None


@router.post(PATH, caller=Anyone, takes=Lenient, documents=_JSON_RPC, answers=dict)
async def post_command(call: Call[Anyone]) -> dict[str, Any]:
    """Answer a command of the sandbox ledger, as a node does over JSON-RPC."""
    asked = call.json()
    if await call.context.get(Sandbox).network.hold_up_ledger():
        cut(call.scope)
        raise ClientGone
    name, params = _read_rpc(asked)
    try:
        return {"result": {**answer(name, Asked(call.context.get(LedgerHost).node, params)), "status": "success"}}
    except CommandRefused as refusal:
        return {"result": {**_refused(refusal), "request": _echo({**params, "command": name}), "status": "error"}}


@router.post(FAUCET, caller=Anyone, takes=FaucetIn, answers=dict, raises=(FaucetDry, FaucetRequestInvalid))
async def post_faucet(call: Call[Anyone]) -> dict[str, Any]:
    """Pay an account XRP from the genesis account; one that does not exist comes to be."""
    wanted: FaucetIn = call.body
    return fund(call.context.get(LedgerHost).node, wanted.destination, wanted.xrp_amount)


@router.websocket(PATH)
async def speak(socket: Socket) -> None:
    """Answer the commands of one client, and tell it what it subscribes to, until it leaves."""
    host = socket.context.get(LedgerHost)
    await socket.accept()
    follower = Follower(socket)
    host.followers.add(follower)
    sending = asyncio.create_task(follower.keep_sending())
    try:
        while (text := await socket.receive()) is not None:
            if await socket.context.get(Sandbox).network.hold_up_ledger():
                socket.abort()
                return
            await socket.send_text(_answer_frame(socket, host, follower, text))
    finally:
        host.followers.discard(follower)
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


def _answer_frame(socket: Socket, host: LedgerHost, follower: Follower, text: str) -> bytes:
    try:
        params = parse_json(text.encode("utf-8", "replace"), max_depth=socket.context.settings.max_json_depth)
    except SealgateError as problem:
        return encode_json({"type": "error", "error": "jsonInvalid", "error_message": problem.message})
    if not isinstance(params, dict):
        return encode_json({"type": "error", "error": "jsonInvalid", "error_message": "A command is an object."})
    name = params.get("command")
    told: dict[str, Any] = {"id": params["id"]} if "id" in params else {}
    told["type"] = "response"
    try:
        result = answer(name, Asked(host.node, params, follower.subscription))
    except CommandRefused as refusal:
        return encode_json({**told, "status": "error", **_refused(refusal), "request": _echo(params)})
    if "api_version" in params:
        told["api_version"] = params["api_version"]
    return encode_json({**told, "status": "success", "result": result})


def _read_rpc(asked: Any) -> tuple[Any, dict[str, Any]]:
    """Return the command's name and its parameters; whatever is not there counts as missing."""
    if not isinstance(asked, dict):
        return None, {}
    params = asked.get("params")
    first = params[0] if isinstance(params, list) and params else {}
    return asked.get("method"), first if isinstance(first, dict) else {}


def _refused(refusal: CommandRefused) -> dict[str, Any]:
    told: dict[str, Any] = {"error": refusal.error, "error_message": refusal.message, **refusal.more}
    if refusal.code is None:
        return told | {"error_exception": refusal.message}
    return told | {"error_code": refusal.code}


def _echo(params: dict[str, Any]) -> dict[str, Any]:
    return {name: "<masked>" if name in _SECRETS else value for name, value in params.items()}
