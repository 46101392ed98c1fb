"""Sealgate for FastAPI: routes to sign in by, the current user as a dependency, an endpoint for webhooks.

    sealgate = AsyncSealgate()
    sign_in = SealgateSignIn(sealgate)
    app.include_router(sign_in.router)                      # /auth/sign-in, /auth/callback, /auth/sign-out
    app.include_router(webhook(sealgate, on_event))         # /webhooks/sealgate

    @app.get("/me")
    async def me(user: Annotated[User, Depends(sign_in.user)]) -> str:
        return user.account

A whole shop is in the samples of this package: `fastapi_app.py`.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import PlainTextResponse, RedirectResponse

from sealgate_client._web import AsyncSignIn, Outcome, User, challenge_of
from sealgate_client.client import AsyncSealgate
from sealgate_client.errors import OAuthRefused, TokenInvalid, WebhookInvalid
from sealgate_client.webhooks import Event

__all__ = ["SealgateSignIn", "User", "webhook"]


class SealgateSignIn:
    """Sign-in for an app of FastAPI.

    Register `<where the app is><prefix>/callback` as a redirect URI of the app.

    Args:
        client: With the app's key and secret.
        prefix: Where the routes are.
        redirect_uri: Of the callback, where this app sees itself under another address than its users do.
        on_sign_in: Is told who signed in, before the browser goes on; a plain function, or one that is awaited.
        secret: Signs the cookies; made of the API secret without it.
        scope: What is asked for.
        keeps_access_token: `User.access_token` is there in later requests, to call the platform as the user.
    """

    def __init__(
        self,
        client: AsyncSealgate,
        *,
        prefix: str = "/auth",
        redirect_uri: str | None = None,
        on_sign_in: Callable[[User], Awaitable[None] | None] | None = None,
        secret: str = "",
        scope: str = "openid",
        keeps_access_token: bool = False,
    ) -> None:
        self._core = AsyncSignIn(client, secret=secret, scope=scope, keeps_access_token=keeps_access_token)
        self._redirect_uri = redirect_uri
        self._on_sign_in = on_sign_in
        self.router = APIRouter(prefix=prefix, tags=["sign in"], include_in_schema=False)
        self.router.add_api_route("/sign-in", self._begin, methods=["GET"], name="sealgate_sign_in")
        self.router.add_api_route("/callback", self._finish, methods=["GET"], name="sealgate_callback")
        self.router.add_api_route("/sign-out", self._sign_out, methods=["POST"], name="sealgate_sign_out")

    async def user(self, request: Request) -> User:
        """Return who is signed in, for `Depends`: by the session's cookie, or by a bearer token.

        Raises:
            HTTPException: 401: nobody is, or the token does not count.
        """
        user = await self.optional_user(request)
        if user is None:
            raise HTTPException(401, "Nobody is signed in.", {"www-authenticate": challenge_of(None)})
        return user

    async def optional_user(self, request: Request) -> User | None:
        """Return who is signed in, for `Depends`; None where nobody is."""
        try:
            return await self._core.user(request.headers.get("authorization", ""), request.cookies)
        except TokenInvalid as problem:
            raise HTTPException(401, str(problem), {"www-authenticate": challenge_of(problem)}) from None

    async def _begin(self, request: Request, next: str | None = None) -> Response:
        uri = self._redirect_uri or str(request.url_for("sealgate_callback"))
        return _response(self._core.begin(uri, next))

    async def _finish(self, request: Request) -> Response:
        try:
            outcome = await self._core.finish(dict(request.query_params), request.cookies)
        except OAuthRefused as refused:
            return PlainTextResponse(str(refused), 400)
        if outcome.user is not None and self._on_sign_in is not None:
            await _done(self._on_sign_in(outcome.user))
        return _response(outcome)

    async def _sign_out(self, request: Request, next: str | None = None) -> Response:
        return _response(self._core.sign_out(next, secure=request.url.scheme == "https"))


def webhook(
    client: AsyncSealgate, on_event: Callable[[Event], Awaitable[None] | None], *, path: str = "/webhooks/sealgate"
) -> APIRouter:
    """Return a router with an endpoint for the app's webhooks.

    Args:
        client: Checks deliveries, see `AsyncSealgate.verify_webhook`.
        on_event: Is told genuine events. An event may come twice, with the same `id`; what is raised brings it again.
    """
    router = APIRouter(tags=["webhooks"], include_in_schema=False)

    async def receive(request: Request) -> Response:
        try:
            event = await client.verify_webhook(await request.body(), request.headers)
        except WebhookInvalid as invalid:
            return PlainTextResponse(str(invalid), 400)
        await _done(on_event(event))
        return Response(status_code=204)

    router.add_api_route(path, receive, methods=["POST"])
    return router


def _response(outcome: Outcome) -> Response:
    response = RedirectResponse(outcome.location, 303, {"cache-control": "no-store"})
    for cookie in outcome.cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.max_age_s,
            path="/",
            secure=cookie.secure,
            httponly=True,
            samesite="lax",
        )
    return response


async def _done(result: Any) -> None:
    if inspect.isawaitable(result):
        await result
