"""The ledger of the sandbox."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sealgate_client.testing.controls import ControlRefused, Controls

DROPS = Decimal(1_000_000)


class Ledger:
    """A ledger in memory on the platform's port, for client libraries like any node (network id 1000).

    Attributes:
        url: For JSON-RPC.
        websocket_url: For a WebSocket.
    """

    def __init__(self, controls: Controls, url: str, websocket_url: str) -> None:
        self._controls = controls
        self.url = url
        self.websocket_url = websocket_url

    def fund(self, account: Any, xrp: Decimal | float | str = 1000) -> Decimal:
        """Pay an account from the faucet and return its balance in XRP; an account that is not there comes to be.

        Args:
            account: An address, or whatever has an `account`, such as a wallet.
        """
        address = _address(account)
        self._post("/faucet", {"destination": address, "xrpAmount": str(xrp)})
        return self.balance(address)

    def balance(self, account: Any) -> Decimal:
        """Return the XRP of an account; 0 for one that is not there."""
        found = self.ask("account_info", account=_address(account), ledger_index="validated")
        return Decimal(found["account_data"]["Balance"]) / DROPS if "account_data" in found else Decimal(0)

    def transaction(self, txid: str) -> dict[str, Any]:
        """Return a transaction with its metadata, as `tx` answers it; `{"error": "txnNotFound", …}` where it is not."""
        return self.ask("tx", transaction=txid)

    def ask(self, command: str, **parameters: Any) -> dict[str, Any]:
        """Return the result of any command of a node."""
        answered: dict[str, Any] = self._post("", {"method": command, "params": [parameters]})
        result: dict[str, Any] = answered["result"]
        return result

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        answer = self._controls.http.post(self.url + path, json=body)
        if not answer.is_success:
            raise ControlRefused(f"The ledger refused {path or body['method']}: {answer.text[:300]}")
        return answer.json()


def _address(account: Any) -> str:
    return account if isinstance(account, str) else str(account.account)
