"""The names of flags, against xrpl-py's."""

from enum import Enum

import pytest
from xrpl.models import transactions

from sealgate.ledger.definitions import load_definitions
from sealgate.ledger.flags import ACCOUNT_FLAGS, TRANSACTION_FLAGS


def values_of(oracle: type[Enum]) -> dict[str, int]:
    return {member.name.replace("_", "").lower(): int(member.value) for member in oracle}


def plain(names: dict[str, int]) -> dict[str, int]:
    return {name.lower(): value for name, value in names.items()}


@pytest.mark.parametrize("tx_type", sorted(TRANSACTION_FLAGS))
def test_flags_have_the_bits_that_the_oracle_gives_them(tx_type):
    oracle = getattr(transactions, f"{tx_type}Flag", None)
    if oracle is None:
        assert set(TRANSACTION_FLAGS[tx_type].values()) <= {1}
        return

    theirs = set(values_of(oracle).values())

    assert set(TRANSACTION_FLAGS[tx_type].values()) <= theirs


@pytest.mark.parametrize("tx_type", ["Payment", "OfferCreate", "NFTokenMint", "AMMDeposit", "AMMWithdraw", "Batch"])
def test_flags_have_the_names_that_the_oracle_gives_them(tx_type):
    theirs = values_of(getattr(transactions, f"{tx_type}Flag"))

    assert plain(dict(TRANSACTION_FLAGS[tx_type])).items() <= theirs.items()


def test_account_flags_are_the_oracles():
    assert set(ACCOUNT_FLAGS.values()) == {int(flag) for flag in transactions.AccountSetAsfFlag}


def test_flags_are_of_types_that_a_network_has():
    known = {*load_definitions().transaction_types, *load_definitions("xahau").transaction_types}

    assert set(TRANSACTION_FLAGS) <= known


def test_no_two_names_of_a_type_share_a_bit():
    for names in TRANSACTION_FLAGS.values():
        assert len(set(names.values())) == len(names)
        assert all(bit.bit_count() == 1 for bit in names.values())
