"""A wallet believes what its server signed, for this device, about this request; and nothing else."""

from typing import Any

import pytest
import rfc8785
from nacl.signing import SigningKey

from sealgate.cli.output import Refused
from sealgate.cli.wallet.api import WalletApi, to_base64url
from sealgate.cli.wallet.keystore import Pairing

ASKED, OTHER = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41", "9b3a6f54-2c0d-4e8a-b7f1-3d5c7e9f1a20"
VIEW_KEY = SigningKey(bytes(32))
URL = "https://sign.example"
CONDITIONS = {
    "multisign": False, "pathfinding": False, "signers": None, "force_network": None, "custom_instruction": None,
    "return_url_app": None,
}  # fmt: skip
STATED: dict[str, Any] = {
    "v": 1, "iss": URL, "device": "alice-phone",
    "meta": {"uuid": ASKED, **CONDITIONS},
    "application": {"uuidv4": "app", "name": "Shop"},
    "payload": {"tx_type": "SignIn", "request_json": {"SignIn": True}, "expires_at": "2026-11-22T12:00:00Z"},
}  # fmt: skip


def signed(stated: dict[str, Any], key: SigningKey = VIEW_KEY) -> dict[str, Any]:
    return {"view": {"payload": stated, "signature": to_base64url(key.sign(rfc8785.dumps(stated)).signature)}}


def opened(monkeypatch: pytest.MonkeyPatch, answer: dict[str, Any]) -> Any:
    view_key = to_base64url(bytes(VIEW_KEY.verify_key))
    api = WalletApi(Pairing(URL, URL, URL, "alice-phone", "alice", view_key), SigningKey.generate())
    monkeypatch.setattr(api._client, "call", lambda *_, **__: answer)
    try:
        return api.open(ASKED, origin="QR")
    finally:
        api.close()


def test_what_the_server_stated_about_the_request_is_believed(monkeypatch):
    assert opened(monkeypatch, signed(STATED)).meta.uuid == ASKED


@pytest.mark.parametrize(
    "answer",
    [
        signed(STATED, SigningKey.generate()),
        signed({**STATED, "meta": {"uuid": OTHER, **CONDITIONS}}),
        signed({**STATED, "device": "bobs-phone"}),
        signed({**STATED, "iss": "https://another.example"}),
        signed({"v": 1}),
        {"view": {"payload": STATED, "signature": ""}},
        {"view": {"payload": STATED, "signature": "not base64!"}},
        {"view": None},
        {},
    ],
    ids=["key", "request", "device", "issuer", "empty", "unsigned", "garbage", "null", "missing"],
)
def test_anything_else_is_not(monkeypatch, answer):
    with pytest.raises(Refused, match="Nothing was signed"):
        opened(monkeypatch, answer)
