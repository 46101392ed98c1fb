"""Trust lines come, change and go."""

import pytest

from tests.unit.devtools.ledger.world import XRP, new_key, usd

NO_RIPPLE, CLEAR_NO_RIPPLE = 0x20000, 0x40000


@pytest.fixture
def issuer(world):
    return world.issuer()


def test_a_line_belongs_to_who_set_it_up(world, issuer):
    alice = world.holder(issuer, limit="12.5")

    line = world.asks("account_lines", account=alice.address)["lines"][0]

    assert (line["account"], line["limit"], line["balance"]) == (issuer.address, "12.5", "0")
    assert (world.root(alice)["OwnerCount"], world.root(issuer)["OwnerCount"]) == (1, 0)
    assert world.asks("account_lines", account=issuer.address)["lines"] == []


def test_a_limit_can_change(world, issuer):
    alice = world.holder(issuer, limit="10")

    world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "7"))

    assert world.asks("account_lines", account=alice.address)["lines"][0]["limit"] == "7"
    assert world.root(alice)["OwnerCount"] == 1


def test_a_line_at_its_defaults_goes(world, issuer):
    alice = world.holder(issuer)

    outcome = world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "0"), Flags=NO_RIPPLE)

    assert outcome.code == "tesSUCCESS"
    assert world.owns(alice, "RippleState") == world.owns(issuer, "RippleState") == []
    assert world.root(alice)["OwnerCount"] == 0
    assert any("DeletedNode" in node for node in outcome.meta["AffectedNodes"])


def test_a_line_with_a_balance_stays_until_it_is_paid_back(world, issuer):
    alice = world.holder(issuer, holds="5")
    world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "0"), Flags=NO_RIPPLE)
    assert world.holds(alice, issuer) == "5"

    outcome = world.pays(alice, issuer, usd(issuer, "5"))

    assert world.owns(alice, "RippleState") == []
    assert world.root(alice)["OwnerCount"] == 0
    gone = next(node["DeletedNode"] for node in outcome.meta["AffectedNodes"] if "DeletedNode" in node)
    values = (gone["PreviousFields"]["Balance"]["value"], gone["FinalFields"]["Balance"]["value"])
    assert (values[0].lstrip("-"), values[1]) == ("5", "0")


def test_the_first_two_need_no_reserve(world):
    issuers = [world.issuer() for _ in range(3)]
    alice = world.account(10)

    codes = [world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "1")).code for issuer in issuers]

    assert codes == ["tesSUCCESS", "tesSUCCESS", "tecNO_LINE_INSUF_RESERVE"]


def test_one_that_the_other_side_has_made_needs_a_reserve_too(world):
    alice, bob = world.account(10), world.issuer()
    issuers = [world.issuer() for _ in range(2)]
    for issuer in issuers:
        world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "1"))
    world.sends(bob, "TrustSet", LimitAmount=usd(alice, "1"))

    assert world.sends(alice, "TrustSet", LimitAmount=usd(bob, "1")).code == "tecINSUF_RESERVE_LINE"


def test_an_account_that_ripples_by_default_leaves_new_lines_open(world, issuer):
    strict = world.account()
    open_line = world.asks("account_lines", account=world.holder(issuer).address)["lines"][0]
    closed_line = world.asks("account_lines", account=world.holder(strict).address)["lines"][0]

    assert (open_line["no_ripple_peer"], closed_line["no_ripple_peer"]) == (False, True)


def test_rippling_can_be_switched(world, issuer):
    alice = world.holder(issuer)

    world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "1"), Flags=NO_RIPPLE)
    assert world.asks("account_lines", account=alice.address)["lines"][0]["no_ripple"] is True
    world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "1"), Flags=CLEAR_NO_RIPPLE)
    assert world.asks("account_lines", account=alice.address)["lines"][0]["no_ripple"] is False


def test_a_side_that_owes_cannot_stop_rippling(world, issuer):
    alice = world.holder(issuer, holds="5")

    assert world.sends(issuer, "TrustSet", LimitAmount=usd(alice, "0"), Flags=NO_RIPPLE).code == "tecNO_PERMISSION"


@pytest.mark.parametrize(
    ("value", "flags", "code"),
    [
        ("0", 0, "tecNO_LINE_REDUNDANT"),
        ("-1", 0, "temBAD_LIMIT"),
        ("1", NO_RIPPLE | CLEAR_NO_RIPPLE, "temINVALID_FLAG"),
        ("1", 0x10000, "tefNO_AUTH_REQUIRED"),
        ("1", 0x400000, "temDISABLED"),
    ],
)
def test_what_makes_no_sense_is_refused(world, issuer, value, flags, code):
    assert world.sends(world.account(), "TrustSet", LimitAmount=usd(issuer, value), Flags=flags).code == code


def test_a_line_needs_two_accounts(world):
    alice = world.account()

    assert world.sends(alice, "TrustSet", LimitAmount=usd(alice, "1")).code == "temDST_IS_SRC"
    assert world.sends(alice, "TrustSet", LimitAmount=usd(new_key(), "1")).code == "tecNO_DST"
    assert world.sends(alice, "TrustSet", LimitAmount="1").code == "temBAD_LIMIT"
    assert world.sends(alice, "TrustSet").code == "temBAD_LIMIT"


def test_an_account_may_take_no_lines(world):
    closed = world.account(SetFlag=15)

    assert world.sends(world.account(), "TrustSet", LimitAmount=usd(closed, "1")).code == "tecNO_PERMISSION"


def test_who_gave_up_freezing_cannot(world):
    issuer = world.account(SetFlag=6)
    alice = world.holder(issuer)

    outcome = world.sends(issuer, "TrustSet", LimitAmount=usd(alice, "0"), Flags=0x100000)

    assert outcome.code == "tecNO_PERMISSION"
    assert world.drops(issuer) < 1000 * XRP
