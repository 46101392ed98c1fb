"""Secrets planted all over a flow, with refusals and crashes: none of them is ever printed, measured or told."""

import asyncio
import base64
import json
import os
import secrets
import signal
import sqlite3
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sealgate.base.ids import as_uuid, new_uuid
from sealgate.ledger.keys import generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction
from tests.payloads import PAYMENT, SIGN_IN_REQUEST
from tests.platform import SEALGATE
from tests.push_service import Subscriber
from tests.remote import Remote
from tests.server_process import Server
from tests.wallet_side import Answer, Wallet

DATABASE_PASSWORD = "canary-of-the-database"
PASSPHRASE = "canary-of-the-wallet-file"
# From then on every change of the table fails, and PostgreSQL tells which row it was.
SABOTAGE = {
    "sqlite": (
        "CREATE TRIGGER {0}_insert BEFORE INSERT ON {0} BEGIN SELECT RAISE(ABORT, 'sabotage'); END",
        "CREATE TRIGGER {0}_update BEFORE UPDATE ON {0} BEGIN SELECT RAISE(ABORT, 'sabotage'); END",
    ),
    "postgresql": ("ALTER TABLE {0} ADD CONSTRAINT sabotage CHECK (false) NOT VALID",),
}


class Serving(Server):
    """`sealgate serve`, which logs everything it can."""

    name = "sealgate serve"
    goodbye = signal.SIGTERM

    def __init__(self, folder: Path, **settings: str) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")}
        super().__init__(folder, environ=environ)
        self.url = f"http://localhost:{self.port}"
        self.settings = {
            "data_dir": str(folder), "port": str(self.port), "public_url": self.url, "log_level": "debug", **settings
        }  # fmt: skip
        environ |= {f"SEALGATE_{name.upper()}": value for name, value in self.settings.items()}

    def command(self) -> Sequence[str]:
        return [SEALGATE, "serve"]

    def is_up(self) -> bool:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=2).close()
        except OSError:
            return False
        return True

    def migrate(self) -> None:
        """Make the tables."""
        subprocess.run([SEALGATE, "migrate"], env=self._environ, check=True, capture_output=True)

    @property
    def log(self) -> str:
        """Everything it wrote."""
        return (self.folder / "server.log").read_text()


class Canaries:
    """The secrets of a flow, by name, and everything that was said aloud."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.told: list[str] = []

    def plant(self, name: str, value: str | bytes) -> Any:
        """Remember a secret; bytes count in every usual spelling."""
        if isinstance(value, bytes):
            self.secrets[f"{name} hex"] = value.hex()
            self.secrets[f"{name} base64"] = base64.b64encode(value).decode().rstrip("=")
            self.secrets[f"{name} base64url"] = base64.urlsafe_b64encode(value).decode().rstrip("=")
        else:
            assert len(value) >= 12, name
            self.secrets[name] = value
            if as_uuid(value) is not None:
                self.secrets[f"{name} hex"] = value.replace("-", "")
        return value

    def plant_call(self, name: str, headers: dict[str, str]) -> dict[str, str]:
        """Remember the signature and the nonce of a call."""
        self.plant(f"{name} signature", headers["signature"].split(":")[1])
        self.plant(f"{name} nonce", headers["signature-input"].split('nonce="')[1].split('"')[0])
        return headers

    def hear(self, answer: Answer) -> Answer:
        """Keep what a refusal said, for everybody may read it."""
        assert answer.status >= 400, answer
        self.told.append(f"{dict(answer.headers)}\n{answer.text}")
        return answer

    def found_in(self, text: str) -> list[str]:
        """Return the names of the secrets that stand in a text, in capitals or not."""
        lowered = text.lower()
        return [name for name, value in self.secrets.items() if value.lower() in lowered]


@pytest.fixture(params=[("json", "sqlite"), ("console", "postgresql")], ids=lambda param: "-".join(param))
def server(request: pytest.FixtureRequest) -> Iterator[tuple[Serving, str]]:
    """A server in production form, with the engine it runs on."""
    style, engine = request.param
    settings = {"log_style": style, "admin_token": "sga_" + secrets.token_urlsafe(24), "master_key": "7e" * 32}
    if engine == "postgresql":
        url = request.getfixturevalue("postgres_url")
        settings["database_url"] = url.replace("postgres@", f"postgres:{DATABASE_PASSWORD}@")
    serving = Serving(Path(tempfile.mkdtemp(prefix="sealgate-canary-")), **settings)
    serving.migrate()
    serving.start()
    yield serving, engine
    serving.stop()


class Flow:
    """Everything an app, a wallet and an operator do, right and wrong."""

    def __init__(self, side: Remote, canaries: Canaries, admin_token: str) -> None:
        self.side = side
        self.canaries = canaries
        self.admin = {"authorization": f"Bearer {canaries.plant('admin token', admin_token)}"}
        self.wallet: Wallet
        self.subscription: dict[str, Any] = {}

    async def run(self) -> None:
        """Do it all."""
        await self.make_an_app()
        await self.pair()
        await self.subscribe()
        await self.ask_and_sign()
        await self.be_refused_at_the_door()
        await self.be_refused_as_a_wallet()

    async def make_an_app(self) -> None:
        made = await self.side.send("POST", "/api/v1/admin/apps", self.admin, b'{"name":"Corner Shop"}')
        key, secret = made.json["api_key"], self.canaries.plant("api secret", made.json["api_secret"])
        path = f"/api/v1/admin/apps/{made.json['uuid']}/rotate-secret"
        self.canaries.plant("rotated secret", (await self.side.send("POST", path, self.admin)).json["api_secret"])
        self.side._credentials = {"x-api-key": key, "x-api-secret": secret}

    async def pair(self) -> None:
        seed = self.canaries.plant("account seed", generate_seed())
        self.wallet = Wallet(self.side, key_pair_from_seed(seed))
        self.canaries.plant("device key", bytes(self.wallet.device_key))
        assert (await self.wallet.pair()).status == 200
        invitation = (await self.wallet.call("POST", "devices/invitations")).json["invitation"]
        self.canaries.plant("invitation", invitation)
        nonce = (await self.wallet.call("POST", "accounts/challenge")).json["nonce"]
        self.canaries.plant("challenge", nonce.rpartition("#")[2])
        proof = self.canaries.plant("proof", self.wallet.ownership_proof(nonce))
        body = {"account": self.wallet.key.address, "txblob": proof}
        assert (await self.wallet.call("POST", "accounts", body)).status == 200
        self.canaries.hear(await self.wallet.call("POST", "accounts", body))

    async def subscribe(self) -> None:
        """Hand in where the device is woken: whoever knows that may try to wake it."""
        browser = Subscriber("https://push.example/send/" + self.canaries.plant("endpoint", "canary-" + new_uuid()))
        browser.auth = self.canaries.plant("secret of a subscription", secrets.token_bytes(16))
        assert (await self.wallet.call("PUT", "push-subscription", browser.to_json())).status == 200
        self.subscription = browser.to_json()
        self.canaries.hear(await self.wallet.call("PUT", "push-subscription", self.subscription | {"keys": {}}))

    async def ask_and_sign(self) -> None:
        idempotency_key = self.canaries.plant("idempotency key", "canary-" + new_uuid())
        note = self.canaries.plant("note of the developer", "canary-" + new_uuid())
        headers = self.side.credentials | {"idempotency-key": idempotency_key}
        order = {"txjson": PAYMENT, "custom_meta": {"blob": {"note": note}}}
        path = "/api/v1/platform/payload"
        made = await self.side.send("POST", path, headers, json.dumps(order).encode())
        self.canaries.hear(await self.side.send("POST", path, headers, json.dumps({"txjson": PAYMENT}).encode()))

        view = (await self.wallet.opens(made.json["uuid"])).json
        changed = self.wallet.signature(view, Amount="1")
        self.canaries.plant("refused blob", changed["signed_blob"])
        self.canaries.hear(await self.wallet.answers(made.json["uuid"], changed))
        body = self.wallet.signature(view)
        self.canaries.plant("signed blob", body["signed_blob"])
        assert (await self.wallet.answers(made.json["uuid"], body)).status == 200
        late = self.wallet.signature(view, Fee="13")
        self.canaries.plant("late blob", late["signed_blob"])
        self.canaries.hear(await self.wallet.answers(made.json["uuid"], late))
        token = (await self.side.sees(made.json["uuid"]))["application"]["issued_user_token"]
        self.canaries.plant("user token", token)
        await self.side.asks(SIGN_IN_REQUEST, user_token=token)
        await self.side.platform("POST", "user-tokens", {"tokens": [token]})

        blob = sign_transaction(
            {**PAYMENT, "Fee": "12", "Sequence": 7, "Account": self.wallet.key.address}, self.wallet.key
        )
        text = self.canaries.plant("blob to sign", blob.blob.hex().upper())
        await self.side.platform("POST", "payload", {"txblob": text})
        self.canaries.hear(await self.side.platform("POST", "payload", {"txblob": text[:-4]}))

    async def be_refused_at_the_door(self) -> None:
        plant, hear, send = self.canaries.plant, self.canaries.hear, self.side.send
        ping = "/api/v1/platform/ping"
        wrong = self.side.credentials | {"x-api-secret": plant("wrong secret", new_uuid())}
        quoted = self.side.credentials | {"x-api-secret": plant("malformed secret", "canary of a secret")}
        browser = self.side.credentials | {"origin": "https://shop.example"}
        cookie = {"cookie": "session=" + plant("cookie", secrets.token_hex(16))}
        for headers in (wrong, quoted, browser, cookie):
            hear(await send("GET", ping, headers))
        bearer = plant("wrong admin token", "sga_" + secrets.token_hex(16))
        hear(await send("GET", "/api/v1/admin/apps", {"authorization": f"Bearer {bearer}"}))
        broken = b'{"user_token": "' + plant("token in a broken body", new_uuid()).encode() + b'", '
        hear(await send("POST", "/api/v1/platform/payload", self.side.credentials, broken))
        hear(await send("GET", "/api/v1/platform/user-token/" + new_uuid() + "/more", self.side.credentials))

    async def be_refused_as_a_wallet(self) -> None:
        path = "/api/v1/app/ping"
        replayed = self.canaries.plant_call("replayed", self.wallet.signed_headers("POST", path))
        assert (await self.side.send("POST", path, replayed)).status == 200
        self.canaries.hear(await self.side.send("POST", path, replayed))
        stale = self.canaries.plant_call("stale", self.wallet.signed_headers("POST", path, age_s=300))
        self.canaries.hear(await self.side.send("POST", path, stale))
        foreign = self.canaries.plant_call(
            "foreign", Wallet(self.side).signed_headers("POST", path, keyid=self.wallet.device)
        )
        self.canaries.hear(await self.side.send("POST", path, foreign))

    async def crash(self) -> None:
        """Do what fails in the server for reasons nobody planned for."""
        hear = self.canaries.hear
        key = {"idempotency-key": self.canaries.plant("key of a crash", "canary-" + new_uuid())}
        note = self.canaries.plant("note of a crash", "canary-" + new_uuid())
        # Short enough for PostgreSQL to tell it whole.
        name = self.canaries.plant("identifier of a crash", "canary-" + secrets.token_hex(12))
        order = json.dumps({"txjson": PAYMENT, "custom_meta": {"identifier": name, "blob": {"note": note}}}).encode()
        hear(await self.side.send("POST", "/api/v1/platform/payload", self.side.credentials | key, order))
        hear(await self.side.send("POST", "/api/v1/admin/apps", self.admin, b'{"name":"Next"}'))
        hear(await Wallet(self.side).pair())
        hear(await self.wallet.call("PUT", "push-subscription", self.subscription))

    async def crash_on_a_signature(self, uuid: str, body: dict[str, Any]) -> None:
        """Hand in a signature that cannot be stored."""
        self.canaries.plant("blob of a crash", body["signed_blob"])
        self.canaries.hear(await self.wallet.answers(uuid, body))


def sabotage(serving: Serving, engine: str, *tables: str) -> None:
    """Make the database fail in ways nobody planned for."""
    statements = [statement.format(table) for table in tables for statement in SABOTAGE[engine]]
    if engine == "sqlite":
        with closing(sqlite3.connect(serving.folder / "sealgate.db")) as lite, lite:
            for statement in statements:
                lite.execute(statement)
        return
    with psycopg.connect(serving.settings["database_url"]) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def test_no_secret_of_a_flow_is_said_aloud(server):
    serving, engine = server
    canaries = Canaries()
    canaries.plant("master key", bytes.fromhex(serving.settings["master_key"]))
    canaries.plant("database password", DATABASE_PASSWORD)

    async def flow() -> str:
        address = f"http://127.0.0.1:{serving.port}"
        async with Remote(address, public_url=serving.url, credentials={}) as side:
            flow = Flow(side, canaries, serving.settings["admin_token"])
            await flow.run()
            asked = await side.asks(PAYMENT)
            body = flow.wallet.signature((await flow.wallet.opens(asked["uuid"])).json)

            sabotage(serving, engine, "user_tokens")
            await flow.crash_on_a_signature(asked["uuid"], body)
            sabotage(
                serving, engine, "payloads", "payload_outcomes", "devices", "apps", "call_log", "push_subscriptions"
            )
            await flow.crash_on_a_signature(asked["uuid"], body)
            await flow.crash()
            return (await side._client.get("/metrics")).text

    metrics = asyncio.run(flow())
    serving.pause()

    assert "sabotage" in serving.log
    assert "Traceback" in serving.log
    assert canaries.found_in(serving.log) == []
    assert canaries.found_in(metrics) == []
    assert canaries.found_in("\n".join(canaries.told)) == []
