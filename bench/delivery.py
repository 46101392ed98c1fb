"""Webhooks: from the signature to the receiver's first byte, and how many arrive in a second."""

import asyncio
import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from bench.calls import SIGN_IN, create
from bench.processes import Platform, free_port
from sealgate.cli.environment import Environment
from sealgate.cli.wallet.api import WalletApi
from sealgate.cli.wallet.signing import choose_network, sign
from sealgate.cli.wallet.wallets import open_keystore, open_wallet

APPS, ENDPOINTS_PER_APP, OUTCOMES_PER_APP = 20, 5, 10
DELIVERIES = APPS * ENDPOINTS_PER_APP * OUTCOMES_PER_APP
LIMIT_S = 120
_TAKEN = b"HTTP/1.1 204 OK\r\n\r\n"


class Receiver:
    """Takes every call at once, except below `/silent`, where nobody ever answers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.taken = 0
        self.arrived_at = 0.0
        self.arrived = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def url(self, path: str = "/hook") -> str:
        """Return an address of it."""
        return f"http://127.0.0.1:{self.port}{path}"

    @contextmanager
    def running(self) -> Iterator["Receiver"]:
        """Serve meanwhile."""
        self._thread.start()
        yield self
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def wait_for(self, count: int) -> None:
        """Return when so many calls were taken."""
        until = time.monotonic() + LIMIT_S
        while self.taken < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{self.taken} of {count} deliveries arrived")
            time.sleep(0.002)

    def _run(self) -> None:
        self._loop.run_until_complete(asyncio.start_server(self._serve, "127.0.0.1", self.port))
        self._loop.run_forever()
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0.01))
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while True:
                first = await reader.readexactly(1)
                self.arrived_at = time.perf_counter()
                self.arrived.set()
                head = first + await reader.readuntil(b"\r\n\r\n")
                length = next(
                    int(line.partition(b":")[2])
                    for line in head.lower().split(b"\r\n")
                    if line[:15] == b"content-length:"
                )
                await reader.readexactly(length)
                if head.startswith(b"POST /silent"):
                    await asyncio.sleep(LIMIT_S)
                self.taken += 1
                writer.write(_TAKEN)


def measure_first_byte(server: Platform, *, count: int) -> list[float]:
    """Return the milliseconds from the wallet's call to the first byte of the webhook, sorted. One at a time."""
    with Receiver().running() as receiver:
        _add_endpoint(server, server.env["SEALGATE_API_KEY"], receiver.url())
        environment = _environment(server)
        wallet = open_wallet(open_keystore(environment), "alice")
        api = wallet.api(environment)
        took = []
        for number in range(count):
            uuid = create(server, server.credentials, SIGN_IN)["uuid"]
            request = api.open(uuid, origin="QR")
            network = choose_network(request, None)
            signed = sign(request, wallet.keys, network)
            receiver.arrived.clear()
            asked = time.perf_counter()
            api.hand_in(request, signed, network=network.key, origin="QR", public_key=wallet.file.public_key)
            if not receiver.arrived.wait(10):
                raise TimeoutError("no webhook arrived")
            took.append((receiver.arrived_at - asked) * 1000)
            receiver.wait_for(number + 1)
        wallet.close()
    # The first one loads what sends.
    return sorted(took[1:])


@dataclass(frozen=True)
class Rates:
    """Deliveries that arrive in a second of the clock, and in one of the server's CPU."""

    per_s: float
    per_cpu_s: float


def measure_rates(server: Platform, *, runs: int) -> tuple[list[Rates], list[Rates]]:
    """Return the rates to a hundred fast receivers, and to ninety-nine beside a silent one.

    Each run sends again what was sent before: a thousand events that become due at once, ten for each endpoint.
    """
    with Receiver().running() as receiver:
        apps = [_new_app(server, number) for number in range(APPS)]
        endpoints = [
            [_add_endpoint(server, app["x-api-key"], receiver.url()) for _ in range(ENDPOINTS_PER_APP)] for app in apps
        ]
        environment = _environment(server)
        wallet = open_wallet(open_keystore(environment), "alice")
        api = wallet.api(environment)
        for app in apps:
            for _ in range(OUTCOMES_PER_APP):
                _reject(api, create(server, app, SIGN_IN)["uuid"])
        receiver.wait_for(DELIVERIES)
        wallet.close()
        fast = [_send_again(server, apps, receiver, DELIVERIES) for _ in range(runs)]
        _change_endpoint(server, apps[0]["x-api-key"], endpoints[0][0], receiver.url("/silent"))
        crowded = [_send_again(server, apps, receiver, DELIVERIES - OUTCOMES_PER_APP) for _ in range(runs)]
    return fast, crowded


def _send_again(server: Platform, apps: list[dict[str, str]], receiver: Receiver, count: int) -> Rates:
    _settle(server, apps)
    before, cpu, began = receiver.taken, server.cpu_s(), time.perf_counter()
    for app in apps:
        _call(server, "POST", "/api/v1/platform/deliveries/resend?state=delivered", app)
    receiver.wait_for(before + count)
    return Rates(count / (time.perf_counter() - began), count / (server.cpu_s() - cpu))


def _settle(server: Platform, apps: list[dict[str, str]]) -> None:
    """Wait until what was taken is known to be: what is still on its way is not sent again."""
    until = time.monotonic() + LIMIT_S
    for app in apps[1:]:
        while _call(server, "GET", "/api/v1/platform/deliveries?state=waiting&limit=1", app)["deliveries"]:
            if time.monotonic() > until:
                raise TimeoutError("deliveries are never settled")
            time.sleep(0.02)


def _reject(api: WalletApi, uuid: str) -> None:
    api.open(uuid, origin="QR")
    api.reject(uuid, reason=None, origin="QR")


def _environment(server: Platform) -> Environment:
    return Environment({**server.env, "SEALGATE_URL": f"http://127.0.0.1:{server.port}"})


def _new_app(server: Platform, number: int) -> dict[str, str]:
    made = _call(server, "POST", "/api/v1/admin/apps", _admin(server), {"name": f"Shop {number}"})
    return {"x-api-key": made["api_key"], "x-api-secret": made["api_secret"]}


def _add_endpoint(server: Platform, app: str, url: str) -> str:
    made = _call(server, "POST", f"/api/v1/admin/apps/{app}/webhooks", _admin(server), {"url": url})
    return str(made["uuid"])


def _change_endpoint(server: Platform, app: str, endpoint: str, url: str) -> None:
    _call(server, "PATCH", f"/api/v1/admin/apps/{app}/webhooks/{endpoint}", _admin(server), {"url": url})


def _admin(server: Platform) -> dict[str, str]:
    return {"authorization": f"Bearer {server.env['SEALGATE_ADMIN_TOKEN']}"}


def _call(server: Platform, method: str, path: str, headers: dict[str, str], body: Any = None) -> dict[str, Any]:
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}{path}",
        data=b"" if body is None and method == "POST" else None if body is None else json.dumps(body).encode(),
        headers={**headers, "content-type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
    return found
