"""What runs beside the calls."""

import asyncio
from typing import Any

import pytest

from sealgate.base.errors import Unavailable
from sealgate.web import life
from sealgate.web.life import Life
from tests.unit.web.tiny import make_context

pytestmark = pytest.mark.anyio


class TestLife:
    async def test_starts_services_then_hooks_then_loops_and_ends_them(self, settings):
        context = make_context(settings)
        said: list[str] = []

        async def hook() -> None:
            engine = await context.db.read(lambda tx: tx.engine)
            said.append(f"hook on {engine}")

        async def loop() -> None:
            said.append("loop")
            try:
                await asyncio.sleep(3600)
            finally:
                said.append("loop ended")

        context.starting.append(hook)
        context.background.append(loop)
        living = Life(context)

        await living.start()
        await asyncio.sleep(0)
        await living.stop()

        assert said == ["hook on sqlite", "loop", "loop ended"]

    async def test_runs_a_loop_again_that_failed(self, settings, monkeypatch, capsys):
        monkeypatch.setattr(life, "FIRST_PAUSE_S", 0.01)
        context = make_context(settings)
        runs: list[int] = []
        again = asyncio.Event()

        async def loop() -> None:
            runs.append(1)
            if len(runs) == 1:
                raise RuntimeError("first time")
            again.set()
            await asyncio.sleep(3600)

        context.background.append(loop)
        living = Life(context)
        await living.start()
        await asyncio.wait_for(again.wait(), 2)
        await living.stop()

        assert "background loop failed" in "".join(capsys.readouterr())

    async def test_speaks_the_lifespan_protocol(self, app):
        assert await lifespan(app) == [
            {"type": "lifespan.startup.complete"},
            {"type": "lifespan.shutdown.complete"},
        ]

    async def test_a_refusal_at_the_start_stops_it_in_plain_words(self, app):
        async def refuse() -> None:
            raise Unavailable(message="The database is away.")

        app.context.starting.append(refuse)

        [answer] = await lifespan(app)
        assert answer["type"] == "lifespan.startup.failed"
        assert answer["message"].startswith("The database is away.")


async def lifespan(app: Any) -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {}

    async def send(message: Any) -> None:
        sent.append(message)

    await app({"type": "lifespan"}, receive, send)
    return sent
