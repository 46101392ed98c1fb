"""A developer's body, checked: platform-api 4, order and codes of 4.6."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.base.errors import SealgateError
from sealgate.ledger.codec import encode
from sealgate.payloads.draft import check_draft, sign_in_draft
from sealgate.payloads.errors import TemplateUnencodable
from sealgate.payloads.model import Terms
from sealgate.web.strict_json import parse_json
from tests.payloads import ALICE, CHANNEL, CLAIM, PAYMENT, SHOP, SIGN_IN_REQUEST, a_draft

BLOB = encode({**PAYMENT, "Sequence": 1, "Fee": "12"}).hex().upper()
UNTYPED_BLOB = encode({"Account": ALICE.address, "SigningPubKey": ""}).hex().upper()


def code_of(body: object) -> object:
    with pytest.raises(SealgateError) as refusal:
        check_draft(body)
    return refusal.value.code


def json_of(terms: Terms) -> dict[str, Any]:
    return json.loads(bytes(terms.request_json))


class TestRefusals:
    @pytest.mark.parametrize(
        ("code", "body"),
        [
            (599, None),
            (599, {}),
            (599, []),
            (599, "SignIn"),
            (599, {"txjson": SIGN_IN_REQUEST, "TXJSON": SIGN_IN_REQUEST}),
            (604, {"txjson": SIGN_IN_REQUEST, "txblob": BLOB}),
            (604, {"txjson": 5, "txblob": "nonsense"}),
            (601, {"txblob": "AB" * 5}),
            (601, {"txblob": BLOB[:-2]}),
            (601, {"txblob": BLOB + "0"}),
            (601, {"txblob": BLOB + BLOB}),
            (602, {"txblob": UNTYPED_BLOB}),
            (602, {"txjson": {}}),
            (602, {"txjson": {"Destination": SHOP}}),
            (602, {"txjson": {"TransactionType": None}}),
            (602, {"txjson": {"TransactionType": 0}}),
            (602, {"txjson": {"TransactionType": ["Payment"]}}),
            (602, {"txjson": {"TransactionType": "payment"}}),
            (602, {"txjson": {"TransactionType": "P"}}),
            (602, {"txjson": {"TransactionType": "A" * 65}}),
            (602, {"txjson": {"TransactionType": "Pay ment"}}),
            (602, {"txjson": {"TransactionType": "Payment\n"}}),
            (603, {"txjson": {**PAYMENT, "Destination": "rWrong"}}),
            (603, {"txjson": {**PAYMENT, "Amount": "1.5"}}),
            (603, {"txjson": {**PAYMENT, "Amount": {"currency": "USD"}}}),
            (603, {"txjson": {**PAYMENT, "DestinationTag": -1}}),
            (603, {"txjson": {**PAYMENT, "Memos": [{"Memo": {"MemoData": "xyz"}}]}}),
            (603, {"txjson": {**PAYMENT, "Memos": "hello"}}),
            (603, {"txjson": {"TransactionType": "BrandNew", "Destination": "rWrong"}}),
            (603, {"txjson": {"TransactionType": "PaymentChannelAuthorize"}}),
            (603, {"txjson": {**CLAIM, "Channel": CHANNEL[:-2]}}),
            (603, {"txjson": {**CLAIM, "Amount": "-1"}}),
            (603, {"txjson": {**CLAIM, "Amount": {"currency": "USD", "value": "1", "issuer": SHOP}}}),
            (603, {"txjson": {**CLAIM, "Amount": None}}),
            (600, {"options": {}}),
            (600, {"txjson": None, "txblob": None}),
            (600, {"txjson": [PAYMENT]}),
            (600, {"txjson": "Payment"}),
            (600, {"txblob": BLOB.lower()}),
            (600, {"txblob": "ABCDEFAB"}),
            (600, {"txblob": "XYZ" * 10}),
            (600, {"txblob": 1200}),
            (600, PAYMENT),
            (606, {"txjson": PAYMENT, "options": []}),
            (606, {"txjson": PAYMENT, "custom_meta": "text"}),
            (606, {"txjson": PAYMENT, "options": {"signers": ["rWrong"]}}),
            (606, {"txjson": PAYMENT, "options": {"signers": [5]}}),
            (606, {"txjson": PAYMENT, "options": {"signers": {"0": SHOP}}}),
            (606, {"txjson": PAYMENT, "options": {"signers": [SHOP] * 11}}),
            (606, {"txjson": PAYMENT, "options": {"force_network": "M" * 65}}),
            (606, {"txjson": PAYMENT, "options": {"return_url": {"web": "javascript:alert(1)"}}}),
            (606, {"txjson": PAYMENT, "options": {"return_url": {"app": " DATA:text/html,x"}}}),
            (606, {"txjson": PAYMENT, "options": {"return_url": {"web": "java\nscript:alert(1)"}}}),
            (606, {"txjson": PAYMENT, "custom_meta": {"blob": 5}}),
            (413, {"txjson": PAYMENT, "options": {"return_url": {"web": "https://a.example/" + "x" * 233}}}),
            (413, {"txjson": PAYMENT, "custom_meta": {"identifier": "x" * 41}}),
            (413, {"txjson": PAYMENT, "custom_meta": {"identifier": 10**40}}),
            (413, {"txjson": PAYMENT, "custom_meta": {"instruction": "x" * 281}}),
            (413, {"txjson": PAYMENT, "custom_meta": {"blob": {"x": "y" * 1493}}}),
            (413, {"txjson": PAYMENT, "custom_meta": {"blob": "y" * 1499}}),
        ],
    )
    def test_have_their_code(self, code, body):
        assert code_of(body) == code

    def test_come_in_the_documented_order(self):
        too_long = {"custom_meta": {"identifier": "x" * 41}}

        assert code_of({"txjson": {"TransactionType": "x"}, "txblob": "x", **too_long}) == 604
        assert code_of({"txjson": {"TransactionType": "x", "Fee": "x"}, **too_long}) == 602
        assert code_of({"txjson": {**PAYMENT, "Fee": "x"}, **too_long}) == 603
        assert code_of(too_long) == 600
        assert code_of({"txjson": PAYMENT, **too_long}) == 413

    def test_point_at_what_is_wrong_and_say_what_to_do(self):
        with pytest.raises(SealgateError) as refusal:
            a_draft({**PAYMENT, "Memos": [{"Memo": {"MemoData": "xyz"}}]})

        assert refusal.value.pointer == "/txjson/Memos/0/Memo/MemoData"
        assert refusal.value.message.startswith("The transaction cannot be encoded: ")
        assert refusal.value.hint

    def test_name_the_signer_that_is_none(self):
        with pytest.raises(SealgateError) as refusal:
            a_draft(PAYMENT, options={"signers": [SHOP, "rNope"]})

        assert refusal.value.pointer == "/options/signers/1"

    def test_never_take_the_memo_type_of_our_challenge_from_others(self):
        memo = {"MemoType": b"sealgate-challenge".hex(), "MemoData": "00"}

        assert code_of({"txjson": {**SIGN_IN_REQUEST, "Memos": [{"Memo": memo}]}}) == 603

    @given(
        st.dictionaries(
            st.sampled_from(["txjson", "txblob", "options", "custom_meta", "user_token", "TxJson", "other"]),
            st.recursive(
                st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False) | st.text(),
                lambda inner: st.lists(inner, max_size=4)
                | st.dictionaries(
                    st.sampled_from(
                        ["TransactionType", "Memos", "Amount", "identifier", "blob", "instruction", "signers", "expire",
                         "submit", "return_url", "web", "force_network", "x", "Memo", "Destination"]
                    ),
                    inner | st.sampled_from(["SignIn", "Payment", "PaymentChannelAuthorize", SHOP, "MAINNET"]),
                    max_size=5,
                ),
                max_leaves=12,
            ),
        )
    )  # fmt: skip
    def test_are_the_only_way_to_fail_whatever_is_sent(self, body):
        try:
            draft = check_draft(body)
        except SealgateError as refused:
            answered = (refused.status, type(refused.code))
            assert answered == (400, int)
        else:
            assert msgspec.json.decode(msgspec.json.encode(draft.terms), type=Terms) == draft.terms


class TestTransactions:
    def test_keep_their_members_in_order(self):
        template = {"Amount": "1", "TransactionType": "Payment", "Flags": 131072, "Destination": SHOP}

        terms = a_draft(template).terms

        assert bytes(terms.request_json) == msgspec.json.encode(template)
        assert (terms.tx_type, terms.destination, terms.destination_tag) == ("Payment", SHOP, None)

    def test_are_put_right_where_it_is_obvious(self):
        terms = a_draft({**PAYMENT, "Fee": 12, "Amount": {"currency": "USD", "value": 1.5, "issuer": SHOP}}).terms

        assert json_of(terms)["Fee"] == "12"
        assert json_of(terms)["Amount"]["value"] == "1.5"
        assert json_of(a_draft({"TransactionType": "AccountDelete", "Destination": SHOP}).terms)["Fee"] == "5000000"

    def test_may_come_as_a_blob(self):
        terms = check_draft({"txblob": BLOB}).terms

        assert terms.tx_type == "Payment"
        assert json_of(terms) == {**PAYMENT, "Sequence": 1, "Fee": "12"}
        assert (terms.destination, terms.destination_tag) == (SHOP, 1042)

    def test_may_be_of_xahau(self):
        draft = a_draft({"TransactionType": "Invoke", "Destination": SHOP, "Blob": "AB"})

        assert draft.warnings == ()
        with pytest.raises(SealgateError):
            a_draft({"TransactionType": "Invoke", "Destination": SHOP, "Blob": "not hex"})

    def test_of_an_unknown_type_pass_with_a_warning_and_keep_everything(self):
        draft = a_draft({"TransactionType": "BrandNew", "Destination": SHOP, "Colour": {"of": [1.5, None]}})

        assert draft.terms.tx_type == "BrandNew"
        assert json_of(draft.terms)["Colour"]["of"][0] == 1.5
        assert {warning.pointer for warning in draft.warnings} == {"/txjson/TransactionType", "/txjson/Colour"}

    @pytest.mark.parametrize(
        ("more", "pointer"),
        [
            ({"Colour": 1}, "/txjson/Colour"),
            ({"destination": SHOP}, "/txjson/destination"),
            ({"SignIn": True}, "/txjson/SignIn"),
            ({"a/b~c" * 30: 1}, "/txjson/" + "a~1b~0c" * 30),
            ({"Memos": [{"Memo": {"MemoText": "AB"}}]}, "/txjson/Memos/0/Memo/MemoText"),
        ],
    )
    def test_of_a_known_type_have_no_field_that_nobody_knows(self, more, pointer):
        with pytest.raises(TemplateUnencodable) as refusal:
            a_draft({**PAYMENT, **more})

        assert refusal.value.pointer == pointer
        assert len(refusal.value.message) < 160

    def test_with_a_field_of_another_network_pass_with_a_warning(self):
        draft = a_draft({**PAYMENT, "HookParameters": []}, options={"force_network": "MAINNET"})

        assert [warning.pointer for warning in draft.warnings] == ["/txjson/HookParameters"]

    @pytest.mark.parametrize("tag", [1042, "1042"], ids=repr)
    def test_with_a_tag_show_it_as_a_number(self, tag):
        assert a_draft({**PAYMENT, "DestinationTag": tag}).terms.destination_tag == 1042


class TestSignIn:
    def test_is_marked_and_neither_submitted_nor_multisigned(self):
        terms = a_draft(options={"submit": True, "multisign": True, "pathfinding": True}).terms

        assert json_of(terms) == {"TransactionType": "SignIn", "SignIn": True}
        assert (terms.submit, terms.multisign, terms.pathfinding) == (False, False, False)

    def test_made_by_the_server_is_the_same(self):
        draft = sign_in_draft(instruction="Welcome", return_url_web="https://a.example/")

        assert draft.terms.request_json == a_draft().terms.request_json
        assert (draft.terms.instruction, draft.terms.submit) == ("Welcome", False)


class TestClaims:
    def test_are_neither_submitted_nor_multisigned(self):
        terms = a_draft(CLAIM, options={"submit": True, "multisign": True}).terms

        assert json_of(terms) == CLAIM
        assert (terms.submit, terms.multisign) == (False, False)


class TestTopLevel:
    def test_keys_are_read_in_any_case_and_unknown_ones_ignored(self):
        draft = check_draft({"txJson": PAYMENT, "Custom_Meta": {"identifier": "x"}, "OPTIONS": {"submit": 0}, "new": 1})

        assert (draft.terms.tx_type, draft.identifier, draft.terms.submit) == ("Payment", "x", False)

    @pytest.mark.parametrize(
        ("sent", "read"),
        [
            ("C2A7E1D4-6B3F-4A90-8E5C-7F1B9D2A4C60", "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"),
            (" c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60 ", "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"),
            ("no token", None),
            (5, None),
            (None, None),
        ],
    )
    def test_a_user_token_that_is_none_is_no_error(self, sent, read):
        assert a_draft(PAYMENT, user_token=sent).user_token == read


class TestBlob:
    @pytest.mark.parametrize(
        ("sent", "kept"),
        [
            (
                b'{ "b": 1.10, "a" : 1e2, "big": 12345678901234567890 }',
                b'{"b":1.10,"a":1e2,"big":12345678901234567890}',
            ),
            (b'"plain text"', b'"plain text"'),
            (b'{"a": "\\u00e9\\/ \xc3\xa9"}', b'{"a":"\\u00e9\\/ \xc3\xa9"}'),
            (b"[1, -0.0, {}]", b"[1,-0.0,{}]"),
            (b"null", b"null"),
            (b"{}", b"{}"),
        ],
    )
    def test_is_kept_to_the_letter(self, sent, kept):
        raw = b'{"txjson": {"TransactionType": "SignIn"}, "Custom_meta": {"blob": ' + sent + b"}}"

        draft = check_draft(parse_json(raw, max_depth=32), raw=raw)

        assert bytes(draft.terms.blob) == kept

    def test_may_have_1500_characters_of_compact_json(self):
        raw = json.dumps({"txjson": PAYMENT, "custom_meta": {"blob": {"x": "é" * 1492}}}, indent=4).encode()

        draft = check_draft(parse_json(raw, max_depth=32), raw=raw)

        assert json.loads(bytes(draft.terms.blob)) == {"x": "é" * 1492}
