"""A hundred calls race for the end of one request over HTTP: one outcome, and everybody is told the same story."""

import asyncio
import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.payloads import PAYMENT
from tests.platform import Platform, start_platform
from tests.remote import Remote
from tests.wallet_side import Answer, Wallet, WalletSide

RACERS = 100
WALLETS = 5


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def platform(request: pytest.FixtureRequest) -> Iterator[Platform]:
    """A platform on each engine."""
    postgres = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    started = start_platform(database_url=postgres.create_database() if postgres else "")
    yield started
    started.stop()


async def all_at_once(calls: list[Any]) -> list[Answer]:
    random.shuffle(calls)
    return list(await asyncio.gather(*calls))


async def several_wallets(side: Remote) -> list[Wallet]:
    return [await side.wallet() for _ in range(WALLETS)]


class TestAHundred:
    def test_who_sign_decline_and_cancel_an_opened_request_leave_one_outcome(self, platform):
        async def race() -> None:
            async with Remote.of(platform) as side:
                wallets, asked = await several_wallets(side), await side.asks(PAYMENT)
                uuid = asked["uuid"]
                bodies = [wallet.signature((await wallet.opens(uuid)).json) for wallet in wallets]
                calls: list[Any] = []
                for number in range(RACERS):
                    wallet, body = wallets[number % WALLETS], bodies[number % WALLETS]
                    kind = number // WALLETS % 3
                    if kind == 0:
                        calls.append(wallet.answers(uuid, body))
                    elif kind == 1:
                        calls.append(wallet.answers(uuid, {"reject": True, "reject_reason": f"racer {number}"}))
                    else:
                        calls.append(side.platform("DELETE", f"payload/{uuid}"))

                answers = await all_at_once(calls)

                settled = [one for one in answers if "reference_call_uuidv4" in one.json]
                too_late = [one for one in answers if one.status == 409]
                cancellations = [one for one in answers if "result" in one.json]
                assert len(settled) == 1
                assert len(settled) + len(too_late) + len(cancellations) == RACERS
                assert not any(one.json["result"]["cancelled"] for one in cancellations)
                seen = await side.sees(uuid)
                assert seen["meta"]["resolved"] is True
                assert seen["meta"]["cancelled"] is False
                assert seen["meta"]["signed"] is settled[0].json["signed"]
                assert (seen["response"]["txid"] in {body["tx_id"] for body in bodies}) is seen["meta"]["signed"]

        asyncio.run(race())

    def test_who_open_and_cancel_leave_a_request_opened_or_cancelled(self, platform):
        async def race() -> None:
            async with Remote.of(platform) as side:
                wallets, uuid = await several_wallets(side), (await side.asks(PAYMENT))["uuid"]
                calls: list[Any] = [
                    wallets[number % WALLETS].opens(uuid) if number % 2 else side.platform("DELETE", f"payload/{uuid}")
                    for number in range(RACERS)
                ]

                answers = await all_at_once(calls)

                opened = [one for one in answers if one.status == 200 and "view" in one.json]
                gone = [one for one in answers if one.status == 410]
                cancelled = [one for one in answers if one.status == 200 and "result" in one.json]
                won = [one for one in cancelled if one.json["result"]["cancelled"]]
                meta = (await side.sees(uuid))["meta"]
                assert len(opened) + len(gone) + len(cancelled) == RACERS
                assert (len(won), len(opened)) in {(0, RACERS // 2), (1, 0)}
                assert (meta["cancelled"], meta["app_opened"]) == (bool(won), bool(opened))

        asyncio.run(race())

    def test_who_send_two_signed_calls_are_let_in_twice(self, platform):
        async def race() -> None:
            async with Remote.of(platform) as side:
                wallet = await side.wallet()
                headers = [wallet.signed_headers("POST", "/api/v1/app/accounts/challenge") for _ in range(2)]
                calls = [side.send("POST", "/api/v1/app/accounts/challenge", headers[n % 2]) for n in range(RACERS)]

                answers = await all_at_once(calls)

                assert sorted(one.status for one in answers) == [200] * 2 + [401] * (RACERS - 2)
                assert {one.code for one in answers} == {None, 893}

        asyncio.run(race())

    def test_who_use_one_idempotency_key_make_one_request(self, platform):
        async def race() -> None:
            async with Remote.of(platform) as side:
                headers = side.credentials | {"idempotency-key": f"race-{random.random()}"}
                body = b'{"txjson":{"TransactionType":"SignIn"}}'
                calls = [side.send("POST", "/api/v1/platform/payload", headers, body) for _ in range(RACERS)]

                answers = await all_at_once(calls)

                assert {one.status for one in answers} == {200}
                assert len({one.json["uuid"] for one in answers}) == 1

        asyncio.run(race())


@pytest.mark.anyio
async def test_who_come_around_the_deadline_leave_a_request_opened_and_signed_or_expired(side: WalletSide):
    wallets = [await side.wallet() for _ in range(WALLETS)]
    for _ in range(10):
        uuid = (await side.asks(PAYMENT, options={"expire": 5}))["uuid"]
        side.clock.advance(minutes=4, seconds=50)

        async def come_late(turns: int) -> None:
            for _ in range(turns):
                await asyncio.sleep(0)
            side.clock.advance(seconds=20)

        async def open_and_sign(wallet: Wallet, uuid: str) -> tuple[Answer, Answer | None]:
            opened = await wallet.opens(uuid)
            return opened, await wallet.answers(uuid, wallet.signature(opened.json)) if opened.status == 200 else None

        racers = [open_and_sign(wallets[number % WALLETS], uuid) for number in range(WALLETS * 2)]
        answers, _ = await asyncio.gather(asyncio.gather(*racers), come_late(random.randrange(60)))

        signed = [answer for _, answer in answers if answer is not None and answer.status == 200]
        meta = (await side.sees(uuid))["meta"]
        assert {opened.status for opened, _ in answers} <= {200, 409, 410}
        assert len(signed) == int(meta["app_opened"])
        assert (meta["signed"], meta["expired"]) in {(True, False), (False, True), (True, True)}
        assert meta["signed"] is meta["app_opened"]
