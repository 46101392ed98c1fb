"""A server's door for tests: the real application on a real database, without a socket, with a clock that stands."""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from nacl.signing import SigningKey

from sealgate.access import http as access_http
from sealgate.access.call_log import CallLog
from sealgate.access.wiring import install
from sealgate.apps import http as apps_http
from sealgate.apps import service as apps
from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import AppDraft, NewApp
from sealgate.base.clock import ShiftedClock, to_unix_s
from sealgate.base.http_signatures import SignedRequest, sign_request
from sealgate.base.settings import Settings
from sealgate.holders.directory import DeviceDirectory
from sealgate.holders.model import Device, NewDevice
from sealgate.holders.service import register_device
from sealgate.infra.bus import Bus, LocalBus
from sealgate.infra.counters import LocalCounters
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.lookups import http as lookups_http
from sealgate.tokens import wiring as tokens
from sealgate.web.app import App, build_app
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.context import Context
from sealgate.web.routing import Router
from tests.conftest import NOON

ADMIN_TOKEN = "sga_an-operators-token"
PING = "/api/v1/platform/ping"
SIGNED = "/api/v1/app/signed"

signed_routes = Router()


@signed_routes.post(SIGNED, caller=Device, answers=dict)
@signed_routes.get(SIGNED, caller=Device, answers=dict)
async def signed(call: Call[Device]) -> dict[str, str]:
    """Tell which device signed the call."""
    return {"device": call.caller.uuid, "body": (await call.read_body()).decode()}


@signed_routes.post("/api/v1/app/introduced", caller=NewDevice, answers=dict, limit="pairing")
async def introduced(call: Call[NewDevice]) -> dict[str, str]:
    """Tell which key introduced itself."""
    return {"public_key": call.caller.public_key.hex()}


@signed_routes.get("/api/v1/app/open", caller=Anyone, answers=dict, limit="pairing")
async def passing(call: Call[Anyone]) -> dict[str, str]:
    """Let anybody in, but not too often."""
    return {}


@dataclass
class Door:
    """One process of a server.

    Args:
        settings: Its settings; the database must have its tables.
        bus: Shared by doors that are processes of one server.
    """

    settings: Settings
    bus: Bus = field(default_factory=LocalBus)
    routers: Sequence[Router] = (*lookups_http.routers, apps_http.router, access_http.router, signed_routes)

    def __post_init__(self) -> None:
        self.clock = ShiftedClock(NOON)
        self.context = Context(
            settings=self.settings,
            clock=self.clock,
            db=Database.open(self.settings, self.bus),
            bus=self.bus,
            counters=LocalCounters(),
            sealer=Sealer.from_settings(self.settings),
        )
        self.devices = DeviceDirectory(self.context.db, self.bus)
        tokens.install(self.context)
        resolver, self.call_log = install(self.context, self.devices)
        self.app: App = build_app(self.context, self.routers, resolver, self.call_log)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app), base_url="http://localhost:8080", headers={"accept": "*/*"}
        )

    async def __aenter__(self) -> Self:
        with self.context.db.begin() as tx:
            self.context.sealer.load_pepper(tx)
        await self.app.life.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()
        await self.app.life.stop()

    @property
    def directory(self) -> AppDirectory:
        """Where the door looks apps up."""
        return self.context.get(AppDirectory)

    @property
    def log(self) -> CallLog:
        """Where the door writes calls down."""
        return self.call_log

    async def new_app(self, **values: Any) -> NewApp:
        """Register an app."""
        draft = AppDraft(**{"name": "Corner Shop", **values})
        return await self.context.db.write(apps.create_app, self.context.sealer, draft, now=self.clock.now())

    async def ping(self, app: NewApp, **headers: str) -> httpx.Response:
        """Ping as an app, with further headers written with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.http.get(PING, headers={**credentials(app), **sent})

    async def admin(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Call the admin API below `/api/v1/admin/apps`."""
        headers = {"authorization": f"Bearer {ADMIN_TOKEN}"}
        return await self.http.request(method, f"/api/v1/admin/apps{path}", headers=headers, **how)

    async def new_device(self, key: SigningKey) -> Device:
        """Pair a wallet."""
        return await self.context.db.write(
            register_device, NewDevice(bytes(key.verify_key)), name="phone", platform="cli", pairing_open=True,
            now=self.clock.now(),
        )  # fmt: skip

    def sign(
        self,
        key: SigningKey,
        keyid: str,
        method: str = "GET",
        path: str = SIGNED,
        body: bytes = b"",
        *,
        origin: str | None = None,
        created: int | None = None,
        nonce: str | None = None,
    ) -> dict[str, str]:
        """Return the headers that make a call a device's own."""
        return sign_request(
            SignedRequest(method, (origin or self.settings.public_url) + path, {}),
            body,
            keyid=keyid,
            created=to_unix_s(self.clock.now()) if created is None else created,
            nonce=nonce or new_nonce(),
            sign=lambda message: key.sign(message).signature,
        )


def credentials(app: NewApp) -> dict[str, str]:
    """Return the headers of an app."""
    return {"x-api-key": app.app.uuid, "x-api-secret": app.secret.text}


def new_nonce() -> str:
    """Return a nonce nobody used."""
    return secrets.token_urlsafe(18)


def base64url(raw: bytes) -> str:
    """Return base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
