"""Sealgate for Flask: routes to sign in by, the current user, an endpoint for webhooks.

    sealgate = Sealgate()
    sign_in = SealgateSignIn(sealgate)
    app.register_blueprint(sign_in.blueprint)               # /auth/sign-in, /auth/callback, /auth/sign-out
    app.register_blueprint(webhook(sealgate, on_event))     # /webhooks/sealgate

    @app.get("/me")
    @sign_in.required
    def me(): return sign_in.current_user.account

A whole shop is in the samples of this package: `flask_app.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, Response, abort, g, make_response, redirect, request, url_for

from sealgate_client._web import Outcome, SignIn, User, challenge_of
from sealgate_client.client import Sealgate
from sealgate_client.errors import OAuthRefused, TokenInvalid, WebhookInvalid
from sealgate_client.webhooks import Event

__all__ = ["SealgateSignIn", "User", "webhook"]

P = ParamSpec("P")
R = TypeVar("R")


class SealgateSignIn:
    """Sign-in for an app of Flask.

    Register `<where the app is><prefix>/callback` as a redirect URI of the app.

    Args:
        client: With the app's key and secret.
        prefix: Where the routes are.
        redirect_uri: Of the callback, where this app sees itself under another address than its users do.
        on_sign_in: Is told who signed in, before the browser goes on.
        secret: Signs the cookies; made of the API secret without it.
        scope: What is asked for.
        keeps_access_token: `User.access_token` is there in later requests, to call the platform as the user.
    """

    def __init__(
        self,
        client: Sealgate,
        *,
        prefix: str = "/auth",
        redirect_uri: str | None = None,
        on_sign_in: Callable[[User], None] | None = None,
        secret: str = "",
        scope: str = "openid",
        keeps_access_token: bool = False,
    ) -> None:
        self._core = SignIn(client, secret=secret, scope=scope, keeps_access_token=keeps_access_token)
        self._redirect_uri = redirect_uri
        self._on_sign_in = on_sign_in
        self.blueprint = Blueprint("sealgate", __name__, url_prefix=prefix)
        self.blueprint.add_url_rule("/sign-in", "sign_in", self._begin, methods=["GET"])
        self.blueprint.add_url_rule("/callback", "callback", self._finish, methods=["GET"])
        self.blueprint.add_url_rule("/sign-out", "sign_out", self._sign_out, methods=["POST"])

    @property
    def current_user(self) -> User | None:
        """Who is signed in: by the session's cookie, or by a bearer token; 401 for a token that does not count."""
        if "sealgate_user" not in g:
            try:
                g.sealgate_user = self._core.user(request.headers.get("authorization", ""), request.cookies)
            except TokenInvalid as problem:
                abort(_refused(str(problem), problem))
        user: User | None = g.sealgate_user
        return user

    def required(self, view: Callable[P, R]) -> Callable[P, R]:
        """Let nobody in who is not signed in: 401."""

        @functools.wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            if self.current_user is None:
                abort(_refused("Nobody is signed in.", None))
            return view(*args, **kwargs)

        return guarded

    def _begin(self) -> Response:
        uri = self._redirect_uri or url_for("sealgate.callback", _external=True)
        return _response(self._core.begin(uri, request.args.get("next")))

    def _finish(self) -> Response:
        try:
            outcome = self._core.finish(request.args.to_dict(), request.cookies)
        except OAuthRefused as refused:
            return _plain(str(refused), 400)
        if outcome.user is not None and self._on_sign_in is not None:
            self._on_sign_in(outcome.user)
        return _response(outcome)

    def _sign_out(self) -> Response:
        return _response(self._core.sign_out(request.args.get("next"), secure=request.is_secure))


def webhook(client: Sealgate, on_event: Callable[[Event], Any], *, path: str = "/webhooks/sealgate") -> Blueprint:
    """Return a blueprint with an endpoint for the app's webhooks.

    Args:
        client: Checks deliveries, see `Sealgate.verify_webhook`.
        on_event: Is told genuine events. An event may come twice, with the same `id`; what is raised brings it again.
    """
    blueprint = Blueprint("sealgate_webhooks", __name__)

    def receive() -> Response:
        try:
            event = client.verify_webhook(request.get_data(), dict(request.headers))
        except WebhookInvalid as invalid:
            return _plain(str(invalid), 400)
        on_event(event)
        return Response(status=204)

    blueprint.add_url_rule(path, "receive", receive, methods=["POST"])
    return blueprint


def _response(outcome: Outcome) -> Response:
    response = make_response(redirect(outcome.location, 303))
    response.headers["cache-control"] = "no-store"
    for cookie in outcome.cookies:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.max_age_s,
            path="/",
            secure=cookie.secure,
            httponly=True,
            samesite="Lax",
        )
    return response


def _plain(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")


def _refused(text: str, problem: TokenInvalid | None) -> Response:
    response = _plain(text, 401)
    response.headers["www-authenticate"] = challenge_of(problem)
    return response
