"""A ledger node that says what a test tells it to: over WebSocket, and over JSON-RPC beside it."""

import asyncio
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any, Self

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

Params = dict[str, Any]
Says = Callable[[Params], dict[str, Any]]

RIPPLE_EPOCH_S = 946_684_800


class Refusal(Exception):
    """Raised by what answers a command: the node says no, with this word and whatever else."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.body = {"error": error, "error_code": 1, "status": "error", **more}


class Hang(Exception):
    """Raised by what answers a command: no answer ever comes."""


class Drop(Exception):
    """Raised by what answers a command: the connection is cut without a word."""


def ledger_hash(index: int, branch: str = "") -> str:
    """Return the hash of a ledger; a branch has others."""
    return sha256(f"{branch}{index}".encode()).hexdigest().upper()


class ScriptedNode:
    """A node with a chain of ledgers and whatever transactions a test puts there.

    Attributes:
        index: The latest validated ledger.
        roots: What there is of accounts beyond their address, such as `RegularKey`; whoever is here exists.
        signer_lists: The list of an account's signers.
        answers: What each command answers; a test replaces any of them.
        asked: Every command that came, with its parameters.
        branch: Names the hashes: nodes of one chain share it.
    """

    def __init__(self, *, network_id: int = 0, index: int = 1000, branch: str = "") -> None:
        self.network_id = network_id
        self.index = index
        self.branch = branch
        self.transactions: dict[str, dict[str, Any]] = {}
        self.sequences: dict[str, int] = {}
        self.roots: dict[str, dict[str, Any]] = {}
        self.signer_lists: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, Params]] = []
        self.answers: dict[str, Says] = {
            "server_info": lambda _: {"info": {"network_id": self.network_id, "complete_ledgers": f"1-{self.index}"}},
            "subscribe": lambda _: self._close(self.index),
            "ledger": self._ledger,
            "tx": self._tx,
            "account_info": self._account_info,
            "fee": lambda _: {"drops": {"base_fee": "10", "open_ledger_fee": "10", "minimum_fee": "10"}},
            "ledger_current": lambda _: {"ledger_current_index": self.index + 1},
        }
        self._sockets: set[ServerConnection] = set()
        self._server: Server | None = None
        self._rpc: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(self._talk, "127.0.0.1", 0, compression=None)
        self._rpc = await asyncio.start_server(self._answer_http, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        assert self._rpc is not None
        for socket in tuple(self._sockets):
            socket.transport.abort()
        self._server.close(close_connections=False)
        await self._server.wait_closed()
        self._rpc.close()

    @property
    def url(self) -> str:
        """Its WebSocket address."""
        assert self._server is not None
        return f"ws://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"

    @property
    def rpc_url(self) -> str:
        """Its JSON-RPC address."""
        assert self._rpc is not None
        return f"http://127.0.0.1:{self._rpc.sockets[0].getsockname()[1]}/"

    def validates(self, txid: str, *, result: str = "tesSUCCESS", at: int | None = None, **meta: Any) -> None:
        """Put a transaction into a ledger, the latest one by default."""
        self.transactions[txid] = {
            "hash": txid,
            "validated": True,
            "ledger_index": at or self.index,
            "meta": {"TransactionResult": result, "TransactionIndex": 0, "AffectedNodes": [], **meta},
        }

    async def close_ledger(self, count: int = 1) -> None:
        """Close ledgers, and tell who follows."""
        for _ in range(count):
            self.index += 1
            await self.tell(self._close(self.index) | {"type": "ledgerClosed"})

    async def tell(self, message: dict[str, Any]) -> None:
        """Send a message to everybody who is connected."""
        for socket in tuple(self._sockets):
            try:
                await socket.send(json.dumps(message))
            except ConnectionClosed:
                self._sockets.discard(socket)

    def lists_signers(self, account: str, quorum: int, **weights: int) -> None:
        """Let an account have a list of signers."""
        entries = [{"SignerEntry": {"Account": name, "SignerWeight": weight}} for name, weight in weights.items()]
        self.roots.setdefault(account, {})
        self.signer_lists[account] = {"SignerQuorum": quorum, "SignerEntries": entries, "SignerListID": 0}

    def cut(self) -> int:
        """Cut every connection; return how many there were."""
        sockets = tuple(self._sockets)
        for socket in sockets:
            socket.transport.abort()
        return len(sockets)

    def count(self, command: str) -> int:
        """Return how often a command came."""
        return sum(name == command for name, _ in self.asked)

    async def _talk(self, socket: ServerConnection) -> None:
        self._sockets.add(socket)
        try:
            async for text in socket:
                asked = json.loads(text)
                number, command = asked.pop("id"), asked.pop("command")
                try:
                    answer = {
                        "id": number,
                        "type": "response",
                        "status": "success",
                        "result": self._say(command, asked),
                    }
                except Refusal as refusal:
                    answer = {"id": number, "type": "response", **refusal.body}
                except Hang:
                    continue
                except Drop:
                    socket.transport.abort()
                    return
                await socket.send(json.dumps(answer))
        except ConnectionClosed:
            return
        finally:
            self._sockets.discard(socket)

    async def _answer_http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.split(b":")[1])
                    for line in head.split(b"\r\n")
                    if line.lower().startswith(b"content-length")
                )
                asked = json.loads(await reader.readexactly(length))
                try:
                    body: dict[str, Any] = {"result": self._say(asked["method"], asked["params"][0])}
                    body["result"]["status"] = "success"
                except Refusal as refusal:
                    body = {"result": refusal.body}
                except Hang:
                    await reader.read()
                    return
                except Drop:
                    writer.transport.abort()
                    return
                text = json.dumps(body).encode()
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(text), text))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            writer.close()

    def _say(self, command: str, params: Params) -> dict[str, Any]:
        self.asked.append((command, params))
        if command not in self.answers:
            raise Refusal("unknownCmd")
        return dict(self.answers[command](params))

    def _close(self, index: int) -> dict[str, Any]:
        return {"ledger_index": index, "ledger_hash": ledger_hash(index, self.branch), "ledger_time": index * 4}

    def _ledger(self, params: Params) -> dict[str, Any]:
        index = self.index if params.get("ledger_index") == "validated" else params["ledger_index"]
        if index > self.index:
            raise Refusal("lgrNotFound")
        named = ledger_hash(index, self.branch)
        return {
            "ledger": {"close_time": index * 4, "ledger_hash": named, "ledger_index": str(index)},
            "ledger_hash": named,
            "ledger_index": index,
            "validated": True,
        }

    def _tx(self, params: Params) -> dict[str, Any]:
        found = self.transactions.get(params["transaction"])
        if found is not None:
            return found
        more = {"searched_all": params["max_ledger"] <= self.index} if "max_ledger" in params else {}
        raise Refusal("txnNotFound", **more)

    def _account_info(self, params: Params) -> dict[str, Any]:
        account = params["account"]
        if account not in self.sequences and account not in self.roots:
            raise Refusal("actNotFound")
        data = {"Account": account, "Sequence": self.sequences.get(account, 1), "Flags": 0} | self.roots.get(
            account, {}
        )
        if params.get("signer_lists"):
            data["signer_lists"] = [self.signer_lists[account]] if account in self.signer_lists else []
        return {"account_data": data, "validated": True}
