"""The whole server in this process, with apps and wallets that call it over ASGI: signed calls, real signatures."""

import asyncio
import json
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import httpx
from nacl.signing import SigningKey

from sealgate import asgi
from sealgate.apps import service as apps
from sealgate.apps.model import AppDraft
from sealgate.base.clock import ShiftedClock, to_unix_s
from sealgate.base.http_signatures import SignedRequest, sign_request
from sealgate.base.settings import Settings
from sealgate.holders.thumbprint import ed25519_thumbprint, to_base64url
from sealgate.infra.sealing import Sealer
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction
from sealgate.ledger.transactions import signable_template
from tests.conftest import NOON

NODE = {"nodeuri": "wss://node.example", "nodetype": "MAINNET"}


class Answer:
    """What the server said.

    Attributes:
        json: The body, decoded.
        code: `error.code` of a refusal, else None.
    """

    def __init__(self, response: httpx.Response) -> None:
        self.status = response.status_code
        self.headers = response.headers
        self.text = response.text
        self.json: Any = json.loads(response.text) if response.text else None
        error = self.json.get("error") if isinstance(self.json, dict) else None
        self.code = error.get("code") if isinstance(error, dict) else None

    def __repr__(self) -> str:
        return f"{self.status} {self.text}"


class WalletSide:
    """A server at noon, started, with one app.

    Attributes:
        clock: Stands still until advanced.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = ShiftedClock(NOON)
        self.app = asgi.build(settings, clock=self.clock)
        self.context = self.app.context
        self._client = httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url=settings.public_url)
        self._credentials: dict[str, str] = {}

    async def start(self) -> None:
        """Start the server and register the app."""
        await self.app.life.start()
        made = await self.new_app("Corner Shop")
        self._credentials = made

    async def stop(self) -> None:
        """Stop the server."""
        await self._client.aclose()
        self.app.life.end_connections()
        await self.app.life.stop()

    async def new_app(self, name: str) -> dict[str, str]:
        """Register an app and return its credentials as headers."""
        sealer: Sealer = self.context.sealer
        made = await self.context.db.write(apps.create_app, sealer, AppDraft(name=name), now=self.clock.now())
        return {"x-api-key": made.app.uuid, "x-api-secret": made.secret.text}

    @property
    def credentials(self) -> dict[str, str]:
        """The headers of the app."""
        return dict(self._credentials)

    @property
    def app_uuid(self) -> str:
        """The app's API key."""
        return self._credentials["x-api-key"]

    async def send(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Make a call exactly as given."""
        return Answer(await self._client.request(method, path, headers=headers, content=body))

    async def platform(
        self, method: str, path: str, body: Any = None, *, credentials: dict[str, str] | None = None
    ) -> Answer:
        """Call the platform API as the app, or as another one."""
        content = b"" if body is None else json.dumps(body).encode()
        return await self.send(method, f"/api/v1/platform/{path}", credentials or self._credentials, content)

    async def asks(self, txjson: dict[str, Any], **members: Any) -> dict[str, Any]:
        """Create a sign request and return the answer."""
        made = await self.platform("POST", "payload", {"txjson": txjson, **members})
        assert made.status == 200, made
        return dict(made.json)

    async def sees(self, uuid: str) -> dict[str, Any]:
        """Return the developer's view of a request."""
        return dict((await self.platform("GET", f"payload/{uuid}")).json)

    async def wallet(self, **how: Any) -> "Wallet":
        """Return a wallet that has paired."""
        wallet = Wallet(self)
        paired = await wallet.pair(**how)
        assert paired.status == 200, paired
        return wallet


class Wallet:
    """A wallet with one device key and one account."""

    def __init__(self, side: WalletSide, key: KeyPair | None = None) -> None:
        self.side = side
        self.device_key = SigningKey.generate()
        self.public_key = bytes(self.device_key.verify_key)
        self.key = key or key_pair_from_seed(generate_seed())
        self.device = ""
        self.user = ""
        self.server: dict[str, Any] = {}

    def signed_headers(
        self, method: str, path: str, content: bytes = b"", *, keyid: str | None = None, age_s: int = 0
    ) -> dict[str, str]:
        """Return the headers that make a call this device's own."""
        request = SignedRequest(method, self.side.settings.public_url + path, {})
        return sign_request(
            request,
            content,
            keyid=keyid or self.device,
            created=to_unix_s(self.side.clock.now()) - age_s,
            nonce=token_urlsafe(18),
            sign=lambda message: self.device_key.sign(message).signature,
        )

    async def call(self, method: str, path: str, body: Any = None, *, keyid: str | None = None, **more: str) -> Answer:
        """Make a signed call below `/api/v1/app/`; `more` are headers, with underscores."""
        content = b"" if body is None else json.dumps(body).encode()
        path = f"/api/v1/app/{path}"
        extra = {name.replace("_", "-"): value for name, value in more.items()}
        return await self.side.send(
            method, path, self.signed_headers(method, path, content, keyid=keyid) | extra, content
        )

    async def pair(self, **more: Any) -> Answer:
        """Introduce the key; remember what the server makes of it."""
        body = {"public_key": to_base64url(self.public_key), "name": "a phone", "platform": "test", **more}
        answer = await self.call("POST", "devices", body, keyid=ed25519_thumbprint(self.public_key))
        if answer.status == 200:
            self.device, self.user = answer.json["device"]["uuid"], answer.json["user"]["uuid"]
            self.server = answer.json["server"]
        return answer

    async def opens(self, uuid: str, origin: str = "QR") -> Answer:
        """Open a request."""
        return await self.call("GET", f"payload/{uuid}?from={origin}")

    def signature(self, view: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Return the body of an honest signature for an opened request; `fields` replace what is signed."""
        asked = view["view"]["payload"]["payload"]
        template = signable_template(asked["tx_type"], asked["request_json"])
        filled = {} if asked["tx_type"] == "SignIn" else {"Fee": "12", "Sequence": 1}
        signed = sign_transaction({**filled, **template, "Account": self.key.address, **fields}, self.key)
        return {
            "signed_blob": signed.blob.hex().upper(),
            "tx_id": signed.txid,
            "signmethod": "PIN",
            "signpubkey": self.key.public_key.hex().upper(),
            "multisigned": "",
            "environment": NODE,
            "permission": {"push": True, "days": 365},
            "origintype": "QR",
        }

    async def answers(self, uuid: str, body: dict[str, Any]) -> Answer:
        """Answer a request."""
        return await self.call("PATCH", f"payload/{uuid}", body)

    async def repeats(self, uuid: str, body: dict[str, Any]) -> Answer:
        """Answer a request as somebody who may have lost the answer."""
        return await self.call("PATCH", f"payload/{uuid}", body, idempotency_key=uuid)

    async def signs(self, uuid: str, **fields: Any) -> Answer:
        """Open a request and sign it."""
        opened = await self.opens(uuid)
        assert opened.status == 200, opened
        return await self.answers(uuid, self.signature(opened.json, **fields))

    def ownership_proof(self, nonce: str) -> str:
        """Return the proof that this wallet holds its account's key, hex."""
        bound_to = f"{self.user}.{self.device}.{self.key.address}"
        proof = {
            "Account": self.key.address,
            "InvoiceID": sha256(bound_to.encode()).hexdigest().upper(),
            "AccountTxnID": sha256(nonce.encode()).hexdigest().upper(),
        }
        return sign_transaction(proof, self.key).blob.hex().upper()

    @asynccontextmanager
    async def listening(self, *, after: str | None = None) -> AsyncIterator["Stream"]:
        """Follow the event stream, from behind an earlier event where its id is given."""
        stream = self.stream(after=after)
        try:
            yield stream
        finally:
            await stream.leave()

    def stream(self, *, after: str | None = None) -> "Stream":
        """Open the event stream; whoever does closes it."""
        path = "/api/v1/app/events"
        headers = self.signed_headers("GET", path) | ({} if after is None else {"last-event-id": after})
        return Stream(self.side.app, path, headers)


class Stream:
    """An open event stream. httpx gives the body of an in-process call only at its end, so this speaks ASGI itself."""

    def __init__(self, app: Any, path: str, headers: dict[str, str]) -> None:
        self._scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
            "raw_path": path.encode(), "query_string": b"", "client": ("127.0.0.1", 1),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip
        self._gone = asyncio.Event()
        self._body_is_read = False
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.status = 0
        self._task = asyncio.create_task(app(self._scope, self._receive, self._send))

    async def _receive(self) -> MutableMapping[str, Any]:
        if not self._body_is_read:
            self._body_is_read = True
            return {"type": "http.request", "body": b""}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self._chunks.put_nowait(message["body"])

    async def opened(self) -> None:
        """Wait until the server has answered: only then may the clock move."""
        async with asyncio.timeout(5):
            while not self.status:  # noqa: ASYNC110
                await asyncio.sleep(0.001)

    async def next(self) -> tuple[str, str, Any]:
        """Return name, id and data of the next event."""
        async with asyncio.timeout(5):
            while True:
                fields = dict(line.split(": ", 1) for line in (await self._chunks.get()).decode().splitlines() if line)
                if "event" in fields:
                    data = fields["data"]
                    return fields["event"], fields.get("id", ""), json.loads(data) if data else None

    async def silent(self, for_s: float = 0.2) -> bool:
        """Tell whether nothing comes for a while."""
        try:
            async with asyncio.timeout(for_s):
                await self.next()
        except TimeoutError:
            return True
        return False

    async def ended(self) -> None:
        """Wait until the server has ended it."""
        async with asyncio.timeout(5):
            await asyncio.shield(self._task)

    async def leave(self) -> None:
        """Close the connection."""
        self._gone.set()
        await self._task
