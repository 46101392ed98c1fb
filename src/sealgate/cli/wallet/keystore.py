"""Wallet files: one JSON file a wallet, its seed and device key sealed under a passphrase or a key file.

The seal is AES-256-GCM with the wallet's name and account as associated data. The key is 32 random bytes in
`wallet.key` (mode 0600, as `sealgate dev` makes it) or scrypt of a passphrase (RFC 7914; N 2^15, r 8, p 1).
"""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from sealgate.cli.output import Refused

KEY_FILE = "wallet.key"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_NONCE_BYTES = 12
_SCRYPT_N = 2**15


class Lock(msgspec.Struct, frozen=True):
    """How the secrets of a wallet are locked: by the folder's key file, or by a passphrase with this salt (base64)."""

    kind: Literal["key_file", "passphrase"]
    salt: str = ""


class Pairing(msgspec.Struct, frozen=True):
    """The server a wallet is paired with.

    Attributes:
        url: Where it is reached.
        public_url: What it calls itself, which is what calls are signed for.
        view_key: The pinned Ed25519 key (base64url, 32 bytes) that signs what the wallet is shown (design 4.8).
    """

    url: str
    public_url: str
    issuer: str
    device: str
    user: str
    view_key: str


class WalletFile(msgspec.Struct, frozen=True):
    """The readable part of a wallet, and its sealed secrets (base64)."""

    name: str
    account: str
    algorithm: str
    public_key: str
    lock: Lock
    sealed: str
    pairing: Pairing | None = None
    version: int = 1


class Secrets(msgspec.Struct, frozen=True):
    """What is sealed: the XRPL seed and the device's Ed25519 private key (hex, 32 bytes)."""

    seed: str
    device_key: str


class Keystore:
    """The wallets of one folder.

    Args:
        folder: Where the files are; made (mode 0700) with the first wallet.
        ask_passphrase: Called with the wallet's name where no key file opens it.
    """

    def __init__(self, folder: Path, *, ask_passphrase: Callable[[str], str]) -> None:
        self.folder = folder
        self._ask_passphrase = ask_passphrase

    def names(self) -> list[str]:
        """Return the names of all wallets, sorted."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def find(self, name: str) -> WalletFile:
        """Return a wallet.

        Raises:
            Refused: there is none of that name, or its file is damaged.
        """
        path = self._path(name)
        try:
            return msgspec.json.decode(path.read_bytes(), type=WalletFile)
        except FileNotFoundError:
            known = ", ".join(self.names()) or "none yet"
            raise Refused(
                message=f"There is no wallet {name!r} in {self.folder} (known: {known}).",
                hint=f"Make one with `sealgate wallet create --name {name}`, or set SEALGATE_WALLET_DIR.",
            ) from None
        except (OSError, msgspec.DecodeError) as problem:
            raise Refused(message=f"The wallet file {path} cannot be read: {problem}") from None

    def make(self, name: str, secrets: Secrets, *, account: str, algorithm: str, public_key: str) -> WalletFile:
        """Seal and store a new wallet.

        Raises:
            Refused: the name is taken or cannot be a file name.
        """
        path = self._path(name)
        if path.exists():
            raise Refused(
                message=f"There already is a wallet {name!r}.",
                hint=f"Choose another --name, or pair it: `sealgate wallet pair --wallet {name}`.",
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = Lock("key_file") if self._has_key_file() else Lock("passphrase", b64encode(os.urandom(16)).decode())
        nonce = os.urandom(_NONCE_BYTES)
        box = AESGCM(self._key(name, lock)).encrypt(nonce, msgspec.json.encode(secrets), _bound_to(name, account))
        wallet = WalletFile(
            name=name,
            account=account,
            algorithm=algorithm,
            public_key=public_key,
            lock=lock,
            sealed=b64encode(nonce + box).decode(),
        )
        self.store(wallet)
        return wallet

    def store(self, wallet: WalletFile) -> None:
        """Write a wallet's file atomically, readable by the owner alone."""
        path = self._path(wallet.name)
        fresh = path.with_suffix(f".{os.getpid()}.new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(msgspec.json.format(msgspec.json.encode(wallet)))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def unlock(self, wallet: WalletFile) -> Secrets:
        """Open a wallet's secrets.

        Raises:
            Refused: the passphrase or key file is not the one it was locked with.
        """
        raw = b64decode(wallet.sealed)
        key = self._key(wallet.name, wallet.lock)
        try:
            opened = AESGCM(key).decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], _bound_to(wallet.name, wallet.account))
        except InvalidTag:
            raise Refused(
                message=f"The wallet {wallet.name!r} does not open with this {wallet.lock.kind.replace('_', ' ')}.",
                hint="Check the passphrase, or that the key file belongs to this folder.",
            ) from None
        return msgspec.json.decode(opened, type=Secrets)

    def make_key_file(self) -> None:
        """Lock the wallets of this folder by a key file from now on: no passphrase is asked."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.folder / KEY_FILE
        if not path.exists():
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(os.urandom(32))
                file.flush()
                os.fsync(file.fileno())

    def _has_key_file(self) -> bool:
        return (self.folder / KEY_FILE).is_file()

    def _key(self, name: str, lock: Lock) -> bytes:
        if lock.kind == "passphrase":
            return Scrypt(salt=b64decode(lock.salt), length=32, n=_SCRYPT_N, r=8, p=1).derive(
                self._ask_passphrase(name).encode()
            )
        path = self.folder / KEY_FILE
        try:
            key = path.read_bytes()
        except OSError as problem:
            raise Refused(message=f"The key file {path} cannot be read: {problem}") from None
        if len(key) != 32:
            raise Refused(message=f"The key file {path} is damaged: it must hold 32 bytes.")
        return key

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise Refused(
                message=f"{name!r} cannot name a wallet.",
                hint="Use letters, digits, dot, dash and underscore, at most 40.",
            )
        return self.folder / f"{name}.json"


def _bound_to(name: str, account: str) -> bytes:
    return f"sealgate wallet {name} {account}".encode()
