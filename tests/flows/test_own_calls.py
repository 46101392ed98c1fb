"""What an app may read of its own calls: `platform/calls`."""

import pytest

from tests.payloads import PAYMENT
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio


async def calls(side: WalletSide, query: str = "", **how):
    answer = await side.platform("GET", f"calls?{query}", **how)
    assert answer.status == 200, answer
    return answer.json["calls"]


class TestTheLogOfAnApp:
    async def test_has_its_calls_latest_first_with_what_refused_them(self, side):
        made = await side.asks(PAYMENT)
        refused = await side.platform("POST", "payload", {"txjson": {}})

        last, first = await calls(side)

        assert (first["reference"], first["status"], first["error_code"]) == (made["uuid"], 200, None)
        assert (last["status"], last["error_code"]) == (refused.status, str(refused.code))
        assert last["route"] == "/api/v1/platform/payload"
        assert (await side.platform("GET", f"calls/{last['reference']}")).json == last

    async def test_does_not_have_the_readings_of_it(self, side):
        await side.asks(PAYMENT)
        for _ in range(3):
            await calls(side)

        assert len(await calls(side)) == 1

    async def test_is_followed_behind_a_number(self, side):
        first, second, third = [(await side.asks(PAYMENT))["uuid"] for _ in range(3)]
        number = next(one["number"] for one in await calls(side) if one["reference"] == first)

        behind = await calls(side, f"after={number}")
        page = await calls(side, f"after={number}&limit=1")

        assert [one["reference"] for one in behind] == [second, third]
        assert [one["reference"] for one in page] == [second]
        assert await calls(side, f"after={behind[-1]['number']}") == []

    async def test_goes_back_before_a_number(self, side):
        first, second = [(await side.asks(PAYMENT))["uuid"] for _ in range(2)]
        latest = (await calls(side, "limit=1"))[0]

        assert latest["reference"] == second
        assert [one["reference"] for one in await calls(side, f"before={latest['number']}")] == [first]

    async def test_is_nobody_elses(self, side):
        made = await side.asks(PAYMENT)
        other = await side.new_app("Another Shop")

        assert await calls(side, credentials=other) == []
        assert (await side.platform("GET", f"calls/{made['uuid']}", credentials=other)).status == 404

    @pytest.mark.parametrize("query", ["after=-1", "after=x", "limit=0", "limit=9999", "number=1"])
    async def test_refuses_a_query_it_does_not_know(self, side, query):
        assert (await side.platform("GET", f"calls?{query}")).status == 400

    async def test_is_read_without_taking_calls_from_the_app(self, side):
        before = int((await side.platform("GET", "ping")).headers["x-ratelimit-remaining"])
        await calls(side)
        await calls(side)

        assert int((await side.platform("GET", "ping")).headers["x-ratelimit-remaining"]) == before - 1
