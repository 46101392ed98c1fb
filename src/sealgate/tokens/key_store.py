"""Statements on signing keys and on the deny list, one each."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, select, update

from sealgate.infra.database import insert_if_new
from sealgate.infra.tx import Tx
from sealgate.tokens.model import KeyState, SigningKey
from sealgate.tokens.tables import revoked_tokens, signing_keys


def insert_key(tx: Tx, key: SigningKey) -> bool:
    """Store a key. False where there is one of its algorithm in its state already, `retired` apart."""
    return insert_if_new(tx, signing_keys, msgspec.structs.asdict(key))


def all_keys(tx: Tx) -> list[SigningKey]:
    """Return every key, oldest first."""
    query = select(signing_keys).order_by(signing_keys.c.created_at, signing_keys.c.kid)
    return [SigningKey(**row._mapping) for row in tx.execute(query)]


def lock_keys(tx: Tx) -> list[SigningKey]:
    """Return every key and hold them until the transaction ends, so that rotations come one after the other."""
    query = select(signing_keys).order_by(signing_keys.c.kid).with_for_update()
    return [SigningKey(**row._mapping) for row in tx.execute(query)]


def set_state(tx: Tx, kid: str, state: KeyState, *, retired_at: datetime | None = None) -> None:
    """Move a key to another state."""
    tx.execute(update(signing_keys).where(signing_keys.c.kid == kid).values(state=state, retired_at=retired_at))


def delete_keys(tx: Tx, kids: list[str]) -> None:
    """Forget keys for good: what they signed no longer verifies."""
    tx.execute(delete(signing_keys).where(signing_keys.c.kid.in_(kids)))


def revoke_token(tx: Tx, jti: str, *, expires_at: datetime) -> bool:
    """Put a token on the deny list. False where it is there already."""
    return insert_if_new(tx, revoked_tokens, {"jti": jti, "expires_at": expires_at})


def is_revoked(tx: Tx, jti: str) -> bool:
    """Tell whether a token is on the deny list."""
    return tx.execute(select(revoked_tokens.c.jti).where(revoked_tokens.c.jti == jti)).first() is not None


def delete_revoked_before(tx: Tx, moment: datetime) -> int:
    """Take the tokens off the deny list that expired before a moment; return how many."""
    return tx.execute(delete(revoked_tokens).where(revoked_tokens.c.expires_at < moment)).rowcount
