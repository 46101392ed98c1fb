"""A server that is killed between the answer to the app and the word to the device still sends it, on both engines."""

import asyncio
from collections.abc import Iterator

import pytest

from tests.payloads import SIGN_IN_REQUEST
from tests.platform import Platform, start_platform
from tests.push_service import PushService, Subscriber
from tests.remote import Remote
from tests.server_process import free_port


class Site:
    """A platform with a database of its own."""

    def __init__(self, database_url: str) -> None:
        # What a killed server had claimed is its own for so long.
        self.platform: Platform = start_platform(database_url=database_url, outbox_lease_s="2")

    def ask(self, browser: Subscriber) -> str:
        """Subscribe a device, ask its user for a signature and return the request's UUID."""

        async def asked() -> str:
            async with Remote.of(self.platform) as side:
                wallet = await side.wallet()
                first = await side.asks(SIGN_IN_REQUEST)
                await wallet.signs(first["uuid"])
                token = (await side.sees(first["uuid"]))["application"]["issued_user_token"]
                subscribed = await wallet.call("PUT", "push-subscription", browser.to_json())
                assert subscribed.status == 200, subscribed
                asked = await side.asks(SIGN_IN_REQUEST, user_token=token)
                assert asked["pushed"] is True
                return str(asked["uuid"])

        return asyncio.run(asked())


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def site(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A platform on each engine."""
    engine = request.param
    database_url = request.getfixturevalue("postgres").create_database() if engine == "postgresql" else ""
    at = Site(database_url)
    yield at
    at.platform.stop()


class TestAKilledServer:
    def test_sends_what_nobody_could_take_before(self, site):
        port = free_port()
        browser = Subscriber(f"http://127.0.0.1:{port}/send/device")
        asked = site.ask(browser)

        site.platform.kill()
        service = PushService(port=port)
        site.platform.start()

        (call, *_) = service.wait_for(1)
        assert browser.read(call.body)["payload"] == asked
        service.close()

    def test_sends_again_what_may_have_been_taken(self, site):
        service = PushService()
        service.answers = [None, 201]
        browser = service.subscribe()
        asked = site.ask(browser)
        service.wait_for(1)

        site.platform.kill()
        site.platform.start()

        first, second, *_ = service.wait_for(2)
        assert browser.read(first.body) == browser.read(second.body)
        assert browser.read(second.body)["payload"] == asked
        assert first.headers["topic"] == second.headers["topic"]
        assert first.body != second.body
        service.close()
