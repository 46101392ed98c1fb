"""How long the console's pages take with a million of everything stored."""

import sqlite3
import time
import urllib.request
from collections.abc import Mapping
from contextlib import closing, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.calls import NUMBERED, create
from bench.processes import Platform
from sealgate.base.clock import to_ms
from sealgate.base.ids import new_uuid, uuid_bytes, uuid_text
from sealgate.base.settings import Settings
from sealgate.console import http as _routes  # noqa: F401 - declares the pages
from sealgate.console import service as console
from sealgate.console.visit import RULES
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database
from sealgate.infra.tx import Tx

PAYLOADS = CALLS = 1_000_000
OTHERS = 100_000
"""Deliveries with their tries, sign-ins, user tokens, launches."""
SPREAD_MS = 29 * 86_400_000
"""Everything happened evenly over so long: calls are forgotten after 30 days."""
ROUNDS = 40
ANSWER_LIMIT_S = 30
COUNTED_LIMIT_S = 900
ACCOUNT = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
WORDS_OF_FILES_AND_STREAMS = ("/export", "/live")

_CONTEXT = '{"version":"1.0","nodetype":"MAINNET","style":"LIGHT","origin":{"type":"QR","data":{}}}'
_MANY = "WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :count)"
# Of ten requests seven are signed, one is rejected, one cancelled, one expires.
_PAYLOADS = f"""{_MANY}
INSERT INTO payloads (uuid, app_uuid, identifier, pushed, terms, created_at, expires_at, opened_at, resolved_at,
                      cancelled_at)
SELECT randomblob(16), app_uuid, printf('stored-%012d', n), pushed, terms,
       :begin + n * :step, :begin + n * :step + 300000,
       iif(n % 10 < 8, :begin + n * :step + 4000, NULL),
       iif(n % 10 < 8, :begin + n * :step + 5000 + n % 40 * 1000, NULL),
       iif(n % 10 = 8, :begin + n * :step + 9000, NULL)
FROM number, (SELECT * FROM payloads WHERE uuid = :model)
"""
_OUTCOMES = """
INSERT INTO payload_outcomes (payload_id, signed, reference, holder_uuid, device_uuid, origintype, txid)
SELECT id, id % 8 > 0, randomblob(16), randomblob(16), randomblob(16), 'QR', hex(randomblob(32)) FROM payloads
WHERE resolved_at IS NOT NULL
"""
_CALLS = f"""{_MANY}
INSERT INTO call_log (ref, app_uuid, at, method, route, status, error_code, duration_us)
SELECT randomblob(16), :app, :begin + n * :step, 'GET', '/api/v1/platform/payload/{{uuid}}',
       iif(n % 50, 200, 404), iif(n % 50, NULL, '404'), 300 + n % 900
FROM number
"""
_DELIVERIES = f"""{_MANY}
INSERT INTO deliveries (app_uuid, kind, target_kind, target_uuid, subject, state, attempts, next_at, created_at,
                        finished_at)
SELECT :app, 'payload.resolved', 'webhook', :target, hex(randomblob(16)), iif(n % 20, 'delivered', 'failed'), 1,
       :begin + n * :step, :begin + n * :step, :begin + n * :step + 90
FROM number
"""
_TRIES = """
INSERT INTO delivery_attempts (delivery_id, number, at, status, latency_ms)
SELECT id, 1, created_at, iif(id % 20, 200, 500), 20 + id % 400 FROM deliveries
"""
_SIGN_INS = f"""{_MANY}
INSERT INTO oauth_grants (uuid, app_uuid, account, auth_time, acr, amr, scope, shape, response_type, redirect_uri,
                          popup, created_at)
SELECT randomblob(16), :app, '{ACCOUNT}', :begin + n * :step, '1', '["wallet"]', 'openid', 'oidc', 'code',
       'http://127.0.0.1/callback', 0, :begin + n * :step
FROM number
"""
_TOKENS = f"""{_MANY}
INSERT INTO user_tokens (app_uuid, holder_uuid, token, issued_at, expires_at)
SELECT :app, randomblob(16), randomblob(16), :begin + n * :step, :begin + n * :step + 2592000000 FROM number
"""
_LAUNCHES = f"""{_MANY}
INSERT INTO one_time_tokens (ott_hash, app_uuid, holder_uuid, device_uuid, account, debug, context, created_at,
                             expires_at)
SELECT randomblob(32), :app, randomblob(16), randomblob(16), '{ACCOUNT}', 0, '{_CONTEXT}', :begin + n * :step,
       :begin + n * :step + 60000
FROM number
"""


def fill(data_dir: Path, *, many: int = PAYLOADS, others: int = OTHERS) -> dict[str, str]:
    """Make a platform whose demo app has a month behind it; return what the console's paths name."""
    with Platform(data_dir) as server:
        body = {**NUMBERED, "custom_meta": {"identifier": f"model-{time.time_ns() % 10**12}"}}
        model = create(server, server.credentials, body)["uuid"]
        app = server.credentials["x-api-key"]
    begin = to_ms(datetime.now(UTC)) - SPREAD_MS
    told = {"app": uuid_bytes(app), "model": uuid_bytes(model), "target": uuid_bytes(new_uuid()), "begin": begin}
    with closing(sqlite3.connect(next(data_dir.glob("*.db")))) as database:
        database.execute("PRAGMA cache_size=-400000")
        for statement, count in (
            (_PAYLOADS, many), (_OUTCOMES, many), (_CALLS, many), (_DELIVERIES, others), (_TRIES, others),
            (_SIGN_INS, others), (_TOKENS, others), (_LAUNCHES, others),
        ):  # fmt: skip
            database.execute(statement, {**told, "count": count, "step": SPREAD_MS // count})
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        payload = "SELECT uuid FROM payloads WHERE resolved_at IS NOT NULL ORDER BY id DESC LIMIT 1"
        call = "SELECT ref FROM call_log WHERE error_code IS NOT NULL ORDER BY number DESC LIMIT 1"
        delivery = "SELECT max(id) FROM deliveries"
        return {
            "app": app,
            "payload": uuid_text(database.execute(payload).fetchone()[0]),
            "ref": uuid_text(database.execute(call).fetchone()[0]),
            "id": str(database.execute(delivery).fetchone()[0]),
        }


def sign_in(data_dir: Path) -> str:
    """Make an operator in the folder of a stopped platform, and return the secret of a session of theirs."""
    database = Database.open(Settings(data_dir=str(data_dir)), LocalBus())

    def enter(tx: Tx) -> str:
        now = datetime.now(UTC)
        console.add_developer(tx, ACCOUNT, operator=True, now=now)
        how: Any = {"invitation": None, "open_to_all": False, "user_agent": "bench", "address": "127.0.0.1"}
        return console.sign_in(tx, ACCOUNT, **how, now=now)[0]

    try:
        with database.begin() as tx:
            return enter(tx)
    finally:
        database.engine.dispose()


def pages(named: Mapping[str, str]) -> list[str]:
    """Return the path of every page of the console but those for people who are not signed in."""
    paths = []
    for rule in RULES:
        if rule.method != "GET" or rule.public or rule.path.endswith(WORDS_OF_FILES_AND_STREAMS):
            continue
        parts = [named[part[1:-1].partition(":")[0]] if part.startswith("{") else part for part in rule.path.split("/")]
        paths.append("/".join(parts))
    app = f"/console/apps/{named['app']}"
    # What narrows, and what stands far back.
    asked = (
        f"{app}?range=1h", f"{app}?range=30d", f"{app}/payloads?state=expired", f"{app}/activity?status=4",
        f"{app}/activity?code=812", f"/console/find?q={named['ref']}", f"/console/find?q={named['payload']}",
    )  # fmt: skip
    return [*paths, *asked]


def measure_pages(
    server: Platform, session: str, paths: list[str], *, rounds: int = ROUNDS, urgent: bool
) -> dict[str, list[float]]:
    """Return how long each page took in milliseconds, all pages in turns, one call at a time.

    Args:
        urgent: Run the server before other programs, where the system allows it.
    """
    with server.before_others() if urgent else nullcontext():
        return _measure(server, session, paths, rounds)


def _measure(server: Platform, session: str, paths: list[str], rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {path: [] for path in paths}
    for number in range(rounds + 1):
        for path in paths:
            request = urllib.request.Request(
                f"http://localhost:{server.port}{path}", headers={"cookie": f"__Host-console={session}"}
            )
            begun = time.perf_counter()
            with urllib.request.urlopen(request, timeout=ANSWER_LIMIT_S) as answer:
                answer.read()
                if answer.status != 200 or not answer.url.endswith(path):
                    raise RuntimeError(f"{path} answered {answer.status} at {answer.url}")
            if number:  # the first round fills the caches of templates and pages
                taken[path].append((time.perf_counter() - begun) * 1000)
    return taken


def wait_until_counted(data_dir: Path, *, calls: int) -> float:
    """Return how many seconds the counters took to catch up with everything stored.

    Raises:
        TimeoutError: they did not within a quarter of an hour.
    """
    begun = time.perf_counter()
    with closing(sqlite3.connect(next(data_dir.glob("*.db")))) as database:
        sums: list[int] = []
        query = "SELECT sum(count) FROM app_stats WHERE resolution_s = 3600 AND metric LIKE ?"
        while time.perf_counter() < begun + COUNTED_LIMIT_S:
            sums = [
                database.execute(query, (metric,)).fetchone()[0] or 0 for metric in ("calls.%", "tries.%", "sign_ins")
            ]
            if sums[0] >= calls and all(sums):
                return time.perf_counter() - begun
            time.sleep(0.5)
    raise TimeoutError(f"counted {sums}")
