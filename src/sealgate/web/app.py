"""The ASGI application: from a message to a route to an answer.

Works on the ASGI messages themselves: request and response objects would cost more than everything done here.
"""

import asyncio
from collections.abc import Iterable, Sequence
from time import perf_counter
from typing import Any

from sealgate.base.errors import SealgateError
from sealgate.base.logs import call_reference, get_logger
from sealgate.web.answers import Download, EventStream, Header, Lenient, encode_headers
from sealgate.web.call import Call, ClientGone, Receive, Scope, Send
from sealgate.web.callers import Anyone, CallerResolver, Observer
from sealgate.web.context import Context
from sealgate.web.decoding import decode_body, decode_query
from sealgate.web.envelopes import Envelope, page_envelope, platform_envelope
from sealgate.web.errors import (
    EndpointUnknown,
    InternalFailure,
    MethodUnknown,
    PageUnknown,
    ServerStopping,
    UriTooLong,
)
from sealgate.web.life import Life
from sealgate.web.metrics import RouteStats
from sealgate.web.proxies import check_proxies
from sealgate.web.routing import Node, Route, Router, RouteTable
from sealgate.web.sockets import Socket, SocketClosed, cut, refuse_socket
from sealgate.web.streams import close_events, send_chunks, send_events
from sealgate.web.writing import encode_answer, send_answer

MAX_PATH = 2048
REFUSAL = "refusal"
"""The note in which the observer finds how a call was refused."""
MAX_QUERY = 16_384
API = b"/api/"

_log = get_logger("web")
_ANYONE = Anyone()


def build_app(
    context: Context,
    routers: Iterable[Router],
    resolver: CallerResolver,
    observer: Observer | None = None,
    *,
    envelopes: Sequence[tuple[str, Envelope]] = (),
) -> "App":
    """Return the ASGI application of these routers and of the glue's own pages.

    Raises:
        SettingsInvalid: a trusted proxy is neither an address nor a network.

    Args:
        context: The process's services.
        routers: One a slice.
        resolver: Tells who calls.
        observer: Hears of every answered call below `/api/`.
        envelopes: Further path prefixes, in lower case, whose refusals have their own form.
    """
    from sealgate.web import assets, docs, health

    check_proxies(context.settings.trusted_proxies)
    app = App(context, resolver, observer, envelopes)
    for router in (*routers, assets.router, docs.router, health.router):
        app.include(router)
    return app


class App:
    """The ASGI application; `life` starts and stops what runs beside the calls."""

    def __init__(
        self,
        context: Context,
        resolver: CallerResolver,
        observer: Observer | None,
        envelopes: Sequence[tuple[str, Envelope]],
    ) -> None:
        self.context = context
        self.resolver = resolver
        self.life = Life(context)
        self.routes: list[Route] = []
        self._observer = observer
        self._table = RouteTable()
        self._envelopes = [(prefix.encode(), envelope) for prefix, envelope in envelopes]
        self._unknown = context.metrics.route("", "unknown")
        context.put(self)

    def include(self, router: Router) -> None:
        """Add a router's routes.

        Raises:
            ValueError: two routes share method and path.
        """
        for route in router.routes:
            node = self._table.at(route.path)
            if route.method in node.methods:
                raise ValueError(f"{route.method} {route.path} is declared twice")
            node.methods[route.method] = (route, self.context.metrics.route(route.method, route.path))
            self.routes.append(route)
        for path, handler in router.sockets:
            self._table.at(path).socket = (path, handler)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one ASGI connection."""
        kind = scope["type"]
        if kind == "http":
            await self._http(scope, receive, send)
        elif kind == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.life.lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = perf_counter()
        context = self.context
        context.metrics.in_flight += 1
        call: Call[Any] = Call(context, scope, receive)
        call_reference.set(call.ref)
        stats = self._unknown
        code: int | str | None = None
        try:
            try:
                route, stats = self._route(call)
                answer = await self._handle(call, route)
                if isinstance(answer, EventStream):
                    # A stream lasts for as long as its client likes: what is counted is the time to its start.
                    self._count(call, stats, 200, None, perf_counter() - started)
                    await self._stream(call, answer, receive, send)
                    return
                if isinstance(answer, Download):
                    self._count(call, stats, 200, None, perf_counter() - started)
                    await self._download(call, answer, receive, send)
                    return
                status, body, headers = answer
                if call.response_headers:
                    headers.extend(encode_headers(call.response_headers))
            except SealgateError as refusal:
                status, body, headers = self._refuse(call, refusal)
                code = refusal.code
            except ClientGone:
                return
            except asyncio.CancelledError:
                # Only the server cancels calls: the time for running ones is over.
                status, body, headers = self._refuse(call, ServerStopping())
                code = status
            except Exception as problem:
                _log.exception("call failed", method=call.method, route=stats.path, exc_info=problem)
                status, body, headers = self._refuse(call, InternalFailure())
                code = status
            await send_answer(call, status, body, headers, send)
            self._count(call, stats, status, code, perf_counter() - started)
        finally:
            context.metrics.in_flight -= 1

    def _count(
        self, call: Call[Any], stats: RouteStats, status: int, code: int | str | None, duration_s: float
    ) -> None:
        stats.add(status, duration_s)
        if self._observer is not None and stats is not self._unknown and call.route.path.startswith("/api/"):
            try:
                self._observer.answered(call, status, code, duration_s)
            except Exception as problem:
                _log.exception("observer failed", exc_info=problem)

    def _route(self, call: Call[Any]) -> tuple[Route, RouteStats]:
        raw_path, method = call.raw_path, call.method
        if len(raw_path) > MAX_PATH or len(call.scope["query_string"]) > MAX_QUERY:
            raise UriTooLong
        found = self._table.find(raw_path)
        if found is None or not found[0].methods:
            raise EndpointUnknown if _is_api(raw_path) else PageUnknown
        node, call.path = found
        chosen = node.methods.get("GET" if method == "HEAD" else method)
        if chosen is None:
            chosen = self._other_method(call, node)
        call.route = chosen[0]
        if chosen[0].cors is not None:
            call.response_headers["access-control-allow-origin"] = "*"
            if chosen[0].cors.exposed_headers:
                call.response_headers["access-control-expose-headers"] = ", ".join(chosen[0].cors.exposed_headers)
        return chosen

    def _other_method(self, call: Call[Any], node: Node) -> tuple[Route, RouteStats]:
        allowed = sorted({*node.methods, *(["HEAD"] if "GET" in node.methods else [])})
        shared = [(route, stats) for route, stats in node.methods.values() if route.cors is not None]
        if call.method == "OPTIONS" and shared:
            return _preflight(shared[0][0], sorted({route.method for route, _ in shared})), shared[0][1]
        headers = {"allow": ", ".join(allowed)}
        raise EndpointUnknown(headers=headers) if _is_api(call.raw_path) else MethodUnknown(headers=headers)

    async def _handle(
        self, call: Call[Any], route: Route
    ) -> "tuple[int, bytes, list[Header]] | EventStream | Download":
        if route.caller is Anyone and route.limit is None:
            call.caller = _ANYONE
        else:
            call.caller = await self.resolver.resolve(route.caller, call)
        if route.query is not None:
            call.asked = decode_query(call.query, route.query)
        if route.takes is not None:
            await call.read_body()
            if route.takes is not Lenient:
                call.body = route.in_its_words(decode_body, call.json(), route.takes)
        answer = await route.handler(call)
        if isinstance(answer, (EventStream, Download)):
            return answer
        return encode_answer(call, route, answer)

    def _refuse(self, call: Call[Any], refusal: SealgateError) -> tuple[int, bytes, list[Header]]:
        call.notes[REFUSAL] = refusal
        if refusal.status == 500 and not isinstance(refusal, InternalFailure):
            _log.error("failed", error=type(refusal).__name__, detail=refusal.detail, exc_info=refusal)
        elif refusal.detail:
            _log.info("refused", error=type(refusal).__name__, detail=refusal.detail)
        try:
            body, headers = self._envelope(call.raw_path)(call, refusal)
            headers.extend(encode_headers({**call.response_headers, **refusal.headers}))
        except Exception as problem:
            _log.exception("refusal failed", error=type(refusal).__name__, exc_info=problem)
            refusal = InternalFailure()
            body, headers = platform_envelope(call, refusal)
        return refusal.status, body, headers

    def _envelope(self, raw_path: bytes) -> Envelope:
        lowered = raw_path[:64].lower()
        if lowered.startswith(API):
            return platform_envelope
        for prefix, envelope in self._envelopes:
            if lowered.startswith(prefix):
                return envelope
        return page_envelope

    async def _stream(self, call: Call[Any], stream: EventStream, receive: Receive, send: Send) -> None:
        headers: list[Header] = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            (b"x-call-ref", call.ref.encode()),
            *encode_headers(call.response_headers),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if call.method == "HEAD":
            await close_events(stream)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
            return
        with self.life.streaming():
            try:
                await send_events(stream, receive, send)
            except TimeoutError:
                cut(call.scope)
                return
            except Exception as problem:
                _log.exception("event stream failed", route=call.route.path, exc_info=problem)
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _download(self, call: Call[Any], download: Download, receive: Receive, send: Send) -> None:
        headers: list[Header] = [
            (b"content-type", download.media_type.encode()),
            (b"content-disposition", f'attachment; filename="{download.name}"'.encode()),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"x-call-ref", call.ref.encode()),
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        with self.life.streaming():
            try:
                if call.method != "HEAD" and not await send_chunks(download, receive, send):
                    return
            except TimeoutError:
                cut(call.scope)
                return
            except Exception as problem:
                _log.exception("download failed", route=call.route.path, exc_info=problem)
                cut(call.scope)
                return
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = self._table.find(scope.get("raw_path") or scope["path"].encode())
        if found is None or found[0].socket is None:
            await refuse_socket(scope, receive, send)
            return
        socket = Socket(self.context, scope, receive, send, found[1])
        call_reference.set(socket.ref)
        path, handler = found[0].socket
        with self.life.listening():
            try:
                await handler(socket)
            except SocketClosed:
                pass
            except Exception as problem:
                _log.exception("socket failed", route=path, exc_info=problem)
                await socket.close(1011)
            finally:
                await socket.close(1000)


def _is_api(raw_path: bytes) -> bool:
    return raw_path[:5].lower() == API


def _preflight(route: Route, methods: list[str]) -> Route:
    cors = route.cors
    assert cors is not None

    async def answer(call: Call[Any]) -> None:
        call.response_headers["access-control-allow-methods"] = ", ".join([*methods, "OPTIONS"])
        call.response_headers["access-control-max-age"] = str(cors.max_age_s)
        if cors.request_headers:
            call.response_headers["access-control-allow-headers"] = ", ".join(cors.request_headers)

    return Route(
        method="OPTIONS", path=route.path, handler=answer, caller=Anyone, status=200, reads_headers={}, cors=cors
    )
