"""The network of an app counts where its request names none."""

import pytest

from sealgate.payloads.draft import check_draft

PAYMENT = {"TransactionType": "Payment", "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "Amount": "1"}


class TestTheNetworkOfARequest:
    def test_is_the_apps_where_it_names_none(self):
        assert check_draft({"txjson": PAYMENT}, network="TESTNET").terms.force_network == "TESTNET"

    def test_is_the_requests_where_it_names_one(self):
        body = {"txjson": PAYMENT, "options": {"force_network": "DEVNET"}}

        assert check_draft(body, network="TESTNET").terms.force_network == "DEVNET"

    def test_is_the_wallets_choice_where_neither_does(self):
        assert check_draft({"txjson": PAYMENT}).terms.force_network is None

    @pytest.mark.parametrize("sign_in", [{"TransactionType": "SignIn"}])
    def test_is_nobodys_for_what_reaches_no_ledger(self, sign_in):
        assert check_draft({"txjson": sign_in}, network="TESTNET").terms.force_network is None

    def test_says_whose_definitions_count(self):
        hooks = {"TransactionType": "ClaimReward", "Flags": 1}

        assert check_draft({"txjson": hooks}, network="XAHAU").terms.force_network == "XAHAU"
