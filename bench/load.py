"""The load: HTTP/1.1 on keep-alive connections, from a process of its own, the same for every server.

`python -m bench.load` reads a job as JSON on stdin and prints what came of it. Two kinds: each connection sends its
next request when the last is answered (throughput), or requests start at fixed moments whatever the server does, and
their latency counts from the moment they were due (so a stalled server is not asked less).
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import uvloop

from bench.processes import ROOT, Process, put_before_others

COUNTER = b"%%%%%%%%%%%%"
"""Replaced in a request by a number that grows, 12 digits."""


def http_request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> str:
    """Return a request as text for a job."""
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", "user-agent: xumm-sdk/node", "accept: */*"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join(lines) + "\r\n\r\n" + body.decode()


def run_load(
    server: Process,
    requests: Sequence[str],
    *,
    seconds: float,
    connections: int = 64,
    rate: float | None = None,
    urgent: bool = False,
    once: bool = False,
) -> dict[str, Any]:
    """Put load on a server and return calls, seconds, refused, bytes_in, bytes_out and p50_ms, p99_ms.

    Args:
        requests: Sent in turn.
        rate: Calls per second at fixed moments; None for as many as the connections get done.
        urgent: Ask for the CPU before other programs.
        once: Send each request once and no more, however long that takes.

    Raises:
        RuntimeError: a call was not answered with 200.
    """
    job = {"port": server.port, "requests": requests, "seconds": seconds, "connections": connections, "rate": rate}
    job |= {"urgent": urgent, "once": once}
    done = subprocess.run(
        [sys.executable, "-m", "bench.load"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    outcome: dict[str, Any] = json.loads(done.stdout)
    if outcome["refused"] or not outcome["calls"]:
        raise RuntimeError(f"{server.name} refused calls: {outcome}\n{server.log_tail()}")
    return outcome


class Load:
    """One job while it runs."""

    def __init__(self, job: dict[str, Any]) -> None:
        self.requests: list[bytes] = [text.encode() for text in job["requests"]]
        self.numbered = any(COUNTER in request for request in self.requests)
        self.seconds: float = job["seconds"]
        self.rate: float | None = job["rate"]
        self.once: bool = job["once"]
        self.sent = 0
        self.first = time.time_ns() // 1_000_000 % 10**9 * 1000
        self.until = 0.0
        self.latencies: list[float] = []
        self.refused: list[str] = []
        self.bytes_out = self.bytes_in = 0
        self.idle: list[Connection] = []
        self.overdue: deque[float] = deque()
        self.on_their_way = 0
        self.is_closing = False
        self.finished = asyncio.Event()

    def next_request(self) -> bytes:
        request = self.requests[self.sent % len(self.requests)]
        self.sent += 1
        if self.numbered:
            request = request.replace(COUNTER, b"%012d" % (self.first + self.sent))
        self.bytes_out += len(request)
        return request

    def answered(self, connection: "Connection", due: float, status: bytes) -> None:
        now = time.perf_counter()
        self.latencies.append(now - due)
        if status != b"200":
            self.refused.append(status.decode())
        if self.rate is None:
            if self.sent < len(self.requests) if self.once else now < self.until:
                connection.ask(now)
        elif self.overdue:
            connection.ask(self.overdue.popleft())
        else:
            self.idle.append(connection)
        self.settle()

    def settle(self) -> None:
        self.on_their_way -= 1
        if self.is_closing and not self.on_their_way:
            self.finished.set()

    async def keep_pace(self, rate: float) -> None:
        start = time.perf_counter()
        asked = 0
        while asked < rate * self.seconds:
            while (due := start + asked / rate) <= time.perf_counter() and asked < rate * self.seconds:
                asked += 1
                if self.idle:
                    self.idle.pop().ask(due)
                else:
                    self.overdue.append(due)
            await asyncio.sleep(0.001)  # uvloop sleeps whole milliseconds; less would spin


class Connection(asyncio.Protocol):
    """One keep-alive connection with one request on its way at most."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.due = 0.0
        self.received = b""
        self.is_asked = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport

    def ask(self, due: float) -> None:
        self.due = due
        self.is_asked = True
        self.load.on_their_way += 1
        self.transport.write(self.load.next_request())

    def data_received(self, data: bytes) -> None:
        self.load.bytes_in += len(data)
        received = self.received + data if self.received else data
        end = received.find(b"\r\n\r\n")
        if end >= 0:
            head = received[:end].lower()
            at = head.index(b"content-length:") + 15
            length = int(head[at : head.find(b"\r", at) if head.find(b"\r", at) > 0 else end])
            if len(received) >= end + 4 + length:
                self.received = b""
                self.is_asked = False
                self.load.answered(self, self.due, received[9:12])
                return
        self.received = received

    def connection_lost(self, problem: Exception | None) -> None:
        if self.is_asked:
            self.load.refused.append("connection lost")
            self.load.settle()


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    if job["urgent"]:
        put_before_others(0)
    load, loop = Load(job), asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Connection(load), "127.0.0.1", job["port"])
        for _ in range(job["connections"])
    ]
    connections = [connection for _, connection in made]
    started = time.perf_counter()
    load.until = started + load.seconds
    if load.once:
        for connection in connections[: len(load.requests)]:
            connection.ask(time.perf_counter())
    elif load.rate is None:
        for connection in connections:
            connection.ask(time.perf_counter())
        await asyncio.sleep(load.seconds)
    else:
        load.idle = list(connections)
        await load.keep_pace(load.rate)
    load.is_closing = True
    if load.on_their_way:
        async with asyncio.timeout(300 if load.once else 30):
            await load.finished.wait()
    took = time.perf_counter() - started
    latencies = sorted(load.latencies)

    def percentile(share: float) -> float:
        return latencies[min(len(latencies) - 1, int(len(latencies) * share))] * 1000 if latencies else 0.0

    return {
        "calls": len(latencies),
        "seconds": took,
        "refused": load.refused[:5],
        "bytes_in": load.bytes_in,
        "bytes_out": load.bytes_out,
        "p50_ms": percentile(0.5),
        "p99_ms": percentile(0.99),
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(_run(json.load(sys.stdin)))))
