"""Calls of the API: credentials, JSON, refusals, and trying again."""

from __future__ import annotations

import email.utils
import json
import random
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode
from weakref import WeakValueDictionary

from sealgate_client._transport import Lost, Reply, Request, Silent, Transport
from sealgate_client.errors import (
    Misconfigured,
    NotFound,
    OAuthRefused,
    RateLimited,
    Refused,
    SealgateError,
    Unreachable,
)

if TYPE_CHECKING:
    from sealgate_client._session import OnTokens, Session
    from sealgate_client.oauth import Tokens

TOKEN_REFUSED = 800
TRANSIENT = frozenset({429, 502, 503, 504})
FIRST_PAUSE_S = 0.25
LONGEST_PAUSE_S = 8.0
KEYS_LAST_S = 3600.0
KEYS_STAY_S = 10.0
USER_AGENT = "sealgate-client-python/0.1.0"


@dataclass(frozen=True)
class Credentials:
    """Who calls: an app by key and secret, a user by an access token, an xApp's page by key and one-time token."""

    api_key: str = ""
    api_secret: str = field(default="", repr=False)
    access_token: str = field(default="", repr=False)
    ott: str = field(default="", repr=False)

    @property
    def is_user(self) -> bool:
        """Whether calls are made as a signed-in user."""
        return bool(self.access_token or self.ott)


class Nothing:
    """Stands for a body that is not there: `None` is one."""


NOTHING = Nothing()


@dataclass(frozen=True)
class Call:
    """A call below `/api/v1/`, or anywhere on the server with a leading slash.

    Attributes:
        path: `{family}` stands for `platform`, or for `jwt` where a user calls.
        repeatable: Doing it twice is as good as once, so it is tried again after a connection broke.
        anonymous: It takes no credential.
    """

    method: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = NOTHING
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    repeatable: bool = True
    anonymous: bool = False


@dataclass(frozen=True)
class Limits:
    """How long and how often.

    Attributes:
        timeout_s: For a connection, and for each read and write.
        retries: How often a call is tried again.
        patience_s: The longest `Retry-After` that is waited for; a longer one is raised as `RateLimited`.
    """

    timeout_s: float
    retries: int
    patience_s: float


Keys = dict[str, tuple[dict[str, Any], float]]
"""Published keys by path, and when they were fetched."""


class Server:
    """The server as one caller reaches it.

    Attributes:
        url: Without a slash at its end.
        issuer: What the server's tokens name as their issuer.
        launch: What the one-time token was worth, once it was traded.
        session: Of the signed-in user who calls, where there are tokens that can be renewed.
    """

    def __init__(
        self,
        transport: Transport,
        url: str,
        credentials: Credentials,
        limits: Limits,
        *,
        issuer: str,
        keys: Keys | None = None,
    ) -> None:
        self.transport = transport
        self.url = url
        self.credentials = credentials
        self.limits = limits
        self.issuer = issuer
        self.launch: dict[str, Any] | None = None
        self.session: Session | None = None
        self._on_tokens: OnTokens = None
        self._keys = {} if keys is None else keys
        self._lock = transport.new_lock()
        self._sessions: WeakValueDictionary[str, Session] = WeakValueDictionary()
        self._looking = threading.Lock()

    def as_user(self, tokens: str | Tokens, on_tokens: OnTokens = None) -> Server:
        """Return the same server for a signed-in user."""
        access_token = tokens if isinstance(tokens, str) else tokens.access_token
        who = replace(self.credentials, api_secret="", access_token=access_token, ott="")
        server = Server(self.transport, self.url, who, self.limits, issuer=self.issuer, keys=self._keys)
        if not isinstance(tokens, str):
            server.session, server._on_tokens = self._session_of(tokens), on_tokens
        return server

    def remember(self, session: Session) -> None:
        """Let whoever comes with a session's newest tokens, or older ones, share it."""
        with self._looking:
            self._sessions[session.tokens.refresh_token or ""] = session

    def _session_of(self, tokens: Tokens) -> Session:
        from sealgate_client._session import Session

        if not tokens.refresh_token:
            return Session(self, tokens)
        with self._looking:
            return self._sessions.setdefault(tokens.refresh_token, Session(self, tokens))

    async def jwks_for(self, token: str) -> dict[str, Any]:
        """Return the keys that the server signs tokens with, anew where they lack the one that a token names."""
        from sealgate_client.tokens import key_id

        def is_known(jwks: dict[str, Any]) -> bool:
            return any(key.get("kid") == wanted for key in jwks.get("keys", ()))

        wanted = key_id(token)
        return await self._published("/certs", is_known)

    async def webhook_keys(self) -> dict[str, Any]:
        """Return the keys that the server signs webhooks with."""
        return await self._published("/.well-known/sealgate-webhook-keys", lambda _: True)

    async def _published(self, path: str, will_do: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        now = time.monotonic()
        known = self._keys.get(path)
        # Anybody can name a key that does not exist: that must not become a call each time.
        if known is not None and now - known[1] < (KEYS_LAST_S if will_do(known[0]) else KEYS_STAY_S):
            return known[0]
        keys: dict[str, Any] = await self.json(Call("GET", path, anonymous=True))
        self._keys[path] = (keys, now)
        return keys

    async def json(self, call: Call) -> Any:
        """Make a call and return the JSON of its answer.

        Raises:
            Refused: the server said no; `NotFound`, `RateLimited` and `OAuthRefused` are kinds of it.
            Unreachable: there was no answer.
        """
        reply = await self.send(call)
        try:
            return json.loads(reply.content) if reply.content else None
        except ValueError:
            raise Unreachable(
                "The answer is no JSON.",
                status=reply.status,
                code="bad_answer",
                hint=f"Is {self.url} a Sealgate server?",
            ) from None

    async def send(self, call: Call) -> Reply:
        """Make a call, trying again where that can do no harm, and return the answer."""
        request = await self.request(call)
        renewable = None if call.anonymous else self.session
        failures = 0
        while True:
            try:
                reply = await self.transport.send(request)
            except (Lost, Silent) as problem:
                sent = problem.sent if isinstance(problem, Lost) else True
                if failures >= self.limits.retries or (sent and not call.repeatable):
                    raise self._unreachable(problem) from problem
                wait = pause(failures)
            else:
                if reply.status < 400:
                    return reply
                if renewable is not None and _refuses_token(reply):
                    refused = request.headers["authorization"].removeprefix("Bearer ")
                    if await renewable.renew(refused, self._on_tokens):
                        request, renewable = await self.request(call), None
                        continue
                asked = retry_after(reply.headers)
                # What is refused for its number was not done, whatever it is; a gateway may have let it through.
                harmless = call.repeatable or reply.status in (429, 503)
                if reply.status not in TRANSIENT or failures >= self.limits.retries or not harmless:
                    raise refusal(reply)
                if asked is not None and asked > self.limits.patience_s:
                    raise refusal(reply)
                wait = asked if asked is not None else pause(failures)
            failures += 1
            await self.transport.sleep(wait)

    def _unreachable(self, problem: Lost | Silent) -> Unreachable:
        if isinstance(problem, Silent):
            return Unreachable(
                f"{self.url} gave no answer within {self.limits.timeout_s:g} s.",
                code="timeout",
                hint="It may have done what it was asked. Look whether it is busy, or give a longer timeout_s.",
            )
        return Unreachable(
            f"{self.url} gave no answer: {problem}.",
            code="network",
            hint="Look whether the server runs, whether SEALGATE_URL is its address, and whether a proxy is between.",
        )

    async def request(self, call: Call) -> Request:
        """Return the request of a call, with the caller's credential."""
        headers = {"accept": "application/json", "user-agent": USER_AGENT, **call.headers}
        if not call.anonymous:
            headers |= await self._credential()
        content = b""
        if call.form is not None:
            content = urlencode(call.form).encode()
            headers["content-type"] = "application/x-www-form-urlencoded"
        elif call.body is not NOTHING:
            content = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()
            headers["content-type"] = "application/json"
        for name, value in headers.items():
            if not (value.isascii() and value.isprintable()):
                # The value stays unsaid: it may be a secret.
                raise Misconfigured(
                    f"What was given for {name} cannot be sent.",
                    code="configuration",
                    hint="Look for a line break, as at the end of a file, and for characters beyond ASCII.",
                )
        return Request(call.method, self.address(call), headers, content, self.limits.timeout_s)

    def address(self, call: Call) -> str:
        """Return the URL of a call."""
        path = call.path.replace("{family}", "jwt" if self.credentials.is_user else "platform")
        query = urlencode({name: _word(value) for name, value in call.query.items() if value is not None})
        url = self.url + (path if path.startswith("/") else f"/api/v1/{path}")
        return f"{url}?{query}" if query else url

    async def _credential(self) -> dict[str, str]:
        if self.session is not None:
            return {"authorization": f"Bearer {await self.session.access_token(self._on_tokens)}"}
        who = self.credentials
        if who.ott and not who.access_token:
            await self.authorize()
            who = self.credentials
        if who.access_token:
            return {"authorization": f"Bearer {who.access_token}"}
        if who.api_key and who.api_secret:
            return {"x-api-key": who.api_key, "x-api-secret": who.api_secret}
        raise Misconfigured(
            "There is no credential for this call.",
            code="configuration",
            hint="Give api_key and api_secret (or set SEALGATE_API_KEY and SEALGATE_API_SECRET), or an access_token.",
        )

    async def authorize(self) -> dict[str, Any]:
        """Trade the one-time token for the user's context and a JWT, once, and go on as that user."""
        async with self._lock:
            if self.launch is None:
                self.launch = await self.traded(self.credentials.ott)
                self.credentials = replace(self.credentials, access_token=self.launch["jwt"])
            return self.launch

    async def traded(self, ott: str) -> dict[str, Any]:
        """Return what a one-time token is worth."""
        if not (ott and self.credentials.api_key):
            raise Misconfigured(
                "There is no one-time token.",
                code="configuration",
                hint="Give api_key and ott: `xAppToken` of the address that the wallet opened.",
            )
        headers = {"x-api-key": self.credentials.api_key, "x-api-ott": ott}
        call = Call("GET", "jwt/authorize", headers=headers, anonymous=True, repeatable=False)
        launch: dict[str, Any] = await self.json(call)
        return launch


class Group:
    """Calls that belong together. Derived classes add `Blocking` or `Awaiting`."""

    def __init__(self, server: Server) -> None:
        self._server = server


def segment(text: str) -> str:
    """Return a text as one segment of a path."""
    # A dot alone is taken for the folder itself, by clients and by servers.
    return quote(text, safe="").replace(".", "%2E") if text.strip(".") == "" else quote(text, safe="")


def pause(failures: int) -> float:
    """Return seconds to wait before trying again: doubled with each earlier failure, up to 8 s, half of it by lot."""
    longest = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures, 16))
    return longest / 2 + random.random() * longest / 2  # noqa: S311 - no secret


def retry_after(headers: Mapping[str, str], *, now_s: float | None = None) -> float | None:
    """Return the seconds that `Retry-After` asks for, as a number or a date (RFC 9110, 10.2.3); None without one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return None
    return max(0.0, date.timestamp() - (time.time() if now_s is None else now_s))


def refusal(reply: Reply) -> SealgateError:
    """Return the error that an answer stands for, whichever of the server's three envelopes it came in."""
    try:
        body = json.loads(reply.content)
    except ValueError:
        body = None
    told = body if isinstance(body, dict) else {}
    members = told["error"] if isinstance(told.get("error"), dict) else told
    is_oauth = isinstance(told.get("error"), str)
    message = told.get("error_description") if is_oauth else members.get("message")
    details: dict[str, Any] = {
        "status": reply.status,
        "code": told["error"] if is_oauth else members.get("code"),
        "reference": str(members.get("reference") or reply.headers.get("x-call-ref", "")),
        "hint": str(members.get("hint") or ""),
        "pointer": str(members.get("pointer") or ""),
        "docs": str(members.get("docs") or ""),
    }
    if told.get("error") is True and not details["hint"]:
        details["hint"] = "Is the identifier whole, and SEALGATE_URL the server's address without a path of the API?"
    text = str(message or (told["error"] if is_oauth else f"The server answered with HTTP {reply.status}."))
    if reply.status == 429:
        wait_s = retry_after(reply.headers)
        details["hint"] = details["hint"] or ("" if wait_s is None else f"Try again in {wait_s:.0f} s.")
        return RateLimited(text, retry_after_s=wait_s, **details)
    if is_oauth:
        return OAuthRefused(text, **details)
    return (NotFound if reply.status == 404 else Refused)(text, **details)


def _refuses_token(reply: Reply) -> bool:
    return reply.status == 401 or (reply.status == 403 and refusal(reply).code == TOKEN_REFUSED)


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
