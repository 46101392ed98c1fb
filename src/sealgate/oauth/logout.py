"""What a wish to sign out comes to (OpenID Connect RP-Initiated Logout 1.0; oauth2 B13). Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import msgspec

from sealgate.apps.model import App, Redirect
from sealgate.oauth.errors import RedirectRefused
from sealgate.oauth.model import Session
from sealgate.oauth.redirects import LOOPBACK_HOSTS, match_redirect, parse_redirect

FIELDS = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "logout_hint")
MAX_STATE = 2048


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be done.

    Attributes:
        must_ask: Nobody has shown that the app, or the person, wants it: a link on a stranger's page looks the same.
        redirect_to: Where to go afterwards, complete; None where it ends here.
        problem: Why the wish is not followed as it was sent; the person is told, and nobody is redirected.
    """

    must_ask: bool
    redirect_to: str | None = None
    problem: str = ""


def judge(params: Mapping[str, str], session: Session | None, hint: Mapping[str, Any] | None, app: App | None) -> Wish:
    """Return what to do.

    Args:
        session: Of this browser.
        hint: Claims of the `id_token_hint`, verified, its expiry ignored; None where there was none or it is not ours.
        app: That the hint was made for.
    """
    uri = params.get("post_logout_redirect_uri")
    if "id_token_hint" in params and (hint is None or app is None):
        return Wish(must_ask=True, problem="The app could not show that you signed in to it: its ID token is not ours.")
    if hint is None or app is None:
        problem = "The app wants you back, but did not show that you signed in to it." if uri else ""
        return Wish(must_ask=True, problem=problem)
    if params.get("client_id", app.uuid) != app.uuid:
        return Wish(must_ask=True, problem="The app named another app than the one you signed in to.")
    is_other = session is not None and session.account != hint.get("sub")
    if uri is None:
        return Wish(must_ask=is_other)
    if not _is_registered(uri, app):
        return Wish(must_ask=True, problem="The address the app wants you to go to is not registered for it.")
    return Wish(must_ask=is_other, redirect_to=_with_state(uri, params.get("state")))


def _is_registered(uri: str, app: App) -> bool:
    entries = [Redirect(known, _match(known)) for known in app.post_logout_redirect_uris]
    try:
        match_redirect(uri, entries, by_origin=False, fragment_allowed=False)
    except RedirectRefused:
        return False
    return True


def _match(uri: str) -> Any:
    try:
        target = parse_redirect(uri)
    except RedirectRefused:
        return "exact"
    return "loopback" if target.scheme == "http" and target.host in LOOPBACK_HOSTS else "exact"


def _with_state(uri: str, state: str | None) -> str:
    if not state:
        return uri
    return f"{uri}{'&' if '?' in uri else '?'}state={quote(state[:MAX_STATE], safe='')}"
