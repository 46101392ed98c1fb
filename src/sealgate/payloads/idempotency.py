"""Idempotency-Key: a repeated call gets the answer of the first one, and makes nothing.

The key is claimed in the transaction that creates the payload, by an insert that one of several callers gets through.
What is kept is which payload came of it: the answer is built from that again, the same to the byte. A call that is
refused keeps no key, since the same body is refused again for the same reason.
"""

import re
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from sealgate.apps.model import App
from sealgate.infra.tx import Tx
from sealgate.payloads import service, store
from sealgate.payloads.draft import CheckedDraft
from sealgate.payloads.errors import KeyInvalid, KeyReused, NotStored
from sealgate.payloads.model import Payload

HEADER = "idempotency-key"
KEY_LIFETIME = timedelta(hours=24)
MAX_KEY = 255
_FORGOTTEN_AT_ONCE = 20
_KEY = re.compile(rf"[\x20-\x7e]{{1,{MAX_KEY}}}")


class Key(msgspec.Struct, frozen=True):
    """An Idempotency-Key and the body it came with, as SHA-256 of each."""

    key_hash: bytes
    body_hash: bytes


def read_key(header: str | None, body: bytes, *, account: str = "") -> Key | None:
    """Return the key of a call, None where it has none.

    Args:
        account: The signed-in user who calls, if one does: what users choose as keys is their own, not the app's.

    Raises:
        KeyInvalid: not 1 to 255 printable ASCII characters.
    """
    if header is None:
        return None
    if not _KEY.fullmatch(header):
        raise KeyInvalid
    return Key(sha256(f"{account}\0{header}".encode()).digest(), sha256(body).digest())


def create_once(
    tx: Tx, key: Key, app: App, draft: CheckedDraft, *, uuid: str, domain: str, may_push: bool = True, now: datetime
) -> Payload:
    """Create a payload, or return the one that the app made with the same key and body in the last 24 hours.

    Raises:
        KeyReused: the key came with another body.
        IdentifierTaken: as `service.create_payload`.
    """
    store.forget_keys(tx, app.uuid, key.key_hash, before=now - KEY_LIFETIME, limit=_FORGOTTEN_AT_ONCE)
    claimed = store.claim_key(tx, app.uuid, key_hash=key.key_hash, body_hash=key.body_hash, payload_uuid=uuid, now=now)
    if claimed:
        return service.create_payload(tx, app, draft, uuid=uuid, domain=domain, may_push=may_push, now=now)
    used = store.find_key(tx, app.uuid, key.key_hash)
    payload = service.find_payload(tx, used.payload_uuid) if used is not None else None
    if used is None or payload is None:
        raise NotStored(detail="the claimed key has gone")
    if used.body_hash != key.body_hash:
        raise KeyReused(detail=f"app={app.uuid}")
    return payload
