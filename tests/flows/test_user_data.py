"""What apps store, over HTTP on both engines: the app's document by its secret, users' values by their tokens."""

import asyncio
import json
from typing import Any

import pytest

from sealgate.ledger.keys import generate_seed, key_pair_from_seed
from tests.user_side import ORIGIN, Page, mint, sign_in
from tests.wallet_side import Answer, Wallet, WalletSide

pytestmark = pytest.mark.anyio

STORAGE = "/api/v1/platform/app-storage"
EXACT = '{"zebra":1.10,"ant":123456789012345678901234567890,"n":{"b":-0.0,"a":1E400},"list":[1,2.0,"\\u00e9"]}'


@pytest.fixture
async def wallet(side: WalletSide) -> Wallet:
    """Alice's wallet."""
    return await side.wallet()


@pytest.fixture
async def page(side: WalletSide, wallet: Wallet) -> Page:
    """A page of the app where alice has signed in."""
    return await sign_in(side, wallet)


async def store(side: WalletSide, raw: str | bytes, **credentials: str) -> Answer:
    """Store the text as the app's document."""
    content = raw.encode() if isinstance(raw, str) else raw
    return await side.send("POST", STORAGE, credentials or side._credentials, content)


def refusal(answer: Answer) -> tuple[int, Any]:
    """Return status and code, once it is sure that the developer is told what to do."""
    assert answer.json["error"]["message"]
    assert answer.json["error"]["hint"]
    return answer.status, answer.code


class TestAppStorage:
    async def test_answers_key_for_key(self, side):
        app = {"name": "Corner Shop", "uuidv4": side.app_uuid}

        assert (await side.platform("GET", "app-storage")).json == {"application": app, "data": None}
        stored = await side.platform("POST", "app-storage", {"open": True})
        assert list(stored.json) == ["application", "stored", "data"]
        assert stored.json == {"application": app, "stored": True, "data": {"open": True}}
        assert (await side.platform("GET", "app-storage/")).json == {"application": app, "data": {"open": True}}
        deleted = await side.platform("DELETE", "app-storage/")
        assert deleted.json == {"application": app, "stored": True, "data": None}
        assert (await side.platform("DELETE", "app-storage")).json == deleted.json
        assert (await side.platform("GET", "app-storage")).json["data"] is None

    async def test_gives_back_number_for_number_and_member_for_member(self, side):
        stored = await store(side, f"  {EXACT}  ")

        assert EXACT in stored.text
        assert EXACT in (await side.platform("GET", "app-storage")).text

    @pytest.mark.parametrize("document", ["null", "true", "17", '"text"', "[]", "{}", '{"error":{"code":1}}'])
    async def test_takes_any_json(self, side, document):
        assert (await store(side, document)).status == 200

        assert (await side.platform("GET", "app-storage")).json["data"] == json.loads(document)

    async def test_is_each_apps_own(self, side):
        other = await side.new_app("Second Shop")
        await store(side, '"ours"')
        await store(side, '"theirs"', **other)
        await side.platform("DELETE", "app-storage", credentials=other)

        assert (await side.platform("GET", "app-storage")).json["data"] == "ours"
        assert (await side.platform("GET", "app-storage", credentials=other)).json["data"] is None

    async def test_refuses_what_is_too_large_too_deep_or_no_json_and_keeps_what_there_is(self, side):
        await store(side, '"kept"')

        assert refusal(await store(side, '"' + "x" * 61_439 + '"')) == (400, 413)
        for unusable in ("", "   ", "{", '{"a":1,"a":2}', "[" * 33 + "]" * 33, "NaN", '"\\u0000"', b'"\xff"'):
            assert refusal(await store(side, unusable)) == (400, 400)

        assert (await store(side, '"' + "x" * 61_438 + '"')).status == 200
        assert (await store(side, "[" * 32 + "]" * 32)).status == 200

    async def test_refuses_an_access_token_and_names_the_other_way(self, side, page):
        for method in ("GET", "POST", "DELETE"):
            answer = await side.send(
                method, STORAGE, {"authorization": f"Bearer {page.token}", "origin": ORIGIN}, b"{}"
            )

            assert refusal(answer) == (403, 812)
            assert "access-control-allow-origin" not in answer.headers


class TestUserData:
    @pytest.mark.parametrize("family", ["jwt", "xapp-jwt"])
    async def test_answers_key_for_key(self, page, family):
        async def call(method: str, path: str, body: Any = None) -> Any:
            answer = await page.call(method, path, body, family=family)
            assert (answer.status, answer.headers["access-control-allow-origin"]) == (200, "*"), answer
            return answer.json

        assert await call("GET", "userdata") == {"operation": "LIST", "keys": [], "count": 0}
        assert await call("POST", "userdata/prefs", {"dark": True}) == {"operation": "PERSIST", "persisted": True}
        assert await call("POST", "userdata/cart/", {"n": 7}) == {"operation": "PERSIST", "persisted": True}
        assert await call("GET", "userdata/") == {"operation": "LIST", "keys": ["cart", "prefs"], "count": 2}
        one = await call("GET", "userdata/prefs")
        assert one == {"operation": "RETRIEVE", "data": {"prefs": {"dark": True}}, "keys": ["prefs"], "count": 1}
        assert list(one) == ["operation", "data", "keys", "count"]
        some = await call("GET", "userdata/prefs,nothing,cart/")
        assert some["data"] == {"prefs": {"dark": True}, "cart": {"n": 7}}
        assert (some["keys"], some["count"]) == (["prefs", "cart"], 2)
        assert await call("DELETE", "userdata/prefs/") == {"operation": "REMOVE", "persisted": True}
        assert await call("DELETE", "userdata/prefs") == {"operation": "REMOVE", "persisted": True}
        none = await call("GET", "userdata/prefs")
        assert none == {"operation": "RETRIEVE", "data": {}, "keys": [], "count": 0}

    async def test_gives_back_number_for_number_and_member_for_member(self, side, page):
        headers = {"authorization": f"Bearer {page.token}"}
        await side.send("POST", "/api/v1/jwt/userdata/prefs", headers, EXACT.encode())

        assert f'"prefs":{EXACT}' in (await page.call("GET", "userdata/prefs")).text

    async def test_is_the_holders_whichever_account_and_device_they_use(self, side, wallet, page):
        await page.call("POST", "userdata/prefs", {"dark": True})
        invited = (await wallet.call("POST", "devices/invitations")).json["invitation"]
        tablet = await side.wallet(invitation=invited)
        wallet.key = key_pair_from_seed(generate_seed())

        for device in (wallet, tablet):
            again = await sign_in(side, device)
            assert (await again.call("GET", "userdata/prefs")).json["data"] == {"prefs": {"dark": True}}

    async def test_is_not_shared_by_two_holders_of_one_account(self, side, wallet, page):
        await page.call("POST", "userdata/prefs", {"dark": True})
        colleague = await side.wallet()
        colleague.key = wallet.key

        theirs = await sign_in(side, colleague)

        assert (await theirs.call("GET", "userdata")).json["keys"] == []

    async def test_is_not_shared_by_two_apps_of_one_user(self, side, wallet, page):
        await page.call("POST", "userdata/prefs", {"dark": True})

        elsewhere = await sign_in(side, wallet, credentials=await side.new_app("Second Shop"))

        assert (await elsewhere.call("GET", "userdata/prefs")).json["data"] == {}
        await elsewhere.call("DELETE", "userdata/prefs")
        assert (await page.call("GET", "userdata")).json["keys"] == ["prefs"]

    async def test_is_out_of_reach_once_the_user_took_the_permission_back_and_there_again_after_signing_in(
        self, side, wallet, page
    ):
        await page.call("POST", "userdata/prefs", {"dark": True})
        await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")

        for method, path in (("GET", "userdata"), ("GET", "userdata/prefs"), ("DELETE", "userdata/prefs")):
            assert refusal(await page.call(method, path)) == (403, 800)
        refused = await page.call("POST", "userdata/prefs", {})
        assert refusal(refused) == (403, 800)
        assert "sign in again" in refused.json["error"]["hint"]

        again = await sign_in(side, wallet)
        assert (await again.call("GET", "userdata/prefs")).json["data"] == {"prefs": {"dark": True}}

    async def test_is_nobodys_with_a_token_without_a_user_token(self, side):
        page = Page(side, await mint(side, side.app_uuid))

        assert refusal(await page.call("GET", "userdata")) == (403, 800)

    @pytest.mark.parametrize(
        ("method", "path", "body", "code"),
        [
            ("GET", "userdata/ab", None, 400),
            ("GET", "userdata/prefs,UP", None, 400),
            ("GET", "userdata/" + ",".join(f"key{n}" for n in range(65)), None, 400),
            ("POST", "userdata/pre-fs", {}, 400),
            ("POST", "userdata/prefs,cart", {}, 400),
            ("POST", "userdata/prefs", [1], 400),
            ("POST", "userdata/prefs", "text", 400),
            ("POST", "userdata/prefs", {"a": "x" * 61_440}, 413),
            ("DELETE", "userdata/prefs,cart", None, 400),
            ("DELETE", "userdata/%20", None, 400),
        ],
    )
    async def test_refuses_what_does_not_fit_and_says_what_does(self, page, method, path, body, code):
        answer = await page.call(method, path, body)

        assert refusal(answer) == (400, code)
        assert (await page.call("GET", "userdata")).json["keys"] == []

    async def test_of_many_writers_the_last_stays_whole(self, page):
        texts = [str(number) * 5000 for number in range(10)]
        await asyncio.gather(*(page.call("POST", "userdata/prefs", {"a": text, "b": text}) for text in texts))

        left = (await page.call("GET", "userdata/prefs")).json["data"]["prefs"]
        assert left["a"] == left["b"] in texts
