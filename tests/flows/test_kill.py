"""A server, or its database, killed in the middle of its work: what was answered is there, and nothing is half done."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg
import pytest

from sealgate.base.ids import new_uuid
from tests.payloads import PAYMENT, SIGN_IN_REQUEST
from tests.platform import Platform, start_platform
from tests.remote import Remote
from tests.server_process import Server
from tests.services import PostgresServer, start_postgres
from tests.wallet_side import Answer, Wallet

CREATORS, SIGNERS = 6, 3
KILLS, MANY_KILLS = 2, 20

# Each finds the rows that only half of a change could leave.
HALF_DONE = (
    """SELECT count(*) FROM payloads p LEFT JOIN payload_outcomes o ON o.payload_id = p.id
       WHERE (p.resolved_at IS NULL) <> (o.payload_id IS NULL)""",
    "SELECT count(*) FROM payloads WHERE resolved_at IS NOT NULL AND opened_at IS NULL",
    "SELECT count(*) FROM payloads WHERE resolved_at IS NOT NULL AND cancelled_at IS NOT NULL",
    "SELECT count(*) FROM payload_outcomes WHERE signed AND (hex IS NULL OR txid IS NULL OR account IS NULL)",
    "SELECT count(*) FROM payload_keys k LEFT JOIN payloads p ON p.uuid = k.payload_uuid WHERE p.uuid IS NULL",
    """SELECT count(*) FROM payload_outcomes o WHERE signed AND NOT EXISTS
       (SELECT 1 FROM user_tokens t WHERE t.holder_uuid = o.holder_uuid)""",
)


@dataclass
class Diary:
    """What was answered, by UUID, and what was on its way when it broke.

    Attributes:
        asked_in_vain: Bodies of creations without a good answer.
        denied: Identifiers of which the answer said that nothing was stored.
        signed_in_vain: Signatures without a good answer: wallet, request, body.
    """

    created: dict[str, dict[str, Any]] = field(default_factory=dict)
    opened: set[str] = field(default_factory=set)
    signed: dict[str, str] = field(default_factory=dict)
    declined: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    asked_in_vain: list[dict[str, Any]] = field(default_factory=list)
    denied: list[str] = field(default_factory=list)
    signed_in_vain: list[tuple[Wallet, str, dict[str, Any]]] = field(default_factory=list)
    refusals: list[Answer] = field(default_factory=list)


class Load:
    """Creators and signers at work on a server until it breaks under them."""

    def __init__(self, side: Remote, diary: Diary) -> None:
        self.side = side
        self.diary = diary
        self._over = False

    async def run(self, pull_the_plug: Callable[[], Awaitable[None]]) -> None:
        """Let everybody work, pull the plug, and return when nobody works any more."""
        wallets = [await self.side.wallet() for _ in range(SIGNERS)]
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            for _ in range(CREATORS):
                group.create_task(self._until_it_breaks(self._create_and_cancel))
            for wallet in wallets:
                group.create_task(self._until_it_breaks(self._answer, wallet))
            await pull_the_plug()
            self._over = True

    async def _until_it_breaks(self, work: Callable[..., Awaitable[None]], *how: Any) -> None:
        with contextlib.suppress(httpx.TransportError):
            while not self._over:
                await work(*how)

    async def ask(self) -> str | None:
        """Create a request; None where that was refused."""
        body: dict[str, Any] = {
            "txjson": random.choice([SIGN_IN_REQUEST, PAYMENT]),
            "custom_meta": {"identifier": new_uuid(), "blob": {"order": random.random()}},
        }
        self.diary.asked_in_vain.append(body)
        answer = await self.post(body)
        if answer.status != 200:
            self.diary.refusals.append(answer)
            if "Nothing was stored" in answer.text:
                self.diary.denied.append(body["custom_meta"]["identifier"])
            await asyncio.sleep(0.05)
            return None
        self.diary.asked_in_vain.remove(body)
        self.diary.created[answer.json["uuid"]] = body
        return str(answer.json["uuid"])

    async def post(self, body: dict[str, Any]) -> Answer:
        """Create under a key that makes it safe to repeat."""
        headers = self.side.credentials | {"idempotency-key": body["custom_meta"]["identifier"]}
        return await self.side.send("POST", "/api/v1/platform/payload", headers, json.dumps(body).encode())

    async def _create_and_cancel(self) -> None:
        uuid = await self.ask()
        if uuid is not None and random.random() < 0.2:
            answer = await self.side.platform("DELETE", f"payload/{uuid}")
            if answer.status == 200:
                assert answer.json["result"]["cancelled"] is True
                self.diary.cancelled.add(uuid)

    async def _answer(self, wallet: Wallet) -> None:
        uuid = await self.ask()
        if uuid is None:
            return
        opened = await wallet.opens(uuid)
        if opened.status != 200:
            return
        self.diary.opened.add(uuid)
        if random.random() < 0.2:
            if (await wallet.answers(uuid, {"reject": True})).status == 200:
                self.diary.declined.add(uuid)
            return
        body = wallet.signature(opened.json)
        handed_in = (wallet, uuid, body)
        self.diary.signed_in_vain.append(handed_in)
        if (await wallet.answers(uuid, body)).status == 200:
            self.diary.signed_in_vain.remove(handed_in)
            self.diary.signed[uuid] = body["tx_id"]


async def compare(side: Remote, diary: Diary) -> None:
    """Check every answered write, then finish what had no answer."""
    for uuid, body in diary.created.items():
        view = await side.sees(uuid)
        asked = {name: view["payload"]["request_json"][name] for name in body["txjson"]}
        assert asked == body["txjson"], uuid
        assert view["custom_meta"]["identifier"] == body["custom_meta"]["identifier"]
        assert view["custom_meta"]["blob"] == body["custom_meta"]["blob"]
        if uuid in diary.cancelled:
            assert view["meta"]["cancelled"] is True, uuid
        if uuid in diary.opened:
            assert view["meta"]["app_opened"] is True, uuid
        if uuid in diary.signed:
            assert (view["meta"]["signed"], view["response"]["txid"]) == (True, diary.signed[uuid]), uuid
        if uuid in diary.declined:
            assert (view["meta"]["resolved"], view["meta"]["signed"]) == (True, False), uuid

    load = Load(side, diary)
    for body in diary.asked_in_vain:
        identifier = body["custom_meta"]["identifier"]
        before = await side.platform("GET", f"payload/ci/{identifier}")
        again = await load.post(body)
        assert again.status == 200, again
        assert before.status in ({404} if identifier in diary.denied else {200, 404}), before
        if before.status == 200:
            assert before.json["meta"]["uuid"] == again.json["uuid"]
    for wallet, uuid, body in diary.signed_in_vain:
        wallet.side = side
        again = await wallet.answers(uuid, body)
        assert again.status in {200, 409}, again
        view = await side.sees(uuid)
        assert (view["meta"]["signed"], view["response"]["txid"]) == (True, body["tx_id"]), uuid


def half_done(platform: Platform, database: PostgresServer | None, database_url: str) -> list[int]:
    """Count what only half of a change could have left, look by look."""
    if database is None:
        with contextlib.closing(sqlite3.connect(platform.data_dir / "sealgate.db")) as lite:
            assert lite.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert lite.execute("PRAGMA foreign_key_check").fetchall() == []
            return [lite.execute(question).fetchone()[0] for question in HALF_DONE]
    with psycopg.connect(database_url) as connection:
        rows = [connection.execute(question.encode()).fetchone() for question in HALF_DONE]
        return [row[0] for row in rows if row is not None]


class Site:
    """A platform, and the PostgreSQL server it uses if it does."""

    def __init__(self, database: PostgresServer | None) -> None:
        self.database = database
        self.database_url = database.create_database() if database else ""
        self.platform = start_platform(database_url=self.database_url)

    def work_until(self, victim: Server, *, and_go_on_s: float = 0) -> Diary:
        """Put the platform to work and kill a server at a moment nobody knows; return what was answered."""

        async def at_some_moment() -> None:
            await asyncio.sleep(random.uniform(0.3, 1.5))
            os.kill(victim.pid, signal.SIGKILL)
            await asyncio.sleep(and_go_on_s)

        async def work() -> Diary:
            diary = Diary()
            async with Remote.of(self.platform) as side:
                await Load(side, diary).run(at_some_moment)
            return diary

        return asyncio.run(work())

    def wait_until_ready(self) -> None:
        """Return once the platform, which has not been started again, is ready."""
        until = time.monotonic() + 20
        while not self.platform.is_up():
            assert time.monotonic() < until, self.platform.log_tail()
            time.sleep(0.1)

    def look(self, diary: Diary) -> None:
        """Check the diary against the running platform."""

        async def compared() -> None:
            async with Remote.of(self.platform) as side:
                await compare(side, diary)

        asyncio.run(compared())
        assert half_done(self.platform, self.database, self.database_url) == [0] * len(HALF_DONE)


@pytest.fixture
def durable_postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL server that syncs what it commits."""
    server = start_postgres(durable=True)
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A platform on each engine."""
    database = request.getfixturevalue("durable_postgres") if request.param == "postgresql" else None
    at = Site(database)
    yield at
    at.platform.stop()


@pytest.fixture
def postgres_site(durable_postgres: PostgresServer) -> Iterator[Site]:
    """A platform on PostgreSQL."""
    at = Site(durable_postgres)
    yield at
    at.platform.stop()


def kill_the_server(site: Site, times: int) -> None:
    earlier = []
    for _ in range(times):
        diary = site.work_until(site.platform)
        site.platform.kill()
        site.platform.start()

        assert diary.refusals == []
        assert diary.signed
        site.look(diary)
        earlier.append(diary)
    site.look(earlier[0])


def kill_the_database(site: Site, times: int) -> None:
    assert site.database is not None
    process = site.platform.pid
    for _ in range(times):
        diary = site.work_until(site.database, and_go_on_s=0.5)
        site.database.kill()
        site.database.start()
        site.wait_until_ready()

        assert site.platform.pid == process
        assert {answer.status for answer in diary.refusals} == {503}
        assert diary.signed
        site.look(diary)


class TestAKilledServer:
    def test_has_everything_it_answered(self, site):
        kill_the_server(site, KILLS)

    @pytest.mark.soak
    def test_has_everything_it_answered_twenty_times(self, site):
        kill_the_server(site, MANY_KILLS)


class TestAKilledDatabase:
    def test_has_everything_that_was_answered_and_the_server_goes_on(self, postgres_site):
        kill_the_database(postgres_site, KILLS)

    @pytest.mark.soak
    def test_has_everything_that_was_answered_twenty_times(self, postgres_site):
        kill_the_database(postgres_site, MANY_KILLS)
