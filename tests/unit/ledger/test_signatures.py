"""The published vectors, and every way in which a signed blob is not what it claims to be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import pytest

from sealgate.ledger import signatures
from sealgate.ledger.addresses import decode_account_id
from sealgate.ledger.codec import decode, encode, encode_for_signing
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import CodecError, ForeignKey, NotASignIn, NotSigned, SignatureRefused, UnencodableField
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import (
    claim_payload,
    combine_signatures,
    multisign_transaction,
    sign_claim,
    sign_transaction,
    transaction_hash,
    verify_blob,
    verify_claim,
    verify_sign_in,
    verify_signatures,
)

FILE: dict[str, Any] = json.loads(Path("tests/vectors/signin.json").read_text())
KEYS = {name: key_pair_from_seed(key["seed"]) for name, key in FILE["keys"].items()}
BLOBS = [vector for vector in FILE["vectors"] if "signed_blob_hex" in vector]
CLAIMS = [vector for vector in FILE["vectors"] if vector["kind"] == "PaymentChannelAuthorize"]
REASONS = {
    "secp256k1-high-S": "high_s",
    "ed25519-S-plus-L": "unreduced_s",
    "non-canonical-field-order": "not_canonical",
    "duplicate-account-field": "not_canonical",
    "account-is-not-the-signer": "foreign_key",
    "payment-blob-as-signin": "has_transaction_type",
    "tampered-memo": "signature_mismatch",
}
ED, SECP = KEYS["ed25519"], KEYS["secp256k1"]


def name_of(vector: dict[str, Any]) -> str:
    return str(vector["name"])


def resigned(fields: dict[str, Any], key: KeyPair, **more: Any) -> bytes:
    """A blob with a signature that is right for its fields, whatever else is wrong with it."""
    signature = signatures.sign(encode_for_signing(fields), key)
    return encode({**fields, "TxnSignature": signature.hex(), **more})


class TestVectors:
    @pytest.mark.parametrize("vector", BLOBS, ids=name_of)
    def test_a_positive_one_verifies(self, vector):
        verified = verify_sign_in(bytes.fromhex(vector["signed_blob_hex"]))

        signer = KEYS[vector["key"]]
        assert verified.txid == vector["tx_hash"]
        assert verified.account == vector["signed_tx_json"]["Account"]
        assert (verified.signer, verified.public_key) == (signer.address, signer.public_key)
        assert verified.signers == (signer.address,)
        assert verified.is_multisign is ("sign_as" in vector)

    @pytest.mark.parametrize("vector", BLOBS, ids=name_of)
    def test_a_positive_one_can_be_made_again(self, vector):
        make = multisign_transaction if "sign_as" in vector else sign_transaction

        signed = make(vector["tx_json_for_signing"], KEYS[vector["key"]])

        assert signed.blob.hex().upper() == vector["signed_blob_hex"]
        assert signed.txid == vector["tx_hash"]

    @pytest.mark.parametrize("vector", [v for v in BLOBS if "sign_as" not in v], ids=name_of)
    def test_what_is_signed_is_the_vector_s(self, vector):
        verified = verify_blob(bytes.fromhex(vector["signed_blob_hex"]))

        assert verified.signing_payload.hex().upper() == vector["signing_payload_hex"]
        assert encode_for_signing(vector["tx_json_for_signing"]) == verified.signing_payload

    @pytest.mark.parametrize("vector", BLOBS, ids=name_of)
    def test_decodes_to_the_vector_s_object(self, vector):
        assert decode(bytes.fromhex(vector["signed_blob_hex"])) == vector["signed_tx_json"]

    @pytest.mark.parametrize("vector", CLAIMS, ids=name_of)
    def test_a_claim_verifies_and_can_be_made_again(self, vector):
        channel = bytes.fromhex(vector["payload_request_json"]["Channel"])
        drops = int(vector["payload_request_json"]["Amount"])
        signature = bytes.fromhex(vector["signed_blob_sent_by_wallet"])
        key = KEYS[vector["key"]]

        assert claim_payload(channel, drops).hex().upper() == vector["signing_payload_hex"]
        assert verify_claim(key.public_key, channel, drops, signature) == key.address
        assert sign_claim(channel, drops, key) == signature
        with pytest.raises(SignatureRefused):
            verify_claim(key.public_key, channel, drops + 1, signature)

    def test_the_public_sample_verifies(self):
        sample = FILE["public_sample"]

        verified = verify_sign_in(bytes.fromhex(sample["signed_blob_hex"]))

        assert (verified.account, verified.txid) == (sample["account"], sample["tx_hash"])

    @pytest.mark.parametrize("vector", FILE["negative"], ids=name_of)
    def test_a_negative_one_is_refused_for_the_right_reason(self, vector):
        with pytest.raises(SignatureRefused) as refusal:
            verify_sign_in(bytes.fromhex(vector["signed_blob_hex"]))

        assert refusal.value.code == REASONS[vector["name"]]

    def test_every_kind_of_vector_is_covered(self):
        assert len(BLOBS) + len(CLAIMS) == len(FILE["vectors"])
        assert REASONS.keys() == {vector["name"] for vector in FILE["negative"]}


class TestSingleSignatures:
    @pytest.mark.parametrize("key", [ED, SECP], ids=["ed25519", "secp256k1"])
    def test_a_payment_verifies_as_a_transaction_and_not_as_a_sign_in(self, key):
        payment = {"TransactionType": "Payment", "Destination": ED.address, "Amount": "1", "Fee": "12", "Sequence": 1}

        signed = sign_transaction(payment, key)

        verified = verify_blob(signed.blob)
        assert verified.transaction_type == 0
        assert verified.account == key.address
        assert signed.txid == verified.txid == transaction_hash(signed.blob)
        with pytest.raises(NotASignIn):
            verify_sign_in(signed.blob)

    def test_replaces_signatures_that_are_there(self):
        once = decode(sign_transaction({"SourceTag": 1}, ED).blob)

        assert sign_transaction({**once, "Signers": []}, ED).blob == encode(once)

    def test_verifies_what_only_xahau_knows_without_definitions(self):
        signed = sign_transaction(
            {"TransactionType": "Invoke", "Blob": "AB"}, ED, definitions=load_definitions("xahau")
        )

        assert verify_blob(signed.blob).transaction_type == 99

    def test_names_both_sides_of_a_foreign_key(self):
        fields = {"Account": SECP.address, "SigningPubKey": ED.public_key.hex()}

        with pytest.raises(ForeignKey) as refusal:
            verify_blob(resigned(fields, ED))

        assert (refusal.value.account, refusal.value.key_address) == (SECP.address, ED.address)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"SigningPubKey": ED.public_key.hex()}, "account_missing"),
            ({"Account": ED.address}, "key_missing"),
            ({"Account": ED.address, "SigningPubKey": ""}, "mixed_signatures"),
            ({"Account": ED.address, "SigningPubKey": "04" + "11" * 64}, "bad_key"),
            ({"Account": ED.address, "SigningPubKey": "05" + "11" * 32}, "bad_key"),
            ({"Account": ED.address, "SigningPubKey": "ED" + "00" * 32}, "small_order_key"),
        ],
    )
    def test_refuses_an_object_that_lacks_a_part(self, fields, code):
        with pytest.raises(SignatureRefused) as refusal:
            verify_blob(resigned(fields, ED))

        assert refusal.value.code == code

    def test_refuses_an_unsigned_object(self):
        with pytest.raises(NotSigned) as refusal:
            verify_blob(encode({"Account": ED.address, "SigningPubKey": ED.public_key.hex()}))

        assert refusal.value.code == "signature_missing"

    def test_refuses_single_and_multiple_signatures_together(self):
        fields = {"Account": ED.address, "SigningPubKey": ED.public_key.hex()}

        with pytest.raises(NotSigned) as refusal:
            verify_blob(resigned(fields, ED, Signers=[]))

        assert refusal.value.code == "mixed_signatures"

    @pytest.mark.parametrize(
        ("blob", "code"),
        [(b"", "empty"), (b"\x7d" * 70_000, "too_large"), (b"\xea" * 12, "too_deep"), (b"\x73\x21", "truncated")],
    )
    def test_refuses_what_is_no_object(self, blob, code):
        with pytest.raises(SignatureRefused) as refusal:
            verify_blob(blob)

        assert refusal.value.code == code

    def test_refuses_trailing_bytes(self):
        blob = sign_transaction({}, ED).blob

        for tail in (b"\x00", b"\xe1", b"\xf1", b"\x81"):
            with pytest.raises(SignatureRefused):
                verify_blob(blob + tail)


REQUEST: dict[str, Any] = {"Account": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "SigningPubKey": "", "SourceTag": 1}


class TestMultipleSignatures:
    def test_signatures_of_two_stand_in_the_ledger_s_order(self):
        one = decode(multisign_transaction(REQUEST, ED).blob)

        both = multisign_transaction(one, SECP)

        verified = verify_blob(both.blob)
        assert verified.signers == tuple(sorted((ED.address, SECP.address), key=decode_account_id))
        assert (verified.signer, verified.public_key) == (None, None)
        assert verified.account == REQUEST["Account"]

    def test_signing_twice_leaves_one_entry(self):
        once = multisign_transaction(REQUEST, ED)

        assert multisign_transaction(decode(once.blob), ED) == once

    def test_refuses_a_signature_made_for_another_signer(self):
        stolen = decode(multisign_transaction(REQUEST, ED).blob)
        stolen["Signers"][0]["Signer"]["Account"] = SECP.address

        with pytest.raises(SignatureRefused) as refusal:
            verify_blob(encode(stolen))

        assert refusal.value.code == "signature_mismatch"

    def test_refuses_the_key_of_another_account(self):
        with pytest.raises(ForeignKey):
            verify_blob(multisign_transaction(REQUEST, ED, SECP.address).blob)

    def test_refuses_signers_out_of_order_and_twice(self):
        both = decode(multisign_transaction(decode(multisign_transaction(REQUEST, ED).blob), SECP).blob)

        for signers in (both["Signers"][::-1], [both["Signers"][0]] * 2):
            with pytest.raises(NotSigned) as refusal:
                verify_blob(encode({**both, "Signers": signers}))
            assert refusal.value.code == "signers_not_sorted"

    def test_refuses_the_account_among_its_signers(self):
        with pytest.raises(NotSigned) as refusal:
            verify_blob(multisign_transaction({**REQUEST, "Account": ED.address}, ED).blob)

        assert refusal.value.code == "account_among_signers"

    @pytest.mark.parametrize(
        ("signers", "code"),
        [
            ([], "signature_missing"),
            ([{"Signer": {}}], "account_missing"),
            ([{"Signer": {"Account": ED.address}}], "key_missing"),
            ([{"Signer": {"Account": ED.address, "SigningPubKey": ED.public_key.hex()}}], "signature_missing"),
            ([{"Signer": {"Account": ED.address, "SourceTag": 1}}], "not_canonical"),
            ([{"Memo": {"Account": ED.address}}], "not_canonical"),
            (
                [{"Signer": {"Account": ED.address, "SigningPubKey": "AB", "TxnSignature": "AB"}}] * 33,
                "too_many_signers",
            ),
        ],
    )
    def test_refuses_entries_that_lack_a_part(self, signers, code):
        with pytest.raises(SignatureRefused) as refusal:
            verify_blob(encode({**REQUEST, "Signers": signers}))

        assert refusal.value.code == code

    @pytest.mark.parametrize("signers", [[{"Memo": {}}], [{"Signer": {}}], "x", [{"Signer": {"Account": "r"}}]])
    def test_does_not_add_to_entries_that_are_none(self, signers):
        with pytest.raises((CodecError, ValueError)):
            multisign_transaction({**REQUEST, "Signers": signers}, ED)


class TestClaims:
    def test_refuses_a_claim_that_cannot_be(self):
        for channel, drops in ((b"short", 1), (bytes(32), -1), (bytes(32), 2**64)):
            with pytest.raises(SignatureRefused):
                sign_claim(channel, drops, ED)


class TestCombining:
    """Signatures that were made apart, put together."""

    TEMPLATE: ClassVar[dict[str, Any]] = {
        "TransactionType": "AccountSet",
        "Account": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe",
        "Fee": "60",
        "Sequence": 7,
    }

    def apart(self, *keys, **changed):
        return [decode(multisign_transaction({**self.TEMPLATE, **changed}, key).blob) for key in keys]

    def test_is_what_one_after_the_other_would_have_made(self):
        keys = [key_pair_from_seed(generate_seed()) for _ in range(4)]
        tx = dict(self.TEMPLATE)
        for key in keys:
            tx = decode(multisign_transaction(tx, key).blob)

        together = combine_signatures(self.apart(*keys), [key.address for key in keys])

        assert together.blob == encode(tx)
        assert set(verify_blob(together.blob).signers) == {key.address for key in keys}

    def test_leaves_out_who_does_not_count(self):
        ann, ben = (key_pair_from_seed(generate_seed()) for _ in range(2))

        together = combine_signatures(self.apart(ann, ben), [ben.address])

        assert verify_blob(together.blob).signers == (ben.address,)

    def test_of_different_things_is_refused(self):
        ann, ben = (key_pair_from_seed(generate_seed()) for _ in range(2))

        with pytest.raises(UnencodableField, match="signed alike"):
            combine_signatures([*self.apart(ann), *self.apart(ben, Fee="72")], [ann.address, ben.address])


def test_a_key_of_another_is_left_to_whoever_asks_the_ledger():
    ann, ben = (key_pair_from_seed(generate_seed()) for _ in range(2))
    blob = sign_transaction({"Account": ann.address}, ben).blob

    [signature] = verify_signatures(blob).signatures

    assert (signature.account, signature.key_address) == (ann.address, ben.address)
    with pytest.raises(ForeignKey):
        verify_blob(blob)
