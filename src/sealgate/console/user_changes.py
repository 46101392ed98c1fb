"""How developers end what their users gave an app, with its entry in the audit log. One verb, one transaction."""

from datetime import datetime

from sealgate.base.clock import to_wire
from sealgate.console import audit
from sealgate.delivery import service as delivery
from sealgate.delivery.kinds import UserTokenRevoked
from sealgate.holders import push
from sealgate.infra.tx import Tx
from sealgate.oauth import review
from sealgate.tokens import service as tokens


def masked(token: str) -> str:
    """Return a user token so that it can be told from others, and not be used."""
    return f"{token[:4]}…{token[-4:]}"


def revoke_user_token(tx: Tx, app_uuid: str, token: str, *, actor: str, reference: str, now: datetime) -> bool:
    """End the app's permission to reach a user, as the user could in their wallet. False where there is none.

    The app is told by an event, as it is when the user does it; the wallet's list of permissions has it no more, and a
    later signature grants a new one.
    """
    known = tokens.find_user_token(tx, app_uuid, token)
    if known is None or not tokens.revoke(tx, app_uuid, known.holder_uuid, now):
        return False
    ended = UserTokenRevoked(user_token=known.token, revoked_at=to_wire(now))
    delivery.record(tx, app_uuid, known.token, ended, now=now)
    push.unmute(tx, known.holder_uuid, app_uuid)
    details = {"user_token": masked(known.token)}
    audit.record(tx, actor, "user_token.revoked", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return True


def revoke_sign_in(tx: Tx, app_uuid: str, uuid: str, *, actor: str, reference: str, now: datetime) -> bool:
    """End what a sign-in gave the app: its code, refresh tokens and access tokens. False where it had ended."""
    grant = review.revoke_sign_in(tx, app_uuid, uuid, now=now)
    if grant is None:
        return False
    details = {"sign_in": uuid, "account": grant.account}
    audit.record(tx, actor, "sign_in.revoked", app_uuid=app_uuid, details=details, reference=reference, now=now)
    return True
