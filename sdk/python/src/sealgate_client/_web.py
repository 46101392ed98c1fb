"""What the pieces for FastAPI, Django and Flask share: a sign-in over two requests, and a session in a signed cookie.

Nothing is stored on the server's side. A cookie holds what was begun until the person is back, another one who signed
in; both are signed (HMAC-SHA256), so that nobody can make or change one, and out of reach of scripts.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, operation
from sealgate_client.client import AsyncSealgate, Sealgate, SealgateCalls
from sealgate_client.errors import Misconfigured, OAuthRefused, TokenInvalid
from sealgate_client.oauth import Begun, OAuthCalls
from sealgate_client.tokens import Claims, issued_at, verify_token

C = TypeVar("C", bound=SealgateCalls[Any])
SESSION = "sealgate_session"
PENDING = "sealgate_sign_in_"
PENDING_S = 600
MOST_COOKIE_CHARACTERS = 3800
"""Browsers take 4096 with name and attributes."""


@dataclass(frozen=True)
class User:
    """Who is signed in.

    Attributes:
        account: Their account on the ledger.
        user_token: To send them sign requests with; keep it with the user's record.
        network: Key of the network that their wallet was on.
        expires_at: When they have to sign in again, Unix seconds.
        access_token: To call the platform as them; empty where the session does not keep it.
    """

    account: str
    user_token: str | None
    network: str | None
    expires_at: int
    access_token: str = field(default="", repr=False)

    @classmethod
    def of(cls, claims: Claims, access_token: str = "") -> User:
        """Return the user that a verified token names."""
        return cls(claims.account, claims.user_token, claims.network, claims.expires_at, access_token)


@dataclass(frozen=True)
class Cookie:
    """A cookie to set, or with `max_age_s` 0 to remove. Always HttpOnly and SameSite=Lax."""

    name: str
    value: str
    max_age_s: int
    secure: bool


@dataclass(frozen=True)
class Outcome:
    """Where the browser goes now.

    Attributes:
        user: Who has just signed in, where somebody has.
    """

    location: str
    cookies: tuple[Cookie, ...]
    user: User | None = None


class SignInCalls(Generic[C]):
    """A sign-in over two requests.

    Args:
        client: With the app's key and secret.
        secret: Signs cookies; made of the API secret without it. Whoever changes it signs everybody out.
        scope: What is asked for; `openid profile` and others.
        keeps_access_token: The session has the access token, to call the platform as the user.
    """

    def __init__(self, client: C, *, secret: str = "", scope: str = "openid", keeps_access_token: bool = False) -> None:
        secret = secret or client._server.credentials.api_secret
        if not secret:
            raise Misconfigured(
                "There is nothing to sign cookies with.", code="configuration", hint="Give secret, or an API secret."
            )
        self.client = client
        self._server = client._server
        self._key = hmac.digest(b"sealgate-client session", secret.encode(), hashlib.sha256)
        self._scope = scope
        self._keeps_access_token = keeps_access_token

    def begin(self, redirect_uri: str, next: str | None) -> Outcome:
        """Send the browser to sign in.

        Args:
            next: Path on this site to go to afterwards; any other address is taken for `/`.
        """
        begun = OAuthCalls.begin(_calls_of(self._server), redirect_uri, scope=self._scope)
        kept = {"begun": begun.to_dict(), "next": local_path(next)}
        value = self._sealed(PENDING, kept, int(time.time()) + PENDING_S)
        name = _pending_name(begun.state)
        return Outcome(begun.url, (Cookie(name, value, PENDING_S, redirect_uri.startswith("https:")),))

    @operation
    async def finish(self, answer: Mapping[str, str], cookies: Mapping[str, str]) -> Outcome:
        """Sign the person in who came back. Who declined goes on as well, with `sign_in_error` in the address.

        Raises:
            OAuthRefused: `wrong_answer`: nobody began this sign-in in this browser, or somebody else answers.
        """
        name = _pending_name(answer.get("state", ""))
        kept = self._opened(PENDING, cookies.get(name, ""))
        if kept is None:
            raise OAuthRefused(
                "This sign-in was not begun in this browser, or too long ago.",
                code="wrong_answer",
                hint="Begin the sign-in again.",
            )
        begun, onward = Begun(**kept["begun"]), str(kept["next"])
        secure = begun.redirect_uri.startswith("https:")
        spent = Cookie(name, "", 0, secure)
        try:
            tokens = await OAuthCalls.finish.of(_calls_of(self._server), begun, answer)
        except OAuthRefused as refused:
            if refused.code == "wrong_answer" or refused.status:
                raise
            mark = "&" if "?" in onward else "?"
            return Outcome(f"{onward}{mark}{urlencode({'sign_in_error': str(refused.code)})}", (spent,))
        user = User.of(await self._verified(tokens.access_token), tokens.access_token)
        return Outcome(onward, (self._session(user, secure), spent), user)

    def sign_out(self, next: str | None, *, secure: bool) -> Outcome:
        """End the session of this browser."""
        return Outcome(local_path(next), (Cookie(SESSION, "", 0, secure),))

    @operation
    async def user(self, authorization: str, cookies: Mapping[str, str]) -> User | None:
        """Return who calls: by an access token or the JWT of an xApp in the header, else by the session's cookie.

        Raises:
            TokenInvalid: the header has a token that does not count.
        """
        scheme, _, token = authorization.partition(" ")
        if token and scheme.lower() == "bearer":
            token = token.strip()
            return User.of(await SealgateCalls.verify_token.of(self.client, token), token)
        kept = self._opened(SESSION, cookies.get(SESSION, ""))
        return None if kept is None else User(**kept["user"])

    async def _verified(self, access_token: str) -> Claims:
        # It comes from the server itself and just now: issued in the future, it tells that this clock is behind.
        return verify_token(
            access_token,
            api_key=self._server.credentials.api_key,
            issuer=self._server.issuer,
            jwks=await self._server.jwks_for(access_token),
            now=max(time.time(), issued_at(access_token)),
        )

    def _session(self, user: User, secure: bool) -> Cookie:
        kept = {**user.__dict__, "access_token": user.access_token if self._keeps_access_token else ""}
        value = self._sealed(SESSION, {"user": kept}, user.expires_at)
        if len(value) > MOST_COOKIE_CHARACTERS:
            raise Misconfigured(
                "The session is too large for a cookie.", code="configuration", hint="Leave keeps_access_token off."
            )
        return Cookie(SESSION, value, max(1, user.expires_at - int(time.time())), secure)

    def _sealed(self, purpose: str, content: Mapping[str, Any], until: int) -> str:
        text = _text(json.dumps({**content, "until": until}, separators=(",", ":")).encode())
        return f"{text}.{self._mac(purpose, text)}"

    def _opened(self, purpose: str, value: str) -> dict[str, Any] | None:
        text, _, mac = value.rpartition(".")
        if not hmac.compare_digest(self._mac(purpose, text).encode(), mac.encode()):
            return None
        content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return content if content["until"] > time.time() else None

    def _mac(self, purpose: str, text: str) -> str:
        return _text(hmac.digest(self._key, f"{purpose}.{text}".encode(), hashlib.sha256))


class SignIn(SignInCalls[Sealgate], Blocking):
    """A sign-in over two requests."""


class AsyncSignIn(SignInCalls[AsyncSealgate], Awaiting):
    """A sign-in over two requests."""


def local_path(next: str | None) -> str:
    """Return a path on this site: the given one, or `/` where that leads elsewhere."""
    text = next or "/"
    # Browsers take a backslash for a slash, and leave out what cannot be seen.
    elsewhere = not text.startswith("/") or text[1:2] in ("/", "\\") or not text.isprintable()
    return "/" if elsewhere else text


def challenge_of(problem: TokenInvalid | None) -> str:
    """Return `WWW-Authenticate` for a call that nobody signed in makes (RFC 6750, 3)."""
    return "Bearer" if problem is None else 'Bearer error="invalid_token"'


def _pending_name(state: str) -> str:
    # One for each sign-in, so that two tabs do not take each other's.
    return PENDING + "".join(letter for letter in state[:8] if letter.isalnum() or letter in "-_")


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _calls_of(server: _calls.Server) -> OAuthCalls:
    return OAuthCalls(server)
