"""`grant_type=authorization_code`: a code for tokens, by the app's secret, by PKCE, or by both (oauth2 B6)."""

from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.errors import InvalidClient, InvalidGrant, InvalidRequest, OAuthError
from sealgate.oauth.grants.asked import Asked
from sealgate.oauth.grants.issue import Issue, may_refresh, prepare
from sealgate.oauth.model import Grant
from sealgate.oauth.pkce import is_verifier_of
from sealgate.oauth.redirects import same_page
from sealgate.oauth.revocation import revoke_grant

MAX_CODE_CHARS = 512


def redeem(tx: Tx, asked: Asked) -> Issue | OAuthError:
    """Spend a code and prepare its tokens.

    A code that comes a second time has been seen by somebody else: everything it bought ends (RFC 6749, 4.1.2).

    Raises:
        InvalidRequest: the code or the redirect URI is missing.
        InvalidClient: the secret is missing where it is needed.
        InvalidGrant: the code is unknown, expired or another app's; the redirect URI or the verifier does not fit.
    """
    app, now = asked.client.app, asked.now
    # Old clients have the code from the parameter `authorization_code` and send it back under that name (W13).
    text = asked.params.get("authorization_code") or asked.params.get("code")
    if text is None:
        raise InvalidRequest(message="Required parameters are missing in the request: code.")
    code = store.find_code(tx, hash_secret(text)) if len(text) <= MAX_CODE_CHARS else None
    if code is None:
        raise InvalidGrant(detail=f"app={app.uuid} unknown code")
    grant = code.grant
    if grant.app_uuid != app.uuid:
        raise InvalidGrant(message="Client ID does not match the record.", detail=f"app={app.uuid}")
    if code.spent_at is not None:
        return _replayed(tx, grant, asked)
    if now >= code.expires_at:
        raise InvalidGrant(message="Authorization code expired.", detail=f"app={app.uuid}")
    check_proof(asked, grant.challenge)
    check_redirect(grant, asked.params.get("redirect_uri"))
    if store.spend_code(tx, code.hash, now=now) is None:
        return _replayed(tx, grant, asked)
    return prepare(tx, app, grant, settings=asked.settings, now=now, offline=may_refresh(app, grant))


def check_proof(asked: Asked, challenge: str | None) -> None:
    """Check that whoever redeems a code is who asked for it.

    A challenge must be met, secret or not, and a verifier without one is refused: leaving either out would undo PKCE
    (RFC 9700, 2.1.1, 4.8.2).

    Raises:
        InvalidClient: there is neither secret nor challenge, or the app must send its secret.
        InvalidGrant: the verifier is missing, wrong, or belongs to no challenge.
    """
    verifier = asked.params.get("code_verifier")
    if challenge is None:
        if not asked.client.authenticated:
            raise InvalidClient(message="Invalid client credentials: this code needs the client secret.")
        if verifier is not None:
            raise InvalidGrant(message="A code_verifier was sent for a code that was asked for without a challenge.")
        return
    if verifier is None:
        raise InvalidGrant(message="Code verifier is missing: the code was asked for with a challenge.")
    if not is_verifier_of(verifier, challenge):
        raise InvalidGrant(message="Code verifier does not match code challenge.")
    asked.client.require_public()


def check_redirect(grant: Grant, redirect_uri: str | None) -> None:
    """Check that the redirect URI is that of the authorization request (RFC 6749, 4.1.3).

    The browser SDK sends the address of its page, with what the answer added to it: there origin and path count (W15).

    Raises:
        InvalidRequest: it is missing, and no challenge protects the code.
        InvalidGrant: it is another one.
    """
    if redirect_uri is None:
        if grant.challenge is None:
            raise InvalidRequest(message="Required parameters are missing in the request: redirect_uri.")
        return
    same = redirect_uri == grant.redirect_uri or (grant.popup and same_page(redirect_uri, grant.redirect_uri))
    if not same:
        raise InvalidGrant(message="Redirect URL does not match the record.")


def _replayed(tx: Tx, grant: Grant, asked: Asked) -> InvalidGrant:
    revoke_grant(tx, grant.uuid, now=asked.now)
    return InvalidGrant(detail=f"app={grant.app_uuid} grant={grant.uuid} code used again: everything it bought ended")
