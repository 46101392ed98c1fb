"""What an account says of itself: flags, fields, keys, signers, tickets, preauthorizations."""

import pytest

from sealgate.devtools.ledger.entries import DEFAULT_RIPPLE, DISABLE_MASTER
from tests.unit.devtools.ledger.world import new_key, usd


@pytest.fixture
def alice(world):
    return world.account()


def entries_of(*keys, weight=1):
    return [{"SignerEntry": {"Account": key.address, "SignerWeight": weight}} for key in keys]


class TestAccountSet:
    def test_flags_come_and_go(self, world, alice):
        world.sends(alice, "AccountSet", SetFlag=8)
        assert world.root(alice)["Flags"] == DEFAULT_RIPPLE
        assert world.asks("account_info", account=alice.address)["account_flags"]["defaultRipple"] is True

        world.sends(alice, "AccountSet", ClearFlag=8)
        assert world.root(alice)["Flags"] == 0

    def test_the_old_flags_do_the_same(self, world, alice):
        world.sends(alice, "AccountSet", Flags=0x10000)

        assert world.asks("account_info", account=alice.address)["account_flags"]["requireDestinationTag"] is True

    def test_fields_come_and_go(self, world, alice):
        fields = {"Domain": "6578616D706C65", "TransferRate": 1_002_000_000, "TickSize": 5, "EmailHash": "AB" * 16}
        world.sends(alice, "AccountSet", **fields)
        assert world.root(alice).items() >= fields.items()

        world.sends(alice, "AccountSet", Domain="", TransferRate=0, TickSize=0, EmailHash="00" * 16)
        assert not world.root(alice).keys() & fields.keys()

    def test_the_master_key_goes_only_beside_another(self, world, alice):
        assert world.sends(alice, "AccountSet", SetFlag=4).code == "tecNO_ALTERNATIVE_KEY"

        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries_of(new_key()))
        assert world.sends(alice, "AccountSet", SetFlag=4).code == "tesSUCCESS"
        assert world.root(alice)["Flags"] & DISABLE_MASTER

    def test_only_the_master_key_disables_itself(self, world, alice):
        regular = new_key()
        world.sends(alice, "SetRegularKey", RegularKey=regular.address)

        assert world.sends(alice, "AccountSet", by=regular, SetFlag=4).code == "tecNEED_MASTER_KEY"
        assert world.sends(alice, "AccountSet", by=regular, SetFlag=6).code == "tecNEED_MASTER_KEY"

    def test_authorized_lines_are_for_accounts_without_objects(self, world):
        issuer = world.issuer()
        alice = world.holder(issuer)

        assert world.sends(alice, "AccountSet", SetFlag=2).code == "tecOWNERS"

    def test_who_gave_up_freezing_cannot_lift_a_freeze(self, world, alice):
        for flag in (7, 6):
            world.sends(alice, "AccountSet", SetFlag=flag)

        world.sends(alice, "AccountSet", ClearFlag=7)
        world.sends(alice, "AccountSet", ClearFlag=6)

        flags = world.asks("account_info", account=alice.address)["account_flags"]
        assert (flags["globalFreeze"], flags["noFreeze"]) == (True, True)

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"SetFlag": 8, "ClearFlag": 8}, "temINVALID_FLAG"),
            ({"Flags": 0x10000, "ClearFlag": 1}, "temINVALID_FLAG"),
            ({"SetFlag": 99}, "temDISABLED"),
            ({"SetFlag": 16}, "temDISABLED"),
            ({"TransferRate": 999_999_999}, "temBAD_TRANSFER_RATE"),
            ({"TransferRate": 2_000_000_001}, "temBAD_TRANSFER_RATE"),
            ({"TickSize": 2}, "temBAD_TICK_SIZE"),
            ({"Domain": "AA" * 257}, "telBAD_DOMAIN"),
            ({"MessageKey": "AA"}, "telBAD_PUBLIC_KEY"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, world, alice, fields, code):
        assert world.sends(alice, "AccountSet", **fields).code == code


class TestSetRegularKey:
    def test_goes_again(self, world, alice):
        world.sends(alice, "SetRegularKey", RegularKey=new_key().address)

        world.sends(alice, "SetRegularKey")

        assert "RegularKey" not in world.root(alice)

    def test_stays_where_nothing_else_could_sign(self, world, alice):
        regular = new_key()
        world.sends(alice, "SetRegularKey", RegularKey=regular.address)
        world.sends(alice, "AccountSet", SetFlag=4)

        assert world.sends(alice, "SetRegularKey", by=regular).code == "tecNO_ALTERNATIVE_KEY"

    def test_is_another_than_the_account(self, world, alice):
        assert world.sends(alice, "SetRegularKey", RegularKey=alice.address).code == "temBAD_REGKEY"


class TestSignerListSet:
    def test_is_one_object_and_can_be_replaced(self, world, alice):
        one, two = new_key(), new_key()
        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries_of(one))
        world.sends(alice, "SignerListSet", SignerQuorum=2, SignerEntries=entries_of(one, two))

        info = world.asks("account_info", account=alice.address, signer_lists=True, api_version=2)

        assert info["signer_lists"][0]["SignerQuorum"] == 2
        assert len(info["signer_lists"][0]["SignerEntries"]) == 2
        assert world.root(alice)["OwnerCount"] == 1

    def test_goes_again(self, world, alice):
        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries_of(new_key()))

        assert world.sends(alice, "SignerListSet", SignerQuorum=0).code == "tesSUCCESS"
        assert world.sends(alice, "SignerListSet", SignerQuorum=0).code == "tesSUCCESS"
        assert world.owns(alice, "SignerList") == []
        assert world.root(alice)["OwnerCount"] == 0

    def test_stays_where_nothing_else_could_sign(self, world, alice):
        signer = new_key()
        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries_of(signer))
        world.sends(alice, "AccountSet", SetFlag=4)

        assert world.sends(alice, "SignerListSet", signers=(signer,), SignerQuorum=0).code == "tecNO_ALTERNATIVE_KEY"

    def test_needs_a_reserve(self, world):
        poor = world.account(11)

        outcome = world.sends(poor, "SignerListSet", SignerQuorum=1, SignerEntries=entries_of(new_key()))

        assert outcome.code == "tecINSUFFICIENT_RESERVE"

    def test_what_makes_no_sense_is_refused(self, world, alice):
        key = new_key()
        for quorum, entries, code in (
            (1, [], "temMALFORMED"),
            (0, entries_of(key), "temMALFORMED"),
            (2, entries_of(key), "temBAD_QUORUM"),
            (1, entries_of(key, weight=0), "temBAD_WEIGHT"),
            (1, entries_of(key, key), "temBAD_SIGNER"),
            (1, entries_of(alice), "temBAD_SIGNER"),
        ):
            assert world.sends(alice, "SignerListSet", SignerQuorum=quorum, SignerEntries=entries).code == code


class TestTicketCreate:
    def test_sets_numbers_aside(self, world, alice):
        before = world.root(alice)["Sequence"]

        world.sends(alice, "TicketCreate", TicketCount=3)

        tickets = [entry["TicketSequence"] for entry in world.owns(alice, "Ticket")]
        assert tickets == [before + 1, before + 2, before + 3]
        assert world.root(alice)["Sequence"] == before + 4
        assert (world.root(alice)["OwnerCount"], world.root(alice)["TicketCount"]) == (3, 3)

    def test_by_a_ticket_leaves_the_sequence_out(self, world, alice):
        world.sends(alice, "TicketCreate", TicketCount=1)
        ticket = world.owns(alice, "Ticket")[0]["TicketSequence"]
        before = world.root(alice)["Sequence"]

        world.sends(alice, "TicketCreate", TicketCount=2, Sequence=0, TicketSequence=ticket)

        assert world.root(alice)["Sequence"] == before + 2
        assert world.root(alice)["TicketCount"] == 2

    @pytest.mark.parametrize("count", [0, 251])
    def test_makes_up_to_250(self, world, alice, count):
        assert world.sends(alice, "TicketCreate", TicketCount=count).code == "temINVALID_COUNT"

    def test_an_account_has_up_to_250(self, world, alice):
        assert world.sends(alice, "TicketCreate", TicketCount=250).code == "tesSUCCESS"
        assert world.sends(alice, "TicketCreate", TicketCount=1).code == "tecDIR_FULL"

    def test_needs_a_reserve(self, world):
        assert world.sends(world.account(11), "TicketCreate", TicketCount=1).code == "tecINSUFFICIENT_RESERVE"


class TestDepositPreauth:
    def test_comes_and_goes(self, world, alice):
        bob = world.account()

        codes = [
            world.sends(alice, "DepositPreauth", **{how: bob.address}).code
            for how in ("Unauthorize", "Authorize", "Authorize", "Unauthorize")
        ]

        assert codes == ["tecNO_ENTRY", "tesSUCCESS", "tecDUPLICATE", "tesSUCCESS"]
        assert world.root(alice)["OwnerCount"] == 0

    def test_is_for_another_account_that_exists(self, world, alice):
        assert world.sends(alice, "DepositPreauth", Authorize=alice.address).code == "temCANNOT_PREAUTH_SELF"
        assert world.sends(alice, "DepositPreauth", Authorize=new_key().address).code == "tecNO_TARGET"
        assert world.sends(alice, "DepositPreauth").code == "temMALFORMED"

    def test_lets_issued_amounts_in_too(self, world):
        issuer = world.issuer()
        alice = world.holder(issuer)
        world.sends(alice, "AccountSet", SetFlag=9)

        assert world.pays(issuer, alice, usd(issuer, "1")).code == "tecNO_PERMISSION"
        world.sends(alice, "DepositPreauth", Authorize=issuer.address)
        assert world.pays(issuer, alice, usd(issuer, "1")).code == "tesSUCCESS"
