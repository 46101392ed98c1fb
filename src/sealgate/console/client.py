"""The console as an app of this server: its record, and its sign-in by the server's own OAuth provider.

It begins at `/auth` like everybody's; only the code is redeemed without a detour over HTTP, in one transaction with the
session it opens.
"""

from datetime import datetime

import msgspec

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft, Redirect
from sealgate.base.ids import new_token
from sealgate.base.settings import Settings
from sealgate.console.cookies import Underway
from sealgate.console.errors import SignInBroken
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.oauth.clients import Client
from sealgate.oauth.errors import OAuthError
from sealgate.oauth.grants import code
from sealgate.oauth.grants.asked import Asked
from sealgate.oauth.pkce import challenge_of

CLIENT_ID = "5ea19a7e-0000-4000-8000-c0501ec0501e"
"""API key of the console's own app; the same on every server, and useless without a developer's signature."""
CALLBACK = "/console/callback"


def ensure_app(tx: Tx, sealer: Sealer, settings: Settings, *, now: datetime) -> App:
    """Return the console's app, made or brought up to date where it has to be."""
    redirects = (Redirect(settings.public_url + CALLBACK),)
    app = apps.find_app(tx, CLIENT_ID)
    if app is None:
        draft = AppDraft(
            name="Developer console",
            description="The console of this server",
            redirects=redirects,
            # A console is entered by a signature, not by what a browser remembers.
            session_sharing="off",
        )
        return apps.create_app(tx, sealer, draft, uuid=CLIENT_ID, now=now).app
    if app.redirects != redirects or app.disabled:
        apps.enable_app(tx, CLIENT_ID)
        app, _ = apps.update_app(tx, sealer, CLIENT_ID, {"redirects": redirects}, now=now)
    return app


def begin(settings: Settings, *, back: str, invitation: str | None) -> tuple[Underway, dict[str, str]]:
    """Return what the browser keeps of a sign-in, and the parameters of its authorization request."""
    underway = Underway(state=new_token(), verifier=new_token(), back=back, invitation=invitation)
    return underway, {
        "client_id": CLIENT_ID,
        "response_type": "code",
        "redirect_uri": settings.public_url + CALLBACK,
        "scope": "openid",
        "state": underway.state,
        "code_challenge": challenge_of(underway.verifier),
        "code_challenge_method": "S256",
    }


def redeem(tx: Tx, underway: Underway, code_text: str, *, settings: Settings, now: datetime) -> str:
    """Spend the code of a finished sign-in and return the account that signed.

    Raises:
        SignInBroken: the code is not one for this browser, or is too old.
    """
    app = apps.get_app(tx, CLIENT_ID)
    params = {
        "code": code_text,
        "redirect_uri": settings.public_url + CALLBACK,
        "code_verifier": underway.verifier,
    }
    try:
        issue = code.redeem(tx, Asked(Client(app, authenticated=True), params, settings, now))
    except OAuthError as refusal:
        raise SignInBroken(detail=str(refusal)) from None
    if isinstance(issue, OAuthError):
        raise SignInBroken(detail=str(issue))
    account: str = msgspec.convert(issue.access_claims["sub"], str)
    return account
