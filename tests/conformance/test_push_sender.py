"""One message, one call: what comes of it for the outbox and for the subscription, on both engines."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest

from sealgate.base.clock import ShiftedClock
from sealgate.base.ids import new_uuid
from sealgate.delivery.model import Claimed
from sealgate.delivery.push.model import PushMessage
from sealgate.delivery.push.sender import PushSender
from sealgate.holders import push, service
from sealgate.holders.model import Device, NewDevice, NewSubscription, Subscription
from sealgate.infra.outbound import Outbound
from sealgate.infra.sealing import Sealer
from sealgate.infra.targets import Reach
from sealgate.tokens.vapid_key import open_vapid_key
from sealgate.web.context import Context
from tests.conftest import NOON
from tests.push_service import PushService, Subscriber, push_service
from tests.server_process import free_port

pytestmark = pytest.mark.anyio

APP = new_uuid()
HOUR = NOON + timedelta(hours=1)


@pytest.fixture
def push_side() -> Iterator[PushService]:
    """A push service on this machine."""
    with push_service() as running:
        yield running


class Bench:
    """A sender, and a device to wake."""

    def __init__(self, context: Context, outbound: Outbound) -> None:
        self.context = context
        self.outbound = outbound
        self.sender = PushSender(context, outbound)
        self.device: Device

    async def subscribe(self, browser: Subscriber) -> Subscription:
        """Subscribe the device."""
        new = NewSubscription(browser.endpoint, browser.p256dh, browser.auth)
        return await self.context.db.write(push.subscribe, self.device, new, sealer=self.context.sealer, now=NOON)

    async def known(self) -> Subscription | None:
        """Return the device's subscription."""
        return await self.context.db.read(push.find_subscription, self.device.uuid)

    async def send(self, **changed: Any) -> Any:
        """Send a message and return what came of it."""
        message = PushMessage(category="SIGNTX", app=APP, payload=new_uuid())
        values: dict[str, Any] = {
            "id": 7,
            "app_uuid": APP,
            "kind": "push",
            "target_kind": "push",
            "target_uuid": self.device.uuid,
            "subject": message.payload,
            "attempt": 1,
            "created_at": NOON,
            "message": message.to_wire().decode(),
            "expires_at": HOUR,
        }
        return await self.sender.send(Claimed(**(values | changed)))


@pytest.fixture
async def bench(settings, live_database, bus, counters) -> AsyncIterator[Bench]:
    """A sender that may call this machine, and a device that is not subscribed yet."""
    context = Context(
        settings=settings,
        clock=ShiftedClock(NOON),
        db=live_database,
        bus=bus,
        counters=counters,
        sealer=Sealer.from_settings(settings),
    )
    context.put(await live_database.write(open_vapid_key, context.sealer, now=NOON))
    made = Bench(context, Outbound(Reach(loopback=True)))
    new = NewDevice(new_uuid().encode()[:32])
    made.device = await live_database.write(
        service.register_device, new, name="a phone", platform="test", pairing_open=True, now=NOON
    )
    yield made
    await made.outbound.close()


class TestSend:
    async def test_is_done_when_the_push_service_has_it(self, bench, push_side):
        browser = push_side.subscribe()
        await bench.subscribe(browser)

        result = await bench.send()

        assert (result.id, result.state, result.next_at) == (7, "delivered", None)
        assert (result.attempt.number, result.attempt.at, result.attempt.status) == (1, NOON, 201)
        known = await bench.known()
        assert (known.last_ok_at, known.failures) == (NOON, 0)
        (call,) = push_side.calls
        assert browser.read(call.body)["category"] == "SIGNTX"
        assert call.headers["ttl"] == "3600"

    async def test_notes_once_a_day_that_a_subscription_lives(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())
        await bench.send()
        bench.context.clock.advance(minutes=30)

        await bench.send()

        assert (await bench.known()).last_ok_at == NOON
        bench.context.clock.advance(hours=24)
        await bench.send(expires_at=None)
        assert (await bench.known()).last_ok_at == NOON + timedelta(hours=24, minutes=30)

    @pytest.mark.parametrize("status", [404, 410])
    async def test_ends_a_subscription_that_is_gone(self, bench, push_side, status):
        await bench.subscribe(push_side.subscribe())
        push_side.answers = [status]

        result = await bench.send()

        assert (result.state, result.attempt.status) == ("failed", status)
        assert await bench.known() is None

    @pytest.mark.parametrize("status", [400, 401, 403, 413, 307])
    async def test_drops_what_is_refused_and_counts_it(self, bench, push_side, status):
        await bench.subscribe(push_side.subscribe())
        push_side.answers = [status]

        result = await bench.send()

        assert (result.state, result.attempt.status) == ("failed", status)
        assert (await bench.known()).failures == 1
        assert len(push_side.calls) == 1

    async def test_ends_a_subscription_that_takes_nothing_ten_times_in_a_row(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())
        push_side.answers = [403]

        for _ in range(9):
            await bench.send()
        assert await bench.known() is not None

        await bench.send()
        assert await bench.known() is None

    @pytest.mark.parametrize("status", [429, 500, 503])
    async def test_waits_as_long_as_it_is_asked_to(self, bench, push_side, status):
        await bench.subscribe(push_side.subscribe())
        push_side.answers, push_side.retry_after = [status], "120"

        result = await bench.send()

        assert (result.state, result.next_at) == ("waiting", NOON + timedelta(seconds=120))
        assert (await bench.known()).failures == 0

    async def test_gives_up_when_the_next_try_would_be_too_late(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())
        push_side.answers = [503]

        result = await bench.send(expires_at=NOON + timedelta(seconds=5))

        assert (result.state, result.next_at) == ("failed", None)

    async def test_tries_again_where_nobody_answers(self, bench):
        await bench.subscribe(Subscriber(f"http://127.0.0.1:{free_port()}/send"))

        result = await bench.send()

        assert (result.state, result.unreachable, result.attempt.status) == ("waiting", True, None)
        assert NOON + timedelta(seconds=5) <= result.next_at <= NOON + timedelta(seconds=6)
        assert result.attempt.error.startswith("connect: ")

    async def test_calls_no_address_that_is_not_public(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())
        guarded = Outbound(Reach())

        bench.sender = PushSender(bench.context, guarded)
        result = await bench.send()

        assert (result.state, result.attempt.status) == ("failed", None)
        assert "not public" in result.attempt.error
        assert push_side.calls == ()
        await guarded.close()

    async def test_does_nothing_for_what_has_lost_its_meaning(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())

        result = await bench.send(expires_at=NOON)

        assert (result.state, result.attempt) == ("cancelled", None)
        assert push_side.calls == ()

    async def test_does_nothing_once_the_app_is_muted_or_the_subscription_gone(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())
        await bench.context.db.write(push.mute, bench.device.holder_uuid, APP, now=NOON)

        assert (await bench.send()).state == "cancelled"
        await bench.context.db.write(push.unmute, bench.device.holder_uuid, APP)
        await bench.context.db.write(push.unsubscribe, bench.device)
        assert (await bench.send()).state == "cancelled"
        assert push_side.calls == ()

    async def test_sends_nothing_with_a_secret_that_does_not_open(self, bench, push_side):
        await bench.subscribe(push_side.subscribe())
        bench.context.sealer = Sealer([bytes(32)])
        bench.sender = PushSender(bench.context, bench.outbound)

        result = await bench.send()

        assert result.state == "failed"
        assert push_side.calls == ()
