"""What a request asks for, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.payloads.wording import MAX_DETAILS, MAX_TEXT, Detail, native_currency, plain, word_request

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=300),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=80), inner, max_size=12),
    max_leaves=20,
)


class TestWordRequest:
    def test_a_sign_in_needs_no_details(self):
        worded = word_request({"TransactionType": "SignIn", "Memos": []}, "SignIn")

        assert worded.asks == "asks you to sign in"
        assert worded.details == ()

    def test_a_payment_says_how_much_and_to_whom(self):
        payment = {"TransactionType": "Payment", "Destination": "rPT1", "DestinationTag": 495, "Amount": "12500000"}

        worded = word_request(payment, "Payment")

        assert worded.asks == "asks you to send a payment"
        assert worded.details == (Detail("To", "rPT1"), Detail("Destination tag", "495"), Detail("Amount", "12.5 XRP"))

    def test_names_a_type_it_has_no_words_for(self):
        assert word_request({}, "AMMBid").asks == "asks you to sign a transaction (AMMBid)"

    def test_says_how_many_fields_are_left_out(self):
        worded = word_request({f"Field{number}": "x" for number in range(MAX_DETAILS + 3)}, "Invoke")

        assert len(worded.details) == MAX_DETAILS
        assert worded.more == 3

    @pytest.mark.parametrize(
        ("amount", "words"),
        [
            ("1", "0.000001 XRP"),
            ("1000000", "1 XRP"),
            ("1234567890000000", "1,234,567,890 XRP"),
            ({"currency": "USD", "value": "12.5", "issuer": "rIssuer"}, "12.5 USD issued by rIssuer"),
            (
                {"currency": "534F4C4F00000000000000000000000000000000", "value": "3", "issuer": "rS"},
                "3 SOLO issued by rS",
            ),
            ({"currency": "0300000000000000000000000000000000000000", "value": "3"}, "3 03000000…"),
            ({"mpt_issuance_id": "00AB", "value": "7"}, "7 of token 00AB"),
            ("not a number", "not a number"),
            ({"odd": 1}, "1 fields"),
            ([1, 2], "2 entries"),
        ],
    )
    def test_puts_amounts_as_people_know_them(self, amount: object, words: str):
        assert word_request({"Amount": amount}, "Payment").details == (Detail("Amount", words),)

    def test_counts_in_the_currency_of_the_network(self):
        worded = word_request({"Amount": "2000000"}, "Payment", native=native_currency("XAHAUTESTNET"))

        assert worded.details == (Detail("Amount", "2 XAH"),)

    def test_a_number_of_drops_elsewhere_is_no_amount(self):
        assert word_request({"InvoiceID": "1000000"}, "Payment").details[0].value == "1000000"

    @given(transaction=st.dictionaries(st.text(max_size=100), JSON, max_size=20), tx_type=st.text(max_size=100))
    def test_stays_short_whatever_a_developer_sends(self, transaction: dict[str, object], tx_type: str):
        worded = word_request(transaction, tx_type)

        assert len(worded.asks) <= 100
        assert len(worded.details) <= MAX_DETAILS
        assert all(len(detail.value) <= MAX_TEXT and len(detail.label) <= 40 for detail in worded.details)
        assert all(text.isprintable() for detail in worded.details for text in (detail.label, detail.value))


class TestPlain:
    def test_drops_what_changes_the_direction_of_a_text(self):
        assert plain("pay \u202eeve\u202c now\x00\n!") == "pay eve now !"

    def test_cuts_a_long_text_and_shows_that_it_did(self):
        assert plain("x" * 500, 10) == "x" * 9 + "…"
