"""Proofs of ownership, made with real keys."""

from hashlib import sha256
from typing import Any

import pytest

from sealgate.holders.errors import ProofInvalid
from sealgate.holders.model import Device
from sealgate.holders.ownership import check_ownership
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import multisign_transaction, sign_transaction
from tests.conftest import NOON

DEVICE = Device(
    "5b485964-0b4b-4405-88a2-861071546bc8", "4762bda7-cf64-45c2-aefb-a4bb6fe6da82", bytes(32), "a phone", "ios", NOON
)
NONCE = "https://sign.example#abc"


def proof_object(key: KeyPair, **changes: Any) -> dict[str, Any]:
    """Return the object an honest wallet signs, changed; a value of None leaves the field out."""
    bound_to = f"{DEVICE.holder_uuid}.{DEVICE.uuid}.{key.address}"
    honest = {
        "Account": key.address,
        "InvoiceID": sha256(bound_to.encode()).hexdigest().upper(),
        "AccountTxnID": sha256(NONCE.encode()).hexdigest().upper(),
    }
    return {name: value for name, value in (honest | changes).items() if value is not None}


def signed(key: KeyPair, **changes: Any) -> str:
    """Return a signed proof as hex."""
    return sign_transaction(proof_object(key, **changes), key).blob.hex().upper()


@pytest.fixture(params=["ed25519", "secp256k1"])
def key(request: pytest.FixtureRequest) -> KeyPair:
    """A key of each kind."""
    return key_pair_from_seed(generate_seed(request.param))


class TestCheckOwnership:
    def test_takes_an_honest_proof_with_either_kind_of_key(self, key):
        proof = check_ownership(DEVICE, key.address, signed(key))

        assert proof.address == key.address
        assert proof.public_key == key.public_key.hex().upper()
        assert proof.nonce_hash == sha256(NONCE.encode()).digest()

    def test_refuses_the_proof_of_another_device(self, key):
        other = f"{DEVICE.holder_uuid}.00000000-0000-4000-8000-000000000000.{key.address}"

        with pytest.raises(ProofInvalid, match="another user or device"):
            check_ownership(DEVICE, key.address, signed(key, InvoiceID=sha256(other.encode()).hexdigest()))

    def test_refuses_the_proof_of_another_account(self, key):
        mine = key_pair_from_seed(generate_seed())

        with pytest.raises(ProofInvalid, match="another account"):
            check_ownership(DEVICE, key.address, signed(mine))

    def test_refuses_a_key_that_is_not_the_accounts_own(self, key):
        thief = key_pair_from_seed(generate_seed())
        blob = sign_transaction(proof_object(key), thief).blob.hex()

        with pytest.raises(ProofInvalid, match="not a good signature"):
            check_ownership(DEVICE, key.address, blob)

    @pytest.mark.parametrize(
        "changes",
        [
            {"AccountTxnID": None},
            {"InvoiceID": None},
            {"TransactionType": "AccountSet", "Fee": "12", "Sequence": 1},
            {"Memos": [{"Memo": {"MemoData": "00"}}]},
            {"Sequence": 7},
        ],
    )
    def test_refuses_an_object_that_could_mean_something_else(self, key, changes):
        with pytest.raises(ProofInvalid, match="nothing else"):
            check_ownership(DEVICE, key.address, signed(key, **changes))

    def test_refuses_several_signatures(self, key):
        other = key_pair_from_seed(generate_seed())
        blob = multisign_transaction(proof_object(key), other).blob.hex()

        with pytest.raises(ProofInvalid, match="nothing else"):
            check_ownership(DEVICE, key.address, blob)

    @pytest.mark.parametrize("blob", ["", "zz", "0", "00" * 513, "ää", "7321ED", "FF" * 80, "12" * 80])
    def test_refuses_what_is_no_proof_at_all(self, key, blob):
        with pytest.raises(ProofInvalid):
            check_ownership(DEVICE, key.address, blob)

    def test_refuses_a_proof_with_a_flipped_bit(self, key):
        blob = bytearray.fromhex(signed(key))
        blob[40] ^= 1

        with pytest.raises(ProofInvalid):
            check_ownership(DEVICE, key.address, blob.hex())
