"""Templates put right, and what the developer is warned of."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.ledger.errors import CodecError, UnencodableField
from sealgate.ledger.transactions import (
    channel_claim,
    check_template,
    is_well_formed_type,
    normalise_template,
    signable_template,
    template_warnings,
)

BOB = "rh3ywpYW9Yi6kXnq2iJFoPqxkmwrgbwPRa"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [
        "Account",
        "Amount",
        "Asset",
        "Destination",
        "Fee",
        "Flags",
        "LimitAmount",
        "Memos",
        "OwnerNode",
        "Paths",
        "SendMax",
        "Sequence",
        "SignIn",
        "Signers",
        "SigningPubKey",
        "TransactionType",
        "TicketSequence",
        "XChainBridge",
        "NFTokenOffers",
        "CredentialIDs",
        "Channel",
        "RawTransactions",
        "Number",
        "LoanBrokerID",
        "AssetsMaximum",
        "DeliverMax",
        "Domain",
    ]
)
AMOUNT = st.fixed_dictionaries({}, optional={"currency": JSON, "issuer": JSON, "value": JSON, "mpt_issuance_id": JSON})


class TestNormalising:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            ({"Fee": 12}, {"Fee": "12"}),
            ({"Amount": 1000000}, {"Amount": "1000000"}),
            (
                {"Amount": {"currency": "USD", "issuer": BOB, "value": 12.5}},
                {"Amount": {"currency": "USD", "issuer": BOB, "value": "12.5"}},
            ),
            (
                {"SendMax": {"currency": "USD", "issuer": BOB, "value": 3}},
                {"SendMax": {"currency": "USD", "issuer": BOB, "value": "3"}},
            ),
            (
                {"Amount": {"currency": "USD", "issuer": BOB, "value": 1e-7}},
                {"Amount": {"currency": "USD", "issuer": BOB, "value": "0.0000001"}},
            ),
            (
                {"Amount": {"currency": "USD", "issuer": BOB, "value": 1e20}},
                {"Amount": {"currency": "USD", "issuer": BOB, "value": "1" + "0" * 20}},
            ),
            ({"Amount": {"currency": "XRP", "issuer": "", "value": "1.5"}}, {"Amount": "1500000"}),
            ({"Amount": {"currency": "XRP", "value": 2}}, {"Amount": "2000000"}),
            ({"Amount": {"currency": "XRP", "value": "0.000001"}}, {"Amount": "1"}),
            ({"TransactionType": "AccountDelete"}, {"TransactionType": "AccountDelete", "Fee": "5000000"}),
            ({"TransactionType": "AccountDelete", "Fee": 7}, {"TransactionType": "AccountDelete", "Fee": "7"}),
            ({"TransactionType": "Payment", "DeliverMax": "5"}, {"TransactionType": "Payment", "Amount": "5"}),
            ({"Memos": None, "Amount": {"value": None, "x": 1}}, {"Amount": {"x": 1}}),
            ({"Memos": [{"Memo": {"MemoData": None}}]}, {"Memos": [{"Memo": {}}]}),
            ({"Sequence": 5, "Colour": 7}, {"Sequence": 5, "Colour": 7}),
        ],
        ids=str,
    )
    def test_writes_it_as_wallets_expect(self, sent, kept):
        assert normalise_template(sent) == kept

    @pytest.mark.parametrize(
        "amount",
        [
            {"currency": "XRP", "issuer": "", "value": "0.0000001"},
            {"currency": "XRP", "value": "1e3"},
            {"currency": "XRP", "value": "-1"},
            {"currency": "XRP", "value": "9" * 30},
            {"currency": "XRP", "issuer": BOB, "value": "1"},
            {"currency": "XRP", "value": ".5"},
            "1.5",
            True,
            [1],
        ],
        ids=str,
    )
    def test_leaves_what_is_odd_to_the_codec(self, amount):
        template = normalise_template({"TransactionType": "Payment", "Amount": amount})

        assert template["Amount"] == amount
        with pytest.raises(UnencodableField, match="/Amount"):
            check_template(template)

    def test_leaves_the_original_alone(self):
        sent = {"Fee": 12, "Amount": {"currency": "USD", "issuer": BOB, "value": 1}}

        normalise_template(sent)

        assert sent == {"Fee": 12, "Amount": {"currency": "USD", "issuer": BOB, "value": 1}}

    @given(st.dictionaries(NAMES | st.text(max_size=8), JSON | AMOUNT, max_size=6))
    def test_never_fails_and_what_follows_fails_only_as_planned(self, sent):
        template = normalise_template(sent)

        with suppress(CodecError):
            report = check_template(template)
            template_warnings(template, report=report)
        with suppress(CodecError):
            channel_claim(template)


class TestWarnings:
    @pytest.mark.parametrize(
        ("template", "expected"),
        [
            ({"TransactionType": "Payment", "Fee": "12"}, []),
            ({"TransactionType": "Payment", "Fee": "100000"}, []),
            ({"TransactionType": "Payment", "Fee": "100001"}, [("fee_high", "/Fee")]),
            ({"TransactionType": "AccountDelete", "Fee": "5000000"}, []),
            ({"TransactionType": "FluxCapacitor"}, [("unknown_transaction_type", "/TransactionType")]),
            ({"TransactionType": "Payment", "Colour": 1}, [("unknown_field", "/Colour")]),
            ({"TransactionType": "Payment", "SetFlag": 1}, [("field_not_of_type", "/SetFlag")]),
            ({"TransactionType": "SetFee"}, [("validators_only", "/TransactionType")]),
            ({"SignIn": True, "Memos": [], "Destination": BOB}, [("not_in_sign_in", "/Destination")]),
            ({"TransactionType": "SignIn", "Fee": "900000"}, []),
            (
                {"TransactionType": "PaymentChannelAuthorize", "Channel": "AB" * 32, "Amount": "1", "Fee": "1"},
                [("not_in_claim", "/Fee")],
            ),
            ({"TransactionType": "Payment", "TicketSequence": 1}, [("ticket_needs_sequence_0", "/Sequence")]),
            ({"TransactionType": "Payment", "TicketSequence": 1, "Sequence": 0}, []),
        ],
        ids=str,
    )
    def test_tell_what_may_surprise(self, template, expected):
        warnings = template_warnings(template)

        assert [(warning.code, warning.pointer) for warning in warnings] == expected
        assert all(warning.text.endswith(".") for warning in warnings)


class TestTypeNames:
    @pytest.mark.parametrize("name", ["Payment", "AMMBid", "Xy", "A" * 64])
    def test_well_formed(self, name):
        assert is_well_formed_type(name)

    @pytest.mark.parametrize(
        "name", ["", "A", "payment", "Pay ment", "Pay-ment", "A" * 65, "Payment\n", "Zahlungé", None, 5], ids=repr
    )
    def test_malformed(self, name):
        assert not is_well_formed_type(name)


class TestSignableTemplate:
    def test_of_a_sign_in_has_common_fields_only(self):
        request = {
            "SignIn": True,
            "Memos": [],
            "Destination": BOB,
            "InvoiceID": "AB" * 32,
            "SourceTag": 7,
            "Flags": None,
        }

        assert signable_template("SignIn", request) == {"Memos": [], "SourceTag": 7}

    def test_of_a_transaction_has_what_the_network_knows(self):
        request = {"Destination": BOB, "Colour": "red", "Memos": None}

        assert signable_template("Payment", request) == {"TransactionType": "Payment", "Destination": BOB}

    def test_of_a_claim_has_channel_and_amount(self):
        request = {"Channel": "AB" * 32, "Amount": "1", "Fee": "12"}

        assert signable_template("PaymentChannelAuthorize", request) == {"Channel": "AB" * 32, "Amount": "1"}

    @pytest.mark.parametrize(("type_name", "named"), [("SignIn", "Payment"), ("Payment", "AccountSet")])
    def test_refuses_a_request_that_asks_for_another_type(self, type_name, named):
        with pytest.raises(UnencodableField):
            signable_template(type_name, {"TransactionType": named})


class TestChannelClaim:
    def test_is_a_channel_and_drops(self):
        assert channel_claim({"Channel": "ab" * 32, "Amount": "1000000"}) == (b"\xab" * 32, 1_000_000)

    @pytest.mark.parametrize(
        ("request_json", "pointer"),
        [
            ({"Amount": "1"}, "/Channel"),
            ({"Channel": "AB", "Amount": "1"}, "/Channel"),
            ({"Channel": "AB" * 32}, "/Amount"),
            ({"Channel": "AB" * 32, "Amount": "1.5"}, "/Amount"),
            ({"Channel": "AB" * 32, "Amount": True}, "/Amount"),
        ],
    )
    def test_needs_both(self, request_json, pointer):
        with pytest.raises(UnencodableField) as refusal:
            channel_claim(request_json)

        assert refusal.value.pointer == pointer
