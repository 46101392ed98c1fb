"""Running the application: listen, serve, and on SIGTERM or SIGINT let everybody finish."""

import asyncio
import errno
import gc
import socket
import ssl
from collections.abc import Callable

import uvicorn

from sealgate.base.settings import Settings
from sealgate.web.app import App
from sealgate.web.errors import AddressUnusable, PortTaken, TlsFilesUnusable
from sealgate.web.protocols import BoundedHttp, PoliteSocket

MAX_FRAME_BYTES = 16 * 1024
PING_S = 30.0
BACKLOG = 2048


def serve(app: App, settings: Settings, *, on_ready: Callable[[], None] | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then return.

    The order of the end: no new connections; sockets get 1012 and event streams end; running calls have
    `settings.shutdown_s` to finish; background loops stop; the database closes.

    Args:
        app: From `build_app`.
        settings: Host, port, TLS files, time to shut down.
        on_ready: Called once calls are answered.

    Raises:
        PortTaken: another program listens there.
        AddressUnusable: the host is not one of this machine's, or the port needs rights the process does not have.
        TlsFilesUnusable: the certificate or key cannot be loaded.
        SealgateError: what a service or slice refused with at the start.
    """
    listeners = listen(settings.host, settings.port)
    try:
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http=BoundedHttp,
            ws=PoliteSocket,
            ws_max_size=MAX_FRAME_BYTES,
            ws_per_message_deflate=False,
            ws_ping_interval=PING_S,
            ws_ping_timeout=PING_S,
            lifespan="off",
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            backlog=BACKLOG,
            timeout_keep_alive=75,
            timeout_graceful_shutdown=settings.shutdown_s,
            ssl_certfile=settings.tls_cert or None,
            ssl_keyfile=settings.tls_key or None,
        )
        try:
            config.load()
        except (OSError, ssl.SSLError, ValueError) as problem:
            raise TlsFilesUnusable(message=f"The TLS certificate and key cannot be used: {problem}.") from None
        with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(_serve(app, config, listeners, on_ready))
    finally:
        for listener in listeners:
            listener.close()


def listen(host: str, port: int) -> list[socket.socket]:
    """Return bound sockets, one for each address of the host; for port 0 one, on a free port.

    Raises:
        PortTaken: another program listens there.
        AddressUnusable: the host or the port cannot be used.
    """
    bound: list[socket.socket] = []
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(addresses if port else addresses[:1]):
            listener = socket.socket(family, kind, protocol)
            bound.append(listener)
            # A restart must not wait for connections of the last run to be forgotten.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            listener.bind(address)
            # Only listening tells whether the port is free, where both sides reuse addresses.
            listener.listen(BACKLOG)
            listener.setblocking(False)
    except OSError as problem:
        for listener in bound:
            listener.close()
        if problem.errno == errno.EADDRINUSE:
            raise PortTaken(message=f"Port {port} on {host} is taken by another program.") from None
        reason = problem.strerror or "unknown reason"
        raise AddressUnusable(message=f"The server cannot listen on {host}, port {port}: {reason}.") from None
    return bound


def require_port(settings: Settings) -> None:
    """Make sure that a server could listen, before anything is done for it.

    Raises:
        PortTaken, AddressUnusable: as `listen`.
    """
    for listener in listen(settings.host, settings.port):
        listener.close()


class _Server(uvicorn.Server):
    """uvicorn's server, which tells the application about the end and leaves without raising the signal again."""

    def __init__(self, config: uvicorn.Config, app: App, on_ready: Callable[[], None] | None) -> None:
        super().__init__(config)
        self._app = app
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self._on_ready is not None:
            self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.life.end_connections()
        await super().shutdown(sockets)
        # The process ends by returning: its exit code tells that the end was orderly.
        self._captured_signals.clear()


async def _serve(
    app: App, config: uvicorn.Config, listeners: list[socket.socket], on_ready: Callable[[], None] | None
) -> None:
    await app.life.start()
    try:
        # Modules and routes live as long as the process: not worth looking through at every collection.
        gc.collect()
        gc.freeze()
        await _Server(config, app, on_ready).serve(sockets=listeners)
    finally:
        await app.life.stop()
