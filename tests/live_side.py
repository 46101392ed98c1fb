"""The live side of sign requests on a real server in a thread: sign page, QR files, status socket; a clock to move."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import msgspec
import uvicorn

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft
from sealgate.base.clock import ShiftedClock
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.holders import service as holders
from sealgate.holders.model import Device, Holder, NewDevice
from sealgate.infra.bus import Bus, Event, LocalBus
from sealgate.infra.counters import Counters, LocalCounters
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.payloads import qr_files, service, sign_page, websocket
from sealgate.payloads.draft import check_draft
from sealgate.payloads.events import payload_topic
from sealgate.payloads.hub import StatusHub
from sealgate.payloads.model import CheckedSignature, Origin, Payload, Presentation, RejectReport, SignReport
from sealgate.web.app import build_app
from sealgate.web.callers import OpenDoor
from sealgate.web.context import Context
from sealgate.web.protocols import BoundedHttp, PoliteSocket
from sealgate.web.routing import Router
from sealgate.web.server import listen

ACCOUNT = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
START_LIMIT_S = 10


class LiveSide:
    """A server with the live side alone. Payloads are made and answered past the wallet API, by the service itself.

    Args:
        settings: Name a database that has its tables.
        send_buffer: Bytes the kernel keeps for each connection, where a test wants it to fill up.
        routers: Served as well.
    """

    app: App
    device: Device

    def __init__(
        self,
        settings: Settings,
        *,
        bus: Bus | None = None,
        counters: Counters | None = None,
        send_buffer: int | None = None,
        routers: Sequence[Router] = (),
    ) -> None:
        (self._listener,) = listen("127.0.0.1", 0)
        if send_buffer is not None:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        port = self._listener.getsockname()[1]
        self.settings = msgspec.structs.replace(settings, public_url=f"http://127.0.0.1:{port}", port=port)
        self.clock = ShiftedClock()
        self.bus = bus or LocalBus()
        self.database = Database.open(self.settings, self.bus)
        self.counters = counters or LocalCounters()
        self.sealer = Sealer.from_settings(self.settings)
        context = Context(self.settings, self.clock, self.database, self.bus, self.counters, self.sealer)
        self.hub = StatusHub.of(context)
        context.put(self.hub)
        self._app = build_app(context, [websocket.router, sign_page.router, qr_files.router, *routers], OpenDoor())
        self._server = uvicorn.Server(
            uvicorn.Config(
                self._app, loop="uvloop", http=BoundedHttp, ws=PoliteSocket, ws_per_message_deflate=False,
                lifespan="off", log_config=None, access_log=False, proxy_headers=False, server_header=False,
            )
        )  # fmt: skip
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="live side")

    def start(self, *, like: "LiveSide | None" = None) -> None:
        """Start the server; return when it answers, with an app and a wallet, new ones or those of `like`."""
        ready = threading.Event()
        self._app.context.starting.append(self._note_loop)
        self._app.context.background.append(lambda: _tell(ready))
        self._thread.start()
        assert ready.wait(START_LIMIT_S), "the server did not start"
        if like is not None:
            self.app, self.device = like.app, like.device
            return
        now = self.clock.now()
        with self.database.begin() as tx:
            self.sealer.load_pepper(tx)
            self.app = apps.create_app(tx, self.sealer, AppDraft(name="Demo app"), now=now).app
            self.device = holders.register_device(
                tx, NewDevice(b"\1" * 32), name="phone", platform="test", invitation=None, pairing_open=True, now=now
            )

    def stop(self) -> None:
        """End the server as SIGTERM does."""
        self._server.should_exit = True
        self._thread.join(START_LIMIT_S)
        assert not self._thread.is_alive(), "the server did not stop"

    @property
    def url(self) -> str:
        """Where pages are."""
        return self.settings.public_url

    def socket_url(self, uuid: str) -> str:
        """Where the status of a payload is."""
        return f"{self.settings.websocket_url}/sign/{uuid}"

    # -- what developers and wallets do --

    def create(
        self,
        txjson: dict[str, Any] | None = None,
        *,
        expire_min: int = 5,
        presentation: Presentation | None = None,
        pushed_to: Device | None = None,
        **body: Any,
    ) -> Payload:
        """Create a payload, a SignIn unless said otherwise; `body` takes `options` and `custom_meta`."""
        draft = check_draft({"txjson": txjson or {"TransactionType": "SignIn"}, **body})
        draft = msgspec.structs.replace(draft, expire_min=expire_min)
        now = self.clock.now()
        with self.database.begin() as tx:
            holder = Holder(pushed_to.holder_uuid, now) if pushed_to else None
            return service.create_payload(
                tx, self.app, draft, uuid=new_uuid(), domain="127.0.0.1", now=now, holder=holder,
                presentation=presentation,
            )  # fmt: skip

    def find(self, uuid: str) -> Payload:
        """Return the payload as it is stored."""
        with self.database.begin() as tx:
            found = service.find_payload(tx, uuid)
        assert found is not None
        return found

    def open(self, uuid: str, *, origin: str = "QR") -> Payload:
        """A wallet opens the payload."""
        with self.database.begin() as tx:
            return service.open_payload(tx, uuid, device=self.device, origin=origin, now=self.clock.now())

    def sign(self, uuid: str, *, origin: Origin = "QR") -> Payload:
        """The wallet hands in a signature that was found good."""
        verified = CheckedSignature(
            hex="AB", account=ACCOUNT, signer=ACCOUNT, signer_pubkey="ED" + "0" * 64, txid="C" * 64
        )
        with self.database.begin() as tx:
            return service.sign_payload(
                tx, uuid, device=self.device, report=SignReport(signed_blob="AB", origintype=origin),
                verified=verified,
                now=self.clock.now(), reference=new_uuid(),
            )  # fmt: skip

    def reject(self, uuid: str) -> Payload:
        """The wallet declines."""
        with self.database.begin() as tx:
            return service.reject_payload(
                tx, uuid, device=self.device, reject=RejectReport(), now=self.clock.now(), reference=new_uuid()
            )

    def cancel(self, uuid: str) -> None:
        """The developer withdraws the payload."""
        with self.database.begin() as tx:
            service.cancel_payload(tx, self.app.uuid, uuid, now=self.clock.now())

    def publish(self, uuid: str, kind: str, times: int = 1) -> None:
        """Publish news of a payload on the server's bus, that many times."""
        for _ in range(times):
            self.on_loop(lambda: self.bus.publish(Event(payload_topic(uuid), kind)))

    def on_loop(self, do: Callable[[], object]) -> None:
        """Do something on the server's loop."""
        assert self._loop is not None
        self._loop.call_soon_threadsafe(do)

    def cut_sockets(self, *, one_of: str | None = None) -> None:
        """Break the connection of every follower, or of the first of one payload."""

        def cut() -> None:
            for uuid, room in self.hub._rooms.items():
                for follower in room.followers[: None if one_of is None else int(uuid == one_of)]:
                    follower._channel.abort()

        self.on_loop(cut)

    def wait_for_followers(self, uuid: str, count: int) -> None:
        """Return once so many clients follow the payload."""
        until = time.monotonic() + START_LIMIT_S
        while (room := self.hub._rooms.get(uuid)) is None or sum(each.greeted for each in room.followers) < count:
            assert time.monotonic() < until, f"fewer than {count} follow {uuid}"
            time.sleep(0.02)

    def advance(self, delta: timedelta) -> None:
        """Move the server's clock."""
        self.clock.advance(seconds=delta.total_seconds())

    # -- the thread --

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=self._server.config.get_loop_factory()) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        await self._app.life.start()
        try:
            await self._server.serve(sockets=[self._listener])
        finally:
            await self._app.life.stop()
            self._listener.close()

    async def _note_loop(self) -> None:
        self._loop = asyncio.get_running_loop()


async def _tell(ready: threading.Event) -> None:
    ready.set()
