"""Webhooks from the outcome to the receiver, what can be seen of them, and the stream of an app's events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest

from sealgate.apps import webhooks
from sealgate.apps.webhook_model import EndpointDraft, EventKind, WebhookEndpoint
from sealgate.base.settings import Settings
from sealgate.delivery import outbox, store
from sealgate.delivery.events import waiting
from sealgate.infra.bus import BUS_RESUMED
from sealgate.infra.database import EngineName
from sealgate.infra.outbound import Outbound
from tests.receiver import Answer, Received, Receiver
from tests.wallet_side import Answer as Reply
from tests.wallet_side import Wallet, WalletSide

pytestmark = pytest.mark.anyio

PAYMENT = {"TransactionType": "Payment", "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "Amount": "2500000"}
ADMIN = {"authorization": "Bearer an-admin-token"}
LIMIT_S = 15
SILENCE_S = 300.0


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver that takes everything, until a test says otherwise."""
    with Receiver() as started:
        yield started


@pytest.fixture
async def shop(flow_settings: Settings, flow_engine: EngineName) -> AsyncIterator[WalletSide]:
    """A started server that may call loopback, with one app."""
    settings = msgspec.structs.replace(
        flow_settings, outbound_networks=("127.0.0.0/8",), admin_token=ADMIN["authorization"].removeprefix("Bearer ")
    )
    side = WalletSide(settings)
    await side.start()
    yield side
    await side.stop()


async def an_endpoint(side: WalletSide, url: str, *kinds: EventKind, app: str | None = None) -> WebhookEndpoint:
    """Give the app, or another one, a webhook endpoint."""
    draft = EndpointDraft(url=url, events=kinds or ("payload.resolved",))
    sealer = side.context.sealer
    made = await side.context.db.write(webhooks.add_endpoint, sealer, app or side.app_uuid, draft, now=side.clock.now())
    return made.endpoint


async def an_outcome(side: WalletSide, wallet: Wallet | None = None, **members: Any) -> str:
    """Have a request signed and return its UUID."""
    wallet = wallet or await side.wallet()
    asked = await side.asks(PAYMENT, **members)
    signed = await wallet.signs(asked["uuid"])
    assert signed.status == 200, signed
    return str(asked["uuid"])


def later(side: WalletSide, **by: float) -> None:
    """Move the clock and let the outbox notice."""
    side.clock.advance(**by)
    side.context.bus.publish(waiting())


async def deliveries(side: WalletSide, query: str = "", **how: Any) -> list[dict[str, Any]]:
    """Return what the app is shown of its deliveries."""
    answer = await side.platform("GET", f"deliveries?{query}", **how)
    assert answer.status == 200, answer
    return list(answer.json["deliveries"])


async def settled(
    side: WalletSide, wanted: Callable[[list[dict[str, Any]]], bool], query: str = ""
) -> list[dict[str, Any]]:
    """Wait until the deliveries are as wanted, and return them."""
    async with asyncio.timeout(LIMIT_S):
        while True:
            found = await deliveries(side, query)
            if wanted(found):
                return found
            await asyncio.sleep(0.02)


def all_are(state: str, count: int = 1) -> Callable[[list[dict[str, Any]]], bool]:
    """Return a condition for `settled`."""
    return lambda found: [one["state"] for one in found] == [state] * count


class TestAnOutcome:
    async def test_reaches_the_receiver_as_published_sdks_know_it(self, shop, receiver):
        await an_endpoint(shop, receiver.url)

        uuid = await an_outcome(shop, custom_meta={"identifier": "order-1", "blob": {"cart": "🛒"}})

        (call,) = await receiver.arrives(lambda calls: len(calls) == 1)
        assert call.json["meta"] == {
            "url": receiver.url,
            "application_uuidv4": shop.app_uuid,
            "payload_uuidv4": uuid,
            "opened_by_deeplink": False,
        }
        assert call.json["custom_meta"] == {"identifier": "order-1", "blob": {"cart": "🛒"}, "instruction": None}
        view = await shop.sees(uuid)
        assert call.json["payloadResponse"]["txid"] == view["response"]["txid"]
        assert call.json["userToken"]["user_token"] == view["application"]["issued_user_token"]
        assert call.headers["x-xumm-payload"] == uuid
        assert "🛒".encode() in call.body
        (shown,) = await settled(shop, all_are("delivered"))
        assert shown["webhook_id"] == call.id

    async def test_is_tried_again_under_the_same_id_until_it_is_taken(self, shop, receiver):
        answers: list[Answer] = [500, None, 204]
        receiver.behave = lambda _: answers.pop(0)
        await an_endpoint(shop, receiver.url)
        await an_outcome(shop)

        await receiver.arrives(lambda calls: len(calls) == 1)
        await settled(shop, lambda found: found[0]["attempts"] == 1 and not found[0]["sending"])
        later(shop, seconds=13)
        await receiver.arrives(lambda calls: len(calls) == 2)
        await settled(shop, lambda found: found[0]["attempts"] == 2 and not found[0]["sending"])
        later(shop, seconds=75)
        calls = await receiver.arrives(lambda calls: len(calls) == 3)

        assert len({call.id for call in calls}) == 1
        assert [call.headers["x-xumm-attempt"] for call in calls] == ["1", "2", "3"]
        assert len({call.headers["x-xumm-request-timestamp"] for call in calls}) == 3
        (shown,) = await settled(shop, all_are("delivered"))
        detail = (await shop.platform("GET", f"deliveries/{shown['id']}")).json
        tries = [(one["number"], one["status"], one["error"] is None) for one in detail["attempts"]]
        assert tries == [(1, 500, True), (2, None, False), (3, 204, True)]

    async def test_is_told_in_order_to_an_endpoint_that_wants_all_of_it(self, shop, receiver):
        kinds: tuple[EventKind, ...] = ("payload.opened", "payload.resolved", "payload.signed", "user_token.issued")
        await an_endpoint(shop, receiver.url, *kinds)

        uuid = await an_outcome(shop)

        calls = await receiver.arrives(lambda calls: len(calls) == 4)
        about = [
            "payload.resolved" if "payloadResponse" in call.json else call.json["type"]
            for call in calls
            if uuid in call.body.decode() and b"user_token.issued" not in call.body
        ]
        assert about == ["payload.opened", "payload.resolved", "payload.signed"]
        assert len({call.id for call in calls}) == 4

    async def test_of_one_app_is_told_to_no_other(self, shop, receiver):
        other = await shop.new_app("Another Shop")
        with Receiver() as foreign:
            await an_endpoint(shop, foreign.url, app=other["x-api-key"])
            await an_endpoint(shop, receiver.url)

            await an_outcome(shop)

            await receiver.arrives(lambda calls: len(calls) == 1)
            (mine,) = await settled(shop, all_are("delivered"))
            assert foreign.calls == []
        assert await deliveries(shop, credentials=other) == []
        assert (await shop.platform("GET", f"deliveries/{mine['id']}", credentials=other)).status == 404
        assert (await shop.platform("POST", f"deliveries/{mine['id']}/resend", credentials=other)).status == 404


class TestOtherEvents:
    async def test_a_rejection_says_why(self, shop, receiver):
        await an_endpoint(shop, receiver.url, "payload.rejected")
        wallet = await shop.wallet()
        asked = await shop.asks(PAYMENT)
        await wallet.opens(asked["uuid"])

        await wallet.answers(asked["uuid"], {"reject": True, "reject_initiator": "USER", "reject_reason": "too much"})

        (call,) = await receiver.arrives(lambda calls: len(calls) == 1)
        assert call.json["type"] == "payload.rejected"
        assert call.json["data"]["payload_uuid"] == asked["uuid"]
        assert call.json["data"]["initiator"] == "USER"

    async def test_a_cancellation_and_a_taken_back_permission_are_told(self, shop, receiver):
        await an_endpoint(shop, receiver.url, "payload.cancelled", "user_token.revoked")
        wallet = await shop.wallet()
        await an_outcome(shop, wallet)
        asked = await shop.asks(PAYMENT)

        await shop.platform("DELETE", f"payload/{asked['uuid']}")
        await wallet.call("DELETE", f"third-party-permissions/{shop.app_uuid}")

        calls = await receiver.arrives(lambda calls: len(calls) == 2)
        assert {call.json["type"] for call in calls} == {"payload.cancelled", "user_token.revoked"}

    async def test_an_expiry_is_told_once_and_only_of_what_nobody_opened(self, shop, receiver):
        await an_endpoint(shop, receiver.url, "payload.expired")
        wallet = await shop.wallet()
        asked, opened, cancelled = [(await shop.asks(PAYMENT, options={"expire": 1}))["uuid"] for _ in range(3)]
        await wallet.opens(opened)
        await shop.platform("DELETE", f"payload/{cancelled}")

        later(shop, minutes=1, seconds=1)

        (call,) = await receiver.arrives(lambda calls: len(calls) == 1)
        assert (call.json["type"], call.json["data"]["payload_uuid"]) == ("payload.expired", asked)
        later(shop, minutes=1)
        shown = await settled(shop, all_are("delivered"))
        assert [one["subject"] for one in shown] == [asked]
        assert (await wallet.opens(asked)).status != 200

    async def test_a_secret_in_a_browser_is_told(self, shop, receiver):
        await an_endpoint(shop, receiver.url, "secret.exposed")
        headers = shop.credentials | {"origin": "https://careless.example"}

        refused = await shop.send("GET", "/api/v1/platform/ping", headers)

        assert refused.status == 403
        (call,) = await receiver.arrives(lambda calls: len(calls) == 1)
        assert call.json["data"]["origin_host"] == "careless.example"
        assert shop.credentials["x-api-secret"].encode() not in call.body


class TestAFailingEndpoint:
    async def test_that_is_gone_is_paused_at_once_and_the_developer_told(self, shop, receiver):
        receiver.behave = lambda _: 410
        gone = await an_endpoint(shop, receiver.url)
        with Receiver() as watching:
            await an_endpoint(shop, watching.url, "webhook.paused")
            wallet = await shop.wallet()

            await an_outcome(shop, wallet)
            (told,) = await watching.arrives(lambda calls: len(calls) == 1)
            await an_outcome(shop, wallet)
            await settled(shop, lambda found: "held" in {one["state"] for one in found})

        assert told.json["data"]["endpoint_uuid"] == gone.uuid
        assert told.json["data"]["because"] == "gone"
        assert len(receiver.calls) == 1
        notices = await shop.send("GET", f"/api/v1/admin/apps/{shop.app_uuid}/notices", ADMIN)
        assert [one["kind"] for one in notices.json["notices"]] == ["webhook_paused"]

    async def test_gets_what_waited_once_it_is_resumed(self, shop, receiver):
        receiver.behave = lambda _: 410
        endpoint = await an_endpoint(shop, receiver.url)
        wallet = await shop.wallet()
        await an_outcome(shop, wallet)
        await settled(shop, all_are("failed"))
        missed = [await an_outcome(shop, wallet) for _ in range(3)]
        await settled(shop, all_are("held", 3), "state=held")
        receiver.behave = lambda _: 200

        path = f"/api/v1/admin/apps/{shop.app_uuid}/webhooks/{endpoint.uuid}/resume"
        assert (await shop.send("POST", path, ADMIN)).status == 200

        calls = await receiver.arrives(lambda calls: len(calls) == 4)
        assert {call.headers["x-xumm-payload"] for call in calls[1:]} == set(missed)

    async def test_that_keeps_silent_does_not_slow_the_others(self, shop, receiver, monkeypatch):
        # The silence outlasts the test, however busy the machine: who waited for its end would come too late.
        monkeypatch.setitem(Outbound.post.__kwdefaults__, "timeout", SILENCE_S)
        monkeypatch.setattr(outbox, "SEND_LIMIT_S", SILENCE_S)
        receiver.behave = lambda call: SILENCE_S if call.path == "/silent" else 204
        silent = receiver.url.replace("/hook", "/silent")
        apps = [await shop.new_app(f"Shop {number}") for number in range(20)]
        await an_endpoint(shop, silent)
        for app in apps:
            await an_endpoint(shop, receiver.url, app=app["x-api-key"])
        wallet = await shop.wallet()
        for _ in range(12):
            await an_outcome(shop, wallet)
        await receiver.arrives(lambda calls: sum(call.path == "/silent" for call in calls) >= 8)

        for app in apps:
            asked = (await shop.platform("POST", "payload", {"txjson": PAYMENT}, credentials=app)).json
            await wallet.signs(asked["uuid"])

        calls = await receiver.arrives(lambda calls: sum(call.path == "/hook" for call in calls) == 20, limit_s=60)
        assert sum(call.path == "/silent" for call in calls) == 8
        assert await deliveries(shop, "state=delivered") == []


class TestLookingAtDeliveries:
    async def test_finds_them_by_what_they_are_about(self, shop, receiver):
        endpoint = await an_endpoint(shop, receiver.url, "payload.resolved", "payload.signed")
        wallet = await shop.wallet()
        first, second = [await an_outcome(shop, wallet) for _ in range(2)]
        found = await settled(shop, all_are("delivered", 4))

        assert [one["id"] for one in found] == sorted((one["id"] for one in found), reverse=True)
        assert {one["subject"] for one in await deliveries(shop, f"payload={first}")} == {first}
        by_kind = await deliveries(shop, f"kind=payload.signed&payload={second}")
        assert [(one["kind"], one["subject"]) for one in by_kind] == [("payload.signed", second)]
        assert await deliveries(shop, "state=failed") == []
        assert len(await deliveries(shop, f"endpoint={endpoint.uuid}")) == 4
        assert [one["webhook_id"] for one in await deliveries(shop, f"event={found[0]['webhook_id']}")] == [
            found[0]["webhook_id"]
        ]
        assert len(await deliveries(shop, "since=2026-01-15T12:00:00Z")) == 4
        assert await deliveries(shop, "until=2026-01-15T12:00:00Z") == []
        page = await deliveries(shop, f"limit=3&before={found[0]['id']}")
        assert [one["id"] for one in page] == [one["id"] for one in found[1:]]

    @pytest.mark.parametrize(
        "query", ["kind=nonsense", "state=lost", "payload=1", "event=evt_1", "since=yesterday", "limit=0", "more=1"]
    )
    async def test_refuses_a_query_it_does_not_know(self, shop, query):
        assert (await shop.platform("GET", f"deliveries?{query}")).status == 400

    @pytest.mark.parametrize("number", ["0", "9" * 15, "9" * 40, "-1", "x", "%00"])
    async def test_knows_no_delivery_of_another_number(self, shop, number):
        assert (await shop.platform("GET", f"deliveries/{number}")).status == 404

    async def test_shows_two_kib_of_the_answer(self, shop, receiver):
        body = b"x" * 9000
        receiver.behave = lambda _: b"HTTP/1.1 400 No\r\ncontent-length: %d\r\n\r\n" % len(body) + body
        await an_endpoint(shop, receiver.url)
        await an_outcome(shop)

        (shown,) = await settled(shop, lambda found: found[0]["attempts"] == 1)

        path = f"/api/v1/admin/apps/{shop.app_uuid}/deliveries/{shown['id']}"
        (attempt,) = (await shop.send("GET", path, ADMIN)).json["attempts"]
        assert (attempt["status"], attempt["answer"]) == (400, "x" * 2048)
        assert attempt["latency_ms"] >= 0


class TestSendingAgain:
    async def test_repeats_one_under_the_same_id(self, shop, receiver):
        await an_endpoint(shop, receiver.url)
        await an_outcome(shop)
        (done,) = await settled(shop, all_are("delivered"))

        again = await shop.platform("POST", f"deliveries/{done['id']}/resend")

        assert again.status == 200
        assert again.json["webhook_id"] == done["webhook_id"]
        first, second = await receiver.arrives(lambda calls: len(calls) == 2)
        assert (first.id, first.body) == (second.id, second.body)

    async def test_repeats_a_range_each_event_once(self, shop, receiver):
        await an_endpoint(shop, receiver.url)
        wallet = await shop.wallet()
        uuids = [await an_outcome(shop, wallet) for _ in range(3)]
        found = await settled(shop, all_are("delivered", 3))
        await shop.platform("POST", f"deliveries/{found[0]['id']}/resend")
        await settled(shop, all_are("delivered", 4))

        path = f"/api/v1/admin/apps/{shop.app_uuid}/deliveries/resend?state=delivered"
        again = await shop.send("POST", path, ADMIN)

        assert again.json == {"resent": 3, "more_before": None}
        calls = await receiver.arrives(lambda calls: len(calls) == 7)
        assert {call.headers["x-xumm-payload"] for call in calls[4:]} == set(uuids)

    async def test_of_what_still_waits_makes_it_due(self, shop, receiver):
        receiver.behave = lambda _: 500
        await an_endpoint(shop, receiver.url)
        await an_outcome(shop)
        (waits,) = await settled(shop, lambda found: found[0]["attempts"] == 1 and not found[0]["sending"])
        receiver.behave = lambda _: 200

        again = await shop.platform("POST", f"deliveries/{waits['id']}/resend")

        assert again.json["id"] == waits["id"]
        await settled(shop, all_are("delivered"))

    async def test_is_refused_where_the_endpoint_is_gone(self, shop, receiver):
        endpoint = await an_endpoint(shop, receiver.url)
        await an_outcome(shop)
        (done,) = await settled(shop, all_are("delivered"))
        await shop.context.db.write(webhooks.remove_endpoint, shop.app_uuid, endpoint.uuid)

        again = await shop.platform("POST", f"deliveries/{done['id']}/resend")

        assert again.status == 409


class Followed:
    """The stream of an app's events over ASGI."""

    def __init__(self, side: WalletSide, headers: dict[str, str], query: str) -> None:
        self._gone = asyncio.Event()
        self._started = False
        self._chunks: asyncio.Queue[bytes] = asyncio.Queue()
        self.status = 0
        self.beginning = ""
        raw = [(name.encode(), value.encode()) for name, value in headers.items()]
        path = "/api/v1/platform/events"
        scope = {
            "type": "http", "method": "GET", "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": raw, "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http",
            "http_version": "1.1", "asgi": {"version": "3.0"}, "root_path": "",
        }  # fmt: skip
        self.task = asyncio.create_task(side.app(scope, self._receive, self._send))

    async def _receive(self) -> dict[str, Any]:
        if not self._started:
            self._started = True
            return {"type": "http.request", "body": b""}
        await self._gone.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
        self._chunks.put_nowait(message.get("body", b""))

    async def next(self) -> tuple[str, int, dict[str, Any]]:
        """Return kind, number and data of the next event."""
        async with asyncio.timeout(LIMIT_S):
            while True:
                lines = (await self._chunks.get()).decode().splitlines()
                fields = dict(line.split(": ", 1) for line in lines if ": " in line)
                if "event" in fields:
                    return fields["event"], int(fields["id"]), json.loads(fields["data"])

    async def until_it_stands(self) -> None:
        """Wait for the first bytes."""
        async with asyncio.timeout(LIMIT_S):
            while b"retry" not in (chunk := await self._chunks.get()):
                pass
        self.beginning = chunk.decode().splitlines()[0].removeprefix("id: ")


@asynccontextmanager
async def following(side: WalletSide, query: str = "", **headers: str) -> AsyncIterator[Followed]:
    followed = Followed(side, side.credentials | {name.replace("_", "-"): v for name, v in headers.items()}, query)
    await followed.until_it_stands()
    yield followed
    followed._gone.set()
    async with asyncio.timeout(LIMIT_S):
        await followed.task


class TestFollowingAnAppsEvents:
    async def test_tells_what_happens_from_now_on_without_any_endpoint(self, shop):
        before = await an_outcome(shop)

        async with following(shop) as followed:
            await asyncio.sleep(0.1)
            uuid = await an_outcome(shop)
            told = [await followed.next() for _ in range(4)]

        assert [kind for kind, _, _ in told] == [
            "payload.opened", "payload.resolved", "payload.signed", "user_token.issued",
        ]  # fmt: skip
        assert [number for _, number, _ in told] == sorted(number for _, number, _ in told)
        assert told[2][2]["data"]["payload_uuid"] == uuid
        assert before not in json.dumps(told)

    async def test_goes_on_behind_the_last_event(self, shop):
        wallet = await shop.wallet()
        uuids = [await an_outcome(shop, wallet) for _ in range(3)]
        async with following(shop, "after=0") as followed:
            first = [await followed.next() for _ in range(4)]
        missed = await an_outcome(shop, wallet)

        async with following(shop, last_event_id=str(first[-1][1])) as followed:
            rest = [await followed.next() for _ in range(8)]

        numbers = [number for _, number, _ in first + rest]
        assert numbers == sorted(set(numbers))
        signed = [data["data"]["payload_uuid"] for kind, _, data in first + rest if kind == "payload.signed"]
        assert signed == [*uuids, missed]

    async def test_begins_with_the_number_to_go_on_behind(self, shop):
        await an_outcome(shop)
        async with following(shop) as followed:
            begin = followed.beginning
        missed = await an_outcome(shop)

        async with following(shop, last_event_id=begin) as followed:
            kind, _, data = await followed.next()

        assert (kind, data["data"]["payload_uuid"]) == ("payload.opened", missed)

    async def test_tells_of_the_expiry_of_what_was_asked_for_meanwhile(self, shop):
        await shop.asks(PAYMENT, options={"expire": 1})
        async with following(shop) as followed:
            asked = (await shop.asks(PAYMENT, options={"expire": 1}))["uuid"]
            later(shop, hours=1)

            kind, _, data = await followed.next()

        assert (kind, data["data"]["payload_uuid"]) == ("payload.expired", asked)

    async def test_goes_on_hearing_of_openings_where_the_clock_is_moved(self, shop):
        wallet = await shop.wallet()
        async with following(shop) as followed:
            later(shop, days=1)
            shop.context.bus.publish(BUS_RESUMED)
            async with asyncio.timeout(LIMIT_S):
                while not await shop.context.db.read(store.has_listener, shop.app_uuid, now=shop.clock.now()):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
            uuid = (await shop.asks(PAYMENT))["uuid"]
            await wallet.opens(uuid)

            kind, _, data = await followed.next()

        assert (kind, data["data"]["payload_uuid"]) == ("payload.opened", uuid)

    async def test_never_shows_another_apps_events(self, shop):
        await an_outcome(shop)
        other = await shop.new_app("Another Shop")
        async with following(shop, "after=0", **other) as followed:
            asked = (await shop.platform("POST", "payload", {"txjson": PAYMENT}, credentials=other)).json
            await (await shop.wallet()).signs(asked["uuid"])

            kind, _, data = await followed.next()

        assert kind == "payload.opened"
        assert data["data"]["payload_uuid"] == asked["uuid"]

    async def test_asks_who_calls(self, shop):
        answer: Reply = await shop.send("GET", "/api/v1/platform/events", {})

        assert answer.status == 403 or answer.code == 812


def test_a_call_knows_its_id() -> None:
    assert Received("/", {"webhook-id": "evt_1"}, b"{}").id == "evt_1"
