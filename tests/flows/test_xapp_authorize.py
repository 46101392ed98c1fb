"""`jwt/authorize` as a page in the wallet meets it, on both engines: one token, one JWT, and what that opens."""

import asyncio
import shutil

import msgspec
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from sealgate.access import service as access
from sealgate.access.call_log import CallLog
from sealgate.apps import service as apps
from sealgate.apps.directory import AppDirectory
from sealgate.base.settings import Settings
from sealgate.xapps import service as xapps
from tests.payloads import PAYMENT
from tests.user_side import Page
from tests.wallet_side import WalletSide
from tests.xapps import make_xapp, opens_xapp, proves_account

pytestmark = pytest.mark.anyio

HUNDRED = 100
BROWSER = {"origin": "https://shop.example", "sec-fetch-site": "cross-site", "content-type": "application/json"}
XAPP_AGENT = {"user-agent": "Mozilla/5.0 xumm/xapp:2.9.1 (ott:4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52)"}


@pytest.fixture
async def wallet(side):
    """Alice's wallet, with her account."""
    paired = await side.wallet()
    await proves_account(paired)
    return paired


@pytest.fixture
async def shop(side):
    """A listed xApp: its credentials as headers."""
    return await make_xapp(side)


async def opens(wallet, shop, **order):
    """Open the xApp and return its one-time token."""
    launched = await opens_xapp(wallet, shop["x-api-key"], order)
    assert launched.status == 200, launched
    return launched.json["ott"]


async def authorize(side, shop, ott, *, family="jwt", **headers):
    """Trade a one-time token as a page does; `headers` with underscores are added."""
    sent = {**BROWSER, "x-api-key": shop["x-api-key"], "x-api-ott": ott}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return await side.send("GET", f"/api/v1/{family}/authorize", sent)


async def causes(side, shop):
    """Return what the app's call log says of its refused calls, latest first."""
    await side.context.get(CallLog).flush()
    calls = await side.context.db.read(access.list_calls, shop["x-api-key"])
    return [call.cause for call in calls if call.error_code is not None]


class TestTheTrade:
    @pytest.mark.parametrize("family", ["jwt", "xapp-jwt"])
    async def test_answers_with_the_launch_the_name_of_the_app_and_a_jwt(self, side, wallet, shop, family):
        ott = await opens(wallet, shop, nodetype="TESTNET", style="dark", parameters={"orderId": "1042"})

        answer = await authorize(side, shop, ott.upper(), family=family)

        assert answer.status == 200
        assert list(answer.json) == ["ott", "app", "jwt"]
        assert answer.json["app"] == {"name": "Corner Shop"}
        told = answer.json["ott"]
        assert (told["account"], told["user"], told["style"]) == (wallet.key.address, wallet.user, "DARK")
        assert told["orderId"] == "1042"
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "no-store"

    async def test_signs_the_jwt_with_the_secret_the_developer_has(self, side, wallet, shop):
        ott = await opens(wallet, shop, nodetype="TESTNET")
        answer = await authorize(side, shop, ott)

        claims = jwt.decode(answer.json["jwt"], OctKey.import_key(shop["x-api-secret"]), algorithms=["HS256"]).claims

        assert (claims["client_id"], claims["app_uuidv4"]) == (shop["x-api-key"],) * 2
        assert (claims["ott_uuidv4"], claims["sub"]) == (ott, wallet.key.address)
        assert (claims["network_type"], claims["network_id"]) == ("TESTNET", 1)
        assert claims["exp"] - claims["iat"] == 86_400

    async def test_counts_what_the_app_sends_besides_for_nothing(self, side, wallet, shop):
        other = await make_xapp(side)
        ott = await opens(wallet, shop)

        # One published client sends its secret along, another a token of an earlier launch.
        headers = {
            **shop,
            "x-api-ott": ott,
            "authorization": "Bearer old.old.old",
            "x-api-secret": other["x-api-secret"],
        }
        answer = await side.send("GET", "/api/v1/jwt/authorize", headers)

        assert answer.status == 200

    @pytest.mark.parametrize("is_stored", [True, False])
    async def test_uses_the_secret_that_the_app_used_last_from_that_call_on(self, side, wallet, shop, is_stored):
        async def back_end_calls(secret):
            side.clock.advance(seconds=1)
            await side.platform("GET", "ping", credentials={**shop, "x-api-secret": secret})
            if is_stored:
                await directory.store_uses()
                directory.forget(shop["x-api-key"])

        async def signed_with(secret):
            token = (await authorize(side, shop, await opens(wallet, shop))).json["jwt"]
            return jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"]).claims["client_id"]

        directory, sealer = side.context.get(AppDirectory), side.context.sealer
        await back_end_calls(shop["x-api-secret"])
        rotated = await side.context.db.write(apps.rotate_secret, sealer, shop["x-api-key"], now=side.clock.now())
        directory.forget(shop["x-api-key"])

        assert await signed_with(shop["x-api-secret"]) == shop["x-api-key"]
        await back_end_calls(rotated[1].text)
        assert await signed_with(rotated[1].text) == shop["x-api-key"]


class TestWhatItOpens:
    @pytest.fixture
    async def page(self, side, wallet, shop):
        """The xApp's page after the trade."""
        answer = await authorize(side, shop, await opens(wallet, shop))
        return Page(side, answer.json["jwt"])

    @pytest.mark.parametrize("family", ["jwt", "xapp-jwt"])
    async def test_ping_answers_with_every_claim_side_by_side(self, shop, page, wallet, family):
        answer = await page.call("GET", "ping", family=family)

        claims = jwt.decode(page.token, OctKey.import_key(shop["x-api-secret"]), algorithms=["HS256"]).claims
        assert answer.json == {"pong": True, **claims}
        assert answer.json["sub"] == wallet.key.address

    async def test_the_user_is_reached_at_once_though_nothing_was_ever_signed(self, wallet, page):
        made = await page.call("POST", "payload", {"txjson": PAYMENT})

        assert made.json["pushed"] is True
        pending = (await wallet.call("GET", "pending-payloads")).json["payloads"]
        assert [request["meta"]["uuid"] for request in pending] == [made.json["uuid"]]

    async def test_the_wallet_shows_the_permission_and_can_end_it(self, side, wallet, shop, page):
        shown = await wallet.call("GET", "third-party-permissions")
        assert shop["x-api-key"] in shown.text

        await wallet.call("DELETE", f"third-party-permissions/{shop['x-api-key']}")

        assert (await page.call("POST", "payload", {"txjson": PAYMENT})).json["pushed"] is False
        again = Page(side, (await authorize(side, shop, await opens(wallet, shop))).json["jwt"])
        assert (await again.call("POST", "payload", {"txjson": PAYMENT})).json["pushed"] is True

    async def test_the_user_token_works_for_the_back_end_as_well(self, side, shop, page):
        user_token = (await page.call("GET", "ping")).json["usertoken_uuidv4"]

        checked = await side.platform("POST", "user-tokens", {"tokens": [user_token]}, credentials=shop)

        assert checked.json["tokens"][0]["active"] is True

    async def test_one_launch_after_the_other_keeps_the_user_token(self, side, wallet, shop, page):
        again = Page(side, (await authorize(side, shop, await opens(wallet, shop))).json["jwt"])

        first, second = [(await each.call("GET", "ping")).json for each in (page, again)]

        assert first["usertoken_uuidv4"] == second["usertoken_uuidv4"]
        assert first["jti"] != second["jti"]

    async def test_the_app_may_end_it_by_revoke_and_ask_by_introspect(self, side, shop, page):
        async def ask(path):
            form = f"token={page.token}&client_id={shop['x-api-key']}&client_secret={shop['x-api-secret']}"
            headers = {"content-type": "application/x-www-form-urlencoded"}
            return await side.send("POST", path, headers, form.encode())

        assert (await ask("/introspect")).json["active"] is True
        assert (await page.call("GET", "ping")).status == 200

        assert (await ask("/revoke")).status == 200

        assert (await ask("/introspect")).json == {"active": False}
        refused = await page.call("GET", "ping")
        assert (refused.status, refused.code) == (403, 800)
        assert "revoked" in refused.text


class TestOnce:
    async def test_a_hundred_at_once_get_one_jwt(self, side, wallet, shop):
        ott = await opens(wallet, shop)

        answers = await asyncio.gather(*(authorize(side, shop, ott) for _ in range(HUNDRED)))

        assert sorted(answer.status for answer in answers) == [200] + [400] * (HUNDRED - 1)
        assert {answer.code for answer in answers if answer.status == 400} == {410}

    async def test_page_and_back_end_share_the_one_time(self, side, wallet, shop):
        ott = await opens(wallet, shop)
        fetched = await side.platform("GET", f"xapp/ott/{ott}", credentials=shop)
        assert fetched.status == 200

        refused = await authorize(side, shop, ott)

        assert (refused.status, refused.code) == (400, 410)

    async def test_a_spent_token_leaves_no_permission_behind(self, side, wallet, shop):
        ott = await opens(wallet, shop)
        await side.platform("GET", f"xapp/ott/{ott}", credentials=shop)

        await authorize(side, shop, ott)

        assert shop["x-api-key"] not in (await wallet.call("GET", "third-party-permissions")).text


class TestRefusals:
    async def test_a_guesser_learns_nothing_and_the_owner_all(self, side, wallet, shop):
        other = await make_xapp(side)
        foreign = await opens(wallet, other)
        late = await opens(wallet, shop)
        side.clock.advance(seconds=120)
        unknown = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52"

        refused = [await authorize(side, shop, ott) for ott in (foreign, late, unknown, "not a uuid", "")]

        told = {(answer.status, answer.code, answer.json["error"]["message"]) for answer in refused}
        assert told == {(400, 404, "This one-time token is not known here.")}
        assert all(answer.json["error"]["reference"] == answer.headers["x-call-ref"] for answer in refused)
        empty, malformed, never, ended, others = await causes(side, shop)
        assert empty == malformed == "This is no one-time token: it has not the form of a UUID."
        assert "No token of this value" in never
        assert "ended 0 s before" in ended
        assert "another app" in others

    async def test_an_app_without_an_xapp_has_no_tokens(self, side):
        refused = await authorize(side, {"x-api-key": side.app_uuid}, "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52")

        assert (refused.status, refused.code) == (400, 403)

    async def test_a_secret_in_a_page_is_refused_and_the_token_lives_on(self, side, wallet, shop):
        ott = await opens(wallet, shop)

        refused = await authorize(side, shop, ott, x_api_secret=shop["x-api-secret"])

        assert (refused.status, refused.code) == (403, 815)
        assert (await authorize(side, shop, ott)).status == 200

    @pytest.mark.parametrize(("key", "code"), [("", 812), ("x", 812), ("4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52", 811)])
    async def test_a_key_that_is_none_is_told_as_everywhere(self, side, key, code):
        refused = await authorize(side, {"x-api-key": key}, "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52")

        assert (refused.status, refused.code) == (403, code)

    async def test_a_disabled_app_gets_nothing(self, side, wallet, shop):
        ott = await opens(wallet, shop)
        await side.context.db.write(apps.disable_app, shop["x-api-key"])
        side.context.get(AppDirectory).forget(shop["x-api-key"])

        assert (await authorize(side, shop, ott)).code == 810


class TestReplays:
    """Only the debug device's launch, from its public address, by an xApp's user agent (wallet-api 8.3)."""

    @pytest.fixture
    async def side(self, flow_sqlite, tmp_path):
        """A server behind a proxy, so that callers have addresses."""
        shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
        settings = Settings(
            data_dir=str(tmp_path), public_url="https://sign.example", trusted_proxies=("127.0.0.1",), rate_limits=False
        )
        started = WalletSide(settings)
        await started.start()
        yield started
        await started.stop()

    async def add_device(self, side, shop, wallet, kind="debug"):
        await side.context.db.write(xapps.add_device, shop["x-api-key"], wallet.device, kind, now=side.clock.now())

    @pytest.fixture
    async def spent(self, side, wallet, shop):
        """A token of the debug device that was traded once."""
        await self.add_device(side, shop, wallet)
        ott = await opens(wallet, shop)
        assert (await authorize(side, shop, ott)).status == 200
        return ott

    async def test_bring_a_jwt_of_their_own_as_often_as_wanted_and_long_after_the_token_ended(self, side, shop, spent):
        side.clock.advance(hours=5)

        answers = [await authorize(side, shop, spent, **XAPP_AGENT) for _ in range(3)]

        assert [answer.status for answer in answers] == [200] * 3
        assert len({answer.json["jwt"] for answer in answers}) == 3

    async def test_end_after_a_day(self, side, shop, spent):
        side.clock.advance(days=1)

        assert (await authorize(side, shop, spent, **XAPP_AGENT)).code == 410

    async def test_need_the_user_agent(self, side, shop, spent):
        refused = await authorize(side, shop, spent)

        assert (refused.status, refused.code) == (400, 410)
        assert "user agent" in (await causes(side, shop))[0]

    async def test_need_the_public_address(self, side, shop, spent):
        refused = await authorize(side, shop, spent, x_forwarded_for="198.51.100.7", **XAPP_AGENT)

        assert (refused.status, refused.code) == (400, 410)
        assert "address" in (await causes(side, shop))[0]

    async def test_need_the_device_to_be_the_debug_device_still(self, side, wallet, shop, spent):
        await self.add_device(side, shop, wallet, kind="guest")

        assert (await authorize(side, shop, spent, **XAPP_AGENT)).code == 410
        assert "debug device" in (await causes(side, shop))[0]

    async def test_are_not_for_guests_nor_for_others(self, side, wallet, shop):
        for listed in (False, True):
            if listed:
                await self.add_device(side, shop, wallet, kind="guest")
            ott = await opens(wallet, shop)
            assert (await authorize(side, shop, ott)).status == 200

            assert (await authorize(side, shop, ott, **XAPP_AGENT)).code == 410

    async def test_are_not_for_the_sandbox_as_such(self, side, wallet, shop):
        side.context.settings = msgspec.structs.replace(side.context.settings, dev=True)
        ott = await opens(wallet, shop)
        assert (await authorize(side, shop, ott)).status == 200

        assert (await authorize(side, shop, ott, **XAPP_AGENT)).code == 410

    async def test_are_not_for_another_app(self, side, shop, spent):
        other = await make_xapp(side)

        assert (await authorize(side, other, spent, **XAPP_AGENT)).code == 404
