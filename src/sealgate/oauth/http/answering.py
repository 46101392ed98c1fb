"""How a sign-in ends in a browser, whichever door it stands at: the answer, a refusal, or a last question."""

from collections.abc import Mapping
from typing import Any

from sealgate.apps.model import App
from sealgate.oauth.completion import Completed
from sealgate.oauth.cookies import session_cookie
from sealgate.oauth.errors import OAuthError
from sealgate.oauth.grants.issue import sign
from sealgate.oauth.model import AuthorizationRequest, Transaction
from sealgate.oauth.pages import consent_page, csrf_token, device_done_page, scope_lines
from sealgate.oauth.redirects import shown_origin
from sealgate.oauth.request import ReplyTo
from sealgate.oauth.responses import code_values, deliver, error_values, token_values
from sealgate.tokens.signing import TokenKeys
from sealgate.web import Call, Page, Redirect

SIGNIN = "/signin"


async def hand_out(call: Call[Any], app: App, request: AuthorizationRequest, completed: Completed) -> Page | Redirect:
    """Return what was granted, by the way the app asked for; a token is signed only now, after the commit."""
    if completed.session_secret is not None:
        call.response_headers["set-cookie"] = session_cookie(call.settings, completed.session_secret)
    if request.registered is None:
        return device_done_page(app_name=app.name, allowed=True)
    reply = ReplyTo.of(request)
    if completed.issue is not None:
        token = await sign(call.context.get(TokenKeys), completed.issue)
        return deliver(reply, token_values(request, token.access_token, expires_in=token.expires_in), app_name=app.name)
    assert completed.code is not None
    return deliver(reply, code_values(request, completed.code, issuer=call.settings.issuer_url), app_name=app.name)


def tell_error(call: Call[Any], app: App, reply: ReplyTo, error: OAuthError) -> Page | Redirect:
    """Return a refusal by the way the app asked for its answer."""
    return deliver(reply, error_values(reply, error, issuer=call.settings.issuer_url), app_name=app.name)


def deny_to(call: Call[Any], app: App, request: AuthorizationRequest, error: OAuthError) -> Page | Redirect:
    """Return the end of a sign-in that came to nothing."""
    if request.registered is None:
        return device_done_page(app_name=app.name, allowed=False)
    return tell_error(call, app, ReplyTo.of(request), error)


def ask_consent(
    app: App, transaction: Transaction, *, account: str, cookie: str, extra: Mapping[str, str], remembered: bool
) -> Page:
    """Return the question whether the account may go on to the app.

    Args:
        cookie: Value of the binding cookie of the browser that is asked.
        extra: Form fields that the answer needs besides.
        remembered: A session offers the account, rather than a signature of this moment.
    """
    request = transaction.request
    origin = shown_origin(request.redirect_uri, request.registered) if request.registered else "your device"
    return consent_page(
        app,
        account=account,
        origin=origin,
        lines=scope_lines(request.scopes),
        action=SIGNIN,
        fields={"txn": transaction.uuid, "step": "consent", **extra},
        csrf=csrf_token(cookie, purpose("consent", transaction.uuid)),
        redirect_uri=request.redirect_uri,
        remembered=remembered,
    )


def purpose(step: str, txn: str) -> str:
    """Return what a form of a sign-in is for, as its token is made of (oauth2 B17)."""
    return f"{step}:{txn}"
