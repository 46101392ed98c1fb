"""The JWT API as pages call it with a user's access token, on both engines: ping, requests, who is refused and how."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

import msgspec
import pytest
from joserfc import jws
from joserfc.jwk import OctKey

from sealgate.access import service as access
from sealgate.access.call_log import CallLog
from sealgate.apps import service as apps
from sealgate.base.clock import to_unix_s
from sealgate.base.settings import Settings
from sealgate.tokens.deny_list import revoke
from tests.payloads import PAYMENT, SIGN_IN_REQUEST
from tests.user_side import Page, mint, sign_in
from tests.wallet_side import Wallet, WalletSide

pytestmark = pytest.mark.anyio

EXPOSED = "X-Call-Ref, X-RateLimit-Limit, X-RateLimit-Remaining, Retry-After"
FAMILIES = ("jwt", "xapp-jwt")


@pytest.fixture
async def wallet(side: WalletSide) -> Wallet:
    """Alice's wallet."""
    return await side.wallet()


@pytest.fixture
async def page(side: WalletSide, wallet: Wallet) -> Page:
    """A page of the app where alice has signed in."""
    return await sign_in(side, wallet)


async def pending(wallet: Wallet) -> list[str]:
    """Return what waits in a wallet."""
    return [request["meta"]["uuid"] for request in (await wallet.call("GET", "pending-payloads")).json["payloads"]]


def claims_of(token: str) -> dict[str, Any]:
    """Return the claims of a token of ours, unchecked."""
    return dict(json.loads(jws.extract_compact(token.encode()).payload))


class TestPing:
    @pytest.mark.parametrize("family", FAMILIES)
    async def test_answers_with_every_claim_side_by_side(self, side, wallet, page, family):
        answer = await page.call("GET", "ping", family=family)

        assert answer.status == 200
        assert answer.json == {"pong": True, **claims_of(page.token)}
        assert answer.json["sub"] == wallet.key.address
        assert answer.json["client_id"] == answer.json["app_uuidv4"] == side.app_uuid
        assert answer.json["usertoken_uuidv4"] == page.user_token is not None
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == EXPOSED

    async def test_tells_a_user_without_a_user_token_from_a_stranger(self, side):
        page = Page(side, await mint(side, side.app_uuid))

        answer = await page.call("GET", "ping")

        assert "usertoken_uuidv4" in answer.json
        assert answer.json["usertoken_uuidv4"] is None

    async def test_takes_the_token_of_an_openid_sign_in_as_well(self, side):
        token = await mint(side, side.app_uuid, scope="openid profile", acr="urn:xrpl:acr:signature", email=None)

        answer = await Page(side, token).call("GET", "ping")

        assert (answer.status, answer.json["scope"]) == (200, "openid profile")

    async def test_works_from_a_back_end_too(self, side, page):
        answer = await side.send("GET", "/api/v1/jwt/ping/", {"authorization": f"bearer {page.token}"})

        assert answer.status == 200


class TestRequests:
    @pytest.mark.parametrize("family", FAMILIES)
    async def test_are_pushed_to_the_user_by_themselves(self, wallet, page, family):
        answer = await page.call("POST", "payload", {"txjson": PAYMENT}, family=family)

        uuid = answer.json["uuid"]
        assert answer.status == 200
        assert answer.json["pushed"] is True
        assert answer.json["next"]["no_push_msg_received"] == f"https://sign.example/sign/{uuid}/qr"
        assert answer.headers["x-call-ref"] == uuid
        assert await pending(wallet) == [uuid]

    async def test_reach_nobody_else_whatever_the_body_says(self, side, wallet, page):
        bobs_wallet = await side.wallet()
        bobs_page = await sign_in(side, bobs_wallet)

        answer = await page.call("POST", "payload", {"txjson": PAYMENT, "user_token": bobs_page.user_token})

        assert await pending(bobs_wallet) == []
        assert await pending(wallet) == [answer.json["uuid"]]

    async def test_are_not_pushed_any_more_once_the_user_took_the_permission_back(self, side, wallet, page):
        await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")

        answer = await page.call("POST", "payload", {"txjson": PAYMENT, "user_token": page.user_token})

        assert (answer.status, answer.json["pushed"]) == (200, False)
        assert await pending(wallet) == []
        assert (await (await side.wallet()).opens(answer.json["uuid"])).status == 200

    async def test_without_a_user_token_are_for_whoever_scans_them(self, side, wallet):
        page = Page(side, await mint(side, side.app_uuid))

        answer = await page.call("POST", "payload", {"txjson": PAYMENT})

        assert answer.json["pushed"] is False
        assert (await wallet.opens(answer.json["uuid"])).status == 200

    async def test_are_read_and_withdrawn_like_the_app_reads_and_withdraws_them(self, side, page):
        uuid = (await page.call("POST", "payload", {"txjson": PAYMENT})).json["uuid"]

        read = await page.call("GET", f"payload/{uuid}")

        assert read.json == await side.sees(uuid)
        done = await page.call("DELETE", f"payload/{uuid}")
        assert done.json["result"] == {"cancelled": True, "reason": "OK"}
        assert done.json["meta"]["uuid"] == uuid
        assert (await side.sees(uuid))["meta"]["cancelled"] is True

    async def test_tell_how_they_ended(self, wallet, page):
        uuid = (await page.call("POST", "payload", {"txjson": SIGN_IN_REQUEST})).json["uuid"]
        await wallet.signs(uuid)

        read = (await page.call("GET", f"payload/{uuid}", family="xapp-jwt")).json

        assert read["meta"]["signed"] is True
        assert read["response"]["account"] == wallet.key.address
        assert read["application"]["issued_user_token"] == page.user_token

    async def test_of_other_apps_do_not_exist(self, side, wallet, page):
        other = await sign_in(side, wallet, credentials=await side.new_app("Second Shop"))
        uuid = (await other.call("POST", "payload", {"txjson": PAYMENT})).json["uuid"]

        for method in ("GET", "DELETE"):
            answer = await page.call(method, f"payload/{uuid}")
            assert (answer.status, answer.code) == (404, 404)

    async def test_with_mistakes_are_refused_as_on_the_platform_and_the_page_may_read_why(self, page):
        for body, code in [
            ({}, 599),
            ({"txjson": {}}, 602),
            ({"txjson": {"TransactionType": "Payment", "Fee": {}}}, 603),
        ]:
            answer = await page.call("POST", "payload", body)
            assert (answer.status, answer.code) == (400, code)
            assert answer.headers["access-control-allow-origin"] == "*"

    async def test_are_found_by_their_identifier_by_the_user_they_concern(self, side, page):
        meta = {"identifier": f"order {token_urlsafe(6)}"}
        uuid = (await page.call("POST", "payload", {"txjson": PAYMENT, "custom_meta": meta})).json["uuid"]

        found = await page.call("GET", f"payload/ci/{meta['identifier'].replace(' ', '%20')}")

        assert found.json["meta"]["uuid"] == uuid

    async def test_of_other_users_are_not_found_by_a_guessed_identifier(self, side, page):
        meta = {"identifier": f"order-{token_urlsafe(6)}"}
        await page.call("POST", "payload", {"txjson": PAYMENT, "custom_meta": meta})
        guesser = await sign_in(side, await side.wallet())

        answer = await guesser.call("GET", f"payload/ci/{meta['identifier']}")

        assert (answer.status, answer.code) == (404, 409)

    async def test_of_two_users_with_one_idempotency_key_stay_two(self, side, page):
        bobs_page = await sign_in(side, await side.wallet())
        body = {"txjson": PAYMENT}

        first, again, bobs = [
            (await who.call("POST", "payload", body, idempotency_key="buy")).json["uuid"]
            for who in (page, page, bobs_page)
        ]

        assert first == again != bobs


class TestSeveralTabsAndScripts:
    async def test_may_call_at_once_with_one_token(self, wallet, page):
        answers = await asyncio.gather(
            *(page.call("GET", "ping", family=family) for family in FAMILIES * 10),
            *(page.call("POST", "payload", {"txjson": PAYMENT}) for _ in range(10)),
        )

        assert [answer.status for answer in answers] == [200] * 30
        assert len(await pending(wallet)) == 10

    async def test_have_tokens_of_their_own_and_one_may_end_without_the_other(self, side, wallet, page):
        second_tab = await sign_in(side, wallet)
        await page.call("GET", "ping")
        claims = claims_of(page.token)

        await side.context.db.write(revoke, claims["jti"], side.clock.now() + timedelta(hours=24))

        assert (await page.call("GET", "ping")).status == 403
        assert (await second_tab.call("GET", "ping")).status == 200
        assert second_tab.user_token == page.user_token


async def _expired(side: WalletSide) -> str:
    return await mint(side, side.app_uuid, exp=to_unix_s(side.clock.now()) - 61)


async def _revoked(side: WalletSide) -> str:
    token = await mint(side, side.app_uuid, jti=token_urlsafe())
    await side.context.db.write(revoke, claims_of(token)["jti"], side.clock.now() + timedelta(hours=1))
    return token


async def _of_another_issuer(side: WalletSide) -> str:
    return await mint(side, side.app_uuid, iss="https://elsewhere.example")


async def _an_id_token(side: WalletSide) -> str:
    return await mint(side, side.app_uuid, typ="JWT")


async def _by_the_app_s_own_secret(side: WalletSide) -> str:
    genuine = jws.extract_compact((await mint(side, side.app_uuid)).encode())
    key = OctKey.import_key(side._credentials["x-api-secret"])
    return jws.serialize_compact({**genuine.protected, "alg": "HS256"}, genuine.payload, key, algorithms=["HS256"])


async def _changed(side: WalletSide) -> str:
    token = await mint(side, side.app_uuid)
    return token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB")


async def _not_a_token(_: WalletSide) -> str:
    return "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"


async def _of_no_app(side: WalletSide) -> str:
    return await mint(side, side.app_uuid, client_id="5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70")


async def _none(_: WalletSide) -> str:
    return ""


class TestRefusals:
    @pytest.mark.parametrize("family", FAMILIES)
    @pytest.mark.parametrize(
        ("token", "docs", "words"),
        [
            (_none, "token-missing", "no Authorization header"),
            (_not_a_token, "token-malformed", "not a signed JWT"),
            (_expired, "token-expired", "expired"),
            (_revoked, "token-revoked", "revoked"),
            (_of_another_issuer, "token-foreign", "not issued by this server"),
            (_an_id_token, "token-invalid", "another kind"),
            (_by_the_app_s_own_secret, "token-invalid", "another algorithm"),
            (_changed, "token-invalid", "signature"),
            (_of_no_app, "token-invalid", "no app of this server"),
        ],
    )
    async def test_have_the_documented_shape_and_the_page_may_read_them(self, side, token, docs, words, family):
        answer = await Page(side, await token(side)).call("GET", "ping", family=family)

        error = answer.json["error"]
        assert (answer.status, error["code"]) == (403, 800)
        assert words in error["message"]
        assert error["hint"]
        assert error["docs"] == f"https://sign.example/docs/errors#{docs}"
        assert error["reference"] == answer.headers["x-call-ref"]
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["access-control-expose-headers"] == EXPOSED

    async def test_a_token_of_another_server_is_foreign(self, side, tmp_path, flow_sqlite):
        (tmp_path / "other").mkdir()
        (tmp_path / "other/sealgate.db").write_bytes(flow_sqlite.read_bytes())
        other = WalletSide(Settings(data_dir=str(tmp_path / "other"), public_url=side.settings.public_url))
        await other.start()
        try:
            token = await mint(other, other.app_uuid, client_id=side.app_uuid)
        finally:
            await other.stop()

        answer = await Page(side, token).call("GET", "ping")

        assert (answer.status, answer.code) == (403, 800)
        assert "not issued by this server" in answer.json["error"]["message"]

    async def test_of_a_disabled_app_come_at_once(self, side, page):
        assert (await page.call("GET", "ping")).status == 200

        await side.context.db.write(apps.disable_app, side.app_uuid)

        for method, path in (("GET", "ping"), ("POST", "payload")):
            answer = await page.call(method, path, {"txjson": PAYMENT})
            assert (answer.status, answer.code) == (403, 810)

    async def test_a_secret_in_a_page_is_refused_beside_a_good_token_and_the_developer_told(self, side, page):
        answer = await page.call(
            "GET", "ping", **{name.replace("-", "_"): value for name, value in side._credentials.items()}
        )

        assert (answer.status, answer.code) == (403, 815)
        assert answer.headers["access-control-allow-origin"] == "*"
        notices = await side.context.db.read(access.list_notices, side.app_uuid)
        assert [(notice.route, notice.origin_host) for notice in notices] == [("/api/v1/jwt/ping", "shop.example")]


class TestPlatformRoutes:
    async def test_user_tokens_are_checked_with_either_credential(self, side, page):
        with_token = await page.call("POST", "user-tokens", {"tokens": [page.user_token]}, family="platform")
        bare = await page.call("POST", "user-tokens", [page.user_token], family="platform")
        with_secret = await side.platform("POST", "user-tokens", {"tokens": [page.user_token]})

        assert with_token.json == bare.json == with_secret.json
        assert with_token.json["tokens"][0]["user_token"] == page.user_token
        assert with_token.json["tokens"][0]["active"] is True
        assert with_token.headers["access-control-allow-origin"] == "*"

    async def test_user_tokens_without_any_credential_want_one(self, side):
        answer = await side.send("POST", "/api/v1/platform/user-tokens", {}, b"[]")

        assert (answer.status, answer.code) == (403, 812)

    async def test_user_tokens_refuse_a_secret_in_a_page_even_beside_a_token(self, side, page):
        answer = await page.call(
            "POST", "user-tokens", [], family="platform", x_api_secret=side._credentials["x-api-secret"]
        )

        assert (answer.status, answer.code) == (403, 815)
        assert answer.headers["access-control-allow-origin"] == "*"

    async def test_user_tokens_refuse_a_bad_token_as_the_jwt_api_does(self, side):
        answer = await Page(side, await _expired(side)).call("POST", "user-tokens", [], family="platform")

        assert (answer.status, answer.code) == (403, 800)

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "ping"),
            ("POST", "payload"),
            ("GET", "payload/0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"),
            ("DELETE", "payload/0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"),
            ("GET", "user-token/0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"),
        ],
    )
    async def test_for_back_ends_alone_say_where_a_token_counts(self, page, method, path):
        answer = await page.call(method, path, family="platform")

        assert (answer.status, answer.code) == (403, 812)
        assert "access token is not enough" in answer.json["error"]["message"]
        assert "/api/v1/jwt/" in answer.json["error"]["hint"]
        assert "access-control-allow-origin" not in answer.headers

    async def test_take_key_and_secret_beside_a_token(self, side, page):
        headers = {**side._credentials, "authorization": f"Bearer {page.token}"}

        assert (await side.send("GET", "/api/v1/platform/ping", headers)).status == 200


class TestAccounting:
    @pytest.fixture
    async def busy_side(self, flow_settings: Settings) -> AsyncIterator[WalletSide]:
        """A server that lets a caller through five times a minute."""
        limits = {"rate_limits": True, "calls_per_minute": 5, "payloads_per_minute": 2}
        started = WalletSide(msgspec.structs.replace(flow_settings, **limits))
        await started.start()
        yield started
        await started.stop()

    async def test_calls_are_limited_by_user_and_app(self, busy_side):
        side = busy_side
        alice, bob = [Page(side, await mint(side, side.app_uuid, sub=account)) for account in ("rAlice", "rBob")]
        elsewhere = Page(side, await mint(side, (await side.new_app("Second Shop"))["x-api-key"], sub="rAlice"))

        first = await alice.call("GET", "ping")
        for _ in range(4):
            await alice.call("GET", "ping")
        limited = await alice.call("GET", "ping", family="xapp-jwt")

        assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("5", "4")
        assert (limited.status, limited.code) == (429, 429)
        assert int(limited.headers["retry-after"]) > 0
        assert limited.headers["access-control-allow-origin"] == "*"
        assert (await bob.call("GET", "ping")).status == 200
        assert (await elsewhere.call("GET", "ping")).status == 200

    async def test_requests_have_a_limit_of_their_own(self, busy_side):
        page = Page(busy_side, await mint(busy_side, busy_side.app_uuid))

        made = [(await page.call("POST", "payload", {"txjson": PAYMENT})).status for _ in range(3)]

        assert made == [200, 200, 429]
        assert (await page.call("GET", "ping")).status == 200

    async def test_calls_are_in_the_log_of_the_app(self, side, page):
        good = await page.call("GET", "ping")
        bad = await page.call("POST", "payload", {}, family="xapp-jwt")
        await side.context.get(CallLog).flush()

        logged = await side.context.db.read(access.list_calls, side.app_uuid, limit=2)

        assert [(call.ref, call.route, call.status, call.error_code) for call in logged] == [
            (bad.headers["x-call-ref"], "/api/v1/xapp-jwt/payload", 400, "599"),
            (good.headers["x-call-ref"], "/api/v1/jwt/ping", 200, None),
        ]
