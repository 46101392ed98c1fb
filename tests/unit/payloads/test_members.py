"""Loosely typed members of a developer's body: platform-api 4.2, 4.3."""

import pytest

from sealgate.payloads import members
from tests.payloads import ALICE, SHOP


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (True, True), (False, False), (1, True), (0, False), (-1, False), (0.5, True), ("true", True),
        (" FALSE ", False),
        ("1", True), ("0", False), ("-2", False), ("0.1", True), ("yes", None), ("", None), (None, None), ([], None),
        ({}, None), ("1e5", None), ("9" * 400, None),
    ],
    ids=repr,
)  # fmt: skip
def test_a_flag_may_be_a_boolean_a_number_or_text_of_either(sent, read):
    assert members.flag(sent, default=True) is (True if read is None else read)
    assert members.flag(sent, default=False) is (False if read is None else read)


@pytest.mark.parametrize(
    ("sent", "minutes"),
    [
        (5, 5), ("5", 5), (" 7 ", 7), (1.9, 1), ("2.5", 2), (0, 1440), (-5, 1440), (0.5, 1440), ("0", 1440),
        (None, 1440), ("soon", 1440), (True, 1440), ([5], 1440), (10**15, 5_256_000), (1e300, 5_256_000),
        ("9" * 18, 5_256_000),
    ],
    ids=repr,
)  # fmt: skip
def test_expire_is_in_minutes_and_a_day_where_it_is_none(sent, minutes):
    assert members.expire_minutes(sent) == minutes


@pytest.mark.parametrize(
    ("options", "read"),
    [
        ({}, None),
        ({"signers": None}, None),
        ({"signers": []}, None),
        ({"signers": [SHOP, ALICE.address, SHOP]}, (SHOP, ALICE.address)),
        ({"signers": SHOP}, (SHOP,)),
        ({"signer": SHOP}, (SHOP,)),
        ({"signers": [ALICE.address], "signer": SHOP}, (ALICE.address,)),
        ({"signers": [SHOP] * 10}, (SHOP,)),
    ],
    ids=repr,
)
def test_signers_are_a_list_of_accounts_or_one(options, read):
    assert members.signers(options) == read


@pytest.mark.parametrize(
    ("sent", "read"), [(" xahau ", "XAHAU"), ("ANewOne", "ANEWONE"), ("", None), ("  ", None), (None, None), (5, None)]
)
def test_a_network_is_trimmed_and_upper_cased_and_never_refused_for_being_unknown(sent, read):
    assert members.network(sent) == read


@pytest.mark.parametrize(
    ("options", "read"),
    [
        ({"return_url": {"web": "  https://a.example/x  "}}, "https://a.example/x"),
        ({"return_url": {"web": "my-app://done?{id}"}}, "my-app://done?{id}"),
        ({"return_url": {"web": "https://a.example/" + "x" * 232}}, "https://a.example/" + "x" * 232),
        ({"return_url": {"web": ""}}, None),
        ({"return_url": {"web": 5}}, None),
        ({"return_url": {"app": "https://a.example/"}}, None),
        ({"return_url": "https://a.example/"}, None),
        ({}, None),
    ],
    ids=repr,
)
def test_a_return_url_is_trimmed(options, read):
    assert members.return_url(options, "web") == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [("order-1042", "order-1042"), (1042, "1042"), (1042.0, "1042"), (1.5, "1.5"), ("", None), (None, None),
     (True, None), ([], None), ("x" * 40, "x" * 40)],
    ids=repr,
)  # fmt: skip
def test_an_identifier_is_text_or_a_number(sent, read):
    assert members.identifier(sent) == read


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Thanks for shopping", "Thanks for shopping"),
        ("  a \t  b  ", "a b"),
        ("a  \r\n   b\r\n\r\n\r\n\r\n  c \n", "a\nb\n\nc"),
        ("\n\n \n", None),
        ("x" * 280 + "   ", "x" * 280),
        ("pay \x1b[2Kbob\x07\x9b1A\0", "pay [2Kbob1A"),
        (5, None),
        (None, None),
    ],
    ids=repr,
)
def test_an_instruction_has_its_white_space_in_order(sent, read):
    assert members.instruction(sent) == read
