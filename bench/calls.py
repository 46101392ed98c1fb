"""Calls per CPU-second: creating, reading, ping; and how long callers wait at 70 % of the highest load."""

import json
import time
import urllib.request
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from bench.load import COUNTER, http_request, run_load
from bench.processes import Process

FLUSH_S = 1.2
"""After a load: the call log is written a second behind the calls, and is part of what they cost."""
READ = 500

PAYMENT = {
    "txjson": {
        "TransactionType": "Payment",
        "Destination": "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY",
        "Amount": "1000000",
    },
    "options": {"submit": True, "expire": 240, "return_url": {"web": "https://shop.example/paid?id={id}"}},
    "custom_meta": {"instruction": "One coffee", "blob": {"order": 1742}},
}
SIGN_IN = {"txjson": {"TransactionType": "SignIn"}}
NUMBERED = {**PAYMENT, "custom_meta": {"identifier": f"order-{COUNTER.decode()}", "blob": {"order": 1742}}}

CREATE = "/api/v1/platform/payload"


@dataclass(frozen=True)
class Cost:
    """What a kind of call costs.

    Attributes:
        per_cpu_s: Calls per CPU-second of the server.
        per_s: Calls per second of the clock.
        bytes_out, bytes_in: Of one call on the wire, as the client sees it.
        disk_bytes: Written to disk for one call.
    """

    per_cpu_s: float
    per_s: float
    bytes_out: float
    bytes_in: float
    disk_bytes: float


def measure_calls(server: Process, requests: list[str], *, seconds: float, connections: int = 64) -> Cost:
    """Return what the calls cost, after a warm-up."""
    run_load(server, requests, seconds=min(2.0, seconds), connections=connections)
    time.sleep(FLUSH_S)
    cpu, disk = server.cpu_s(), server.written_bytes()
    outcome = run_load(server, requests, seconds=seconds, connections=connections)
    time.sleep(FLUSH_S)
    calls = outcome["calls"]
    return Cost(
        per_cpu_s=calls / (server.cpu_s() - cpu),
        per_s=calls / outcome["seconds"],
        bytes_out=outcome["bytes_out"] / calls,
        bytes_in=outcome["bytes_in"] / calls,
        disk_bytes=(server.written_bytes() - disk) / calls,
    )


def create_requests(credentials: dict[str, str], body: dict[str, Any]) -> list[str]:
    """Return the request that creates `body`."""
    return [http_request("POST", CREATE, credentials, json.dumps(body).encode())]


def read_requests(credentials: dict[str, str], uuids: list[str]) -> list[str]:
    """Return the requests that read these payloads."""
    return [http_request("GET", f"{CREATE}/{uuid}", credentials) for uuid in uuids]


def ping_requests(credentials: dict[str, str]) -> list[str]:
    """Return a ping."""
    return [http_request("GET", "/api/v1/platform/ping", credentials)]


def create_some(server: Process, credentials: dict[str, str], count: int = READ) -> list[str]:
    """Create payloads one by one and return their UUIDs."""
    return [create(server, credentials, PAYMENT)["uuid"] for _ in range(count)]


def create(server: Process, credentials: dict[str, str], body: dict[str, Any]) -> dict[str, Any]:
    """Create one payload and return the answer."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{CREATE}",
        data=json.dumps(body).encode(),
        headers={**credentials, "content-type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        made: dict[str, Any] = json.load(answer)
    return made


@dataclass(frozen=True)
class Latency:
    """How long callers wait.

    Attributes:
        per_s: Calls per second asked for.
        p99_ms: What 99 of 100 waited at the most.
    """

    per_s: float
    p99_ms: float


def measure_latency(server: Process, requests: list[str], *, share: float, seconds: float, urgent: bool) -> Latency:
    """Return the latency at a share of the highest load, which is measured just before.

    Args:
        urgent: Run server and load before other programs, where the system allows it. Without, the neighbours' share
            of the waiting is in the figure.
    """
    with server.before_others() if urgent else nullcontext():
        per_s = share * run_load(server, requests, seconds=seconds, urgent=urgent)["calls"] / seconds
        time.sleep(FLUSH_S)
        outcome = run_load(server, requests, seconds=seconds, rate=per_s, urgent=urgent)
    return Latency(per_s, outcome["p99_ms"])
