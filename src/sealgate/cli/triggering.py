"""What `sealgate trigger` does for each kind of event: the app asks, the wallet answers, time goes by."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_hex
from typing import Any, Literal, Self

from sealgate.apps.webhook_model import EventKind
from sealgate.cli.admin import admin_client
from sealgate.cli.app_events import AppEvent, open_stream
from sealgate.cli.application import app_client
from sealgate.cli.environment import Environment
from sealgate.cli.output import Refused
from sealgate.cli.sandbox_controls import call as control

LIMIT_S = 20.0
"""How long the events may take; they come at once."""
PAYMENT = {"TransactionType": "Payment", "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "Amount": "1000000"}
GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
"""The account that the sandbox ledger begins with."""
FUNDS_XRP = 100
SIGN_IN = {"TransactionType": "SignIn"}
WALLET = "alice"

_PAYLOADS = "/api/v1/platform/payload"


class Trigger:
    """The app of the environment, the sandbox's wallet, and the app's events while both act.

    Attributes:
        did: What was done, a line each.
    """

    def __init__(self) -> None:
        self._environment = Environment()
        self._app = app_client(self._environment)
        self._payload = ""
        self._cleaning = ExitStack()
        self.did: list[str] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._cleaning.close()
        self._app.close()

    def run(self, kind: EventKind) -> list[AppEvent]:
        """Make the event happen and return it with the others that came of the same, in their order.

        Raises:
            Refused: the server is no sandbox, something of the sandbox is in the way, or the event did not come.
        """
        control("GET")
        steps = getattr(self, "_" + kind.replace(".", "_"))
        found: list[AppEvent] = []
        missing = {kind}
        try:
            with open_stream(self._app, limit_s=LIMIT_S) as events:
                missing |= steps()
                while missing:
                    event = next(events)
                    if not event.type.startswith("payload.") or event.about == self._payload:
                        found.append(event)
                        missing.discard(event.type)
        except (TimeoutError, StopIteration):
            raise Refused(
                message=f"{' and '.join(sorted(missing))} did not come. Done so far: {'; '.join(self.did)}.",
                hint="`sealgate sandbox state` shows what may be in the way, such as faults.",
            ) from None
        return found

    def _ask(self, txjson: dict[str, Any], **options: Any) -> str:
        made = self._app.call("POST", _PAYLOADS, {"txjson": txjson, "options": options})
        self._payload = str(made["uuid"])
        self.did.append(f"the app asked for a {txjson['TransactionType']}: {self._payload}")
        return self._payload

    def _answer(self, uuid: str, action: Literal["approve", "reject", "ignore"], reason: str | None = None) -> None:
        asked = {"payload": uuid, "wallet": WALLET, "action": action, "reason": reason}
        done = control("POST", "/wallet/answers", asked)
        if done["done"] == "refused":
            raise Refused(message=f"{WALLET} could not answer: {done['refused']['message']}")
        self.did.append(f"{WALLET} {_ACTIONS[action]}" + (f": {reason}" if reason else ""))

    def _payload_resolved(self) -> set[EventKind]:
        return self._payload_signed()

    def _payload_signed(self) -> set[EventKind]:
        self._answer(self._ask(PAYMENT), "approve")
        return {"payload.resolved", "payload.signed", "user_token.issued"}

    def _payload_validated(self) -> set[EventKind]:
        from sealgate.cli.http import Client
        from sealgate.cli.wallet.wallets import open_keystore

        ledger = self._environment.need("SEALGATE_LEDGER_RPC", "the sandbox's ledger")
        account = open_keystore(self._environment).find(WALLET).account
        Client(ledger).call("POST", "/faucet", {"destination": account, "xrpAmount": FUNDS_XRP})
        self.did.append(f"the faucet of the sandbox ledger paid {WALLET} {FUNDS_XRP} XRP")
        self._answer(self._ask(PAYMENT | {"Destination": GENESIS}, force_network="SANDBOX"), "approve")
        return {"payload.resolved", "payload.signed"}

    def _payload_contributed(self) -> set[EventKind]:
        from sealgate.cli.http import Client
        from sealgate.cli.wallet.wallets import open_keystore
        from sealgate.devtools.ledger.faucet import GENESIS_SEED
        from sealgate.ledger.keys import key_pair_from_seed
        from sealgate.ledger.signatures import sign_transaction

        ledger = Client(self._environment.need("SEALGATE_LEDGER_RPC", "the sandbox's ledger"))
        account = open_keystore(self._environment).find(WALLET).account
        fee: dict[str, Any] = {"Account": GENESIS, "Fee": "36"}
        root = ledger.call("POST", "", {"method": "account_info", "params": [{"account": GENESIS}]})["result"]
        fee["Sequence"] = root["account_data"]["Sequence"]
        entries = [
            {"SignerEntry": {"Account": one, "SignerWeight": 1}} for one in sorted((account, PAYMENT["Destination"]))
        ]
        listed = {"TransactionType": "SignerListSet", "SignerQuorum": 2, "SignerEntries": entries, **fee}
        blob = sign_transaction(listed, key_pair_from_seed(GENESIS_SEED)).blob.hex()
        ledger.call("POST", "", {"method": "submit", "params": [{"tx_blob": blob}]})
        self.did.append(f"{WALLET} was put on the list of those who sign for the genesis account, with another one")
        fee["Sequence"] += 1
        self._answer(self._ask(PAYMENT | fee, force_network="SANDBOX", multisign=True), "approve")
        return set()

    def _payload_rejected(self) -> set[EventKind]:
        self._answer(self._ask(PAYMENT), "reject", "I changed my mind")
        return {"payload.resolved"}

    def _payload_opened(self) -> set[EventKind]:
        self._answer(self._ask(PAYMENT), "ignore")
        return set()

    def _payload_cancelled(self) -> set[EventKind]:
        uuid = self._ask(PAYMENT)
        self._app.call("DELETE", f"{_PAYLOADS}/{uuid}")
        self.did.append("the app cancelled it")
        return set()

    def _payload_expired(self) -> set[EventKind]:
        self._ask(PAYMENT, expire=1)
        moved = control("POST", "/clock", {"advance_s": 62})
        self.did.append(f"the clock was moved by 62 s, and is {moved['ahead_s']:g} s ahead now")
        return set()

    def _user_token_issued(self) -> set[EventKind]:
        self._answer(self._ask(SIGN_IN), "approve")
        return {"payload.resolved", "payload.signed"}

    def _user_token_revoked(self) -> set[EventKind]:
        from sealgate.cli.wallet.wallets import open_keystore, open_wallet

        self._answer(self._ask(SIGN_IN), "approve")
        wallet = open_wallet(open_keystore(self._environment), WALLET)
        try:
            wallet.api(self._environment).revoke(self._environment.need("SEALGATE_API_KEY", "an API key"))
        finally:
            wallet.close()
        self.did.append(f"{WALLET} took the app's permission back")
        return set()

    def _secret_exposed(self) -> set[EventKind]:
        # Told once a minute for each page, so this is a page of its own.
        page = f"http://shop-{token_hex(4)}.example"
        try:
            self._app.call("GET", "/api/v1/platform/ping", headers={"origin": page})
        except Refused as refusal:
            self.did.append(f"a page of {page} called with the API secret: {refusal.message}")
        return set()

    def _webhook_paused(self) -> set[EventKind]:
        endpoints = f"/api/v1/admin/apps/{self._environment.need('SEALGATE_API_KEY', 'an API key')}/webhooks"
        url = self._cleaning.enter_context(_gone())
        made = admin_client().call("POST", endpoints, {"url": url, "events": ["payload.cancelled"]})
        self.did.append(f"the app got an endpoint that answers 410: {url}")
        self._cleaning.callback(self._remove, f"{endpoints}/{made['uuid']}")
        return self._payload_cancelled() | {"payload.cancelled"}

    def _remove(self, endpoint: str) -> None:
        admin_client().call("DELETE", endpoint)
        self.did.append("the endpoint was removed")


_ACTIONS = {"approve": "signed", "reject": "declined", "ignore": "opened it and left it"}


class _Gone(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(410)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep silent."""


@contextmanager
def _gone() -> Iterator[str]:
    """Serve a URL on this machine that answers 410 to everything."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Gone)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
