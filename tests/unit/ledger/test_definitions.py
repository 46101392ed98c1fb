"""The packaged definitions, and an operator's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scripts import fetch_definitions
from sealgate.ledger import definitions as module
from sealgate.ledger.codec import decode, encode
from sealgate.ledger.definitions import Definitions, load_definitions
from sealgate.ledger.errors import InvalidDefinitions
from sealgate.ledger.networks import NETWORKS, find_network
from sealgate.ledger.walker import NON_SIGNING, TRANSACTION_TYPE


def document(network: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((Path(module.__file__).with_name("data") / f"{network}.json").read_text())
    return loaded


class TestPackaged:
    @pytest.mark.parametrize("network", ["xrpl", "xahau"])
    def test_list_the_fields_by_name_and_code(self, network):
        definitions = load_definitions(network)

        field = definitions.fields["TransactionType"]
        assert (field.type, field.header, field.ordinal) == ("UInt16", b"\x12", TRANSACTION_TYPE)
        assert definitions.fields_by_ordinal[field.ordinal] is field
        assert definitions.transaction_types["Payment"] == 0
        assert definitions.transaction_names[0] == "Payment"
        assert definitions.results["tesSUCCESS"] == 0
        assert len(definitions.fields_by_ordinal) == len(definitions.fields)

    @pytest.mark.parametrize("network", ["xrpl", "xahau"])
    def test_agree_with_the_walker_on_what_is_not_signed(self, network):
        unsigned = {field.ordinal for field in load_definitions(network).fields.values() if not field.is_signing}

        assert unsigned <= NON_SIGNING

    def test_xrpl_s_are_all_the_walker_leaves_out(self):
        assert {f.ordinal for f in load_definitions().fields.values() if not f.is_signing} == NON_SIGNING

    def test_are_read_once(self):
        assert load_definitions("xahau") is load_definitions("xahau")

    def test_of_no_other_network(self):
        with pytest.raises(InvalidDefinitions, match="xrpl, xahau"):
            load_definitions("../../etc/passwd")

    @pytest.mark.parametrize(
        ("name", "code"), [("SetHook", 22), ("Remit", 95), ("CronSet", 93), ("SetRemarks", 94), ("Clawback", 30)]
    )
    def test_know_xahau_s_own_types(self, name, code):
        assert load_definitions("xahau").transaction_types[name] == code

    def test_list_the_fields_of_each_type(self):
        formats = load_definitions().formats

        assert {"Destination", "Amount", "Fee", "Memos"} <= formats["Payment"]
        assert "SetFlag" not in formats["Payment"]


class TestAnOperatorsOwn:
    def test_bring_a_new_type_and_field(self):
        newer = document("xrpl")
        newer["TRANSACTION_TYPES"]["FluxCapacitor"] = 250
        newer["FIELDS"].append(
            [
                "Gigawatts",
                {"isSerialized": True, "isSigningField": True, "isVLEncoded": False, "nth": 200, "type": "UInt32"},
            ]
        )
        definitions = Definitions.from_json({"result": newer})
        transaction = {"TransactionType": "FluxCapacitor", "Gigawatts": 121}

        blob = encode(transaction, definitions=definitions)

        assert blob.hex().upper() == "1200FA20C800000079"
        assert decode(blob, definitions=definitions) == transaction

    @pytest.mark.parametrize(
        "broken",
        [
            {},
            [],
            None,
            {"FIELDS": []},
            {"FIELDS": [], "TYPES": {}, "TRANSACTION_TYPES": {}},
            {"FIELDS": 5, "TYPES": {}, "TRANSACTION_TYPES": {}},
            {"FIELDS": [["A", {}]], "TYPES": {}, "TRANSACTION_TYPES": {}},
        ],
        ids=str,
    )
    def test_are_refused_in_another_form(self, broken):
        with pytest.raises(InvalidDefinitions):
            Definitions.from_json(broken)


class TestFetching:
    def test_packs_a_saved_answer_of_a_node(self, tmp_path, capsys, monkeypatch):
        saved = tmp_path / "answer.json"
        saved.write_text(
            json.dumps({"result": {**document("xahau"), "hash": "AB", "LEDGER_ENTRY_FLAGS": {}}}, indent=2)
        )
        monkeypatch.setattr("sys.argv", ["fetch_definitions.py", str(saved)])

        assert fetch_definitions.main() == 0
        assert json.loads(capsys.readouterr().out) == document("xahau")

    def test_says_what_is_wrong_with_one(self, tmp_path, capsys, monkeypatch):
        saved = tmp_path / "answer.json"
        saved.write_text('{"result": {"error": "unknownCmd"}}')
        monkeypatch.setattr("sys.argv", ["fetch_definitions.py", str(saved)])

        assert fetch_definitions.main() == 1
        assert "not a server_definitions document" in capsys.readouterr().err


class TestNetworks:
    @pytest.mark.parametrize(
        ("key", "network_id", "asset", "needs_id"),
        [
            ("MAINNET", 0, "XRP", False),
            ("TESTNET", 1, "XRP", False),
            ("DEVNET", 2, "XRP", False),
            ("XAHAU", 21337, "XAH", True),
            ("XAHAUTESTNET", 21338, "XAH", True),
        ],
    )
    def test_are_known_by_key(self, key, network_id, asset, needs_id):
        network = NETWORKS[key]

        assert (network.network_id, network.native_asset, network.needs_network_id) == (network_id, asset, needs_id)
        assert load_definitions(network.definitions).transaction_types
        assert find_network(f" {key.lower()} ") is network

    def test_others_are_not(self):
        assert find_network("MARSNET") is None
