"""Bad input, one row each: what is sent, and the status, the code and the words that come back.

Every refusal has the call's reference, a cause and a cure.
"""

import json
import shutil
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from nacl.signing import SigningKey

from sealgate.apps import service as apps
from sealgate.base.clock import to_unix_s
from sealgate.base.http_signatures import SignedRequest, sign_request
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.ledger.codec import decode, encode
from sealgate.ledger.keys import generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction, transaction_hash
from tests.flows.conftest import PUBLIC_URL
from tests.payloads import CLAIM, PAYMENT, SHOP
from tests.wallet_side import Answer, Wallet, WalletSide

pytestmark = pytest.mark.anyio

PAYLOAD = "/api/v1/platform/payload"
APP = "/api/v1/app"
ORDER_OF_SECP256K1 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


class Scene:
    """A server with two apps, a paired wallet with a secp256k1 account, and a request it has opened."""

    def __init__(self, settings: Settings) -> None:
        self.side = WalletSide(settings)
        self.wallet = Wallet(self.side, key_pair_from_seed(generate_seed("secp256k1")))

    async def open(self) -> None:
        await self.side.start()
        self.other_app = await self.side.new_app("Next door")
        assert (await self.wallet.pair()).status == 200
        self.uuid = (await self.side.asks(PAYMENT, custom_meta={"identifier": "order-1"}))["uuid"]
        self.unopened = (await self.side.asks(PAYMENT))["uuid"]
        self.view = (await self.wallet.opens(self.uuid)).json
        self.honest = self.wallet.signature(self.view)

    async def ping(self, **headers: str | None) -> Answer:
        """Ping as the app, with headers replaced (by underscores) or left out (None)."""
        changed = {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in {**self.side._credentials, **changed}.items() if value is not None}
        return await self.side.send("GET", "/api/v1/platform/ping", sent)

    async def ask(self, body: bytes | dict[str, Any], **headers: str) -> Answer:
        """Create a request by this body."""
        content = json.dumps(body).encode() if isinstance(body, dict) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.side.send("POST", PAYLOAD, self.side._credentials | named, content)

    async def sign(self, **changes: Any) -> Answer:
        """Hand in the honest signature of the opened request, with members changed."""
        return await self.wallet.answers(self.uuid, {**self.honest, **changes})

    async def sign_blob(self, blob: bytes) -> Answer:
        """Hand in a blob, with its right hash."""
        return await self.sign(signed_blob=blob.hex().upper(), tx_id=transaction_hash(blob))

    @property
    def signed(self) -> dict[str, Any]:
        """The honestly signed transaction."""
        return dict(decode(bytes.fromhex(self.honest["signed_blob"])))

    async def call(
        self,
        *,
        key: SigningKey | None = None,
        keyid: str | None = None,
        age_s: int = 0,
        signed_method: str = "POST",
        signed_path: str = f"{APP}/accounts/challenge",
        signed_body: bytes = b"",
        body: bytes = b"",
        nonce: str | None = None,
        times: int = 1,
        without: tuple[str, ...] = (),
        **headers: str,
    ) -> Answer:
        """Ask for a challenge as the wallet, in a call whose signature is of something else. The last answer counts."""
        made = sign_request(
            SignedRequest(signed_method, PUBLIC_URL + signed_path, {}),
            signed_body,
            keyid=keyid or self.wallet.device,
            created=to_unix_s(self.side.clock.now()) - age_s,
            nonce=nonce or new_uuid(),
            sign=lambda message: (key or self.wallet.device_key).sign(message).signature,
        )
        sent = {name: value for name, value in {**made, **headers}.items() if name not in without}
        for _ in range(times - 1):
            assert (await self.side.send("POST", f"{APP}/accounts/challenge", sent, body)).status == 200
        return await self.side.send("POST", f"{APP}/accounts/challenge", sent, body)


Row = tuple[str, int, int, str, Callable[[Scene], Awaitable[Answer]]]


async def disabled_app(scene: Scene) -> Answer:
    await scene.side.context.db.write(apps.disable_app, scene.side.app_uuid)
    return await scene.ping()


async def revoked_device(scene: Scene) -> Answer:
    assert (await scene.wallet.call("DELETE", f"devices/{scene.wallet.device}")).status == 200
    return await scene.call()


async def high_s(scene: Scene) -> Answer:
    """The other signature that the same key made of the same message, as far as mathematics goes."""
    signed = scene.signed
    der = bytes.fromhex(signed["TxnSignature"])
    r = der[4 : 4 + der[3]]
    s = ORDER_OF_SECP256K1 - int.from_bytes(der[6 + der[3] :])
    numbers = b"\x02" + bytes([len(r)]) + r + b"\x02\x21\x00" + s.to_bytes(32)
    signed["TxnSignature"] = (b"\x30" + bytes([len(numbers)]) + numbers).hex().upper()
    return await scene.sign_blob(encode(signed))


async def flipped_bit(scene: Scene) -> Answer:
    signed = scene.signed
    der = bytearray(bytes.fromhex(signed["TxnSignature"]))
    der[-1] ^= 1
    return await scene.sign_blob(encode({**signed, "TxnSignature": der.hex().upper()}))


async def foreign_key(scene: Scene) -> Answer:
    """Another wallet's key signs for the wallet's account."""
    other = key_pair_from_seed(generate_seed())
    unsigned = {name: value for name, value in scene.signed.items() if name not in {"TxnSignature", "SigningPubKey"}}
    signed = sign_transaction(unsigned, other)
    return await scene.sign_blob(signed.blob)


async def unsorted_fields(scene: Scene) -> Answer:
    """The same fields, the first two in the other order: TransactionType (3 bytes) and Flags or Sequence (5 bytes)."""
    blob = bytes.fromhex(scene.honest["signed_blob"])
    return await scene.sign_blob(blob[3:8] + blob[:3] + blob[8:])


async def answered_again(scene: Scene) -> Answer:
    assert (await scene.sign()).status == 200
    return await scene.sign()


async def cancelled(scene: Scene) -> Answer:
    assert (await scene.side.platform("DELETE", f"payload/{scene.unopened}")).status == 200
    return await scene.wallet.opens(scene.unopened)


async def expired(scene: Scene) -> Answer:
    scene.side.clock.advance(days=2)
    return await scene.wallet.opens(scene.unopened)


def deep(levels: int) -> bytes:
    return b'{"txjson":' + b"[" * levels + b"]" * levels + b"}"


DOOR: list[Row] = [
    ("no credentials", 403, 812, "x-api-key and x-api-secret are missing",
     lambda scene: scene.ping(x_api_key=None, x_api_secret=None)),
    ("no key", 403, 812, "x-api-key is missing", lambda scene: scene.ping(x_api_key=None)),
    ("no secret", 403, 812, "x-api-secret is missing", lambda scene: scene.ping(x_api_secret=None)),
    ("an empty secret", 403, 812, "x-api-secret is empty", lambda scene: scene.ping(x_api_secret="")),
    ("a key of 35 characters", 403, 812, "35 characters",
     lambda scene: scene.ping(x_api_key=scene.side.app_uuid[:-1])),
    ("a secret in quotation marks", 403, 812, "quotation marks",
     lambda scene: scene.ping(x_api_secret=f'"{new_uuid()}"')),
    ("36 characters that are no UUID", 403, 812, "do not form a UUID", lambda scene: scene.ping(x_api_secret="z" * 36)),
    ("an unknown key", 403, 811, "No app of this server", lambda scene: scene.ping(x_api_key=new_uuid())),
    ("a wrong secret", 403, 813, "not a live secret", lambda scene: scene.ping(x_api_secret=new_uuid())),
    ("the secret of another app", 403, 813, "not a live secret",
     lambda scene: scene.ping(x_api_secret=scene.other_app["x-api-secret"])),
    ("key and secret swapped", 403, 811, "No app of this server",
     lambda scene: scene.ping(x_api_key=scene.other_app["x-api-secret"], x_api_secret=scene.side.app_uuid)),
    ("a disabled app", 403, 810, "disabled", disabled_app),
    ("a secret in a browser", 403, 815, "browser", lambda scene: scene.ping(origin="https://shop.example")),
    ("an admin's call without token", 404, 404, "switched off",
     lambda scene: scene.side.send("GET", "/api/v1/admin/apps", {})),
]  # fmt: skip

BODIES: list[Row] = [
    ("no body", 400, 599, "none was sent", lambda scene: scene.ask(b"")),
    ("blanks", 400, 599, "none was sent", lambda scene: scene.ask(b" \r\n ")),
    ("an empty object", 400, 599, "not empty", lambda scene: scene.ask(b"{}")),
    ("a list", 400, 599, "JSON object", lambda scene: scene.ask(b'[{"txjson":{}}]')),
    ("half a body", 400, 599, "not JSON", lambda scene: scene.ask(b'{"txjson":')),
    ("a form", 400, 599, "not JSON", lambda scene: scene.ask(b"txjson=1", content_type="text/plain")),
    ("bytes that are no UTF-8", 400, 599, "not UTF-8", lambda scene: scene.ask(b'{"txjson":"\xff"}')),
    ("NaN", 400, 599, "not JSON", lambda scene: scene.ask(b'{"txjson":{"TransactionType":"SignIn","Fee":NaN}}')),
    ("Infinity", 400, 599, "not JSON", lambda scene: scene.ask(b'{"options":{"expire":-Infinity}}')),
    ("a member twice", 400, 599, 'the member "TransactionType" twice',
     lambda scene: scene.ask(b'{"txjson":{"TransactionType":"SignIn","TransactionType":"Payment"}}')),
    ("a member twice, in two cases", 400, 599, "twice",
     lambda scene: scene.ask(b'{"txjson":{"TransactionType":"SignIn"},"txJson":{"TransactionType":"Payment"}}')),
    ("33 levels", 400, 599, "nested", lambda scene: scene.ask(deep(33))),
    ("a hundred thousand levels", 400, 599, "nested", lambda scene: scene.ask(deep(100_000))),
    ("more than 256 KiB", 413, 413, "too large",
     lambda scene: scene.ask(b'{"txjson":"' + b"x" * 262_144 + b'"}')),
    ("half a pair of surrogates", 400, 599, "", lambda scene: scene.ask(b'{"txjson":"\\ud800"}')),
]  # fmt: skip

REQUESTS: list[Row] = [
    ("nothing to sign", 400, 600, "nothing to sign", lambda scene: scene.ask({"options": {}})),
    ("txjson of the wrong kind", 400, 600, "nothing to sign", lambda scene: scene.ask({"txjson": "SignIn"})),
    ("two things to sign", 400, 604, "Both", lambda scene: scene.ask({"txjson": PAYMENT, "txblob": "AB" * 20})),
    ("a blob that is no hex", 400, 600, "nothing to sign", lambda scene: scene.ask({"txblob": "not hex at all"})),
    ("a blob that is too short", 400, 600, "nothing to sign", lambda scene: scene.ask({"txblob": "1200"})),
    ("a blob that is garbage", 400, 601, "cannot be decoded", lambda scene: scene.ask({"txblob": "AB" * 40})),
    ("no type", 400, 602, "TransactionType", lambda scene: scene.ask({"txjson": {"Destination": SHOP}})),
    ("a type that is no name", 400, 602, "TransactionType",
     lambda scene: scene.ask({"txjson": {"TransactionType": "<script>"}})),
    ("a field that cannot be encoded", 400, 603, "encode",
     lambda scene: scene.ask({"txjson": {**PAYMENT, "Amount": "many"}})),
    ("an unknown type with a field that cannot be encoded", 400, 603, "encode",
     lambda scene: scene.ask({"txjson": {"TransactionType": "BrandNew", "Fee": "many"}})),
    ("a channel that is none", 400, 603, "", lambda scene: scene.ask({"txjson": {**CLAIM, "Channel": "AB"}})),
    ("options of the wrong kind", 400, 606, "options must be an object",
     lambda scene: scene.ask({"txjson": PAYMENT, "options": "submit"})),
    ("a signer that is no account", 400, 606, "no account address",
     lambda scene: scene.ask({"txjson": PAYMENT, "options": {"signers": [SHOP, "rShop"]}})),
    ("eleven signers", 400, 606, "11 signers",
     lambda scene: scene.ask({"txjson": PAYMENT, "options": {"signers": [SHOP] * 11}})),
    ("a return URL that would be run", 400, 606, "cannot be opened safely",
     lambda scene: scene.ask({"txjson": PAYMENT, "options": {"return_url": {"web": "javascript:alert(1)"}}})),
    ("a return URL of 251 characters", 400, 413, "251 characters",
     lambda scene: scene.ask({"txjson": PAYMENT, "options": {"return_url": {"app": "https://" + "x" * 243}}})),
    ("an identifier of 41 characters", 400, 413, "41 characters",
     lambda scene: scene.ask({"txjson": PAYMENT, "custom_meta": {"identifier": "x" * 41}})),
    ("an instruction of 281 characters", 400, 413, "281 characters",
     lambda scene: scene.ask({"txjson": PAYMENT, "custom_meta": {"instruction": "x" * 281}})),
    ("a blob of 1501 characters", 400, 413, "1501 characters",
     lambda scene: scene.ask({"txjson": PAYMENT, "custom_meta": {"blob": {"note": "x" * 1490}}})),
    ("an identifier used before", 400, 409, "already used",
     lambda scene: scene.ask({"txjson": PAYMENT, "custom_meta": {"identifier": "order-1"}})),
    ("an Idempotency-Key that is too long", 400, 606, "Idempotency-Key",
     lambda scene: scene.ask({"txjson": PAYMENT}, idempotency_key="k" * 256)),
    ("an unknown payload", 404, 404, "no payload with this UUID",
     lambda scene: scene.side.platform("GET", f"payload/{new_uuid()}")),
    ("a payload of another app, to read", 404, 404, "no payload with this UUID",
     lambda scene: scene.side.platform("GET", f"payload/{scene.uuid}", credentials=scene.other_app)),
    ("a payload of another app, to cancel", 404, 404, "no payload with this UUID",
     lambda scene: scene.side.platform("DELETE", f"payload/{scene.unopened}", credentials=scene.other_app)),
    ("an identifier of another app", 404, 409, "no payload with this custom identifier",
     lambda scene: scene.side.platform("GET", "payload/ci/order-1", credentials=scene.other_app)),
]  # fmt: skip

SIGNATURES: list[Row] = [
    ("no blob", 400, 800, "missing", lambda scene: scene.sign(signed_blob=None)),
    ("a blob that is no hex", 400, 800, "not hex", lambda scene: scene.sign(signed_blob="zz")),
    ("a blob that is garbage", 400, 801, "canonical", lambda scene: scene.sign(signed_blob="DEADBEEF" * 8)),
    ("a blob with something behind it", 400, 801, "canonical",
     lambda scene: scene.sign_blob(bytes.fromhex(scene.honest["signed_blob"]) + b"\x00")),
    ("a blob that is cut off", 400, 801, "canonical",
     lambda scene: scene.sign_blob(bytes.fromhex(scene.honest["signed_blob"])[:-3])),
    ("fields out of order", 400, 801, "canonical", unsorted_fields),
    ("a high S", 400, 800, "", high_s),
    ("a flipped bit", 400, 800, "not accepted", flipped_bit),
    ("a foreign key", 400, 405, "signed by the key of", foreign_key),
    ("a hash of something else", 400, 803, "not the hash", lambda scene: scene.sign(tx_id="AB" * 32)),
    ("no hash", 400, 802, "missing", lambda scene: scene.sign(tx_id=None)),
    ("another key than the blob's", 400, 405, "signpubkey", lambda scene: scene.sign(signpubkey="02" + "AB" * 32)),
    ("another amount", 400, 405, "Amount",
     lambda scene: scene.wallet.answers(scene.uuid, scene.wallet.signature(scene.view, Amount="1"))),
    ("a field nobody asked for", 400, 405, "SendMax",
     lambda scene: scene.wallet.answers(scene.uuid, scene.wallet.signature(scene.view, SendMax="9999999"))),
    ("an answer that is two", 400, 405, "declines and signs", lambda scene: scene.sign(reject=True)),
    ("an unopened request", 409, 405, "not been opened",
     lambda scene: scene.wallet.answers(scene.unopened, scene.honest)),
    ("an answered request", 409, 409, "already answered", answered_again),
    ("an unknown request", 404, 404, "no such sign request",
     lambda scene: scene.wallet.answers(new_uuid(), scene.honest)),
    ("a cancelled request", 410, 510, "withdrawn", cancelled),
    ("an expired request", 410, 510, "expired", expired),
]  # fmt: skip

DEVICES: list[Row] = [
    ("no signature", 401, 890, "no signature", lambda scene: scene.call(without=("signature", "signature-input"))),
    ("one half of a signature", 401, 890, "no signature", lambda scene: scene.call(without=("signature",))),
    ("a signature of noughts", 401, 895, "does not verify",
     lambda scene: scene.call(signature=f"sig1=:{b64encode(bytes(64)).decode()}:")),
    ("a signature of 63 bytes", 401, 891, "",
     lambda scene: scene.call(signature=f"sig1=:{b64encode(bytes(63)).decode()}:")),
    ("a signature of yesterday", 401, 892, "", lambda scene: scene.call(age_s=86_400)),
    ("a signature of 61 seconds ago", 401, 892, "", lambda scene: scene.call(age_s=61)),
    ("a signature of tomorrow", 401, 892, "", lambda scene: scene.call(age_s=-86_400)),
    ("a replayed call", 401, 893, "used before", lambda scene: scene.call(times=2)),
    ("a nonce of four characters", 401, 891, "nonce", lambda scene: scene.call(nonce="abcd")),
    ("another body", 401, 894, "changed after it was signed",
     lambda scene: scene.call(signed_body=b'{"a":1}', body=b'{"a":2}')),
    ("a body where none was signed", 401, 897, "", lambda scene: scene.call(body=b'{"a":2}')),
    ("another method", 401, 895, "does not verify", lambda scene: scene.call(signed_method="DELETE")),
    ("another path", 401, 895, "does not verify", lambda scene: scene.call(signed_path=f"{APP}/accounts")),
    ("the key of another device", 401, 895, "does not verify", lambda scene: scene.call(key=SigningKey.generate())),
    ("an unknown device", 401, 896, "no paired device", lambda scene: scene.call(keyid=new_uuid())),
    ("a revoked device", 401, 896, "revoked", revoked_device),
]  # fmt: skip


@pytest.fixture
async def scene(flow_sqlite: Path, tmp_path: Path) -> AsyncIterator[Scene]:
    """A scene of the row's own."""
    shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
    scene = Scene(Settings(data_dir=str(tmp_path), public_url=PUBLIC_URL))
    await scene.open()
    yield scene
    await scene.side.stop()


def table(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row[0] for row in rows])


async def is_refused(scene: Scene, row: Row) -> None:
    _, status, code, words, send = row

    answer = await send(scene)

    assert (answer.status, answer.code) == (status, code), answer
    error = answer.json["error"]
    assert words in f"{error['message']} {error['hint']}"
    assert error["message"].endswith((".", "?"))
    assert error["hint"].endswith((".", "`"))
    assert error["reference"] == answer.headers["x-call-ref"]


class TestRefused:
    @table(DOOR)
    async def test_at_the_door(self, scene, row):
        await is_refused(scene, row)

    @table(BODIES)
    async def test_as_a_body(self, scene, row):
        await is_refused(scene, row)

    @table(REQUESTS)
    async def test_as_a_request(self, scene, row):
        await is_refused(scene, row)

    @table(SIGNATURES)
    async def test_as_a_signature(self, scene, row):
        await is_refused(scene, row)
        opened = await scene.side.sees(scene.uuid)
        assert opened["meta"]["signed"] is (row[0] == "an answered request")

    @table(DEVICES)
    async def test_as_a_call_of_a_wallet(self, scene, row):
        await is_refused(scene, row)
