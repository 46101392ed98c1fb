"""What counts as an answer to a request: wallet-api 3.5, 6.5. Every signature here is real."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.base.ids import new_uuid
from sealgate.ledger.codec import decode
from sealgate.ledger.signatures import multisign_transaction, sign_transaction
from sealgate.payloads.acceptance import check_signature
from sealgate.payloads.errors import (
    BlobMissing,
    ChallengeMissing,
    MultisignerInvalid,
    NetworkRefused,
    PublicKeyMismatch,
    SignatureInvalid,
    SignatureRefusal,
    SignedBlobUndecodable,
    SignerKeyForeign,
    SignerNotAllowed,
    TransactionDiffers,
    TxidMismatch,
    TxidMissing,
    TypeInSignIn,
)
from sealgate.payloads.model import Environment, Payload, SignReport
from tests.payloads import (
    ALICE,
    BOB,
    CLAIM,
    PAYMENT,
    SHOP,
    SIGN_IN_REQUEST,
    a_payload,
    a_signature,
    what_to_sign,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/signin.json").read_text())
BOTH_KEYS = pytest.mark.parametrize("key", [ALICE, BOB], ids=["ed25519", "secp256k1"])
changed = msgspec.structs.replace


def refusal_of(payload: Payload, report: SignReport, kind: type[SignatureRefusal]) -> SignatureRefusal:
    with pytest.raises(SignatureRefusal) as refusal:
        check_signature(payload, report)
    assert type(refusal.value) is kind, refusal.value
    assert refusal.value.hint
    return refusal.value


def without_type(template: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in template.items() if name not in {"TransactionType", "SignIn"}}


class TestSignIn:
    @BOTH_KEYS
    def test_is_accepted_with_its_challenge(self, key):
        payload = a_payload()
        report = a_signature(payload, key)

        checked = check_signature(payload, report)

        assert (checked.account, checked.signer, checked.multisign_account) == (key.address, key.address, "")
        assert checked.signer_pubkey == key.public_key.hex().upper()
        assert (checked.hex, checked.txid) == (report.signed_blob, report.tx_id)

    def test_keeps_the_developers_memos_and_other_common_fields(self):
        memo = {"Memo": {"MemoData": "AB"}}
        payload = a_payload({**SIGN_IN_REQUEST, "Memos": [memo], "SourceTag": 5, "Destination": SHOP})

        assert check_signature(payload, a_signature(payload)).account == ALICE.address
        refusal_of(payload, a_signature(payload, SourceTag=6), TransactionDiffers)

    def test_may_be_answered_by_another_account_than_the_template_hints_at(self):
        payload = a_payload({**SIGN_IN_REQUEST, "Account": BOB.address})

        assert check_signature(payload, a_signature(payload, ALICE)).account == ALICE.address

    def test_without_the_challenge_is_refused(self):
        payload = a_payload()

        refusal_of(payload, a_signature(payload, Memos=None), ChallengeMissing)

    def test_signed_for_another_payload_is_refused(self):
        refusal_of(a_payload(), a_signature(a_payload()), ChallengeMissing)

    def test_signed_for_another_app_is_refused(self):
        payload = a_payload()

        refusal_of(changed(payload, app_uuid=new_uuid()), a_signature(payload), ChallengeMissing)

    def test_with_an_added_field_is_refused(self):
        payload = a_payload()

        assert "Fee was added" in refusal_of(payload, a_signature(payload, Fee="12"), TransactionDiffers).message

    def test_that_could_be_submitted_is_refused(self):
        payload = a_payload()

        refusal_of(
            payload,
            a_signature(payload, TransactionType="Payment", Destination=SHOP, Amount="1", Fee="12", Sequence=1),
            TypeInSignIn,
        )

    @pytest.mark.parametrize("vector", VECTORS["negative"], ids=lambda vector: vector["name"])
    def test_of_every_negative_vector_is_refused(self, vector):
        report = SignReport(signed_blob=vector["signed_blob_hex"], tx_id="0" * 64)

        with pytest.raises(SignatureRefusal):
            check_signature(a_payload(), report)

    @pytest.mark.parametrize(
        ("name", "kind"),
        [
            ("secp256k1-high-S", SignatureInvalid),
            ("ed25519-S-plus-L", SignatureInvalid),
            ("non-canonical-field-order", SignedBlobUndecodable),
            ("duplicate-account-field", SignedBlobUndecodable),
            ("account-is-not-the-signer", SignerKeyForeign),
            ("tampered-memo", SignatureInvalid),
        ],
    )
    def test_refusals_of_bad_signatures_say_which_rule_was_broken(self, name, kind):
        vector = next(vector for vector in VECTORS["negative"] if vector["name"] == name)

        refusal_of(a_payload(), SignReport(signed_blob=vector["signed_blob_hex"], tx_id="0" * 64), kind)

    def test_replayed_from_the_vectors_is_refused_though_the_signature_is_good(self):
        for vector in VECTORS["vectors"]:
            if vector["kind"] == "SignIn":
                report = SignReport(signed_blob=vector["signed_blob_hex"], tx_id=vector["tx_hash"])
                refusal_of(a_payload(), report, ChallengeMissing)


class TestPayment:
    @BOTH_KEYS
    def test_is_accepted_as_it_was_asked_for(self, key):
        payload = a_payload(PAYMENT)

        assert check_signature(payload, a_signature(payload, key)).account == key.address

    def test_is_accepted_with_what_wallets_fill_in(self):
        payload = a_payload(PAYMENT)

        check_signature(payload, a_signature(payload, LastLedgerSequence=90_000_000, Fee="15", Sequence=77))

    @pytest.mark.parametrize(
        ("fields", "deed"),
        [
            ({"Amount": "2500001"}, "Amount was changed"),
            ({"Destination": BOB.address}, "Destination was changed"),
            ({"DestinationTag": None}, "DestinationTag is missing"),
            ({"SendMax": "3000000"}, "SendMax was added"),
            ({"Memos": [{"Memo": {"MemoData": "AB"}}]}, "Memos was added"),
            ({"Flags": 131072}, "Flags was added"),
            ({"TransactionType": "AccountDelete", "Amount": None}, "TransactionType was changed"),
        ],
    )
    def test_that_differs_is_refused_and_told_where(self, fields, deed):
        payload = a_payload(PAYMENT)

        assert deed in refusal_of(payload, a_signature(payload, **fields), TransactionDiffers).message

    def test_may_take_a_path_only_where_that_was_asked_for(self):
        plain, with_path = a_payload(PAYMENT), a_payload(PAYMENT, options={"pathfinding": True})
        found: Any = {"SendMax": {"currency": "USD", "value": "5", "issuer": BOB.address}}

        check_signature(with_path, a_signature(with_path, **found))
        refusal_of(plain, a_signature(plain, **found), TransactionDiffers)

    def test_of_a_type_nobody_knows_cannot_be_told_from_another(self):
        payload = a_payload({"TransactionType": "BrandNew", "Destination": SHOP})
        as_payment = what_to_sign(payload, ALICE, TransactionType="Payment", Amount="1")
        signed = sign_transaction(as_payment, ALICE)

        report = SignReport(signed_blob=signed.blob.hex(), tx_id=signed.txid)
        refusal_of(payload, report, TransactionDiffers)


class TestTheReport:
    @pytest.mark.parametrize("blob", ["", "xyz", "7", "73 21", "７３", "AB" * 65537])
    def test_needs_a_blob_in_hex(self, blob):
        payload = a_payload()

        refusal_of(payload, changed(a_signature(payload), signed_blob=blob), BlobMissing)

    @pytest.mark.parametrize("blob", ["AB", "E1", "00" * 20, "7321"])
    def test_needs_a_blob_that_is_one(self, blob):
        payload = a_payload()

        refusal_of(payload, changed(a_signature(payload), signed_blob=blob), SignedBlobUndecodable)

    def test_may_be_in_lower_case(self):
        payload = a_payload()
        report = a_signature(payload)
        lowered = changed(
            report,
            signed_blob=report.signed_blob.lower(),
            tx_id=str(report.tx_id).lower(),
            signpubkey=str(report.signpubkey).lower(),
        )

        assert check_signature(payload, lowered) == check_signature(payload, report)

    @pytest.mark.parametrize("txid", [None, "", "xyz", "0" * 63, "0" * 65, "0" * 63 + "\n"])
    def test_needs_a_transaction_hash(self, txid):
        payload = a_payload()

        refusal_of(payload, changed(a_signature(payload), tx_id=txid), TxidMissing)

    def test_needs_the_hash_of_this_blob(self):
        payload = a_payload()

        refusal_of(payload, changed(a_signature(payload), tx_id="0" * 64), TxidMismatch)

    def test_needs_the_key_of_this_blob_if_it_names_one(self):
        payload = a_payload()
        report = a_signature(payload)

        check_signature(payload, changed(report, signpubkey=None))
        refusal_of(payload, changed(report, signpubkey=BOB.public_key.hex()), PublicKeyMismatch)

    @given(st.binary(max_size=300))
    def test_of_garbage_is_refused_and_nothing_else(self, garbage):
        with pytest.raises(SignatureRefusal):
            check_signature(a_payload(), SignReport(signed_blob=garbage.hex(), tx_id="0" * 64))

    @given(st.data())
    def test_with_one_flipped_bit_is_refused(self, data):
        payload = a_payload(PAYMENT)
        report = a_signature(payload, data.draw(st.sampled_from([ALICE, BOB])))
        blob = bytearray.fromhex(report.signed_blob)
        blob[data.draw(st.integers(0, len(blob) - 1))] ^= 1 << data.draw(st.integers(0, 7))

        with pytest.raises(SignatureRefusal):
            check_signature(payload, changed(report, signed_blob=blob.hex()))


class TestWhoMaySign:
    def test_is_anyone_unless_signers_are_named(self):
        anyone, bob_only = a_payload(), a_payload(options={"signers": [BOB.address]})

        check_signature(anyone, a_signature(anyone, ALICE))
        check_signature(bob_only, a_signature(bob_only, BOB))
        refusal_of(bob_only, a_signature(bob_only, ALICE), SignerNotAllowed)

    def test_is_never_taken_from_the_account_field(self):
        payload = a_payload(options={"signers": [BOB.address]})

        refusal_of(payload, a_signature(payload, ALICE, Account=BOB.address), SignerKeyForeign)


class TestNetwork:
    @pytest.mark.parametrize("nodetype", ["TESTNET", "", None, "MAINNETX"])
    def test_other_than_the_demanded_one_is_refused(self, nodetype):
        payload = a_payload(options={"force_network": "MAINNET"})

        refusal_of(payload, changed(a_signature(payload), environment=Environment(nodetype=nodetype)), NetworkRefused)

    def test_of_the_request_is_accepted(self):
        payload = a_payload(PAYMENT, options={"force_network": "mainnet"})

        check_signature(payload, a_signature(payload))

    def test_with_an_id_must_have_it_in_the_transaction(self):
        payload = a_payload(PAYMENT, options={"force_network": "XAHAU"})
        on_xahau = Environment(nodetype="XAHAU")

        check_signature(payload, changed(a_signature(payload, NetworkID=21337), environment=on_xahau))
        refusal_of(payload, changed(a_signature(payload), environment=on_xahau), NetworkRefused)
        refusal_of(payload, changed(a_signature(payload, NetworkID=21338), environment=on_xahau), NetworkRefused)

    def test_without_an_id_takes_no_foreign_one(self):
        payload = a_payload(PAYMENT, options={"force_network": "MAINNET"})

        refusal_of(payload, a_signature(payload, NetworkID=21337), NetworkRefused)

    def test_does_not_matter_where_none_is_demanded(self):
        payload = a_payload()

        check_signature(payload, changed(a_signature(payload), environment=Environment(nodetype="ANY")))

    def test_a_wallet_cannot_claim_one_that_knows_fewer_fields(self):
        template = {**PAYMENT, "CredentialIDs": ["AB" * 32]}
        payload = a_payload(template)

        report = changed(a_signature(payload, CredentialIDs=None), environment=Environment(nodetype="XAHAU"))
        refusal_of(payload, report, TransactionDiffers)


class TestMultisign:
    TEMPLATE = {**PAYMENT, "Account": SHOP, "Fee": "24", "Sequence": 7}  # noqa: RUF012 - never changed

    @pytest.fixture
    def payload(self):
        return a_payload(self.TEMPLATE, options={"multisign": True})

    @BOTH_KEYS
    def test_names_the_account_and_who_signed_for_it(self, payload, key):
        checked = check_signature(payload, a_signature(payload, key))

        assert (checked.account, checked.signer, checked.multisign_account) == (SHOP, key.address, key.address)
        assert checked.signer_pubkey == key.public_key.hex().upper()

    def test_takes_signatures_that_are_there_already(self):
        first = multisign_transaction({**self.TEMPLATE}, ALICE)
        entries = decode(first.blob)["Signers"]
        payload = a_payload({**self.TEMPLATE, "Signers": entries}, options={"multisign": True})

        checked = check_signature(payload, a_signature(payload, BOB))

        assert (checked.signer, checked.signer_pubkey) == (BOB.address, BOB.public_key.hex().upper())

    @pytest.mark.parametrize("multisigned", ["", SHOP, BOB.address, "x"])
    def test_needs_the_signer_named(self, payload, multisigned):
        refusal_of(payload, changed(a_signature(payload, ALICE), multisigned=multisigned), MultisignerInvalid)

    def test_allows_only_listed_signers(self):
        payload = a_payload(self.TEMPLATE, options={"multisign": True, "signers": [BOB.address]})

        check_signature(payload, a_signature(payload, BOB))
        refusal_of(payload, a_signature(payload, ALICE), SignerNotAllowed)

    def test_fills_nothing_in(self, payload):
        refusal_of(payload, a_signature(payload, LastLedgerSequence=90_000_000), TransactionDiffers)

    def test_is_not_answered_by_a_single_signature_nor_the_reverse(self, payload):
        single = a_payload(PAYMENT)
        signed = multisign_transaction(what_to_sign(single, BOB, Account=SHOP), BOB)
        as_multi = SignReport(signed_blob=signed.blob.hex(), tx_id=signed.txid, multisigned=BOB.address)

        refusal_of(payload, a_signature(a_payload(PAYMENT)), MultisignerInvalid)
        refusal_of(single, as_multi, MultisignerInvalid)
        refusal_of(single, changed(a_signature(single), multisigned=ALICE.address), MultisignerInvalid)


class TestClaim:
    @BOTH_KEYS
    def test_is_a_signature_without_transaction(self, key):
        payload = a_payload(CLAIM)
        report = a_signature(payload, key)

        checked = check_signature(payload, report)

        assert (checked.hex, checked.txid, checked.account) == (report.signed_blob, None, key.address)

    def test_of_the_vectors_is_accepted(self):
        vectors = [vector for vector in VECTORS["vectors"] if vector["kind"] == "PaymentChannelAuthorize"]
        assert len(vectors) == 2
        for vector in vectors:
            key = VECTORS["keys"][vector["key"]]
            payload = a_payload({"TransactionType": "PaymentChannelAuthorize", **vector["payload_request_json"]})

            report = SignReport(signed_blob=vector["signed_blob_sent_by_wallet"], signpubkey=key["public_key"])

            assert check_signature(payload, report).account == key["account"]

    def test_of_another_amount_is_refused(self):
        payload, other = a_payload(CLAIM), a_payload({**CLAIM, "Amount": "1000001"})

        refusal_of(payload, a_signature(other), SignatureInvalid)

    @pytest.mark.parametrize("key", [None, "", "xyz", "02" * 32])
    def test_needs_a_key(self, key):
        payload = a_payload(CLAIM)

        refusal_of(payload, changed(a_signature(payload), signpubkey=key), PublicKeyMismatch)

    def test_by_another_key_than_reported_is_refused(self):
        payload = a_payload(CLAIM)

        refusal_of(payload, changed(a_signature(payload, ALICE), signpubkey=BOB.public_key.hex()), SignatureInvalid)

    def test_honours_the_signers(self):
        payload = a_payload(CLAIM, options={"signers": [BOB.address]})

        check_signature(payload, a_signature(payload, BOB))
        refusal_of(payload, a_signature(payload, ALICE), SignerNotAllowed)

    def test_is_never_multisigned(self):
        payload = a_payload(CLAIM)

        refusal_of(payload, changed(a_signature(payload), multisigned=ALICE.address), MultisignerInvalid)
