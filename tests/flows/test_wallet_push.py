"""User tokens and the stream: how a request reaches a wallet that nobody showed a QR code."""

import asyncio
from typing import Any

import pytest

from sealgate.base.ids import new_uuid
from tests.payloads import SIGN_IN_REQUEST
from tests.wallet_side import Wallet, WalletSide

pytestmark = pytest.mark.anyio

SIGN_IN = SIGN_IN_REQUEST
NOON_UNIX_S = 1_768_478_400
DAY_S = 86_400
NOON_ID, LATER_ID = f"{NOON_UNIX_S}000", f"{NOON_UNIX_S + 7}000"


async def token_of(side: WalletSide, wallet: Wallet) -> str:
    """Let the wallet sign once and return the app's token for its user."""
    asked = await side.asks(SIGN_IN)
    assert (await wallet.signs(asked["uuid"])).status == 200
    token = (await side.sees(asked["uuid"]))["application"]["issued_user_token"]
    assert isinstance(token, str)
    return token


async def checked(side: WalletSide, token: str, **how: Any) -> dict[str, Any]:
    """Return what the platform says of a token."""
    (only,) = (await side.platform("GET", f"user-token/{token}", **how)).json["tokens"]
    return dict(only)


class TestUserToken:
    async def test_is_told_in_both_spellings(self, side):
        token = await token_of(side, await side.wallet())

        assert await checked(side, token) == {
            "user_token": token,
            "active": True,
            "issued": NOON_UNIX_S,
            "expires": NOON_UNIX_S + 30 * DAY_S,
            "token_issued": NOON_UNIX_S,
            "token_expiration": NOON_UNIX_S + 30 * DAY_S,
        }

    async def test_stays_the_same_and_lives_longer_with_every_signing(self, side):
        wallet = await side.wallet()
        first = await token_of(side, wallet)
        side.clock.advance(days=10)

        assert await token_of(side, wallet) == first
        told = await checked(side, first)
        assert (told["issued"], told["expires"]) == (NOON_UNIX_S, NOON_UNIX_S + 40 * DAY_S)

    async def test_ends_thirty_days_after_the_last_signing(self, side):
        wallet = await side.wallet()
        first = await token_of(side, wallet)
        side.clock.advance(days=30)

        assert (await checked(side, first))["active"] is False
        assert await token_of(side, wallet) != first

    async def test_is_the_same_on_all_devices_of_a_user(self, side):
        one = await side.wallet()
        invited = await one.call("POST", "devices/invitations")
        other = await side.wallet(invitation=invited.json["invitation"])

        assert await token_of(side, one) == await token_of(side, other)

    async def test_is_unknown_to_other_apps(self, side):
        token = await token_of(side, await side.wallet())
        stranger = await side.new_app("Another Shop")

        assert await checked(side, token, credentials=stranger) == {
            "user_token": token,
            "active": False,
            "issued": 0,
            "expires": 0,
            "token_issued": 0,
            "token_expiration": 0,
        }


class TestUserTokens:
    @pytest.mark.parametrize("wrap", [lambda tokens: {"tokens": tokens}, lambda tokens: tokens], ids=["object", "list"])
    async def test_are_told_in_the_order_asked(self, side, wrap):
        mine, unknown = await token_of(side, await side.wallet()), new_uuid()

        answer = await side.platform("POST", "user-tokens/", wrap([unknown, mine, "no uuid", mine.upper()]))

        assert [(one["user_token"], one["active"]) for one in answer.json["tokens"]] == [
            (unknown, False),
            (mine, True),
            ("no uuid", False),
            (mine.upper(), True),
        ]

    async def test_may_be_none(self, side):
        assert (await side.platform("POST", "user-tokens", {"tokens": []})).json == {"tokens": []}

    @pytest.mark.parametrize(
        "body", [{}, {"tokens": "x"}, {"tokens": [1]}, {"tokens": ["x" * 65]}, ["x"] * 101, "x", None, 7]
    )
    async def test_are_refused_in_any_other_shape(self, side, body):
        answer = await side.platform("POST", "user-tokens", body)

        assert answer.status == 400
        assert answer.code == 400

    async def test_that_are_no_uuid_have_no_address(self, side):
        assert (await side.platform("GET", "user-token/none")).status == 404


class TestPush:
    async def test_puts_the_request_before_the_user(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)

        asked = await side.asks(SIGN_IN, user_token=token)

        assert asked["pushed"] is True
        (waiting,) = (await wallet.call("GET", "pending-payloads")).json["payloads"]
        assert waiting["meta"]["uuid"] == asked["uuid"]
        assert waiting["meta"]["pushed"] is True
        assert waiting["application"]["issued_user_token"] == token
        assert "view" not in waiting
        assert (await wallet.call("POST", "ping")).json["badge"] == 1

    async def test_takes_it_off_the_list_once_it_is_answered(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN, user_token=await token_of(side, wallet))

        await wallet.signs(asked["uuid"])

        assert (await wallet.call("GET", "pending-payloads")).json == {"payloads": []}

    async def test_is_for_that_user_only(self, side):
        wallet, stranger = await side.wallet(), await side.wallet()
        asked = await side.asks(SIGN_IN, user_token=await token_of(side, wallet))

        opened = await stranger.opens(asked["uuid"])

        assert (opened.status, opened.code) == (403, 403)
        answered = await stranger.answers(asked["uuid"], {"reject": True})
        assert (answered.status, answered.code) == (403, 403)
        signed = await stranger.answers(asked["uuid"], {"signed_blob": "00"})
        assert (signed.status, signed.code) == (403, 403)
        assert (await stranger.call("GET", "pending-payloads")).json == {"payloads": []}

    async def test_does_not_claim_to_have_reached_a_user_without_devices(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        await wallet.call("DELETE", f"devices/{wallet.device}")

        assert (await side.asks(SIGN_IN, user_token=token))["pushed"] is False

    async def test_does_not_reach_a_user_by_an_unknown_or_expired_token(self, side):
        token = await token_of(side, await side.wallet())

        assert (await side.asks(SIGN_IN, user_token=new_uuid()))["pushed"] is False
        side.clock.advance(days=30)
        assert (await side.asks(SIGN_IN, user_token=token))["pushed"] is False

    async def test_does_not_reach_a_user_by_the_token_of_another_app(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        stranger = await side.new_app("Another Shop")

        made = await side.platform("POST", "payload", {"txjson": SIGN_IN, "user_token": token}, credentials=stranger)

        assert made.json["pushed"] is False
        assert (await wallet.call("GET", "pending-payloads")).json == {"payloads": []}


class TestPermissions:
    async def test_are_listed_for_the_user(self, side):
        wallet = await side.wallet()
        await token_of(side, wallet)

        listed = (await wallet.call("GET", "third-party-permissions")).json

        assert listed == [
            {
                "app": {
                    "id": side.app_uuid,
                    "name": "Corner Shop",
                    "description": "",
                    "icon": listed[0]["app"]["icon"],
                },
                "urls": {"homepage": None, "terms": None, "support": None, "privacy": None},
                "grant": {"validity": 30, "issued": "2026-01-15T12:00:00Z", "expires": "2026-02-14T12:00:00Z"},
                "muted": False,
            }
        ]

    async def test_are_ended_by_the_user(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)

        ended = await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")

        assert ended.json == {"commit": True}
        assert (await checked(side, token))["active"] is False
        assert (await side.asks(SIGN_IN, user_token=token))["pushed"] is False
        assert (await wallet.call("GET", "third-party-permissions")).json == []
        again = await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")
        assert (again.status, again.code) == (404, 404)

    async def test_are_granted_anew_under_a_new_token(self, side):
        wallet = await side.wallet()
        first = await token_of(side, wallet)
        await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")

        assert await token_of(side, wallet) != first


class TestEvents:
    async def test_wake_the_users_wallets(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        async with wallet.listening() as stream:
            assert await stream.next() == ("ready", NOON_ID, {"device": wallet.device})

            asked = await side.asks(SIGN_IN, user_token=token)
            assert await stream.next() == ("payload", NOON_ID, {"uuid": asked["uuid"], "kind": "payload_created"})

            side.clock.advance(seconds=7)
            await wallet.signs(asked["uuid"])
            assert await stream.next() == ("payload", LATER_ID, {"uuid": asked["uuid"], "kind": "payload_resolved"})

    async def test_tell_of_a_cancellation(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        async with wallet.listening() as stream:
            await stream.next()
            asked = await side.asks(SIGN_IN, user_token=token)
            await stream.next()

            await side.platform("DELETE", f"payload/{asked['uuid']}")

            assert (await stream.next())[2] == {"uuid": asked["uuid"], "kind": "payload_cancelled"}

    async def test_are_for_that_user_only(self, side):
        wallet, stranger = await side.wallet(), await side.wallet()
        token = await token_of(side, wallet)
        async with stranger.listening() as stream:
            await stream.next()

            await side.asks(SIGN_IN, user_token=token)

            assert await stream.silent()

    async def test_end_with_the_device(self, side):
        first = await side.wallet()
        invited = await first.call("POST", "devices/invitations")
        second = await side.wallet(invitation=invited.json["invitation"])
        async with first.listening() as kept, second.listening() as lost:
            await kept.next()
            await lost.next()

            await first.call("DELETE", f"devices/{second.device}")

            assert (await lost.next())[0] == "revoked"
            await lost.ended()
            assert await kept.silent()

    async def test_end_when_the_server_stops(self, side):
        wallet = await side.wallet()
        async with wallet.listening() as stream:
            await stream.next()

            side.app.life.end_connections()

            await stream.ended()

    async def test_are_bounded_in_number(self, side):
        wallet = await side.wallet()
        streams = [wallet.listening() for _ in range(32)]
        opened = [await stream.__aenter__() for stream in streams]
        for stream in opened:
            await stream.next()

        refused = await wallet.call("GET", "events")

        assert (refused.status, refused.code) == (429, 429)
        for stream in streams:
            await stream.__aexit__(None, None, None)
        await asyncio.sleep(0)
        async with wallet.listening() as stream:
            assert (await stream.next())[0] == "ready"

    async def test_need_a_signature(self, side):
        answer = await side.send("GET", "/api/v1/app/events", {})

        assert (answer.status, answer.code) == (401, 890)
