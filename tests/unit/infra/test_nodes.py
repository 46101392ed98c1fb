"""Asking ledger nodes that answer, hang, refuse, talk nonsense or go away: real sockets, scripted nodes."""

import asyncio
from collections.abc import Callable

import pytest

from sealgate.base.settings import Settings, SettingsInvalid
from sealgate.infra.nodes import Close, Node, NodePool, NodeRefused, Nodes, NodeUnavailable
from sealgate.infra.nodes.breaker import DISTRUST_S, LONGEST_PAUSE_S, Breaker
from sealgate.infra.nodes.watch import Forked, LedgerWatch
from tests.scripted_node import Drop, Hang, Params, Refusal, ScriptedNode, ledger_hash

pytestmark = pytest.mark.anyio

LIMIT_S = 15
BOTH = pytest.mark.parametrize("address", ["url", "rpc_url"])


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def hangs(_: Params) -> dict[str, object]:
    raise Hang


def drops(_: Params) -> dict[str, object]:
    raise Drop


class TestOneNode:
    @BOTH
    async def test_answers(self, address):
        async with ScriptedNode() as scripted:
            node = Node(getattr(scripted, address))

            answer = await node.request("ledger", ledger_index="validated")

            assert answer["ledger_index"] == 1000
            assert node.health.is_up
            await node.close()

    @BOTH
    async def test_refuses_in_its_own_words_and_counts_as_up(self, address):
        async with ScriptedNode() as scripted:
            node = Node(getattr(scripted, address))

            with pytest.raises(NodeRefused) as refused:
                await node.request("tx", transaction="AB", max_ledger=5)

            assert refused.value.error == "txnNotFound"
            assert refused.value.answer["searched_all"] is True
            assert node.health.is_up
            await node.close()

    @BOTH
    async def test_that_hangs_is_not_waited_for(self, address):
        async with ScriptedNode() as scripted:
            scripted.answers["fee"] = hangs
            node = Node(getattr(scripted, address), request_s=0.1)

            with pytest.raises(NodeUnavailable):
                await node.request("fee")

            assert node.health.is_up is False
            await node.close()

    @BOTH
    async def test_that_breaks_off_is_connected_to_again(self, address):
        async with ScriptedNode() as scripted:
            scripted.answers["fee"] = drops
            node = Node(getattr(scripted, address))

            with pytest.raises(NodeUnavailable):
                await node.request("fee")
            answer = await node.request("ledger_current")

            assert answer["ledger_current_index"] == 1001
            await node.close()

    @BOTH
    async def test_of_another_network_is_not_taken(self, address):
        async with ScriptedNode(network_id=1) as scripted:
            node = Node(getattr(scripted, address), network_id=0)

            with pytest.raises(NodeUnavailable) as refused:
                await node.request("fee")

            assert "of network 1" in refused.value.detail
            assert scripted.count("fee") == 0
            await node.close()

    @BOTH
    async def test_that_is_not_ready_is_no_answer(self, address):
        async with ScriptedNode() as scripted:
            scripted.answers["fee"] = lambda _: (_ for _ in ()).throw(Refusal("tooBusy"))
            node = Node(getattr(scripted, address))

            with pytest.raises(NodeUnavailable):
                await node.request("fee")
            await node.close()

    async def test_answers_many_questions_at_once(self):
        async with ScriptedNode() as scripted:
            node = Node(scripted.url)

            answers = await asyncio.gather(*(node.request("ledger", ledger_index=900 + n) for n in range(50)))

            assert [answer["ledger_index"] for answer in answers] == [900 + n for n in range(50)]
            assert scripted.count("server_info") == 0
            await node.close()

    async def test_that_is_not_there_is_left_alone_after_a_while(self):
        node = Node("ws://127.0.0.1:1/")

        for _ in range(3):
            with pytest.raises(NodeUnavailable):
                await node.request("fee")

        assert not node.may_be_asked

    def test_shows_no_key_that_its_address_holds(self):
        assert Node("wss://user:key@node.example:51233/v1/secret").health.name == "node.example:51233"


class TestSeveralNodes:
    async def test_stand_in_for_each_other(self):
        async with ScriptedNode() as bad, ScriptedNode(index=77) as good:
            bad.answers["ledger_current"] = drops
            pool = NodePool("MAINNET", [bad.url, good.rpc_url], network_id=0)

            answers = [await pool.request("ledger_current") for _ in range(4)]

            assert [answer["ledger_current_index"] for answer in answers] == [78] * 4
            assert bad.count("ledger_current") == 1
            await pool.close()

    async def test_that_all_fail_are_said_to(self):
        pool = NodePool("MAINNET", ["ws://127.0.0.1:1/", "http://127.0.0.1:1/"])

        with pytest.raises(NodeUnavailable):
            await pool.request("fee")
        await pool.close()

    async def test_a_refusal_is_the_answer(self):
        async with ScriptedNode() as first, ScriptedNode() as second:
            pool = NodePool("MAINNET", [first.url, second.url])

            with pytest.raises(NodeRefused):
                await pool.request("account_info", account="rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe")

            assert second.count("account_info") == 0
            await pool.close()


class TestTheStream:
    async def test_is_shared_by_all_who_listen(self):
        async with ScriptedNode() as scripted:
            pool = NodePool("MAINNET", [scripted.url])
            first: list[Close] = []
            second: list[Close] = []
            listening = [pool.listen(first.append), pool.listen(second.append)]
            await until(lambda: bool(first and second))

            await scripted.close_ledger(2)
            await until(lambda: len(first) == 3 and len(second) == 3)

            assert [close.index for close in first] == [1000, 1001, 1002]
            assert first == second
            assert scripted.count("subscribe") == 1
            for one in listening:
                one.close()
            await pool.close()

    async def test_goes_on_at_another_node(self):
        async with ScriptedNode() as first, ScriptedNode() as second:
            pool = NodePool("MAINNET", [first.url, second.url])
            heard: list[Close] = []
            pool.listen(heard.append)
            await until(lambda: bool(heard))

            first.answers["subscribe"] = drops
            first.cut()
            await until(lambda: second.count("subscribe") == 1)
            await until(lambda: pool.nodes[1].watch.latest is not None)
            await second.close_ledger()
            await until(lambda: heard[-1].index == 1001)

            await pool.close()

    async def test_that_falls_silent_is_given_up(self):
        async with ScriptedNode() as silent, ScriptedNode() as second:
            pool = NodePool("MAINNET", [silent.url, second.url], stall_s=0.2)
            pool.listen(lambda _: None)

            await until(lambda: second.count("subscribe") > 0)

            assert pool.health[0].is_up is False
            await pool.close()

    async def test_of_a_node_without_one_is_asked_for(self):
        async with ScriptedNode() as scripted:
            pool = NodePool("MAINNET", [scripted.rpc_url])
            heard: list[Close] = []
            pool.listen(heard.append)

            await until(lambda: bool(heard))

            assert heard[0].index == 1000
            await pool.close()

    async def test_that_forks_makes_its_node_unbelieved(self):
        async with ScriptedNode() as scripted:
            pool = NodePool("MAINNET", [scripted.url])
            heard: list[Close] = []
            pool.listen(heard.append)
            await until(lambda: bool(heard))

            scripted.branch = "another"
            await scripted.tell({"type": "ledgerClosed", "ledger_index": 1000, "ledger_hash": ledger_hash(1000, "x")})
            await until(lambda: not pool.nodes[0].may_be_asked)

            assert "contradicts itself" in str(pool.health[0].reason)
            assert len(heard) == 1
            await pool.close()

    @pytest.mark.parametrize(
        "message",
        [
            {"type": "ledgerClosed", "ledger_index": -5, "ledger_hash": "00"},
            {"type": "ledgerClosed", "ledger_index": "x", "ledger_hash": ledger_hash(1)},
            {"type": "ledgerClosed", "ledger_index": 10**30, "ledger_hash": ledger_hash(1)},
        ],
    )
    async def test_of_nonsense_ends(self, message):
        async with ScriptedNode() as scripted:
            pool = NodePool("MAINNET", [scripted.url])
            heard: list[Close] = []
            pool.listen(heard.append)
            await until(lambda: bool(heard))

            await scripted.tell(message)
            await until(lambda: scripted.count("subscribe") > 1)

            assert [close.index for close in heard] == [1000]
            await pool.close()


class TestABreaker:
    def test_opens_at_the_second_failure_and_waits_longer_each_time(self):
        breaker = Breaker()
        breaker.fail(0, "x")
        after_one = breaker.allows(0)
        breaker.fail(0, "x")
        breaker.fail(1, "x")

        assert after_one
        assert [breaker.allows(moment) for moment in (1, 2.9, 3)] == [False, False, True]

    def test_never_waits_longer_than_a_minute(self):
        breaker = Breaker()
        for _ in range(50):
            breaker.fail(0, "x")

        assert breaker.allows(LONGEST_PAUSE_S)

    def test_forgets_failures_at_an_answer(self):
        breaker = Breaker()
        breaker.fail(0, "x")
        breaker.succeed()
        breaker.fail(0, "x")

        assert breaker.allows(0)

    def test_leaves_a_liar_alone_for_longer(self):
        breaker = Breaker()
        breaker.distrust(0, "x")

        assert [breaker.allows(moment) for moment in (LONGEST_PAUSE_S, DISTRUST_S)] == [False, True]


class TestAWatch:
    def test_knows_two_ledgers_of_one_number_as_a_fork(self):
        watch = LedgerWatch()
        watch.take(Close(5, "A"))
        watch.take(Close(6, "B"))

        with pytest.raises(Forked):
            watch.take(Close(5, "C"))

    def test_says_whether_a_ledger_is_news(self):
        watch = LedgerWatch()

        assert [watch.take(close) for close in (Close(5, "A"), Close(5, "A"), Close(4, "Z"), Close(7, "C"))] == [
            True, False, False, True,
        ]  # fmt: skip


class TestTheNodesOfAProcess:
    def test_are_none_without_a_setting(self):
        assert Nodes.from_settings(Settings()).keys == frozenset()

    def test_need_as_many_to_agree_as_there_are_at_most(self):
        nodes = Nodes.from_settings(
            Settings(nodes=("MAINNET=wss://a", "MAINNET=wss://b", "MAINNET=wss://c", "TESTNET=wss://d"))
        )

        assert {key: pool.agreement for key, pool in nodes.pools.items()} == {"MAINNET": 2, "TESTNET": 1}
        assert nodes.of("DEVNET") is None

    def test_that_cannot_be_understood_stop_the_start(self):
        with pytest.raises(SettingsInvalid):
            Nodes.from_settings(Settings(nodes=("wss://a",)))
