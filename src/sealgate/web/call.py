"""One call as a handler sees it, read lazily off the ASGI messages."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from urllib.parse import parse_qsl

from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.web.context import Context
from sealgate.web.errors import BodyTooLarge, BodyTooSlow, QueryInvalid
from sealgate.web.proxies import client_ip
from sealgate.web.strict_json import parse_json

if TYPE_CHECKING:
    from sealgate.infra.bus import Bus
    from sealgate.infra.database import Database
    from sealgate.infra.tx import Tx
    from sealgate.web.routing import Route

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

C = TypeVar("C")

BODY_TIMEOUT_S = 30
QUERY_FIELDS = 64
# Up to here a body that is too large is read and thrown away, so that the answer reaches clients that write before they
# read; beyond it the connection ends.
DISCARDED_BYTES = 4 * 1024 * 1024


class ClientGone(Exception):
    """The client closed the connection before its call was read; there is nobody to answer."""


class Call(Generic[C]):
    """One HTTP call.

    Attributes:
        caller: Who calls, an instance of the route's `caller`; unset before the resolver has answered.
        body: The decoded body where the route `takes` a type, else None.
        asked: The decoded query where the route has a `query` type, else None.
        path: Path parameters by name, decoded; UUIDs in lower case.
        now: When the call arrived, read once.
        ref: UUID of this call: the X-Call-Ref header, and `reference` in errors.
        response_headers: Added to the answer; names in lower case, values as they go out.
        status: Overrides the answer's status where the route's own does not fit.
        notes: For what `access/` and the observer have to tell each other.
    """

    __slots__ = (
        "_body", "_db", "_headers", "_query", "_receive", "asked", "body", "caller", "close", "context", "method",
        "notes", "now", "path", "ref", "response_headers", "route", "scope", "status",
    )  # fmt: skip

    caller: C
    route: "Route"

    def __init__(self, context: Context, scope: Scope, receive: Receive) -> None:
        self.context = context
        self.scope = scope
        self._receive = receive
        self._body: bytes | None = None
        self._db: Database | None = None
        self._headers: Mapping[str, str] | None = None
        self._query: dict[str, str] | None = None
        self.body: Any = None
        self.asked: Any = None
        self.path: dict[str, str] = {}
        self.method: str = scope["method"]
        self.now = context.clock.now()
        self.ref = new_uuid()
        self.response_headers: dict[str, str] = {}
        self.status: int | None = None
        self.notes: dict[str, Any] = {}
        self.close = False

    @property
    def settings(self) -> Settings:
        """The server's settings."""
        return self.context.settings

    @property
    def db(self) -> "Database":
        """The database; of a call that is recorded, one that records its first write."""
        return self._db or self.context.db

    def record_writes(self, record: "Callable[[Tx], None]") -> None:
        """Run `record(tx)` in the transaction of the call's first write, after what it changes."""
        from sealgate.infra.recorded import RecordedDatabase

        self._db = RecordedDatabase(self.context.db, record)

    @property
    def bus(self) -> "Bus":
        """The event bus."""
        return self.context.bus

    @property
    def headers(self) -> Mapping[str, str]:
        """Header values by lower-case name; several of one name are joined with a comma (RFC 9110, 5.3)."""
        if self._headers is None:
            self._headers = read_headers(self.scope)
        return self._headers

    @property
    def cookies(self) -> dict[str, str]:
        """Cookie values by name; of two with one name the first, which has the longer path (RFC 6265, 5.4)."""
        found: dict[str, str] = {}
        for part in self.headers.get("cookie", "").split(";"):
            name, _, value = part.strip().partition("=")
            if name:
                found.setdefault(name, value)
        return found

    @property
    def query(self) -> dict[str, str]:
        """Query parameters by name, decoded; the last of several with one name.

        Raises:
            QueryInvalid: not UTF-8, with a NUL character, or more than 64 parameters.
        """
        if self._query is None:
            raw: bytes = self.scope["query_string"]
            self._query = dict(read_form(raw)) if raw else {}
        return self._query

    @property
    def raw_path(self) -> bytes:
        """The path as it was sent."""
        raw: bytes | None = self.scope.get("raw_path")
        return raw if raw is not None else str(self.scope["path"]).encode()

    @property
    def client_ip(self) -> str:
        """Address of the caller; from X-Forwarded-For only where the peer is a trusted proxy."""
        return client_ip(self.scope, self.headers, self.context.settings.trusted_proxies)

    @property
    def raw_body(self) -> bytes:
        """The body as it was sent, empty where nobody has read it."""
        return self._body or b""

    async def read_body(self, *, limit: int | None = None) -> bytes:
        """Read the whole body, once; later calls return the same bytes.

        Args:
            limit: Largest size in bytes, `settings.max_body_bytes` where none is given.

        Raises:
            BodyTooLarge: it is larger.
            BodyTooSlow: not complete after 30 s.
            ClientGone: the client went away.
        """
        if self._body is None:
            limit = self.context.settings.max_body_bytes if limit is None else limit
            declared = self._declared_length()
            if declared > limit:
                await self._skip_rest(declared)
                raise _too_large(limit)
            try:
                async with asyncio.timeout(BODY_TIMEOUT_S):
                    self._body = await self._read(limit)
            except TimeoutError:
                self.close = True
                raise BodyTooSlow from None
        return self._body

    def _declared_length(self) -> int:
        for name, value in self.scope["headers"]:
            if name == b"content-length":
                return int(value[:20]) if value.isdigit() else 0
        return 0

    async def _read(self, limit: int) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        body = bytes(message.get("body", b""))
        if not message.get("more_body", False) and len(body) <= limit:
            return body
        chunks, size = [body], len(body)
        while message.get("more_body", False) and size <= limit:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            chunk = message.get("body", b"")
            chunks.append(chunk)
            size += len(chunk)
        if size > limit:
            if message.get("more_body", False):
                await self._skip_rest(0)
            raise _too_large(limit)
        return b"".join(chunks)

    async def _skip_rest(self, declared: int) -> None:
        """Throw away what still arrives, so that a client that writes before it reads gets its answer."""
        if declared > DISCARDED_BYTES or "expect" in self.headers:
            self.close = True
            return
        discarded = 0
        try:
            async with asyncio.timeout(2):
                while discarded <= DISCARDED_BYTES:
                    message = await self._receive()
                    if message["type"] == "http.disconnect" or not message.get("more_body", False):
                        return
                    discarded += len(message.get("body", b""))
        except TimeoutError:
            pass
        self.close = True

    def json(self, *, any_number: bool = False) -> Any:
        """Return the body as a JSON value; `any_number` is explained at `parse_json`.

        Raises:
            BodyUnusable: one of its kinds, or the route's `body_error` with the same words.
        """
        depth = self.context.settings.max_json_depth
        return self.route.in_its_words(parse_json, self.raw_body, max_depth=depth, any_number=any_number)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        message=f"The body is too large: this server reads up to {limit} bytes.", hint="Send a smaller body."
    )


def read_headers(scope: Scope) -> dict[str, str]:
    """Return the headers of a scope by lower-case name, without white space around the values (RFC 9110, 5.5)."""
    raw = scope["headers"]
    headers = {name.decode("latin-1"): value.decode("latin-1").strip(" \t") for name, value in raw}
    if len(headers) != len(raw):
        seen: dict[bytes, list[bytes]] = {}
        for name, value in raw:
            seen.setdefault(name, []).append(value)
        for name, values in seen.items():
            glue = b"; " if name == b"cookie" else b", "
            headers[name.decode("latin-1")] = glue.join(values).decode("latin-1")
    return headers


def read_form(raw: bytes, *, most: int = QUERY_FIELDS) -> list[tuple[str, str]]:
    """Return the pairs of a query or an `application/x-www-form-urlencoded` body, in their order.

    Raises:
        QueryInvalid: not UTF-8, with a NUL character, or more than `most` pairs.
    """
    try:
        pairs = parse_qsl(raw.decode("latin-1"), keep_blank_values=True, errors="strict", max_num_fields=most)
    except UnicodeDecodeError:
        raise QueryInvalid(message="A parameter is not UTF-8.") from None
    except ValueError:
        raise QueryInvalid(message=f"There are more than {most} parameters.") from None
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise QueryInvalid(message="A parameter contains U+0000.", hint="Remove the NUL character.")
    return pairs
