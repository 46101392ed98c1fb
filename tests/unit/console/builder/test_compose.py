"""The form as a whole: its JSON, the way back, and that every refusal of the API finds its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.console.builder import compose
from sealgate.console.builder.catalogue import Kind, fields_of, groups, plan_of, usual_fields
from sealgate.console.builder.form import Typed, body_of, form_of, new_form, place_of
from sealgate.console.builder.values import NotShowable, json_of
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.templates import VALIDATOR_TYPES
from sealgate.payloads.draft import check_draft

DESTINATION = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
EVERY_TYPE = [name for group in groups() for name in group.types]

# Neither gets through `read_form`.
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
words = st.text(letters, max_size=30) | st.sampled_from(
    [
        DESTINATION,
        "1",
        "1.5",
        "USD",
        "XRP",
        "AB" * 32,
        "on",
        "hex",
        "text",
        "2030-01-01",
        "{}",
        "[]",
        "-1",
        "\ud7ff",
        '[{"SignerEntry": {}}]',
        "https://shop.example/{id}",
        "javascript:x",
        "MAINNET",
        "tfSell",
        "0",
        "9" * 30,
    ]
)
PARTS = ("", ".value", ".currency", ".issuer", ".set", ".more", ".as", ".0.text", ".1.type", ".9.format")
OPTIONS = (
    "options.submit", "options.multisign", "options.expire", "options.force_network", "options.signers",
    "options.return_url.app", "options.return_url.web", "custom_meta.identifier", "custom_meta.instruction",
    "custom_meta.blob", "user_token",
)  # fmt: skip


@st.composite
def forms(draw: st.DrawFn) -> Typed:
    """Return a form with some fields of some type, filled in with anything."""
    tx_type = draw(st.sampled_from(EVERY_TYPE))
    fields = tuple(draw(st.lists(st.sampled_from(fields_of(tx_type)), max_size=5, unique=True)))
    names = [f"tx.{name}{part}" for name in fields for part in PARTS] + list(OPTIONS)
    values = draw(st.dictionaries(st.sampled_from(names), st.tuples(words) | st.tuples(words, words), max_size=12))
    return Typed(tx_type=tx_type, fields=fields, values=values)


MEMBERS = (
    "txjson", "options", "custom_meta", "user_token", "TransactionType", "Payment", "Amount", "Memos", "Memo",
    "MemoData", "Flags", "return_url", "signers", "blob", "value", "currency", "SignIn",
)  # fmt: skip
leaves = st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | words
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(MEMBERS) | words, inner, max_size=4),
)


class TestTheCatalogue:
    def test_has_every_type_an_account_can_be_asked_to_sign(self):
        wanted = {*load_definitions().transaction_types, *load_definitions("xahau").transaction_types}

        assert set(EVERY_TYPE) == (wanted - VALIDATOR_TYPES) | {"SignIn", "PaymentChannelAuthorize"}
        assert len(EVERY_TYPE) == len(set(EVERY_TYPE))

    @pytest.mark.parametrize("tx_type", EVERY_TYPE)
    def test_a_form_begins_with_fields_its_type_has(self, tx_type):
        usual = usual_fields(tx_type)

        assert set(usual) <= set(fields_of(tx_type))
        assert all(plan_of(tx_type, name) for name in fields_of(tx_type))
        assert {name for name, needed in load_definitions().layouts.get(tx_type, {}).items() if needed} <= set(usual)

    @pytest.mark.parametrize("tx_type", EVERY_TYPE)
    def test_an_empty_form_is_a_request_that_wallets_may_fill_in(self, tx_type):
        body, problems = body_of(new_form(tx_type))

        assert body == {"txjson": {"TransactionType": tx_type}}
        assert problems == {}


class TestWhateverIsTyped:
    @given(forms())
    def test_passes_the_checks_or_is_told_at_its_place(self, typed):
        made = compose.of_form(typed)

        assert made.typed is not None
        assert (made.draft is None) is bool(made.problems)
        known = {"", "type", *OPTIONS, *(f"tx.{name}" for name in made.typed.fields)}
        assert set(made.problems) <= known

    @given(forms())
    def test_is_told_somewhere_in_view_where_it_is_about_a_field(self, typed):
        made = compose.of_form(typed)

        # Only what is about the transaction as a whole has no input: its size.
        assert "" not in made.problems or "longer than" in made.problems[""]

    @given(forms())
    def test_is_the_same_request_after_a_way_through_json(self, typed):
        body, problems = body_of(typed)
        if problems:
            return

        try:
            again = form_of(json_of(compose.of_form(typed).text))
        except NotShowable:
            return  # said, and left as JSON

        assert body_of(again)[0]["txjson"] == body["txjson"]

    @given(forms())
    def test_comes_back_from_the_browser_as_it_was_drawn(self, typed):
        pairs = [("was", typed.tx_type), ("type", typed.tx_type), ("fields", ",".join(typed.fields))]
        pairs += [(name, text) for name, texts in typed.values.items() for text in texts]

        made = compose.sent(tuple(pairs), do="check")

        assert made.typed is not None
        assert (made.typed.tx_type, made.typed.values) == (typed.tx_type, typed.values)
        assert made.typed.fields[: len(typed.fields)] == typed.fields

    @given(st.dictionaries(st.sampled_from(["mode", "json", "was", "type", "fields", "add", *OPTIONS]), words), words)
    def test_never_breaks_the_page(self, fields, do):
        made = compose.sent(tuple(fields.items()), do=do)

        assert made.typed is not None or made.draft is not None or made.problems

    @given(values)
    def test_any_json_becomes_a_form_that_says_the_same_or_stays(self, body):
        made = compose.start({"txjson": {"TransactionType": "Payment", "Amount": body}, "options": body})

        assert made.typed is not None or made.problems


class TestAForm:
    def test_says_of_a_body_what_it_says(self):
        body: dict[str, Any] = {
            "txjson": {
                "TransactionType": "Payment",
                "Destination": DESTINATION,
                "Amount": {"currency": "USD", "issuer": DESTINATION, "value": "1.10"},
                "Flags": 0x20000,
                "Memos": [{"Memo": {"MemoData": "6869"}}],
            },
            "options": {"submit": False, "expire": 5, "signers": [DESTINATION], "return_url": {"web": "https://a.example/"}},
            "custom_meta": {"identifier": "a", "instruction": "Pay.", "blob": {"a": [1]}},
        }  # fmt: skip

        typed = form_of(body)

        assert body_of(typed)[0] == body
        assert typed.one("tx.Memos.0.text") == "hi"
        assert typed.all("tx.Flags.set") == ("tfPartialPayment",)
        assert check_draft(body_of(typed)[0]).terms.submit is False

    @pytest.mark.parametrize(
        ("body", "place"),
        [
            ({}, "txjson"),
            ({"txblob": "1200"}, "txjson"),
            ({"txjson": {"TransactionType": "Nonsense"}}, "txjson.TransactionType"),
            ({"txjson": {"TransactionType": "Payment", "Sequence": "5"}}, "txjson.Sequence"),
            ({"txjson": {"TransactionType": "SignIn"}, "options": {"immutable": True}}, "options.immutable"),
            ({"txjson": {"TransactionType": "SignIn"}, "more": 1}, "more"),
            ({"txjson": {"TransactionType": "Payment", "Flags": True}}, "txjson.Flags"),
        ],
    )
    def test_is_refused_for_a_body_that_it_would_change(self, body, place):
        with pytest.raises(NotShowable, match=f"^{place}$"):
            form_of(body)

    @pytest.mark.parametrize(
        ("pointer", "place"),
        [
            ("/txjson/Amount/value", "tx.Amount"),
            ("/txjson/TransactionType", "type"),
            ("/txjson/Owner", ""),
            ("/txjson", ""),
            ("/options/signers/3", "options.signers"),
            ("/options/return_url/web", "options.return_url.web"),
            ("/custom_meta/identifier", "custom_meta.identifier"),
            ("/options/immutable", ""),
            ("", ""),
            (None, ""),
        ],
    )
    def test_places_a_refusal_where_it_was_typed(self, pointer, place):
        assert place_of(pointer, new_form("Payment")) == place

    def test_of_another_type_keeps_what_both_have(self):
        typed = Typed(
            tx_type="Payment",
            fields=("Destination", "Amount", "InvoiceID"),
            values={"tx.Destination": (DESTINATION,), "tx.Amount.value": ("1",), "tx.InvoiceID": ("AB",)},
        )

        other = typed.of_type("CheckCreate")

        assert other.fields == ("Destination", "SendMax", "InvoiceID")
        assert body_of(other)[0]["txjson"] == {
            "TransactionType": "CheckCreate", "Destination": DESTINATION, "InvoiceID": "AB",
        }  # fmt: skip

    def test_has_room_for_one_more_memo_when_asked(self):
        typed = new_form("Payment").with_field("Memos")

        assert typed.memo_rows == 1
        assert typed.with_memo().memo_rows == 2

    def test_has_inputs_for_every_kind(self):
        kinds = {plan.kind for name in EVERY_TYPE for field in fields_of(name) if (plan := plan_of(name, field))}

        assert kinds == set(Kind)
