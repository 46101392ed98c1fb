"""Sign requests over the platform API: as published clients call it, on both engines."""

import asyncio
import json
from urllib.parse import quote

import pytest

from sealgate.base.ids import new_uuid
from sealgate.payloads.events import payload_topic
from tests.payloads import CLAIM, PAYMENT, SHOP, SIGN_IN_REQUEST
from tests.wallet_side import Answer, WalletSide

pytestmark = pytest.mark.anyio


@pytest.fixture
def post(side: WalletSide):
    """Post a raw body to `platform/payload`."""

    async def send(body: bytes, *, path: str = "payload", **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await side.send("POST", f"/api/v1/platform/{path}", side._credentials | named, body)

    return send


class TestCreating:
    async def test_answers_with_links_and_the_uuid_of_the_call(self, side, post):
        answer = await post(json.dumps({"txjson": SIGN_IN_REQUEST}).encode())

        uuid = answer.json["uuid"]
        assert answer.headers["x-call-ref"] == uuid
        assert answer.json == {
            "uuid": uuid,
            "next": {"always": f"https://sign.example/sign/{uuid}"},
            "refs": {
                "qr_png": f"https://sign.example/sign/{uuid}_q.png",
                "qr_matrix": f"https://sign.example/sign/{uuid}_q.json",
                "qr_uri_quality_opts": ["m", "q", "h"],
                "websocket_status": f"wss://sign.example/sign/{uuid}",
            },
            "pushed": False,
            "push": {"reason": "no_user_token"},
        }

    @pytest.mark.parametrize("path", ["payload/", "Payload", "PAYLOAD/"])
    async def test_is_possible_with_a_trailing_slash_and_in_any_case(self, post, path):
        assert (await post(b'{"txjson":{"TransactionType":"SignIn"}}', path=path)).status == 200

    async def test_takes_json_of_any_content_type(self, post):
        answer = await post(b'{"txjson":{"TransactionType":"SignIn"}}', content_type="text/plain")

        assert answer.status == 200

    @pytest.mark.parametrize(
        ("status", "code", "body"),
        [
            (400, 599, b""),
            (400, 599, b"{}"),
            (400, 599, b"[]"),
            (400, 599, b'"SignIn"'),
            (400, 599, b'{"txjson": '),
            (400, 599, b'{"txjson":{"TransactionType":"SignIn","TransactionType":"Payment"}}'),
            (400, 599, b'{"txjson":{"TransactionType":"SignIn","Fee":NaN}}'),
            (400, 599, b'{"custom_meta":{"blob":' + b"[" * 500 + b"]" * 500 + b"}}"),
            (400, 599, b'{"custom_meta":{"identifier":"\\u0000"}}'),
            (400, 599, b'{"custom_meta":{"identifier":"\\ud800"}}'),
            (400, 599, b"\xff\xfe"),
            (413, 413, b'{"txjson":"' + b"x" * 300_000 + b'"}'),
            (400, 600, b'{"txblob":"xyz"}'),
            (400, 601, b'{"txblob":"ABCDEFABCDEF"}'),
            (400, 602, b'{"txjson":{}}'),
            (400, 603, b'{"txjson":{"TransactionType":"Payment","Destination":"r"}}'),
            (400, 604, b'{"txjson":{},"txblob":"AB"}'),
            (400, 606, b'{"txjson":{"TransactionType":"SignIn"},"options":[]}'),
            (400, 413, b'{"txjson":{"TransactionType":"SignIn"},"custom_meta":{"identifier":"' + b"x" * 41 + b'"}}'),
        ],
        ids=lambda value: value[:40] if isinstance(value, bytes) else None,
    )
    async def test_of_bad_input_is_refused_in_words(self, post, status, code, body):
        answer = await post(body)

        assert (answer.status, answer.code) == (status, code)
        error = answer.json["error"]
        assert error["reference"] == answer.headers["x-call-ref"]
        assert error["message"]
        assert error["hint"]

    async def test_points_at_the_field_that_is_wrong(self, side):
        answer = await side.platform("POST", "payload", {"txjson": {**PAYMENT, "DestinationTag": "many"}})

        assert answer.json["error"]["pointer"] == "/txjson/DestinationTag"

    async def test_of_a_large_blob_goes_the_same_way(self, side):
        memos = [{"Memo": {"MemoData": "AB" * 3000}}]

        made = await side.asks({**PAYMENT, "Memos": memos})

        assert (await side.sees(made["uuid"]))["payload"]["request_json"]["Memos"] == memos

    async def test_warns_of_what_passes_and_may_surprise(self, side):
        made = await side.asks({"TransactionType": "BrandNew", "Destination": SHOP})

        assert [warning["pointer"] for warning in made["warnings"]] == ["/txjson/TransactionType"]

    async def test_with_a_taken_identifier_is_refused(self, side):
        await side.asks(PAYMENT, custom_meta={"identifier": "order-1"})

        answer = await side.platform("POST", "payload", {"txjson": PAYMENT, "custom_meta": {"identifier": "order-1"}})

        assert (answer.status, answer.code) == (400, 409)
        assert answer.json["error"]["pointer"] == "/custom_meta/identifier"


class TestReading:
    async def test_is_possible_before_the_creator_has_its_answer(self, side, post):
        made = await side.asks(PAYMENT)

        view = await side.sees(made["uuid"])

        assert (view["meta"]["exists"], view["meta"]["uuid"]) == (True, made["uuid"])
        assert view["application"]["uuidv4"] == side.app_uuid
        assert view["payload"]["request_json"] == PAYMENT

    async def test_takes_a_uuid_in_any_case_and_a_trailing_slash(self, side):
        made = await side.asks(PAYMENT)

        assert (await side.sees(made["uuid"].upper() + "/"))["meta"]["uuid"] == made["uuid"]

    async def test_gives_back_the_developers_json_to_the_letter(self, side, post):
        raw = b'{"b":1.10,"a":[1e2,9007199254740993,18446744073709551615],"u":"\\u00e9\\/"}'
        made = await post(b'{"txjson":{"TransactionType":"SignIn"},"custom_meta":{ "blob" : ' + raw + b"}}")

        answer = await side.platform("GET", f"payload/{made.json['uuid']}")

        assert f'"blob":{raw.decode()}' in answer.text

    @pytest.mark.parametrize("identifier", ["order 1/2", "é?#%", "42"])
    async def test_by_identifier_takes_it_url_encoded(self, side, identifier):
        made = await side.asks(PAYMENT, custom_meta={"identifier": identifier})

        answer = await side.platform("GET", f"payload/ci/{quote(identifier, safe='')}")

        assert answer.json["meta"]["uuid"] == made["uuid"]

    async def test_of_what_is_not_the_apps_own_is_not_found(self, side):
        made = await side.asks(PAYMENT, custom_meta={"identifier": "mine"})
        other = await side.new_app("Another Shop")

        for method, path, code in (
            ("GET", f"payload/{made['uuid']}", 404),
            ("GET", f"payload/{new_uuid()}", 404),
            ("DELETE", f"payload/{made['uuid']}", 404),
            ("GET", "payload/ci/mine", 409),
            ("GET", "payload/ci/unknown", 409),
        ):
            answer = await side.platform(method, path, credentials=other)
            assert (answer.status, answer.code) == (404, code), path

    async def test_of_no_uuid_is_an_unknown_endpoint(self, side):
        answer = await side.platform("GET", "payload/not-a-uuid")

        assert (answer.status, answer.json["error"], answer.json["code"]) == (404, True, 404)

    async def test_is_told_to_who_watches(self, side):
        made = await side.asks(PAYMENT)
        async with side.context.bus.subscribe(payload_topic(made["uuid"])) as watching:
            await side.sees(made["uuid"])

            event = await asyncio.wait_for(watching.get(), 2)

        assert event.kind == "devapp_fetched"

    async def test_shows_the_outcome_and_the_user_token(self, side):
        wallet = await side.wallet()
        made = await side.asks(PAYMENT)
        answer = await wallet.signs(made["uuid"])
        assert answer.status == 200, answer

        view = await side.sees(made["uuid"])

        assert (view["meta"]["resolved"], view["meta"]["signed"]) == (True, True)
        assert view["response"]["account"] == view["response"]["signer"] == wallet.key.address
        assert view["response"]["user"] == wallet.user
        assert view["response"]["resolved_at"] == "2026-01-15T12:00:00Z"
        token = view["application"]["issued_user_token"]
        again = await side.asks(CLAIM, user_token=token)
        assert again["pushed"] is True
        assert again["next"]["no_push_msg_received"].endswith("/qr")


class TestCancelling:
    async def test_answers_200_whatever_came_of_it(self, side):
        made = await side.asks(PAYMENT)

        first = await side.platform("DELETE", f"payload/{made['uuid']}")
        again = await side.platform("DELETE", f"payload/{made['uuid']}")

        assert (first.status, first.json["result"]) == (200, {"cancelled": True, "reason": "OK"})
        assert (first.json["meta"]["cancelled"], first.json["meta"]["expired"]) == (False, True)
        assert (again.status, again.json["result"]) == (200, {"cancelled": False, "reason": "ALREADY_CANCELLED"})
        meta = (await side.sees(made["uuid"]))["meta"]
        assert (meta["cancelled"], meta["expired"], meta["resolved"]) == (True, True, False)

    async def test_is_told_to_who_watches_along_with_the_reading(self, side):
        made = await side.asks(PAYMENT)
        async with side.context.bus.subscribe(payload_topic(made["uuid"])) as watching:
            await side.platform("DELETE", f"payload/{made['uuid']}")

            kinds = {(await asyncio.wait_for(watching.get(), 2)).kind for _ in range(2)}

        assert kinds == {"cancelled", "devapp_fetched"}

    async def test_of_what_a_wallet_has_opened_is_too_late(self, side):
        wallet = await side.wallet()
        made = await side.asks(PAYMENT)
        await wallet.opens(made["uuid"])

        answer = await side.platform("DELETE", f"payload/{made['uuid']}")

        assert answer.json["result"] == {"cancelled": False, "reason": "ALREADY_OPENED"}


class TestIdempotencyKey:
    BODY = b'{"txjson":{"TransactionType":"SignIn"}}'

    async def test_gives_a_repeated_call_the_same_answer_to_the_byte(self, post):
        first = await post(self.BODY, Idempotency_Key="one")
        again = await post(self.BODY, Idempotency_Key="one")
        other = await post(self.BODY, Idempotency_Key="two")

        assert (again.status, again.text) == (first.status, first.text)
        assert other.json["uuid"] != first.json["uuid"]

    async def test_keeps_its_warnings(self, post):
        body = b'{"txjson":{"TransactionType":"BrandNew"}}'

        assert (await post(body, Idempotency_Key="one")).text == (await post(body, Idempotency_Key="one")).text

    async def test_with_another_body_is_a_conflict(self, post):
        await post(self.BODY, Idempotency_Key="one")

        answer = await post(self.BODY + b" ", Idempotency_Key="one")

        assert (answer.status, answer.code) == (409, 409)

    async def test_used_by_many_at_once_makes_one_payload(self, post):
        answers = await asyncio.gather(*(post(self.BODY, Idempotency_Key="one") for _ in range(20)))

        assert {answer.status for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1

    @pytest.mark.parametrize("key", ["", "x" * 256])
    async def test_of_another_form_is_refused(self, post, key):
        answer = await post(self.BODY, Idempotency_Key=key)

        assert (answer.status, answer.code) == (400, 606)
