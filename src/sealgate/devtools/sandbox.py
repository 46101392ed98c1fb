"""The sandbox's controls, one object for each process of `sealgate dev`."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

from sealgate.access.call_log import CallLog
from sealgate.apps.directory import AppDirectory
from sealgate.base.clock import ShiftedClock
from sealgate.base.logs import get_logger
from sealgate.devtools import seed
from sealgate.devtools.errors import NoSeed
from sealgate.devtools.faults import FaultyNetwork
from sealgate.devtools.ledger.host import LedgerHost
from sealgate.devtools.model import Hand, Script
from sealgate.holders.directory import DeviceDirectory
from sealgate.holders.events import holder_topic
from sealgate.infra.bus import BUS_RESUMED, SubscriptionEnded
from sealgate.infra.counters import LocalCounters
from sealgate.infra.nodes import Nodes
from sealgate.payloads.hub import StatusHub
from sealgate.payloads.service import list_payloads
from sealgate.web.context import Context

LOOK_EVERY_S = 0.05
MOST_AT_ONCE = 100

_log = get_logger("devtools")


class Sandbox:
    """Moves the clock, makes faults, goes back to the seed, and lets a wallet answer by itself."""

    def __init__(self, context: Context, network: FaultyNetwork, hand: Hand) -> None:
        self._context = context
        assert isinstance(context.clock, ShiftedClock)
        self.clock = context.clock
        self.network = network
        self.hand = hand
        self._scripts: dict[str, tuple[Script, asyncio.Task[None]]] = {}

    @property
    def scripts(self) -> list[Script]:
        """The wallets that answer by themselves, and how."""
        return [script for script, _task in self._scripts.values()]

    def move_clock(self, seconds: float) -> datetime:
        """Move the server's clock forward and wake whoever waits for a time; return the new time."""
        self.clock.advance(seconds=seconds)
        self._wake()
        return self.clock.now()

    async def reset(self) -> int:
        """Go back to the seed: clock, faults, scripts and ledger included; return how many rows went.

        Raises:
            NoSeed: this sandbox was made before there was one.
        """
        rows = await asyncio.to_thread(seed.read_seed, Path(self._context.settings.data_dir))
        if rows is None:
            raise NoSeed
        for name in list(self._scripts):
            self.stop_script(name)
        # What is written behind the calls would otherwise come after the reset.
        await self._context.get(CallLog).flush()
        self.network.clear()
        self.clock.thaw()
        self.clock.reset()
        self._context.get(LedgerHost).node.reset()
        for pool in self._context.get(Nodes).pools.values():
            pool.forget_ledgers()
        gone = await self._context.db.write(seed.restore, rows)
        self._context.get(AppDirectory).forget_all()
        self._context.get(DeviceDirectory).forget_all()
        if isinstance(self._context.counters, LocalCounters):
            self._context.counters.forget_all()
        self._wake()
        return gone

    def cut_sockets(self) -> int:
        """Cut every status socket without a word, as a network does; return how many there were."""
        return self._context.get(StatusHub).cut_all()

    async def answer(self, uuid: str, script: Script, *, origin: str) -> dict[str, Any]:
        """Let a wallet answer one request, now."""
        await asyncio.sleep(script.delay_s)
        return await asyncio.to_thread(self.hand.answer, uuid, script, origin=origin)

    async def start_script(self, script: Script) -> None:
        """Let a wallet answer whatever is pushed to it, what waits already included, until told otherwise."""
        self.stop_script(script.wallet)
        holder = await asyncio.to_thread(self.hand.holder, script.wallet)
        latest = await self._context.db.read(list_payloads, limit=1) if script.unpushed else []
        self._scripts[script.wallet] = (
            script,
            asyncio.create_task(self._follow_all(script, holder, latest[0].id if latest else 0)),
        )

    async def prepare_wallet(self, name: str) -> dict[str, Any]:
        """Make and pair a wallet of this name, unless the sandbox has it; return who it is."""
        return await asyncio.to_thread(self.hand.prepare, name)

    def set_frozen(self, frozen: bool) -> None:
        """Stop the clock, or let time pass again."""
        if frozen:
            self.clock.freeze()
        else:
            self.clock.thaw()
            self._wake()

    def stop_script(self, wallet: str) -> bool:
        """Leave a wallet to whoever holds it. False where it had no script."""
        known = self._scripts.pop(wallet, None)
        if known is not None:
            known[1].cancel()
        return known is not None

    async def _follow_all(self, script: Script, holder: str, number: int) -> None:
        async with asyncio.TaskGroup() as both:
            both.create_task(self._follow(script, holder))
            if script.unpushed:
                both.create_task(self._follow_unpushed(script, number))

    async def _follow_unpushed(self, script: Script, number: int) -> None:
        answering: set[asyncio.Task[None]] = set()
        while True:
            # Nobody is told of a request that names nobody, so it is looked for.
            for payload in await self._context.db.read(list_payloads, after=number, limit=MOST_AT_ONCE):
                number = payload.id
                if payload.holder_uuid is None and payload.terms.xapp is None:
                    task = asyncio.create_task(self._answer_quietly(payload.uuid, script, origin="QR"))
                    answering.add(task)
                    task.add_done_callback(answering.discard)
            await asyncio.sleep(LOOK_EVERY_S)

    async def _follow(self, script: Script, holder: str) -> None:
        answering: set[asyncio.Task[None]] = set()
        seen: set[str] = set()
        while True:
            try:
                async with self._context.bus.subscribe(holder_topic(holder)) as news:
                    waiting = await asyncio.to_thread(self.hand.waiting, script.wallet)
                    while True:
                        for uuid in waiting:
                            if uuid not in seen:
                                seen.add(uuid)
                                # Each on its own: one that thinks for long must not hold up the others.
                                task = asyncio.create_task(self._answer_quietly(uuid, script))
                                answering.add(task)
                                task.add_done_callback(answering.discard)
                        event = await news.get()
                        waiting = [event.data["uuid"]] if event.kind == "payload_created" else []
            except SubscriptionEnded:
                continue

    async def _answer_quietly(self, uuid: str, script: Script, *, origin: str = "PUSH_NOTIFICATION") -> None:
        try:
            done = await self.answer(uuid, script, origin=origin)
        except Exception as problem:
            _log.warning("the scripted wallet did not answer", payload=uuid, problem=str(problem))
        else:
            _log.info("the scripted wallet answered", payload=uuid, done=done.get("done"))

    def _wake(self) -> None:
        self._context.bus.publish(BUS_RESUMED)
