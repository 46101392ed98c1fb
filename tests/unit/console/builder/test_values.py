"""One field: what was typed as its JSON value, and the way back."""

import pytest

from sealgate.console.builder.catalogue import Kind, Plan, plan_of
from sealgate.console.builder.values import NotJson, NotShowable, read, show

ISSUER = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
TOKEN = "00000001" + "AB" * 20


def plan(kind: Kind, **values) -> Plan:
    return Plan("Field", kind, **values)


def typed(**parts: str) -> dict[str, tuple[str, ...]]:
    """Return what was typed, by part; `_` is the only input of a field, a double underscore a dot."""
    return {"" if name == "_" else name.strip("_").replace("__", "."): (text,) for name, text in parts.items()}


CASES = [
    (Kind.TEXT, typed(_="12"), "12"),
    (Kind.NUMBER, typed(_="12"), 12),
    (Kind.NUMBER, typed(_="-3"), -3),
    (Kind.CHOICE, typed(_="8"), 8),
    (Kind.ACCOUNT, typed(_=ISSUER), ISSUER),
    (Kind.HASH, typed(_="AB" * 32), "AB" * 32),
    (Kind.DROPS, typed(_="12"), "12"),
    (Kind.AMOUNT, typed(value="1.5"), "1500000"),
    (Kind.AMOUNT, typed(value="0.000001"), "1"),
    (Kind.AMOUNT, typed(value="-2"), "-2000000"),
    (
        Kind.AMOUNT,
        typed(value="1.10", currency="USD", issuer=ISSUER),
        {"currency": "USD", "issuer": ISSUER, "value": "1.10"},
    ),
    (Kind.AMOUNT, typed(value="5", currency=TOKEN), {"mpt_issuance_id": TOKEN, "value": "5"}),
    (Kind.ISSUE, typed(currency="XRP"), {"currency": "XRP"}),
    (Kind.ISSUE, typed(currency="USD", issuer=ISSUER), {"currency": "USD", "issuer": ISSUER}),
    (Kind.HASHES, typed(_="AA\nBB"), ["AA", "BB"]),
    (Kind.MOMENT, typed(_="2030-12-31 18:00:00"), 978_285_600),
    (Kind.BLOB, {"": ("0AFF",), "as": ("hex",)}, "0AFF"),
    (
        Kind.MEMOS,
        typed(_0__text="two\nlines", _0__type="note", _1__text="ü"),
        [{"Memo": {"MemoData": "74776F0A6C696E6573", "MemoType": "6E6F7465"}}, {"Memo": {"MemoData": "C3BC"}}],
    ),
]  # fmt: skip


class TestBothWays:
    @pytest.mark.parametrize(("kind", "parts", "value"), CASES)
    def test_what_was_typed_is_the_value(self, kind, parts, value):
        assert read(plan(kind), parts) == value

    @pytest.mark.parametrize(("kind", "parts", "value"), CASES)
    def test_the_value_is_shown_as_it_would_be_typed(self, kind, parts, value):
        assert show(plan(kind), value) == parts

    def test_text_in_hex_is_shown_as_text_where_people_write_text(self):
        assert show(plan(Kind.BLOB, is_text=True), "68690A") == {"": ("68690A",), "as": ("hex",)}
        assert show(plan(Kind.BLOB, is_text=True), "6869") == {"": ("hi",), "as": ("text",)}
        assert read(plan(Kind.BLOB), {"": ("hi",), "as": ("text",)}) == "6869"

    def test_json_is_shown_in_lines(self):
        value = [{"SignerEntry": {"Account": ISSUER, "SignerWeight": 1}}]

        assert read(plan(Kind.JSON), show(plan(Kind.JSON), value)) == value

    def test_flags_are_ticked_by_name_and_the_rest_is_a_number(self):
        flags = plan(Kind.FLAGS, names={"tfSell": 0x80000, "tfPassive": 0x10000})

        assert read(flags, {"set": ("tfSell",), "more": ("1",)}) == 0x80001
        assert show(flags, 0x80001) == {"set": ("tfSell",), "more": ("1",)}
        assert show(flags, 0x90000) == {"set": ("tfSell", "tfPassive")}
        assert show(flags, 0) == {"more": ("0",)}


class TestReading:
    @pytest.mark.parametrize("kind", Kind)
    def test_nothing_typed_is_no_value(self, kind):
        assert read(plan(kind), {}) is None
        assert read(plan(kind), {"": (" ",), "value": ("",), "currency": ("",), "more": ("",)}) is None

    def test_an_untouched_amount_with_its_usual_currency_is_no_value(self):
        assert read(plan(Kind.AMOUNT), typed(value="", currency="XRP", issuer="")) is None

    @pytest.mark.parametrize(
        ("kind", "parts", "value"),
        [
            (Kind.NUMBER, typed(_="seven"), "seven"),
            (Kind.NUMBER, typed(_="9" * 40), "9" * 40),
            (Kind.AMOUNT, typed(value="1,5"), "1,5"),
            (Kind.AMOUNT, typed(value="0.0000001"), "0.0000001"),
            (Kind.MOMENT, typed(_="2030-02-31"), "2030-02-31"),
            (Kind.FLAGS, typed(more="x"), "x"),
        ],
    )
    def test_what_cannot_be_understood_is_left_to_the_apis_checks(self, kind, parts, value):
        assert read(plan(kind), parts) == value

    def test_what_is_no_json_is_said_at_once(self):
        with pytest.raises(NotJson, match="not JSON"):
            read(plan(Kind.JSON), typed(_="{"))


class TestShowing:
    @pytest.mark.parametrize(
        ("kind", "value"),
        [
            (Kind.TEXT, 1),
            (Kind.AMOUNT, "1.5"),
            (Kind.AMOUNT, 5),
            (Kind.AMOUNT, {"value": "1"}),
            (Kind.FLAGS, "1"),
            (Kind.HASHES, [1]),
            (Kind.MEMOS, [{"Memo": {"MemoData": "FF"}}]),
            (Kind.MEMOS, [{"Memo": {"Other": "00"}}]),
            (Kind.MEMOS, [{}]),
            (Kind.ISSUE, "XRP"),
            (Kind.BLOB, 5),
        ],
    )
    def test_a_value_without_inputs_for_it_is_refused(self, kind, value):
        with pytest.raises(NotShowable):
            show(plan(kind), value)


class TestPlans:
    @pytest.mark.parametrize(
        ("tx_type", "name", "kind"),
        [
            ("Payment", "Amount", Kind.AMOUNT),
            ("Payment", "Fee", Kind.DROPS),
            ("PaymentChannelAuthorize", "Amount", Kind.DROPS),
            ("Payment", "Destination", Kind.ACCOUNT),
            ("Payment", "InvoiceID", Kind.HASH),
            ("Payment", "Flags", Kind.FLAGS),
            ("Payment", "Memos", Kind.MEMOS),
            ("Payment", "Paths", Kind.JSON),
            ("AccountSet", "SetFlag", Kind.CHOICE),
            ("EscrowCreate", "FinishAfter", Kind.MOMENT),
            ("NFTokenCancelOffer", "NFTokenOffers", Kind.HASHES),
            ("AMMBid", "Asset", Kind.ISSUE),
            ("URITokenMint", "URI", Kind.BLOB),
        ],
    )
    def test_a_field_is_filled_in_by_its_kind(self, tx_type, name, kind):
        found = plan_of(tx_type, name)

        assert found is not None
        assert found.kind is kind

    @pytest.mark.parametrize("name", ["TransactionType", "TxnSignature", "SigningPubKey", "NoSuchField"])
    def test_what_wallets_write_and_what_nobody_knows_has_none(self, name):
        assert plan_of("Payment", name) is None
