"""What tests of sign requests need: apps, wallets that really sign, drafts and stored payloads."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.base.ids import new_uuid
from sealgate.holders.model import Device, NewDevice
from sealgate.holders.service import register_device
from sealgate.infra.tx import Tx
from sealgate.ledger.keys import KeyPair, key_pair_from_seed
from sealgate.ledger.signatures import multisign_transaction, sign_claim, sign_transaction
from sealgate.ledger.transactions import channel_claim, signable_template
from sealgate.payloads import service
from sealgate.payloads.challenge import with_challenge
from sealgate.payloads.draft import CheckedDraft, check_draft
from sealgate.payloads.model import CHANNEL_AUTHORIZE, SIGN_IN, Environment, Payload, SignReport
from tests.conftest import NOON

ALICE = key_pair_from_seed("sEdTEReSUiFXKBRUPcMUo6XaPMoKjXJ")
BOB = key_pair_from_seed("ss15SXMLBTAKaYKMNREen6eeKBErF")
"""An Ed25519 and a secp256k1 key; both seeds are public, in `vectors/signin.json`."""

SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
CHANNEL = "5DB01B7FFED6B67E6B0414DED11E051D2EE2B7619CE0EAA6286D67A3A4D5BDB3"
DOMAIN = "sign.example"
MAINNET = Environment(nodeuri="wss://node.example", nodetype="MAINNET")

SIGN_IN_REQUEST = {"TransactionType": "SignIn"}
PAYMENT = {"TransactionType": "Payment", "Destination": SHOP, "DestinationTag": 1042, "Amount": "2500000"}
CLAIM = {"TransactionType": "PaymentChannelAuthorize", "Channel": CHANNEL, "Amount": "1000000"}


def an_app(**values: Any) -> App:
    """Return an app that is not stored: payloads refer to it by its UUID alone."""
    return App(**{"uuid": new_uuid(), "name": "Corner Shop", "created_at": NOON, **values})


def a_draft(txjson: dict[str, Any] = SIGN_IN_REQUEST, **members: Any) -> CheckedDraft:
    """Return the checked draft of a request body."""
    return check_draft({"txjson": txjson, **members})


def a_payload(txjson: dict[str, Any] = SIGN_IN_REQUEST, *, uuid: str | None = None, **members: Any) -> Payload:
    """Return a payload as it would be stored at noon, without a database."""
    draft, uuid, app = a_draft(txjson, **members), uuid or new_uuid(), an_app()
    terms = draft.terms
    if terms.tx_type == SIGN_IN:
        terms = with_challenge(terms, payload_uuid=uuid, domain=DOMAIN, app_uuid=app.uuid, now=NOON)
    expires_at = NOON + timedelta(minutes=draft.expire_min)
    return Payload(
        id=1,
        uuid=uuid,
        app_uuid=app.uuid,
        terms=terms,
        created_at=NOON,
        expires_at=expires_at,
        identifier=draft.identifier,
    )


def stored(tx: Tx, app: App, draft: CheckedDraft | None = None, *, now: datetime = NOON, **how: Any) -> Payload:
    """Create a payload in the database."""
    return service.create_payload(
        tx, app, draft or a_draft(), **{"uuid": new_uuid(), "domain": DOMAIN, "now": now, **how}
    )


def a_wallet(tx: Tx, *, now: datetime = NOON) -> Device:
    """Pair a device with a holder of its own."""
    key = bytes.fromhex(new_uuid().replace("-", "") * 2)
    return register_device(tx, NewDevice(key), name="a phone", platform="ios", pairing_open=True, now=now)


def what_to_sign(payload: Payload, key: KeyPair, **fields: Any) -> dict[str, Any]:
    """Return what an honest wallet signs: the template, the account, and what it fills in; `fields` override."""
    template = signable_template(payload.terms.tx_type, msgspec.json.decode(payload.terms.request_json))
    filled = {} if payload.terms.is_pseudo or payload.terms.multisign else {"Fee": "12", "Sequence": 1}
    if not payload.terms.multisign:
        filled["Account"] = key.address
    ready = {**filled, **template, **({"Account": key.address} if "Account" in filled else {}), **fields}
    return {name: value for name, value in ready.items() if value is not None}


def a_signature(payload: Payload, key: KeyPair = ALICE, **fields: Any) -> SignReport:
    """Return the report of a wallet that really signed. A field of value None is left out of what it signs."""
    if payload.terms.tx_type == CHANNEL_AUTHORIZE:
        signature = sign_claim(*channel_claim(msgspec.json.decode(payload.terms.request_json)), key)
        return SignReport(signed_blob=signature.hex().upper(), signpubkey=key.public_key.hex(), environment=MAINNET)
    ready = what_to_sign(payload, key, **fields)
    sign = multisign_transaction if payload.terms.multisign else sign_transaction
    signed = sign(ready, key)
    return SignReport(
        signed_blob=signed.blob.hex().upper(),
        tx_id=signed.txid,
        signpubkey=key.public_key.hex().upper(),
        signmethod="PIN",
        multisigned=key.address if payload.terms.multisign else "",
        environment=MAINNET,
        origintype="QR",
    )
