"""Looking at who signed in to an app, and ending what a sign-in gave: for the developer. Plain functions."""

from datetime import datetime

from sealgate.base.cursors import Cursor
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.model import Grant, SignInsWanted
from sealgate.oauth.revocation import revoke_grant


def list_sign_ins(tx: Tx, app_uuid: str, wanted: SignInsWanted, *, limit: int) -> tuple[list[Grant], Cursor | None]:
    """Return what sign-ins gave an app, latest first, and where to go on; None where that was all."""
    return store.grants_of_app(tx, app_uuid, wanted, limit=limit)


def revoke_sign_in(tx: Tx, app_uuid: str, uuid: str, *, now: datetime) -> Grant | None:
    """End what a sign-in gave the app, with its refresh and access tokens. Not None for one caller ever."""
    grant = store.find_grant(tx, uuid)
    if grant is None or grant.app_uuid != app_uuid or grant.revoked_at is not None:
        return None
    revoke_grant(tx, uuid, now=now)
    return grant
