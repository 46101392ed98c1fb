"""From a signature to its end on the ledger, with nodes that fail in every way: the outcome is right or unknown."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from msgspec.structs import replace
from sqlalchemy import select

from sealgate.base.settings import Settings
from sealgate.delivery.tables import app_events
from sealgate.infra.bus import BUS_RESUMED
from sealgate.infra.nodes import Nodes
from sealgate.payloads import settling
from tests.scripted_node import Drop, Hang, Params, Refusal, ScriptedNode, ledger_hash
from tests.wallet_side import Wallet, WalletSide

pytestmark = pytest.mark.anyio

LIMIT_S = 15
SHOP = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
PAYMENT = {"TransactionType": "Payment", "Destination": SHOP, "Amount": "2500000"}
USD = {"currency": "USD", "issuer": SHOP, "value": "10"}
PARTIAL = {**PAYMENT, "Amount": USD, "SendMax": "9000000", "Flags": 0x00020000}
LAST = 1010

Following = Callable[..., Awaitable["Story"]]


class Story:
    """A server that asks scripted nodes, and one signed payment."""

    def __init__(self, side: WalletSide, wallet: Wallet, *nodes: ScriptedNode) -> None:
        self.side = side
        self.wallet = wallet
        self.nodes = nodes
        self.uuid = ""
        self.txid = ""

    async def signs(self, txjson: dict[str, Any] = PAYMENT, *, last: int | None = LAST, **options: Any) -> None:
        made = await self.side.asks(txjson, options=options)
        self.uuid = made["uuid"]
        fields = {} if last is None else {"LastLedgerSequence": last}
        signed = await self.wallet.signs(self.uuid, **fields)
        assert signed.status == 200, signed
        self.txid = (await self.side.sees(self.uuid))["response"]["txid"]

    def validates(self, **how: Any) -> None:
        for node in self.nodes:
            node.validates(self.txid, **how)

    async def verified(self) -> dict[str, Any]:
        return dict((await self.side.sees(self.uuid))["verified"])

    async def settled(self) -> dict[str, Any]:
        """Wait for the end, letting ledgers close meanwhile."""
        async with asyncio.timeout(LIMIT_S):
            while (found := await self.verified())["validated"] is None:
                await self.turn()
        return found

    async def turn(self) -> None:
        """Let time pass: nodes close a ledger, the server's clock goes on."""
        for node in self.nodes:
            await node.close_ledger()
        self.side.clock.advance(seconds=5)
        self.side.context.bus.publish(BUS_RESUMED)
        await asyncio.sleep(0.02)

    async def looked(self, times: int = 3) -> None:
        """Wait until each node that may be asked was asked for the transaction some more times."""
        before = sum(node.count("tx") for node in self.nodes)
        async with asyncio.timeout(LIMIT_S):
            while sum(node.count("tx") for node in self.nodes) < before + times:
                await self.turn()

    async def is_followed(self) -> bool:
        return await self.side.context.db.read(settling.next_look, "MAINNET") is not None

    async def events(self) -> list[str]:
        rows = await self.side.context.db.read(_kinds, self.side.app_uuid)
        return [kind for kind in rows if kind == "payload.validated"]


def _kinds(tx: Any, app_uuid: str) -> list[str]:
    return list(tx.execute(select(app_events.c.kind).where(app_events.c.app_uuid == app_uuid)).scalars())


@asynccontextmanager
async def story(settings: Settings, count: int = 1, *, rpc: bool = False, **more: Any) -> AsyncIterator[Story]:
    async with AsyncExitStack() as stack:
        nodes = [await stack.enter_async_context(ScriptedNode()) for _ in range(count)]
        urls = tuple(f"MAINNET={node.rpc_url if rpc else node.url}" for node in nodes)
        side = WalletSide(replace(settings, nodes=urls, rate_limits=False, **more))
        await side.start()
        stack.push_async_callback(side.stop)
        yield Story(side, await side.wallet(), *nodes)


class TestATransaction:
    @pytest.mark.parametrize("rpc", [False, True], ids=["websocket", "json-rpc"])
    async def test_is_followed_to_its_ledger(self, flow_settings, rpc):
        async with story(flow_settings, rpc=rpc) as told:
            await told.signs()
            told.validates(delivered_amount="2500000")

            verified = await told.settled()

            assert verified["result"] == "tesSUCCESS"
            assert (verified["ledger_index"], verified["network"]) == (1000, "MAINNET")
            assert (verified["delivered_amount"], verified["delivered_in_full"]) == ("2500000", True)
            assert (verified["signature"], verified["binding"]) == (True, True)
            assert {one["field"] for one in verified["differences"]} == {
                "Account", "Fee", "Sequence", "LastLedgerSequence",
            }  # fmt: skip
            assert await told.events() == ["payload.validated"]

    async def test_tells_old_clients_what_the_wallet_never_reported(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs()
            told.validates()

            await told.settled()

            response = (await told.side.sees(told.uuid))["response"]
            assert response["dispatched_result"] == "tesSUCCESS"
            assert (response["dispatched_nodetype"], response["dispatched_to_node"]) == ("MAINNET", True)

    async def test_that_failed_is_said_to_though_the_wallet_reported_success(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs()
            report = {"dispatched": {"to": "wss://n.example", "nodetype": "MAINNET", "result": "tesSUCCESS"}}
            await told.wallet.answers(told.uuid, report)
            told.validates(result="tecPATH_DRY")

            verified = await told.settled()

            assert (verified["result"], verified["delivered_amount"]) == ("tecPATH_DRY", None)
            assert (await told.side.sees(told.uuid))["response"]["dispatched_result"] == "tesSUCCESS"

    async def test_that_delivered_less_says_so(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs(PARTIAL)
            told.validates(delivered_amount={**USD, "value": "3.25"})

            verified = await told.settled()

            assert verified["delivered_amount"]["value"] == "3.25"
            assert verified["delivered_in_full"] is False

    async def test_that_is_in_no_ledger_in_time_never_will_be(self, flow_settings):
        async with story(flow_settings) as told:
            told.nodes[0].sequences[told.wallet.key.address] = 1
            await told.signs()

            verified = await told.settled()

            assert (verified["validated"], verified["result"]) == (False, None)
            assert told.nodes[0].index > LAST
            assert await told.events() == []

    async def test_stays_unknown_where_the_account_went_on_without_it(self, flow_settings):
        async with story(flow_settings) as told:
            told.nodes[0].sequences[told.wallet.key.address] = 2
            await told.signs()
            while told.nodes[0].index <= LAST:
                await told.turn()
            await told.looked(3)

            assert (await told.verified())["validated"] is None

    async def test_that_nobody_submits_is_given_up_after_half_an_hour(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs(last=None)
            await told.looked(1)
            assert await told.is_followed()

            told.side.clock.advance(seconds=1801)
            async with asyncio.timeout(LIMIT_S):
                while await told.is_followed():
                    await told.turn()

            assert (await told.verified())["validated"] is None

    @pytest.mark.parametrize(("txjson", "options"), [(PAYMENT, {"submit": False}), ({"TransactionType": "SignIn"}, {})])
    async def test_is_not_followed_where_nobody_submits_it(self, flow_settings, txjson, options):
        async with story(flow_settings) as told:
            made = await told.side.asks(txjson, options=options)
            assert (await told.wallet.signs(made["uuid"])).status == 200
            await told.turn()
            await told.turn()

            assert told.nodes[0].count("tx") == 0
            seen = await told.side.sees(made["uuid"])
            assert (seen["verified"]["signature"], seen["verified"]["validated"]) == (True, None)

    async def test_of_a_network_without_nodes_is_not_followed(self, flow_settings):
        async with story(flow_settings) as told:
            made = await told.side.asks(PAYMENT, options={"force_network": "TESTNET"})
            opened = await told.wallet.opens(made["uuid"])
            body = told.wallet.signature(opened.json) | {"environment": {"nodetype": "TESTNET"}}
            assert (await told.wallet.answers(made["uuid"], body)).status == 200
            await told.turn()

            assert told.nodes[0].count("tx") == 0


def _hangs(_: Params) -> dict[str, Any]:
    raise Hang


def _drops(_: Params) -> dict[str, Any]:
    raise Drop


def _busy(_: Params) -> dict[str, Any]:
    raise Refusal("tooBusy")


def _gibberish(_: Params) -> dict[str, Any]:
    return {"nothing": ["of", "sense"]}


class TestNodesThatFail:
    @pytest.mark.parametrize("fault", [_hangs, _drops, _busy, _gibberish])
    async def test_leave_the_outcome_unknown_until_another_answers(self, flow_settings, fault):
        async with story(flow_settings, 3) as told:
            for pool in told.side.context.get(Nodes).pools.values():
                for node in pool.nodes:
                    node._request_s = 0.2
            told.nodes[0].answers["tx"] = fault
            await told.signs()
            told.validates()

            verified = await told.settled()

            assert verified["result"] == "tesSUCCESS"

    async def test_all_of_them_leave_it_unknown(self, flow_settings):
        async with story(flow_settings, 2) as told:
            for node in told.nodes:
                node.answers["tx"] = _drops
            await told.signs()
            for _ in range(4):
                await told.turn()

            assert (await told.verified())["validated"] is None

    async def test_never_hold_up_a_call(self, flow_settings):
        async with story(flow_settings) as told:
            for pool in told.side.context.get(Nodes).pools.values():
                for node in pool.nodes:
                    node._request_s = 60
            for command in tuple(told.nodes[0].answers):
                told.nodes[0].answers[command] = _hangs

            async with asyncio.timeout(30):  # less than the node is waited for
                await told.signs()
                assert (await told.verified())["validated"] is None

    async def test_are_connected_to_again(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs()
            await told.looked(1)
            told.nodes[0].cut()
            told.validates()

            assert (await told.settled())["result"] == "tesSUCCESS"


LIES: dict[str, dict[str, Any]] = {
    "another transaction": {"hash": "A" * 64},
    "no ledger": {"ledger_index": None},
    "a ledger too late": {"ledger_index": LAST + 1},
    "a ledger beyond all": {"ledger_index": 10**30},
    "no such result": {"meta": {"TransactionResult": "temBAD_FEE"}},
    "no result": {"meta": {}},
    "no metadata": {"meta": "text"},
    "more than was sent": {"meta": {"TransactionResult": "tesSUCCESS", "delivered_amount": "2500001"}},
    "less, without the flag": {"meta": {"TransactionResult": "tesSUCCESS", "delivered_amount": "1"}},
    "another asset": {"meta": {"TransactionResult": "tesSUCCESS", "delivered_amount": USD}},
    "no amount": {"meta": {"TransactionResult": "tesSUCCESS", "delivered_amount": {"value": "NaN"}}},
    "another ledger": {"ledger_hash": "B" * 64},
}


class TestNodesThatLie:
    @pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
    async def test_in_a_way_that_cannot_be_are_not_believed(self, flow_settings, lie):
        async with story(flow_settings) as told:
            await told.signs()
            told.validates()
            told.nodes[0].transactions[told.txid] |= lie
            await told.turn()
            await told.turn()

            assert (await told.verified())["validated"] is None
            assert await told.events() == []

    async def test_in_a_way_that_could_be_are_outvoted(self, flow_settings):
        async with story(flow_settings, 3) as told:
            await told.signs()
            told.validates(result="tecPATH_DRY")
            told.nodes[0].validates(told.txid, result="tesSUCCESS", delivered_amount="2500000")

            verified = await told.settled()

            assert verified["result"] == "tecPATH_DRY"

    async def test_leave_it_unknown_where_it_is_one_word_against_another(self, flow_settings):
        async with story(flow_settings, 2) as told:
            await told.signs()
            told.validates(result="tecPATH_DRY")
            told.nodes[0].validates(told.txid, result="tesSUCCESS", delivered_amount="2500000")
            await told.looked(6)

            assert (await told.verified())["validated"] is None

    async def test_about_there_being_nothing_do_not_end_it(self, flow_settings):
        async with story(flow_settings, 2) as told:
            told.nodes[0].sequences[told.wallet.key.address] = 1
            await told.signs()
            told.nodes[1].validates(told.txid, at=1001)
            await told.looked(20)
            assert (await told.verified())["validated"] is None

            told.nodes[0].validates(told.txid, at=1001)
            verified = await told.settled()

            assert verified["result"] == "tesSUCCESS"

    async def test_by_a_fork_are_not_believed(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs(last=100_000)
            await told.looked(2)
            told.nodes[0].branch = "another"
            told.validates()
            await told.nodes[0].tell(
                {"type": "ledgerClosed", "ledger_index": told.nodes[0].index, "ledger_hash": ledger_hash(1, "x")}
            )
            for _ in range(4):
                await told.turn()

            assert (await told.verified())["validated"] is None

    async def test_of_another_branch_are_outvoted(self, flow_settings):
        async with story(flow_settings, 3) as told:
            told.nodes[0].branch = "another"
            await told.signs()
            told.validates()

            verified = await told.settled()

            assert verified["result"] == "tesSUCCESS"


class TestAServerThatStops:
    async def test_goes_on_where_it_was(self, flow_settings):
        async with ScriptedNode() as node:
            settings = replace(flow_settings, nodes=(f"MAINNET={node.url}",))
            side = WalletSide(settings)
            await side.start()
            told = Story(side, await side.wallet(), node)
            await told.signs()
            await told.looked(1)
            credentials = side.credentials
            await side.stop()
            told.validates()

            again = WalletSide(settings)
            await again.start()
            told.side = again
            again._credentials = credentials
            verified = await told.settled()
            await again.stop()

            assert verified["result"] == "tesSUCCESS"

    async def test_shares_the_work_with_another(self, flow_settings, flow_engine):
        if flow_engine == "sqlite":
            pytest.skip("one process alone serves there")
        async with story(flow_settings) as told:
            other = WalletSide(replace(flow_settings, nodes=told.side.settings.nodes))
            await other.start()
            await told.signs()
            told.validates()

            await told.settled()
            await told.turn()
            await other.stop()

            assert await told.events() == ["payload.validated"]


class TestAReceipt:
    async def test_can_be_checked_offline(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs()
            told.validates(delivered_amount="2500000")
            await told.settled()

            made = await told.side.platform("GET", f"payload/{told.uuid}/receipt")
            certs = await told.side.send("GET", "/certs", {})

            checked = jws.deserialize_compact(
                made.json["receipt"], KeySet.import_key_set(certs.json), algorithms=["RS256"]
            )
            claims = json.loads(checked.payload)
            assert checked.headers()["typ"] == "payload-receipt+jwt"
            assert (claims["aud"], claims["jti"]) == (told.side.app_uuid, told.uuid)
            assert claims["payload"]["txid"] == told.txid
            assert claims["verified"] == await told.verified()
            assert "hex" not in json.dumps(claims)

    async def test_is_no_token(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs()
            made = await told.side.platform("GET", f"payload/{told.uuid}/receipt")

            answer = await told.side.send(
                "GET", "/api/v1/jwt/ping", {"authorization": f"Bearer {made.json['receipt']}"}
            )

            assert answer.status in (401, 403)

    async def test_is_for_what_was_signed(self, flow_settings):
        async with story(flow_settings) as told:
            made = await told.side.asks(PAYMENT)

            refused = await told.side.platform("GET", f"payload/{made['uuid']}/receipt")

            assert (refused.status, refused.code) == (409, 409)

    async def test_is_for_the_app_alone(self, flow_settings):
        async with story(flow_settings) as told:
            await told.signs()
            stranger = await told.side.new_app("Stranger")

            refused = await told.side.platform("GET", f"payload/{told.uuid}/receipt", credentials=stranger)

            assert refused.status == 404
