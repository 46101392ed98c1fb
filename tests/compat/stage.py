"""A platform, and alice with her wallet: what tests of published clients play against.

Alice answers in this process with the parts of `sealgate wallet`, so an answer costs milliseconds instead of a start.
Clients in other languages reach her, and the platform's operator, through a door on loopback: `POST {"do": NAME,
"with": [ARGUMENTS]}`.
"""

import json
import sqlite3
import threading
import time
import traceback
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from urllib.request import Request, urlopen
from uuid import UUID

from sealgate.cli.environment import Environment
from sealgate.cli.wallet.answering import answer
from sealgate.cli.wallet.wallets import open_keystore, open_wallet
from sealgate.cli.wallet.xapps import launch
from tests.compat.tab import Tab, answer_of
from tests.platform import Platform

GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
"""Of the sandbox's ledger: the account that it begins with."""


class Alice:
    """The person with the demo wallet: opens, signs and declines what apps ask.

    Attributes:
        account: Her address.
    """

    def __init__(self, platform: Platform) -> None:
        self._run = platform.sealgate
        self._environment = Environment(platform.env)
        self._wallet = open_wallet(open_keystore(self._environment), "alice")
        self.account = self._wallet.keys.address

    def opens(self, uuid: str, origin: str = "QR") -> None:
        """Open a request and leave it at that."""
        self._api.open(uuid, origin=origin)

    def signs(self, uuid: str, origin: str = "QR") -> dict[str, Any]:
        """Open a request and sign it; return what the wallet tells her."""
        return answer(self._wallet, self._environment, uuid, origin=origin)

    def declines(self, uuid: str, origin: str = "QR") -> None:
        """Open a request and decline it."""
        self._api.open(uuid, origin=origin)
        self._api.reject(uuid, reason="not today", origin=origin)

    def pending(self) -> list[str]:
        """Return the UUIDs of the requests that were pushed to her and wait."""
        return [request.meta.uuid for request in self._api.pending()]

    def opens_xapp(self, identifier: str, event: str) -> str:
        """Open an xApp from an event on her list; return the one-time token that the xApp gets."""
        opened = self._run("wallet", "open-xapp", identifier, "--via", "list", "--event", event)
        return parse_qs(urlsplit(opened["url"]).query)["xAppToken"][0]

    def launches(self, xapp: str, parameters: dict[str, str]) -> str:
        """Open an xApp and return its one-time token."""
        return str(launch(self._wallet, self._environment, xapp, parameters=parameters)["ott"])

    def revokes(self, app: str) -> None:
        """Take an app's permission to push requests back."""
        self._api.revoke(app)

    def signs_in(self) -> str:
        """Sign in to a page of the demo app and return the access token that the page gets."""
        tab = Tab(self._environment.url)
        asked = {
            "response_type": "token",
            "client_id": self._environment.need("SEALGATE_API_KEY", "the API key"),
            "redirect_uri": "http://localhost:3000/",
        }
        try:
            return answer_of(tab.sign_in(f"/auth?{urlencode(asked)}", self))["access_token"]
        finally:
            tab.close()

    def leaves(self) -> None:
        """Close the wallet's connection."""
        self._wallet.close()

    @property
    def _api(self) -> Any:
        return self._wallet.api(self._environment)


class Operator:
    """The person who runs the platform."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def new_app(self) -> dict[str, str]:
        """Register an app and return its `api_key` and `api_secret`."""
        made = self._platform.sealgate("app", "create", "--name", "Second Shop")
        return {"api_key": made["api_key"], "api_secret": made["api_secret"]}

    def settles_a_payment(self) -> dict[str, str]:
        """Have a new app's payment of 2.5 XRP validated on the sandbox's ledger; return the app and the `txid`."""
        made = self._platform.sealgate("app", "create", "--name", "Ledger Shop", "--network", "SANDBOX")
        faucet = self._platform.env["SEALGATE_LEDGER_RPC"] + "/faucet"
        account = self._platform.sealgate("wallet", "list", "--wallet", "alice")["wallets"][0]["account"]
        body = json.dumps({"destination": account, "xrpAmount": "100"}).encode()
        with urlopen(Request(faucet, body, {"content-type": "application/json"})):
            pass
        payment = {"TransactionType": "Payment", "Destination": GENESIS, "Amount": "2500000"}
        credentials = {"x-api-key": made["api_key"], "x-api-secret": made["api_secret"]}
        asked = Request(
            f"{self._platform.url}/api/v1/platform/payload", json.dumps({"txjson": payment}).encode(), credentials
        )
        with urlopen(asked) as answer:
            uuid = json.loads(answer.read())["uuid"]
        done = self._platform.sealgate("wallet", "sign", uuid, "--wait")
        assert done["result"] == "tesSUCCESS", done
        return {"api_key": made["api_key"], "api_secret": made["api_secret"], "txid": done["txid"]}

    def makes_xapp(self, app: str) -> str:
        """Give an app an xApp, with leave to tell its users something; return the identifier."""
        allowed = ("--xapp-url", "http://localhost:5173/", "--xapp-push")
        return str(self._platform.sealgate("app", "update", app, *allowed)["xapp_id"])

    def new_xapp(self) -> dict[str, str]:
        """Register an app that opens in the wallet and return its `api_key`, `api_secret` and `xapp_id`."""
        made = self._platform.sealgate(
            "app", "create", "--name", "Corner Shop", "--xapp-url", "https://shop.example/xapp", "--xapp-push"
        )
        return {name: made[name] for name in ("api_key", "api_secret", "xapp_id")}

    def disables(self, app: str) -> None:
        """Disable an app."""
        self._platform.sealgate("app", "disable", app)

    def restarts(self) -> None:
        """Stop the platform politely and start it again, on the same port with the same data."""
        self._platform.pause()
        self._platform.start()

    def crashes(self) -> None:
        """Pull the platform's plug and start it again."""
        self._platform.kill()
        self._platform.start()

    def shortens(self, uuid: str, left_s: float) -> None:
        """Change the deadline of a request on SQLite, since clients can ask for no less than a minute."""
        deadline_ms = int((time.time() + left_s) * 1000)
        database = sqlite3.connect(self._platform.data_dir / "sealgate.db", timeout=10)
        try:
            with database:
                changed = database.execute(
                    "UPDATE payloads SET expires_at = ? WHERE uuid = ?", (deadline_ms, UUID(uuid).bytes)
                )
            assert changed.rowcount == 1
        finally:
            database.close()


class Stage:
    """A platform with its people. The door to them is open from `open_door` to `close`.

    Attributes:
        door_url: Where clients in other languages reach them.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.alice = Alice(platform)
        self.operator = Operator(platform)
        self.door_url = ""
        self._door: HTTPServer | None = None
        # One thread for all: a server that is started again must not end with the thread of one call.
        self._keeper = threading.Thread(target=self._keep_door, name="door")
        self._acts: dict[str, Callable[..., Any]] = {}
        self.admits(self.alice)
        self.admits(self.operator)

    def admits(self, person: object) -> None:
        """Let clients in other languages reach one more person, by the names of what they can do."""
        for name in dir(person):
            if callable(act := getattr(person, name)) and not name.startswith("_"):
                self._acts[name] = act

    def open_door(self) -> None:
        """Let clients in other languages reach the people. Opening it twice changes nothing."""
        if self._door is not None:
            return
        stage = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status, answered = stage.act(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(answered)

            def log_message(self, *_: object) -> None:
                pass

        self._door = HTTPServer(("127.0.0.1", 0), Door)
        self.door_url = f"http://127.0.0.1:{self._door.server_port}"
        self._keeper.start()

    def act(self, asked: bytes) -> tuple[int, bytes]:
        """Do what is asked for; return an HTTP status and the result, or the traceback."""
        try:
            wanted = json.loads(asked)
            return 200, json.dumps(self._acts[wanted["do"]](*wanted["with"])).encode()
        except Exception:
            return 500, traceback.format_exc().encode()

    def close(self) -> None:
        """Stop the platform and close the door."""
        self.alice.leaves()
        self.platform.stop()
        if self._door is not None:
            self._door.shutdown()
            self._keeper.join()
            self._door.server_close()

    def _keep_door(self) -> None:
        assert self._door is not None
        self._door.serve_forever(poll_interval=0.05)
