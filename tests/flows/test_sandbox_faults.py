"""Faults of the sandbox from end to end: receivers and push services that fail or dawdle, and what comes of it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from sealgate.cli.environment import Environment
from sealgate.cli.wallet.keystore import Keystore
from sealgate.cli.wallet.wallets import open_wallet
from tests.payloads import SIGN_IN_REQUEST
from tests.platform import Platform, start_platform
from tests.push_service import PushService, push_service
from tests.receiver import Receiver
from tests.remote import Remote
from tests.wallet_side import Wallet

pytestmark = pytest.mark.anyio

LIMIT_S = 30


@pytest.fixture(scope="module")
def platform() -> Iterator[Platform]:
    """A sandbox that each test leaves as it was."""
    started = start_platform()
    yield started
    started.stop()


@pytest.fixture
async def controls(platform: Platform) -> AsyncIterator[httpx.AsyncClient]:
    """The sandbox's controls; it goes back to its seed at the end."""
    async with httpx.AsyncClient(
        base_url=platform.url, headers={"authorization": f"Bearer {platform.env['SEALGATE_ADMIN_TOKEN']}"}, timeout=30
    ) as client:
        yield client
        assert (await client.post("/__dev/reset")).status_code == 200


@pytest.fixture
async def side(platform: Platform) -> AsyncIterator[Remote]:
    async with Remote.of(platform) as remote:
        yield remote


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything."""
    with Receiver() as started:
        yield started


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service on this machine."""
    with push_service() as running:
        yield running


async def an_endpoint(platform: Platform, controls: httpx.AsyncClient, url: str) -> None:
    """Give the demo app an endpoint for outcomes."""
    path = f"/api/v1/admin/apps/{platform.env['SEALGATE_API_KEY']}/webhooks"
    made = await controls.post(path, json={"url": url})
    assert made.status_code == 200, made.text


async def fault(controls: httpx.AsyncClient, name: str, **what: Any) -> None:
    """Make a fault."""
    answer = await controls.put(f"/__dev/faults/{name}", json=what)
    assert answer.status_code == 200, answer.text


async def later(controls: httpx.AsyncClient, seconds: float) -> None:
    """Move the sandbox's clock."""
    assert (await controls.post("/__dev/clock", json={"advance_s": seconds})).status_code == 200


async def delivery(side: Remote, wanted: Callable[[dict[str, Any]], bool], *, query: str = "") -> dict[str, Any]:
    """Return the app's one delivery, with its tries, once it is as wanted."""
    shown: dict[str, Any] = {}
    async with asyncio.timeout(LIMIT_S):
        while True:
            found = (await side.platform("GET", f"deliveries?{query}")).json["deliveries"]
            if found:
                assert len(found) == 1, found
                shown = (await side.platform("GET", f"deliveries/{found[0]['id']}")).json
                if not shown["delivery"]["sending"] and wanted(shown):
                    return shown
            await asyncio.sleep(0.05)


def has_tried(times: int) -> Callable[[dict[str, Any]], bool]:
    return lambda shown: len(shown["attempts"]) == times


def is_delivered(shown: dict[str, Any]) -> bool:
    return bool(shown["delivery"]["state"] == "delivered")


async def an_outcome(side: Remote, controls: httpx.AsyncClient) -> str:
    """Have a request signed by the scripted wallet."""
    uuid = str((await side.asks(SIGN_IN_REQUEST))["uuid"])
    done = (await controls.post("/__dev/wallet/answers", json={"payload": uuid})).json()
    assert done["done"] == "signed", done
    return uuid


async def a_user_token(side: Remote, wallet: Wallet) -> str:
    """Let a wallet sign in and return the token that its holder is pushed to by."""
    uuid = (await side.asks(SIGN_IN_REQUEST))["uuid"]
    assert (await wallet.signs(uuid)).status == 200
    return str((await side.sees(uuid))["application"]["issued_user_token"])


class TestWebhooks:
    async def test_that_answer_503_are_tried_again_as_the_clock_moves_and_arrive(
        self, platform, controls, side, receiver
    ):
        await an_endpoint(platform, controls, receiver.url)
        await fault(controls, "webhooks", status=503, times=2)
        uuid = await an_outcome(side, controls)
        await delivery(side, has_tried(1))
        assert receiver.calls == []

        await later(controls, 15)
        await delivery(side, has_tried(2))
        await later(controls, 90)

        shown = await delivery(side, is_delivered)
        assert [one["status"] for one in shown["attempts"]] == [503, 503, 204]
        assert "told to answer so" in shown["attempts"][0]["answer"]
        (call,) = receiver.calls
        assert (call.id, call.json["meta"]["payload_uuidv4"]) == (shown["delivery"]["webhook_id"], uuid)
        assert call.headers["x-xumm-attempt"] == "3"
        assert (await controls.get("/__dev")).json()["faults"]["webhooks"] is None

    async def test_whose_connection_fails_say_so_and_arrive_later(self, platform, controls, side, receiver):
        await an_endpoint(platform, controls, receiver.url)
        await fault(controls, "webhooks", drop=True, times=1)
        await an_outcome(side, controls)

        first = await delivery(side, has_tried(1))
        await later(controls, 15)

        assert first["attempts"][0]["status"] is None
        assert "sandbox" in first["attempts"][0]["error"]
        await delivery(side, is_delivered)
        assert len(receiver.calls) == 1

    async def test_that_dawdle_arrive_all_the_same(self, platform, controls, side, receiver):
        await an_endpoint(platform, controls, receiver.url)
        await fault(controls, "webhooks", delay_s=0.4, times=1)
        await an_outcome(side, controls)

        shown = await delivery(side, is_delivered)

        assert len(receiver.calls) == 1
        assert shown["attempts"][0]["latency_ms"] >= 400

    async def test_that_are_gone_pause_their_endpoint(self, platform, controls, side, receiver):
        await an_endpoint(platform, controls, receiver.url)
        await fault(controls, "webhooks", status=410, times=1)
        await an_outcome(side, controls)
        await delivery(side, lambda shown: shown["delivery"]["state"] == "failed")

        path = f"/api/v1/admin/apps/{platform.env['SEALGATE_API_KEY']}/webhooks"
        (endpoint,) = (await controls.get(path)).json()["endpoints"]

        assert endpoint["paused_because"] == "gone"


class TestPushes:
    async def test_that_fail_are_tried_again_and_arrive(self, controls, side, service):
        wallet = await side.wallet()
        token = await a_user_token(side, wallet)
        browser = service.subscribe()
        assert (await wallet.call("PUT", "push-subscription", browser.to_json())).status == 200
        await fault(controls, "push", status=500, times=1)

        made = (await side.platform("POST", "payload", {**SIGN_IN_REQUEST_BODY, "user_token": token})).json
        first = await delivery(side, has_tried(1), query="kind=push")
        await later(controls, 120)

        assert made["pushed"] is True
        assert first["attempts"][0]["status"] == 500
        (call,) = await asyncio.to_thread(service.wait_for, 1)
        assert browser.read(call.body)["payload"] == made["uuid"]
        await delivery(side, is_delivered, query="kind=push")

    async def test_reach_a_device_that_rested_before_a_reset(self, platform, controls, side, service):
        """What the sandbox learned of a target in a future that was taken back counts no more."""
        alice = open_wallet(Keystore(Path(platform.env["SEALGATE_WALLET_DIR"]), ask_passphrase=str), "alice")
        api = alice.api(Environment({"SEALGATE_URL": platform.url}))
        try:
            await later(controls, 30 * 86_400)
            await fault(controls, "push", drop=True)
            browser = await alice_is_pushed_to(side, controls, api, service, times=4)
            async with asyncio.timeout(LIMIT_S):
                while (await waiting_pushes(side, tried=1)) < 3:
                    await later(controls, 120)
                    await asyncio.sleep(0.1)

            await controls.post("/__dev/reset")
            browser = await alice_is_pushed_to(side, controls, api, service, times=1)

            (call,) = await asyncio.to_thread(service.wait_for, 1)
            assert browser.read(call.body)["category"] == "SIGNTX"
        finally:
            alice.close()


SIGN_IN_REQUEST_BODY = {"txjson": SIGN_IN_REQUEST}


async def alice_is_pushed_to(
    side: Remote, controls: httpx.AsyncClient, api: Any, service: PushService, *, times: int
) -> Any:
    """Subscribe alice's device, and push requests to her."""
    browser = service.subscribe()
    await asyncio.to_thread(api._client.call, "PUT", "/api/v1/app/push-subscription", browser.to_json())
    token = (await side.sees(await an_outcome(side, controls)))["application"]["issued_user_token"]
    for _ in range(times):
        made = await side.platform("POST", "payload", {**SIGN_IN_REQUEST_BODY, "user_token": token})
        assert made.json["pushed"] is True, made
    return browser


async def waiting_pushes(side: Remote, *, tried: int) -> int:
    """Return how many pushes were tried at least so often."""
    found = (await side.platform("GET", "deliveries?kind=push")).json["deliveries"]
    return sum(one["attempts"] >= tried for one in found)
