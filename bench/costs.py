"""What one call costs besides CPU: SQL statements, fsyncs, bytes."""

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.calls import PAYMENT
from bench.load import run_load
from bench.processes import Process
from sealgate.apps import service as apps
from sealgate.apps.model import AppDraft
from sealgate.asgi import make_context
from sealgate.base.ids import new_uuid
from sealgate.base.settings import load_settings
from sealgate.infra.migrate import migrate
from sealgate.infra.tx import Tx
from sealgate.payloads import service as payloads
from sealgate.payloads.draft import check_draft


def count_statements() -> dict[str, int]:
    """Return the SQL statements of a call by its name, as SQLite itself reports them; BEGIN and COMMIT are shared."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        settings = load_settings(overrides={"data_dir": folder, "dev": True}, environ={})
        migrate(settings)
        context = make_context(settings)
        with context.db.begin() as tx:
            context.sealer.load_pepper(tx)
            app = apps.create_app(tx, context.sealer, AppDraft(name="Bench"), now=now).app
            uuid = new_uuid()
            draft = check_draft(PAYMENT)
            made = payloads.create_payload(tx, app, draft, uuid=uuid, domain="localhost", now=now)

            def read() -> None:
                payloads.issued_user_token(tx, payloads.get_for_app(tx, app.uuid, made.uuid), now)

            counted = {
                "create": _statements(
                    tx, lambda: payloads.create_payload(tx, app, draft, uuid=new_uuid(), domain="localhost", now=now)
                ),
                "get": _statements(tx, read),
                "ping": 0,
            }
        context.db.engine.dispose()
    return counted


def _statements(tx: Tx, work: Callable[[], object]) -> int:
    work()
    seen: list[str] = []
    tx.driver.set_trace_callback(seen.append)
    work()
    tx.driver.set_trace_callback(None)
    return len(seen)


def fsyncs_a_call(server: Process, requests: list[str], *, connections: int) -> float | None:
    """Return fsyncs and fdatasyncs for one call under load, as the kernel sees them; None where strace is missing."""
    strace = shutil.which("strace")
    if strace is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        watched: list[Any] = [strace, "-f", "-c", "-o", trace, "-e", "trace=fsync,fdatasync", "-p", str(server.pid)]
        watcher = subprocess.Popen(watched, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(0.5)
        calls: int = run_load(server, requests, seconds=1.5, connections=connections)["calls"]
        watcher.send_signal(signal.SIGINT)
        watcher.wait(10)
        lines = re.findall(r"^\s*[\d.]+\s+[\d.]+\s+\d+\s+(\d+)\s.*\bf(?:data)?sync$", trace.read_text(), re.MULTILINE)
        return sum(map(int, lines)) / calls
