"""Receivers that fail for days, ask for time, or answer while the server stops."""

import asyncio
import time

import pytest

from tests.flows.test_deliveries import (
    ADMIN,
    LIMIT_S,
    all_are,
    an_endpoint,
    an_outcome,
    later,
    receiver,
    settled,
    shop,
)
from tests.platform import start_platform
from tests.receiver import Answer, Received, Receiver
from tests.remote import Remote
from tests.wallet_side import Wallet

__all__ = ["receiver", "shop"]

pytestmark = pytest.mark.anyio

DAYS = 5


def takes_a_second(_call: Received) -> Answer:
    time.sleep(1)
    return 204


class TestAnEndpointThatFailsForDays:
    async def test_is_paused_and_the_developer_is_told(self, shop, receiver):
        told = receiver.url.replace("/hook", "/told")
        receiver.behave = lambda call: 204 if call.path == "/told" else 500
        failing = await an_endpoint(shop, receiver.url)
        await an_endpoint(shop, told, "webhook.paused")
        wallet = await shop.wallet()

        for day in range(1, 2 * DAYS + 2):
            await an_outcome(shop, wallet)
            await receiver.arrives(lambda calls, day=day: sum(call.path == "/hook" for call in calls) >= day)
            later(shop, hours=14)

        (paused,) = [
            call for call in await receiver.arrives(lambda calls: any(call.path == "/told" for call in calls))
            if call.path == "/told"
        ]  # fmt: skip
        assert paused.json["type"] == "webhook.paused"
        assert paused.json["data"]["endpoint_uuid"] == failing.uuid
        assert paused.json["data"]["because"] == "failing"
        notices = await shop.send("GET", f"/api/v1/admin/apps/{shop.app_uuid}/notices", ADMIN)
        assert [one["kind"] for one in notices.json["notices"]] == ["webhook_paused"]
        held = await settled(
            shop, lambda found: all(one["state"] == "held" for one in found), f"endpoint={failing.uuid}"
        )
        assert held


class TestAReceiverThatAsksForTime:
    async def test_gets_it(self, shop, receiver):
        receiver.behave = lambda _: b"HTTP/1.1 503 Later\r\nretry-after: 900\r\ncontent-length: 0\r\n\r\n"
        await an_endpoint(shop, receiver.url)
        await an_outcome(shop)
        await receiver.arrives(lambda calls: len(calls) == 1)
        await settled(shop, lambda found: found[0]["attempts"] == 1 and found[0]["state"] == "waiting")
        receiver.behave = lambda _: 204

        later(shop, minutes=14)
        await asyncio.sleep(0.3)
        waited = len(receiver.calls)
        later(shop, minutes=2)

        await settled(shop, all_are("delivered"))
        assert waited == 1


class TestAStop:
    async def test_lets_what_is_on_its_way_arrive_once(self):
        with Receiver() as slow:
            slow.behave = takes_a_second
            platform = start_platform()
            try:
                app = platform.sealgate("app", "update", platform.env["SEALGATE_API_KEY"], "--webhook-url", slow.url)
                assert app["webhook_url"] == slow.url
                async with Remote.of(platform) as side:
                    wallet = Wallet(side)
                    await wallet.pair()
                    asked = await side.asks({"TransactionType": "SignIn"})
                    await wallet.signs(asked["uuid"])
                await slow.arrives(lambda calls: len(calls) == 1)

                platform.pause()
                platform.start()
                async with Remote.of(platform) as side:
                    until = time.monotonic() + LIMIT_S
                    while True:
                        (shown,) = (await side.platform("GET", "deliveries")).json["deliveries"]
                        if shown["state"] == "delivered":
                            break
                        assert time.monotonic() < until, shown
                        await asyncio.sleep(0.1)
            finally:
                platform.stop()

            assert len(slow.calls) == 1
