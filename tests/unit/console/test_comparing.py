"""What was asked beside what was signed."""

from datetime import timedelta

import msgspec
import pytest

from sealgate.console.comparing import compare, in_words
from sealgate.ledger.codec import encode
from sealgate.payloads.model import Outcome, Payload, Terms
from tests.conftest import NOON

ALICE, BOB = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "rrrrrrrrrrrrrrrrrrrrrhoLvTp"
PAYMENT = {"TransactionType": "Payment", "Destination": BOB, "Amount": "1500000"}
UUID = "00000000-0000-4000-8000-000000000000"


def a_payload(requested, signed=None, *, tx_type="Payment", hex=None, nodetype="MAINNET", **terms) -> Payload:
    outcome = None
    if signed is not None or hex is not None:
        outcome = Outcome(
            signed=True, reference=UUID, holder_uuid=UUID, device_uuid=UUID, origintype="QR",
            hex=hex or encode(signed).hex().upper(), account=ALICE, environment_nodetype=nodetype,
        )  # fmt: skip
    return Payload(
        id=1, uuid=UUID, app_uuid=UUID, created_at=NOON, expires_at=NOON + timedelta(hours=1), resolved_at=NOON,
        terms=Terms(tx_type=tx_type, request_json=msgspec.Raw(msgspec.json.encode(requested)), **terms),
        outcome=outcome,
    )  # fmt: skip


def told(payload: Payload) -> dict[str, str]:
    return {line.field: line.mark for line in compare(payload).lines}


class TestComparing:
    def test_tells_what_the_wallet_added_from_what_was_asked(self):
        comparison = compare(a_payload(PAYMENT, {**PAYMENT, "Account": ALICE, "Fee": "12", "Sequence": 7}))

        marks = {line.field: line.mark for line in comparison.lines}
        assert marks == {
            "TransactionType": "same", "Destination": "same", "Amount": "same",
            "Account": "added_by_wallet", "Fee": "added_by_wallet", "Sequence": "added_by_wallet",
        }  # fmt: skip
        assert comparison.has_signed
        assert comparison.differing == 3

    def test_marks_what_was_changed_or_left_out(self):
        marks = told(a_payload({**PAYMENT, "DestinationTag": 1}, {**PAYMENT, "Amount": "2"}))

        assert marks["Amount"] == "changed"
        assert marks["DestinationTag"] == "missing"

    def test_shows_the_request_alone_where_nothing_was_signed(self):
        comparison = compare(a_payload(PAYMENT))

        assert not comparison.has_signed
        assert comparison.differing == 0
        assert [line.field for line in comparison.lines] == list(PAYMENT)

    def test_says_so_where_the_blob_cannot_be_read(self):
        comparison = compare(a_payload(PAYMENT, hex="FFFF"))

        assert not comparison.has_signed
        assert "cannot be shown" in comparison.note

    def test_says_that_a_claim_is_no_transaction(self):
        claim = {"TransactionType": "PaymentChannelAuthorize", "Channel": "AB" * 32, "Amount": "1"}

        comparison = compare(a_payload(claim, hex="00", tx_type="PaymentChannelAuthorize"))

        assert "no transaction" in comparison.note

    def test_names_the_currency_of_the_network(self):
        payload = a_payload(PAYMENT, PAYMENT, nodetype="XAHAU")

        assert "1.5 XAH (1,500,000 drops)" in {line.signed for line in compare(payload).lines}


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("Amount", "1", "0.000001 XRP (1 drops)"),
        ("Fee", 12, "0.000012 XRP (12 drops)"),
        ("Amount", "1234567000000", "1,234,567 XRP (1,234,567,000,000 drops)"),
        ("Amount", {"currency": "USD", "issuer": ALICE, "value": "1.5"}, f"1.5 USD issued by {ALICE}"),
        ("Amount", {"value": "7", "mpt_issuance_id": "00AB"}, "7 of token 00AB"),
        ("Amount", "not a number", "not a number"),
        ("SendMax", {"odd": 1}, '{\n  "odd": 1\n}'),
        ("Sequence", 5, "5"),
        ("Own", "text", "text"),
        ("Own", True, "true"),
    ],
)
def test_values_are_shown_as_people_read_them(field, value, words):
    assert in_words(field, value) == words


def test_a_currency_in_hex_is_shown_with_its_text():
    code = b"SOLO".hex().upper().ljust(40, "0")

    assert in_words("Amount", {"currency": code, "issuer": ALICE, "value": "1"}) == (
        f"1 SOLO ({code}) issued by {ALICE}"
    )
