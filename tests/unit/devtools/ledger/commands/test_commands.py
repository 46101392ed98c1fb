"""What the node answers, in the shapes of both versions of the API."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.devtools.ledger.commands import COMMANDS
from sealgate.devtools.ledger.errors import CommandRefused
from sealgate.devtools.ledger.node import Subscription
from sealgate.ledger.codec import decode
from sealgate.ledger.definitions import Definitions
from sealgate.ledger.signatures import multisign_transaction, sign_transaction
from tests.unit.devtools.ledger.world import XRP, World, new_key, usd


def last_txid(world: World) -> str:
    """Return the hash of the latest transaction."""
    return next(reversed(world.node.chain.transactions))


class TestTheServer:
    def test_says_that_it_is_a_sandbox(self, world):
        info, state = world.asks("server_info")["info"], world.asks("server_state")["state"]

        assert info["sandbox"] is state["sandbox"] is True
        assert info["network_id"] == 1000
        assert info["validated_ledger"]["reserve_base_xrp"] < 50
        assert state["validated_ledger"]["reserve_inc"] == 2 * XRP

    def test_costs_ten_drops(self, world):
        assert world.asks("fee")["drops"]["open_ledger_fee"] == "10"

    def test_gives_its_definitions_once(self, world):
        told = world.asks("server_definitions")

        assert Definitions.from_json(told).transaction_types["Payment"] == 0
        assert world.asks("server_definitions", hash=told["hash"]) == {"hash": told["hash"]}

    @pytest.mark.parametrize("name", ["book_offers", "wallet_propose", "sign", "nothing"])
    def test_refuses_other_commands_by_name(self, world, name):
        with pytest.raises(CommandRefused, match="notSupported") as refusal:
            world.asks(name)

        assert name in refusal.value.message

    def test_pings(self, world):
        assert world.asks("ping") == {}


class TestAnAccount:
    def test_shows_its_root(self, world):
        alice = world.account()

        told = world.asks("account_info", account=alice.address, ledger_index="validated", queue=True)

        assert told["account_data"]["Balance"] == str(1000 * XRP)
        assert (told["validated"], told["ledger_index"]) == (True, world.node.chain.closed.index)
        assert told["account_data"]["PreviousTxnID"] == last_txid(world)

    def test_shows_its_signers_where_each_version_looks(self, world):
        alice = world.account()
        entries = [{"SignerEntry": {"Account": new_key().address, "SignerWeight": 1}}]
        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries)

        one = world.asks("account_info", account=alice.address, signer_lists=True)
        two = world.asks("account_info", account=alice.address, signer_lists=True, api_version=2)

        assert one["account_data"]["signer_lists"] == two["signer_lists"]
        assert two["signer_lists"][0]["SignerEntries"] == entries

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({}, "invalidParams"),
            ({"account": "alice"}, "actMalformed"),
            ({"account": 1}, "actMalformed"),
            ({"account": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"}, "actNotFound"),
            ({"account": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "ledger_index": 1}, "lgrNotFound"),
            ({"account": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "ledger_index": "then"}, "invalidParams"),
            ({"account": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "ledger_hash": "00"}, "lgrNotFound"),
        ],
    )
    def test_that_cannot_be_shown_is_refused(self, world, params, error):
        for command in ("account_info", "account_lines", "account_objects"):
            assert world.is_refused(command, **params) == error

    def test_has_one_state_the_latest(self, world):
        alice = world.account()
        index = world.node.chain.closed.index
        world.node.close()

        told = world.asks("account_info", account=alice.address, ledger_index=index)
        world.sends(alice, "AccountSet")

        assert told["ledger_index"] == index
        assert world.is_refused("account_info", account=alice.address, ledger_index=index) == "lgrNotFound"

    def test_shows_lines_page_by_page(self, world):
        alice = world.account()
        issuers = [world.issuer() for _ in range(3)]
        for issuer in issuers:
            world.sends(alice, "TrustSet", LimitAmount=usd(issuer, "1"))

        first = world.asks("account_lines", account=alice.address, limit=2)
        rest = world.asks("account_lines", account=alice.address, limit=2, marker=first["marker"])

        assert [line["account"] for line in first["lines"] + rest["lines"]] == [key.address for key in issuers]
        assert "marker" not in rest
        assert world.is_refused("account_lines", account=alice.address, marker="there") == "invalidParams"
        assert world.is_refused("account_lines", account=alice.address, limit=0) == "invalidParams"

    def test_shows_objects_by_type(self, world):
        issuer = world.issuer()
        alice = world.holder(issuer)
        world.sends(alice, "TicketCreate", TicketCount=2)

        def kinds(**params):
            objects = world.asks("account_objects", account=alice.address, **params)["account_objects"]
            return sorted(entry["LedgerEntryType"] for entry in objects)

        assert kinds() == ["RippleState", "Ticket", "Ticket"]
        assert kinds(type="ticket") == ["Ticket", "Ticket"]
        assert kinds(type="check") == []
        assert kinds(deletion_blockers_only=True) == ["RippleState"]


class TestATransaction:
    def test_is_found_by_its_hash_in_both_versions(self, world):
        alice = world.account()
        txid = last_txid(world)

        one = world.asks("tx", transaction=txid.lower())
        two = world.asks("tx", transaction=txid, api_version=2)

        assert one["hash"] == two["hash"] == txid
        assert one["Destination"] == two["tx_json"]["Destination"] == alice.address
        assert (one["Amount"], one["DeliverMax"]) == (str(1000 * XRP), str(1000 * XRP))
        assert "Amount" not in two["tx_json"]
        assert two["tx_json"]["DeliverMax"] == str(1000 * XRP)
        assert two["meta"]["delivered_amount"] == str(1000 * XRP)
        assert one["validated"] is two["validated"] is True

    def test_that_nobody_knows_is_not_found(self, world):
        assert world.is_refused("tx", transaction="0" * 64) == "txnNotFound"
        assert world.is_refused("tx", transaction="0") == "invalidParams"
        assert world.is_refused("tx", ctid="C") == "notSupported"
        assert world.is_refused("tx", transaction="0" * 64, binary=True) == "notSupported"

    def test_of_an_account_are_listed_latest_first_page_by_page(self, world):
        alice = world.account()
        for _ in range(4):
            world.sends(alice, "AccountSet")
        txids = world.node.chain.by_account[alice.address]

        first = world.asks("account_tx", account=alice.address, limit=3, api_version=2)
        rest = world.asks("account_tx", account=alice.address, limit=3, api_version=2, marker=first["marker"])
        oldest = world.asks("account_tx", account=alice.address, limit=1, forward=True)

        listed = [entry["hash"] for entry in first["transactions"] + rest["transactions"]]
        assert listed == txids[::-1]
        assert "marker" not in rest
        assert oldest["transactions"][0]["tx"]["hash"] == txids[0]

    def test_of_a_range_are_listed(self, world):
        alice = world.account()
        index = world.node.chain.closed.index
        world.sends(alice, "AccountSet")

        told = world.asks("account_tx", account=alice.address, ledger_index_min=index, ledger_index_max=index)

        assert len(told["transactions"]) == 1
        assert world.is_refused("account_tx", account=alice.address, ledger_index_min="x") == "invalidParams"


class TestSubmit:
    def test_tells_what_came_of_it(self, world):
        alice = world.account()
        signed = sign_transaction(world.filled(alice, "AccountSet"), alice)

        told = world.asks("submit", tx_blob=signed.blob.hex())

        assert (told["engine_result"], told["engine_result_code"]) == ("tesSUCCESS", 0)
        assert told["tx_json"]["hash"] == signed.txid
        assert told["accepted"] is told["applied"] is True
        assert told["account_sequence_next"] == world.root(alice)["Sequence"]

    def test_tells_why_not(self, world):
        alice = world.account()
        signed = sign_transaction(world.filled(alice, "AccountSet", Sequence=1), alice)

        told = world.asks("submit", tx_blob=signed.blob.hex())

        assert (told["engine_result"], told["engine_result_code"], told["accepted"]) == ("tefPAST_SEQ", -190, False)

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({}, "invalidParams"),
            ({"tx_blob": "no hex"}, "invalidParams"),
            ({"tx_blob": 12}, "invalidParams"),
            ({"tx_blob": "12" * 10_000}, "invalidParams"),
            ({"tx_blob": "1200"}, "invalidTransaction"),
            ({"tx_json": {"TransactionType": "Payment"}, "secret": "s"}, "notSupported"),
        ],
    )
    def test_takes_signed_blobs_alone(self, world, params, error):
        assert world.is_refused("submit", **params) == error

    def test_takes_json_that_several_signed(self, world):
        alice, signer = world.account(), new_key()
        entries = [{"SignerEntry": {"Account": signer.address, "SignerWeight": 1}}]
        world.sends(alice, "SignerListSet", SignerQuorum=1, SignerEntries=entries)
        tx = world.filled(alice, "AccountSet", Fee="20", SigningPubKey="")
        blob = multisign_transaction(tx, signer).blob.hex()
        told = world.asks("submit", tx_blob=blob)
        signed = multisign_transaction({**tx, "Sequence": tx["Sequence"] + 1}, signer)
        again = world.asks("submit_multisigned", tx_json=decode(signed.blob))

        assert (told["engine_result"], again["engine_result"]) == ("tesSUCCESS", "tesSUCCESS")
        assert again["tx_json"]["hash"] == signed.txid

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({}, "invalidParams"),
            ({"tx_json": {"Account": "r"}}, "invalidParams"),
            ({"tx_json": {"Signers": [1], "SigningPubKey": ""}}, "invalidTransaction"),
            ({"tx_json": {"Signers": [{"Signer": {}}], "SigningPubKey": ""}}, "invalidTransaction"),
        ],
    )
    def test_refuses_json_that_nobody_signed(self, world, params, error):
        assert world.is_refused("submit_multisigned", **params) == error


class TestALedger:
    def test_is_shown_with_its_transaction(self, world):
        world.account()
        header = world.node.chain.closed

        plain = world.asks("ledger", ledger_index=header.index, transactions=True)
        full = world.asks("ledger", ledger_hash=header.hash, transactions=True, expand=True, api_version=2)

        assert plain["ledger"]["transactions"] == [header.txid]
        assert plain["ledger"]["ledger_index"] == str(header.index)
        assert full["ledger"]["transactions"][0]["meta"]["TransactionResult"] == "tesSUCCESS"
        assert full["ledger"]["ledger_index"] == full["ledger_index"] == header.index

    def test_that_is_open_has_no_hash(self, world):
        told = world.asks("ledger", ledger_index="current")

        assert told["ledger"]["closed"] is told["validated"] is False
        assert told["ledger_current_index"] == world.node.chain.open_index

    def test_closes_on_demand(self, world):
        before = world.asks("ledger_closed")["ledger_index"]

        assert world.asks("ledger_accept")["ledger_current_index"] == before + 2
        assert world.asks("ledger_closed")["ledger_index"] == before + 1
        assert world.asks("ledger_current")["ledger_current_index"] == before + 2

    def test_is_not_dumped(self, world):
        assert world.is_refused("ledger", full=True) == "notSupported"

    def test_shows_single_entries(self, world):
        issuer = world.issuer()
        alice = world.holder(issuer)
        world.sends(alice, "TicketCreate", TicketCount=1)
        ticket = world.owns(alice, "Ticket")[0]["TicketSequence"]

        by_account = world.asks("ledger_entry", account_root=alice.address)
        line = {"accounts": [alice.address, issuer.address], "currency": "USD"}

        assert by_account["node"]["Account"] == alice.address
        assert world.asks("ledger_entry", index=by_account["index"])["node"] == by_account["node"]
        assert world.asks("ledger_entry", ripple_state=line)["node"]["LedgerEntryType"] == "RippleState"
        asked = {"account": alice.address, "ticket_seq": ticket}
        assert world.asks("ledger_entry", ticket=asked)["node"]["TicketSequence"] == ticket
        assert world.is_refused("ledger_entry", signer_list={"account": alice.address}) == "entryNotFound"
        assert world.is_refused("ledger_entry", offer="0") == "notSupported"
        assert world.is_refused("ledger_entry", ripple_state={"accounts": 1}) == "invalidParams"


class TestASubscription:
    def test_is_kept_and_ended(self, world):
        alice, subscription = world.account(), Subscription()

        told = world.asks("subscribe", streams=["ledger"], accounts=[alice.address], subscription=subscription)
        assert told["ledger_index"] == world.node.chain.closed.index
        assert (subscription.streams, subscription.accounts) == ({"ledger"}, {alice.address})

        world.asks("unsubscribe", streams=["ledger"], accounts=[alice.address], subscription=subscription)
        assert (subscription.streams, subscription.accounts) == (set(), set())

    @pytest.mark.parametrize(
        ("params", "error"),
        [
            ({"streams": ["consensus"]}, "notSupported"),
            ({"streams": [1]}, "malformedStream"),
            ({"streams": "ledger"}, "invalidParams"),
            ({"accounts": ["alice"]}, "actMalformed"),
            ({"books": [{}]}, "notSupported"),
        ],
    )
    def test_to_what_is_not_there_is_refused(self, world, params, error):
        assert world.is_refused("subscribe", subscription=Subscription(), **params) == error

    def test_needs_a_socket(self, world):
        assert world.is_refused("subscribe", streams=["ledger"]) == "notSupported"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = (
    "account", "accounts", "api_version", "binary", "expand", "forward", "hash", "index", "ledger_hash", "ledger_index",
    "ledger_index_max", "ledger_index_min", "limit", "marker", "peer", "queue", "ripple_state", "signer_list",
    "signer_lists", "streams", "ticket", "transaction", "transactions", "tx_blob", "tx_json", "type", "account_root",
)  # fmt: skip
VALUES = JSON | st.sampled_from(
    ["rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh", "validated", "current", "ledger", 32_570, True, "0" * 64]
)
SHARED = World()


@given(st.sampled_from(sorted(COMMANDS)), st.dictionaries(st.sampled_from(MEMBERS), VALUES, max_size=5))
def test_whatever_is_asked_is_answered_or_refused(name, params):
    try:
        told = SHARED.asks(name, **params, subscription=Subscription())
    except CommandRefused:
        return

    assert isinstance(told, dict)
