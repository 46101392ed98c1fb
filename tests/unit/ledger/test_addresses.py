"""Addresses there and back, against xrpl-py."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xrpl.core import addresscodec as oracle

from sealgate.ledger.addresses import (
    decode_account_id,
    decode_x_address,
    encode_account_id,
    encode_x_address,
    is_classic_address,
    is_x_address,
)
from sealgate.ledger.errors import InvalidAddress
from sealgate.ledger.ripemd160 import ripemd160, ripemd160_in_python

ALICE = "rNmA127KQNq7oQ4ZG1EFwoV968ynsDPGR8"
ids = st.binary(min_size=20, max_size=20)


class TestClassicAddresses:
    @given(ids)
    def test_are_those_of_xrpl_py(self, account_id):
        address = encode_account_id(account_id)

        assert address == oracle.encode_classic_address(account_id)
        assert decode_account_id(address) == account_id
        assert is_classic_address(address)

    @pytest.mark.parametrize("account_id", [bytes(20), bytes(19) + b"\x01", b"\xff" * 20])
    def test_of_the_ends_of_the_range(self, account_id):
        address = encode_account_id(account_id)

        assert address == oracle.encode_classic_address(account_id)
        assert decode_account_id(address) == account_id

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "r",
            ALICE[:-1],
            ALICE + "r",
            "r" + ALICE,
            ALICE.swapcase(),
            "0" + ALICE[1:],
            "x" * 200,
            "ä" * 33,
            None,
            7,
            b"r",
            "sEdTEReSUiFXKBRUPcMUo6XaPMoKjXJ",
            "XVLhHMPHU98es4dbozjVtdWzVrDjtV1kAsixQTdMjbWi39u",
        ],
        ids=repr,
    )
    def test_refuse_everything_else(self, text):
        assert not is_classic_address(text)
        with pytest.raises(InvalidAddress):
            decode_account_id(text)

    @given(st.integers(0, 32), st.sampled_from("rpshnaf39wBUDNEGHJKLM4PQRST7VWXYZ2bcdeCg65jkm8oFqi1tuvAxyz"))
    def test_notice_a_mistyped_character(self, position, character):
        mistyped = ALICE[:position] + character + ALICE[position + 1 :]

        assert is_classic_address(mistyped) is (mistyped == ALICE)

    @given(st.text(max_size=60))
    def test_any_text_is_answered(self, text):
        assert is_classic_address(text) in (True, False)
        assert is_x_address(text) in (True, False)

    def test_an_account_id_has_twenty_bytes(self):
        with pytest.raises(InvalidAddress):
            encode_account_id(bytes(19))


class TestXAddresses:
    @given(ids, st.one_of(st.none(), st.integers(0, 2**32 - 1)), st.booleans())
    def test_are_those_of_xrpl_py(self, account_id, tag, is_test):
        address = encode_account_id(account_id)

        x_address = encode_x_address(address, tag, is_test=is_test)

        assert x_address == oracle.classic_address_to_xaddress(address, tag, is_test)
        assert decode_x_address(x_address) == (address, tag, is_test)
        assert is_x_address(x_address)

    def test_refuse_a_tag_out_of_range(self):
        with pytest.raises(InvalidAddress):
            encode_x_address(ALICE, 2**32)

    @pytest.mark.parametrize("text", [ALICE, "", None, "X" * 47], ids=repr)
    def test_refuse_everything_else(self, text):
        assert not is_x_address(text)


class TestRipemd160:
    @given(st.binary(max_size=200))
    def test_our_own_is_that_of_the_system(self, message):
        assert ripemd160_in_python(message) == ripemd160(message)

    def test_gives_the_published_digest(self):
        assert ripemd160_in_python(b"abc").hex() == "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"

    def test_is_openssl_s_where_it_has_one(self):
        assert ripemd160(b"abc") == hashlib.new("ripemd160", b"abc").digest()
