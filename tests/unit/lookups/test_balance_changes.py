"""Balance changes: exact, and what one side loses another gains."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.lookups.balance_changes import Change, balance_changes, plain, readable

ALICE, BOB = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
drops = st.integers(0, 10**17)
values = st.builds(
    lambda mantissa, exponent: plain(Decimal(mantissa).scaleb(exponent)),
    st.integers(-(10**16) + 1, 10**16 - 1),
    st.integers(-96, 80),
)


def account_root(account, after, before=None, kind="ModifiedNode"):
    body = {"LedgerEntryType": "AccountRoot", "FinalFields": {"Account": account, "Balance": str(after)}}
    if before is not None:
        body["PreviousFields"] = {"Balance": str(before)}
    return {kind: body}


def trust_line(after, before, *, low=ALICE, high=BOB, currency="USD", kind="ModifiedNode"):
    def balance(value):
        return {"currency": currency, "issuer": "rrrrrrrrrrrrrrrrrrrrBZbvji", "value": value}

    fields = {
        "Balance": balance(after),
        "LowLimit": {"currency": currency, "issuer": low, "value": "0"},
        "HighLimit": {"currency": currency, "issuer": high, "value": "100"},
    }
    if kind == "CreatedNode":
        return {kind: {"LedgerEntryType": "RippleState", "NewFields": fields}}
    previous = {"Balance": balance(before)} if before is not None else {}
    return {kind: {"LedgerEntryType": "RippleState", "FinalFields": fields, "PreviousFields": previous}}


def changes_of(*nodes):
    return balance_changes({"AffectedNodes": list(nodes)})


class TestXrp:
    def test_is_told_in_whole_units_with_the_fee(self):
        found = changes_of(account_root(ALICE, 97_499_988, 100_000_000), account_root(BOB, 12_500_000, 10_000_000))

        assert found == {
            ALICE: [Change("", "XRP", Decimal("-2.500012"))],
            BOB: [Change("", "XRP", Decimal("2.5"))],
        }

    def test_of_an_account_that_was_created_is_all_it_has(self):
        created = {
            "CreatedNode": {"LedgerEntryType": "AccountRoot", "NewFields": {"Account": BOB, "Balance": "20000000"}}
        }

        assert changes_of(created) == {BOB: [Change("", "XRP", Decimal(20))]}

    def test_of_an_account_that_was_deleted_is_all_it_had(self):
        assert changes_of(account_root(ALICE, 0, 5_000_000, "DeletedNode")) == {ALICE: [Change("", "XRP", Decimal(-5))]}

    def test_that_stayed_is_not_told(self):
        assert changes_of(account_root(ALICE, 5)) == {}

    @given(before=drops, after=drops)
    def test_is_exact(self, before, after):
        found = changes_of(account_root(ALICE, after, before))

        told = sum((change.value for change in found.get(ALICE, [])), Decimal(0))
        assert told * 1_000_000 == after - before


class TestIssuedCurrencies:
    def test_are_told_from_both_ends(self):
        assert changes_of(trust_line("7.5", "5")) == {
            ALICE: [Change(BOB, "USD", Decimal("2.5"))],
            BOB: [Change(ALICE, "USD", Decimal("-2.5"))],
        }

    def test_begin_at_nothing_with_a_new_trust_line(self):
        assert changes_of(trust_line("-3", None, kind="CreatedNode"))[BOB] == [Change(ALICE, "USD", Decimal(3))]

    @given(before=values, after=values)
    def test_sum_up_to_nothing_whatever_their_size(self, before, after):
        found = changes_of(trust_line(after, before))

        if Decimal(before) == Decimal(after):
            assert found == {}
            return
        ((mine,), (theirs,)) = found[ALICE], found[BOB]
        assert mine.value == theirs.value.copy_negate()
        with localcontext() as context:
            context.prec = 400
            assert Decimal(before) + Decimal(plain(mine.value)) == Decimal(after)


class TestOtherEntries:
    @pytest.mark.parametrize(
        "node",
        [
            {"ModifiedNode": {"LedgerEntryType": "DirectoryNode", "FinalFields": {"Flags": 0}}},
            {"ModifiedNode": {"LedgerEntryType": "AccountRoot"}},
            {"DeletedNode": {"LedgerEntryType": "Offer", "FinalFields": {"Account": ALICE}}},
        ],
    )
    def test_change_no_balance(self, node):
        assert changes_of(node) == {}


def test_a_currency_is_read_where_it_can_be():
    assert readable("USD") == "USD"
    assert readable("534F4C4F00000000000000000000000000000000") == "SOLO"
    assert readable("01" * 20) == "01" * 20


@pytest.mark.parametrize(("value", "text"), [("1E+2", "100"), ("-2.500", "-2.5"), ("0.000", "0"), ("1e-6", "0.000001")])
def test_a_decimal_is_written_without_an_exponent(value, text):
    assert plain(Decimal(value)) == text
