"""Whether somebody who is signed in here needs to sign again (oauth2 B5.3, B5.4; design 4.14)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import Enum

from sealgate.apps.model import App
from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.errors import ConsentRequired, LoginRequired
from sealgate.oauth.model import AuthorizationRequest, Session

SESSION_IDLE_S = 3600
SESSION_MAX_S = 12 * 3600
MAX_CONSENT = 512


class Next(Enum):
    """What an authorization request comes to."""

    SIGN = "the wallet must sign"
    AGREE = "the person must agree; no signature is needed"
    ANSWER = "nothing is needed"


def find_live(tx: Tx, secret: str | None, *, now: datetime) -> Session | None:
    """Return the live session of a cookie's value: not ended, at most 12 h old, used within the last hour."""
    if not secret:
        return None
    idle_since = now - timedelta(seconds=SESSION_IDLE_S)
    return store.find_session(tx, hash_secret(secret), idle_since=idle_since, now=now)


def usable(request: AuthorizationRequest, app: App, session: Session | None, *, now: datetime) -> Session | None:
    """Return the session if it may stand in for a new signature, whoever then has to agree; else None.

    The popup and implicit requests always ask the wallet.
    """
    if session is None or request.shape != "oidc" or app.session_sharing == "off":
        return None
    if session.app_uuid != app.uuid and app.session_sharing != "any-client-with-consent":
        return None
    if {"login", "select_account"} & set(request.prompt):
        return None
    if request.max_age is not None and now - session.auth_time > timedelta(seconds=request.max_age):
        return None
    if request.signers and session.account not in request.signers:
        return None
    if request.force_network and session.network_type != request.force_network:
        return None
    return session


def decide(request: AuthorizationRequest, app: App, session: Session | None, *, has_consent: bool) -> Next:
    """Return what a request comes to.

    Args:
        session: What `usable` returned.
        has_consent: The account lets the app have these scopes already.

    Raises:
        LoginRequired, ConsentRequired: something is needed, and `prompt=none` allows no page.
    """
    may_ask = "none" not in request.prompt
    if session is None:
        if not may_ask:
            raise LoginRequired(detail=f"app={app.uuid}")
        return Next.SIGN
    if has_consent and "consent" not in request.prompt:
        return Next.ANSWER
    if not may_ask:
        raise ConsentRequired(detail=f"app={app.uuid}")
    return Next.AGREE


def must_agree(request: AuthorizationRequest, app: App, *, has_consent: bool) -> bool:
    """Tell whether a fresh signature is not enough by itself: the app asks for a word of its own, or for staying on."""
    stays_on = request.offline and "refresh_token" in app.grant_types
    return "consent" in request.prompt or (stays_on and not has_consent)


def consent_scopes(scopes: Iterable[str]) -> str:
    """Return the text a scope set is filed under: sorted, separated by spaces; a digest where that is too long."""
    text = " ".join(sorted(scopes))
    return text if len(text) <= MAX_CONSENT else f"sha256 {hash_secret(text).hex()}"


def has_consent(tx: Tx, app: App, account: str, request: AuthorizationRequest) -> bool:
    """Tell whether the account lets the app have what this request asks for."""
    return store.has_consent(tx, account=account, app_uuid=app.uuid, scopes=consent_scopes(request.scopes))
