"""Is the process alive, is it ready, and its numbers."""

import asyncio
import re

import pytest

from sealgate.base.errors import Unavailable
from sealgate.web import health
from tests.unit.web.test_app import caller_of

pytestmark = pytest.mark.anyio


class TestReadiness:
    async def test_names_each_dependency(self, app, client):
        await app.life.start()
        try:
            answer = await client.get("/readyz")
        finally:
            await app.life.stop()

        assert answer.status_code == 200
        assert answer.json()["status"] == "ready"
        assert set(answer.json()["checks"]) == {"bus", "counters", "database"}

    async def test_is_red_while_one_cannot_be_used_and_does_not_tell_its_words(self, app, client):
        async def broken() -> None:
            raise Unavailable(detail="password=hunter2")

        app.context.checks["mail"] = broken
        answer = await client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["checks"]["mail"] == {"ok": False, "error": "Unavailable"}
        assert "hunter2" not in answer.text

    async def test_does_not_wait_for_one_that_hangs(self, app, client, monkeypatch):
        monkeypatch.setattr(health, "CHECK_TIMEOUT_S", 0.01)
        app.context.checks["ledger"] = lambda: asyncio.sleep(3600)

        answer = await client.get("/readyz")

        assert answer.status_code == 503
        assert answer.json()["checks"]["ledger"]["error"].startswith("no answer within")

    async def test_is_red_while_the_server_stops_though_the_process_lives(self, app, client):
        app.life.stopping = True

        assert (await client.get("/readyz")).status_code == 503
        assert (await client.get("/healthz")).json() == {"status": "ok"}


class TestMetrics:
    async def test_counts_calls_by_route_and_status_and_never_by_what_was_sent(self, app):
        app.context.metrics.gauge("sealgate_write_queue", "Writes that wait.", lambda: 7)
        async with caller_of(app) as client:
            await client.get("/api/v1/greet")
            await client.get("/api/v1/greet?limit=x")
            await client.get("/api/v1/secret-path")
            text = (await client.get("/metrics")).text

        assert 'sealgate_calls_total{method="GET",route="/api/v1/greet",status="200"} 1.0' in text
        assert 'sealgate_calls_total{method="GET",route="/api/v1/greet",status="400"} 1.0' in text
        assert 'sealgate_call_duration_seconds_bucket{le="+Inf",method="GET",route="/api/v1/greet"} 2.0' in text
        assert "sealgate_write_queue 7.0" in text
        assert "sealgate_calls_in_flight 1.0" in text
        assert "secret-path" not in text

    async def test_include_what_the_database_and_the_process_count(self, app):
        async with caller_of(app) as client:
            text = (await client.get("/metrics")).text

        for name in (
            "sealgate_database_failures_total",
            "sealgate_write_batch_size_bucket",
            "process_cpu_seconds_total",
        ):
            assert re.search(rf"^{name}\b", text, re.MULTILINE), name
