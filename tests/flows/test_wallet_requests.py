"""Sign requests from the wallet's side: opening, signing, declining, and everything that must not be accepted."""

import asyncio
from base64 import urlsafe_b64decode

import pytest
import rfc8785
from nacl.signing import VerifyKey
from sqlalchemy import text

from sealgate.apps import service as apps
from sealgate.base.ids import new_uuid, uuid_bytes
from sealgate.holders import service as holders
from sealgate.ledger.signatures import sign_claim, sign_transaction
from tests.payloads import CHANNEL, CLAIM, PAYMENT, SHOP, SIGN_IN_REQUEST
from tests.wallet_side import NODE, WalletSide

pytestmark = pytest.mark.anyio

DISPATCHED = {"to": "wss://node.example", "nodetype": "MAINNET", "result": "tesSUCCESS"}
SIGN_IN = SIGN_IN_REQUEST


async def refusals(side: WalletSide, uuid: str) -> list[tuple[int, str | None]]:
    """Return the audit records of a request: code and transaction hash."""

    def read(tx):
        statement = text(
            "SELECT code, txid FROM payload_refusals JOIN payloads ON payloads.id = payload_id WHERE uuid = :uuid"
        )
        return [tuple(row) for row in tx.execute(statement, {"uuid": uuid_bytes(uuid)})]

    return await side.context.db.read(read)


class TestOpening:
    async def test_shows_the_request_under_the_servers_signature(self, side):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT, custom_meta={"instruction": "Thanks", "identifier": "order-1"})

        opened = await wallet.opens(asked["uuid"])

        assert opened.status == 200
        assert opened.json["meta"]["custom_instruction"] == "Thanks"
        assert "custom_meta" not in opened.json
        view = opened.json["view"]
        assert view["kid"] == wallet.server["view_key"]["kid"]
        key = VerifyKey(urlsafe_b64decode(wallet.server["view_key"]["x"] + "="))
        key.verify(rfc8785.dumps(view["payload"]), urlsafe_b64decode(view["signature"] + "=="))
        assert view["payload"]["payload"]["request_json"] == PAYMENT
        assert view["payload"]["device"] == wallet.device

    async def test_tells_the_developer_how(self, side):
        wallet = await side.wallet()
        scanned, linked = await side.asks(SIGN_IN), await side.asks(SIGN_IN)

        await wallet.opens(scanned["uuid"], "QR")
        await wallet.opens(linked["uuid"], "DEEP_LINK")

        assert (await side.sees(scanned["uuid"]))["meta"]["opened_by_deeplink"] is False
        assert (await side.sees(linked["uuid"]))["meta"]["opened_by_deeplink"] is True

    async def test_may_be_repeated_long_after_the_deadline(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN, options={"expire": 5})
        await wallet.opens(asked["uuid"])
        side.clock.advance(hours=1)

        again = await wallet.opens(asked["uuid"])

        assert again.status == 200
        assert again.json["meta"]["expired"] is False
        assert again.json["payload"]["expires_in_seconds"] < 0

    async def test_is_refused_once_the_deadline_has_passed(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN, options={"expire": 5})
        side.clock.advance(minutes=5)

        answer = await wallet.opens(asked["uuid"])

        assert (answer.status, answer.code) == (410, 510)

    async def test_is_refused_when_the_app_has_cancelled(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        await side.platform("DELETE", f"payload/{asked['uuid']}")

        assert (await wallet.opens(asked["uuid"])).code == 510

    async def test_is_refused_while_the_app_is_disabled(self, side):
        wallet = await side.wallet()
        asked, opened = await side.asks(SIGN_IN), await side.asks(SIGN_IN)
        view = (await wallet.opens(opened["uuid"])).json

        await side.context.db.write(apps.disable_app, side.app_uuid)

        assert (await wallet.opens(asked["uuid"])).code == 810
        assert (await wallet.answers(opened["uuid"], wallet.signature(view))).code == 810
        await side.context.db.write(apps.enable_app, side.app_uuid)
        assert (await side.sees(opened["uuid"]))["meta"]["resolved"] is False
        assert (await side.sees(asked["uuid"]))["meta"]["app_opened"] is False
        assert (await wallet.signs(asked["uuid"])).status == 200

    async def test_is_refused_when_signed_already(self, side):
        wallet, other = await side.wallet(), await side.wallet()
        asked = await side.asks(SIGN_IN)
        await wallet.signs(asked["uuid"])

        answer = await other.opens(asked["uuid"])

        assert (answer.status, answer.code) == (409, 511)

    async def test_of_an_unknown_request_is_refused(self, side):
        wallet = await side.wallet()

        assert (await wallet.opens(new_uuid())).code == 404
        assert (await wallet.call("GET", "payload/none")).status == 404

    async def test_from_an_undocumented_place_is_refused(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)

        answer = await wallet.opens(asked["uuid"], "qr")

        assert (answer.status, answer.code) == (400, 400)
        assert (await side.sees(asked["uuid"]))["meta"]["app_opened"] is False

    async def test_without_a_place_is_from_an_unknown_one(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)

        assert (await wallet.call("GET", f"payload/{asked['uuid']}")).status == 200

    async def test_refuses_to_vouch_for_a_number_json_cannot_carry(self, side):
        wallet = await side.wallet()
        made = await side.platform("POST", "payload", {"txjson": {"TransactionType": "Unheard", "Strange": 2**60 + 1}})
        assert made.status == 200

        answer = await wallet.opens(made.json["uuid"])

        assert (answer.status, answer.code) == (400, 405)


class TestSigning:
    @pytest.mark.parametrize("txjson", [SIGN_IN, PAYMENT])
    async def test_settles_the_request(self, side, txjson):
        wallet = await side.wallet()
        asked = await side.asks(
            txjson, options={"return_url": {"app": "shop://back?tx={txid}", "web": "https://shop.example/{id}"}}
        )
        opened = await wallet.opens(asked["uuid"])
        body = wallet.signature(opened.json)

        answer = await wallet.answers(asked["uuid"], body)

        assert answer.json == {
            "reference_call_uuidv4": answer.headers["x-call-ref"],
            "signed": True,
            "user_token": True,
            "return_url": {
                "app": f"shop://back?tx={body['tx_id']}",
                "web": f"https://shop.example/{asked['uuid']}",
            },
        }
        seen = await side.sees(asked["uuid"])
        assert (seen["meta"]["resolved"], seen["meta"]["signed"]) == (True, True)
        assert seen["response"]["hex"] == body["signed_blob"]
        assert seen["response"]["txid"] == body["tx_id"]
        assert seen["response"]["account"] == wallet.key.address
        assert seen["response"]["user"] == wallet.user
        assert seen["response"]["dispatched_to"] is None
        assert seen["payload"]["signmethod"] == "PIN"

    async def test_settles_a_channel_claim(self, side):
        wallet = await side.wallet()
        asked = await side.asks(CLAIM)
        opened = await wallet.opens(asked["uuid"])
        assert opened.json["payload"]["request_json"] == {"Channel": CHANNEL, "Amount": "1000000"}
        signature = sign_claim(bytes.fromhex(CHANNEL), 1_000_000, wallet.key)

        answer = await wallet.answers(
            asked["uuid"],
            {"signed_blob": signature.hex(), "signpubkey": wallet.key.public_key.hex(), "environment": NODE},
        )

        assert answer.json["signed"] is True
        assert (await side.sees(asked["uuid"]))["response"]["account"] == wallet.key.address

    async def test_in_time_counts_however_late_it_comes(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN, options={"expire": 5})
        opened = await wallet.opens(asked["uuid"])
        side.clock.advance(days=2)

        answer = await wallet.answers(asked["uuid"], wallet.signature(opened.json))

        assert answer.status == 200
        seen = await side.sees(asked["uuid"])
        assert (seen["meta"]["signed"], seen["meta"]["expired"]) == (True, True)

    async def test_with_a_large_blob_is_checked_beside_the_loop(self, side):
        wallet = await side.wallet()
        memos = [{"Memo": {"MemoData": "AB" * 6000}}]
        asked = await side.asks({**PAYMENT, "Memos": memos})

        answer = await wallet.signs(asked["uuid"])

        assert answer.json["signed"] is True

    async def test_again_gets_the_same_answer_for_an_answer_can_be_lost(self, side):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)
        body = wallet.signature((await wallet.opens(asked["uuid"])).json)

        once = await wallet.repeats(asked["uuid"], body)
        again = await wallet.repeats(asked["uuid"], body)
        assert await refusals(side, asked["uuid"]) == []
        plain = await wallet.answers(asked["uuid"], body)

        assert (again.status, again.json) == (200, once.json)
        assert (plain.status, plain.code) == (409, 409)

    async def test_of_another_device_again_is_refused(self, side):
        wallet, other = await side.wallet(), await side.wallet()
        asked = await side.asks(PAYMENT)
        body = wallet.signature((await wallet.opens(asked["uuid"])).json)
        await other.opens(asked["uuid"])
        await wallet.answers(asked["uuid"], body)

        answer = await other.repeats(asked["uuid"], body)

        assert (answer.status, answer.code) == (409, 409)

    async def test_by_two_wallets_at_once_has_one_winner_and_tells_the_other(self, side):
        wallets = [await side.wallet() for _ in range(4)]
        asked = await side.asks(SIGN_IN)
        bodies = [wallet.signature((await wallet.opens(asked["uuid"])).json) for wallet in wallets]

        answers = await asyncio.gather(
            *(wallet.answers(asked["uuid"], body) for wallet, body in zip(wallets, bodies, strict=True))
        )

        assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
        assert {answer.code for answer in answers} == {None, 409}
        (winner,) = (wallet for wallet, answer in zip(wallets, answers, strict=True) if answer.status == 200)
        assert (await side.sees(asked["uuid"]))["response"]["account"] == winner.key.address
        # What the others signed may be on a ledger all the same.
        assert sorted(await refusals(side, asked["uuid"])) == sorted(
            (409, body["tx_id"]) for body, answer in zip(bodies, answers, strict=True) if answer.status == 409
        )

    async def test_and_declining_at_once_has_one_winner(self, side):
        one, other = await side.wallet(), await side.wallet()
        asked = await side.asks(SIGN_IN)
        body = one.signature((await one.opens(asked["uuid"])).json)
        await other.opens(asked["uuid"])

        answers = await asyncio.gather(one.answers(asked["uuid"], body), other.answers(asked["uuid"], {"reject": True}))

        assert sorted(answer.status for answer in answers) == [200, 409]
        seen = await side.sees(asked["uuid"])
        assert seen["meta"]["resolved"] is True
        assert seen["meta"]["signed"] is (answers[0].status == 200)


class TestRefusedSignatures:
    async def test_before_the_request_was_opened(self, side):
        wallet, curious = await side.wallet(), await side.wallet()
        other, asked = await side.asks(PAYMENT), await side.asks(PAYMENT)
        body = wallet.signature((await curious.opens(other["uuid"])).json)

        answer = await wallet.answers(asked["uuid"], body)

        assert (answer.status, answer.code) == (409, 405)

    async def test_for_another_request(self, side):
        wallet = await side.wallet()
        one, other = await side.asks(SIGN_IN), await side.asks(SIGN_IN)
        body = wallet.signature((await wallet.opens(one["uuid"])).json)
        await wallet.opens(other["uuid"])

        answer = await wallet.answers(other["uuid"], body)

        assert (answer.status, answer.code) == (400, 405)
        assert (await side.sees(other["uuid"]))["meta"]["resolved"] is False
        assert await refusals(side, other["uuid"]) == [(405, body["tx_id"])]

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"signed_blob": "zz"}, 800),
            ({"signed_blob": ""}, 800),
            ({"signed_blob": "AB" * 65537}, 800),
            ({"signed_blob": "00"}, 801),
            ({"tx_id": None}, 802),
            ({"tx_id": "AB"}, 802),
            ({"tx_id": "00" * 32}, 803),
            ({"multisigned": SHOP}, 804),
            ({"signpubkey": "02" + "00" * 32}, 405),
        ],
    )
    async def test_that_do_not_fit(self, side, changes, code):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)
        body = wallet.signature((await wallet.opens(asked["uuid"])).json)

        answer = await wallet.answers(asked["uuid"], {**body, **changes})

        assert (answer.status, answer.code) == (400, code)
        assert (await side.sees(asked["uuid"]))["meta"]["resolved"] is False
        assert (await wallet.answers(asked["uuid"], body)).status == 200

    @pytest.mark.parametrize("fields", [{"Amount": "1"}, {"Destination": "rh3ywpYW9Yi6kXnq2iJFoPqxkmwrgbwPRa"}])
    async def test_that_change_what_was_asked(self, side, fields):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)

        answer = await wallet.signs(asked["uuid"], **fields)

        assert (answer.status, answer.code) == (400, 405)

    async def test_with_a_type_in_a_sign_in(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)

        answer = await wallet.signs(asked["uuid"], TransactionType="AccountSet", Fee="12", Sequence=1)

        assert (answer.status, answer.code) == (400, 405)

    async def test_by_a_key_that_is_not_the_accounts(self, side):
        wallet, victim = await side.wallet(), await side.wallet()
        asked = await side.asks(PAYMENT)

        answer = await wallet.signs(asked["uuid"], Account=victim.key.address)

        assert (answer.status, answer.code) == (400, 405)

    async def test_by_an_account_that_was_not_asked(self, side):
        wallet, asked_one = await side.wallet(), await side.wallet()
        asked = await side.asks(SIGN_IN, options={"signers": [asked_one.key.address]})

        answer = await wallet.signs(asked["uuid"])

        assert (answer.status, answer.code) == (400, 405)
        assert (await asked_one.signs(asked["uuid"])).status == 200

    async def test_on_another_network(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN, options={"force_network": "TESTNET"})

        answer = await wallet.signs(asked["uuid"])

        assert (answer.status, answer.code) == (400, 405)

    async def test_from_a_device_that_was_revoked(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        body = wallet.signature((await wallet.opens(asked["uuid"])).json)
        await wallet.call("DELETE", f"devices/{wallet.device}")

        answer = await wallet.answers(asked["uuid"], body)

        assert answer.status == 401
        assert (await side.sees(asked["uuid"]))["meta"]["resolved"] is False

    async def test_from_a_device_revoked_in_another_process_a_moment_ago(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        body = wallet.signature((await wallet.opens(asked["uuid"])).json)

        def revoke_unheard(tx):
            device = holders.find_device(tx, wallet.device)
            assert device is not None
            holders.revoke_device(tx, device, wallet.device, now=side.clock.now())
            tx.events.clear()  # the news has not arrived here

        await side.context.db.write(revoke_unheard)
        answer = await wallet.answers(asked["uuid"], body)

        assert (answer.status, answer.code) == (403, 823)
        assert (await side.sees(asked["uuid"]))["meta"]["resolved"] is False

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"signed_blob": 7},
            {"signed_blob": None, "reject": None},
            {"reject": True, "signed_blob": "AB"},
            {"reject": True, "surprise": 1},
            {"dispatched": {"result": "tesSUCCESS"}},
            [],
            "AB",
        ],
    )
    async def test_bodies_that_are_no_answer(self, side, body):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        await wallet.opens(asked["uuid"])

        answer = await wallet.answers(asked["uuid"], body)

        assert answer.status == 400
        assert answer.code in {400, 405, 800}


class TestDeclining:
    async def test_settles_the_request_without_a_signature(self, side):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)
        await wallet.opens(asked["uuid"])

        answer = await wallet.answers(
            asked["uuid"],
            {"reject": True, "reject_initiator": "USER", "reject_reason": "too dear", "origintype": "QR"},
        )

        assert answer.json["signed"] is False
        assert answer.json["user_token"] is False
        seen = await side.sees(asked["uuid"])
        assert (seen["meta"]["resolved"], seen["meta"]["signed"]) == (True, False)
        assert seen["application"]["issued_user_token"] is None
        assert seen["response"]["hex"] is None

    async def test_again_gets_the_same_answer(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        await wallet.opens(asked["uuid"])

        once = await wallet.repeats(asked["uuid"], {"reject": True})
        again = await wallet.repeats(asked["uuid"], {"reject": True})

        assert (again.status, again.json) == (200, once.json)

    async def test_is_refused_once_it_is_settled(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        await wallet.signs(asked["uuid"])

        answer = await wallet.answers(asked["uuid"], {"reject": True})

        assert (answer.status, answer.code) == (409, 409)


class TestSubmission:
    async def test_is_reported_with_the_signature(self, side):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)
        body = wallet.signature((await wallet.opens(asked["uuid"])).json)

        await wallet.answers(asked["uuid"], {**body, "dispatched": DISPATCHED})

        response = (await side.sees(asked["uuid"]))["response"]
        assert response["dispatched_result"] == "tesSUCCESS"
        assert response["dispatched_to_node"] is True

    async def test_is_reported_in_a_second_call(self, side):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)
        first = await wallet.signs(asked["uuid"])

        second = await wallet.answers(asked["uuid"], {"dispatched": DISPATCHED, "origintype": "QR"})

        assert second.status == 200
        assert second.json["reference_call_uuidv4"] == first.json["reference_call_uuidv4"]
        assert (await side.sees(asked["uuid"]))["response"]["dispatched_to"] == "wss://node.example"

    async def test_is_reported_once_and_by_the_device_that_signed(self, side):
        wallet, other = await side.wallet(), await side.wallet()
        asked = await side.asks(PAYMENT)
        await wallet.signs(asked["uuid"])

        assert (await other.answers(asked["uuid"], {"dispatched": DISPATCHED})).code == 509
        assert (await wallet.answers(asked["uuid"], {"dispatched": DISPATCHED})).status == 200
        assert (await wallet.answers(asked["uuid"], {"dispatched": DISPATCHED})).code == 509

    async def test_is_not_waited_for_where_nobody_has_signed(self, side):
        wallet = await side.wallet()
        asked = await side.asks(PAYMENT)
        await wallet.opens(asked["uuid"])

        assert (await wallet.answers(asked["uuid"], {"dispatched": DISPATCHED})).code == 509


class TestPublicSignIn:
    async def test_signed_elsewhere_is_worth_nothing_here(self, side):
        wallet = await side.wallet()
        asked = await side.asks(SIGN_IN)
        opened = await wallet.opens(asked["uuid"])
        plain = sign_transaction({"Account": wallet.key.address}, wallet.key)

        answer = await wallet.answers(
            asked["uuid"],
            wallet.signature(opened.json) | {"signed_blob": plain.blob.hex().upper(), "tx_id": plain.txid},
        )

        assert (answer.status, answer.code) == (400, 405)
