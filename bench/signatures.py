"""Checks of signed SignIns in one process: the signature alone, and all that accepting one takes."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from bench.processes import ROOT
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import sign_transaction, verify_blob
from sealgate.ledger.transactions import signable_template
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.challenge import with_challenge
from sealgate.payloads.draft import check_draft
from sealgate.payloads.model import Payload, SignReport

NOW = datetime(2026, 1, 1, tzinfo=UTC)
VECTORS = ROOT / "tests" / "vectors" / "signin.json"


def per_cpu_s(work: Callable[[], object], *, seconds: float) -> float:
    """Return how often `work` is done in a CPU-second of this process."""
    work()
    times, started = 0, time.process_time()
    while (took := time.process_time() - started) < seconds:
        for _ in range(10):
            work()
        times += 10
    return times / took


def signed_sign_in(algorithm: str) -> bytes:
    """Return a signed SignIn with a challenge: a vector that other implementations made too."""
    vectors = json.loads(VECTORS.read_text())["vectors"]
    name = f"signin-memo-challenge-{algorithm}"
    return next(bytes.fromhex(vector["signed_blob_hex"]) for vector in vectors if vector["name"] == name)


def ours(blob: bytes) -> Callable[[], object]:
    """Return our check of the signature."""
    return lambda: verify_blob(blob)


def of_xrpl_py(blob: bytes) -> Callable[[], object]:
    """Return the check as a program built on xrpl-py writes it."""
    from xrpl.core.binarycodec import decode, encode_for_signing
    from xrpl.core.keypairs import derive_classic_address, is_valid_message

    text = blob.hex().upper()

    def check() -> None:
        fields: dict[str, Any] = decode(text)
        message = bytes.fromhex(encode_for_signing(fields))
        assert is_valid_message(message, bytes.fromhex(fields["TxnSignature"]), fields["SigningPubKey"])
        assert derive_classic_address(fields["SigningPubKey"]) == fields["Account"]

    return check


def acceptance(algorithm: Any) -> Callable[[], object]:
    """Return all that is checked before a SignIn is accepted: signature, challenge, every field, signer, network."""
    keys = key_pair_from_seed(generate_seed(algorithm))
    payload, report = _answered_sign_in(keys)
    return lambda: check_signature(payload, report)


def _answered_sign_in(keys: KeyPair) -> tuple[Payload, SignReport]:
    uuid, app = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70", "0c5b9d2a-4e1f-4c63-9a70-3d8e2f6b1c94"
    terms = with_challenge(
        check_draft({"txjson": {"TransactionType": "SignIn"}}).terms,
        payload_uuid=uuid,
        domain="localhost:8080",
        app_uuid=app,
        presentation=None,
        now=NOW,
    )
    payload = Payload(
        id=1, uuid=uuid, app_uuid=app, terms=terms, created_at=NOW, expires_at=NOW.replace(year=2027), identifier=None,
        holder_uuid=None, pushed=False,
    )  # fmt: skip
    template = signable_template("SignIn", json.loads(bytes(terms.request_json)))
    signed = sign_transaction({**template, "Account": keys.address}, keys)
    report = SignReport(
        signed_blob=signed.blob.hex().upper(),
        tx_id=signed.txid,
        signmethod="PIN",
        signpubkey=keys.public_key.hex().upper(),
        origintype="QR",
    )
    return payload, report
