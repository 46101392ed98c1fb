"""Several signatures for one request: collected until they weigh enough, then one object that all of them signed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from sealgate.base.settings import Settings
from sealgate.delivery.tables import app_events
from sealgate.infra.nodes import Nodes
from sealgate.ledger.codec import decode
from sealgate.ledger.keys import KeyPair, generate_seed, key_pair_from_seed
from sealgate.ledger.signatures import multisign_transaction, verify_blob, verify_signatures
from sealgate.payloads.signer_rights import DISABLE_MASTER
from tests.scripted_node import Refusal, ScriptedNode
from tests.wallet_side import NODE, Answer, Wallet, WalletSide

pytestmark = pytest.mark.anyio

LIMIT_S = 15
BOARD = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
PAYMENT = {
    "TransactionType": "Payment", "Account": BOARD, "Destination": "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh",
    "Amount": "2500000", "Fee": "60", "Sequence": 7,
}  # fmt: skip


class Story:
    """A server that asks a scripted node, an account with a list of signers, and three wallets on it."""

    def __init__(self, side: WalletSide, node: ScriptedNode, wallets: list[Wallet]) -> None:
        self.side = side
        self.node = node
        self.ann, self.ben, self.cat = wallets
        self.uuid = ""

    def lists(self, quorum: int, *wallets: Wallet) -> None:
        self.node.lists_signers(BOARD, quorum, **{wallet.key.address: 1 for wallet in wallets})

    async def asks(self, txjson: dict[str, Any] = PAYMENT, **options: Any) -> None:
        self.uuid = (await self.side.asks(txjson, options={"multisign": True, **options}))["uuid"]

    async def signed(self, wallet: Wallet, key: KeyPair | None = None, signer: str | None = None) -> dict[str, Any]:
        opened = await wallet.opens(self.uuid)
        assert opened.status == 200, opened
        key = key or wallet.key
        signer = signer or key.address
        signed = multisign_transaction(opened.json["view"]["payload"]["payload"]["request_json"], key, signer)
        return {
            "signed_blob": signed.blob.hex(), "tx_id": signed.txid, "signpubkey": key.public_key.hex(),
            "multisigned": signer, "environment": NODE, "origintype": "QR", "signmethod": "PIN",
        }  # fmt: skip

    async def signs(self, wallet: Wallet, key: KeyPair | None = None, signer: str | None = None) -> Answer:
        return await wallet.answers(self.uuid, await self.signed(wallet, key, signer))

    async def sees(self) -> dict[str, Any]:
        return await self.side.sees(self.uuid)

    async def events(self) -> list[str]:
        return list(await self.side.context.db.read(_kinds, self.side.app_uuid))


def _kinds(tx: Any, app_uuid: str) -> list[str]:
    chosen = select(app_events.c.kind).where(app_events.c.app_uuid == app_uuid).order_by(app_events.c.id)
    return list(tx.execute(chosen).scalars())


@asynccontextmanager
async def story(settings: Settings, *, network: str = "MAINNET") -> AsyncIterator[Story]:
    async with AsyncExitStack() as stack:
        node = await stack.enter_async_context(ScriptedNode())
        side = WalletSide(replace(settings, nodes=(f"{network}={node.url}",), rate_limits=False))
        await side.start()
        stack.push_async_callback(side.stop)
        for pool in side.context.get(Nodes).pools.values():
            for one in pool.nodes:
                one._network_id = None
        told = Story(side, node, [await side.wallet() for _ in range(3)])
        told.lists(2, told.ann, told.ben, told.cat)
        yield told


class TestCollecting:
    async def test_waits_until_the_signatures_weigh_enough_and_puts_them_together(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()

            first = await told.signs(told.cat)

            assert (first.status, first.json["signed"], first.json["user_token"]) == (200, True, True)
            assert first.json["collected"] == {"weight": 1, "quorum": 2}
            waiting = await told.sees()
            assert (waiting["meta"]["resolved"], waiting["meta"]["signed"]) == (False, False)
            assert set(waiting["response"].values()) == {None}
            assert (waiting["collected"]["weight"], waiting["collected"]["quorum"]) == (1, 2)
            assert [one["account"] for one in waiting["collected"]["signatures"]] == [told.cat.key.address]
            assert "verified" not in waiting

            last = await told.signs(told.ann)

            assert last.status == 200, last
            assert "collected" not in last.json
            seen = await told.sees()
            assert (seen["meta"]["resolved"], seen["meta"]["signed"]) == (True, True)
            assert "collected" not in seen
            response = seen["response"]
            together = verify_blob(bytes.fromhex(response["hex"]))
            assert set(together.signers) == {told.ann.key.address, told.cat.key.address}
            assert (together.txid, together.account) == (response["txid"], response["account"])
            assert response["account"] == BOARD
            assert response["multisign_account"] == told.ann.key.address
            rights = seen["verified"]["rights"]
            assert (rights["key"], rights["weight"], rights["quorum"]) == ("signers", 2, 2)
            assert set(rights["signers"]) == set(together.signers)
            assert (await told.events()).count("payload.contributed") == 1
            assert (await told.events()).count("payload.resolved") == 1

    async def test_follows_what_was_put_together_to_its_ledger(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()
            for wallet in (told.ann, told.ben):
                await told.signs(wallet)
            seen = await told.sees()
            told.node.validates(seen["response"]["txid"], delivered_amount="2500000")

            async with asyncio.timeout(LIMIT_S):
                while not (seen := await told.sees())["verified"]["validated"]:
                    await told.node.close_ledger()
                    told.side.clock.advance(seconds=1)
                    await asyncio.sleep(0.02)

            assert seen["verified"]["result"] == "tesSUCCESS"
            receipt = await told.side.platform("GET", f"payload/{told.uuid}/receipt")
            assert receipt.status == 200

    async def test_refuses_a_second_signature_of_the_same_signer(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()
            await told.signs(told.ann)

            again = await told.signs(told.ben, told.ann.key)

            assert (again.status, again.code) == (409, 511)
            assert f"{told.ann.key.address} has signed already" in again.text
            assert (await told.sees())["collected"]["weight"] == 1

    async def test_gives_the_same_answer_again_for_an_answer_can_be_lost(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()
            first = await told.signed(told.ann)
            once = await told.ann.answers(told.uuid, first)

            again = await told.ann.repeats(told.uuid, first)
            last = await told.signed(told.ben)
            done = await told.ben.answers(told.uuid, last)
            late = [await told.ben.repeats(told.uuid, last), await told.ann.repeats(told.uuid, first)]

            assert (again.status, again.json["collected"]) == (200, once.json["collected"])
            assert [one.json for one in late] == [done.json, done.json]
            assert (await told.events()).count("payload.contributed") == 1

    async def test_refuses_who_is_not_on_the_list(self, flow_settings):
        async with story(flow_settings) as told:
            told.lists(2, told.ann, told.ben)
            await told.asks()

            refused = await told.signs(told.cat)

            assert (refused.status, refused.code) == (400, 804)
            assert f"{told.cat.key.address} is not on the list of signers of {BOARD} on MAINNET" in refused.text

    async def test_refuses_everybody_where_there_is_no_list(self, flow_settings):
        async with story(flow_settings) as told:
            del told.node.signer_lists[BOARD]
            await told.asks()

            refused = await told.signs(told.ann)

            assert (refused.status, refused.code) == (400, 804)
            assert f"{BOARD} has no list of signers on MAINNET" in refused.text

    async def test_takes_only_those_the_app_names(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks(signers=[told.ann.key.address, told.ben.key.address])

            refused = await told.signs(told.cat)

            assert (refused.status, refused.code) == (400, 405)
            assert (await told.signs(told.ann)).json["collected"]["quorum"] == 2
            assert (await told.signs(told.ben)).status == 200
            assert (await told.sees())["meta"]["signed"] is True

    async def test_takes_a_signers_regular_key_and_not_a_master_key_that_is_off(self, flow_settings):
        async with story(flow_settings) as told:
            ann, regular = told.ann.key.address, key_pair_from_seed(generate_seed())
            told.node.roots[ann] = {"RegularKey": regular.address, "Flags": DISABLE_MASTER}
            await told.asks()

            refused = await told.signs(told.ann)
            taken = await told.signs(told.ann, regular, ann)
            await told.signs(told.ben)

            assert refused.code == 405
            assert f"The master key of {ann} is switched off" in refused.text
            assert taken.status == 200, taken
            blob = bytes.fromhex((await told.sees())["response"]["hex"])
            assert regular.address in {one.key_address for one in verify_signatures(blob).signatures}

    async def test_forgets_a_signature_whose_key_was_taken_away(self, flow_settings):
        async with story(flow_settings) as told:
            ann, regular = told.ann.key.address, key_pair_from_seed(generate_seed())
            told.node.roots[ann] = {"RegularKey": regular.address}
            await told.asks()
            await told.signs(told.ann, regular, ann)
            told.node.roots[ann] = {}

            second = await told.signs(told.ben)

            assert second.json["collected"] == {"weight": 1, "quorum": 2}
            assert (await told.signs(told.ann)).status == 200
            assert (await told.sees())["meta"]["signed"] is True

    async def test_counts_as_the_list_is_when_the_last_one_signs(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()
            await told.signs(told.ann)
            told.lists(2, told.ben, told.cat)

            second = await told.signs(told.ben)

            assert second.json["collected"] == {"weight": 1, "quorum": 2}
            await told.signs(told.cat)
            signers = verify_blob(bytes.fromhex((await told.sees())["response"]["hex"])).signers
            assert set(signers) == {told.ben.key.address, told.cat.key.address}

    async def test_goes_on_after_the_deadline_once_it_was_opened_in_time(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks(expire=1)
            await told.signs(told.ann)
            told.side.clock.advance(seconds=120)

            assert (await told.signs(told.ben)).status == 200
            assert (await told.sees())["meta"]["signed"] is True

    async def test_that_nobody_opened_in_time_is_over(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks(expire=1)
            told.side.clock.advance(seconds=120)

            assert (await told.ann.opens(told.uuid)).code == 510

    async def test_is_over_when_one_declines(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()
            await told.signs(told.ann)
            await told.ben.opens(told.uuid)

            assert (await told.ben.answers(told.uuid, {"reject": True})).status == 200

            assert (await told.cat.opens(told.uuid)).code == 409
            seen = await told.sees()
            assert (seen["meta"]["resolved"], seen["meta"]["signed"]) == (True, False)

    async def test_asks_nobody_to_sign_where_the_node_is_silent(self, flow_settings):
        async with story(flow_settings) as told:

            def busy(_: Any) -> dict[str, Any]:
                raise Refusal("tooBusy")

            told.node.answers["account_info"] = busy
            await told.asks()

            assert (await told.signs(told.ann)).status == 503

    async def test_keeps_what_the_request_brought_along(self, flow_settings):
        async with story(flow_settings) as told:
            first = decode(multisign_transaction(PAYMENT, told.cat.key).blob)
            await told.asks({**PAYMENT, "Signers": first["Signers"]})

            await told.signs(told.ann)

            seen = await told.sees()
            signers = verify_blob(bytes.fromhex(seen["response"]["hex"])).signers
            assert set(signers) == {told.ann.key.address, told.cat.key.address}

    async def test_shows_the_code_to_the_others(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks()
            await told.signs(told.ann)

            page = await told.side._client.get(f"/sign/{told.uuid}")

            assert 'data-state="waiting"' in page.text
            assert 'data-show="qr"' in page.text
            assert "Signed: 1 of 2. The others sign with the same code" in page.text


class TestOnePartAlone:
    """What apps of the field ask for: one request a signer, and they put the parts together themselves."""

    async def test_is_the_answer_where_the_app_names_one_signer(self, flow_settings):
        async with story(flow_settings) as told:
            await told.asks(signers=[told.ann.key.address])
            report = await told.signed(told.ann)

            assert (await told.ann.answers(told.uuid, report)).status == 200

            seen = await told.sees()
            assert seen["meta"]["signed"] is True
            assert seen["response"]["hex"] == report["signed_blob"].upper()
            assert seen["response"]["multisign_account"] == told.ann.key.address
            assert (seen["verified"]["rights"]["weight"], seen["verified"]["rights"]["quorum"]) == (1, 2)

    async def test_is_the_answer_of_somebody_who_was_asked_by_name(self, flow_settings):
        async with story(flow_settings) as told:
            sign_in = await told.side.asks({"TransactionType": "SignIn"})
            await told.ann.signs(sign_in["uuid"])
            token = (await told.side.sees(sign_in["uuid"]))["application"]["issued_user_token"]
            made = await told.side.asks(PAYMENT, options={"multisign": True}, user_token=token)
            assert made["pushed"] is True
            told.uuid = made["uuid"]

            await told.signs(told.ann)

            assert (await told.sees())["meta"]["signed"] is True

    async def test_is_the_answer_where_no_node_knows_the_list(self, flow_settings):
        async with story(flow_settings, network="TESTNET") as told:
            await told.asks()

            assert (await told.signs(told.ann)).status == 200

            seen = await told.sees()
            assert seen["meta"]["signed"] is True
            assert seen["verified"]["rights"] is None

    async def test_of_enough_weight_is_the_whole(self, flow_settings):
        async with story(flow_settings) as told:
            told.node.lists_signers(BOARD, 2, **{told.ann.key.address: 3})
            await told.asks()

            await told.signs(told.ann)

            assert (await told.sees())["verified"]["rights"]["weight"] == 3
