"""The sandbox ledger over HTTP and WebSocket: who may ask, what is told, faults, the way back."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from sealgate.ledger.keys import generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction
from tests.platform import Platform, start_platform

pytestmark = pytest.mark.anyio

LONG_S = 15
GENESIS = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
PAGE = {"origin": "https://shop.example", "sec-fetch-site": "cross-site"}


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A sandbox whose ledger these tests share."""
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(timeout=30) as client:
        yield client


@pytest.fixture
async def controls(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox's controls; faults end with the test."""
    token = {"authorization": f"Bearer {platform.env['SEALGATE_ADMIN_TOKEN']}"}
    async with httpx.AsyncClient(base_url=f"{platform.url}/__dev", headers=token, timeout=30) as client:
        yield client
        await client.delete("/faults")


@pytest.fixture
async def socket(platform: Platform) -> AsyncIterator[ClientConnection]:
    async with connect(platform.env["SEALGATE_LEDGER_WS"]) as connection:
        yield connection


async def rpc(http: httpx.AsyncClient, platform: Platform, method: str, **params: Any) -> dict[str, Any]:
    """Ask over JSON-RPC."""
    answer = await http.post(platform.env["SEALGATE_LEDGER_RPC"], json={"method": method, "params": [params]})
    assert answer.status_code == 200
    return dict(answer.json()["result"])


async def funded(http: httpx.AsyncClient, platform: Platform) -> Any:
    """Return the key of an account that the faucet has paid."""
    key = key_pair_from_seed(generate_seed())
    answer = await http.post(f"{platform.env['SEALGATE_LEDGER_RPC']}/faucet", json={"destination": key.address})
    assert answer.status_code == 200
    return key


async def hears(socket: ClientConnection, **wanted: Any) -> dict[str, Any]:
    """Return the first message with these members; those before it are not for us."""
    async with asyncio.timeout(LONG_S):
        while True:
            message = json.loads(await socket.recv())
            if message.items() >= wanted.items():
                return dict(message)


async def asks(socket: ClientConnection, command: str, **params: Any) -> dict[str, Any]:
    """Ask over a WebSocket."""
    await socket.send(json.dumps({"id": command, "command": command, **params}))
    return await hears(socket, id=command)


class TestJsonRpc:
    async def test_answers_in_a_nodes_shape(self, platform, http):
        told = await rpc(http, platform, "account_info", account=GENESIS)

        assert told["status"] == "success"
        assert told["account_data"]["Account"] == GENESIS

    async def test_refuses_in_a_nodes_shape(self, platform, http):
        told = await rpc(http, platform, "account_info", account="rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", secret="sn")

        assert (told["status"], told["error"], told["error_code"]) == ("error", "actNotFound", 19)
        assert told["request"]["secret"] == "<masked>"

    @pytest.mark.parametrize("body", ["[]", "1", '{"params": 1}', '{"method": 1}', '{"method": "", "params": [1]}'])
    async def test_a_call_without_a_method_is_refused(self, platform, http, body):
        answer = await http.post(platform.env["SEALGATE_LEDGER_RPC"], content=body)

        assert answer.json()["result"]["error"] == "missingCommand"

    async def test_a_body_that_is_no_json_or_too_large_is_refused(self, platform, http):
        broken = await http.post(platform.env["SEALGATE_LEDGER_RPC"], content="{")
        large = await http.post(platform.env["SEALGATE_LEDGER_RPC"], content="[" + " " * 300_000 + "]")

        assert (broken.status_code, large.status_code) == (400, 413)

    async def test_any_page_may_ask(self, platform, http):
        url = platform.env["SEALGATE_LEDGER_RPC"]
        asked = {**PAGE, "access-control-request-method": "POST", "access-control-request-headers": "content-type"}

        for path in (url, f"{url}/faucet"):
            preflight = await http.options(path, headers=asked)
            assert preflight.headers["access-control-allow-origin"] == "*"
            assert "Content-Type" in preflight.headers["access-control-allow-headers"]
        answer = await http.post(url, headers=PAGE, json={"method": "ping"})
        assert answer.headers["access-control-allow-origin"] == "*"

    async def test_the_faucet_says_what_it_needs(self, platform, http):
        answer = await http.post(f"{platform.env['SEALGATE_LEDGER_RPC']}/faucet", json={"destination": "alice"})

        assert answer.status_code == 400
        assert "destination" in answer.json()["error"]["message"]


class TestAWebSocket:
    async def test_answers_by_id(self, socket):
        answer = await asks(socket, "server_info", api_version=2)

        assert (answer["type"], answer["status"], answer["api_version"]) == ("response", "success", 2)
        assert answer["result"]["info"]["sandbox"] is True

    async def test_refuses_by_name(self, socket):
        answer = await asks(socket, "book_offers")

        assert (answer["status"], answer["error"]) == ("error", "notSupported")
        assert answer["request"]["command"] == "book_offers"

    @pytest.mark.parametrize("frame", ["{", "[]", '"ping"', "\0"])
    async def test_goes_on_after_what_it_cannot_read(self, socket, frame):
        await socket.send(frame)

        assert (await hears(socket, type="error"))["error"] == "jsonInvalid"
        assert (await asks(socket, "ping"))["status"] == "success"

    async def test_hears_of_a_ledger_every_second(self, socket):
        first = (await asks(socket, "subscribe", streams=["ledger"]))["result"]["ledger_index"]

        indexes = [(await hears(socket, type="ledgerClosed"))["ledger_index"] for _ in range(2)]

        assert indexes == [first + 1, first + 2]

    async def test_hears_of_an_accounts_transactions_alone(self, platform, http, socket):
        alice, bob = await funded(http, platform), await funded(http, platform)
        await asks(socket, "subscribe", accounts=[bob.address], api_version=2)
        for key in (alice, bob):
            root = (await rpc(http, platform, "account_info", account=key.address))["account_data"]
            tx = {"TransactionType": "AccountSet", "Fee": "10", "Sequence": root["Sequence"]}
            await rpc(http, platform, "submit", tx_blob=sign_transaction(tx, key).blob.hex())

        heard = await hears(socket, type="transaction")

        assert heard["tx_json"]["Account"] == bob.address
        assert (heard["validated"], heard["engine_result"]) == (True, "tesSUCCESS")

    async def test_hears_no_more_after_it_said_so(self, socket):
        await asks(socket, "subscribe", streams=["ledger"])
        await asks(socket, "unsubscribe", streams=["ledger"])
        await asks(socket, "ledger_accept")

        await socket.send(json.dumps({"id": "last", "command": "ping"}))

        assert json.loads(await socket.recv())["id"] == "last"


class TestAFault:
    async def test_makes_the_ledger_slow(self, platform, controls, http):
        put = await controls.put("/faults/ledger", json={"delay_s": 600})
        assert put.json()["ledger"]["delay_s"] == 600

        with pytest.raises(httpx.ReadTimeout):
            await http.post(platform.env["SEALGATE_LEDGER_RPC"], json={"method": "ping"}, timeout=1)

        await controls.delete("/faults")
        assert (await rpc(http, platform, "ping"))["status"] == "success"

    async def test_cuts_connections_so_many_times(self, platform, controls, http, socket):
        await controls.put("/faults/ledger", json={"drop": True, "times": 2})

        with pytest.raises(httpx.RemoteProtocolError):
            await rpc(http, platform, "ping")
        with pytest.raises(ConnectionClosed):
            await asks(socket, "ping")

        assert (await rpc(http, platform, "ping"))["status"] == "success"
        assert (await controls.get("")).json()["faults"]["ledger"] is None


class TestAReset:
    async def test_begins_at_the_genesis(self, platform, controls, http):
        alice = await funded(http, platform)

        await controls.post("/reset")

        assert (await rpc(http, platform, "account_info", account=alice.address))["error"] == "actNotFound"
        root = (await rpc(http, platform, "account_info", account=GENESIS))["account_data"]
        assert (root["Balance"], root["Sequence"]) == ("100000000000000000", 1)
