"""Routes: what a slice's `http.py` declares, and the table that finds them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec

from sealgate.base.errors import SealgateError
from sealgate.base.ids import as_uuid
from sealgate.web.answers import Page
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.errors import BodyUnusable
from sealgate.web.metrics import RouteStats
from sealgate.web.sockets import Socket

C = TypeVar("C")
R = TypeVar("R")
P = ParamSpec("P")
Handler = Callable[[Call[C]], Awaitable[R]]
SocketHandler = Callable[[Socket], Awaitable[None]]
Errors = tuple[type[SealgateError], ...]


@dataclass(frozen=True, slots=True)
class Cors:
    """Which other origins' pages may call a route (WHATWG Fetch, 3.2); `*` is any, without credentials."""

    request_headers: tuple[str, ...] = ()
    exposed_headers: tuple[str, ...] = ()
    max_age_s: int = 86_400


@dataclass(frozen=True, kw_only=True, eq=False)
class Route:
    """One method on one path.

    Attributes:
        takes: A msgspec type the body is decoded to, `Lenient`, or None where a body is not read.
        query: A msgspec Struct the query is decoded to, for `call.asked`, or None.
        answers: A msgspec type, `dict`, `bytes`, `Page`, `EventStream`, or None for 204 without a body.
        raises: What the handler may refuse with, for the API reference; what the glue adds itself is left out.
        limit: Name of the rate limit the resolver applies.
        body_error: Replaces the class of every refusal of the body, but for one that is too large or too slow.
        documents: What the API reference shows for the body of a `Lenient` route: a msgspec type or a JSON schema.
        reads_headers: Request headers with a meaning here, by name, with their description.
    """

    method: str
    path: str
    handler: Callable[[Call[Any]], Awaitable[Any]]
    caller: type[Any]
    takes: Any = None
    query: type[msgspec.Struct] | None = None
    answers: Any = None
    raises: Errors = ()
    limit: str | None = None
    status: int = 200
    body_error: type[SealgateError] | None = None
    documents: Any = None
    reads_headers: Mapping[str, str]
    cors: Cors | None = None
    tags: tuple[str, ...] = ()
    listed: bool = True

    def in_its_words(self, read: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `read`, and turn a refusal of the body into the route's `body_error`, keeping words and pointer."""
        if self.body_error is None:
            return read(*args, **kwargs)
        try:
            return read(*args, **kwargs)
        except BodyUnusable as problem:
            raise self.body_error(
                detail=type(problem).__name__,
                message=problem.message,
                hint=problem.hint,
                pointer=problem.pointer,
            ) from None


class Router:
    """The routes of one slice; its `http.py` has one, named `router`."""

    def __init__(self, *, tags: Sequence[str] = (), cors: Cors | None = None) -> None:
        self.tags = tuple(tags)
        self.cors = cors
        self.routes: list[Route] = []
        self.sockets: list[tuple[str, SocketHandler]] = []

    def route(
        self,
        method: str,
        path: str,
        *,
        caller: type[C],
        takes: Any = None,
        query: type[msgspec.Struct] | None = None,
        answers: Any = None,
        raises: Errors = (),
        limit: str | None = None,
        status: int | None = None,
        body_error: type[SealgateError] | None = None,
        documents: Any = None,
        reads_headers: Mapping[str, str] | None = None,
        cors: Cors | None = None,
        listed: bool = True,
    ) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a route; `Route` explains the arguments.

        The path is made of fixed segments, matched in any case, and of parameters, each the beginning of a segment:
        `{name:uuid}` matches UUIDs only, `{name:text}` anything but nothing, percent-decoded; `{id:uuid}_q.png` is
        fine. A trailing slash is accepted everywhere.
        """

        def declare(handler: Handler[C, R]) -> Handler[C, R]:
            self.routes.append(
                Route(
                    method=method, path=path, handler=handler, caller=caller, takes=takes, query=query, answers=answers,
                    raises=raises, limit=limit, status=status or (204 if answers is None else 200),
                    body_error=body_error,
                    documents=documents, reads_headers=reads_headers or {}, cors=cors or self.cors, tags=self.tags,
                    listed=listed,
                )
            )  # fmt: skip
            return handler

        return declare

    def get(self, path: str, **how: Any) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a GET route, which answers HEAD too."""
        return self.route("GET", path, **how)

    def post(self, path: str, **how: Any) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a POST route."""
        return self.route("POST", path, **how)

    def put(self, path: str, **how: Any) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a PUT route."""
        return self.route("PUT", path, **how)

    def patch(self, path: str, **how: Any) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a PATCH route."""
        return self.route("PATCH", path, **how)

    def delete(self, path: str, **how: Any) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a DELETE route."""
        return self.route("DELETE", path, **how)

    def page(self, path: str, *, method: str = "GET", **how: Any) -> Callable[[Handler[C, R]], Handler[C, R]]:
        """Declare a page: a GET route for `Anyone`, unless said otherwise, that is not in the API reference."""
        return self.route(method, path, **{"caller": Anyone, "answers": Page, "listed": False, **how})

    def websocket(self, path: str) -> Callable[[SocketHandler], SocketHandler]:
        """Declare a WebSocket for anyone."""

        def declare(handler: SocketHandler) -> SocketHandler:
            self.sockets.append((path, handler))
            return handler

        return declare


T = TypeVar("T")


class Node:
    """What stands behind one path."""

    __slots__ = ("children", "methods", "parameters", "socket")

    def __init__(self) -> None:
        self.children: dict[str, Node] = {}
        self.parameters: list[tuple[str, str, str, Node]] = []
        self.methods: dict[str, tuple[Route, RouteStats]] = {}
        self.socket: tuple[str, SocketHandler] | None = None


class RouteTable:
    """Finds what stands behind a path: one dictionary look-up for fixed paths, one a segment for others."""

    def __init__(self) -> None:
        self._root = Node()
        self._fixed: dict[bytes, Node] = {}

    def at(self, template: str) -> Node:
        """Return the node of a path template, made where there was none."""
        node = self._root
        for segment in template.strip("/").split("/"):
            if segment.startswith("{"):
                declared, _, suffix = segment[1:].partition("}")
                name, _, kind = declared.partition(":")
                if kind not in _READERS:
                    raise ValueError(f"{template}: a parameter is a uuid or a text, not {kind!r}")
                node = self._parameter(node, kind, suffix.lower(), name)
            else:
                node = node.children.setdefault(segment.lower(), Node())
        if "{" not in template:
            self._fixed[template.encode()] = node
        return node

    @staticmethod
    def _parameter(node: Node, kind: str, suffix: str, name: str) -> Node:
        for known in node.parameters:
            if known[:3] == (kind, suffix, name):
                return known[3]
        made = Node()
        node.parameters.append((kind, suffix, name, made))
        # The more a segment demands, the earlier it is asked: UUIDs before texts, long suffixes before short ones.
        node.parameters.sort(key=lambda known: (known[0] != "uuid", -len(known[1])))
        return made

    def find(self, raw_path: bytes) -> tuple[Node, dict[str, str]] | None:
        """Return what stands behind a path, and the parameters read off it, or None."""
        node = self._fixed.get(raw_path)
        if node is not None:
            return node, {}
        path = raw_path.decode("latin-1")
        if not path.startswith("/"):
            return None
        segments = path[1 : -1 if len(path) > 1 and path.endswith("/") else None].split("/")
        return _walk(self._root, segments, 0)


def _walk(node: Node, segments: list[str], depth: int) -> tuple[Node, dict[str, str]] | None:
    while depth < len(segments):
        segment = segments[depth]
        child = node.children.get(segment.lower())
        if not node.parameters:
            if child is None:
                return None
            node = child
            depth += 1
            continue
        if child is not None and (found := _walk(child, segments, depth + 1)):
            return found
        for kind, suffix, name, behind in node.parameters:
            value = _READERS[kind](segment, suffix)
            if value is not None and (found := _walk(behind, segments, depth + 1)):
                found[1][name] = value
                return found
        return None
    return (node, {}) if node.methods or node.socket else None


def _read_uuid(segment: str, suffix: str) -> str | None:
    if len(segment) != 36 + len(suffix) or not segment.lower().endswith(suffix):
        return None
    return as_uuid(segment[:36])


def _read_text(segment: str, suffix: str) -> str | None:
    if not segment.lower().endswith(suffix):
        return None
    try:
        text = unquote_to_bytes(segment[: len(segment) - len(suffix)].encode("ascii")).decode()
    except UnicodeError:
        return None
    return text if text and "\0" not in text else None


_READERS: Mapping[str, Callable[[str, str], str | None]] = {"uuid": _read_uuid, "text": _read_text}
