"""Whose nodes are asked whether a key may sign, and what their answers mean."""

import pytest
from msgspec.structs import replace

from sealgate.payloads.errors import KeyNotAllowed, MasterKeyDisabled
from sealgate.payloads.model import Environment, UsedKey
from sealgate.payloads.signer_rights import (
    DISABLE_MASTER,
    Senseless,
    Standing,
    judge,
    networks_to_ask,
    read_standing,
)
from tests.payloads import ALICE, BOB, CLAIM, PAYMENT, SIGN_IN_REQUEST, a_payload, a_signature

EVERYWHERE = frozenset({"MAINNET", "TESTNET", "DEVNET"})
OWN = UsedKey(ALICE.address, ALICE.address)
REGULAR = UsedKey(ALICE.address, BOB.address)
ROOT = {"Account": ALICE.address, "Flags": 0}
LIST = {
    "SignerQuorum": 3,
    "SignerEntries": [{"SignerEntry": {"Account": BOB.address, "SignerWeight": 2}}],
}


class TestNetworksToAsk:
    @pytest.mark.parametrize(
        ("txjson", "forced", "stated", "home", "asked"),
        [
            (PAYMENT, None, "TESTNET", "MAINNET", ("TESTNET",)),
            (PAYMENT, None, None, "DEVNET", ("MAINNET",)),
            (PAYMENT, "DEVNET", "DEVNET", "MAINNET", ("DEVNET",)),
            (PAYMENT, None, "XAHAU", "MAINNET", ()),
            (PAYMENT, None, "nowhere", "MAINNET", ()),
            (SIGN_IN_REQUEST, None, "MAINNET", "MAINNET", ("MAINNET",)),
            (SIGN_IN_REQUEST, None, "TESTNET", "MAINNET", ("MAINNET", "TESTNET")),
            (SIGN_IN_REQUEST, None, "XAHAU", "MAINNET", ("MAINNET",)),
            (SIGN_IN_REQUEST, None, None, "TESTNET", ("TESTNET",)),
            (SIGN_IN_REQUEST, "DEVNET", "DEVNET", "MAINNET", ("DEVNET",)),
            (CLAIM, None, "MAINNET", "MAINNET", ()),
        ],
    )
    def test_are_the_requests_own(self, txjson, forced, stated, home, asked):
        payload = a_payload(txjson, options={"force_network": forced})
        report = replace(a_signature(payload), environment=Environment(nodetype=stated))

        assert networks_to_ask(payload, report, home=home, known=EVERYWHERE) == asked


class TestJudging:
    @pytest.mark.parametrize(
        ("standing", "used", "key"),
        [
            (Standing(False), OWN, "master"),
            (Standing(True), OWN, "master"),
            (Standing(True, regular_key=BOB.address), OWN, "master"),
            (Standing(True, regular_key=BOB.address), REGULAR, "regular"),
            (Standing(True, True, BOB.address), REGULAR, "regular"),
        ],
    )
    def test_tells_which_key_signed(self, standing, used, key):
        assert judge(standing, used, "MAINNET") == key

    @pytest.mark.parametrize(
        ("standing", "used", "refusal"),
        [
            (Standing(False), REGULAR, KeyNotAllowed),
            (Standing(True), REGULAR, KeyNotAllowed),
            (Standing(True, regular_key=ALICE.address), REGULAR, KeyNotAllowed),
            (Standing(True, True), OWN, MasterKeyDisabled),
            (Standing(True, True), REGULAR, KeyNotAllowed),
        ],
    )
    def test_refuses_what_the_ledger_would_not_take(self, standing, used, refusal):
        with pytest.raises(refusal, match="on MAINNET"):
            judge(standing, used, "MAINNET")


class TestReading:
    @pytest.mark.parametrize(
        ("answer", "standing"),
        [
            ({"account_data": ROOT}, Standing(True)),
            ({"account_data": {**ROOT, "Flags": DISABLE_MASTER | 1}}, Standing(True, True)),
            ({"account_data": {**ROOT, "RegularKey": BOB.address}}, Standing(True, False, BOB.address)),
            ({"account_data": {**ROOT, "signer_lists": []}}, Standing(True)),
            (
                {"account_data": {**ROOT, "signer_lists": [LIST]}},
                Standing(True, quorum=3, weights=((BOB.address, 2),)),
            ),
            (
                {"account_data": ROOT, "signer_lists": [LIST]},
                Standing(True, quorum=3, weights=((BOB.address, 2),)),
            ),
        ],
    )
    def test_understands_nodes_of_both_versions(self, answer, standing):
        assert read_standing(ALICE.address, {"validated": True, **answer}) == standing

    def test_waits_for_a_validated_ledger(self):
        assert read_standing(ALICE.address, {"account_data": ROOT}) is None

    @pytest.mark.parametrize(
        "data",
        [
            None,
            [],
            {},
            {**ROOT, "Account": BOB.address},
            {**ROOT, "Flags": "0"},
            {**ROOT, "RegularKey": 5},
            {**ROOT, "signer_lists": 7},
            {**ROOT, "signer_lists": [7]},
            {**ROOT, "signer_lists": [{}]},
            {**ROOT, "signer_lists": [{**LIST, "SignerQuorum": 0}]},
            {**ROOT, "signer_lists": [{**LIST, "SignerQuorum": True}]},
            {**ROOT, "signer_lists": [{**LIST, "SignerEntries": [{"SignerEntry": {"Account": BOB.address}}]}]},
            {**ROOT, "signer_lists": [{**LIST, "SignerEntries": 5}]},
            {
                **ROOT,
                "signer_lists": [
                    {**LIST, "SignerEntries": [{"SignerEntry": {"Account": BOB.address, "SignerWeight": "2"}}]}
                ],
            },
        ],
    )
    def test_of_nonsense_makes_nothing(self, data):
        with pytest.raises(Senseless):
            read_standing(ALICE.address, {"validated": True, "account_data": data})
