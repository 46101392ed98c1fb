"""Every documented operation, called with generated input: no failure of the server, and nothing undocumented.

Callers have real credentials, and wallets sign what is really sent. Half of the calls go to things that exist.
"""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests  # type: ignore[import-untyped]
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nacl.signing import SigningKey
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from sealgate.base.http_signatures import SignedRequest, sign_request
from sealgate.base.ids import new_uuid
from sealgate.holders.thumbprint import ed25519_thumbprint, to_base64url
from sealgate.ledger.keys import generate_seed, key_pair_from_seed
from sealgate.xapps.replay import refetch_hash
from tests.operator_files import HOOK, write_files
from tests.payloads import PAYMENT
from tests.platform import Platform, start_platform
from tests.remote import Remote
from tests.wallet_side import Wallet
from tests.xapps import proves_account

DOCUMENT = Path(__file__).parents[2] / "docs/openapi.json"
SCHEMA = schemathesis.openapi.from_dict(json.loads(DOCUMENT.read_text()))
# The event streams have no end to wait for; the tests of wallets and deliveries listen to them.
OPERATIONS = [
    operation
    for operation in (found.ok() for found in SCHEMA.get_all_operations() if isinstance(found, Ok))
    if operation.path not in {"/api/v1/app/events", "/api/v1/platform/events"}
]
# Nobody succeeds there by guessing: a signature is needed, or a transaction that a ledger holds.
NOT_BY_GUESSING = {
    "POST /api/v1/app/accounts",
    "PATCH /api/v1/app/payload/{uuid}",
    "GET /api/v1/platform/xrpl-tx/{hash}",
    "GET /api/v1/jwt/xrpl-tx/{hash}",
    "GET /api/v1/platform/payload/{uuid}/receipt",
}
# Anybody may ask, with any text: there is nothing that could be wrong by its form.
TAKES_ANYTHING = {"GET /api/v1/platform/kyc-status/{account}", "GET /api/v1/app/account-info/{account}"}
NFTOKEN = "000B013A95F14B0044F78A264E41713C64B5F89242540EE208C3098E00000D65"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
IDENTIFIER = "order-1"
MAY_DIFFER = ("servers", "paths", "components", "tags")
# A point of P-256, as browsers give their push keys; its private key is 1.
POINT = to_base64url(
    bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    )
)
WEBHOOK_URL = "http://127.0.0.1:14999/hook"

# What is checked with something else, so that few of the values that are generated fit.
_APP = ("icon_url", "webhook_url", "redirect_uris", "xapp_id", "xapp_url", "network")
LEFT_OUT = {
    "POST /api/v1/platform/payload": ("options", "custom_meta"),
    "POST /api/v1/jwt/payload": ("options", "custom_meta"),
    "POST /api/v1/app/devices": ("invitation",),
    "POST /api/v1/app/xapp/launch/{id}": ("account", "origin"),
    "POST /api/v1/admin/apps": _APP,
    "PATCH /api/v1/admin/apps/{uuid}": _APP,
    "PUT /api/v1/admin/apps/{uuid}": (
        *_APP, "homepage_url", "support_url", "policy_url", "terms_url", "description", "post_logout_redirect_uris",
        "grant_types", "xapp_networks",
    ),
}  # fmt: skip

# Those without parameters and body have nothing that could be wrong.
CALLS = [
    (operation, mode)
    for operation in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE
    or (operation.definition.raw.keys() & {"parameters", "requestBody"} and operation.label not in TAKES_ANYTHING)
]


class World:
    """A running platform with something behind every path: an app to spoil, payloads, devices, a user token."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.address = f"http://127.0.0.1:{platform.port}"
        self.http = requests.Session()
        self.http.trust_env = False
        self.known: dict[str, list[str]] = {}
        self.wallet: Wallet
        self.access_token = ""
        asyncio.run(self._furnish())

    async def _furnish(self) -> None:
        async with Remote.of(self.platform) as side:
            wallet = await side.wallet()
            invitation = (await wallet.call("POST", "devices/invitations")).json["invitation"]
            spare = await side.wallet(invitation=invitation)
            await proves_account(wallet)
            spare_account = await self._prove_another(wallet)
            made = [await side.asks(PAYMENT) for _ in range(6)]
            for one in made[:4]:
                await wallet.opens(one["uuid"])
            signed = await side.asks(PAYMENT, custom_meta={"identifier": IDENTIFIER})
            assert (await wallet.signs(signed["uuid"])).status == 200
            token = (await side.sees(signed["uuid"]))["application"]["issued_user_token"]
            admin = {"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"}
            xapp = b'{"xapp_url":"http://localhost:5173/","xapp_push":true,"xapp_push_any":true}'
            assert (await side.send("PATCH", f"/api/v1/admin/apps/{side.app_uuid}", admin, xapp)).status == 200
            app = await side.send(
                "POST", "/api/v1/admin/apps", admin, b'{"name":"To be spoilt","xapp_url":"http://localhost:5173/"}'
            )
            debug = json.dumps({"device": wallet.device, "kind": "debug"}).encode()
            listed = await side.send("POST", f"/api/v1/admin/apps/{side.app_uuid}/xapp/devices", admin, debug)
            assert listed.status == 200
            self.to_spoil: str = app.json["uuid"]
            named = {"x-api-key": app.json["api_key"], "x-api-secret": app.json["api_secret"]}
            pings = {
                "platform": await side.platform("GET", "ping"),
                "admin": await side.platform("GET", "ping", credentials=named),
            }
            self.refs = {who: [ping.headers["x-call-ref"]] for who, ping in pings.items()}
            payloads = [one["uuid"] for one in [*made, signed]]
            await self._become_developer(side, wallet)
            self.deliveries = {
                "platform": await self._delivered(side, side.credentials, admin, wallet),
                "admin": await self._delivered(side, named, admin, wallet),
            }
        self.wallet = wallet
        self.known = {
            "nftoken-detail": [NFTOKEN],
            "app/accounts": [spare_account],
            "admin/developers": [wallet.key.address],
            "kyc-status": [wallet.key.address],
            "account-info": [wallet.key.address],
            "account-meta": [wallet.key.address],
            "platform": payloads,
            "jwt": payloads,
            "sign": payloads,
            "app/payload": payloads,
            "app/devices": [spare.device],
            "xapp/info": [app.json["xapp_id"]],
            "xapp/launch": [app.json["xapp_id"]],
            "device": [wallet.device],
            "admin": [self.to_spoil],
            "identifier": [IDENTIFIER],
            "token": [token],
            "key": ["prefs", "cart"],
            "code": ["EUR", "usd"],
            "hash": [HOOK],
            "app": [side.app_uuid],
        }

    async def _prove_another(self, wallet: Wallet) -> str:
        """Add an account that may go away; return it."""
        usual, wallet.key = wallet.key, key_pair_from_seed(generate_seed())
        await proves_account(wallet)
        spare, wallet.key = wallet.key, usual
        return spare.address

    async def _delivered(self, side: Remote, app: dict[str, str], admin: dict[str, str], wallet: Wallet) -> list[str]:
        """Give an app a webhook endpoint that is not there, and something for it; return the deliveries' numbers."""
        endpoint = json.dumps({"url": WEBHOOK_URL}).encode()
        path = f"/api/v1/admin/apps/{app['x-api-key']}/webhooks"
        assert (await side.send("POST", path, admin, endpoint)).status == 200
        asked = await side.platform("POST", "payload", {"txjson": PAYMENT}, credentials=app)
        assert (await wallet.signs(asked.json["uuid"])).status == 200
        found = await side.platform("GET", "deliveries", credentials=app)
        return [str(one["id"]) for one in found.json["deliveries"]]

    async def _become_developer(self, side: Remote, wallet: Wallet) -> None:
        """Sign the wallet in to the console: under `sealgate dev` that makes its account a developer's."""
        kept: list[str] = []

        async def visit(path: str) -> str:
            # The cookies are for secure transport, which browsers take this machine's own address for.
            answer = await side._client.get(path, headers={"cookie": "; ".join(kept)})
            kept.extend(cookie.partition(";")[0] for cookie in answer.headers.get_list("set-cookie"))
            assert answer.status_code == 303, answer.text
            place = urlsplit(answer.headers["location"])
            return f"{place.path}?{place.query}" if place.query else place.path

        sign_page = await visit(await visit("/console/sign-in"))
        uuid = sign_page.rpartition("/")[2]
        assert (await wallet.signs(uuid)).status == 200
        assert await visit(await visit(f"/signin?txn={uuid}")) == "/console"

    def sign_in(self) -> None:
        """Let the wallet sign in to the demo app; a rotation of the keys may have ended the last sign-in."""
        asyncio.run(self._sign_in())

    async def _sign_in(self) -> None:
        async with Remote.of(self.platform) as side:
            self.wallet.side = side
            asked = {"response_type": "token", "client_id": side.app_uuid, "redirect_uri": "http://localhost:3000/"}
            begun = await side._client.get("/auth", params=asked)
            uuid = begun.headers["location"].rpartition("/sign/")[2]
            assert (await self.wallet.signs(uuid)).status == 200
            cookies = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
            done = await side._client.get("/signin", params={"txn": uuid}, headers=cookies)
        self.access_token = parse_qs(urlsplit(done.headers["location"]).query)["access_token"][0]

    def restore(self, label: str) -> None:
        """Bring back what earlier operations took away and this one needs."""
        self.known |= {"hash": [HOOK], "admin": [self.to_spoil]}
        asyncio.run(self._restore(label))

    async def _restore(self, label: str) -> None:
        async with Remote.of(self.platform) as side:
            self.wallet.side = side
            if "/xapp/" in label:
                asked = await side.asks(PAYMENT)
                assert (await self.wallet.signs(asked["uuid"])).status == 200
                self.known["token"] = [(await side.sees(asked["uuid"]))["application"]["issued_user_token"]]
            if "/admin/" in label and label.endswith("/resend"):
                # The app so far is spoilt: switched off, with other secrets and without endpoints.
                admin = {"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"}
                made = await side.send("POST", "/api/v1/admin/apps", admin, b'{"name": "Another shop"}')
                self.known["admin"] = [made.json["uuid"]]
                named = {"x-api-key": made.json["api_key"], "x-api-secret": made.json["api_secret"]}
                self.deliveries["admin"] = await self._delivered(side, named, admin, self.wallet)

    def furnish(self, case: Case[Any], number: int) -> None:
        """Point a call at things that exist."""
        if "/xrpl-tx/" in case.path:
            return
        if "ott" in case.path_parameters:
            self.known["ott"] = [self._launch()]
            proof = (self.known["ott"][0], self.platform.env["SEALGATE_API_SECRET"], self.wallet.device)
            self.known["hash"] = [refetch_hash(*proof)]
        elif "/third-party-permissions/" in case.path:
            asyncio.run(self._grant())
        elif (case.method, "device" in case.path_parameters) == ("DELETE", True):
            self._list_device()
        if "endpoint" in case.path_parameters:
            self.known["endpoint"] = [self._endpoint()]
        if "ref" in case.path_parameters:
            self.known["ref"] = self.refs["admin" if "/admin/" in case.path else "platform"]
        if "number" in case.path_parameters:
            self.known["number"] = self.deliveries["admin" if "/admin/" in case.path else "platform"]
        for name in case.path_parameters:
            known = self.known.get(name) or next(
                (known for place, known in self.known.items() if f"/{place}/" in case.path), None
            )
            if known:
                case.path_parameters[name] = known[number % len(known)]
        if case.path == "/api/v1/admin/apps/{uuid}" and case.method in ("DELETE", "PUT"):
            case.path_parameters["uuid"] = self._app_to_end() if case.method == "DELETE" else new_uuid()
        if isinstance(case.body, dict):
            self._correct(f"{case.method} {case.path}", case.body)

    def _correct(self, label: str, body: dict[str, Any]) -> None:
        """Put in a body what nobody guesses, and leave the rest as it was generated."""
        for name in LEFT_OUT.get(label, ()):
            body.pop(name, None)
        if label in {"POST /api/v1/platform/payload", "POST /api/v1/jwt/payload"} and "txblob" not in body:
            body["txjson"] = PAYMENT
        elif label in {"POST /api/v1/platform/xapp/event", "POST /api/v1/platform/xapp/push"}:
            body["user_token"] = self.known["token"][0]
        elif label == "POST /api/v1/app/devices":
            body["public_key"] = to_base64url(self.wallet.public_key)
        elif label == "PUT /api/v1/app/push-subscription":
            body["endpoint"] = "http://127.0.0.1:14999/push"
            body["keys"] = {"p256dh": POINT, "auth": to_base64url(bytes(16))}
        elif label == "PUT /api/v1/admin/apps/{uuid}":
            body["name"] = "Moved in"
        elif label == "POST /api/v1/admin/apps/{uuid}/xapp/devices":
            body["device"] = self.wallet.device
        elif "/webhooks" in label:
            body.pop("description", None)
            if "url" in body:
                body["url"] = WEBHOOK_URL

    async def _grant(self) -> None:
        """Sign for the demo app, which gives it leave to send the wallet requests."""
        async with Remote.of(self.platform) as side:
            self.wallet.side = side
            asked = await side.asks(PAYMENT)
            assert (await self.wallet.signs(asked["uuid"])).status == 200

    def _launch(self) -> str:
        """Open the demo app's xApp and return its token: each counts once."""
        url = f"{self.address}/api/v1/app/xapp/launch/{self.platform.env['SEALGATE_API_KEY']}"
        opened = self.http.post(url, data=b"{}", auth=lambda request: self._signed(request, self.wallet.device))
        return str(opened.json()["ott"])

    def _endpoint(self) -> str:
        """Return a webhook endpoint of the app to spoil, made anew where it has none left."""
        admin = {"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"}
        url = f"{self.address}/api/v1/admin/apps/{self.known['admin'][0]}/webhooks"
        there = self.http.get(url, headers=admin).json()["endpoints"]
        found = there[0] if there else self.http.post(url, json={"url": WEBHOOK_URL}, headers=admin).json()
        return str(found["uuid"])

    def _app_to_end(self) -> str:
        """Return a new app: what was spoilt elsewhere must still be there."""
        admin = {"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"}
        made = self.http.post(f"{self.address}/api/v1/admin/apps", json={"name": "To be ended"}, headers=admin)
        return str(made.json()["uuid"])

    def _list_device(self) -> None:
        """Put the wallet on the list of the app to spoil."""
        admin = {"authorization": f"Bearer {self.platform.env['SEALGATE_ADMIN_TOKEN']}"}
        url = f"{self.address}/api/v1/admin/apps/{self.known['admin'][0]}/xapp/devices"
        assert self.http.post(url, json={"device": self.wallet.device}, headers=admin).ok

    def authorised(self, case: Case[Any]) -> Callable[[Any], Any]:
        """Return what makes a prepared request one of the caller the operation is for."""
        env = self.platform.env
        if case.path.startswith("/api/v1/platform/"):
            headers = {"x-api-key": env["SEALGATE_API_KEY"], "x-api-secret": env["SEALGATE_API_SECRET"]}
        elif case.path == "/api/v1/jwt/authorize":
            headers = {"x-api-key": env["SEALGATE_API_KEY"], "x-api-ott": self._launch()}
        elif case.path.startswith("/api/v1/jwt/"):
            headers = {"authorization": f"Bearer {self.access_token}"}
        elif case.path.startswith("/api/v1/admin/"):
            headers = {"authorization": f"Bearer {env['SEALGATE_ADMIN_TOKEN']}"}
        elif case.path.startswith("/api/v1/app/"):
            introduces_itself = (case.method, case.path) == ("POST", "/api/v1/app/devices")
            keyid = ed25519_thumbprint(self.wallet.public_key) if introduces_itself else self.wallet.device
            return lambda request: self._signed(request, keyid)
        else:
            headers = {}

        def add(request: Any) -> Any:
            request.headers.update(headers)
            return request

        return add

    def _signed(self, request: Any, keyid: str) -> Any:
        url = urlsplit(request.url)
        target = self.platform.url + url.path + (f"?{url.query}" if url.query else "")
        body = request.body.encode() if isinstance(request.body, str) else request.body or b""
        key: SigningKey = self.wallet.device_key
        request.headers.update(
            sign_request(
                SignedRequest(request.method, target, {}),
                body,
                keyid=keyid,
                created=int(time.time()),
                nonce=token_urlsafe(18),
                sign=lambda message: key.sign(message).signature,
            )
        )
        return request


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    platform = start_platform(**write_files(tmp_path_factory.mktemp("operator")))  # type: ignore[arg-type]
    yield World(platform)
    platform.stop()


def test_the_document_is_the_one_that_is_served(world):
    served = world.http.get(f"{world.address}/openapi.json").json()

    kept = json.loads(DOCUMENT.read_text())
    # The sandbox lists its controls as well; no other server has them.
    paths = {path: said for path, said in served["paths"].items() if not path.startswith("/__dev")}
    assert paths == kept["paths"]
    for kind, components in kept["components"].items():
        assert {name: served["components"][kind][name] for name in components} == components
    assert {**served, **dict.fromkeys(MAY_DIFFER)} == {**kept, **dict.fromkeys(MAY_DIFFER)}


def generate(world: World, operation: Any, mode: GenerationMode, *, examples: int) -> None:
    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy(generation_mode=mode), exists=st.booleans(), number=st.integers(0, 99))
    def call(case: Case[Any], exists: bool, number: int) -> None:
        if exists:
            world.furnish(case, number)
        answer = case.call(base_url=world.address, session=world.http, auth=world.authorised(case))
        answered.append(answer.status_code)
        case.validate_response(answer, checks=CHECKS)

    world.restore(operation.label)
    if operation.path.startswith("/api/v1/jwt/"):
        world.sign_in()
    answered: list[int] = []
    call()

    if mode is GenerationMode.POSITIVE and operation.label not in NOT_BY_GUESSING:
        assert {200, 204} & set(answered)


every_call = pytest.mark.parametrize(
    ("operation", "mode"), CALLS, ids=[f"{operation.label} {mode.value}" for operation, mode in CALLS]
)


@every_call
def test_an_operation_answers_as_documented(world, operation, mode):
    generate(world, operation, mode, examples=40)


@every_call
@pytest.mark.soak
def test_an_operation_answers_as_documented_at_length(world, operation, mode):
    generate(world, operation, mode, examples=500)
