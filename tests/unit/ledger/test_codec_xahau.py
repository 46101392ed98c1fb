"""Xahau's transactions: against vectors that xahau-py made, and there and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from sealgate.ledger.codec import decode, encode
from sealgate.ledger.definitions import load_definitions
from tests.unit.ledger.strategies import examples, transactions

XAHAU = load_definitions("xahau")
VECTORS = json.loads(Path("tests/vectors/xahau_codec.json").read_text())["vectors"]


class TestXahau:
    @pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
    def test_encodes_and_decodes_as_xahau_py_does(self, vector):
        blob = encode(vector["tx_json"], definitions=XAHAU)

        assert blob.hex().upper() == vector["blob"]
        assert decode(blob, definitions=XAHAU) == vector["decoded"]

    @pytest.mark.parametrize("type_name", sorted(XAHAU.transaction_types))
    def test_every_type_survives_the_way_there_and_back(self, type_name):
        @settings(max_examples=examples(4), deadline=None, suppress_health_check=list(HealthCheck))
        @given(transactions(XAHAU, type_name))
        def check(transaction):
            blob = encode(transaction, definitions=XAHAU)

            decoded = decode(blob, definitions=XAHAU)
            assert encode(decoded, definitions=XAHAU) == blob
            assert decoded.keys() == transaction.keys()

        check()

    def test_reads_what_xrpl_does_not_know(self):
        remit = {
            "TransactionType": "Remit",
            "Account": "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8",
            "URITokenIDs": ["AB" * 32],
        }

        assert decode(encode(remit, definitions=XAHAU), definitions=XAHAU) == remit
