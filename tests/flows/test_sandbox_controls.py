"""The controls of `sealgate dev`: the way back, the clock, faults, the scripted wallet; and that `serve` has none."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Any, Self

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.payloads import PAYMENT, SIGN_IN_REQUEST
from tests.platform import SEALGATE, Platform, start_platform
from tests.remote import Remote
from tests.server_process import free_port

pytestmark = pytest.mark.anyio

LONG_S = 15


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A sandbox that each test leaves as it was: it ends with a reset."""
    started = start_platform()
    yield started
    started.stop()


class Controls:
    """The sandbox's controls, with the admin token."""

    def __init__(self, platform: Platform) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"{platform.url}/__dev",
            headers={"authorization": f"Bearer {platform.env['SEALGATE_ADMIN_TOKEN']}"},
            timeout=30,
        )

    async def call(self, method: str, path: str = "", body: Any = None) -> httpx.Response:
        """Call a control."""
        return await self._client.request(method, path, json=body)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()


@pytest.fixture
async def controls(platform: Platform) -> AsyncIterator[Controls]:
    async with Controls(platform) as sandbox:
        yield sandbox
        assert (await sandbox.call("POST", "/reset")).json()["reset"] is True


@pytest.fixture
async def side(platform: Platform) -> AsyncIterator[Remote]:
    async with Remote.of(platform) as remote:
        yield remote


async def listens_on(socket: ClientConnection) -> None:
    """Take what comes until nothing does."""
    async with asyncio.timeout(LONG_S):
        while True:
            await socket.recv()


async def eventually_resolved(side: Remote, uuid: str) -> dict[str, Any]:
    for _ in range(LONG_S * 10):
        seen = await side.sees(uuid)
        if seen["meta"]["resolved"]:
            return seen
        await asyncio.sleep(0.1)
    pytest.fail("the request was not answered")


class TestAReset:
    async def test_keeps_the_app_and_the_wallet_and_forgets_the_rest(self, platform, controls, side):
        asked = await side.asks(PAYMENT)
        made = platform.sealgate("app", "create", "--name", "Another shop")
        await controls.call("POST", "/clock", {"advance_s": 3600})
        await controls.call("PUT", "/faults/push", {"status": 500})

        await controls.call("POST", "/reset")

        assert (await side.platform("GET", f"payload/{asked['uuid']}")).status == 404
        assert all(app["uuid"] != made["uuid"] for app in platform.sealgate("app", "list")["apps"])
        state = (await controls.call("GET")).json()
        assert state["clock"]["ahead_s"] == 0
        assert state["faults"] == {"webhooks": None, "push": None, "ledger": None}
        again = await side.asks(SIGN_IN_REQUEST)
        assert platform.sealgate("wallet", "sign", again["uuid"])["signed"] is True

    async def test_refuses_the_secret_of_an_app_that_is_gone(self, platform, controls, side):
        made = platform.sealgate("app", "create", "--name", "Another shop")
        keys = {"x-api-key": made["api_key"], "x-api-secret": made["api_secret"]}
        assert (await side.send("GET", "/api/v1/platform/ping", keys)).status == 200

        await controls.call("POST", "/reset")

        assert (await side.send("GET", "/api/v1/platform/ping", keys)).code == 811


class TestTheClock:
    async def test_lets_a_request_expire(self, controls, side):
        asked = await side.asks({**PAYMENT})

        moved = await controls.call("POST", "/clock", {"advance_s": 2 * 86_400})

        assert moved.json()["ahead_s"] == 2 * 86_400
        assert (await side.sees(asked["uuid"]))["meta"]["expired"] is True

    async def test_takes_the_wallet_along(self, platform, controls, side):
        await controls.call("POST", "/clock", {"advance_s": 86_400})
        asked = await side.asks(SIGN_IN_REQUEST)

        assert platform.sealgate("wallet", "sign", asked["uuid"])["signed"] is True

    @pytest.mark.parametrize("seconds", [0, -5, 1e12, "soon"])
    async def test_moves_forward_and_not_too_far(self, controls, seconds):
        refused = await controls.call("POST", "/clock", {"advance_s": seconds})

        assert refused.status_code == 400
        assert refused.json()["error"]["pointer"] == "/advance_s"

    async def test_stands_still_until_it_is_moved_or_let_go(self, controls):
        stopped = (await controls.call("POST", "/clock", {"frozen": True})).json()
        await asyncio.sleep(1.1)
        later = (await controls.call("GET")).json()["clock"]
        moved = (await controls.call("POST", "/clock", {"advance_s": 60})).json()
        let_go = (await controls.call("POST", "/clock", {"frozen": False})).json()

        assert (stopped["frozen"], later["now"]) == (True, stopped["now"])
        assert datetime.fromisoformat(moved["now"]) - datetime.fromisoformat(stopped["now"]) == timedelta(seconds=60)
        assert not let_go["frozen"]
        assert let_go["now"] > moved["now"]


class TestFurtherWallets:
    async def test_are_made_paired_and_known_again(self, controls, side):
        bob = (await controls.call("POST", "/wallets", {"name": "bob"})).json()
        again = (await controls.call("POST", "/wallets", {"name": "bob"})).json()
        asked = await side.asks(SIGN_IN_REQUEST)
        await controls.call("POST", "/wallet/answers", {"payload": asked["uuid"], "wallet": "bob"})

        assert again == bob
        assert (await side.sees(asked["uuid"]))["response"]["account"] == bob["account"]

    async def test_are_paired_anew_after_a_reset(self, controls, side):
        before = (await controls.call("POST", "/wallets", {"name": "carol"})).json()
        await controls.call("POST", "/reset")

        after = (await controls.call("POST", "/wallets", {"name": "carol"})).json()
        asked = await side.asks(SIGN_IN_REQUEST)
        done = await controls.call("POST", "/wallet/answers", {"payload": asked["uuid"], "wallet": "carol"})

        assert (after["account"], done.json()["account"]) == (before["account"], before["account"])
        assert after["user"] != before["user"]


class TestTheListOfRequests:
    async def test_says_where_each_stands(self, platform, controls, side):
        first, second = await side.asks(SIGN_IN_REQUEST), await side.asks(PAYMENT)
        await controls.call(
            "POST", "/wallet/answers", {"payload": second["uuid"], "action": "reject", "reason": "too much"}
        )

        app = platform.env["SEALGATE_API_KEY"]
        listed = (await controls.call("GET", f"/requests?app={app}&limit=2")).json()["requests"]
        behind = (await controls.call("GET", f"/requests?after={listed[1]['number']}")).json()["requests"]

        assert [(one["uuid"], one["type"], one["state"], one["reason"]) for one in listed] == [
            (second["uuid"], "Payment", "rejected", "too much"),
            (first["uuid"], "SignIn", "created", None),
        ]
        assert behind == listed[:1]


class TestTheScriptedWallet:
    async def test_answers_what_names_nobody_where_it_is_told_to(self, controls, side):
        earlier = await side.asks(SIGN_IN_REQUEST)
        await controls.call("PUT", "/wallet/script", {"action": "approve", "unpushed": True})

        asked = await side.asks(SIGN_IN_REQUEST)

        assert (await eventually_resolved(side, asked["uuid"]))["meta"]["signed"] is True
        assert (await side.sees(earlier["uuid"]))["meta"]["resolved"] is False

    async def test_signs(self, controls, side):
        asked = await side.asks(SIGN_IN_REQUEST)

        done = (await controls.call("POST", "/wallet/answers", {"payload": asked["uuid"]})).json()

        assert done["done"] == "signed"
        assert (await side.sees(asked["uuid"]))["response"]["account"] == done["account"]

    async def test_rejects_with_its_reason(self, controls, side):
        asked = await side.asks(PAYMENT)

        done = await controls.call(
            "POST", "/wallet/answers", {"payload": asked["uuid"], "action": "reject", "reason": "too much"}
        )

        assert done.json()["done"] == "rejected"
        assert (await side.sees(asked["uuid"]))["meta"]["signed"] is False

    async def test_opens_and_leaves_it(self, controls, side):
        asked = await side.asks(PAYMENT)

        await controls.call("POST", "/wallet/answers", {"payload": asked["uuid"], "action": "ignore"})

        seen = (await side.sees(asked["uuid"]))["meta"]
        assert (seen["app_opened"], seen["resolved"]) == (True, False)

    async def test_signs_with_another_account(self, controls, side):
        first, second = await side.asks(SIGN_IN_REQUEST), await side.asks(SIGN_IN_REQUEST)

        usual = await controls.call("POST", "/wallet/answers", {"payload": first["uuid"]})
        other = await controls.call("POST", "/wallet/answers", {"payload": second["uuid"], "action": "wrong_account"})

        assert other.json()["done"] == "signed"
        assert other.json()["account"] != usual.json()["account"]

    async def test_reports_another_network_and_refuses_where_one_is_forced(self, controls, side):
        free, forced = (
            await side.asks(SIGN_IN_REQUEST),
            (
                await side.platform(
                    "POST",
                    "payload",
                    {"txjson": {"TransactionType": "SignIn"}, "options": {"force_network": "MAINNET"}},
                )
            ).json,
        )

        reported = await controls.call("POST", "/wallet/answers", {"payload": free["uuid"], "action": "wrong_network"})
        refused = await controls.call("POST", "/wallet/answers", {"payload": forced["uuid"], "action": "wrong_network"})

        assert (await side.sees(free["uuid"]))["response"]["environment_nodetype"] == "TESTNET"
        assert reported.json()["network"] == "TESTNET"
        assert refused.json()["done"] == "refused"
        assert "MAINNET" in refused.json()["refused"]["message"]

    async def test_says_why_an_answer_was_refused(self, controls, side):
        asked = await side.asks(PAYMENT)
        await side.platform("DELETE", f"payload/{asked['uuid']}")

        done = await controls.call("POST", "/wallet/answers", {"payload": asked["uuid"]})

        assert done.json()["done"] == "refused"
        assert done.json()["refused"]["message"]

    async def test_answers_by_itself_what_is_pushed_until_it_is_stopped(self, controls, side):
        first = await side.asks(SIGN_IN_REQUEST)
        await controls.call("POST", "/wallet/answers", {"payload": first["uuid"]})
        token = (await side.sees(first["uuid"]))["application"]["issued_user_token"]
        pushed = {"txjson": PAYMENT, "user_token": token}
        waiting = (await side.platform("POST", "payload", pushed)).json["uuid"]

        await controls.call("PUT", "/wallet/script", {"action": "approve"})
        assert (await eventually_resolved(side, waiting))["meta"]["signed"] is True
        await controls.call("PUT", "/wallet/script", {"action": "reject"})
        rejected = (await side.platform("POST", "payload", pushed)).json["uuid"]
        assert (await eventually_resolved(side, rejected))["meta"]["signed"] is False

        stopped = await controls.call("DELETE", "/wallet/script", {})

        assert stopped.json() == {"stopped": True}
        assert (await controls.call("GET")).json()["scripts"] == []

    async def test_is_one_of_the_sandboxs(self, controls, side):
        asked = await side.asks(PAYMENT)

        unknown = await controls.call("POST", "/wallet/answers", {"payload": asked["uuid"], "wallet": "mallory"})

        assert unknown.status_code == 404
        assert unknown.json()["error"]["code"] == "sandbox_wallet"


class TestSockets:
    async def test_are_cut_without_a_word(self, platform, controls, side):
        asked = await side.asks(PAYMENT)

        async with connect(f"ws://127.0.0.1:{platform.port}/sign/{asked['uuid']}") as socket:
            await socket.recv()
            cut = await controls.call("POST", "/sockets/cut")
            with pytest.raises(ConnectionClosed) as closed:
                await listens_on(socket)

        assert cut.json()["cut"] == 1
        assert closed.value.rcvd is None


class TestWhoMayUseThem:
    async def test_is_whoever_has_the_admin_token(self, platform):
        async with httpx.AsyncClient(base_url=platform.url) as stranger:
            for method, path in (("GET", "/__dev"), ("POST", "/__dev/reset"), ("POST", "/__dev/clock")):
                refused = await stranger.request(method, path, json={})
                assert refused.status_code == 401, path
                assert refused.json()["error"]["reference"]

    def test_is_nobody_under_serve_whatever_the_settings_say(self, tmp_path):
        port = free_port()
        environ = {name: value for name, value in os.environ.items() if not name.startswith("SEALGATE_")} | {
            "SEALGATE_DATA_DIR": str(tmp_path),
            "SEALGATE_DEV": "true",
            "SEALGATE_ADMIN_TOKEN": "an-admin-token-of-this-test",
            "SEALGATE_PORT": str(port),
        }
        subprocess.run([SEALGATE, "migrate"], env=environ, check=True, capture_output=True)
        server = subprocess.Popen([SEALGATE, "serve"], env=environ, stderr=subprocess.DEVNULL)
        try:
            with httpx.Client(
                base_url=f"http://127.0.0.1:{port}",
                headers={"authorization": "Bearer an-admin-token-of-this-test"},
                transport=httpx.HTTPTransport(retries=20),
            ) as client:
                assert client.get("/healthz").status_code == 200
                for path in ("/__dev", "/__dev/reset", "/__dev/clock", "/__dev/wallet/answers"):
                    assert client.post(path, json={}).status_code == 404
                    assert client.get(path).status_code == 404
                listed = client.get("/openapi.json").json()["paths"]
                assert not [path for path in listed if path.startswith("/__dev")]
        finally:
            server.terminate()
            server.wait(20)
