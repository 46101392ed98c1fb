"""The composition root of the server: every service, every slice, put together in one place.

Nothing else imports all slices. To add a slice: give it a `router`, and name it here.
"""

from typing import TYPE_CHECKING

from sealgate.access import http as access_http
from sealgate.access import wiring as access
from sealgate.apps import http as apps_http
from sealgate.apps import icon_http
from sealgate.apps import webhook_http as endpoints_http
from sealgate.base.clock import Clock, SystemClock
from sealgate.base.settings import Settings
from sealgate.console import admin_http as developers_http
from sealgate.console import http as console_http
from sealgate.console import wiring as console
from sealgate.console.admin_changes import record_change
from sealgate.delivery import asyncapi
from sealgate.delivery import http as deliveries_http
from sealgate.delivery import wiring as delivery
from sealgate.delivery.exposure import record_exposure
from sealgate.holders.directory import DeviceDirectory
from sealgate.infra.bus import Bus, LocalBus
from sealgate.infra.counters import Counters, LocalCounters
from sealgate.infra.database import Database
from sealgate.infra.networks import install_networks
from sealgate.infra.sealing import Sealer
from sealgate.lookups import http as lookups_http
from sealgate.lookups import wiring as lookups
from sealgate.oauth import http as oauth_http
from sealgate.oauth import wiring as oauth
from sealgate.payloads import following, qr_files, sign_page, websocket
from sealgate.payloads import http as payloads_http
from sealgate.payloads.expiring import Expiring
from sealgate.payloads.hub import StatusHub
from sealgate.tokens import admin_http as keys_http
from sealgate.tokens import http as tokens_http
from sealgate.tokens import importing_http
from sealgate.tokens import wiring as tokens
from sealgate.userdata import http as userdata_http
from sealgate.wallet import http as wallet_http
from sealgate.wallet import wiring as wallet
from sealgate.web.app import App, build_app
from sealgate.web.context import Context
from sealgate.web.envelopes import platform_envelope
from sealgate.web.nodes import install_nodes
from sealgate.web.routing import Router
from sealgate.xapps import authorize_http, detect_pages, events_http
from sealgate.xapps import http as xapps_http
from sealgate.xapps import wiring as xapps

if TYPE_CHECKING:
    from sealgate.devtools.model import Hand

ROUTERS = (
    *lookups_http.routers,
    payloads_http.router,
    tokens_http.router,
    sign_page.router,
    qr_files.router,
    websocket.router,
    *wallet_http.routers,
    authorize_http.router,
    xapps_http.router,
    events_http.router,
    detect_pages.router,
    userdata_http.router,
    *oauth_http.routers,
    apps_http.router,
    icon_http.router,
    endpoints_http.router,
    deliveries_http.router,
    asyncapi.router,
    keys_http.router,
    importing_http.router,
    access_http.router,
    developers_http.router,
    console_http.router,
)


def build(settings: Settings, *, clock: Clock | None = None, hand: "Hand | None" = None) -> App:
    """Return the server's ASGI application. Connects to nothing yet: its `life` does, when it starts.

    Args:
        hand: Holds the wallets of a sandbox. With it the server has the sandbox's controls, without it they do not
            exist.

    Raises:
        SealgateError: the data folder or the master key cannot be used.
    """
    install_networks(settings)
    context = make_context(settings, clock=clock)
    install_nodes(context)
    wallet.install(context)
    tokens.install(context)
    lookups.install(context)
    oauth.install(context)
    xapps.install(context)
    console.install(context)
    resolver, call_log = access.install(
        context, context.get(DeviceDirectory), record_exposure=record_exposure, record_change=record_change
    )
    delivery.install(context)
    context.background.append(Expiring(context).keep_telling)
    following.install(context)
    context.put(StatusHub.of(context))
    routers: tuple[Router, ...] = ROUTERS
    envelopes = oauth_http.ENVELOPES
    if hand is not None:
        from sealgate.devtools import http as devtools_http
        from sealgate.devtools import wiring as devtools
        from sealgate.devtools.ledger import rpc as ledger_rpc

        devtools.install(context, hand)
        routers = (*ROUTERS, devtools_http.router, ledger_rpc.router)
        envelopes = (*envelopes, (devtools_http.PREFIX, platform_envelope))
    return build_app(context, routers, resolver, call_log, envelopes=envelopes)


def make_context(settings: Settings, *, clock: Clock | None = None) -> Context:
    """Return the services of a process: those in memory for one, those of Redis where several share them."""
    bus, counters = _shared(settings)
    sealer = Sealer.from_settings(settings)
    context = Context(
        settings=settings,
        clock=clock or SystemClock(),
        db=Database.open(settings, bus),
        bus=bus,
        counters=counters,
        sealer=sealer,
    )

    async def load_pepper() -> None:
        await context.db.write(sealer.load_pepper)

    context.starting.append(load_pepper)
    return context


def _shared(settings: Settings) -> tuple[Bus, Counters]:
    if not settings.redis_url:
        return LocalBus(), LocalCounters()
    from sealgate.infra.bus_redis import RedisBus
    from sealgate.infra.counters_redis import RedisCounters

    return RedisBus(settings.redis_url), RedisCounters(settings.redis_url)
