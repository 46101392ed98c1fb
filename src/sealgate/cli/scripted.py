"""The hand that holds the sandbox's wallets for `devtools`: it answers by the same calls as `sealgate wallet`."""

import threading
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from sealgate.base.settings import Settings
from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused
from sealgate.cli.wallet.answering import answer
from sealgate.cli.wallet.keystore import Keystore
from sealgate.cli.wallet.wallets import OpenWallet, make_wallet, open_wallet, pair_wallet
from sealgate.devtools.errors import WalletUnknown
from sealgate.devtools.model import Script
from sealgate.infra.networks import SANDBOX_PATH

OTHER_ACCOUNT = "other-account"
"""Wallet file whose account the scripted wallet signs with when it is to be the wrong one."""
OTHER_NETWORK = "TESTNET"
OTHER_NETWORK_STILL = "DEVNET"
_UNAUTHORIZED = 401


class ScriptedHand:
    """Opens the wallets of a sandbox and answers with them over HTTP; implements `devtools.model.Hand`.

    Args:
        settings: Of the running server.
    """

    def __init__(self, settings: Settings) -> None:
        scheme = "https" if settings.tls_cert else "http"
        # The public address may be one that only the outside can reach.
        here = f"{scheme}://127.0.0.1:{settings.port}"
        self._environment = Environment({"SEALGATE_URL": here, "SEALGATE_LEDGER_RPC": here + SANDBOX_PATH})
        self._keystore = Keystore(Path(settings.data_dir) / "wallets", ask_passphrase=lambda _name: "")
        self._lock = threading.Lock()

    def answer(self, uuid: str, script: Script, *, origin: str) -> dict[str, Any]:
        """Answer a request as the script says and return what was done, or why it was refused."""
        wallet = self._open(script.wallet)
        try:
            return {"payload": uuid, "wallet": script.wallet, **self._act(wallet, uuid, script, origin)}
        except Refused as refusal:
            words = {"message": refusal.message, "hint": refusal.hint}
            return {"payload": uuid, "wallet": script.wallet, "done": "refused", "refused": words}
        finally:
            wallet.close()

    def waiting(self, wallet: str) -> list[str]:
        """Return the UUIDs of the requests that were pushed to a wallet and wait."""
        opened = self._open(wallet)
        try:
            return [request.meta.uuid for request in opened.api(self._environment).pending()]
        finally:
            opened.close()

    def holder(self, wallet: str) -> str:
        """Return the UUID of a wallet's holder."""
        pairing = self._open(wallet).file.pairing
        if pairing is None:
            raise WalletUnknown(message="This wallet is paired with no server.", hint="Run `sealgate wallet pair`.")
        return pairing.user

    def prepare(self, wallet: str) -> dict[str, Any]:
        """Make a wallet where there is none, pair it where the server does not know it, and return who it is."""
        with self._lock:
            if wallet not in self._keystore.names():
                make_wallet(self._keystore, wallet, algorithm="ed25519")
            opened = open_wallet(self._keystore, wallet)
            try:
                if not self._is_known(opened):
                    pair_wallet(self._keystore, opened, self._environment.url)
            finally:
                opened.close()
        assert opened.file.pairing is not None
        return {"name": wallet, "account": opened.file.account, "user": opened.file.pairing.user}

    def _is_known(self, wallet: OpenWallet) -> bool:
        """Tell whether the server knows the wallet's device: not after the sandbox has gone back to its seed."""
        if wallet.file.pairing is None:
            return False
        from sealgate.cli.http import ServerRefused

        try:
            wallet.api(self._environment).pending()
        except ServerRefused as refusal:
            if refusal.answered != _UNAUTHORIZED:
                raise
            return False
        return True

    def _act(self, wallet: OpenWallet, uuid: str, script: Script, origin: str) -> dict[str, Any]:
        api = wallet.api(self._environment)
        if script.action == "ignore":
            api.open(uuid, origin=origin)
            return {"done": "opened"}
        if script.action == "reject":
            api.open(uuid, origin=origin)
            api.reject(uuid, reason=script.reason, origin=origin)
            return {"done": "rejected"}
        network = None
        if script.action == "wrong_account":
            wallet = self._with_other_account(wallet)
        elif script.action == "wrong_network":
            forced = api.open(uuid, origin=origin).meta.force_network
            network = OTHER_NETWORK_STILL if forced == OTHER_NETWORK else OTHER_NETWORK
        done = answer(wallet, self._environment, uuid, origin=origin, network=network, otherwise=script.network)
        return {"done": "signed", **{name: done[name] for name in ("account", "txid", "network")}}

    def _with_other_account(self, wallet: OpenWallet) -> OpenWallet:
        """Return the wallet as it is when the person has chosen another of their accounts."""
        with self._lock:
            if OTHER_ACCOUNT not in self._keystore.names():
                make_wallet(self._keystore, OTHER_ACCOUNT, algorithm="ed25519")
        other = open_wallet(self._keystore, OTHER_ACCOUNT)
        other.file = replace(other.file, pairing=wallet.file.pairing)
        other.device_key = wallet.device_key
        wallet.api(self._environment).prove_account(other.keys)
        return other

    def _open(self, name: str) -> OpenWallet:
        if name not in self._keystore.names():
            raise WalletUnknown(message=f"The sandbox has no wallet {name[:64]!r}.")
        return open_wallet(self._keystore, name)
