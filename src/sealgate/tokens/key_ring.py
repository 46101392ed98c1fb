"""The life of signing keys: made, published, used, retired, forgotten (oauth2 B7.5). One transaction each.

A new key is published a day before it signs, so that whoever keeps the JWKS has it by then; an old one stays published
until everything it signed has expired. So no verification fails during a rotation.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from sealgate.apps.model import MAX_ACCESS_TOKEN_TTL_S, SigningAlg
from sealgate.infra.resealing import ResealTarget
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.tokens import jws, key_store
from sealgate.tokens.errors import RotationUnderWay
from sealgate.tokens.events import keys_changed
from sealgate.tokens.model import SigningKey
from sealgate.tokens.tables import signing_keys

PUBLISHED_AHEAD = timedelta(hours=24)
KEPT_RETIRED = timedelta(seconds=MAX_ACCESS_TOKEN_TTL_S, hours=1)
ROTATED_EVERY = timedelta(days=90)

WhenCompromised = Callable[[Tx, datetime], None]
"""What another slice ends in the same transaction when all keys are replaced at once."""


def new_key(sealer: Sealer, alg: SigningAlg, *, now: datetime) -> SigningKey:
    """Return a fresh key that is active from now on, where it is stored; takes a tenth of a second for RSA."""
    pair = jws.generate_key(alg)
    public = jws.public_jwk(pair, alg)
    return SigningKey(
        kid=public["kid"],
        alg=alg,
        state="active",
        public_jwk=public,
        sealed_private_key=sealer.seal(jws.private_der(pair), context=_context(public["kid"])),
        created_at=now,
        activates_at=now,
    )


def open_key(sealer: Sealer, key: SigningKey) -> jws.KeyPair:
    """Return the key pair."""
    return jws.open_private(sealer.open(key.sealed_private_key, context=_context(key.kid)))


def add_first(tx: Tx, fresh: SigningKey) -> None:
    """Store the first key of an algorithm, or nothing where another process was quicker."""
    if key_store.insert_key(tx, fresh):
        tx.emit(keys_changed())


def all_keys(tx: Tx) -> list[SigningKey]:
    """Return every key that is published."""
    return key_store.all_keys(tx)


def publish_next(tx: Tx, fresh: Sequence[SigningKey], *, now: datetime) -> None:
    """Begin a rotation: publish keys that take over in a day.

    Raises:
        RotationUnderWay: one of them has a predecessor that waits to take over.
    """
    key_store.lock_keys(tx)
    for key in fresh:
        if not key_store.insert_key(tx, replace(key, state="next", activates_at=now + PUBLISHED_AHEAD)):
            raise RotationUnderWay
    tx.emit(keys_changed())


def publish_missing(tx: Tx, fresh: Sequence[SigningKey], *, now: datetime) -> None:
    """Like `publish_next`, and content where another process has begun the rotation."""
    for key in fresh:
        if key_store.insert_key(tx, replace(key, state="next", activates_at=now + PUBLISHED_AHEAD)):
            tx.emit(keys_changed())


def replace_all(tx: Tx, fresh: Sequence[SigningKey], *, now: datetime, also: Iterable[WhenCompromised] = ()) -> None:
    """Withdraw every key and use others at once, because one has leaked: all tokens signed so far end here.

    Args:
        also: Ends what would hand out new tokens for old ones: sessions, refresh tokens.
    """
    key_store.delete_keys(tx, [key.kid for key in key_store.lock_keys(tx)])
    for key in fresh:
        key_store.insert_key(tx, key)
    for end in also:
        end(tx, now)
    tx.emit(keys_changed())


def tend(tx: Tx, *, now: datetime) -> None:
    """Let keys take over that are due, and forget retired ones that have nothing left to verify."""
    keys = key_store.lock_keys(tx)
    due = [key for key in keys if key.state == "next" and key.activates_at <= now]
    for key in due:
        for old in keys:
            if old.alg == key.alg and old.state == "active":
                key_store.set_state(tx, old.kid, "retired", retired_at=now)
        key_store.set_state(tx, key.kid, "active")
    gone = [key.kid for key in keys if key.retired_at is not None and key.retired_at + KEPT_RETIRED <= now]
    if gone:
        key_store.delete_keys(tx, gone)
    if due or gone:
        tx.emit(keys_changed())


def wants_tending(keys: Iterable[SigningKey], *, now: datetime) -> bool:
    """Tell whether `tend` would change anything."""
    return any(
        (key.state == "next" and key.activates_at <= now)
        or (key.retired_at is not None and key.retired_at + KEPT_RETIRED <= now)
        for key in keys
    )


def due_for_rotation(keys: Sequence[SigningKey], *, now: datetime) -> list[SigningAlg]:
    """Return the algorithms whose key in use will be 90 days old in a day and has no successor yet."""
    waiting = {key.alg for key in keys if key.state == "next"}
    return [
        key.alg
        for key in keys
        if key.state == "active"
        and key.alg not in waiting
        and now >= key.activates_at + ROTATED_EVERY - PUBLISHED_AHEAD
    ]


def _context(kid: str) -> str:
    return f"signing_key:{kid}"


RESEAL_TARGETS = (ResealTarget(signing_keys.c.sealed_private_key, lambda row: _context(row.kid)),)
"""What a rotation of the master key seals again."""
