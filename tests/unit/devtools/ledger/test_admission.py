"""What a transaction needs before it is tried: sequence or ticket, time, fee, the right key."""

import pytest

from sealgate.ledger.signatures import sign_transaction
from tests.unit.devtools.ledger.world import XRP, new_key

NOOP = "AccountSet"
DISABLE_MASTER = 4


@pytest.fixture
def alice(world):
    return world.account()


class TestASequence:
    def test_grows_by_one(self, world, alice):
        before = world.root(alice)["Sequence"]

        world.sends(alice, NOOP)

        assert world.root(alice)["Sequence"] == before + 1

    @pytest.mark.parametrize(("off_by", "code"), [(-1, "tefPAST_SEQ"), (1, "terPRE_SEQ")])
    def test_is_neither_of_the_past_nor_of_the_future(self, world, alice, off_by, code):
        sequence = world.root(alice)["Sequence"] + off_by

        outcome = world.sends(alice, NOOP, Sequence=sequence)

        assert (outcome.code, outcome.meta) == (code, None)
        assert world.drops(alice) == 1000 * XRP

    def test_the_same_transaction_counts_once(self, world, alice):
        signed = sign_transaction(world.filled(alice, NOOP), alice)
        world.submits(signed)

        assert world.submits(signed).code == "tefALREADY"
        assert world.drops(alice) == 1000 * XRP - 10

    def test_an_account_that_does_not_exist_has_none(self, world):
        assert world.sends(new_key(), NOOP).code == "terNO_ACCOUNT"


class TestATicket:
    def test_stands_in_for_the_sequence_once(self, world, alice):
        world.sends(alice, "TicketCreate", TicketCount=2)
        first = world.owns(alice, "Ticket")[0]["TicketSequence"]
        before = world.root(alice)["Sequence"]

        used = world.sends(alice, NOOP, Sequence=0, TicketSequence=first)
        again = world.sends(alice, NOOP, Sequence=0, TicketSequence=first, Fee="11")

        assert (used.code, again.code) == ("tesSUCCESS", "tefNO_TICKET")
        root = world.root(alice)
        assert (root["Sequence"], root["OwnerCount"], root["TicketCount"]) == (before, 1, 1)

    def test_the_last_one_takes_the_count_along(self, world, alice):
        world.sends(alice, "TicketCreate", TicketCount=1)
        ticket = world.owns(alice, "Ticket")[0]["TicketSequence"]

        world.sends(alice, NOOP, Sequence=0, TicketSequence=ticket)

        assert "TicketCount" not in world.root(alice)
        assert world.root(alice)["OwnerCount"] == 0

    def test_one_to_come_may_come(self, world, alice):
        outcome = world.sends(alice, NOOP, Sequence=0, TicketSequence=world.root(alice)["Sequence"])

        assert outcome.code == "terPRE_TICKET"

    def test_goes_without_a_sequence(self, world, alice):
        assert world.sends(alice, NOOP, TicketSequence=1).code == "temSEQ_AND_TICKET"


class TestTheDeadline:
    def test_is_the_last_ledger_it_may_be_in(self, world, alice):
        open_index = world.node.chain.open_index

        assert world.sends(alice, NOOP, LastLedgerSequence=open_index - 1).code == "tefMAX_LEDGER"
        assert world.sends(alice, NOOP, LastLedgerSequence=open_index).code == "tesSUCCESS"


class TestTheFee:
    def test_is_burnt(self, world, alice):
        supply = world.node.chain.total_drops

        world.sends(alice, NOOP, Fee="25")

        assert world.drops(alice) == 1000 * XRP - 25
        assert world.node.chain.total_drops == supply - 25

    def test_has_a_minimum(self, world, alice):
        assert world.sends(alice, NOOP, Fee="9").code == "telINSUF_FEE_P"

    def test_counts_every_signer(self, world, alice):
        one, two = new_key(), new_key()
        entries = [{"SignerEntry": {"Account": key.address, "SignerWeight": 1}} for key in (one, two)]
        world.sends(alice, "SignerListSet", SignerQuorum=2, SignerEntries=entries)

        assert world.sends(alice, NOOP, signers=(one, two), Fee="29").code == "telINSUF_FEE_P"
        assert world.sends(alice, NOOP, signers=(one, two), Fee="30").code == "tesSUCCESS"

    def test_is_not_more_than_there_is(self, world, alice):
        assert world.sends(alice, NOOP, Fee=str(1001 * XRP)).code == "terINSUF_FEE_B"

    def test_is_burnt_for_a_refusal_of_the_ledger_too(self, world, alice):
        outcome = world.pays(alice, new_key(), "1")

        assert outcome.code == "tecNO_DST_INSUF_XRP"
        assert world.drops(alice) == 1000 * XRP - 10
        assert outcome.meta["TransactionResult"] == "tecNO_DST_INSUF_XRP"


class TestTheKey:
    def test_of_a_stranger_is_refused(self, world, alice):
        assert world.sends(alice, NOOP, by=new_key()).code == "tefBAD_AUTH_MASTER"

    def test_may_be_the_regular_one(self, world, alice):
        regular = new_key("secp256k1")
        world.sends(alice, "SetRegularKey", RegularKey=regular.address)

        assert world.sends(alice, NOOP, by=regular).code == "tesSUCCESS"
        assert world.sends(alice, NOOP, by=new_key()).code == "tefBAD_AUTH"
        assert world.sends(alice, NOOP).code == "tesSUCCESS"

    def test_of_the_account_may_be_disabled(self, world, alice):
        regular = new_key()
        world.sends(alice, "SetRegularKey", RegularKey=regular.address)
        world.sends(alice, NOOP, SetFlag=DISABLE_MASTER)

        assert world.sends(alice, NOOP).code == "tefMASTER_DISABLED"
        assert world.sends(alice, NOOP, by=regular, ClearFlag=DISABLE_MASTER).code == "tesSUCCESS"
        assert world.sends(alice, NOOP).code == "tesSUCCESS"


class TestSeveralSigners:
    @pytest.fixture
    def signers(self):
        return tuple(new_key() for _ in range(3))

    @pytest.fixture
    def shared(self, world, alice, signers):
        entries = [
            {"SignerEntry": {"Account": key.address, "SignerWeight": weight}}
            for key, weight in zip(signers, (2, 1, 1), strict=True)
        ]
        assert world.sends(alice, "SignerListSet", SignerQuorum=3, SignerEntries=entries).code == "tesSUCCESS"
        return alice

    def test_reach_the_quorum_together(self, world, shared, signers):
        assert world.sends(shared, NOOP, signers=signers[:2]).code == "tesSUCCESS"
        assert world.sends(shared, NOOP, signers=signers).code == "tesSUCCESS"

    @pytest.mark.parametrize("who", [(0,), (1, 2)])
    def test_below_the_quorum_are_not_enough(self, world, shared, signers, who):
        assert world.sends(shared, NOOP, signers=tuple(signers[at] for at in who)).code == "tefBAD_QUORUM"

    def test_a_stranger_among_them_is_refused(self, world, shared, signers):
        assert world.sends(shared, NOOP, signers=(*signers, new_key())).code == "tefBAD_SIGNATURE"

    def test_an_account_without_a_list_has_none(self, world, signers):
        assert world.sends(world.account(), NOOP, signers=signers).code == "tefNOT_MULTI_SIGNING"

    def test_one_whose_master_key_is_disabled_signs_with_the_other(self, world, alice):
        bob, regular, weight = world.account(), new_key(), {"SignerWeight": 1}
        world.sends(bob, "SetRegularKey", RegularKey=regular.address)
        world.sends(bob, NOOP, SetFlag=DISABLE_MASTER)
        entries = [{"SignerEntry": {"Account": bob.address, **weight}}]
        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries)

        assert world.sends(alice, NOOP, signers=(bob,)).code == "tefMASTER_DISABLED"


class TestTheForm:
    def test_a_network_with_a_small_id_forbids_naming_it(self, world, alice):
        assert world.sends(alice, NOOP, NetworkID=1000).code == "telNETWORK_ID_MAKES_TX_NON_CANONICAL"

    def test_other_types_are_refused_by_name(self, world, alice):
        outcome = world.sends(alice, "OfferCancel", OfferSequence=1)

        assert outcome.code == "temDISABLED"
        assert "does not support OfferCancel" in outcome.message

    def test_flags_must_be_the_types_own(self, world, alice):
        assert world.sends(alice, NOOP, Flags=1).code == "temINVALID_FLAG"
        assert world.sends(alice, NOOP, Flags=0x80000000).code == "tesSUCCESS"

    def test_a_prior_transaction_can_be_demanded(self, world, alice):
        world.sends(alice, NOOP, SetFlag=5)
        first = world.sends(alice, NOOP)
        prior = world.root(alice)["AccountTxnID"]

        assert first.code == "tesSUCCESS"
        assert world.sends(alice, NOOP, AccountTxnID="F" * 64).code == "tefWRONG_PRIOR"
        assert world.sends(alice, NOOP, AccountTxnID=prior).code == "tesSUCCESS"
