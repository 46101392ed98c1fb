"""xApps: one-time tokens traded for JWTs, and calls with the tokens of pages. The wallet's launches are not counted."""

import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from joserfc import jws
from joserfc.jwk import OctKey

from bench.calls import FLUSH_S
from bench.load import http_request, run_load
from bench.processes import Platform
from sealgate.apps.model import App
from sealgate.base.ids import new_uuid
from sealgate.cli.environment import Environment
from sealgate.cli.wallet.wallets import open_keystore, open_wallet
from sealgate.cli.wallet.xapps import launch
from sealgate.tokens.xapp_tokens import sign_xapp_token

USERS = 32
"""Tokens that take turns in pings: pages of so many people."""
WARM_UP = 200
THREADS = 4
AUTHORIZE = "/api/v1/jwt/authorize"
XAPP_URL = "http://localhost:3000/xapp"
TIMED = 2_000


def make_xapp(server: Platform) -> None:
    """Give the demo app an address that a wallet can open."""
    env = server.env
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/api/v1/admin/apps/{env['SEALGATE_API_KEY']}",
        data=json.dumps({"xapp_url": XAPP_URL}).encode(),
        headers={"authorization": f"Bearer {env['SEALGATE_ADMIN_TOKEN']}", "content-type": "application/json"},
        method="PATCH",
    )
    with urllib.request.urlopen(request, timeout=10):
        pass


def launches(server: Platform, count: int) -> list[str]:
    """Let alice open the xApp so many times; return the one-time tokens."""
    environment = Environment({**server.env, "SEALGATE_URL": f"http://127.0.0.1:{server.port}"})
    wallet = open_wallet(open_keystore(environment), "alice")
    key = server.env["SEALGATE_API_KEY"]
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(lambda _: str(launch(wallet, environment, key)["ott"]), range(count)))
    finally:
        wallet.close()


def trades_per_cpu_s(server: Platform, *, count: int) -> float:
    """Return the tokens traded for a JWT in a CPU-second of the server; the second of two rounds counts."""
    run_load(server, _trades(server, launches(server, WARM_UP)), seconds=0, once=True)
    requests = _trades(server, launches(server, count))
    time.sleep(FLUSH_S)
    cpu = server.cpu_s()
    outcome = run_load(server, requests, seconds=0, once=True)
    time.sleep(FLUSH_S)
    if outcome["calls"] != count:
        raise RuntimeError(f"{outcome['calls']} of {count} tokens were traded")
    return count / (server.cpu_s() - cpu)


def jwts(server: Platform) -> list[str]:
    """Return JWTs of as many launches as there are users in a row of pings."""
    made = []
    for ott in launches(server, USERS):
        headers = {"x-api-key": server.env["SEALGATE_API_KEY"], "x-api-ott": ott}
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{AUTHORIZE}", headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            made.append(str(json.load(answer)["jwt"]))
    return made


def pings(tokens: Sequence[str]) -> list[str]:
    """Return the pings of pages that hold these tokens."""
    return [http_request("GET", "/api/v1/jwt/ping", {"authorization": f"Bearer {token}"}) for token in tokens]


def hmac_costs_us() -> dict[str, float]:
    """Return what signing an xApp's JWT takes, and checking one, each alone and in one thread."""
    secret, now = new_uuid(), datetime.now(UTC)
    app = App(uuid=new_uuid(), name="Bench", created_at=now)
    how: dict[str, Any] = {"app": app, "ott": new_uuid(), "account": "r" * 34, "context": {}, "user_token": new_uuid()}
    token = sign_xapp_token(secret, **how, now=now)
    return {
        "sign": _us(lambda: sign_xapp_token(secret, **how, now=now)),
        "check": _us(lambda: jws.deserialize_compact(token, OctKey.import_key(secret), algorithms=["HS256"])),
    }


def _us(work: Callable[[], object]) -> float:
    cpu = time.process_time()
    for _ in range(TIMED):
        work()
    return round((time.process_time() - cpu) / TIMED * 1e6, 1)


def _trades(server: Platform, otts: Sequence[str]) -> list[str]:
    key = server.env["SEALGATE_API_KEY"]
    return [http_request("GET", AUTHORIZE, {"x-api-key": key, "x-api-ott": ott}) for ott in otts]
