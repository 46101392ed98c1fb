"""Statements of the token endpoint alone; the others are in `store`."""

from sqlalchemy import select

from sealgate.infra.tx import Tx
from sealgate.oauth.model import Grant
from sealgate.oauth.rows import GRANT_COLUMNS, read_grant
from sealgate.oauth.tables import oauth_grants


def lock_grant(tx: Tx, uuid: str) -> Grant | None:
    """Return a grant and hold it until the transaction ends, so that nothing is minted from it while it is revoked."""
    return read_grant(
        tx.execute(select(*GRANT_COLUMNS).where(oauth_grants.c.uuid == uuid).with_for_update()).one_or_none()
    )
