"""Whose key may sign: regular keys and disabled master keys, as the ledger's nodes say, or refused with the reason."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from sealgate.base.settings import Settings
from sealgate.infra.nodes import Nodes
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.payloads import signer_rights
from sealgate.payloads.signer_rights import DISABLE_MASTER
from tests.scripted_node import Drop, Hang, Params, Refusal, ScriptedNode
from tests.wallet_side import Answer, Wallet, WalletSide

pytestmark = pytest.mark.anyio

SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
SIGN_IN = {"TransactionType": "SignIn"}
PAYMENT = {"TransactionType": "Payment", "Destination": SHOP, "Amount": "2500000"}
BOTH = pytest.mark.parametrize("txjson", [SIGN_IN, PAYMENT], ids=["sign-in", "payment"])


@pytest.fixture
def flow_engine() -> str:
    """Nodes and keys are the story here; what is stored is the same as of any signature."""
    return "sqlite"


class Story:
    """A server that asks scripted nodes, one wallet, and another key."""

    def __init__(self, side: WalletSide, wallet: Wallet, nodes: list[ScriptedNode]) -> None:
        self.side = side
        self.wallet = wallet
        self.nodes = nodes
        self.account = wallet.key.address
        self.other: KeyPair = key_pair_from_seed(generate_seed())
        self.uuid = ""

    def has(self, **root: Any) -> None:
        """Let every node say this of the account."""
        for node in self.nodes:
            node.roots[self.account] = root

    def has_regular_key(self, **more: Any) -> None:
        self.has(RegularKey=self.other.address, **more)

    async def signs(self, txjson: dict[str, Any], key: KeyPair | None = None, **options: Any) -> Answer:
        self.uuid = (await self.side.asks(txjson, options=options))["uuid"]
        opened = await self.wallet.opens(self.uuid)
        self.wallet.key = key or self.wallet.key
        return await self.wallet.answers(self.uuid, self.wallet.signature(opened.json, Account=self.account))

    async def sees(self) -> dict[str, Any]:
        return await self.side.sees(self.uuid)


@asynccontextmanager
async def story(
    settings: Settings, count: int = 1, *, network: str = "MAINNET", waits_s: float = 60, courtesy_s: float = 60
) -> AsyncIterator[Story]:
    async with AsyncExitStack() as stack:
        # A busy machine is no fault of the nodes: they are given up only where that is the story.
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(signer_rights, "COURTESY_S", courtesy_s)
        nodes = [await stack.enter_async_context(ScriptedNode()) for _ in range(count)]
        side = WalletSide(replace(settings, nodes=tuple(f"{network}={node.url}" for node in nodes), rate_limits=False))
        await side.start()
        stack.push_async_callback(side.stop)
        for pool in side.context.get(Nodes).pools.values():
            for node in pool.nodes:
                node._network_id = None
                node._request_s = waits_s
        yield Story(side, await side.wallet(), nodes)


class TestTheMasterKey:
    @BOTH
    async def test_signs_for_an_account_that_is_there_and_for_one_that_is_not(self, flow_settings, txjson):
        async with story(flow_settings) as told:
            assert (await told.signs(txjson)).status == 200
            told.has()
            assert (await told.signs(txjson)).status == 200

            seen = await told.sees()
            assert (seen["response"]["account"], seen["response"]["signer"]) == (told.account, told.account)
            assert seen["verified"]["rights"]["key"] == "master"
            assert seen["verified"]["rights"]["networks"] == ["MAINNET"]

    @BOTH
    async def test_is_refused_where_it_is_switched_off(self, flow_settings, txjson):
        async with story(flow_settings) as told:
            told.has_regular_key(Flags=DISABLE_MASTER)

            refused = await told.signs(txjson)

            assert (refused.status, refused.code) == (400, 405)
            assert f"The master key of {told.account} is switched off on MAINNET" in refused.text
            assert (await told.sees())["meta"]["signed"] is False

    async def test_counts_without_a_node_and_says_that_nobody_was_asked(self, flow_settings):
        async with story(flow_settings, network="TESTNET") as told:
            told.has(Flags=DISABLE_MASTER)

            assert (await told.signs(PAYMENT)).status == 200
            assert (await told.sees())["verified"]["rights"] is None


class TestARegularKey:
    @BOTH
    async def test_signs_for_its_account(self, flow_settings, txjson):
        async with story(flow_settings) as told:
            told.has_regular_key(Flags=DISABLE_MASTER)

            signed = await told.signs(txjson, told.other)

            assert signed.status == 200, signed
            seen = await told.sees()
            assert (seen["response"]["account"], seen["response"]["signer"]) == (told.account, told.other.address)
            assert (seen["verified"]["signature"], seen["verified"]["binding"]) == (True, True)
            assert seen["verified"]["rights"]["key"] == "regular"
            receipt = await told.side.platform("GET", f"payload/{told.uuid}/receipt")
            assert receipt.status == 200

    @BOTH
    async def test_that_was_taken_away_is_refused(self, flow_settings, txjson):
        async with story(flow_settings) as told:
            told.has_regular_key()
            told.has()

            refused = await told.signs(txjson, told.other)

            assert (refused.status, refused.code) == (400, 405)
            assert f"is not the regular key of {told.account} on MAINNET" in refused.text

    async def test_is_refused_where_no_node_can_be_asked(self, flow_settings):
        async with story(flow_settings, network="TESTNET") as told:
            told.has_regular_key()

            refused = await told.signs(PAYMENT, told.other)

            assert (refused.status, refused.code) == (400, 405)
            assert "without a ledger node" in refused.json["error"]["hint"]

    async def test_of_another_network_is_no_way_in(self, flow_settings):
        async with story(flow_settings) as told:
            told.has()
            made = await told.side.asks(SIGN_IN)
            opened = await told.wallet.opens(made["uuid"])
            told.wallet.key = told.other
            body = told.wallet.signature(opened.json, Account=told.account)

            refused = await told.wallet.answers(made["uuid"], body | {"environment": {"nodetype": "DEVNET"}})

            assert "is not the regular key" in refused.text


def _hangs(_: Params) -> dict[str, Any]:
    raise Hang


def _drops(_: Params) -> dict[str, Any]:
    raise Drop


def _busy(_: Params) -> dict[str, Any]:
    raise Refusal("tooBusy")


def _gibberish(_: Params) -> dict[str, Any]:
    return {"nothing": ["of", "sense"]}


def _unvalidated(params: Params) -> dict[str, Any]:
    return {"account_data": {"Account": params["account"], "Flags": 0}, "validated": False}


def _another(_: Params) -> dict[str, Any]:
    return {"account_data": {"Account": SHOP, "Flags": 0}, "validated": True}


FAULTS = pytest.mark.parametrize("fault", [_hangs, _drops, _busy, _gibberish, _unvalidated, _another])


class TestNodesThatFail:
    @FAULTS
    async def test_let_nobody_in_and_say_so(self, flow_settings, fault):
        async with story(flow_settings, waits_s=0.5 if fault is _hangs else 60) as told:
            told.has_regular_key()
            told.nodes[0].answers["account_info"] = fault

            refused = await told.signs(SIGN_IN)

            assert (refused.status, refused.code) == (503, 509)
            assert "The nodes of MAINNET cannot be asked" in refused.text
            assert (await told.sees())["meta"]["signed"] is False

    async def test_leave_a_payment_by_the_accounts_own_key_to_the_ledger(self, flow_settings):
        async with story(flow_settings, courtesy_s=0.2) as told:
            told.nodes[0].answers["account_info"] = _hangs

            async with asyncio.timeout(30):  # less than the node is waited for
                assert (await told.signs(PAYMENT)).status == 200

            assert (await told.sees())["verified"]["rights"] is None

    async def test_of_which_two_others_agree_hold_nobody_up(self, flow_settings):
        async with story(flow_settings, 3) as told:
            told.has_regular_key()
            told.nodes[0].answers["account_info"] = _hangs

            assert (await told.signs(SIGN_IN, told.other)).status == 200

    async def test_that_contradict_each_other_let_nobody_in(self, flow_settings):
        async with story(flow_settings, 2) as told:
            told.has()
            told.nodes[1].roots[told.account] = {"RegularKey": told.other.address}

            assert (await told.signs(SIGN_IN, told.other)).status == 503

    async def test_may_be_asked_again_with_the_same_signature(self, flow_settings):
        async with story(flow_settings) as told:
            told.has_regular_key()
            honest = told.nodes[0].answers["account_info"]
            told.nodes[0].answers["account_info"] = _busy
            made = await told.side.asks(SIGN_IN)
            opened = await told.wallet.opens(made["uuid"])
            body = told.wallet.signature(opened.json)
            assert (await told.wallet.answers(made["uuid"], body)).status == 503

            told.nodes[0].answers["account_info"] = honest

            assert (await told.wallet.answers(made["uuid"], body)).status == 200
