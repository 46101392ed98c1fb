"""Measure every row of docs/benchmarks.md, or some of them, and print a table."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench import calls, console, costs, delivery, growth, sign_in, signatures, sockets, startup, status, xapps
from bench.load import http_request
from bench.processes import PEER_CREDENTIALS, Platform, Process, allow_many_files, install_peers, peer
from bench.table import Row, as_table

LOAD_SHARE = 0.7
SOCKETS = 2_000
STATUS_CALLS = 300
LAUNCHES_PER_S = 500
SIGN_INS_PER_S = 200
"""A phase of a sign-in has this many of them for each second that it should last."""
PER_CPU_S = "calls/CPU-s"


@dataclass
class Plan:
    """How long and how often to measure.

    Attributes:
        notes: What is worth telling beside the table.
    """

    seconds: float
    runs: int
    notes: dict[str, Any]

    def medians(self, measure: Callable[[], float]) -> float:
        """Return the median of several runs."""
        return median(measure() for _ in range(self.runs))


def call_rows(plan: Plan) -> Iterator[Row]:
    """Creating, reading, ping, in turns with the peers, and the latency of creating."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(Platform(folder / "data"))
        servers: list[tuple[Process, dict[str, str]]] = [(ours, ours.credentials)]
        servers += [(stack.enter_context(peer(name)), PEER_CREDENTIALS) for name in ("express", "fastify")]
        samples: dict[tuple[str, str], list[calls.Cost]] = {}
        kinds: dict[str, Callable[[Process, dict[str, str]], list[str]]] = {
            "ping": lambda _, credentials: calls.ping_requests(credentials),
            "get": lambda server, credentials: calls.read_requests(credentials, calls.create_some(server, credentials)),
            "create": lambda _, credentials: calls.create_requests(credentials, calls.PAYMENT),
            "create SignIn": lambda _, credentials: calls.create_requests(credentials, calls.SIGN_IN),
        }
        for _ in range(plan.runs):
            for kind, requests_of in kinds.items():
                for server, credentials in servers:
                    cost = calls.measure_calls(server, requests_of(server, credentials), seconds=plan.seconds)
                    samples.setdefault((kind, server.name), []).append(cost)

        def rate(kind: str, server: str) -> float:
            return median(cost.per_cpu_s for cost in samples[kind, server])

        for kind, what, ship, aim in (
            ("create", "POST platform/payload, a Payment, durable", 2500, 3500),
            ("create SignIn", "POST platform/payload, a SignIn, durable", 2500, 3500),
            ("get", "GET platform/payload", 4000, 7000),
            ("ping", "GET platform/ping", 4000, 7000),
        ):
            peers = {server.name: rate(kind, server.name) for server, _ in servers[1:]}
            yield Row(what=what, unit=PER_CPU_S, ours=rate(kind, "sealgate"), peers=peers, ship=ship, aim=aim)

        requests = calls.create_requests(ours.credentials, calls.PAYMENT)
        for scheduling, urgent in (("", False), (", before other programs", True)):
            waits = [
                calls.measure_latency(ours, requests, share=LOAD_SHARE, seconds=plan.seconds, urgent=urgent)
                for _ in range(plan.runs)
            ]
            per_s = median(wait.per_s for wait in waits)
            what = f"the Payment, p99 at {per_s:,.0f} calls/s (70 % of the most){scheduling}"
            yield Row(what=what, unit="ms", ours=median(wait.p99_ms for wait in waits), ship=25, less=True)
            plan.notes[f"p99 of each run, ms{scheduling}"] = [round(wait.p99_ms, 1) for wait in waits]
        plan.notes["costs"] = _costs(samples, ours, requests)


def _costs(samples: dict[tuple[str, str], list[calls.Cost]], ours: Process, create: list[str]) -> dict[str, Any]:
    statements = costs.count_statements()
    told: dict[str, Any] = {}
    for kind in ("create", "get", "ping"):
        cost = samples[kind, "sealgate"][-1]
        told[kind] = {
            "statements": statements[kind],
            "bytes asked": round(cost.bytes_out),
            "bytes answered": round(cost.bytes_in),
            "bytes to disk": round(cost.disk_bytes),
            "calls/s": round(cost.per_s),
        }
    for connections in (1, 64):
        counted = costs.fsyncs_a_call(ours, create, connections=connections)
        told["create"][f"fsyncs, {connections} at once"] = None if counted is None else round(counted, 3)
    return told


def signature_rows(plan: Plan) -> Iterator[Row]:
    """The check of a signed SignIn with a challenge, for both kinds of key."""
    for algorithm in ("ed25519", "secp256k1"):
        blob = signatures.signed_sign_in(algorithm)

        def rate(work: Callable[[], object]) -> float:
            return plan.medians(lambda: signatures.per_cpu_s(work, seconds=min(1.0, plan.seconds)))

        theirs = {"xrpl-py": rate(signatures.of_xrpl_py(blob))}
        what = f"check of a signed SignIn, {algorithm}"
        yield Row(what=what, unit="checks/CPU-s", ours=rate(signatures.ours(blob)), peers=theirs, ship=5000, aim=9000)
        what = f"the same with challenge, fields and signer, {algorithm}"
        yield Row(what=what, unit="checks/CPU-s", ours=rate(signatures.acceptance(algorithm)))


def sign_in_rows(plan: Plan) -> Iterator[Row]:
    """Whole sign-ins, in turns with the peer, and what clients of a provider read first."""
    count = round(SIGN_INS_PER_S * plan.seconds)
    kinds = {
        "sign-in, code + PKCE, durable, one RS256 token": sign_in.PLAIN,
        "sign-in, code + PKCE, durable, `openid`: two RS256 tokens": sign_in.OPENID,
    }
    paths = {
        "discovery": ("/.well-known/openid-configuration", "/.well-known/openid-configuration"),
        "JWKS": ("/certs", "/jwks"),
    }
    name = "oidc-provider"
    costs_of: dict[str, list[sign_in.Cost]] = {what: [] for what in kinds}
    reads: dict[str, list[float]] = {what: [] for what in paths}
    theirs: dict[str, list[float]] = {what: [] for what in (*kinds, *paths)}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(Platform(folder / "data"))
        other = stack.enter_context(peer(name))
        for _ in range(plan.runs):
            for what, kind in kinds.items():
                costs_of[what].append(sign_in.measure_ours(ours, kind, count=count))
                theirs[what].append(sign_in.measure_theirs(other, kind, count=count).per_cpu_s)
            for what, (path, their_path) in paths.items():
                for server, asked, rates in ((ours, path, reads[what]), (other, their_path, theirs[what])):
                    request = [http_request("GET", asked, {})]
                    rates.append(calls.measure_calls(server, request, seconds=plan.seconds).per_cpu_s)
    for what, found in costs_of.items():
        rate = median(cost.per_cpu_s for cost in found)
        peers = {name: median(theirs[what])}
        yield Row(what=what, unit="sign-ins/CPU-s", ours=rate, peers=peers, ship=250, aim=400)
    for what, rates in reads.items():
        peers = {name: median(theirs[what])}
        yield Row(what=what, unit=PER_CPU_S, ours=median(rates), peers=peers, ship=5000, aim=9000)
    openssl = sign_in.openssl_per_s()
    yield Row(
        what="RSA-2048 signatures of the library alone",
        unit="tokens/CPU-s",
        ours=plan.medians(lambda: sign_in.signatures_per_cpu_s(seconds=min(1.0, plan.seconds))),
        peers={} if openssl is None else {"openssl speed": openssl},
    )
    plan.notes["CPU-ms of a sign-in, begin and finish"] = {
        what: [round(median(phase) * 1000, 2) for phase in ((c.begin for c in found), (c.finish for c in found))]
        for what, found in costs_of.items()
    }


def xapp_rows(plan: Plan) -> Iterator[Row]:
    """One-time tokens traded for JWTs, and pings with tokens of both kinds that the server has seen before."""
    count = round(LAUNCHES_PER_S * plan.seconds)
    rates: dict[str, list[float]] = {"trade": [], "HS256": [], "RS256": []}
    with tempfile.TemporaryDirectory() as folder, Platform(Path(folder) / "data") as server:
        xapps.make_xapp(server)
        for _ in range(plan.runs):
            rates["trade"].append(xapps.trades_per_cpu_s(server, count=count))
        for kind, tokens in (
            ("HS256", xapps.jwts(server)),
            ("RS256", sign_in.access_tokens(server, count=xapps.USERS)),
        ):
            for _ in range(plan.runs):
                cost = calls.measure_calls(server, xapps.pings(tokens), seconds=plan.seconds)
                rates[kind].append(cost.per_cpu_s)
    what = "xApp: one-time token → JWT, durable, with the user token"
    yield Row(what=what, unit="JWTs/CPU-s", ours=median(rates["trade"]))
    for kind, name in (("HS256", "an xApp's JWT"), ("RS256", "an access token")):
        what = f"GET jwt/ping with {name}, {kind}, seen before"
        yield Row(what=what, unit=PER_CPU_S, ours=median(rates[kind]))
    plan.notes["signing and checking an xApp's JWT, µs"] = xapps.hmac_costs_us()
    plan.notes["each run"] = {kind: [round(rate) for rate in found] for kind, found in rates.items()}


def socket_rows(plan: Plan) -> Iterator[Row]:
    """Idle status sockets."""

    def measure_ours() -> float:
        with tempfile.TemporaryDirectory() as folder, Platform(Path(folder) / "data") as server:
            return sockets.measure_sockets(server, server.credentials, count=SOCKETS)

    def measure_theirs() -> float:
        with peer("sockets", status=426) as server:
            return sockets.measure_sockets(server, None, count=SOCKETS)

    theirs = {"node ws": plan.medians(measure_theirs)}
    what = f"idle WebSocket on /sign/…, {SOCKETS:,} of them"
    yield Row(what=what, unit="KiB", ours=plan.medians(measure_ours), peers=theirs, ship=22, aim=8, less=True)


def start_rows(plan: Plan) -> Iterator[Row]:
    """Cold start and idle memory."""
    ours = [startup.measure_starts_of_platform() for _ in range(plan.runs + 1)][1:]
    theirs = [startup.measure_start(peer("express")) for _ in range(plan.runs)]
    express = median(start.seconds for start in theirs)
    for what, number in (("first start of `dev`", 0), ("later start of `dev`", 1)):
        seconds = median(pair[number].seconds for pair in ours)
        yield Row(what=what, unit="s", ours=seconds, peers={"express": express}, ship=1.2, aim=0.6, less=True)
    for what, number in (("idle memory of `dev`, first start", 0), ("idle memory of `dev`, later start", 1)):
        memory = median(pair[number].rss_mib for pair in ours)
        peers = {"express": median(start.rss_mib for start in theirs)}
        yield Row(what=what, unit="MiB RSS", ours=memory, peers=peers, ship=85 / 1.048576, aim=60 / 1.048576, less=True)
    plan.notes["starts"] = {
        "CPU-s, first": median(pair[0].cpu_s for pair in ours),
        "CPU-s, later": median(pair[1].cpu_s for pair in ours),
        "MiB PSS, first": round(median(pair[0].pss_mib for pair in ours), 1),
        "MiB PSS, later": round(median(pair[1].pss_mib for pair in ours), 1),
    }


def status_rows(plan: Plan) -> Iterator[Row]:
    """From the wallet's call to the frame on the status socket."""
    with tempfile.TemporaryDirectory() as folder, Platform(Path(folder) / "data") as server:
        runs = [status.measure_status(server, count=STATUS_CALLS) for _ in range(plan.runs)]
    p99 = median(run[int(len(run) * 0.99)] for run in runs)
    yield Row(what="signed → status frame, p99", unit="ms", ours=p99, ship=50, aim=15, less=True)
    plan.notes["status frame p99 of each run, ms"] = [round(run[int(len(run) * 0.99)], 1) for run in runs]
    plan.notes["status frame p50, ms"] = round(median(run[len(run) // 2] for run in runs), 1)


def delivery_rows(plan: Plan) -> Iterator[Row]:
    """From the wallet's call to the webhook, and how many arrive in a second."""
    runs = []
    for _ in range(plan.runs):
        with tempfile.TemporaryDirectory() as folder, Platform(Path(folder) / "data") as server:
            runs.append(delivery.measure_first_byte(server, count=STATUS_CALLS))
    p99 = median(run[int(len(run) * 0.99)] for run in runs)
    yield Row(what="signed → first webhook byte, p99", unit="ms", ours=p99, ship=100, aim=40, less=True)
    p50 = median(run[len(run) // 2] for run in runs)
    yield Row(what="signed → first webhook byte, p50", unit="ms", ours=p50, less=True)
    plan.notes["first webhook byte, p99 of each run, ms"] = [round(run[int(len(run) * 0.99)], 1) for run in runs]
    with tempfile.TemporaryDirectory() as folder, Platform(Path(folder) / "data") as server:
        fast, crowded = delivery.measure_rates(server, runs=plan.runs)
    for what, found in (("100 fast receivers", fast), ("99 fast receivers beside a silent one", crowded)):
        rate = median(one.per_s for one in found)
        yield Row(what=f"webhooks to {what}", unit="deliveries/s", ours=rate)
        rate = median(one.per_cpu_s for one in found)
        yield Row(what=f"webhooks to {what}", unit="deliveries/CPU-s", ours=rate)


def growth_rows(plan: Plan) -> Iterator[Row]:
    """What a million stored payloads add to the cost of a call."""
    for kind, (few, many) in growth.measure_growth(seconds=plan.seconds, runs=plan.runs).items():
        what = f"{kind}: CPU with 1,000,000 stored payloads ÷ with 1,000"
        yield Row(what=what, unit="ratio", ours=few / many, ship=1.2, less=True)


def console_rows(plan: Plan) -> Iterator[Row]:
    """The console's pages with a million requests and a million calls stored."""
    with tempfile.TemporaryDirectory() as folder:
        data_dir = Path(folder) / "data"
        named = console.fill(data_dir)
        session = console.sign_in(data_dir)
        with Platform(data_dir) as server:
            caught_up = console.wait_until_counted(data_dir, calls=console.CALLS)
            paths = console.pages(named)
            runs = {
                how: console.measure_pages(server, session, paths, urgent=urgent)
                for how, urgent in (("", False), (", before other programs", True))
            }
    for how, taken in runs.items():
        each = {path.replace(named["app"], "…"): p95(found) for path, found in taken.items()}
        every = p95([ms for found in taken.values() for ms in found])
        yield Row(what=f"console: any of {len(each)} pages, p95{how}", unit="ms", ours=every, ship=150, less=True)
        yield Row(what=f"console: the slowest page, p95{how}", unit="ms", ours=max(each.values()), ship=150, less=True)
        slowest = sorted(each.items(), key=lambda one: -one[1])
        plan.notes[f"p95 of each page, ms{how}"] = {path: round(ms) for path, ms in slowest}
    yield Row(what="console: counting two million rows of before, in all", unit="s", ours=caught_up, less=True)


def p95(found: list[float]) -> float:
    """Return the value that 95 of 100 do not exceed."""
    ordered = sorted(found)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


GROUPS: dict[str, Callable[[Plan], Iterator[Row]]] = {
    "calls": call_rows,
    "signatures": signature_rows,
    "sign-in": sign_in_rows,
    "xapps": xapp_rows,
    "sockets": socket_rows,
    "starts": start_rows,
    "status": status_rows,
    "delivery": delivery_rows,
    "growth": growth_rows,
    "console": console_rows,
}


def describe_machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    cpu = next((line.split(":", 1)[1].strip() for line in _cpu_info() if line.startswith("model name")), "unknown")
    node = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "node": node,
        "load at the start": round(os.getloadavg()[0], 1),
    }


def _cpu_info() -> list[str]:
    return Path("/proc/cpuinfo").read_text().splitlines()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs whose median is taken (default 3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="seconds under load in each run (default 3)")
    parser.add_argument("--quick", action="store_true", help="one run of one second")
    parser.add_argument("--only", default=",".join(GROUPS), help=f"some of {','.join(GROUPS)}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    chosen = asked.only.split(",")
    if unknown := set(chosen) - GROUPS.keys():
        parser.error(f"no such rows: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")

    install_peers()
    allow_many_files()
    plan = Plan(seconds=1.0 if asked.quick else asked.seconds, runs=1 if asked.quick else asked.runs, notes={})
    plan.notes["machine"] = describe_machine()
    rows: list[Row] = []
    for name in chosen:
        print(f"measuring: {name}", file=sys.stderr)
        rows += GROUPS[name](plan)
    plan.notes["load at the end"] = round(os.getloadavg()[0], 1)
    if asked.json:
        print(json.dumps({"rows": [row.as_json() for row in rows], "notes": plan.notes}, indent=1))
        return
    print(as_table(rows))
    for name, note in plan.notes.items():
        print(f"{name}: {json.dumps(note)}")


if __name__ == "__main__":
    main()
