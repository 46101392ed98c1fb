"""The device code grant: a device asks whether somebody has signed in for it (RFC 8628, 3.4; oauth2 B12)."""

from sealgate.base.ids import hash_secret
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.errors import (
    AccessDenied,
    AuthorizationPending,
    ExpiredToken,
    InvalidGrant,
    OAuthError,
    SlowDown,
)
from sealgate.oauth.grants.asked import Asked
from sealgate.oauth.grants.issue import Issue, may_refresh, prepare
from sealgate.oauth.params import required

SLOWER_BY_S = 5
MAX_CODE_CHARS = 512


def redeem(tx: Tx, asked: Asked) -> Issue | OAuthError:
    """Claim the grant that a device waited for and prepare its tokens.

    Raises:
        InvalidRequest: the device code is missing.
        InvalidClient: the secret is missing where it is needed.
        InvalidGrant: the device code is unknown, another app's, or was claimed before.
        AccessDenied, ExpiredToken: there is nothing to wait for any more.
    """
    app, now = asked.client.app, asked.now
    asked.client.require_public()
    text = required(asked.params, "device_code")
    device = store.find_device_request(tx, hash_secret(text)) if len(text) <= MAX_CODE_CHARS else None
    if device is None or device.app_uuid != app.uuid or device.claimed_at is not None:
        raise InvalidGrant(message="The device code is unknown or was used.", detail=f"app={app.uuid}")
    if now >= device.expires_at:
        raise ExpiredToken
    if device.denied_at is not None:
        raise AccessDenied
    # A poll that comes too early leaves its mark, so these are returned and not raised.
    if not store.note_poll(tx, device.hash, interval_s=device.interval_s, now=now):
        store.slow_down(tx, device.hash, by_s=SLOWER_BY_S, now=now)
        return SlowDown()
    if device.grant_uuid is None:
        return AuthorizationPending()
    claimed = store.claim_device(tx, device.hash, now=now)
    grant = store.lock_grant(tx, device.grant_uuid) if claimed is not None else None
    if grant is None or grant.revoked_at is not None:
        return InvalidGrant(message="The device code is unknown or was used.", detail=f"app={app.uuid}")
    return prepare(tx, app, grant, settings=asked.settings, now=now, offline=may_refresh(app, grant))
