"""The published `xumm-sdk-py`, unmodified, with its module variables pointing at the platform.

REST follows `xumm.client.api_base`. The status socket's host is written into the SDK's code: nothing it offers changes
it. So its WebSocket client, itself untouched, is handed the platform's address in place of that host.
"""

import asyncio
import json
import threading
from collections.abc import Callable
from importlib.metadata import version
from itertools import chain
from typing import Any
from uuid import uuid4

import pytest
import xumm
import xumm.client
import xumm.error
import xumm.resource.payload
from xumm.resource.types import XummGetPayloadResponse, XummPushEventRequest
from xumm.ws_client import WSClient

from tests.compat.stage import Stage

FIXED_SOCKET_HOST = "wss://xumm.app"
SIGN_IN = {"TransactionType": "SignIn"}
GENESIS, SHOP = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
PAYMENT = {"TransactionType": "Payment", "Destination": SHOP, "DestinationTag": 1042, "Amount": "2500000"}
PAYMENT_BLOB = "1200002E000004126140000000002625A08314F667B0CA50CC7709A220B0561B85E53A48461FA8"
RIGHT_BACK = {"message": "Right back at you!"}
HEARD_LIMIT_S = 20

Message = dict[str, object]

# The SDK starts a thread for each callback with a call that Python 3.10 deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:setDaemon\\(\\) is deprecated:DeprecationWarning")


def point_at(stage: Stage, patch: pytest.MonkeyPatch) -> xumm.XummSdk:
    """Return the SDK as the demo app, pointed at a platform until the patch is undone."""

    def platform_socket(*, server: str, **callbacks: Any) -> WSClient:
        assert server.startswith(FIXED_SOCKET_HOST)
        host = stage.platform.url.replace("http", "ws", 1)
        return WSClient(server=server.replace(FIXED_SOCKET_HOST, host), **callbacks)

    env = stage.platform.env
    patch.setattr(xumm.client, "api_base", f"{env['SEALGATE_URL']}/api/v1/")
    patch.setattr(xumm.resource.payload, "WSClient", platform_socket)
    # The constructor writes both to the module: for every client in the process.
    patch.setattr(xumm, "api_key", None)
    patch.setattr(xumm, "api_secret", None)
    return xumm.XummSdk(env["SEALGATE_API_KEY"], env["SEALGATE_API_SECRET"])


@pytest.fixture
def sdk(stage, monkeypatch):
    return point_at(stage, monkeypatch)


@pytest.fixture
def alice(stage):
    return stage.alice


class Heard:
    """What a subscription's callback heard, from the SDK's threads."""

    def __init__(self, last: str) -> None:
        self.messages: list[Message] = []
        self._last = last
        self._news = threading.Condition()

    def __call__(self, event):
        """Be the callback: keep the message, and return it where it ends the subscription."""
        with self._news:
            self.messages.append(event["data"])
            self._news.notify_all()
        return event["data"] if self._last in event["data"] else None

    def wait_until(self, predicate: Callable[[list[Message]], bool]) -> None:
        """Wait until the messages so far are what the caller waits for."""
        with self._news:
            assert self._news.wait_for(lambda: predicate(self.messages), HEARD_LIMIT_S), self.messages


def subscribed(sdk, payload, last: str):
    """Create a request and subscribe; return the subscription and what it hears. `last` in a message ends it."""
    heard = Heard(last)
    subscription = asyncio.run(sdk.payload.create_and_subscribe(payload, heard))
    heard.wait_until(lambda messages: {"message": f"Welcome {subscription.created.uuid}"} in messages)
    return subscription, heard


def outcome_of(sdk, subscription):
    """Wait for the end of a subscription as the SDK's users do, and close it."""
    # The SDK waits in a loop that never yields, so no timeout of asyncio's would end it.
    too_late = threading.Timer(HEARD_LIMIT_S, subscription.resolve, ["nothing that ends the subscription"])
    too_late.start()
    outcome = asyncio.run(subscription.resolved())
    too_late.cancel()
    sdk.payload.unsubscribe()
    # A message that comes in while the SDK disconnects starts its ping timer again, which then finds no socket.
    subscription.websocket.join(HEARD_LIMIT_S)
    subscription.websocket._stop_timers()
    return outcome


def test_the_sdk_is_the_published_one():
    assert version("xumm-sdk-py") == "1.0.4"


class TestPing:
    def test_shows_the_app(self, stage, sdk):
        auth = sdk.ping()

        assert auth.application.uuidv4 == stage.platform.env["SEALGATE_API_KEY"]
        assert auth.application.webhookurl == ""
        assert auth.application.disabled == 0
        assert auth.quota.to_dict() == {}
        assert auth.call.uuidv4


class TestCreating:
    @pytest.mark.parametrize(
        "body",
        [
            PAYMENT,
            {"txjson": PAYMENT},
            {"txblob": PAYMENT_BLOB},
            {
                "txjson": PAYMENT,
                "options": {"submit": False, "expire": 5, "return_url": {"web": "https://shop.example"}},
            },
        ],
        ids=["bare", "txjson", "txblob", "options"],
    )
    def test_takes(self, sdk, body):
        created = sdk.payload.create(body)

        assert created.pushed is False
        assert created.next.always.endswith(f"/sign/{created.uuid}")
        assert created.refs.qr_uri_quality_opts == ["m", "q", "h"]
        read = sdk.payload.get(created.uuid)
        assert read.payload.request_json == PAYMENT
        assert read.payload.tx_destination_tag == 1042

    def test_keeps_custom_meta(self, sdk):
        custom_meta = {"identifier": str(uuid4()), "blob": {"cart": 7}, "instruction": "Thanks"}

        created = sdk.payload.create({"txjson": SIGN_IN, "custom_meta": custom_meta})

        assert sdk.payload.get(created.uuid).custom_meta.to_dict() == custom_meta

    @pytest.mark.parametrize(
        ("code", "body"),
        [
            (600, {"options": {}}),
            (602, {"txjson": {"Amount": "1"}}),
            (603, {"TransactionType": "Payment", "Destination": "nobody"}),
            (604, {"txjson": PAYMENT, "txblob": PAYMENT_BLOB}),
            (413, {"txjson": SIGN_IN, "custom_meta": {"identifier": "x" * 41}}),
        ],
    )
    def test_is_refused(self, sdk, code, body):
        with pytest.raises(
            xumm.error.InvalidRequestError, match=f"^Error code {code}, see XUMM Dev Console, reference"
        ):
            sdk.payload.create(body)


class TestReading:
    """The SDK's models refuse an answer that lacks one of their keys (platform-api 21.3)."""

    def test_works_from_creation_on(self, sdk):
        read = sdk.payload.get(sdk.payload.create(SIGN_IN).uuid)

        assert (read.meta.exists, read.meta.resolved, read.meta.signed, read.meta.is_xapp) == (
            True,
            False,
            False,
            False,
        )
        assert (read.meta.opened_by_deeplink, read.meta.signers) == (None, None)
        assert (read.payload.tx_destination, read.payload.tx_destination_tag) == ("", None)
        assert read.application.issued_user_token is None
        assert set(read.response.attribute_map.values()) >= {"hex", "txid", "account", "user"}
        assert read.response.hex is None

    def test_works_after_a_signature(self, sdk, alice):
        created = sdk.payload.create(PAYMENT)
        signed = alice.signs(created.uuid)

        read = sdk.payload.get(created.uuid)

        assert (read.meta.resolved, read.meta.signed, read.meta.destination) == (True, True, SHOP)
        assert (read.response.account, read.response.txid) == (alice.account, signed["txid"])
        assert (read.response.multisign_account, read.response.dispatched_to) == ("", None)
        assert (read.payload.origintype, read.payload.signmethod) == ("QR", "OTHER")
        assert read.application.issued_user_token

    def test_works_after_a_refusal(self, sdk, alice):
        created = sdk.payload.create(PAYMENT)
        alice.declines(created.uuid)

        read = sdk.payload.get(created.uuid)

        assert (read.meta.resolved, read.meta.signed) == (True, False)
        assert (read.response.account, read.response.hex) == (None, None)

    def test_of_the_unknown_is_refused(self, sdk):
        with pytest.raises(xumm.error.InvalidRequestError, match=r"^Error code 404, see XUMM Dev Console, reference"):
            sdk.payload.get(str(uuid4()))

    def test_of_nonsense_is_refused_in_words(self, sdk):
        with pytest.raises(xumm.error.InvalidRequestError, match=r"^Error code 404, message: Endpoint unknown"):
            sdk.payload.get("nonsense")


class TestTheModels:
    """They are strict, all but the one of `custom_meta`: what the tests above read was all there."""

    @pytest.mark.parametrize("part", ["", "meta", "application", "payload", "response"])
    def test_miss_every_key(self, sdk, part):
        uuid = sdk.payload.create(PAYMENT).uuid
        whole = xumm.client.get(sdk.payload.get_url(uuid))
        read = sdk.payload.get(uuid)
        keys = (getattr(read, part) if part else read).required
        assert len(keys) >= 5

        for key in keys:
            lacking = json.loads(json.dumps(whole))
            del (lacking[part] if part else lacking)[key]
            with pytest.raises(ValueError, match=f"`{key}`"):
                XummGetPayloadResponse(**lacking)


class TestCancelling:
    def test_works_before_a_wallet_has_opened_it(self, sdk):
        created = sdk.payload.create(SIGN_IN)

        done = sdk.payload.cancel(created.uuid)

        assert (done.result.cancelled, done.result.reason) == (True, "OK")
        assert (done.meta.cancelled, done.meta.expired) == (False, True)
        assert sdk.payload.get(created.uuid).meta.cancelled is True

    @pytest.mark.parametrize(
        ("reason", "happens"),
        [
            ("ALREADY_CANCELLED", lambda stage, sdk, uuid: sdk.payload.cancel(uuid)),
            ("ALREADY_RESOLVED", lambda stage, sdk, uuid: stage.alice.signs(uuid)),
            ("ALREADY_EXPIRED", lambda stage, sdk, uuid: stage.operator.shortens(uuid, -1)),
            ("ALREADY_OPENED", lambda stage, sdk, uuid: stage.alice.opens(uuid)),
        ],
        ids=["cancelled", "resolved", "expired", "opened"],
    )
    def test_is_too_late(self, stage, sdk, reason, happens):
        created = sdk.payload.create(SIGN_IN)
        happens(stage, sdk, created.uuid)

        done = sdk.payload.cancel(created.uuid)

        assert (done.result.cancelled, done.result.reason) == (False, reason)

    def test_of_the_unknown_is_refused(self, sdk):
        with pytest.raises(xumm.error.InvalidRequestError, match="404"):
            sdk.payload.cancel(str(uuid4()))


class TestWatching:
    def test_ends_with_the_signature(self, sdk, alice):
        subscription, heard = subscribed(sdk, SIGN_IN, last="payload_uuidv4")
        uuid = subscription.created.uuid
        signed = alice.signs(uuid)

        outcome = outcome_of(sdk, subscription)

        assert (outcome["signed"], outcome["txid"], outcome["payload_uuidv4"]) == (True, signed["txid"], uuid)
        # The SDK calls back from one thread for each message, so their order is anybody's guess.
        heard.wait_until(
            lambda messages: {"expires_in_seconds", "opened", "pre_signed", "signed"} <= {*chain(*messages)}
        )
        assert "devapp_fetched" not in {*chain(*heard.messages)}
        assert RIGHT_BACK in heard.messages

    def test_ends_with_the_refusal(self, sdk, alice):
        subscription, _heard = subscribed(sdk, PAYMENT, last="payload_uuidv4")
        alice.declines(subscription.created.uuid)

        outcome = outcome_of(sdk, subscription)

        assert outcome["signed"] is False
        assert "txid" not in outcome

    def test_ends_with_the_cancellation(self, sdk):
        subscription, _heard = subscribed(sdk, SIGN_IN, last="expired")
        sdk.payload.cancel(subscription.created.uuid)

        assert outcome_of(sdk, subscription) == {"expired": True}

    def test_ends_when_the_time_is_over(self, stage, sdk):
        created, heard = sdk.payload.create(SIGN_IN), Heard("expired")
        stage.operator.shortens(created.uuid, 2)
        subscription = asyncio.run(sdk.payload.subscribe(created.uuid, heard))

        assert outcome_of(sdk, subscription) == {"expired": True}

    def test_ends_by_resolve(self, sdk):
        subscription, _heard = subscribed(sdk, SIGN_IN, last="payload_uuidv4")
        subscription.resolve("enough")

        assert outcome_of(sdk, subscription) == "enough"

    def test_goes_on_past_the_pings_of_the_sdk(self, sdk, alice):
        subscription, heard = subscribed(sdk, SIGN_IN, last="payload_uuidv4")

        # It pings when it connects, and again 10 s after the last message.
        heard.wait_until(lambda messages: messages.count(RIGHT_BACK) == 2)

        assert subscription.websocket.status() == 101
        alice.signs(subscription.created.uuid)
        assert outcome_of(sdk, subscription)["signed"] is True


class TestUserTokens:
    @pytest.fixture
    def token(self, sdk, alice):
        created = sdk.payload.create(SIGN_IN)
        alice.signs(created.uuid)
        return sdk.payload.get(created.uuid).application.issued_user_token

    def test_are_verified_in_the_order_asked(self, sdk, token):
        unknown = str(uuid4())

        verified = sdk.verify_user_tokens([unknown, token])

        assert [(one.user_token, one.active) for one in verified] == [(unknown, False), (token, True)]
        assert verified[1].token_expiration - verified[1].token_issued >= 30 * 86400
        assert sdk.verify_user_token(token).active is True

    def test_push_the_next_request(self, sdk, alice, token):
        created = sdk.payload.create({"txjson": SIGN_IN, "user_token": token})

        assert created.pushed is True
        assert created.uuid in alice.pending()
        alice.signs(created.uuid, "PUSH_NOTIFICATION")
        assert sdk.payload.get(created.uuid).payload.origintype == "PUSH_NOTIFICATION"


class TestLookups:
    def test_tell_what_a_dollar_and_an_xrp_buy(self, sdk):
        rates = sdk.get_rates("USD")

        assert (rates.USD, rates.XRP) == (1, 0.5)
        assert (rates.meta.currency.code, rates.meta.currency.iso_decimals) == ("USD", 2)

    def test_say_who_was_identified(self, sdk):
        assert sdk.get_kyc_status(GENESIS) == "SUCCESSFUL"
        assert sdk.get_kyc_status(SHOP) == "NONE"

    def test_tell_what_a_transaction_did_on_the_ledger(self, stage, sdk):
        paid = stage.operator.settles_a_payment()
        its_app = xumm.XummSdk(paid["api_key"], paid["api_secret"])

        told = its_app.get_transaction(paid["txid"])

        assert told.txid == paid["txid"]
        assert told.transaction["meta"]["TransactionResult"] == "tesSUCCESS"
        assert [(one["currency"], one["value"]) for one in told.balance_changes[GENESIS]] == [("XRP", "2.5")]

    def test_list_what_the_operator_vouches_for(self, sdk):
        assets = sdk.get_curated_assets()

        assert (assets.issuers, assets.currencies) == (["Gate"], ["USD"])
        assert assets.details["Gate"].currencies["USD"].issuer == SHOP


class TestStorage:
    def test_keeps_one_document_until_it_is_deleted(self, sdk):
        document = {"zebra": 1.5, "ant": [1, {"deep": None}], "text": "é"}

        stored = sdk.storage.set(document)
        kept = sdk.storage.get()

        assert (stored.stored, stored.data) == (True, document)
        assert (kept.data, list(kept.data)) == (document, list(document))
        assert kept.application.name == "Demo app"
        assert sdk.storage.delete().stored is True
        assert sdk.storage.get().data is None

    def test_refuses_what_is_too_large(self, sdk):
        with pytest.raises(xumm.error.InvalidRequestError, match="413"):
            sdk.storage.set({"large": "x" * 61_440})


class TestXappMessages:
    @pytest.fixture
    def token(self, stage, sdk, alice):
        stage.operator.makes_xapp(stage.platform.env["SEALGATE_API_KEY"])
        created = sdk.payload.create(SIGN_IN)
        alice.signs(created.uuid)
        return sdk.payload.get(created.uuid).application.issued_user_token

    def asks(self, token, **members):
        return XummPushEventRequest(
            user_token=token, subtitle="Order 1042", body="Your parcel is ready", data={"orderId": "1042"}, **members
        )

    def test_are_put_on_the_list_and_taken_back(self, sdk, alice, token):
        told = sdk.push.event(self.asks(token))

        assert told.pushed is True
        assert told.uuid in alice.pending()
        assert sdk.payload.get(told.uuid).meta.is_xapp is True
        assert sdk.payload.cancel(told.uuid).result.cancelled is True
        assert told.uuid not in alice.pending()

    def test_wake_somebody_or_nobody(self, sdk, alice, token):
        before = alice.pending()

        assert sdk.push.push(self.asks(token)).pushed is True
        assert alice.pending() == before
        assert sdk.push.event(self.asks(token, silent=True)).pushed is False

    def test_are_refused_without_a_user_token(self, sdk, token):
        with pytest.raises(xumm.error.InvalidRequestError, match="600"):
            sdk.push.event(self.asks(None))


class TestCredentials:
    def test_of_which_the_secret_is_wrong_are_refused(self, stage, sdk):
        stranger = xumm.XummSdk(stage.platform.env["SEALGATE_API_KEY"], str(uuid4()))

        with pytest.raises(
            xumm.error.APIError, match=r"^Error code 813, see XUMM Dev Console, reference: [0-9a-f-]{36}"
        ):
            stranger.ping()

    def test_of_which_the_key_is_unknown_are_refused(self, stage, sdk):
        stranger = xumm.XummSdk(str(uuid4()), stage.platform.env["SEALGATE_API_SECRET"])

        with pytest.raises(xumm.error.APIError, match="811"):
            stranger.payload.create(SIGN_IN)


def test_the_main_job_on_postgres(stage_on_postgres, monkeypatch):
    sdk, alice = point_at(stage_on_postgres, monkeypatch), stage_on_postgres.alice
    subscription, _heard = subscribed(sdk, PAYMENT, last="payload_uuidv4")
    alice.signs(subscription.created.uuid)

    assert outcome_of(sdk, subscription)["signed"] is True

    read = sdk.payload.get(subscription.created.uuid)
    assert (read.meta.signed, read.response.account) == (True, alice.account)
    token = read.application.issued_user_token
    assert sdk.payload.create({"txjson": SIGN_IN, "user_token": token}).pushed is True
    unopened = sdk.payload.create(SIGN_IN)
    assert sdk.payload.cancel(unopened.uuid).result.reason == "OK"
