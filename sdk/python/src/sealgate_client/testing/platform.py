"""A sandbox platform for tests: one of this run's own, or one that runs already."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sealgate_client.errors import Misconfigured
from sealgate_client.testing.app import App
from sealgate_client.testing.clock import Clock
from sealgate_client.testing.controls import Controls
from sealgate_client.testing.ledger import Ledger
from sealgate_client.testing.wallet import Wallet

if TYPE_CHECKING:
    from sealgate_client.testing.server import Server

LOOK_EVERY_S = 0.02
ALICE = "alice"


@dataclass(frozen=True)
class SignRequest:
    """A sign request as the platform knows it.

    Attributes:
        type: Such as `SignIn` or `Payment`.
        state: `created`, `opened`, `signed`, `rejected`, `cancelled` or `expired`.
        reason: Of a rejection.
        refusals: Signatures that were not accepted.
    """

    number: int
    uuid: str
    app: str
    type: str
    state: str
    addressed: bool
    pushed: bool
    created_at: str
    identifier: str | None
    account: str | None
    txid: str | None
    reason: str | None
    refusals: tuple[str, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> SignRequest:
        """Return the request that the platform tells of."""
        known = {name: told.get(name) for name in cls.__dataclass_fields__}
        return cls(**{**known, "refusals": tuple(told.get("refusals") or ())})  # type: ignore[arg-type]


class Platform:
    """The platform as one test sees it.

    Args:
        controls: The way to its controls.
        environ: Its variables, those of `dev.env`.
        server: The process, where it is ours.
        is_shared: Whether others use it, too: then the test has an app and a wallet of its own, and nothing is reset.

    Attributes:
        app: The app under test.
        clock, ledger: Of the platform.
    """

    def __init__(
        self,
        controls: Controls,
        environ: Mapping[str, str],
        *,
        server: Server | None = None,
        is_shared: bool = False,
    ) -> None:
        self.controls = controls
        self.url = controls.url
        self.server = server
        self.is_shared = is_shared
        if is_shared:
            self.app = App.made(controls, f"Test {secrets.token_hex(4)}", {"redirect_uris": _HERE})
            self._own_wallet = f"test-{secrets.token_hex(8)}"
        else:
            self.app = App(controls, environ["SEALGATE_API_KEY"], environ["SEALGATE_API_SECRET"])
            self._own_wallet = ALICE
        self.apps = [self.app]
        self.clock = Clock(controls)
        rpc = environ.get("SEALGATE_LEDGER_RPC") or f"{self.url}/__dev/ledger"
        socket = environ.get("SEALGATE_LEDGER_WS") or rpc.replace("http", "ws", 1)
        self.ledger = Ledger(controls, rpc, socket)
        self.environ = {**self.app.environ, "SEALGATE_LEDGER_RPC": rpc, "SEALGATE_LEDGER_WS": socket}
        self._wallets: dict[str, Wallet] = {}
        self._handed_out: set[str] = set()
        self._log_offset = server.log.stat().st_size if server is not None else 0

    @property
    def took_s(self) -> float:
        """Seconds that the start of the program took; 0 where it ran already."""
        return self.server.took_s if self.server is not None else 0.0

    def wallet(self, name: str | None = None) -> Wallet:
        """Return a wallet, made and paired where there is none: `platform.wallet("bob")` is a further person."""
        name = name or self._own_wallet
        if self.is_shared and name != self._own_wallet:
            name = f"{name}-{self._own_wallet[5:]}"
        if name not in self._wallets:
            known = self.controls.dev("POST", "/wallets", {"name": name})
            self._wallets[name] = Wallet(self.controls, known, self._next_request)
        return self._wallets[name]

    def create_app(self, name: str, **settings: Any) -> App:
        """Register a further app, with settings as the operators' API takes them."""
        self.apps.append(App.made(self.controls, name, settings))
        return self.apps[-1]

    @property
    def requests(self) -> list[SignRequest]:
        """The sign requests of the test's apps, the first one first, fifty for each app at the most."""
        found: list[SignRequest] = []
        for app in self.apps:
            told = self.controls.dev("GET", f"/requests?app={app.uuid}")
            found += [SignRequest.of(one) for one in told["requests"]]
        return sorted(found, key=lambda one: one.number)

    def request(self, uuid: str) -> SignRequest:
        """Return a sign request of the test's apps; LookupError where there is none."""
        for one in self.requests:
            if one.uuid == uuid:
                return one
        raise LookupError(f"no app of this test has made the request {uuid}")

    def fail_webhooks(self, **how: Any) -> None:
        """Let webhooks fail: `status=503`, `drop=True`, `delay_s=2`, and `times=1` for as often."""
        self.controls.dev("PUT", "/faults/webhooks", how)

    def fail_pushes(self, **how: Any) -> None:
        """Let pushes to devices fail, as `fail_webhooks`."""
        self.controls.dev("PUT", "/faults/push", how)

    def fail_ledger(self, **how: Any) -> None:
        """Let the ledger take its time or cut who asks: `delay_s=8`, `drop=True`, `times=1`."""
        self.controls.dev("PUT", "/faults/ledger", how)

    def mend(self) -> None:
        """Let everything work again."""
        self.controls.dev("DELETE", "/faults")

    def cut_sockets(self) -> int:
        """Cut every status socket without a word, as a network does, and return how many there were."""
        return int(self.controls.dev("POST", "/sockets/cut")["cut"])

    def saw(self) -> str:
        """Return what the platform saw in this test, for people: requests, calls, deliveries, the server's words."""
        from sealgate_client.testing.report import what_was_seen

        said = self.server.said_since(self._log_offset) if self.server is not None else ""
        return what_was_seen(self, said)

    def _next_request(self, timeout_s: float) -> SignRequest:
        deadline = time.monotonic() + timeout_s
        while True:
            there = self.requests
            for one in there:
                if one.state in ("created", "opened") and one.uuid not in self._handed_out:
                    self._handed_out.add(one.uuid)
                    return one
            if time.monotonic() >= deadline:
                listed = "; ".join(f"{one.type} {one.uuid} is {one.state}" for one in there) or "there is none at all"
                raise AssertionError(f"no new sign request of the app came in {timeout_s:g} s: {listed}")
            time.sleep(LOOK_EVERY_S)


_HERE = [f"http://{host}/{path}" for host in ("localhost", "127.0.0.1") for path in ("", "callback", "cb")]


class Source:
    """Where the platforms of a run come from: a process of its own, or the one that SEALGATE_URL names.

    Args:
        keep: A folder for what makes the next start quicker.

    Raises:
        Misconfigured: there is no program, or SEALGATE_URL comes without SEALGATE_ADMIN_TOKEN.
        NotStarted: the program did not come up.
    """

    def __init__(self, *, keep: Path | None = None) -> None:
        from sealgate_client.testing.server import Server

        self.server: Server | None = None
        if os.environ.get("SEALGATE_URL"):
            self.environ = {name: value for name, value in os.environ.items() if name.startswith("SEALGATE_")}
        else:
            self.server = Server(keep=keep)
            self.environ = self.server.env
        token = self.environ.get("SEALGATE_ADMIN_TOKEN")
        if not token:
            raise Misconfigured(
                "SEALGATE_URL names a platform, and SEALGATE_ADMIN_TOKEN is not set.",
                code="configuration",
                hint="Load the dev.env that this `sealgate dev` wrote, or leave SEALGATE_URL out and one is started.",
            )
        self.controls = Controls(self.environ["SEALGATE_URL"].rstrip("/"), token)
        self._is_new = True

    def fresh(self) -> Platform:
        """Return the platform as new; one that is not ours stays as it is, and the test gets its own app and wallet."""
        if self.server is None:
            return Platform(self.controls, self.environ, is_shared=True)
        if not self._is_new:
            self.controls.dev("POST", "/reset")
        self._is_new = False
        return Platform(self.controls, self.environ, server=self.server)

    def close(self) -> None:
        """End what was started."""
        self.controls.close()
        if self.server is not None:
            self.server.stop()


@contextmanager
def start_platform(*, keep: Path | None = None) -> Iterator[Platform]:
    """Start a platform for a `with` block, without pytest.

    Args:
        keep: A folder for what makes the next start quicker.
    """
    source = Source(keep=keep)
    try:
        yield source.fresh()
    finally:
        source.close()
