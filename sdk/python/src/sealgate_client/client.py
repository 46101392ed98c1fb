"""The two clients: `Sealgate`, which blocks, and `AsyncSealgate`, which is awaited."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload
from urllib.parse import urlsplit

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, finished, operation
from sealgate_client._transport import AwaitingTransport, BlockingTransport, Transport
from sealgate_client.errors import Misconfigured

if TYPE_CHECKING:
    import httpx  # noqa: F401 - for the parameters of the two clients
    from typing_extensions import Self

    from sealgate_client.activity import Activity, AsyncActivity
    from sealgate_client.lookups import AsyncLookups, Lookups
    from sealgate_client.models import Pong, UserPong
    from sealgate_client.oauth import AsyncOAuth, OAuth, Tokens
    from sealgate_client.payloads import AsyncPayloads, Payloads
    from sealgate_client.stores import AsyncStorage, AsyncUserdata, Storage, Userdata
    from sealgate_client.tokens import Claims
    from sealgate_client.users import AsyncPush, AsyncUserTokens, AsyncXapp, Push, UserTokens, Xapp
    from sealgate_client.webhooks import Event

H = TypeVar("H")
B = TypeVar("B")
A = TypeVar("A")


class part(Generic[B, A]):  # noqa: N801 - reads as a word of the class body
    """A group of calls, made when it is first used: a `B` on the client that blocks, an `A` on the one that awaits.

    Args:
        module: Where the classes are, in this package.
        name: Of the class that blocks; the other has `Async` in front.
    """

    def __init__(self, module: str, name: str) -> None:
        self._module = module
        self._name = name

    def __set_name__(self, owner: type, name: str) -> None:
        self._attribute = name

    @overload
    def __get__(self, instance: Blocking, owner: Any) -> B: ...
    @overload
    def __get__(self, instance: Awaiting, owner: Any) -> A: ...
    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            return self
        name = f"Async{self._name}" if isinstance(instance, Awaiting) else self._name
        made = getattr(import_module(f"sealgate_client.{self._module}"), name)(instance._server)
        instance.__dict__[self._attribute] = made
        return made


class SealgateCalls(Generic[H]):
    """What both clients have.

    Args:
        url: Where the server is; SEALGATE_URL without it.
        api_key: Of the app; SEALGATE_API_KEY without it.
        api_secret: Of the app, for back ends alone; SEALGATE_API_SECRET without it, unless a user calls. Empty for
            programs on people's machines: they have none.
        access_token: Calls are a signed-in user's.
        ott: The one-time token that an xApp was opened with: calls are that user's.
        webhook_secret: Of the app's webhook endpoint; SEALGATE_WEBHOOK_SECRET without it. Two during a rotation.
        issuer: What tokens name as their issuer, where that is not `url`.
        timeout_s: For a connection, and for each read and write.
        retries: How often a call is tried again, where that can do no harm.
        patience_s: The longest `Retry-After` that is waited for.
        http: A client of httpx with your own proxies and certificates; yours to close.

    Raises:
        Misconfigured: there is no address.
    """

    payloads: ClassVar[part[Payloads, AsyncPayloads]] = part("payloads", "Payloads")
    """Sign requests."""
    user_tokens: ClassVar[part[UserTokens, AsyncUserTokens]] = part("users", "UserTokens")
    """What an app keeps of somebody who signed, to send them requests."""
    userdata: ClassVar[part[Userdata, AsyncUserdata]] = part("stores", "Userdata")
    """Values for the signed-in user."""
    storage: ClassVar[part[Storage, AsyncStorage]] = part("stores", "Storage")
    """The app's own document."""
    push: ClassVar[part[Push, AsyncPush]] = part("users", "Push")
    """What an xApp tells its users while it is closed."""
    xapp: ClassVar[part[Xapp, AsyncXapp]] = part("users", "Xapp")
    """What an xApp is told of who opened it."""
    lookups: ClassVar[part[Lookups, AsyncLookups]] = part("lookups", "Lookups")
    """Rates, networks, assets, accounts, transactions."""
    activity: ClassVar[part[Activity, AsyncActivity]] = part("activity", "Activity")
    """The app's deliveries, calls and events."""
    oauth: ClassVar[part[OAuth, AsyncOAuth]] = part("oauth", "OAuth")
    """Signing people in."""

    _transport_of: ClassVar[Callable[[Any], Transport]]

    def __init__(
        self,
        url: str | None = None,
        api_key: str | None = None,
        api_secret: str | None = None,
        *,
        access_token: str | None = None,
        ott: str | None = None,
        webhook_secret: str | Sequence[str] | None = None,
        issuer: str | None = None,
        timeout_s: float = 30.0,
        retries: int = 3,
        patience_s: float = 60.0,
        http: H | None = None,
    ) -> None:
        if api_secret is None:
            is_user = access_token is not None or ott is not None
            api_secret = "" if is_user else os.environ.get("SEALGATE_API_SECRET", "")
        credentials = _calls.Credentials(
            api_key=api_key or os.environ.get("SEALGATE_API_KEY", ""),
            api_secret=api_secret,
            access_token=access_token or "",
            ott=ott or "",
        )
        address = (url or os.environ.get("SEALGATE_URL", "")).rstrip("/")
        if not _is_address(address):
            raise Misconfigured(
                "There is no address of a server." if not address else f"{address} is no address of a server.",
                code="configuration",
                hint="Give url, or set SEALGATE_URL: https://….",
            )
        limits = _calls.Limits(timeout_s=timeout_s, retries=retries, patience_s=patience_s)
        transport = type(self)._transport_of(http)
        self._server = _calls.Server(transport, address, credentials, limits, issuer=issuer or address)
        given = os.environ.get("SEALGATE_WEBHOOK_SECRET") or () if webhook_secret is None else webhook_secret
        self._webhook_secret: Sequence[str] = given

    @property
    def url(self) -> str:
        """Where the server is."""
        return self._server.url

    @property
    def api_key(self) -> str:
        """The app's API key; empty where this client was given none."""
        return self._server.credentials.api_key

    @property
    def tokens(self) -> Tokens | None:
        """The newest tokens of the signed-in user that this client was made for; None without `Tokens`."""
        return self._server.session.tokens if self._server.session else None

    def as_user(self, tokens: str | Tokens, *, on_tokens: Callable[[Tokens], object] | None = None) -> Self:
        """Return a client for a signed-in user. It shares this one's connections, and ends with it.

        Args:
            tokens: What the sign-in brought. With a refresh token they are renewed a minute before they end, or when
                the server says that they have: once, however many threads, tasks and clients of this process call. An
                access token alone counts until it ends.
            on_tokens: Is given the new tokens, to be stored: the old refresh token is spent. It may be a coroutine
                function where this client is awaited. What it raises, the call raises that brought new tokens.
        """
        client = object.__new__(type(self))
        client._server = self._server.as_user(tokens, on_tokens)
        client._webhook_secret = ()
        return client

    @operation
    async def ping(self) -> Pong | UserPong:
        """Tell whether the credential works, and whose it is: `Pong` of an app, `UserPong` of a signed-in user."""
        from sealgate_client.models import Pong, UserPong

        told = await self._server.json(_calls.Call("GET", "{family}/ping"))
        return UserPong(told) if self._server.credentials.is_user else Pong(told)

    @operation
    async def verify_token(self, token: str) -> Claims:
        """Return what a user's token says: an access token, or the JWT of an xApp.

        The server's keys are fetched once and kept; the rest is done here. A token that was revoked looks valid until
        it expires: `as_user(token).ping()` knows better.

        Raises:
            TokenInvalid: it does not count.
        """
        from sealgate_client import tokens

        who = self._server.credentials
        jwks = None if tokens.key_id(token) is None else await self._server.jwks_for(token)
        return tokens.verify_token(
            token, api_key=who.api_key, api_secret=who.api_secret, issuer=self._server.issuer, jwks=jwks
        )

    @operation
    async def verify_receipt(self, receipt: str) -> dict[str, Any]:
        """Return what a receipt of this app states; TokenInvalid where it is not the server's word."""
        from sealgate_client import tokens

        jwks = await self._server.jwks_for(receipt)
        return tokens.verify_receipt(
            receipt, api_key=self._server.credentials.api_key, issuer=self._server.issuer, jwks=jwks
        )

    @operation
    async def verify_webhook(self, body: bytes | str, headers: Mapping[str, str]) -> Event:
        """Return the event of a genuine delivery.

        It is checked with `webhook_secret` where this client was given one, else with the server's published keys,
        which are fetched once and kept.

        Raises:
            WebhookInvalid: it is not genuine, or too old; answer 400 then.
        """
        from sealgate_client import webhooks

        if self._webhook_secret:
            return webhooks.verify_webhook(body, headers, secret=self._webhook_secret)
        return webhooks.verify_webhook(body, headers, keys=await self._server.webhook_keys())


class Sealgate(SealgateCalls["httpx.Client"], Blocking):
    """A client that blocks. Threads may share it."""

    _transport_of = BlockingTransport

    def close(self) -> None:
        """Close the connections."""
        finished(self._server.transport.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


class AsyncSealgate(SealgateCalls["httpx.AsyncClient"], Awaiting):
    """A client on asyncio, with the arguments and methods of `Sealgate`. It belongs to one event loop."""

    _transport_of = AwaitingTransport

    async def close(self) -> None:
        """Close the connections."""
        await self._server.transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        await self.close()


def _is_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        # Reading the port checks it.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and " " not in text
    except ValueError:
        return False
