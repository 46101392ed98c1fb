"""A blob counts only as it was signed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.devtools.ledger.errors import InvalidTransaction
from sealgate.devtools.ledger.signed import MAX_BLOB_BYTES, read_signed
from sealgate.ledger.codec import encode
from sealgate.ledger.signatures import multisign_transaction, sign_transaction
from tests.unit.devtools.ledger.world import World, new_key

WORLD = World()
ALICE = WORLD.account()
PAYMENT = WORLD.filled(WORLD.genesis, "Payment", Destination=ALICE.address, Amount="1000000")


def test_reads_who_signed():
    signed = read_signed(sign_transaction(PAYMENT, ALICE).blob)

    assert signed.key_address == ALICE.address
    assert signed.tx["Account"] == WORLD.genesis.address
    assert signed.signers == ()


def test_reads_all_of_several_in_order():
    one, other = new_key(), new_key("secp256k1")
    first = read_signed(multisign_transaction(PAYMENT, one).blob).tx

    signed = read_signed(multisign_transaction(first, other).blob)

    assert signed.key_address is None
    assert {signer.account for signer in signed.signers} == {one.address, other.address}


@given(st.data())
def test_a_blob_that_was_changed_is_refused(data):
    blob = bytearray(sign_transaction(PAYMENT, WORLD.genesis).blob)
    at = data.draw(st.integers(0, len(blob) - 1))
    blob[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(InvalidTransaction):
        read_signed(bytes(blob))


@given(st.binary(max_size=200))
def test_random_bytes_are_refused(blob):
    with pytest.raises(InvalidTransaction):
        read_signed(blob)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"TxnSignature": None}, "there is none"),
        ({"SigningPubKey": "", "TxnSignature": None}, "Empty SigningPubKey"),
        ({"SigningPubKey": None}, "SigningPubKey.*missing"),
        ({"TransactionType": None}, "TransactionType.*missing"),
        ({"Destination": None}, "Destination.*missing"),
        ({"SetFlag": 8}, "SetFlag.*disallowed"),
        ({"Signers": []}, "both"),
    ],
)
def test_what_is_missing_or_too_much_is_named(changed, words):
    signed = read_signed(sign_transaction(PAYMENT, WORLD.genesis).blob)

    with pytest.raises(InvalidTransaction, match=words):
        read_signed(encode({**signed.tx, **changed}))


def test_a_signature_of_one_among_several_is_not_taken_for_another():
    signer = new_key()
    signed = read_signed(multisign_transaction(PAYMENT, signer).blob)
    entry = signed.tx["Signers"][0]["Signer"]

    with pytest.raises(InvalidTransaction, match="Invalid signature"):
        read_signed(encode({**signed.tx, "Signers": [{"Signer": {**entry, "Account": ALICE.address}}]}))


def test_signers_must_be_in_order_once_and_others_than_the_account():
    keys = sorted((new_key() for _ in range(2)), key=lambda key: bytes.fromhex(key.public_key.hex()))
    tx = read_signed(
        multisign_transaction(read_signed(multisign_transaction(PAYMENT, keys[0]).blob).tx, keys[1]).blob
    ).tx
    own = read_signed(multisign_transaction(PAYMENT, keys[0]).blob).tx

    with pytest.raises(InvalidTransaction, match="Unsorted"):
        read_signed(encode({**tx, "Signers": tx["Signers"][::-1]}))
    with pytest.raises(InvalidTransaction, match="Unsorted"):
        read_signed(encode({**tx, "Signers": tx["Signers"][:1] * 2}))
    with pytest.raises(InvalidTransaction, match="Invalid multisigner"):
        read_signed(multisign_transaction(PAYMENT, WORLD.genesis).blob)
    assert own["Signers"]


def test_a_blob_that_is_too_large_is_not_read():
    memo = {"Memo": {"MemoData": "00" * MAX_BLOB_BYTES}}

    with pytest.raises(InvalidTransaction, match="up to 8192 bytes"):
        read_signed(sign_transaction({**PAYMENT, "Memos": [memo]}, WORLD.genesis).blob)
