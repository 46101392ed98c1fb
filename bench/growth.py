"""What creating, reading and signing in cost with many payloads stored, beside few."""

import random
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path
from statistics import median

from bench.calls import NUMBERED, create, create_requests, measure_calls, read_requests
from bench.processes import Platform
from bench.sign_in import PLAIN, measure_ours

FEW, MANY = 1_000, 1_000_000
READ = 5_000
SIGN_INS = 300
KINDS = ("create", "get", "sign-in")

_COPY = """
WITH RECURSIVE number(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM number WHERE n + 1 < :past)
INSERT INTO payloads (uuid, app_uuid, identifier, pushed, terms, created_at, expires_at)
SELECT randomblob(16), app_uuid, printf('stored-%012d', n), pushed, terms, created_at + n, expires_at + n
FROM number, (SELECT * FROM payloads WHERE uuid = :uuid)
"""


def measure_growth(*, seconds: float, runs: int) -> dict[str, tuple[float, float]]:
    """Return each of `KINDS` per CPU-second, with 1,000 and with 1,000,000 stored payloads.

    Both databases lie side by side and are measured in turn, so that what else the machine does falls on both.
    """
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few", Path(folder) / "many"
        samples: dict[tuple[str, Path], list[float]] = {}
        for data_dir, count in ((few, FEW), (many, MANY)):
            _fill(data_dir, count)
        for _ in range(runs):
            for data_dir in (few, many):
                for kind, rate in _measure(data_dir, seconds).items():
                    samples.setdefault((kind, data_dir), []).append(rate)
        return {kind: (median(samples[kind, few]), median(samples[kind, many])) for kind in KINDS}


def _fill(data_dir: Path, count: int) -> None:
    with Platform(data_dir) as server:
        body = {**NUMBERED, "custom_meta": {"identifier": f"model-{time.time_ns() % 10**12}"}}
        model = create(server, server.credentials, body)["uuid"]
    with closing(sqlite3.connect(_file(data_dir))) as database:
        database.execute("PRAGMA cache_size=-400000")
        parameters = {"first": 0, "past": count, "uuid": bytes.fromhex(model.replace("-", ""))}
        database.execute(_COPY, parameters)
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _measure(data_dir: Path, seconds: float) -> dict[str, float]:
    with closing(sqlite3.connect(_file(data_dir))) as database:
        newest = database.execute("SELECT max(id) FROM payloads").fetchone()[0]
        chosen = [random.randrange(3, newest + 1) for _ in range(READ)]
        rows = [database.execute("SELECT hex(uuid) FROM payloads WHERE id = ?", (one,)).fetchone() for one in chosen]
    uuids = [f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}".lower() for (h,) in rows]
    with Platform(data_dir) as server:
        credentials = server.credentials
        return {
            "get": measure_calls(server, read_requests(credentials, uuids), seconds=seconds).per_cpu_s,
            "create": measure_calls(server, create_requests(credentials, NUMBERED), seconds=seconds).per_cpu_s,
            "sign-in": measure_ours(server, PLAIN, count=SIGN_INS).per_cpu_s,
        }


def _file(data_dir: Path) -> Path:
    return next(data_dir.glob("*.db"))
