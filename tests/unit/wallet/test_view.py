"""What a wallet is shown, and what the server vouches for."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.holders.model import Device
from sealgate.payloads.model import Payload, Presentation
from sealgate.tokens.model import UserToken
from sealgate.wallet.view import WalletView, statement, wallet_view
from tests.conftest import NOON
from tests.payloads import ALICE, CLAIM, PAYMENT, SHOP, SIGN_IN_REQUEST, a_payload, an_app

SETTINGS = Settings(public_url="https://sign.example")
APP = an_app(description="Groceries", icon_url="https://shop.example/icon.png")
DEVICE = Device(new_uuid(), new_uuid(), bytes(32), "a phone", "ios", NOON)


def shown(payload: Payload, *, token: UserToken | None = None, now=NOON) -> WalletView:
    """Return the view of a payload."""
    return wallet_view(payload, APP, token, settings=SETTINGS, now=now)


def stated(payload: Payload) -> dict[str, Any]:
    """Return the statement about a payload."""
    return statement(shown(payload), payload, issuer="https://sign.example", device=DEVICE, now=NOON)


class TestWalletView:
    def test_has_the_keys_of_the_documented_view(self):
        view = msgspec.to_builtins(shown(a_payload(PAYMENT)))

        assert set(view) == {"meta", "application", "payload", "response"}
        assert set(view["meta"]) == {
            "exists", "uuid", "multisign", "submit", "destination", "resolved_destination", "resolved", "signed",
            "cancelled", "expired", "pushed", "app_opened", "opened_by_deeplink", "return_url_app", "return_url_web",
            "custom_instruction", "signers", "pathfinding", "pathfinding_fallback", "force_network", "is_xapp",
            "push_message_id",
        }  # fmt: skip
        assert set(view["response"].values()) == {None}
        assert view["payload"]["request_json"] == PAYMENT
        assert (view["payload"]["tx_type"], view["payload"]["tx_destination"]) == ("Payment", SHOP)

    @pytest.mark.parametrize("request_json", [SIGN_IN_REQUEST, CLAIM])
    def test_leaves_the_type_out_of_what_is_no_transaction(self, request_json):
        asked = shown(a_payload(request_json)).payload

        assert asked.tx_type == request_json["TransactionType"]
        assert "TransactionType" not in asked.request_json

    def test_shows_the_instruction_and_keeps_what_is_the_developers_own(self):
        payload = a_payload(custom_meta={"instruction": "Thanks", "identifier": "order-1", "blob": {"secret": 1}})

        text = msgspec.json.encode(shown(payload)).decode()

        assert shown(payload).meta.custom_instruction == "Thanks"
        assert "order-1" not in text
        assert "secret" not in text

    def test_does_not_call_expired_what_was_opened_in_time(self):
        payload = a_payload(options={"expire": 5})
        late = NOON + timedelta(minutes=6)

        assert shown(payload, now=late).meta.expired
        opened = msgspec.structs.replace(payload, opened_at=NOON)
        assert not shown(opened, now=late).meta.expired
        assert shown(opened, now=late).payload.expires_in_seconds == -60

    def test_tells_the_app_by_what_it_registered(self):
        app = shown(a_payload()).application

        assert (app.name, app.description, app.icon_url) == (APP.name, "Groceries", "https://shop.example/icon.png")
        assert app.disabled == 0
        assert app.issued_user_token is None

    def test_shows_the_permission_the_app_holds(self):
        token = UserToken(new_uuid(), APP.uuid, DEVICE.holder_uuid, NOON, NOON + timedelta(days=30))

        assert shown(a_payload(), token=token).application.issued_user_token == token.token


class TestStatement:
    def test_says_who_asks_which_device_for_what(self):
        payload = a_payload(PAYMENT, options={"signers": [ALICE.address], "force_network": "MAINNET"})

        says = stated(payload)

        assert (says["v"], says["iss"], says["iat"]) == (1, "https://sign.example", 1_768_478_400)
        assert says["device"] == DEVICE.uuid
        assert says["meta"]["uuid"] == payload.uuid
        assert says["meta"]["signers"] == [ALICE.address]
        assert says["meta"]["force_network"] == "MAINNET"
        assert says["meta"]["submit"] is True
        assert says["application"]["uuidv4"] == APP.uuid
        assert says["payload"]["request_json"] == PAYMENT
        assert says["payload"]["expires_at"] == "2026-01-16T12:00:00Z"
        assert says["presentation"] is None

    def test_agrees_with_the_view_in_every_member(self):
        payload = a_payload(PAYMENT, options={"return_url": {"web": "https://shop.example/{id}"}})
        view, says = msgspec.to_builtins(shown(payload)), msgspec.to_builtins(stated(payload))

        for part in ("meta", "application", "payload"):
            assert says[part].items() <= view[part].items()

    def test_carries_what_the_creator_wants_shown(self):
        payload = a_payload()
        lines = Presentation(lines=("Sign in to Corner Shop",), origin="https://shop.example", matching_number="42")
        terms = msgspec.structs.replace(payload.terms, presentation=lines)

        assert stated(msgspec.structs.replace(payload, terms=terms))["presentation"] == {
            "lines": ["Sign in to Corner Shop"],
            "origin": "https://shop.example",
            "matching_number": "42",
        }
