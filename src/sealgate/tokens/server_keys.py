"""The server's own Ed25519 keys, one line of them for each purpose: the highest number signs, all can be checked."""

from datetime import datetime

from nacl.signing import SigningKey

from sealgate.holders.thumbprint import ed25519_thumbprint
from sealgate.infra.resealing import ResealTarget
from sealgate.infra.sealing import Sealer
from sealgate.infra.tx import Tx
from sealgate.tokens import store
from sealgate.tokens.model import ServerKey
from sealgate.tokens.tables import server_keys


def open_keys(tx: Tx, sealer: Sealer, purpose: str, *, now: datetime) -> tuple[SigningKey, list[ServerKey]]:
    """Return the key in use for a purpose, opened, and all of that purpose, newest first; the first is made if need be.

    Several processes may start at once: the first to store a key wins, the others use it.
    """
    keys = store.keys_for(tx, purpose)
    if not keys:
        store.insert_key(tx, _new_key(sealer, purpose, now=now))
        keys = store.keys_for(tx, purpose)
    in_use = keys[0]
    return SigningKey(sealer.open(in_use.sealed_private_key, context=key_context(in_use.kid))), keys


def key_context(kid: str) -> str:
    """Return where the private half of a server's key belongs."""
    return f"server_key:{kid}"


def _new_key(sealer: Sealer, purpose: str, *, now: datetime) -> ServerKey:
    key = SigningKey.generate()
    public_key = bytes(key.verify_key)
    kid = ed25519_thumbprint(public_key)
    return ServerKey(purpose, 1, kid, public_key, sealer.seal(bytes(key), context=key_context(kid)), now)


RESEAL_TARGETS = (ResealTarget(server_keys.c.sealed_private_key, lambda row: key_context(row.kid)),)
"""What a rotation of the master key seals again."""
