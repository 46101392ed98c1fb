"""The news about payloads; the resolve message field by field (platform-api 20.2)."""

import json

import msgspec

from sealgate.infra.bus import Event
from sealgate.payloads import events
from sealgate.payloads.model import Outcome
from tests.conftest import NOON
from tests.payloads import a_payload

UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
CALL = "9b3a6f54-2c0d-4e8a-b7f1-3d5c7e9f1a20"


def settled(*, signed: bool, **members):
    outcome = Outcome(
        signed=signed,
        reference=CALL,
        holder_uuid=UUID,
        device_uuid=UUID,
        origintype="DEEP_LINK",
        txid="AB" * 32 if signed else None,
        hex="7321ED" if signed else None,
    )
    payload = a_payload(uuid=UUID, **members)
    return msgspec.structs.replace(payload, opened_at=NOON, opened_by_deeplink=True, resolved_at=NOON, outcome=outcome)


MEMBERS = {
    "custom_meta": {"identifier": "order-1042", "blob": {"cart": 7}, "instruction": "Thanks"},
    "options": {"return_url": {"web": "https://shop.example/?t={txid}"}},
}


def test_of_a_signature_come_in_the_documented_order_and_without_the_blob():
    event = events.resolved(settled(signed=True, **MEMBERS))

    assert (event.topic, event.kind) == (f"payload:{UUID}", "resolved")
    assert json.dumps(event.data) == json.dumps(
        {
            "payload_uuidv4": UUID,
            "reference_call_uuidv4": CALL,
            "signed": True,
            "user_token": True,
            "return_url": {"app": None, "web": f"https://shop.example/?t={'AB' * 32}"},
            "txid": "AB" * 32,
            "opened_by_deeplink": True,
            "custom_meta": {"identifier": "order-1042", "blob": {"cart": 7}, "instruction": "Thanks"},
        }
    )


def test_of_a_rejection_has_no_transaction():
    data = events.resolved(settled(signed=False, **MEMBERS)).data

    assert "txid" not in data
    assert (data["signed"], data["user_token"]) == (False, False)
    assert data["return_url"]["web"] == "https://shop.example/?t="


def test_survives_the_way_to_another_process():
    event = events.resolved(settled(signed=True, **MEMBERS))

    assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


def test_fits_the_buffer_of_a_published_client_unless_the_developers_blob_is_large():
    long = {"custom_meta": {"identifier": "i" * 40, "instruction": "x" * 280}, "options": {"return_url": {
        "web": "https://shop.example/" + "x" * 100, "app": "https://shop.example/" + "x" * 100}}}  # fmt: skip

    assert len(msgspec.json.encode(events.resolved(settled(signed=True, **long)).data)) <= 1024


def test_for_wallets_name_the_payload_only():
    assert events.wallet_news("h", "payload_created", UUID) == Event("holder:h", "payload_created", {"uuid": UUID})
