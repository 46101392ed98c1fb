"""The codec against xrpl-py, byte for byte, for every transaction type that xrpl-py knows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xrpl.core import binarycodec as oracle

from sealgate.ledger.codec import decode, encode, encode_for_multisigning, encode_for_signing
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.scalars import DECIMAL_FIELDS
from tests.unit.ledger.strategies import addresses, examples, transactions, x_addresses

XRPL = load_definitions("xrpl")
TYPES = sorted(XRPL.transaction_types)
# Making a transaction costs far more than coding it.
PATIENT = settings(
    max_examples=examples(4),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example],
)


def as_we_decode(value: Any, name: str = "") -> Any:
    """What xrpl-py decodes, with the one thing put right that its own `encode` would not take back.

    It writes all 64-bit numbers in hex, and reads some fields as decimal.
    """
    if isinstance(value, dict):
        return {key: as_we_decode(member, key) for key, member in value.items()}
    if isinstance(value, list):
        return [as_we_decode(member) for member in value]
    return str(int(value, 16)) if name in DECIMAL_FIELDS else value


class TestAgainstXrplPy:
    @pytest.mark.parametrize("type_name", TYPES)
    def test_encodes_and_decodes_every_type_alike(self, type_name):
        @PATIENT
        @given(transactions(XRPL, type_name))
        def check(transaction):
            blob = encode(transaction)

            assert blob.hex().upper() == oracle.encode(transaction)
            assert decode(blob) == as_we_decode(oracle.decode(blob.hex()))
            assert encode(decode(blob)) == blob

        check()

    @PATIENT
    @given(st.sampled_from(TYPES).flatmap(lambda name: transactions(XRPL, name)), addresses)
    def test_prepares_signatures_alike(self, transaction, signer):
        single, multi = encode_for_signing(transaction), encode_for_multisigning(transaction, signer)

        assert single.hex().upper() == oracle.encode_for_signing(transaction)
        assert multi.hex().upper() == oracle.encode_for_multisigning(transaction, signer)

    @PATIENT
    @given(x_addresses(), x_addresses(is_test=True), st.booleans())
    def test_takes_x_addresses_apart_alike(self, account, destination, in_signer):
        transaction: dict[str, Any] = {"TransactionType": "Payment", "Account": account, "Destination": destination}
        if in_signer:
            transaction["Signers"] = [{"Signer": {"Account": account, "SigningPubKey": "", "TxnSignature": ""}}]

        assert encode(transaction).hex().upper() == oracle.encode(transaction)

    def test_covers_every_type_xrpl_py_knows(self):
        from xrpl.core.binarycodec.definitions import definitions

        known = {name for name, code in definitions._DEFINITIONS["TRANSACTION_TYPES"].items() if code >= 0}

        assert known == set(TYPES)
