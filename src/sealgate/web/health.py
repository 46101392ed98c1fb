"""Is the process alive, is it ready, and its numbers."""

import asyncio
import time

from sealgate.web.answers import Raw, encode_json
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.context import AsyncHook
from sealgate.web.routing import Router

CHECK_TIMEOUT_S = 2.0
NO_STORE = {"cache-control": "no-store"}
JSON = "application/json; charset=utf-8"

router = Router(tags=("server",))


@router.get("/healthz", caller=Anyone, answers=dict, listed=False)
async def get_health(call: Call[Anyone]) -> Raw:
    """The process runs its loop."""
    return Raw(b'{"status":"ok"}', JSON, headers=NO_STORE)


@router.get("/readyz", caller=Anyone, answers=dict, listed=False)
async def get_readiness(call: Call[Anyone]) -> Raw:
    """Each dependency by name; 503 while one of them cannot be used."""
    from sealgate.web.app import App

    checks = call.context.checks
    results = await asyncio.gather(*(_run(check) for check in checks.values()))
    states = dict(zip(checks, results, strict=True))
    if call.context.get(App).life.stopping:
        states["server"] = {"ok": False, "error": "stopping"}
    ready = all(state["ok"] for state in states.values())
    body = encode_json({"status": "ready" if ready else "not ready", "checks": states})
    return Raw(body, JSON, status=200 if ready else 503, headers=NO_STORE)


async def _run(check: AsyncHook) -> dict[str, object]:
    started = time.perf_counter()
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check()
    except TimeoutError:
        return {"ok": False, "error": f"no answer within {CHECK_TIMEOUT_S:g} s"}
    except Exception as problem:
        # The class tells an operator enough; a message may hold an address or a password.
        return {"ok": False, "error": type(problem).__name__}
    return {"ok": True, "ms": round((time.perf_counter() - started) * 1000, 1)}


@router.get("/metrics", caller=Anyone, answers=bytes, listed=False)
async def get_metrics(call: Call[Anyone]) -> Raw:
    """Numbers for Prometheus."""
    text = call.context.metrics.text()
    return Raw(text, "text/plain; version=0.0.4; charset=utf-8", headers=NO_STORE)
