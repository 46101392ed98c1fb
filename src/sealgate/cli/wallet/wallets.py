"""Opening and making wallets: the file, its keys and its server, put together."""

from base64 import b16decode
from getpass import getpass
from os import environ
from typing import TYPE_CHECKING

from msgspec.structs import replace
from nacl.signing import SigningKey

from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused, is_interactive
from sealgate.cli.wallet.keystore import Keystore, Secrets, WalletFile
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.keys import Algorithm, KeyPair, generate_seed, key_pair_from_seed

# The HTTP client is imported where a call is made: `sealgate dev` opens a wallet and makes none.
if TYPE_CHECKING:
    from sealgate.cli.wallet.api import WalletApi

PASSPHRASE = "SEALGATE_WALLET_PASSPHRASE"  # noqa: S105  the name of the variable, not a passphrase


class OpenWallet:
    """A wallet whose secrets are at hand."""

    def __init__(self, file: WalletFile, secrets: Secrets) -> None:
        self.file = file
        self.keys: KeyPair = key_pair_from_seed(secrets.seed)
        self.device_key = SigningKey(b16decode(secrets.device_key, casefold=True))
        self._api: WalletApi | None = None

    def api(self, environment: Environment) -> "WalletApi":
        """Return this wallet's calls to its server, reached where the environment says, else where it was paired.

        The connection is kept: asking again gives the same one.

        Raises:
            Refused: it is paired with no server.
        """
        if self.file.pairing is None:
            raise Refused(
                message=f"The wallet {self.file.name!r} is paired with no server.", hint="Run `sealgate wallet pair`."
            )
        if self._api is None or self._api.pairing is not self.file.pairing:
            from sealgate.cli.wallet.api import WalletApi

            self.close()
            self._api = WalletApi(self.file.pairing, self.device_key, url=environment.get("SEALGATE_URL"))
        return self._api

    def close(self) -> None:
        """Close the connection to the server."""
        if self._api is not None:
            self._api.close()
            self._api = None


def open_keystore(environment: Environment) -> Keystore:
    """Return the keystore of the environment's wallet folder."""
    return Keystore(environment.wallet_dir, ask_passphrase=_ask_passphrase)


def open_wallet(keystore: Keystore, name: str) -> OpenWallet:
    """Unlock a wallet by name."""
    file = keystore.find(name)
    return OpenWallet(file, keystore.unlock(file))


def make_wallet(keystore: Keystore, name: str, *, algorithm: Algorithm, seed: str | None = None) -> OpenWallet:
    """Make a wallet with fresh keys, or with the account of a given seed, paired with no server yet.

    Raises:
        Refused: the seed is none, or the name is taken or cannot be one.
    """
    secrets = Secrets(seed=seed or generate_seed(algorithm), device_key=bytes(SigningKey.generate()).hex())
    try:
        keys = key_pair_from_seed(secrets.seed)
    except LedgerError as problem:
        raise Refused(
            message=f"The account cannot be imported: {problem}.", hint="Give a family seed, which begins with s."
        ) from None
    file = keystore.make(
        name, secrets, account=keys.address, algorithm=keys.algorithm, public_key=keys.public_key.hex().upper()
    )
    return OpenWallet(file, secrets)


def pair_wallet(keystore: Keystore, wallet: OpenWallet, url: str, *, invitation: str | None = None) -> OpenWallet:
    """Pair a wallet with a server, prove its account there, and remember the pairing."""
    from sealgate.cli.wallet.api import WalletApi, pair

    pairing = pair(url, wallet.device_key, name=wallet.file.name, invitation=invitation)
    wallet.file = replace(wallet.file, pairing=pairing)
    keystore.store(wallet.file)
    WalletApi(pairing, wallet.device_key).prove_account(wallet.keys)
    return wallet


def _ask_passphrase(name: str) -> str:
    given = environ.get(PASSPHRASE)
    if given:
        return given
    if not is_interactive():
        raise Refused(
            message=f"The wallet {name!r} needs a passphrase, and there is nobody to ask.",
            hint=f"Set {PASSPHRASE}, or keep a key file: `sealgate wallet create --key-file`.",
        )
    return getpass(f"Passphrase of wallet {name}: ")
