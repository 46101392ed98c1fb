"""The one way out: every HTTP call to an address that somebody outside chose goes through here.

The URL is taken apart once (`targets`), its name is looked up once, every address it has must be one we may call, and
the connection goes to exactly that address; TLS and the Host header keep the name. So no second look-up can say
something else than the one that was checked. Redirects are answers, not orders; no cookie, proxy setting or content
coding plays a part.

httpcore alone, without httpx above it: what that adds is what must not happen here, at twice the CPU.
"""

import asyncio
import logging
import socket
import ssl
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from sealgate.base.settings import SettingsInvalid
from sealgate.infra.errors import TargetRefused
from sealgate.infra.targets import Address, Reach, Target

if TYPE_CHECKING:
    from httpcore import AsyncConnectionPool, AsyncNetworkStream

    from sealgate.base.settings import Settings

TIMEOUT_S = 15.0
CONNECT_S = 5.0
"""For each address of a name but the last, so that a dead one leaves time for the others."""
MOST_ADDRESSES = 4
KEPT_BYTES = 4096
READ_BYTES = 65_536
"""An answer up to here is read to its end, so that the connection can be used again; a longer one is cut off."""
IDLE_S = 30.0
MOST_IDLE = 16
RESOLVERS = 16

Reason = Literal["timeout", "dns", "connect", "tls", "protocol"]
StandIn = Callable[[str, Mapping[str, str]], Awaitable["Answer | None"]]
"""Gets the URL and the headers of a call; its answer comes instead of the call's, None lets the call be made."""
Resolve = Callable[[str], Sequence[str]]
"""Returns the addresses of a host name; OSError where it has none. Called in a thread."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What came back.

    Attributes:
        headers: Names in lower case; of several of one name the last.
        body_start: The first 4 KiB of the body, as they came.
        latency_ms: From the call to the end of what was read.
    """

    status: int
    headers: Mapping[str, str]
    body_start: bytes
    latency_ms: int

    def text(self, most_chars: int) -> str:
        """Return the beginning of the body for people: what is no UTF-8 is replaced, control characters are gone."""
        text = self.body_start.decode(errors="replace")
        return "".join(one for one in text if one.isprintable() or one in "\n\t")[:most_chars]


class CallFailed(Exception):
    """No answer came.

    Attributes:
        reason: `timeout`, `dns` (the name has no address), `connect`, `tls`, or `protocol` (no HTTP came back).
        message: For the developer whose URL it is; tells nothing of the network we are in.
        latency_ms: From the call to the failure.
    """

    def __init__(self, reason: Reason, message: str, latency_ms: int = 0) -> None:
        self.reason: Reason = reason
        self.message = message
        self.latency_ms = latency_ms
        super().__init__(f"{reason}: {message}")


class Outbound:
    """Makes guarded calls, keeping connections for the next one. One for each process and event loop.

    Args:
        reach: What may be called besides public addresses.
        resolve: Looks names up.
        tls: For https; the system's certificate authorities where None.
    """

    def __init__(
        self, reach: Reach | None = None, *, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.reach = reach or Reach()
        self.stand_in: StandIn | None = None
        self._names = _Names(resolve or system_resolve)
        self._tls = tls
        self._pools: dict[_Origin, _Pool] = {}
        self._network: Any = None
        self._opening = asyncio.Lock()
        self._swept_at = time.monotonic()

    @classmethod
    def from_settings(cls, settings: "Settings") -> "Outbound":
        """Return the way out that the settings describe; loopback is open under `dev` alone.

        Raises:
            SettingsInvalid: a network in them is none.
        """
        try:
            return cls(Reach.of(dev=settings.dev, networks=settings.outbound_networks))
        except ValueError as problem:
            raise SettingsInvalid(message=f"The setting outbound_networks is not usable: {problem}.") from None

    async def post(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        timeout: float = TIMEOUT_S,  # noqa: ASYNC109
    ) -> Answer:
        """Post a body and return the answer, whatever its status.

        Args:
            timeout: Seconds for everything together: look-up, connection, TLS, sending, the answer's end.

        Raises:
            TargetRefused: the URL, or an address its name has now, is not one we call.
            CallFailed: no answer came.
        """
        target = self.reach.parse(url)
        began = time.monotonic()
        pool = await self._pool_of(target)
        import httpcore

        pool.running += 1
        try:
            async with asyncio.timeout(timeout):
                if self.stand_in is not None and (answer := await self.stand_in(url, headers)) is not None:
                    return answer
                return await self._post(pool.connections, target, headers, body, began)
        except TimeoutError:
            raise CallFailed("timeout", f"No answer within {timeout:g} s.", _ms_since(began)) from None
        except CallFailed as failure:
            failure.latency_ms = _ms_since(began)
            raise
        except httpcore.ConnectError as problem:
            raise _connect_failure(problem, began) from None
        except (httpcore.NetworkError, httpcore.ProtocolError) as problem:
            message = f"The answer is not HTTP, or broke off: {str(problem)[:200] or 'the connection was closed'}."
            raise CallFailed("protocol", message, _ms_since(began)) from None
        finally:
            pool.running -= 1
            pool.used_at = time.monotonic()

    async def close(self) -> None:
        """Close the connections and stop looking names up."""
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            await pool.connections.aclose()
        self._names.close()

    async def _post(
        self, pool: "AsyncConnectionPool", target: Target, headers: Mapping[str, str], body: bytes, began: float
    ) -> Answer:
        import httpcore

        url = httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.path.encode()
        )
        sent = [("host", target.authority), *headers.items()]
        async with pool.stream("POST", url, headers=sent, content=body) as response:
            received = bytearray()
            async for chunk in response.aiter_stream():
                received += chunk
                if len(received) > READ_BYTES:
                    break
            return Answer(
                status=response.status,
                headers={name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers},
                body_start=bytes(received[:KEPT_BYTES]),
                latency_ms=_ms_since(began),
            )

    async def _pool_of(self, target: Target) -> "_Pool":
        """Return the connections to a target's origin.

        Each origin has a pool of its own: httpcore looks at every connection of a pool for every call.
        """
        await self._sweep()
        origin = (target.scheme, target.host, target.port)
        pool = self._pools.get(origin)
        if pool is None:
            async with self._opening:
                if self._network is None:
                    # Importing httpcore and reading the certificate authorities takes a tenth of a second.
                    await asyncio.to_thread(self._prepare)
            pool = self._pools.get(origin) or self._pools.setdefault(origin, self._new_pool())
        return pool

    def _prepare(self) -> None:
        # httpcore looks for it in every lock: where it is not there, that searches the whole path each time.
        if find_spec("sniffio") is None:
            sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
        import httpcore

        # Its log at debug level shows the headers of answers.
        logging.getLogger("httpcore").setLevel(logging.WARNING)
        self._tls = self._tls or httpcore.default_ssl_context()
        self._network = _guarded_network(self.reach, self._names)

    def _new_pool(self) -> "_Pool":
        import httpcore

        connections = httpcore.AsyncConnectionPool(
            ssl_context=self._tls,
            # How many calls run at once is the callers' business: here a slow one must not keep a fast one waiting.
            max_connections=None,
            max_keepalive_connections=MOST_IDLE,
            keepalive_expiry=IDLE_S,
            network_backend=self._network,
        )
        return _Pool(connections)

    async def _sweep(self) -> None:
        """Close what nobody has used for a while; a pool alone does so only when it is used again."""
        now = time.monotonic()
        if now - self._swept_at < IDLE_S:
            return
        self._swept_at = now
        idle = [origin for origin, pool in self._pools.items() if not pool.running and now - pool.used_at > IDLE_S]
        for pool in [self._pools.pop(origin) for origin in idle]:
            await pool.connections.aclose()


_Origin = tuple[str, str, int]


class _Pool:
    """The connections to one origin; `used_at` in monotonic seconds."""

    __slots__ = ("connections", "running", "used_at")

    def __init__(self, connections: "AsyncConnectionPool") -> None:
        self.connections = connections
        self.running = 0
        self.used_at = time.monotonic()


class _Names:
    """Looks names up in threads of its own: a name server that keeps silent must not stop what else threads do."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._threads: ThreadPoolExecutor | None = None
        self._running: dict[str, asyncio.Future[Sequence[str]]] = {}

    async def look_up(self, host: str) -> Sequence[str]:
        """Return the addresses of a name. Who asks for the same name meanwhile shares the answer."""
        running = self._running.get(host)
        if running is None:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(RESOLVERS, thread_name_prefix="resolver")
            running = asyncio.get_running_loop().run_in_executor(self._threads, self._resolve, host)
            self._running[host] = running
            running.add_done_callback(lambda done: self._finished(host, done))
        try:
            return await asyncio.shield(running)
        except OSError:
            raise CallFailed("dns", "The host name has no address.") from None

    def close(self) -> None:
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _finished(self, host: str, done: "asyncio.Future[Sequence[str]]") -> None:
        self._running.pop(host, None)
        # Nobody may be left to ask for it; asyncio would complain of an exception that was never looked at.
        if not done.cancelled():
            done.exception()


def system_resolve(host: str) -> list[str]:
    """Return the addresses of a name in the order the system would try them; OSError where it has none."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(address[0]) for _family, _type, _protocol, _name, address in found]


def _guarded_network(reach: Reach, names: _Names) -> Any:
    """Return a network for httpcore that checks where it connects to."""
    import httpcore

    class GuardedNetwork(httpcore.AnyIOBackend):
        async def connect_tcp(
            self,
            host: str,
            port: int,
            timeout: float | None = None,  # noqa: ASYNC109 - httpcore's
            local_address: str | None = None,
            socket_options: Iterable[Any] | None = None,
        ) -> "AsyncNetworkStream":
            for address in (addresses := await _checked(reach, names, host))[:-1]:
                try:
                    return await super().connect_tcp(str(address), port, CONNECT_S, local_address, socket_options)
                except (httpcore.ConnectError, httpcore.ConnectTimeout):
                    continue
            return await super().connect_tcp(str(addresses[-1]), port, timeout, local_address, socket_options)

    return GuardedNetwork()


async def _checked(reach: Reach, names: _Names, host: str) -> list[Address]:
    """Return the addresses to connect to, one at least."""
    try:
        # An address in the URL was checked with it; here it costs nothing to have checked everything.
        return reach.check_all(host, [host])
    except ValueError:
        addresses = reach.check_all(host, await names.look_up(host))
    if not addresses:
        raise CallFailed("dns", "The host name has no address.")
    return addresses[:MOST_ADDRESSES]


def _connect_failure(problem: Exception, began: float) -> CallFailed:
    cause = problem.args[0] if problem.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        return CallFailed("tls", f"The certificate is not accepted: {cause.verify_message}.", _ms_since(began))
    if isinstance(cause, ssl.SSLError):
        return CallFailed("tls", f"TLS failed: {cause.reason or 'no secure connection came about'}.", _ms_since(began))
    return CallFailed("connect", "The host does not take connections on this port.", _ms_since(began))


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)


__all__ = ["Answer", "CallFailed", "Outbound", "TargetRefused", "system_resolve"]
