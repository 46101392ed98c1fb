"""Reaching users: user tokens, events and notifications, and what an xApp is told of who opened it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, operation
from sealgate_client.errors import Misconfigured, Unreachable

if TYPE_CHECKING:
    from sealgate_client.models import Authorized, EventOut, NotifiedOut, TokenOut


class UserTokenCalls(_calls.Group):
    """User tokens: what an app keeps of somebody who signed, to send them requests."""

    @operation
    async def verify(self, token: str) -> TokenOut:
        """Tell whether a user token counts, and until when."""
        found = await self._verified([token])
        if not found:
            raise Unreachable("The server said nothing of this user token.", code="bad_answer")
        return found[0]

    @operation
    async def verify_many(self, tokens: Sequence[str]) -> list[TokenOut]:
        """The same for up to a hundred, in the order asked."""
        return await self._verified(tokens)

    async def _verified(self, tokens: Sequence[str]) -> list[TokenOut]:
        from sealgate_client.models import TokensOut

        call = _calls.Call("POST", "platform/user-tokens", body={"tokens": [*tokens]})
        return TokensOut(await self._server.json(call)).tokens


class PushCalls(_calls.Group):
    """What an xApp tells its users while it is closed. The app needs the permission."""

    @operation
    async def event(
        self,
        body: str,
        *,
        user_token: str | None = None,
        subtitle: str | None = None,
        data: Mapping[str, Any] | None = None,
        silent: bool = False,
        user_uuid: str | None = None,
        user_account: str | None = None,
    ) -> EventOut:
        """Put an entry in the list of a user's wallet, and notify them; `payloads.cancel` takes it off the list.

        Args:
            body: What the person reads, up to 500 characters.
            user_token: Whom it is for. Not needed with the person's access token.
            subtitle: A line below the app's name, up to 120 characters.
            data: Handed to the xApp when it is opened for this, up to 4 KiB.
            silent: Notify nobody.
            user_uuid: Instead of a user token, where the app may.
            user_account: Instead of a user token, where the app may.
        """
        from sealgate_client.models import EventOut

        told = {"body": body, "user_token": user_token, "subtitle": subtitle, "data": data, "silent": silent or None}
        return EventOut(await self._post("event", told | {"user_uuid": user_uuid, "user_account": user_account}))

    @operation
    async def notification(
        self,
        body: str,
        *,
        user_token: str | None = None,
        subtitle: str | None = None,
        data: Mapping[str, Any] | None = None,
        user_uuid: str | None = None,
        user_account: str | None = None,
    ) -> NotifiedOut:
        """Notify a user; the arguments are those of `event`."""
        from sealgate_client.models import NotifiedOut

        told = {"body": body, "user_token": user_token, "subtitle": subtitle, "data": data}
        return NotifiedOut(await self._post("push", told | {"user_uuid": user_uuid, "user_account": user_account}))

    async def _post(self, path: str, told: Mapping[str, Any]) -> Any:
        body = {name: value for name, value in told.items() if value is not None}
        # Twice told is twice read: without an answer nobody knows whether it arrived.
        return await self._server.json(_calls.Call("POST", f"platform/xapp/{path}", body=body, repeatable=False))


class XappCalls(_calls.Group):
    """What an xApp is told of who opened it, for the one-time token in its address."""

    @operation
    async def resolve(self, ott: str) -> dict[str, Any]:
        """Trade a one-time token for the user's context: `account`, `user`, `nodetype`, `origin` and more.

        For back ends. The token counts once and for two minutes; after that it is refused with code 410 or 404.
        """
        path = f"platform/xapp/ott/{_calls.segment(ott)}"
        context: dict[str, Any] = await self._server.json(_calls.Call("GET", path, repeatable=False))
        return context

    @operation
    async def resolve_again(self, ott: str, device: str) -> dict[str, Any]:
        """Fetch the context of the app's debug device again, as often as needed, for a day.

        Args:
            device: UUID of the debug device.
        """
        secret = self._server.credentials.api_secret
        if not secret:
            raise Misconfigured("This call needs the API secret.", code="configuration", hint="Give api_secret.")
        # No secret is kept by this: SHA-1 is what the address has (platform-api 16.2).
        text = f"{ott}.{secret}.{device}".upper().encode()
        path = f"platform/xapp/ott/{_calls.segment(ott)}/{hashlib.sha1(text).hexdigest()}"  # noqa: S324
        context: dict[str, Any] = await self._server.json(_calls.Call("GET", path))
        return context

    @operation
    async def authorize(self, ott: str | None = None) -> Authorized:
        """Trade a one-time token for the user's context and a JWT, which counts for a day.

        Args:
            ott: Without it, the one that this client was given: the client does so itself at its first call and goes on
                with the JWT, and the answer is remembered.
        """
        from sealgate_client.models import Authorized

        return Authorized(await (self._server.authorize() if ott is None else self._server.traded(ott)))


class UserTokens(UserTokenCalls, Blocking):
    """User tokens: what an app keeps of somebody who signed, to send them requests."""


class AsyncUserTokens(UserTokenCalls, Awaiting):
    """User tokens: what an app keeps of somebody who signed, to send them requests."""


class Push(PushCalls, Blocking):
    """What an xApp tells its users while it is closed. The app needs the permission."""


class AsyncPush(PushCalls, Awaiting):
    """What an xApp tells its users while it is closed. The app needs the permission."""


class Xapp(XappCalls, Blocking):
    """What an xApp is told of who opened it, for the one-time token in its address."""


class AsyncXapp(XappCalls, Awaiting):
    """What an xApp is told of who opened it, for the one-time token in its address."""
