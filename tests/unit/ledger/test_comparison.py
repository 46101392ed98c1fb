"""What a wallet may add to a request, and what it may not change."""

from __future__ import annotations

from typing import Any

import pytest

from sealgate.ledger.addresses import encode_x_address
from sealgate.ledger.codec import decode, encode
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import LedgerError
from sealgate.ledger.transactions import differences, refused

ALICE = "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8"
BOB = "rh3ywpYW9Yi6kXnq2iJFoPqxkmwrgbwPRa"
USD = {"currency": "USD", "issuer": BOB, "value": "1"}
MEMOS = [{"Memo": {"MemoType": "ABCD", "MemoData": "0102"}}]
KEY = "ED" + "11" * 32

PAYMENT = {"TransactionType": "Payment", "Destination": BOB, "Amount": "100"}
FILLED = {
    "Account": ALICE,
    "Fee": "12",
    "Sequence": 5,
    "LastLedgerSequence": 90_000_000,
    "SigningPubKey": KEY,
    "TxnSignature": "AB",
}
SIGN_IN = {"SignIn": True, "Memos": MEMOS}


def kinds(request: dict[str, Any], signed: dict[str, Any], **options: Any) -> dict[str, str]:
    """The differences by field, after the signed object went through the binary form."""
    definitions = options.get("definitions")
    there_and_back = decode(encode(signed, definitions=definitions), definitions=definitions)
    return {found.field: found.kind for found in differences(request, there_and_back, **options)}


def is_accepted(request: dict[str, Any], signed: dict[str, Any], **options: Any) -> bool:
    return not refused(differences(request, signed, **options))


class TestAutofill:
    def test_what_the_template_leaves_out_may_be_filled_in(self):
        found = kinds(PAYMENT, {**PAYMENT, **FILLED, "NetworkID": 21337})

        assert set(found.values()) == {"added_by_wallet"}
        assert found.keys() == {"Account", "Fee", "Sequence", "LastLedgerSequence", "NetworkID"}

    def test_nothing_added_is_no_difference(self):
        request = {**PAYMENT, "Account": ALICE, "Fee": "12", "Sequence": 5}

        assert kinds(request, {**request, "SigningPubKey": KEY, "TxnSignature": "AB"}) == {}

    @pytest.mark.parametrize(
        "extra",
        [
            {"Flags": 0},
            {"Flags": 131072},
            {"TicketSequence": 1},
            {"DestinationTag": 1},
            {"SourceTag": 1},
            {"Memos": MEMOS},
            {"SendMax": "1"},
            {"Paths": [[{"account": ALICE}]]},
            {"DeliverMin": "1"},
            {"Signers": []},
            {"AccountTxnID": "AB" * 32},
            {"InvoiceID": "AB" * 32},
            {"PublicKey": KEY},
        ],
        ids=lambda extra: next(iter(extra)) + str(next(iter(extra.values())))[:6],
    )
    def test_anything_else_may_not_be_added(self, extra):
        (name,) = extra

        assert kinds(PAYMENT, {**PAYMENT, **FILLED, **extra})[name] == "not_allowed_addition"

    @pytest.mark.parametrize(
        ("name", "other"),
        [
            ("Destination", ALICE),
            ("Amount", "101"),
            ("Amount", USD),
            ("Fee", "13"),
            ("Sequence", 6),
            ("TransactionType", "AccountSet"),
            ("DestinationTag", 8),
            ("Memos", []),
            ("LastLedgerSequence", 80_000_020),
        ],
        ids=str,
    )
    def test_nothing_that_was_asked_for_may_change_or_go(self, name, other):
        request = {
            **PAYMENT,
            "Fee": "12",
            "Sequence": 5,
            "DestinationTag": 7,
            "Memos": MEMOS,
            "LastLedgerSequence": 80_000_000,
        }
        signed = {**request, "Account": ALICE}

        assert kinds(request, signed) == {"Account": "added_by_wallet"}
        assert kinds(request, {**signed, name: other})[name] == "changed"
        assert kinds(request, {key: value for key, value in signed.items() if key != name})[name] == "missing"

    @pytest.mark.parametrize("type_name", ["Payment", "CheckCash"])
    def test_a_missing_amount_is_the_user_s_to_enter(self, type_name):
        request = {"TransactionType": type_name}

        assert kinds(request, {**request, "Amount": USD}) == {"Amount": "added_by_wallet"}

    def test_but_not_beside_the_least_amount_of_a_check(self):
        request = {"TransactionType": "CheckCash", "DeliverMin": "1"}

        assert kinds(request, {**request, "Amount": "1"}) == {"Amount": "not_allowed_addition"}

    def test_and_not_for_other_types(self):
        request = {"TransactionType": "EscrowCreate"}

        assert kinds(request, {**request, "Amount": "1"}) == {"Amount": "not_allowed_addition"}

    def test_a_channel_gets_the_key_that_signs_and_no_other(self):
        request = {"TransactionType": "PaymentChannelCreate"}

        assert kinds(request, {**request, "SigningPubKey": KEY, "PublicKey": KEY}) == {"PublicKey": "added_by_wallet"}
        assert kinds(request, {**request, "SigningPubKey": KEY, "PublicKey": "ED" + "22" * 32}) == {
            "PublicKey": "not_allowed_addition"
        }


class TestHints:
    def test_another_account_may_sign(self):
        assert kinds({**PAYMENT, "Account": BOB}, {**PAYMENT, **FILLED})["Account"] == "replaced_by_wallet"

    def test_but_not_an_import(self):
        xahau = load_definitions("xahau")
        request = {"TransactionType": "Import", "Account": BOB, "Blob": "AB"}

        assert kinds(request, {**request, "Account": ALICE}, definitions=xahau) == {"Account": "changed"}

    def test_and_not_when_several_sign(self):
        request = {**PAYMENT, "Account": BOB, "Fee": "12", "Sequence": 1}

        assert kinds(request, {**request, "Account": ALICE}, multisign=True) == {"Account": "changed"}

    @pytest.mark.parametrize("relative", [20, "20", 32_569], ids=repr)
    def test_a_relative_last_ledger_becomes_an_absolute_one(self, relative):
        request = {**PAYMENT, "LastLedgerSequence": relative}

        assert kinds(request, {**PAYMENT, **FILLED})["LastLedgerSequence"] == "replaced_by_wallet"

    @pytest.mark.parametrize(("asked", "signed"), [(32_570, 90_000_000), (20, 19)])
    def test_an_absolute_one_stays_and_none_goes_back(self, asked, signed):
        request = {**PAYMENT, "LastLedgerSequence": asked}

        assert kinds(request, {**request, "LastLedgerSequence": signed}) == {"LastLedgerSequence": "changed"}


class TestOneValueInTwoForms:
    @pytest.mark.parametrize(
        ("asked", "signed"),
        [
            ({"Fee": 12}, {"Fee": "12"}),
            ({"Flags": "7"}, {"Flags": 7}),
            ({"InvoiceID": "ab" * 32}, {"InvoiceID": "AB" * 32}),
            ({"Amount": {**USD, "value": "1.0"}}, {"Amount": USD}),
            ({"Amount": {**USD, "value": 1}}, {"Amount": USD}),
            ({"Destination": encode_x_address(BOB, None)}, {"Destination": BOB}),
            ({"Destination": encode_x_address(BOB, 9)}, {"Destination": BOB, "DestinationTag": 9}),
            ({"Account": encode_x_address(ALICE, 3)}, {"Account": ALICE, "SourceTag": 3}),
            ({"Memos": [{"Memo": {"MemoData": "ab", "Nonsense": 1}}]}, {"Memos": [{"Memo": {"MemoData": "AB"}}]}),
            ({"Memos": None}, {}),
            ({"SigningPubKey": "", "TxnSignature": "00"}, {"SigningPubKey": KEY, "TxnSignature": "AB"}),
        ],
        ids=str,
    )
    def test_is_no_difference(self, asked, signed):
        request = {**PAYMENT, **asked}

        assert kinds(request, {**PAYMENT, **signed}) == {}

    def test_a_tag_in_an_x_address_must_be_signed(self):
        request = {**PAYMENT, "Destination": encode_x_address(BOB, 9)}

        assert kinds(request, PAYMENT) == {"DestinationTag": "missing"}
        assert kinds(request, {**PAYMENT, "DestinationTag": 8}) == {"DestinationTag": "changed"}


PATH_FOUND = {**PAYMENT, **FILLED, "SendMax": USD, "Paths": [[{"account": BOB}]]}


class TestPathfinding:
    def test_a_path_may_be_added_or_replaced_where_it_was_asked_for(self):
        assert kinds(PAYMENT, PATH_FOUND, pathfinding=True)["Paths"] == "added_by_wallet"
        assert kinds({**PAYMENT, "SendMax": "7"}, PATH_FOUND, pathfinding=True)["SendMax"] == "replaced_by_wallet"
        assert not is_accepted(PAYMENT, PATH_FOUND)

    def test_the_amount_stays(self):
        assert kinds(PAYMENT, {**PATH_FOUND, "Amount": "99"}, pathfinding=True)["Amount"] == "changed"

    def test_from_native_to_native_nothing_is_left_to_limit(self):
        request = {**PAYMENT, "SendMax": "200"}

        assert kinds(request, PAYMENT, pathfinding=True) == {"SendMax": "replaced_by_wallet"}
        assert kinds(request, PAYMENT) == {"SendMax": "missing"}
        issued = {**request, "Amount": USD}
        assert kinds(issued, {**PAYMENT, "Amount": USD}, pathfinding=True) == {"SendMax": "missing"}

    def test_only_payments_have_paths(self):
        request = {"TransactionType": "CheckCreate"}

        assert kinds(request, {**request, "SendMax": "1"}, pathfinding=True) == {"SendMax": "not_allowed_addition"}


SIGNED_IN = {"Account": ALICE, "Memos": MEMOS, "SigningPubKey": KEY, "TxnSignature": "AB"}


class TestSignIn:
    @pytest.mark.parametrize(
        "request_json", [SIGN_IN, {**SIGN_IN, "TransactionType": "SignIn"}], ids=["marker", "type"]
    )
    def test_is_the_account_and_the_memos(self, request_json):
        assert kinds(request_json, SIGNED_IN) == {"Account": "added_by_wallet"}

    def test_is_known_by_the_payload_s_type_too(self):
        assert kinds({"Memos": MEMOS}, SIGNED_IN, transaction_type="SignIn") == {"Account": "added_by_wallet"}

    def test_drops_fields_that_are_not_common(self):
        assert kinds({**SIGN_IN, "Destination": BOB}, SIGNED_IN) == {"Account": "added_by_wallet"}

    @pytest.mark.parametrize(
        "memos", [[], MEMOS * 2, [{"Memo": {"MemoType": "ABCD", "MemoData": "0103"}}]], ids=["none", "two", "other"]
    )
    def test_keeps_its_memos_unchanged(self, memos):
        assert kinds(SIGN_IN, {**SIGNED_IN, "Memos": memos})["Memos"] == "changed"

    def test_has_its_memos(self):
        assert kinds(SIGN_IN, {"Account": ALICE})["Memos"] == "missing"

    @pytest.mark.parametrize(
        "extra",
        [
            {"TransactionType": "Payment"},
            {"Fee": "12"},
            {"Sequence": 1},
            {"NetworkID": 1},
            {"Destination": BOB},
            {"Flags": 0},
        ],
        ids=str,
    )
    def test_gets_nothing_else(self, extra):
        (name,) = extra

        assert kinds(SIGN_IN, {**SIGNED_IN, **extra})[name] == "not_allowed_addition"

    def test_signed_by_one_of_several_keeps_its_account(self):
        request = {**SIGN_IN, "Account": BOB}
        signers = [{"Signer": {"Account": ALICE, "SigningPubKey": KEY, "TxnSignature": "AB"}}]
        signed = {"Account": BOB, "Memos": MEMOS, "SigningPubKey": "", "Signers": signers}

        assert kinds(request, signed, multisign=True) == {}
        assert kinds(request, {**signed, "Account": ALICE}, multisign=True) == {"Account": "changed"}
        assert kinds(request, signed) == {"Signers": "not_allowed_addition"}


ONE = {"Signer": {"Account": ALICE, "SigningPubKey": KEY, "TxnSignature": "AB"}}
TWO = {"Signer": {"Account": BOB, "SigningPubKey": KEY, "TxnSignature": "CD"}}
FROM_SEVERAL = {**PAYMENT, "Account": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "Fee": "24", "Sequence": 3}


class TestMultisign:
    def test_adds_signers_and_nothing_else(self):
        signed = {**FROM_SEVERAL, "SigningPubKey": "", "Signers": [ONE]}

        assert kinds(FROM_SEVERAL, signed, multisign=True) == {}
        for extra in ({"LastLedgerSequence": 9}, {"NetworkID": 1}):
            assert set(kinds(FROM_SEVERAL, {**signed, **extra}, multisign=True).values()) == {"not_allowed_addition"}

    def test_keeps_the_signers_that_are_there(self):
        request = {**FROM_SEVERAL, "Signers": [ONE]}

        assert kinds(request, {**FROM_SEVERAL, "Signers": [TWO, ONE]}, multisign=True) == {}
        assert kinds(request, {**FROM_SEVERAL, "Signers": [TWO]}, multisign=True) == {"Signers": "changed"}


class TestWhatWeDoNotKnow:
    def test_unknown_members_are_not_signed(self):
        assert kinds({**PAYMENT, "Colour": "red"}, PAYMENT) == {"Colour": "not_signed"}
        assert is_accepted({**PAYMENT, "Colour": "red"}, PAYMENT)

    def test_an_unknown_type_is_no_known_one(self):
        request = {"TransactionType": "FluxCapacitor", "Fee": "12"}

        assert kinds(request, {"TransactionType": 65_000, "Fee": "12"}) == {}
        assert kinds(request, {"TransactionType": "Payment", "Fee": "12"}) == {"TransactionType": "changed"}

    def test_an_object_without_the_type_is_not_the_transaction(self):
        assert kinds(PAYMENT, {"Destination": BOB, "Amount": "100"}) == {"TransactionType": "missing"}

    def test_a_claim_has_no_object(self):
        with pytest.raises(LedgerError):
            differences({"TransactionType": "PaymentChannelAuthorize"}, {})

    @pytest.mark.parametrize("value", [5, "x", [], {}, [{"Signer": 1}], [1]], ids=repr)
    def test_nonsense_in_a_template_is_a_difference_and_no_crash(self, value):
        for name in ("Amount", "Signers", "LastLedgerSequence", "Memos", "TransactionType"):
            for multisign in (False, True):
                signed = {**PAYMENT, **FILLED, "Signers": [], "Memos": []}

                assert isinstance(differences({**PAYMENT, name: value}, signed, multisign=multisign), list)
