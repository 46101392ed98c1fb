"""Sealgate for Django: URLs to sign in by, the current user, a view for webhooks.

    sealgate = Sealgate()
    sign_in = SealgateSignIn(sealgate)

    @sign_in.required
    def me(request):
        return HttpResponse(request.sealgate_user.account)

    urlpatterns = [
        path("auth/", include(sign_in.urls)),                   # auth/sign-in, auth/callback, auth/sign-out
        path("webhooks/sealgate", webhook(sealgate, on_event)),
        path("me", me),
    ]

A whole shop is in the samples of this package: `django_app.py`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path as url
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from sealgate_client._web import Outcome, SignIn, User, challenge_of
from sealgate_client.client import Sealgate
from sealgate_client.errors import OAuthRefused, TokenInvalid, WebhookInvalid
from sealgate_client.webhooks import Event

__all__ = ["SealgateSignIn", "User", "webhook"]

View = Callable[..., HttpResponse]


class SealgateSignIn:
    """Sign-in for a site of Django.

    Register the address of `…/callback` as a redirect URI of the app.

    Args:
        client: With the app's key and secret.
        redirect_uri: Of the callback, where this site sees itself under another address than its users do.
        on_sign_in: Is told who signed in, before the browser goes on; `request` comes first, so that it may call
            `django.contrib.auth.login`.
        secret: Signs the cookies; made of the API secret without it.
        scope: What is asked for.
        keeps_access_token: `User.access_token` is there in later requests, to call the platform as the user.

    Attributes:
        urls: For `include`; their names are `sealgate:sign-in`, `sealgate:callback` and `sealgate:sign-out`.
    """

    def __init__(
        self,
        client: Sealgate,
        *,
        redirect_uri: str | None = None,
        on_sign_in: Callable[[HttpRequest, User], None] | None = None,
        secret: str = "",
        scope: str = "openid",
        keeps_access_token: bool = False,
    ) -> None:
        self._core = SignIn(client, secret=secret, scope=scope, keeps_access_token=keeps_access_token)
        self._redirect_uri = redirect_uri
        self._on_sign_in = on_sign_in
        patterns = [
            url("sign-in", require_GET(self._begin), name="sign-in"),
            url("callback", require_GET(self._finish), name="callback"),
            # Only this site's pages can send the cookie along: it is SameSite. No token in a form is needed.
            url("sign-out", csrf_exempt(require_POST(self._sign_out)), name="sign-out"),
        ]
        self.urls: Any = (patterns, "sealgate")

    def user(self, request: HttpRequest) -> User | None:
        """Return who is signed in: by the session's cookie, or by a bearer token. None where nobody is."""
        try:
            return self._user(request)
        except TokenInvalid:
            return None

    def _user(self, request: HttpRequest) -> User | None:
        return self._core.user(request.headers.get("authorization", ""), request.COOKIES)

    def required(self, view: View) -> View:
        """Let nobody in who is not signed in: 401. The view finds the user as `request.sealgate_user`."""

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            try:
                user = self._user(request)
            except TokenInvalid as problem:
                return _refused(str(problem), problem)
            if user is None:
                return _refused("Nobody is signed in.", None)
            request.sealgate_user = user
            return view(request, *args, **kwargs)

        return guarded

    def _begin(self, request: HttpRequest) -> HttpResponse:
        uri = self._redirect_uri or request.build_absolute_uri(reverse("sealgate:callback"))
        return _response(self._core.begin(uri, request.GET.get("next")))

    def _finish(self, request: HttpRequest) -> HttpResponse:
        try:
            outcome = self._core.finish(request.GET.dict(), request.COOKIES)
        except OAuthRefused as refused:
            return HttpResponse(str(refused), status=400, content_type="text/plain; charset=utf-8")
        if outcome.user is not None and self._on_sign_in is not None:
            self._on_sign_in(request, outcome.user)
        return _response(outcome)

    def _sign_out(self, request: HttpRequest) -> HttpResponse:
        return _response(self._core.sign_out(request.GET.get("next"), secure=request.is_secure()))


def webhook(client: Sealgate, on_event: Callable[[Event], Any]) -> View:
    """Return a view for the app's webhooks.

    Args:
        client: Checks deliveries, see `Sealgate.verify_webhook`.
        on_event: Is told genuine events. An event may come twice, with the same `id`; what is raised brings it again.
    """

    def receive(request: HttpRequest) -> HttpResponse:
        try:
            event = client.verify_webhook(request.body, request.headers)
        except WebhookInvalid as invalid:
            return HttpResponse(str(invalid), status=400, content_type="text/plain; charset=utf-8")
        on_event(event)
        return HttpResponse(status=204)

    view: View = csrf_exempt(require_POST(receive))
    return view


def _response(outcome: Outcome) -> HttpResponse:
    response = HttpResponseRedirect(outcome.location)
    response.status_code = 303
    response["cache-control"] = "no-store"
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


def _refused(text: str, problem: TokenInvalid | None) -> HttpResponse:
    response = HttpResponse(text, status=401, content_type="text/plain; charset=utf-8")
    response["www-authenticate"] = challenge_of(problem)
    return response
