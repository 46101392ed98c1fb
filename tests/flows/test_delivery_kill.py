"""Processes killed while they deliver: every event arrives, under one id, in the order of its payload."""

import asyncio
import contextlib
import json
import os
import random
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.platform import SEALGATE, Platform, start_platform
from tests.receiver import Answer, Received, Receiver
from tests.remote import Remote
from tests.server_process import Server
from tests.services import PostgresServer, start_postgres
from tests.wallet_side import Wallet

OUTCOMES, KILLS = 500, 2
MANY_OUTCOMES, MANY_KILLS = 20_000, 20
SIGNERS = 8
SIGNED_SHARE = 0.2
REQUEST = {"TransactionType": "SignIn"}
KINDS = ("payload.opened", "payload.resolved", "payload.signed", "payload.rejected")
SETTINGS = {
    # So soon and so often that a receiver which fails at random is never given up.
    "webhook_waits_s": ",".join(["0.1"] * 100),
    "outbox_lease_s": "2",
    "outbound_networks": "127.0.0.0/8",
}


class Worker(Server):
    """`sealgate worker` beside a platform on PostgreSQL."""

    name = "sealgate worker"

    def __init__(self, platform: Platform, database_url: str) -> None:
        names = SETTINGS | {"database_url": database_url, "data_dir": str(platform.data_dir)}
        environ = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
        environ |= {f"SEALGATE_{name.upper()}": value for name, value in names.items()}
        super().__init__(Path(tempfile.mkdtemp(prefix="sealgate-worker-")), environ=environ)

    def command(self) -> Sequence[str]:
        return [SEALGATE, "worker"]

    def start(self) -> None:
        (self.folder / "server.log").write_bytes(b"")
        super().start()

    def is_up(self) -> bool:
        return '"ready"' in self.log_tail()


class Story:
    """What came to the receiver, told by payload, and whether it could have been told better."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._ids: dict[tuple[str, str], str] = {}
        self._taken: dict[str, list[str]] = {}
        self.arrived = 0
        self.repeated = 0
        self.mistakes: list[str] = []

    def hear(self, call: Received) -> Answer:
        """Answer at random: taken, refused, or cut off, after the event was read or before."""
        payload, kind = _about(call)
        self.arrived += 1
        known = self._ids.setdefault((payload, kind), call.id)
        if known != call.id:
            self.mistakes.append(f"{kind} of {payload} came as {known} and as {call.id}")
        taken = self._taken.setdefault(payload, [])
        missing = [earlier for earlier in _before(kind) if earlier not in taken]
        if missing:
            self.mistakes.append(f"{kind} of {payload} came before {missing}")
        luck = self._chance.random()
        if luck < 0.15:
            return self._chance.choice((429, 500, 503))
        if luck < 0.2:
            return None
        if kind in taken:
            self.repeated += 1
        else:
            taken.append(kind)
        # Sometimes the answer is lost on its way: the event was taken and comes again.
        return None if luck < 0.25 else 204

    def lacks(self, outcomes: dict[str, str]) -> list[str]:
        """Return what has not been taken yet."""
        lacking = []
        for payload, ending in outcomes.items():
            taken = self._taken.get(payload, [])
            lacking += [f"{kind} of {payload}" for kind in (*KINDS[:2], ending) if kind not in taken]
        return lacking


def _about(call: Received) -> tuple[str, str]:
    body = json.loads(call.body)
    if "payloadResponse" in body:
        return body["meta"]["payload_uuidv4"], "payload.resolved"
    return body["data"]["payload_uuid"], body["type"]


def _before(kind: str) -> tuple[str, ...]:
    return KINDS[: min(KINDS.index(kind), 2)]


class Load:
    """Wallets that answer requests until enough have ended, however often the server goes away.

    Attributes:
        outcomes: The ending of each request, by UUID.
    """

    def __init__(self, platform: Platform, count: int) -> None:
        self._platform = platform
        self._count = count
        self._left = count
        self.outcomes: dict[str, str] = {}
        self.problem: BaseException | None = None
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            asyncio.run(self._answer_all())
        except BaseException as problem:  # told by whoever waits
            self.problem = problem

    async def _answer_all(self) -> None:
        async with Remote.of(self._platform) as side:
            await asyncio.gather(*(self._answer_some(side) for _ in range(SIGNERS)))

    async def _answer_some(self, side: Remote) -> None:
        wallet = Wallet(side)
        await _insist(wallet.pair)
        while self._left > 0:
            self._left -= 1
            asked = (await _insist(lambda: side.platform("POST", "payload", {"txjson": REQUEST}))).json["uuid"]
            opened = await _insist(partial(wallet.opens, asked))
            is_signed = random.random() < SIGNED_SHARE
            answer = wallet.signature(opened.json) if is_signed else {"reject": True}
            # An answer that got lost may have been taken: then it is refused the second time.
            await _insist(partial(wallet.answers, asked, answer), taken=(200, 409))
            self.outcomes[asked] = "payload.signed" if is_signed else "payload.rejected"


async def _insist(call: Callable[[], Any], *, taken: tuple[int, ...] = (200,)) -> Any:
    """Make a call until it is answered, however long the server is away."""
    async with asyncio.timeout(120):
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await call()
                if answer.status in taken:
                    return answer
                assert answer.status >= 500, answer
            await asyncio.sleep(0.05)


class Site:
    """A platform whose demo app has a webhook endpoint, and on PostgreSQL a worker beside it."""

    def __init__(self, database: PostgresServer | None, receiver: Receiver) -> None:
        url = database.create_database() if database else ""
        self.platform = start_platform(**{"database_url": url, **SETTINGS})  # type: ignore[arg-type]
        self.victims: list[Server] = [self.platform]
        if url:
            self.victims.append(Worker(self.platform, url))
            self.victims[1].start()
        app = self.platform.env["SEALGATE_API_KEY"]
        made = httpx.post(
            f"http://127.0.0.1:{self.platform.port}/api/v1/admin/apps/{app}/webhooks",
            json={"url": receiver.url, "events": list(KINDS)},
            headers={"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"},
            trust_env=False,
        )
        assert made.status_code == 200, made.text

    def stop(self) -> None:
        """End everything."""
        for victim in reversed(self.victims):
            victim.kill()
            shutil.rmtree(victim.folder, ignore_errors=True)


def deliver_through_kills(site: Site, receiver: Receiver, *, outcomes: int, kills: int) -> None:
    seed = secrets.randbits(32)
    story, chance = Story(seed), random.Random(seed)
    receiver.behave = story.hear
    load = Load(site.platform, outcomes)
    # Each process is killed in its turn, while outcomes come in and events go out.
    moments = sorted(chance.sample(range(outcomes // 10, outcomes), kills))
    load.thread.start()
    for number, moment in enumerate(moments):
        while len(load.outcomes) < moment and load.thread.is_alive():
            time.sleep(0.005)
        time.sleep(chance.random() / 10)
        victim = site.victims[(number + seed) % len(site.victims)]
        victim.kill()
        victim.start()
    load.thread.join()
    if load.problem is not None:
        raise load.problem
    until = time.monotonic() + 60 + outcomes / 50
    while (lacking := story.lacks(load.outcomes)) and not story.mistakes:
        assert time.monotonic() < until, f"seed {seed}: {len(lacking)} events are missing, such as {lacking[:3]}"
        time.sleep(0.05)

    print(
        f"seed {seed}: {len(load.outcomes)} outcomes, {kills} kills, {3 * len(load.outcomes)} events taken, "
        f"{story.arrived} calls, {story.repeated} events taken more than once"
    )
    assert len(load.outcomes) == outcomes
    assert story.mistakes == [], f"seed {seed}"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on loopback."""
    with Receiver() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest, receiver: Receiver) -> Iterator[Site]:
    """A platform on each engine."""
    database = start_postgres(durable=True) if request.param == "postgresql" else None
    at = Site(database, receiver)
    yield at
    at.stop()
    if database is not None:
        database.stop()


class TestKilledProcesses:
    def test_lose_no_event_double_no_id_and_keep_the_order_of_a_payload(self, site, receiver):
        deliver_through_kills(site, receiver, outcomes=OUTCOMES, kills=KILLS)

    @pytest.mark.soak
    def test_lose_no_event_of_twenty_thousand_outcomes(self, site, receiver):
        deliver_through_kills(site, receiver, outcomes=MANY_OUTCOMES, kills=MANY_KILLS)
