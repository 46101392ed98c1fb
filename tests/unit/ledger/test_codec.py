"""What the codec takes and refuses, value by value."""

from __future__ import annotations

from typing import Any

import pytest

from sealgate.ledger.addresses import encode_x_address
from sealgate.ledger.codec import check_template, decode, encode, encode_for_signing, expand_x_addresses
from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.errors import CodecError, UndecodableBlob, UnencodableField, UnknownField, UnknownTransactionType

ALICE = "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8"
BOB = "rh3ywpYW9Yi6kXnq2iJFoPqxkmwrgbwPRa"
USD = {"currency": "USD", "issuer": BOB, "value": "1"}
PAYMENT = {"TransactionType": "Payment", "Account": ALICE, "Destination": BOB, "Amount": "1000000", "Fee": "12"}


def nested(levels: int) -> dict[str, Any]:
    """An object in an object, so many levels deep."""
    value: dict[str, Any] = {"MemoData": "00"}
    for _ in range(levels):
        value = {"Memo": value}
    return value


class TestWhatIsTheSame:
    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ({"Fee": 12}, {"Fee": "12"}),
            ({"Flags": 7}, {"Flags": "7"}),
            ({"TickSize": 5}, {"TickSize": "5"}),
            ({"OwnerNode": 255}, {"OwnerNode": "ff"}),
            ({"MaximumAmount": 100}, {"MaximumAmount": "100"}),
            ({"Amount": {**USD, "value": "1.50"}}, {"Amount": {**USD, "value": "15e-1"}}),
            ({"Amount": {**USD, "value": 2}}, {"Amount": {**USD, "value": "2.0"}}),
            ({"Amount": {**USD, "currency": "ab" * 20}}, {"Amount": {**USD, "currency": "AB" * 20}}),
            ({"InvoiceID": "ab" * 32}, {"InvoiceID": "AB" * 32}),
            ({"TransactionType": "Payment"}, {"TransactionType": 0}),
            ({"Fee": "12", "Memos": None}, {"Fee": "12"}),
            ({"EmailHash": ""}, {"EmailHash": "00" * 16}),
        ],
    )
    def test_two_ways_to_write_a_value_have_one_encoding(self, one, other):
        assert encode(one) == encode(other)

    def test_an_x_address_is_its_classic_address_and_tag(self):
        x_address = encode_x_address(ALICE, 7)

        expanded = expand_x_addresses({"Account": x_address, "Fee": "12"})

        assert expanded == {"Account": ALICE, "SourceTag": 7, "Fee": "12"}
        assert encode({"Account": x_address, "Fee": "12"}) == encode(expanded)

    def test_a_tag_that_contradicts_the_x_address_is_refused(self):
        x_address = encode_x_address(BOB, 7)

        assert encode({"Destination": x_address}) == encode({"Destination": BOB, "DestinationTag": 7})
        assert encode({"Destination": x_address, "DestinationTag": "7"}) == encode({"Destination": x_address})
        with pytest.raises(UnencodableField, match="/Destination"):
            encode({"Destination": x_address, "DestinationTag": 8})
        with pytest.raises(UnencodableField, match="/Issuer"):
            encode({"Issuer": x_address})


class TestWhatDoesNotFit:
    @pytest.mark.parametrize(
        ("template", "pointer"),
        [
            ({"Flags": -1}, "/Flags"),
            ({"Flags": 2**32}, "/Flags"),
            ({"Flags": True}, "/Flags"),
            ({"Flags": 1.0}, "/Flags"),
            ({"Flags": "0x1"}, "/Flags"),
            ({"Flags": 10**5000}, "/Flags"),
            ({"Flags": {}}, "/Flags"),
            ({"TickSize": 256}, "/TickSize"),
            ({"OwnerNode": "g"}, "/OwnerNode"),
            ({"OwnerNode": "1" * 17}, "/OwnerNode"),
            ({"MaximumAmount": "99999999999999999999"}, "/MaximumAmount"),
            ({"Fee": "1.5"}, "/Fee"),
            ({"Fee": "-1"}, "/Fee"),
            ({"Fee": "100000000000000001"}, "/Fee"),
            ({"Fee": "١"}, "/Fee"),
            ({"Fee": []}, "/Fee"),
            ({"Amount": {**USD, "value": "1.2345678901234567"}}, "/Amount/value"),
            ({"Amount": {**USD, "value": "1e81"}}, "/Amount/value"),
            ({"Amount": {**USD, "value": "NaN"}}, "/Amount/value"),
            ({"Amount": {**USD, "value": "."}}, "/Amount/value"),
            ({"Amount": {**USD, "value": 1.5}}, "/Amount/value"),
            ({"Amount": {**USD, "value": "9" + "0" * 16 + "e80"}}, "/Amount/value"),
            ({"Amount": {**USD, "currency": "XRP"}}, "/Amount/currency"),
            ({"Amount": {**USD, "currency": "US"}}, "/Amount/currency"),
            ({"Amount": {**USD, "currency": "00" * 12 + "585250" + "00" * 5}}, "/Amount/currency"),
            ({"Amount": {**USD, "issuer": ALICE[:-1] + "q"}}, "/Amount/issuer"),
            ({"Amount": {**USD, "extra": 1}}, "/Amount"),
            ({"Amount": {"mpt_issuance_id": "00" * 24, "value": str(2**63)}}, "/Amount/value"),
            ({"Amount": {"mpt_issuance_id": "00" * 23, "value": "1"}}, "/Amount/mpt_issuance_id"),
            ({"Destination": ""}, "/Destination"),
            ({"Destination": ALICE.lower()}, "/Destination"),
            ({"Destination": 7}, "/Destination"),
            ({"InvoiceID": "AB"}, "/InvoiceID"),
            ({"MessageKey": "ABC"}, "/MessageKey"),
            ({"MessageKey": "AB CD"}, "/MessageKey"),
            ({"MessageKey": "\ud800"}, "/MessageKey"),
            ({"Asset": {"currency": "USD"}}, "/Asset"),
            ({"Asset": {"currency": "XRP", "issuer": BOB}}, "/Asset/currency"),
            ({"Asset": {"mpt_issuance_id": "00" * 24}}, "/Asset/mpt_issuance_id"),
            ({"Asset": "XRP"}, "/Asset"),
            ({"XChainBridge": {"LockingChainDoor": ALICE}}, "/XChainBridge"),
            ({"Paths": []}, "/Paths"),
            ({"Paths": [[]]}, "/Paths/0"),
            ({"Paths": [[{"account": ALICE}], [{}]]}, "/Paths/1/0"),
            ({"Paths": [[{"currency": "??"}]]}, "/Paths/0/0/currency"),
            ({"Paths": [[{"account": ALICE}] * 300]}, "/Paths"),
            ({"NFTokenOffers": ["AB" * 32, "AB"]}, "/NFTokenOffers/1"),
            ({"NFTokenOffers": "AB"}, "/NFTokenOffers"),
            ({"Number": "00"}, "/Number"),
            ({"Number": "1e99999"}, "/Number"),
            ({"Memos": {}}, "/Memos"),
            ({"Memos": [None]}, "/Memos/0"),
            ({"Memos": [{"Memo": {}, "Signer": {}}]}, "/Memos/0"),
            ({"Memos": [{"Fee": "12"}]}, "/Memos/0/Fee"),
            ({"Memos": [{"Memo": 5}]}, "/Memos/0/Memo"),
            ({"Memos": [{"Memo": {"MemoData": 5}}]}, "/Memos/0/Memo/MemoData"),
            ({"Memo": "00"}, "/Memo"),
            ({"LedgerEntryType": "Nothing"}, "/LedgerEntryType"),
        ],
    )
    def test_is_refused_with_its_place(self, template, pointer):
        with pytest.raises(UnencodableField) as refusal:
            encode(template)

        assert refusal.value.pointer == pointer
        assert refusal.value.reason

    def test_names_an_unknown_field(self):
        with pytest.raises(UnknownField, match="/Foo"):
            encode({"Foo": 1})

    def test_names_an_unknown_type(self):
        with pytest.raises(UnknownTransactionType, match="/TransactionType"):
            encode({"TransactionType": "FluxCapacitor"})

    def test_refuses_what_is_no_object(self):
        with pytest.raises(UnencodableField):
            encode([])  # type: ignore[arg-type]

    def test_refuses_the_eleventh_level(self):
        encode(nested(10))

        with pytest.raises(UnencodableField, match="deeper than 10"):
            encode(nested(11))
        with pytest.raises(UnencodableField, match="deeper than 10"):
            encode(nested(500))

    def test_refuses_more_than_64_kib(self):
        with pytest.raises(UnencodableField, match="65536"):
            encode({"MemoData": "00" * 70_000})

    def test_quotes_only_the_start_of_a_long_value(self):
        with pytest.raises(UnencodableField) as refusal:
            encode({"MessageKey": "x" * 100_000})

        assert len(str(refusal.value)) < 200

    def test_escapes_the_pointer(self):
        with pytest.raises(UnknownField) as refusal:
            encode({"a/b~c": 1})

        assert refusal.value.pointer == "/a~1b~0c"


class TestSignIn:
    def test_encodes_without_a_transaction_type(self):
        assert decode(encode({"Account": ALICE, "SigningPubKey": ""})) == {"SigningPubKey": "", "Account": ALICE}

    def test_signatures_are_not_signed(self):
        bare = {"Account": ALICE, "SigningPubKey": ""}

        assert encode_for_signing({**bare, "TxnSignature": "AB", "Signers": []}) == encode_for_signing(bare)


class TestCheckTemplate:
    def test_passes_a_template_that_the_wallet_will_complete(self):
        report = check_template({"TransactionType": "Payment", "Destination": BOB})

        assert report.transaction_type == "Payment"
        assert not report.is_unknown_type
        assert report.unknown_fields == ()

    @pytest.mark.parametrize(
        "template",
        [
            {"TransactionType": "SignIn", "SignIn": True},
            {"SignIn": True},
            {"TransactionType": "PaymentChannelAuthorize", "Channel": "AB" * 32, "Amount": "1"},
        ],
    )
    def test_passes_the_pseudo_types(self, template):
        report = check_template(template)

        assert (report.is_unknown_type, report.unknown_fields) == (False, ())

    def test_reports_an_unknown_type_and_still_checks_known_fields(self):
        template = {"TransactionType": "FluxCapacitor", "Gigawatts": 1.21, "Fee": "12"}

        report = check_template(template)

        assert report.is_unknown_type
        assert report.unknown_fields == ("/Gigawatts",)
        with pytest.raises(UnencodableField, match="/Fee"):
            check_template({**template, "Fee": "much"})

    def test_reports_unknown_fields_wherever_they_are(self):
        memo = {"MemoData": "00", "Colour": 1, "Memo": {"Deep": 1}}
        template = {"TransactionType": "Payment", "Memos": [{"Memo": {}}, {"Memo": memo}], "x": None, "y": 1}

        report = check_template(template)

        assert report.unknown_fields == ("/Memos/1/Memo/Colour", "/Memos/1/Memo/Memo/Deep", "/y")

    def test_knows_a_type_on_one_network_only(self):
        assert check_template({"TransactionType": "Remit"}).is_unknown_type
        assert not check_template({"TransactionType": "Remit"}, load_definitions("xahau")).is_unknown_type

    def test_a_claim_is_for_drops(self):
        with pytest.raises(UnencodableField, match="/Amount"):
            check_template({"TransactionType": "PaymentChannelAuthorize", "Channel": "AB" * 32, "Amount": USD})

    @pytest.mark.parametrize("name", [5, ["Payment"], {"a": 1}, True, 1.5])
    def test_refuses_a_type_that_is_no_name(self, name):
        if name == 5:
            assert check_template({"TransactionType": name}).transaction_type == ""
            return
        with pytest.raises(UnencodableField, match="/TransactionType"):
            check_template({"TransactionType": name})


class TestDecode:
    def test_gives_back_what_was_encoded(self):
        assert decode(encode(PAYMENT)) == PAYMENT

    def test_leaves_codes_without_a_name_as_numbers(self):
        assert decode(bytes.fromhex("12FFFE")) == {"TransactionType": 65534}

    @pytest.mark.parametrize(
        ("blob", "what"),
        [
            ("", "empty"),
            ("12", "ends within"),
            ("120000120000", "twice"),
            ("2200000000120000", "order"),
            ("68400000000000000C00", "header"),
            ("02020000", "longer form"),
            ("684FFFFFFFFFFFFFFF", "canonical form of an amount of drops"),
            ("68000000000000000C", "canonical form of an amount of drops"),
            ("61" + "C000000000000001" + "00" * 40, "canonical form of an issued amount"),
            ("61" + "20" + "0000000000000001" + "00" * 24, "canonical form of an amount of tokens"),
            ("91" + "00" * 12, "canonical form of a number"),
            ("8100", "account of length 0"),
            ("811300", "length its type does not have"),
            ("73FF", "length prefix"),
            ("73C1", "within a length"),
            ("F9E1F1", "no object"),
            ("F9EA7D00E1", "does not end"),
            ("EA7D00", "does not end"),
            ("E1", "end marker"),
            ("0112" + "0012" + "00", "empty path"),
            ("011202", "unknown kind"),
            ("011201" + "00" * 20, "does not end"),
            ("202F00000000", "no field 47 of type 2"),
            ("0119" + "13", "door"),
        ],
    )
    def test_refuses_what_is_not_canonical(self, blob, what):
        data = bytes.fromhex(blob)

        with pytest.raises(UndecodableBlob, match=what):
            decode(data)

    def test_says_where_it_stumbled(self):
        blob = encode({"Memos": [{"Memo": {"MemoData": "00"}}]}).replace(
            bytes.fromhex("7D0100"), bytes.fromhex("202F00000000")
        )

        with pytest.raises(CodecError) as refusal:
            decode(blob)

        assert refusal.value.pointer == "/Memos/0/Memo"

    def test_the_validators_pseudo_transaction_has_an_account_of_no_length(self):
        modify = {"TransactionType": "UNLModify", "Account": "rrrrrrrrrrrrrrrrrrrrrhoLvTp", "LedgerSequence": 1}

        blob = encode(modify)

        assert blob.endswith(bytes.fromhex("8100"))
        assert decode(blob) == modify
