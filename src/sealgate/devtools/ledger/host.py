"""The sandbox ledger in its process: it closes once a second, and its sockets hear of it."""

import asyncio
from typing import Any, Final

from sealgate.base.clock import Clock
from sealgate.devtools.ledger.chain import Header, Validated, touched_accounts
from sealgate.devtools.ledger.node import Node, Subscription
from sealgate.devtools.ledger.shapes import ledger_news, transaction_news
from sealgate.web.answers import encode_json
from sealgate.web.sockets import Socket

CLOSES_EVERY_S: Final = 1.0
MOST_WAITING: Final = 512
"""Frames that may wait for one socket; who is further behind does not read."""


class Follower:
    """One WebSocket, and what waits to be told to it."""

    def __init__(self, socket: Socket) -> None:
        self.subscription = Subscription()
        self._socket = socket
        self._waiting: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING)

    def tell(self, frame: bytes) -> None:
        """Queue a frame; a socket that reads too slowly is cut."""
        try:
            self._waiting.put_nowait(frame)
        except asyncio.QueueFull:
            self._socket.abort()

    async def keep_sending(self) -> None:
        """Send what is told, until the socket is gone."""
        while True:
            await self._socket.send_text(await self._waiting.get())


class LedgerHost:
    """Holds the node of this process."""

    def __init__(self, clock: Clock) -> None:
        self.node = Node(clock)
        self.node.listeners.append(self._tell)
        self.followers: set[Follower] = set()

    async def keep_closing(self) -> None:
        """Close a ledger once a second, unless a transaction has closed one meanwhile.

        The pace matters: client libraries give a transaction up twenty ledgers after they filled it in.
        """
        while True:
            last = self.node.chain.closed
            await asyncio.sleep(CLOSES_EVERY_S)
            if self.node.chain.closed is last:
                self.node.close()

    def _tell(self, header: Header, record: Validated | None) -> None:
        if not self.followers:
            return
        closed: dict[str, Any] = {
            **ledger_news(header, self.node.chain.first_index),
            "txn_count": int(record is not None),
            "type": "ledgerClosed",
        }
        frames = {version: encode_json(transaction_news(record, version)) for version in (1, 2)} if record else {}
        touched = touched_accounts(record) if record else set()
        for follower in list(self.followers):
            wanted = follower.subscription
            if "ledger" in wanted.streams:
                follower.tell(encode_json(closed))
            if record and ("transactions" in wanted.streams or touched & wanted.accounts):
                follower.tell(frames[wanted.api_version])
