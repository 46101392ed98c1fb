"""Whatever is handed in: XRP is only moved and burnt, what one side holds the other owes, sequences only grow."""

from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from sealgate.devtools.ledger.chain import TOTAL_DROPS
from sealgate.devtools.ledger.engine import Outcome
from sealgate.devtools.ledger.entries import account_index, owners_of
from sealgate.devtools.ledger.lines import RESERVE, balance_of, has, is_in_use
from sealgate.devtools.ledger.state import View
from sealgate.ledger.keys import KeyPair, encode_seed, key_pair_from_seed
from tests.unit.devtools.ledger.world import PARTIAL, World, usd

ROUNDING = Decimal("1e-12")
"""Of balances up to a thousand, with sixteen digits."""
PEOPLE = [key_pair_from_seed(encode_seed(bytes([number]) * 16, "ed25519")) for number in range(4)]
people = st.sampled_from(PEOPLE)
drops = st.integers(1, 60_000_000)
values = st.decimals("0.000001", "200", places=6).map(str)
limits = st.one_of(st.just("0"), st.decimals("0", "500", places=2).map(str))


class Ledger(RuleBasedStateMachine):
    """Four people who do whatever they like."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World()
        self.sequences: dict[str, int] = {}
        for key in PEOPLE:
            self.world.pays(self.world.genesis, key, "100000000")
        issuer, *holders, _ = PEOPLE
        self.world.sends(issuer, "AccountSet", SetFlag=8)
        for key in holders:
            self.world.sends(key, "TrustSet", LimitAmount=usd(issuer, "500"))
            self.world.pays(issuer, key, usd(issuer, "250"))

    def does(self, key: KeyPair, kind: str, **fields: Any) -> Outcome:
        """Hand in a transaction, and compare what it says with what it did."""
        before = dict(self.world.node.chain.state.entries)
        outcome = self.world.sends(key, kind, **fields)
        after = self.world.node.chain.state.entries
        if outcome.meta is None:
            assert after == before
            return outcome
        told = {next(iter(node.values()))["LedgerIndex"] for node in outcome.meta["AffectedNodes"]}
        assert told == {index for index in before.keys() | after.keys() if before.get(index) != after.get(index)}
        return outcome

    @rule(sender=people, receiver=people, amount=drops)
    def pay_xrp(self, sender, receiver, amount):
        self.does(sender, "Payment", Destination=receiver.address, Amount=str(amount))

    @rule(holder=people, peer=people, limit=limits, flags=st.sampled_from([0, 0x20000, 0x40000, 0x100000, 0x200000]))
    def trust(self, holder, peer, limit, flags):
        self.does(holder, "TrustSet", LimitAmount=usd(peer, limit), Flags=flags)

    @rule(
        sender=people,
        receiver=people,
        issuer=people,
        value=values,
        most=st.none() | values,
        flags=st.sampled_from([0, PARTIAL]),
    )
    def pay_usd(self, sender, receiver, issuer, value, most, flags):
        before = {key.address: self.position(key) for key in PEOPLE}
        more = {"SendMax": usd(issuer, most)} if most else {}
        outcome = self.does(
            sender, "Payment", Destination=receiver.address, Amount=usd(issuer, value), Flags=flags, **more
        )
        after = {key.address: self.position(key) for key in PEOPLE}
        if outcome.code != "tesSUCCESS":
            assert after == before
            return
        assert outcome.meta is not None
        delivered = Decimal(outcome.meta["delivered_amount"]["value"])
        assert 0 < delivered <= Decimal(value)
        assert flags or delivered == Decimal(value)
        assert abs(after[receiver.address] - before[receiver.address] - delivered) <= ROUNDING
        assert before[sender.address] - after[sender.address] <= Decimal(most or value) + ROUNDING

    @rule(key=people, count=st.integers(1, 3))
    def take_tickets(self, key, count):
        self.does(key, "TicketCreate", TicketCount=count)

    @rule(key=people, data=st.data())
    @precondition(lambda self: any(self.world.owns(key, "Ticket") for key in PEOPLE))
    def use_a_ticket(self, key, data):
        tickets = [entry["TicketSequence"] for entry in self.world.owns(key, "Ticket")]
        if tickets:
            outcome = self.does(key, "AccountSet", Sequence=0, TicketSequence=data.draw(st.sampled_from(tickets)))
            assert outcome.code == "tesSUCCESS"

    @rule(key=people, rate=st.sampled_from([0, 1_005_000_000, 1_333_333_333]))
    def take_a_fee(self, key, rate):
        self.does(key, "AccountSet", TransferRate=rate)

    @rule()
    def close(self):
        before = self.world.node.chain.closed
        self.world.node.close()
        assert self.world.node.chain.closed.parent_hash == before.hash

    def position(self, key: KeyPair) -> Decimal:
        """Return what somebody holds of all others, less what it owes them."""
        return sum((balance_of(line, key.address) for line in self.world.owns(key, "RippleState")), Decimal(0))

    @invariant()
    def xrp_is_moved_and_burnt_alone(self):
        chain = self.world.node.chain
        roots = [entry for entry in chain.state.entries.values() if entry["LedgerEntryType"] == "AccountRoot"]
        burnt = sum(record.outcome.fee for record in chain.transactions.values())
        assert sum(int(root["Balance"]) for root in roots) == chain.total_drops == TOTAL_DROPS - burnt
        assert all(int(root["Balance"]) >= 0 for root in roots)

    @invariant()
    def all_positions_together_are_nothing(self):
        assert sum(self.position(key) for key in PEOPLE) == 0

    @invariant()
    def objects_are_counted(self):
        state = self.world.node.chain.state
        view = View(state)
        for key in PEOPLE:
            owned = [entry for _, entry in state.owned_by(key.address)]
            held = [
                entry
                for entry in owned
                if entry["LedgerEntryType"] != "RippleState" or has(entry, key.address, RESERVE)
            ]
            assert self.world.root(key)["OwnerCount"] == len(held)
            for entry in owned:
                assert key.address in owners_of(entry)
                if entry["LedgerEntryType"] == "RippleState" and balance_of(entry, key.address) > 0:
                    # A balance can arrive on a side that never set the line up; a reserve it holds must have a reason.
                    assert not has(entry, key.address, RESERVE) or is_in_use(view, entry, key.address)

    @invariant()
    def sequences_only_grow(self):
        for key in PEOPLE:
            now = self.world.root(key)["Sequence"]
            assert now >= self.sequences.get(key.address, 0)
            self.sequences[key.address] = now
            assert account_index(key.address) in self.world.node.chain.state.entries


Ledger.TestCase.settings = settings(max_examples=25, stateful_step_count=25)
TestLedger = Ledger.TestCase
