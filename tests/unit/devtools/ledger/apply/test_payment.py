"""Payments: XRP and issued amounts, whole and partial."""

import pytest

from sealgate.devtools.ledger.entries import GENESIS
from tests.unit.devtools.ledger.world import PARTIAL, XRP, new_key, usd


class TestXrp:
    def test_moves_and_the_fee_goes(self, world):
        alice, bob = world.account(), world.account()

        outcome = world.pays(alice, bob, "2500000")

        assert (outcome.code, outcome.meta["delivered_amount"]) == ("tesSUCCESS", "2500000")
        assert world.drops(alice) == 1000 * XRP - 2_500_010
        assert world.drops(bob) == 1002_500_000

    def test_makes_an_account_from_the_reserve_on(self, world):
        alice, carol = world.account(), new_key()

        assert world.pays(alice, carol, str(10 * XRP - 1)).code == "tecNO_DST_INSUF_XRP"
        outcome = world.pays(alice, carol, str(10 * XRP))

        assert outcome.code == "tesSUCCESS"
        assert world.root(carol)["Sequence"] == world.node.chain.closed.index
        created = [node["CreatedNode"] for node in outcome.meta["AffectedNodes"] if "CreatedNode" in node]
        assert created[0]["NewFields"]["Balance"] == str(10 * XRP)

    def test_leaves_the_reserve(self, world):
        alice, bob = world.account(100), world.account()

        assert world.pays(alice, bob, str(90 * XRP + 1)).code == "tecUNFUNDED_PAYMENT"
        # What the refused one has burnt is missing now; the fee itself may come out of the reserve.
        assert world.pays(alice, bob, str(90 * XRP - 10)).code == "tesSUCCESS"
        assert world.drops(alice) == 10 * XRP - 10

    def test_reserves_grow_with_objects(self, world):
        alice, bob = world.account(20), world.account()
        world.sends(alice, "TicketCreate", TicketCount=4)

        assert world.pays(alice, bob, str(2 * XRP + 1)).code == "tecUNFUNDED_PAYMENT"

    def test_a_destination_may_ask_for_a_tag(self, world):
        alice, shop = world.account(), world.account(SetFlag=1)

        assert world.pays(alice, shop, "1").code == "tecDST_TAG_NEEDED"
        assert world.pays(alice, shop, "1", DestinationTag=0).code == "tesSUCCESS"

    def test_a_destination_may_take_no_deposits(self, world):
        alice, bob = world.account(), world.account(SetFlag=9)

        assert world.pays(alice, bob, "1").code == "tecNO_PERMISSION"
        world.sends(bob, "DepositPreauth", Authorize=alice.address)
        assert world.pays(alice, bob, "1").code == "tesSUCCESS"

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"Amount": "0"}, "temBAD_AMOUNT"),
            ({"SendMax": "2"}, "temBAD_SEND_XRP_MAX"),
            ({"Flags": PARTIAL}, "temBAD_SEND_XRP_PARTIAL"),
            ({"Flags": 0x10000}, "temBAD_SEND_XRP_NO_DIRECT"),
            ({"Flags": 0x40000}, "temBAD_SEND_XRP_LIMIT"),
            ({"Paths": [[{"account": GENESIS}]]}, "temBAD_SEND_XRP_PATHS"),
            ({"DeliverMin": "1"}, "temBAD_AMOUNT"),
        ],
    )
    def test_what_makes_no_sense_is_malformed(self, world, fields, code):
        alice, bob = world.account(), world.account()

        outcome = world.sends(alice, "Payment", **{"Destination": bob.address, "Amount": "1", **fields})

        assert (outcome.code, outcome.meta) == (code, None)

    def test_to_oneself_is_redundant(self, world):
        alice = world.account()

        assert world.pays(alice, alice, "1").code == "temREDUNDANT"


class TestIssuedAmounts:
    def test_are_issued_passed_on_and_redeemed(self, world):
        issuer = world.issuer()
        alice, bob = world.holder(issuer), world.holder(issuer)

        assert world.pays(issuer, alice, usd(issuer, "100.5")).code == "tesSUCCESS"
        assert world.pays(alice, bob, usd(issuer, "0.25")).code == "tesSUCCESS"
        assert world.pays(bob, issuer, usd(issuer, "0.2")).code == "tesSUCCESS"

        assert world.holds(alice, issuer) == "100.25"
        assert world.holds(bob, issuer) == "0.05"

    def test_go_only_as_far_as_the_limit(self, world):
        issuer = world.issuer()
        alice = world.holder(issuer, limit="10")

        assert world.pays(issuer, alice, usd(issuer, "10.01")).code == "tecPATH_PARTIAL"
        assert world.pays(issuer, alice, usd(issuer, "10")).code == "tesSUCCESS"
        assert world.pays(issuer, alice, usd(issuer, "1")).code == "tecPATH_DRY"

    def test_need_a_trust_line(self, world):
        issuer, stranger = world.issuer(), world.account()
        alice = world.holder(issuer, holds="10")

        assert world.pays(alice, stranger, usd(issuer, "1")).code == "tecPATH_DRY"
        assert world.pays(alice, new_key(), usd(issuer, "1")).code == "tecNO_DST"
        assert world.pays(stranger, alice, usd(issuer, "1")).code == "tecPATH_DRY"

    def test_do_not_pass_an_issuer_who_does_not_ripple(self, world):
        issuer = world.account()
        alice, bob = world.holder(issuer, holds="10"), world.holder(issuer)

        assert world.pays(alice, bob, usd(issuer, "1")).code == "tecPATH_DRY"
        assert world.pays(alice, issuer, usd(issuer, "1")).code == "tesSUCCESS"

    def test_are_no_other_currency(self, world):
        issuer = world.issuer()
        alice, bob = world.holder(issuer, holds="10"), world.holder(issuer)

        assert world.pays(alice, bob, usd(issuer, "1"), SendMax="1000000").code == "tecPATH_DRY"
        assert world.pays(alice, bob, "1000000", SendMax=usd(issuer, "1")).code == "tecPATH_DRY"

    def test_pass_two_issuers_who_trust_each_other(self, world):
        one, other = world.issuer(), world.issuer()
        alice, bob = world.holder(one, holds="10"), world.holder(other)
        world.sends(other, "TrustSet", LimitAmount=usd(one, "100"))

        outcome = world.pays(alice, bob, usd(other, "4"), SendMax=usd(one, "4"))

        assert outcome.code == "tesSUCCESS"
        assert (world.holds(alice, one), world.holds(other, one), world.holds(bob, other)) == ("6", "4", "4")

    def test_paths_are_refused_by_name(self, world):
        issuer = world.issuer()
        alice, bob = world.holder(issuer, holds="10"), world.holder(issuer)

        outcome = world.pays(alice, bob, usd(issuer, "1"), Paths=[[{"account": issuer.address}]])

        assert outcome.code == "temDISABLED"
        assert "Paths" in outcome.message


class TestATransferFee:
    def test_is_the_issuers(self, world):
        issuer = world.issuer(TransferRate=1_005_000_000)
        alice, bob = world.holder(issuer, holds="200"), world.holder(issuer)

        assert world.pays(alice, bob, usd(issuer, "100")).code == "tecPATH_PARTIAL"
        outcome = world.pays(alice, bob, usd(issuer, "100"), SendMax=usd(issuer, "101"))

        assert outcome.code == "tesSUCCESS"
        assert (world.holds(alice, issuer), world.holds(bob, issuer)) == ("99.5", "100")
        assert world.holds(issuer, alice) == "-99.5"

    def test_is_not_taken_by_the_issuer_from_its_own(self, world):
        issuer = world.issuer(TransferRate=2_000_000_000)
        alice = world.holder(issuer, holds="10")

        assert world.pays(alice, issuer, usd(issuer, "10")).code == "tesSUCCESS"


class TestAPartialPayment:
    @pytest.fixture
    def issuer(self, world):
        return world.issuer()

    def test_delivers_what_there_is_and_says_so(self, world, issuer):
        alice, bob = world.holder(issuer, holds="30"), world.holder(issuer)

        outcome = world.pays(alice, bob, usd(issuer, "100"), Flags=PARTIAL)

        assert outcome.code == "tesSUCCESS"
        assert outcome.meta["delivered_amount"] == outcome.meta["DeliveredAmount"] == usd(issuer, "30")
        assert world.holds(bob, issuer) == "30"

    def test_of_the_whole_amount_needs_no_word(self, world, issuer):
        alice, bob = world.holder(issuer, holds="30"), world.holder(issuer)

        outcome = world.pays(alice, bob, usd(issuer, "30"), Flags=PARTIAL)

        assert "DeliveredAmount" not in outcome.meta
        assert outcome.meta["delivered_amount"] == usd(issuer, "30")

    @pytest.mark.parametrize(("least", "code"), [("30", "tesSUCCESS"), ("30.1", "tecPATH_PARTIAL")])
    def test_has_a_minimum(self, world, issuer, least, code):
        alice, bob = world.holder(issuer, holds="30"), world.holder(issuer)

        outcome = world.pays(alice, bob, usd(issuer, "100"), Flags=PARTIAL, DeliverMin=usd(issuer, least))

        assert outcome.code == code

    @pytest.mark.parametrize("flags", [0, PARTIAL])
    def test_a_minimum_beyond_the_amount_or_without_the_flag_is_malformed(self, world, issuer, flags):
        alice, bob = world.holder(issuer, holds="30"), world.holder(issuer)
        least = usd(issuer, "101" if flags else "1")

        assert world.pays(alice, bob, usd(issuer, "100"), Flags=flags, DeliverMin=least).code == "temBAD_AMOUNT"

    def test_of_nothing_fails(self, world, issuer):
        alice, bob = world.holder(issuer), world.holder(issuer)

        assert world.pays(alice, bob, usd(issuer, "1"), Flags=PARTIAL).code == "tecPATH_DRY"


class TestAFreeze:
    def test_of_a_line_stops_all_but_settling_with_the_issuer(self, world):
        issuer = world.issuer()
        alice, bob = world.holder(issuer, holds="10"), world.holder(issuer, holds="10")
        world.sends(issuer, "TrustSet", LimitAmount=usd(alice, "0"), Flags=0x100000)

        assert world.pays(alice, bob, usd(issuer, "1")).code == "tecPATH_DRY"
        assert world.pays(bob, alice, usd(issuer, "1")).code == "tesSUCCESS"
        assert world.pays(alice, issuer, usd(issuer, "1")).code == "tesSUCCESS"

    def test_of_all_stops_both_ways(self, world):
        issuer = world.issuer()
        alice, bob = world.holder(issuer, holds="10"), world.holder(issuer, holds="10")
        world.sends(issuer, "AccountSet", SetFlag=7)

        assert world.pays(bob, alice, usd(issuer, "1")).code == "tecPATH_DRY"
        assert world.pays(issuer, alice, usd(issuer, "1")).code == "tesSUCCESS"


class TestAuthorization:
    def test_is_needed_where_the_issuer_asks_for_it(self, world):
        issuer = world.account(SetFlag=2)
        alice = world.holder(issuer)

        assert world.pays(issuer, alice, usd(issuer, "1")).code == "tecPATH_DRY"
        world.sends(issuer, "TrustSet", LimitAmount=usd(alice, "0"), Flags=0x10000)
        assert world.pays(issuer, alice, usd(issuer, "1")).code == "tesSUCCESS"
