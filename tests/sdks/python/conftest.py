"""The client against whole platforms, on SQLite and PostgreSQL: the one that blocks, and the one that is awaited."""

import asyncio
import inspect
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sealgate_client import AsyncSealgate, Sealgate

from tests.compat.stage import Stage
from tests.compat.tab import Tab
from tests.platform import start_platform

SIGN_IN = {"TransactionType": "SignIn"}
PAYMENT = {"TransactionType": "Payment", "Destination": "rPdvC6ccq8hCdPKSPJkPmyZ4Mi1oG2FFkT", "Amount": "1000000"}


class OnALoop:
    """An awaited client, used like one that blocks: so one test is for both."""

    def __init__(self, thing: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._thing = thing
        self._loop = loop

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._thing, name)
        if inspect.ismethod(found):
            return lambda *args, **kwargs: self._given(found(*args, **kwargs))
        return self._given(found)

    def __iter__(self) -> Iterator[Any]:
        elements = aiter(self._thing)
        try:
            while True:
                try:
                    yield self._loop.run_until_complete(_next(elements))
                except StopAsyncIteration:
                    return
        finally:
            if inspect.isasyncgen(elements):
                self._loop.run_until_complete(elements.aclose())

    def _given(self, result: Any) -> Any:
        if inspect.iscoroutine(result):
            result = self._loop.run_until_complete(result)
        ours = type(result).__module__.startswith("sealgate_client") and type(result).__name__.startswith("Async")
        return OnALoop(result, self._loop) if ours or inspect.isasyncgen(result) else result


async def _next(elements: Any) -> Any:
    return await anext(elements)


class Clients:
    """Makes clients of one kind, and closes them."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._loop = asyncio.new_event_loop()
        self._made: list[Any] = []

    def make(self, *args: Any, **kwargs: Any) -> Any:
        """Return a client with these arguments."""
        client: Any = Sealgate(*args, **kwargs)
        if self.kind == "awaited":
            client = OnALoop(AsyncSealgate(*args, **kwargs), self._loop)
        self._made.append(client)
        return client

    def close(self) -> None:
        for client in self._made:
            client.close()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()


@pytest.fixture(scope="session")
def on_sqlite() -> Iterator[Stage]:
    """A platform on SQLite with its people."""
    stage = Stage(start_platform())
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def on_postgres(postgres) -> Iterator[Stage]:
    """A platform on PostgreSQL with its people."""
    url = postgres.create_database()
    stage = Stage(start_platform(database_url=url))
    yield stage
    stage.close()
    postgres.drop_database(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def stage(request) -> Stage:
    """A platform with its people, on each engine."""
    found: Stage = request.getfixturevalue({"sqlite": "on_sqlite", "postgresql": "on_postgres"}[request.param])
    return found


@pytest.fixture(params=["blocking", "awaited"])
def clients(request, monkeypatch) -> Iterator[Clients]:
    """Makes clients, of each kind."""
    for name in ("SEALGATE_URL", "SEALGATE_API_KEY", "SEALGATE_API_SECRET", "SEALGATE_WEBHOOK_SECRET"):
        monkeypatch.delenv(name, raising=False)
    clients = Clients(request.param)
    yield clients
    clients.close()


@pytest.fixture
def app(clients, stage) -> Any:
    """A client of the demo app's back end."""
    env = stage.platform.env
    return clients.make(env["SEALGATE_URL"], env["SEALGATE_API_KEY"], env["SEALGATE_API_SECRET"])


@pytest.fixture
def tab(stage) -> Iterator[Tab]:
    """A browser tab of a person with a wallet."""
    tab = Tab(stage.platform.url)
    yield tab
    tab.close()


def registers(stage: Stage, **options: Any) -> dict[str, Any]:
    """Register an app; `options` are members of the admin API."""
    answer = httpx.post(
        f"{stage.platform.url}/api/v1/admin/apps",
        json={"name": "Corner Shop", **options},
        headers={"authorization": f"Bearer {stage.platform.env['SEALGATE_ADMIN_TOKEN']}"},
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def dev(stage: Stage, method: str, path: str, **body: Any) -> Any:
    """Use a control of the sandbox."""
    answer = httpx.request(
        method,
        f"{stage.platform.url}/__dev/{path}",
        json=body,
        headers={"authorization": f"Bearer {stage.platform.env['SEALGATE_ADMIN_TOKEN']}"},
    )
    assert answer.status_code < 300, answer.text
    return answer.json() if answer.content else None
