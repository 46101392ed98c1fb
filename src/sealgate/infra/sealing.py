"""Secrets at rest: sealed under a master key that is kept outside the database (design 4.1).

A sealed value is `version (1 byte) | key id (8) | nonce (12) | ciphertext and tag`, AES-256-GCM with the version, the
key id and the context as associated data: a value moved to another row or field does not open. Several master keys may
be configured while rotating: the first seals, all open.

Secrets that are only compared are kept as an HMAC under a pepper. The pepper must outlive a master key, so it is a
random value of its own, sealed and stored in the database (`sealed_values`).
"""

import hashlib
import hmac
import os
import secrets
from collections.abc import Sequence
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import select

from sealgate.base.settings import Settings
from sealgate.infra.database import insert_if_new
from sealgate.infra.errors import DataFolderUnusable, MasterKeyUnusable, SealBroken
from sealgate.infra.folder import ensure_folder, write_once
from sealgate.infra.tables import sealed_values
from sealgate.infra.tx import Tx

MASTER_KEY_FILE = "master.key"
PEPPER = "pepper"
_VERSION = b"\x01"
_KEY_ID_BYTES = 8
_NONCE_BYTES = 12
_HEAD_BYTES = len(_VERSION) + _KEY_ID_BYTES


class _SealKey:
    """What is derived from one master key."""

    def __init__(self, master_key: bytes) -> None:
        self.head = _VERSION + _derive(master_key, b"sealgate key id", _KEY_ID_BYTES)
        self.cipher = AESGCM(_derive(master_key, b"sealgate seal", 32))


class Sealer:
    """Seals and opens secrets, and computes the MAC under which compared secrets are stored.

    Args:
        master_keys: 32 bytes each, the newest first.
    """

    def __init__(self, master_keys: Sequence[bytes]) -> None:
        keys = [_SealKey(key) for key in master_keys]
        self._newest = keys[0]
        self._by_head = {key.head: key for key in keys}
        self._pepper: bytes | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> "Sealer":
        """Return the sealer for the configured master keys, making a key file on the first start.

        Raises:
            MasterKeyUnusable: a key is malformed, or other users may read the file.
            DataFolderUnusable: the file cannot be made or read.
        """
        if settings.master_key:
            return cls(_parse(settings.master_key.split(","), "SEALGATE_MASTER_KEY"))
        path = Path(settings.data_dir) / MASTER_KEY_FILE
        return cls(_parse(_key_file(path).split(), str(path)))

    def load_pepper(self, tx: Tx) -> None:
        """Take the pepper from the database, making it on the first start. To be done once, before `mac`.

        Raises:
            MasterKeyUnusable: the stored pepper was sealed with a key that is not configured.
        """
        stored = tx.execute(select(sealed_values.c.sealed).where(sealed_values.c.name == PEPPER)).scalar_one_or_none()
        if stored is None:
            fresh = {"name": PEPPER, "sealed": self.seal(secrets.token_bytes(32), context=PEPPER)}
            insert_if_new(tx, sealed_values, fresh)
            stored = tx.execute(select(sealed_values.c.sealed).where(sealed_values.c.name == PEPPER)).scalar_one()
        try:
            self._pepper = self.open(stored, context=PEPPER)
        except SealBroken:
            raise MasterKeyUnusable(
                message="The secrets in this database were sealed with another master key."
            ) from None

    def seal(self, plaintext: bytes, *, context: str) -> bytes:
        """Return `plaintext` sealed under the newest master key: 37 bytes longer.

        Args:
            plaintext: The secret.
            context: Where it belongs, such as `app:<uuid>:secret`; it must be the same when opening.
        """
        nonce = os.urandom(_NONCE_BYTES)
        head = self._newest.head
        return head + nonce + self._newest.cipher.encrypt(nonce, plaintext, head + context.encode())

    def open(self, sealed: bytes, *, context: str) -> bytes:
        """Return the secret.

        Raises:
            SealBroken: the value was altered, was sealed for another context, or its master key is not configured.
        """
        head, rest = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:]
        key = self._by_head.get(head)
        if key is None:
            raise SealBroken(detail=f"no configured master key has the id {head[1:].hex()}; context={context}")
        try:
            return key.cipher.decrypt(rest[:_NONCE_BYTES], rest[_NONCE_BYTES:], head + context.encode())
        except (InvalidTag, ValueError):
            raise SealBroken(detail=f"the tag does not match; context={context}") from None

    def needs_reseal(self, sealed: bytes) -> bool:
        """True when `sealed` is not under the newest master key."""
        return sealed[:_HEAD_BYTES] != self._newest.head

    def mac(self, secret: str) -> bytes:
        """Return the 32 bytes under which `secret` is stored for comparison: HMAC-SHA256 under the pepper.

        The same for the same secret on every process of an installation, before and after a rotation.
        """
        if self._pepper is None:
            raise RuntimeError("Sealer.load_pepper was not called")
        return hmac.digest(self._pepper, secret.encode(), hashlib.sha256)


def _derive(master_key: bytes, purpose: bytes, length: int) -> bytes:
    """Return a sub-key (HKDF-SHA256, RFC 5869, no salt: the master key is uniformly random)."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(master_key)


def _parse(texts: Sequence[str], source: str) -> list[bytes]:
    keys = []
    for text in texts:
        try:
            key = bytes.fromhex(text)
        except ValueError:
            key = b""
        if len(key) != 32:
            raise MasterKeyUnusable(message=f"{source} must hold keys of 64 hexadecimal characters each.")
        keys.append(key)
    if not keys:
        raise MasterKeyUnusable(message=f"{source} holds no key.")
    return keys


def _key_file(path: Path) -> str:
    ensure_folder(path.parent)
    try:
        if not path.exists():
            return write_once(path, secrets.token_hex(32).encode() + b"\n").decode()
        if path.stat().st_mode & 0o077:
            raise MasterKeyUnusable(
                message=f"{path} can be read by other users, so its keys may be known.",
                hint=f"Run `chmod 600 {path}`; if others could log in here, rotate the master key as well.",
            )
        return path.read_text("ascii")
    except OSError as problem:
        raise DataFolderUnusable(message=f"{path} cannot be read: {problem.strerror}.") from None
    except UnicodeDecodeError:
        raise MasterKeyUnusable(message=f"{path} must hold keys of 64 hexadecimal characters each.") from None
