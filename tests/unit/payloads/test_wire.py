"""What developers see, key for key: platform-api 4.7, 5, 6, 21.3 to 21.5, 24."""

import json
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sealgate.base.settings import Settings
from sealgate.payloads.draft import check_draft
from sealgate.payloads.model import Cancellation, CancelReason, Outcome
from sealgate.payloads.wire import CancelOut, PayloadCreated, PayloadOut
from tests.conftest import NOON
from tests.payloads import ALICE, PAYMENT, SHOP, SIGN_IN_REQUEST, a_draft, a_payload, an_app

SETTINGS = Settings(public_url="https://sign.example")
UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
USER = "e4b1c7a9-2d5f-4830-9c6e-8a0b3d7f1e52"
TOKEN = "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"
APP = an_app(description=None)
SIGNED = Outcome(
    signed=True, reference=UUID, holder_uuid=USER, device_uuid=UUID, origintype="QR", signmethod="PIN", hex="7321ED",
    txid="AB" * 32, account=ALICE.address, signer=ALICE.address, signer_pubkey="ED" * 33, multisign_account="",
    environment_nodeuri="wss://node.example", environment_nodetype="MAINNET", environment_networkid=0,
    dispatched_to="wss://node.example", dispatched_nodetype="MAINNET", dispatched_result="tesSUCCESS",
)  # fmt: skip
REJECTED = Outcome(
    signed=False, reference=UUID, holder_uuid=USER, device_uuid=UUID, origintype="QR", environment_nodetype="MAINNET",
    environment_networkid=0, reject_initiator="USER", reject_reason="no",
)  # fmt: skip

# The keys the strict models of published clients demand (platform-api 21.3, 21.4, 21.5), in the documented order.
META = (
    "exists", "uuid", "multisign", "submit", "pathfinding", "pathfinding_fallback", "force_network", "destination",
    "resolved_destination", "resolved", "signed", "cancelled", "expired", "pushed", "app_opened", "opened_by_deeplink",
    "return_url_app", "return_url_web", "is_xapp", "signers",
)  # fmt: skip
APPLICATION = ("name", "description", "disabled", "uuidv4", "icon_url", "issued_user_token")
REQUEST = (
    "tx_type", "tx_destination", "tx_destination_tag", "request_json", "origintype", "signmethod", "created_at",
    "expires_at", "expires_in_seconds",
)  # fmt: skip
RESPONSE = (
    "hex", "txid", "resolved_at", "dispatched_to", "dispatched_nodetype", "dispatched_result", "dispatched_to_node",
    "environment_nodeuri", "environment_nodetype", "multisign_account", "account", "signer", "user",
    "environment_networkid",
)  # fmt: skip
CUSTOM_META = ("identifier", "blob", "instruction")
FLAGS = ("multisign", "submit", "pathfinding", "pathfinding_fallback", "resolved", "signed", "cancelled", "expired",
         "pushed", "app_opened", "is_xapp", "exists")  # fmt: skip


def wired(answer: msgspec.Struct) -> dict[str, Any]:
    return json.loads(msgspec.json.encode(answer))


def view(payload, *, now=NOON, token=None) -> dict[str, Any]:
    return wired(PayloadOut.of(payload, APP, token, settings=SETTINGS, now=now))


def resolved(payload, outcome):
    return msgspec.structs.replace(
        payload, opened_at=NOON, opened_by_deeplink=False, resolved_at=NOON + timedelta(seconds=30), outcome=outcome
    )


class TestCreated:
    def test_is_exactly_what_clients_expect(self):
        payload = a_payload(uuid=UUID)

        assert msgspec.json.encode(PayloadCreated.of(payload, a_draft(), SETTINGS)).decode() == (
            f'{{"uuid":"{UUID}","next":{{"always":"https://sign.example/sign/{UUID}"}},'
            f'"refs":{{"qr_png":"https://sign.example/sign/{UUID}_q.png",'
            f'"qr_matrix":"https://sign.example/sign/{UUID}_q.json","qr_uri_quality_opts":["m","q","h"],'
            f'"websocket_status":"wss://sign.example/sign/{UUID}"}},"pushed":false,"push":{{"reason":"no_user_token"}}}}'
        )

    def test_names_the_way_out_of_a_lost_push_only_when_pushed(self):
        payload = msgspec.structs.replace(a_payload(uuid=UUID), pushed=True)

        answer = wired(PayloadCreated.of(payload, a_draft(), SETTINGS))

        assert answer["pushed"] is True
        assert answer["next"]["no_push_msg_received"] == f"https://sign.example/sign/{UUID}/qr"
        assert "push" not in answer

    @pytest.mark.parametrize("reason", ["token_unknown", "no_device", "muted", "rate_limited"])
    def test_says_why_nobody_was_woken(self, reason):
        payload = a_payload(uuid=UUID)
        terms = msgspec.structs.replace(payload.terms, unpushed=reason)

        answer = wired(PayloadCreated.of(msgspec.structs.replace(payload, terms=terms), a_draft(), SETTINGS))

        assert (answer["pushed"], answer["push"]) == (False, {"reason": reason})

    def test_has_warnings_only_when_there_are_some(self):
        draft = a_draft({"TransactionType": "BrandNew"})

        [warning] = wired(PayloadCreated.of(a_payload(), draft, SETTINGS))["warnings"]

        assert warning["pointer"] == "/txjson/TransactionType"
        assert "BrandNew" in warning["message"]


class TestView:
    @pytest.mark.parametrize("outcome", [None, SIGNED, REJECTED], ids=["open", "signed", "rejected"])
    def test_has_every_key_from_the_beginning_on_in_order(self, outcome):
        payload = a_payload(PAYMENT)
        answer = view(resolved(payload, outcome) if outcome else payload)

        verified = ("verified",) if outcome is SIGNED else ()
        assert tuple(answer) == ("meta", "application", "payload", "response", "custom_meta", *verified)
        assert tuple(answer["meta"]) == META
        assert tuple(answer["application"]) == APPLICATION
        assert tuple(answer["payload"]) == REQUEST
        assert tuple(answer["response"]) == RESPONSE
        assert tuple(answer["custom_meta"]) == CUSTOM_META
        assert all(isinstance(answer["meta"][name], bool) for name in FLAGS)

    def test_of_an_open_payload(self):
        payload = a_payload(PAYMENT, uuid=UUID, custom_meta={"identifier": 7, "blob": {"b": 1}, "instruction": "Hi"})

        answer = view(payload, now=NOON + timedelta(seconds=1, milliseconds=1))

        assert answer["application"] == {
            "name": "Corner Shop",
            "description": "",
            "disabled": 0,
            "uuidv4": APP.uuid,
            "icon_url": APP.icon("https://sign.example"),
            "issued_user_token": None,
        }
        assert answer["payload"] == {
            "tx_type": "Payment",
            "tx_destination": SHOP,
            "tx_destination_tag": 1042,
            "request_json": PAYMENT,
            "origintype": None,
            "signmethod": None,
            "created_at": "2026-01-15T12:00:00Z",
            "expires_at": "2026-01-16T12:00:00Z",
            "expires_in_seconds": 86399,
        }
        assert set(answer["response"].values()) == {None}
        assert answer["custom_meta"] == {"identifier": "7", "blob": {"b": 1}, "instruction": "Hi"}
        assert (answer["meta"]["destination"], answer["meta"]["resolved_destination"]) == (SHOP, SHOP)
        assert answer["meta"]["opened_by_deeplink"] is None

    def test_of_a_signed_payload(self):
        answer = view(resolved(a_payload(), SIGNED), token=TOKEN)

        assert answer["response"] == {
            "hex": "7321ED",
            "txid": "AB" * 32,
            "resolved_at": "2026-01-15T12:00:30Z",
            "dispatched_to": "wss://node.example",
            "dispatched_nodetype": "MAINNET",
            "dispatched_result": "tesSUCCESS",
            "dispatched_to_node": True,
            "environment_nodeuri": "wss://node.example",
            "environment_nodetype": "MAINNET",
            "multisign_account": "",
            "account": ALICE.address,
            "signer": ALICE.address,
            "user": USER,
            "environment_networkid": 0,
        }
        assert (answer["meta"]["resolved"], answer["meta"]["signed"], answer["meta"]["expired"]) == (True, True, False)
        assert (answer["payload"]["origintype"], answer["payload"]["signmethod"]) == ("QR", "PIN")
        assert answer["application"]["issued_user_token"] == TOKEN

    def test_of_a_rejected_payload_tells_who_and_when_and_nothing_else(self):
        answer = view(resolved(a_payload(), REJECTED))

        told = {name: value for name, value in answer["response"].items() if value is not None}
        assert told == {
            "resolved_at": "2026-01-15T12:00:30Z",
            "environment_nodetype": "MAINNET",
            "user": USER,
            "environment_networkid": 0,
        }
        assert (answer["meta"]["resolved"], answer["meta"]["signed"]) == (True, False)
        assert (answer["payload"]["origintype"], answer["payload"]["signmethod"]) == ("QR", None)

    def test_counts_below_zero_after_the_deadline(self):
        payload = a_payload(options={"expire": 1})

        assert view(payload, now=NOON + timedelta(seconds=61))["payload"]["expires_in_seconds"] == -1

    def test_shows_empty_text_for_no_destination(self):
        answer = view(a_payload())

        assert (answer["meta"]["destination"], answer["meta"]["resolved_destination"]) == ("", "")
        assert (answer["payload"]["tx_destination"], answer["payload"]["tx_destination_tag"]) == ("", None)

    def test_echoes_two_options_only_where_they_were_given(self):
        meta = view(a_payload(PAYMENT, options={"immutable": 1, "force_account": "false"}))["meta"]

        assert (meta["immutable"], meta["forceAccount"]) == (True, False)

    def test_shows_a_disabled_app_as_a_number(self):
        app = an_app(disabled=True, description="Groceries", icon_url="https://shop.example/i.png")

        shown = wired(PayloadOut.of(a_payload(), app, None, settings=SETTINGS, now=NOON))["application"]

        assert (shown["disabled"], shown["description"], shown["icon_url"]) == (
            1,
            "Groceries",
            "https://shop.example/i.png",
        )

    def test_reads_memos_for_display(self):
        memos = [{"Memo": {"MemoType": "74657874", "MemoData": "C3A9"}}, {"Memo": {"MemoData": "FF"}}]

        shown = view(a_payload({**PAYMENT, "Memos": memos}))["payload"]["computed"]

        assert shown == {"Memos": [{"Memo": {"MemoType": "text", "MemoData": "é"}}, {"Memo": {"MemoData": "\ufffd"}}]}

    def test_shows_the_challenge_of_a_sign_in_like_any_memo(self):
        payload = a_payload(SIGN_IN_REQUEST)

        [entry] = view(payload)["payload"]["computed"]["Memos"]

        assert entry["Memo"]["MemoType"] == "sealgate-challenge"
        assert json.loads(entry["Memo"]["MemoData"])["payload"] == payload.uuid

    def test_is_not_misled_by_memos_elsewhere(self):
        assert "computed" not in view(a_payload({"TransactionType": "BrandNew", "X": {"Memos": 1}}))["payload"]

    def test_gives_back_the_developers_json_to_the_letter(self):
        raw = b'{"txjson":{"TransactionType":"SignIn"},"custom_meta":{"blob":{"z":1.10,"a":1e2,"n":9007199254740993}}}'
        terms = check_draft(json.loads(raw), raw=raw).terms

        answer = msgspec.json.encode(
            PayloadOut.of(msgspec.structs.replace(a_payload(), terms=terms), APP, None, settings=SETTINGS, now=NOON)
        )

        assert b'"blob":{"z":1.10,"a":1e2,"n":9007199254740993}' in answer


class TestCancelled:
    @pytest.mark.parametrize("reason", CancelReason)
    def test_is_expired_whatever_came_of_it_and_shows_the_state_before(self, reason):
        payload = a_payload()
        if reason is CancelReason.ALREADY_CANCELLED:
            payload = msgspec.structs.replace(payload, cancelled_at=NOON)

        answer = wired(CancelOut.of(Cancellation(reason=reason, before=payload), NOON))

        assert tuple(answer) == ("result", "meta", "custom_meta")
        assert answer["result"] == {"cancelled": reason == "OK", "reason": reason.value}
        assert answer["meta"]["expired"] is True
        assert answer["meta"]["cancelled"] is (reason == "ALREADY_CANCELLED")
        assert tuple(answer["meta"]) == META
        assert answer["custom_meta"] == {"identifier": None, "blob": None, "instruction": None}
