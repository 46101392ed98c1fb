"""Waking devices: subscriptions, what a push service gets, dead ones, muted apps, limits, and why nobody was woken."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from sqlalchemy import select

from sealgate.base.clock import to_unix_s
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.delivery.tables import deliveries
from sealgate.holders.thumbprint import from_base64url
from tests.payloads import PAYMENT, SIGN_IN_REQUEST
from tests.push_service import PushService, Subscriber, push_service
from tests.user_side import sign_in
from tests.wallet_side import Wallet, WalletSide

pytestmark = pytest.mark.anyio

PATH = "push-subscription"
LIMIT_S = 30


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[WalletSide]:
    """Return a started server."""
    side = WalletSide(settings)
    await side.start()
    yield side
    await side.stop()


@pytest.fixture
async def near(flow_settings: Settings) -> AsyncIterator[WalletSide]:
    """A server that may call this machine, as one under `sealgate dev` may."""
    async with started(msgspec.structs.replace(flow_settings, dev=True, rate_limits=False)) as side:
        yield side


@pytest.fixture
def service() -> Iterator[PushService]:
    """A push service on this machine."""
    with push_service() as running:
        yield running


async def token_of(side: WalletSide, wallet: Wallet) -> str:
    """Let the wallet sign once and return the app's token for its user."""
    asked = await side.asks(SIGN_IN_REQUEST)
    assert (await wallet.signs(asked["uuid"])).status == 200
    token = (await side.sees(asked["uuid"]))["application"]["issued_user_token"]
    assert isinstance(token, str)
    return token


async def subscribed(wallet: Wallet, browser: Subscriber) -> dict[str, Any]:
    """Hand in a subscription and return the answer."""
    answer = await wallet.call("PUT", PATH, browser.to_json())
    assert answer.status == 200, answer
    return dict(answer.json)


async def arrives(service: PushService, number: int) -> Any:
    """Wait until the push service got so many calls, and return the last."""
    return (await asyncio.to_thread(service.wait_for, number))[number - 1]


async def until(condition: Any) -> Any:
    """Wait until a condition holds, and return what it returned."""
    async with asyncio.timeout(LIMIT_S):
        while not (found := await condition()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        return found


class TestSubscription:
    async def test_is_made_for_the_servers_key(self, side):
        wallet, other = await side.wallet(), await side.wallet()

        told = (await wallet.call("GET", PATH)).json

        point = from_base64url(told["application_server_key"])
        assert point is not None
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
        assert told["subscription"] is None
        assert (await other.call("GET", PATH)).json == told

    async def test_is_shown_to_its_device_without_the_keys(self, side):
        wallet = await side.wallet()
        browser = Subscriber("https://push.example/send/1")

        answer = await subscribed(wallet, browser)

        assert answer["subscription"] == {
            "endpoint": "https://push.example/send/1",
            "created_at": "2026-01-15T12:00:00Z",
            "last_ok_at": None,
        }
        assert (await wallet.call("GET", PATH)).json == answer

    async def test_is_removed(self, side):
        wallet = await side.wallet()
        await subscribed(wallet, Subscriber("https://push.example/send/1"))

        assert (await wallet.call("DELETE", PATH)).json == {"removed": True}
        assert (await wallet.call("DELETE", PATH)).json == {"removed": False}
        assert (await wallet.call("GET", PATH)).json["subscription"] is None

    @pytest.mark.parametrize(
        "endpoint",
        [
            "http://push.example/send",
            "https://127.0.0.1/send",
            "https://localhost.:/send?",
            "https://10.1.2.3/send",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/send",
            "https://[::ffff:10.0.0.1]/send",
            "https://2130706433/send",
            "https://0x7f.1/send",
            "https://user:secret@push.example/send",
            "https://push.example:22/send",
            "ftp://push.example/send",
            "https:///send",
            "javascript:alert(1)",
            "not a URL",
        ],
    )
    async def test_does_not_lead_where_only_the_server_can_go(self, side, endpoint):
        wallet = await side.wallet()

        refused = await wallet.call("PUT", PATH, Subscriber(endpoint).to_json())

        assert (refused.status, refused.code) == (400, 830), refused
        assert refused.json["error"]["pointer"] == "/endpoint"
        assert (await wallet.call("GET", PATH)).json["subscription"] is None

    @pytest.mark.parametrize(
        "changed",
        [
            {"keys": None},
            {"keys": {}},
            {"keys": {"p256dh": "AA", "auth": "AA"}},
            {"endpoint": 7},
            {"endpoint": "x" * 5000},
        ],
    )
    async def test_has_the_form_browsers_give_it(self, side, changed):
        wallet = await side.wallet()
        body = Subscriber("https://push.example/send").to_json() | changed

        assert (await wallet.call("PUT", PATH, body)).status == 400

    async def test_needs_a_signature(self, side):
        assert (await side.send("GET", f"/api/v1/app/{PATH}", {})).status == 401


class TestPush:
    async def test_tells_a_device_where_to_look_and_nothing_else(self, near, service):
        wallet, browser = await near.wallet(), service.subscribe()
        public_key = (await subscribed(wallet, browser))["application_server_key"]
        token = await token_of(near, wallet)

        asked = await near.asks(
            PAYMENT, user_token=token, options={"expire": 5}, custom_meta={"instruction": "Rent for May"}
        )

        assert asked["pushed"] is True
        assert "push" not in asked
        call = await arrives(service, 1)
        assert call.path == "/send/device"
        assert browser.read(call.body) == {"category": "SIGNTX", "app": near.app_uuid, "payload": asked["uuid"]}
        assert {name: call.headers[name] for name in ("ttl", "urgency", "topic", "content-encoding")} == {
            "ttl": "300",
            "urgency": "high",
            "topic": asked["uuid"].replace("-", ""),
            "content-encoding": "aes128gcm",
        }
        scheme, token_part, key_part = call.headers["authorization"].replace(",", "").split(" ")
        assert (scheme, key_part) == ("vapid", f"k={public_key}")
        point = from_base64url(public_key)
        assert point is not None
        claims = jwt.decode(
            token_part.removeprefix("t="),
            EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point),
            algorithms=["ES256"],
            audience=service.origin,
            options={"verify_exp": False},
        )
        assert 0 < claims["exp"] - to_unix_s(near.clock.now()) <= 86_400
        assert claims["sub"] == near.settings.public_url

    async def test_wakes_every_device_that_is_subscribed(self, near, service):
        phone = await near.wallet()
        invited = await phone.call("POST", "devices/invitations")
        tablet = await near.wallet(invitation=invited.json["invitation"])
        browsers = {name: service.subscribe(name) for name in ("phone", "tablet")}
        await subscribed(phone, browsers["phone"])
        await subscribed(tablet, browsers["tablet"])

        asked = await near.asks(PAYMENT, user_token=await token_of(near, phone))

        await arrives(service, 2)
        read = {call.path: browsers[call.path.removeprefix("/send/")].read(call.body) for call in service.calls}
        assert {path: message["payload"] for path, message in read.items()} == {
            "/send/phone": asked["uuid"],
            "/send/tablet": asked["uuid"],
        }

    async def test_wakes_whoever_is_signed_in_to_the_page_that_asks(self, near, service):
        wallet, browser = await near.wallet(), service.subscribe()
        await subscribed(wallet, browser)
        page = await sign_in(near, wallet)

        asked = await page.call("POST", "payload", {"txjson": PAYMENT})

        assert asked.json["pushed"] is True
        assert browser.read((await arrives(service, 1)).body)["payload"] == asked.json["uuid"]

    async def test_of_a_request_that_is_refused_is_not_sent(self, near, service):
        wallet = await near.wallet()
        await subscribed(wallet, service.subscribe())
        token, identifier = await token_of(near, wallet), new_uuid()
        body = {"txjson": PAYMENT, "user_token": token, "custom_meta": {"identifier": identifier}}
        assert (await near.platform("POST", "payload", body)).status == 200

        assert (await near.platform("POST", "payload", body)).code == 409

        await near.asks(PAYMENT, user_token=token)
        await arrives(service, 2)
        assert len(service.calls) == 2

    @pytest.mark.parametrize("status", [404, 410])
    async def test_to_a_subscription_that_is_gone_ends_it(self, near, service, status):
        wallet = await near.wallet()
        await subscribed(wallet, service.subscribe())
        service.answers = [status]

        asked = await near.asks(PAYMENT, user_token=await token_of(near, wallet))

        async def is_forgotten() -> bool:
            return (await wallet.call("GET", PATH)).json["subscription"] is None

        await until(is_forgotten)
        (waiting,) = (await wallet.call("GET", "pending-payloads")).json["payloads"]
        assert waiting["meta"]["uuid"] == asked["uuid"]
        assert len(service.calls) == 1

    @pytest.mark.parametrize("status", [429, 503])
    async def test_comes_again_when_the_push_service_had_no_time(self, near, service, status):
        wallet, browser = await near.wallet(), service.subscribe()
        await subscribed(wallet, browser)
        service.answers, service.retry_after = [status, 201], "30"

        asked = await near.asks(PAYMENT, user_token=await token_of(near, wallet))
        await arrives(service, 1)
        await until(lambda: _waits(near))
        near.clock.advance(seconds=29)
        assert len(service.calls) == 1

        near.clock.advance(seconds=60)
        call = await arrives(service, 2)
        assert browser.read(call.body)["payload"] == asked["uuid"]
        assert int(call.headers["ttl"]) == 86_400 - 89

    async def test_that_the_push_service_refuses_is_dropped(self, near, service):
        wallet = await near.wallet()
        await subscribed(wallet, service.subscribe())
        token = await token_of(near, wallet)
        service.answers = [413, 201]

        refused = await near.asks(PAYMENT, user_token=token)
        await arrives(service, 1)
        near.clock.advance(hours=1)
        taken = await near.asks(PAYMENT, user_token=token)

        call = await arrives(service, 2)
        assert call.headers["topic"] == taken["uuid"].replace("-", "")
        assert refused["pushed"] is True
        assert (await wallet.call("GET", PATH)).json["subscription"] is not None

    async def test_is_remembered_as_taken(self, near, service):
        wallet = await near.wallet()
        await subscribed(wallet, service.subscribe())

        await near.asks(PAYMENT, user_token=await token_of(near, wallet))

        async def taken_at() -> Any:
            return (await wallet.call("GET", PATH)).json["subscription"]["last_ok_at"]

        assert await until(taken_at) == "2026-01-15T12:00:00Z"


async def _waits(side: WalletSide) -> bool:
    """Tell whether a delivery waits for its next try, at a moment that was set by its last one."""
    now = side.clock.now()

    def look(tx: Any) -> bool:
        rows = tx.execute(
            select(deliveries.c.id).where(
                deliveries.c.finished_at.is_(None),
                deliveries.c.attempts == 1,
                deliveries.c.app_uuid == side.app_uuid,
                deliveries.c.next_at > now,
                deliveries.c.lease_owner.is_(None),
            )
        )
        return rows.first() is not None

    return await side.context.db.read(look)


class TestMute:
    async def test_leaves_the_request_on_the_list_and_wakes_nobody(self, near, service):
        wallet = await near.wallet()
        await subscribed(wallet, service.subscribe())
        token = await token_of(near, wallet)
        mute = f"third-party-permissions/{near.app_uuid}/mute"
        assert (await wallet.call("PUT", mute)).json == {"muted": True}

        async with wallet.listening() as stream:
            await stream.next()
            asked = await near.asks(PAYMENT, user_token=token)

            assert (asked["pushed"], asked["push"]) == (False, {"reason": "muted"})
            assert (await stream.next())[2] == {"uuid": asked["uuid"], "kind": "payload_listed"}
        (waiting,) = (await wallet.call("GET", "pending-payloads")).json["payloads"]
        assert (waiting["meta"]["uuid"], waiting["meta"]["pushed"]) == (asked["uuid"], False)
        (granted,) = (await wallet.call("GET", "third-party-permissions")).json
        assert granted["muted"] is True

        assert (await wallet.call("DELETE", mute)).json == {"muted": False}
        heard = await near.asks(PAYMENT, user_token=token)

        assert heard["pushed"] is True
        assert (await arrives(service, 1)).headers["topic"] == heard["uuid"].replace("-", "")
        assert len(service.calls) == 1

    async def test_keeps_the_request_for_the_user_it_is_for(self, side):
        wallet, stranger = await side.wallet(), await side.wallet()
        token = await token_of(side, wallet)
        await wallet.call("PUT", f"third-party-permissions/{side.app_uuid}/mute")

        asked = await side.asks(SIGN_IN_REQUEST, user_token=token)

        assert (await stranger.opens(asked["uuid"])).status == 403
        assert (await wallet.signs(asked["uuid"])).status == 200

    async def test_is_for_one_user_alone(self, side):
        wallet, other = await side.wallet(), await side.wallet()
        await token_of(side, wallet)
        await wallet.call("PUT", f"third-party-permissions/{side.app_uuid}/mute")

        assert (await side.asks(PAYMENT, user_token=await token_of(side, other)))["pushed"] is True

    async def test_needs_a_permission_to_silence(self, side):
        wallet = await side.wallet()

        refused = await wallet.call("PUT", f"third-party-permissions/{side.app_uuid}/mute")

        assert (refused.status, refused.code) == (404, 404)

    async def test_ends_with_the_permission(self, side):
        wallet = await side.wallet()
        await token_of(side, wallet)
        await wallet.call("PUT", f"third-party-permissions/{side.app_uuid}/mute")

        await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")

        assert (await side.asks(PAYMENT, user_token=await token_of(side, wallet)))["pushed"] is True


class TestReason:
    async def test_is_that_nobody_was_named(self, side):
        asked = await side.asks(PAYMENT)

        assert (asked["pushed"], asked["push"]) == (False, {"reason": "no_user_token"})

    async def test_is_that_the_token_counts_no_more(self, side):
        token = await token_of(side, await side.wallet())
        side.clock.advance(days=30)

        for dead in (token, new_uuid()):
            asked = await side.asks(PAYMENT, user_token=dead)
            assert (asked["pushed"], asked["push"]) == (False, {"reason": "token_unknown"})

    async def test_is_that_the_user_has_no_device_left(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        await wallet.call("DELETE", f"devices/{wallet.device}")

        asked = await side.asks(PAYMENT, user_token=token)

        assert (asked["pushed"], asked["push"]) == (False, {"reason": "no_device"})

    async def test_is_told_again_to_whoever_repeats_the_call(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        mute = f"third-party-permissions/{side.app_uuid}/mute"
        await wallet.call("PUT", mute)
        headers = dict(side._credentials) | {"idempotency-key": new_uuid()}
        body = json.dumps({"txjson": PAYMENT, "user_token": token}).encode()

        first = await side.send("POST", "/api/v1/platform/payload", headers, body)
        await wallet.call("DELETE", mute)
        second = await side.send("POST", "/api/v1/platform/payload", headers, body)

        assert first.json["push"] == {"reason": "muted"}
        assert second.text == first.text


class TestLimits:
    @pytest.fixture
    async def limited(self, flow_settings: Settings) -> AsyncIterator[WalletSide]:
        """A server where an app may push twice to one user and three times in all, a minute."""
        limits = msgspec.structs.replace(flow_settings, pushes_per_user_minute=2, pushes_per_minute=3)
        async with started(limits) as side:
            yield side

    async def test_cost_an_app_the_wake_up_and_nothing_else(self, limited):
        wallet, stranger = await limited.wallet(), await limited.wallet()
        token = await token_of(limited, wallet)
        for _ in range(2):
            assert (await limited.asks(SIGN_IN_REQUEST, user_token=token))["pushed"] is True

        asked = await limited.asks(SIGN_IN_REQUEST, user_token=token)

        assert (asked["pushed"], asked["push"]) == (False, {"reason": "rate_limited"})
        assert len((await wallet.call("GET", "pending-payloads")).json["payloads"]) == 2
        assert (await stranger.signs(asked["uuid"])).status == 200
        limited.clock.advance(seconds=61)
        assert (await limited.asks(SIGN_IN_REQUEST, user_token=token))["pushed"] is True

    async def test_count_for_all_users_of_an_app_together(self, limited):
        tokens = [await token_of(limited, await limited.wallet()) for _ in range(4)]

        reached = [(await limited.asks(PAYMENT, user_token=token))["pushed"] for token in tokens]

        assert reached == [True, True, True, False]

    async def test_are_not_used_up_by_another_app(self, limited):
        wallet = await limited.wallet()
        token = await token_of(limited, wallet)
        stranger = await limited.new_app("Another Shop")
        for _ in range(5):
            await limited.platform("POST", "payload", {"txjson": PAYMENT, "user_token": token}, credentials=stranger)

        assert (await limited.asks(PAYMENT, user_token=token))["pushed"] is True
