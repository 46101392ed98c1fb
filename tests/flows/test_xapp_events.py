"""Events and notifications of xApps over HTTP, on both engines: sent, seen in the wallet, opened, taken back."""

from typing import Any

import pytest

from sealgate.apps import service as apps
from tests.user_side import Page, mint, sign_in
from tests.wallet_side import Answer, Wallet, WalletSide

pytestmark = pytest.mark.anyio

XAPP = {"xapp_id": None, "xapp_url": "https://shop.example/xapp", "xapp_status": "listed", "xapp_push": True}
MESSAGE: dict[str, Any] = {
    "subtitle": "Order 1042",
    "body": "Your parcel is ready",
    "data": {"orderId": "1042", "weight": 1.5},
}


async def change(side: WalletSide, **values: Any) -> None:
    """Change what the app is."""
    await side.context.db.write(apps.update_app, side.context.sealer, side.app_uuid, values, now=side.clock.now())


@pytest.fixture
async def identifier(side: WalletSide) -> str:
    """The xApp of the app, which may tell people something."""
    name = f"shop.{side.app_uuid[:12].replace('-', '')}"
    await change(side, **{**XAPP, "xapp_id": name})
    return name


@pytest.fixture
async def wallet(side: WalletSide) -> Wallet:
    """Alice's wallet, with her account proved."""
    wallet = await side.wallet()
    nonce = (await wallet.call("POST", "accounts/challenge")).json["nonce"]
    proof = {"account": wallet.key.address, "txblob": wallet.ownership_proof(nonce)}
    assert (await wallet.call("POST", "accounts", proof)).status == 200
    return wallet


@pytest.fixture
async def page(side: WalletSide, wallet: Wallet, identifier: str) -> Page:
    """A page of the app where alice has signed in."""
    return await sign_in(side, wallet)


async def pending(wallet: Wallet) -> list[dict[str, Any]]:
    """Return what is on a wallet's list."""
    return list((await wallet.call("GET", "pending-payloads")).json["payloads"])


async def launch(wallet: Wallet, identifier: str, origin: str, **data: Any) -> Answer:
    """Open the xApp from an event."""
    return await wallet.call("POST", f"xapp/launch/{identifier}", {"origin": {"type": origin, "data": data}})


async def context_of(side: WalletSide, launched: Answer) -> dict[str, Any]:
    """Return what the xApp is told of a launch."""
    assert launched.status == 200, launched
    return dict((await side.platform("GET", f"xapp/ott/{launched.json['ott']}")).json)


def refusal(answer: Answer) -> tuple[int, Any]:
    """Return status and code, once it is sure that the developer is told what to do."""
    assert answer.json["error"]["message"]
    assert answer.json["error"]["hint"]
    return answer.status, answer.code


class TestAnEvent:
    async def test_goes_the_whole_way(self, side, wallet, page, identifier):
        told = await side.platform("POST", "xapp/event", {"user_token": page.user_token, **MESSAGE})
        assert (told.status, told.json) == (200, {"pushed": True, "uuid": told.headers["x-call-ref"]})
        uuid = told.json["uuid"]

        [seen] = await pending(wallet)
        assert seen["meta"]["uuid"] == uuid
        assert (seen["meta"]["is_xapp"], seen["meta"]["pushed"]) == (True, True)
        assert seen["meta"]["custom_instruction"] == MESSAGE["body"]
        assert seen["payload"]["tx_type"] == "SignIn"
        assert seen["payload"]["request_json"] == {
            "SignIn": True, "xappIdentifier": identifier, "xappTitle": "Corner Shop",
        }  # fmt: skip
        assert seen["xapp"] == {
            "identifier": identifier, "title": "Corner Shop", "subtitle": "Order 1042", "body": MESSAGE["body"],
        }  # fmt: skip

        told_xapp = await context_of(side, await launch(wallet, identifier, "EVENT_LIST", payload=uuid))
        assert told_xapp["origin"] == {"type": "EVENT_LIST", "data": {**MESSAGE["data"], "payload": uuid}}
        assert (told_xapp["orderId"], told_xapp["weight"], told_xapp["user"]) == ("1042", 1.5, wallet.user)

        read = await side.sees(uuid)
        assert (read["meta"]["is_xapp"], read["meta"]["app_opened"], read["meta"]["resolved"]) == (True, True, False)
        assert read["custom_meta"]["instruction"] == MESSAGE["body"]
        assert [one["meta"]["uuid"] for one in await pending(wallet)] == [uuid]

        gone = await side.platform("DELETE", f"payload/{uuid}")
        assert gone.json["result"] == {"cancelled": True, "reason": "OK"}
        assert await pending(wallet) == []
        assert refusal(await launch(wallet, identifier, "EVENT_LIST", payload=uuid)) == (404, 404)
        assert refusal(await wallet.opens(uuid, "EVENT_LIST")) == (410, 510)

    async def test_can_be_opened_but_not_signed(self, side, wallet, page):
        uuid = (await side.platform("POST", "xapp/event/", {"user_token": page.user_token, **MESSAGE})).json["uuid"]
        opened = await wallet.opens(uuid, "EVENT_LIST")
        assert (opened.status, opened.json["meta"]["is_xapp"]) == (200, True)
        assert opened.json["xapp"]["body"] == MESSAGE["body"]

        signed = await wallet.answers(uuid, wallet.signature(opened.json))

        assert refusal(signed) == (400, 405)
        assert "xApp" in signed.json["error"]["message"]
        assert (await side.sees(uuid))["meta"]["resolved"] is False
        assert [one["meta"]["uuid"] for one in await pending(wallet)] == [uuid]

    async def test_is_put_away_in_the_wallet(self, side, wallet, page):
        uuid = (await side.platform("POST", "xapp/event", {"user_token": page.user_token, **MESSAGE})).json["uuid"]
        await wallet.opens(uuid, "EVENT_LIST")

        away = await wallet.answers(uuid, {"reject": True, "reject_initiator": "USER", "origintype": "EVENT_LIST"})

        assert away.status == 200
        assert await pending(wallet) == []

    async def test_is_told_in_the_stream(self, side, wallet, page):
        async with wallet.listening() as stream:
            assert (await stream.next())[0] == "ready"
            sent = {"user_token": page.user_token, **MESSAGE}
            loud = (await side.platform("POST", "xapp/event", sent)).json["uuid"]
            quiet = (await side.platform("POST", "xapp/event", {**sent, "silent": True})).json
            notice = await side.platform("POST", "xapp/push", sent)
            await side.platform("DELETE", f"payload/{loud}")

            told = [await stream.next() for _ in range(4)]

        assert (quiet["pushed"], quiet["push"]) == (False, {"reason": "silent"})
        assert [(name, data) for name, _, data in told] == [
            ("payload", {"uuid": loud, "kind": "payload_created"}),
            ("payload", {"uuid": quiet["uuid"], "kind": "payload_listed"}),
            ("payload", {"uuid": notice.headers["x-call-ref"], "kind": "xapp_push"}),
            ("payload", {"uuid": loud, "kind": "payload_cancelled"}),
        ]

    async def test_has_a_page_that_leads_into_the_wallet_and_keeps_the_text_to_itself(self, side, wallet, page):
        uuid = (await side.platform("POST", "xapp/event", {"user_token": page.user_token, **MESSAGE})).json["uuid"]

        shown = await side._client.get(f"/sign/{uuid}")
        assert shown.status_code == 200
        assert "Corner Shop</strong> has a message" in shown.text
        assert "Open in wallet" in shown.text
        assert uuid in shown.text
        assert "parcel" not in shown.text

        await side.platform("DELETE", f"payload/{uuid}")
        assert "Not there any more" in (await side._client.get(f"/sign/{uuid}")).text


class TestANotification:
    async def test_wakes_and_opens_the_xapp_with_its_data_and_is_on_no_list(self, side, wallet, page, identifier):
        told = await side.platform("POST", "xapp/push/", {"user_token": page.user_token, **MESSAGE})
        assert (told.status, told.json) == (200, {"pushed": True})
        uuid = told.headers["x-call-ref"]

        assert await pending(wallet) == []
        assert (await wallet.opens(uuid, "PUSH_NOTIFICATION")).json["xapp"]["body"] == MESSAGE["body"]
        told_xapp = await context_of(side, await launch(wallet, identifier, "PUSH_NOTIFICATION", payload=uuid))
        assert told_xapp["origin"] == {"type": "PUSH_NOTIFICATION", "data": {**MESSAGE["data"], "payload": uuid}}

    async def test_that_nobody_hears_is_no_error(self, side, wallet, page):
        await wallet.call("DELETE", f"devices/{wallet.device}")

        told = await side.platform("POST", "xapp/push", {"user_token": page.user_token, **MESSAGE})

        assert (told.status, told.json) == (200, {"pushed": False, "push": {"reason": "no_device"}})


class TestWithAnAccessToken:
    async def bearer(self, page: Page, path: str, body: Any) -> Answer:
        """Call as the page does."""
        return await page.call("POST", path, body, family="platform")

    async def test_a_user_is_told_by_their_own_page(self, wallet, page):
        told = await self.bearer(page, "xapp/event", MESSAGE)

        assert told.json["pushed"] is True
        assert told.headers["access-control-allow-origin"] == "*"
        assert [one["meta"]["uuid"] for one in await pending(wallet)] == [told.json["uuid"]]
        assert (await page.call("GET", f"payload/{told.json['uuid']}")).json["meta"]["is_xapp"] is True
        gone = await page.call("DELETE", f"payload/{told.json['uuid']}")
        assert gone.json["result"]["cancelled"] is True
        assert (await self.bearer(page, "xapp/push", {**MESSAGE, "user_token": page.user_token})).json["pushed"] is True

    async def test_nobody_tells_others_anything(self, side, page):
        bobs_wallet = await side.wallet()
        bobs_page = await sign_in(side, bobs_wallet)
        await change(side, xapp_push_any=True)

        for named in ({"user_token": bobs_page.user_token}, {"user_uuid": bobs_wallet.user}):
            assert refusal(await self.bearer(page, "xapp/event", {**MESSAGE, **named})) == (400, 602)
        assert await pending(bobs_wallet) == []

    async def test_who_took_the_permission_back_is_not_told(self, side, wallet, page):
        await wallet.call("DELETE", f"third-party-permissions/{side.app_uuid}")

        assert refusal(await self.bearer(page, "xapp/event", MESSAGE)) == (400, 602)

    async def test_who_gave_none_is_not_told(self, side, identifier):
        page = Page(side, await mint(side, side.app_uuid))

        assert refusal(await self.bearer(page, "xapp/push", MESSAGE)) == (400, 602)


class TestRefusals:
    @pytest.mark.parametrize("call", ["event", "push"])
    async def test_come_with_the_code_the_field_knows(self, side, page, call):
        token = page.user_token

        async def tell(**body: Any) -> tuple[int, Any]:
            return refusal(await side.platform("POST", f"xapp/{call}", body))

        assert await tell(**MESSAGE) == (400, 600)
        assert await tell(user_token=token) == (400, 601)
        assert await tell(user_token=token, body="x" * 501) == (400, 601)
        assert await tell(user_token=token, body="x", data=5) == (400, 601)
        assert await tell(user_token="0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41", body="x") == (400, 602)
        assert await tell(user_uuid="0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41", body="x") == (403, 403)
        assert await tell(user_account="rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", body="x") == (403, 403)

    @pytest.mark.parametrize("body", [b"", b"[]", b"nope", b'{"body":1e999}', b'{"a":1,"a":2}', b'"text"'])
    async def test_of_unusable_bodies_are_601(self, side, page, body):
        answer = await side.send("POST", "/api/v1/platform/xapp/event", side._credentials, body)

        assert refusal(answer) == (400, 601)

    async def test_of_apps_without_permission_or_xapp_are_403(self, side, page):
        body = {"user_token": page.user_token, **MESSAGE}

        await change(side, xapp_push=False)
        assert refusal(await side.platform("POST", "xapp/event", body)) == (403, 403)
        other = await side.new_app("Second Shop")
        assert refusal(await side.platform("POST", "xapp/push", body, credentials=other)) == (403, 403)

    async def test_of_a_full_list_say_what_to_do(self, side, page):
        body = {"user_token": page.user_token, **MESSAGE}
        for _ in range(25):
            assert (await side.platform("POST", "xapp/event", body)).status == 200

        assert refusal(await side.platform("POST", "xapp/event", body)) == (400, 605)
        assert (await side.platform("POST", "xapp/push", body)).status == 200


async def test_apps_that_may_name_anybody_reach_an_account_and_a_user(side, wallet, identifier):
    await change(side, xapp_push_any=True)

    for named in ({"user_uuid": wallet.user}, {"user_account": wallet.key.address}):
        assert (await side.platform("POST", "xapp/event", {**MESSAGE, **named})).json["pushed"] is True
    assert len(await pending(wallet)) == 2
