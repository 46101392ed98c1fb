"""The end of what a sign-in gave: its refresh tokens at once, its access tokens by the deny list."""

from datetime import datetime

from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.tokens import deny_list


def revoke_grant(tx: Tx, uuid: str, *, now: datetime) -> None:
    """End a grant: its code, its refresh tokens, and every access token made from it. Twice does no harm."""
    store.revoke_grant(tx, uuid, now=now)
    deny_list.revoke_all(tx, store.live_access_tokens(tx, uuid, now=now))
