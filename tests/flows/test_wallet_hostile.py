"""Whatever a paired wallet sends, the answer is a plain refusal or a plain success, never a failure of the server."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.payloads import PAYMENT
from tests.wallet_side import Answer, Wallet, WalletSide

JSON_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=80),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
HEX = st.binary(max_size=300).map(bytes.hex)
ANSWER_MEMBERS = (
    "signed_blob", "tx_id", "signmethod", "signpubkey", "multisigned", "environment", "permission", "origintype",
    "dispatched", "reject", "reject_initiator", "reject_reason",
)  # fmt: skip
ANSWERS = st.dictionaries(st.sampled_from(ANSWER_MEMBERS), JSON_VALUES | HEX | st.just(True), max_size=6) | JSON_VALUES
PROOFS = st.fixed_dictionaries({"account": st.text(max_size=40), "txblob": HEX | st.text(max_size=80)}) | JSON_VALUES
PAIRINGS = st.dictionaries(st.sampled_from(("name", "platform", "invitation", "more")), JSON_VALUES)
TOKENS = st.lists(JSON_VALUES, max_size=5) | st.fixed_dictionaries({"tokens": JSON_VALUES}) | JSON_VALUES

quick = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


class Running:
    """A server and a wallet, on a loop that outlives the examples of one test."""

    def __init__(self, runner: asyncio.Runner, side: WalletSide, wallet: Wallet) -> None:
        self.side = side
        self.wallet = wallet
        self.run = runner.run

    async def answered(self, body: Any) -> Answer:
        """Open a new request and answer it."""
        uuid = (await self.side.asks(PAYMENT))["uuid"]
        await self.wallet.opens(uuid)
        return await self.wallet.answers(uuid, body)


@pytest.fixture
def running(flow_settings) -> Iterator[Running]:
    """A running server."""
    # Rate limits are off: all examples come within one minute, for the clock stands still.
    side = WalletSide(msgspec.structs.replace(flow_settings, rate_limits=False))

    with asyncio.Runner() as runner:
        runner.run(side.start())
        yield Running(runner, side, runner.run(side.wallet()))
        runner.run(side.stop())


def is_plain(answer: Answer) -> bool:
    """Tell whether an answer is one a caller can act on."""
    return answer.status < 500 and (answer.status == 200) == (answer.code is None)


class TestEveryBody:
    @quick
    @given(body=ANSWERS)
    def test_of_an_answer(self, running, body):
        assert is_plain(running.run(running.answered(body)))

    @quick
    @given(body=PROOFS)
    def test_of_a_proof(self, running, body):
        assert is_plain(running.run(running.wallet.call("POST", "accounts", body)))

    @quick
    @given(more=PAIRINGS)
    def test_of_a_pairing(self, running, more):
        assert is_plain(running.run(Wallet(running.side).pair(**more)))

    @quick
    @given(body=TOKENS)
    def test_of_a_question_about_tokens(self, running, body):
        assert is_plain(running.run(running.side.platform("POST", "user-tokens", body)))

    @quick
    @given(path=st.text(alphabet=st.characters(codec="ascii", categories=["L", "N", "P", "S"]), max_size=60))
    def test_behind_any_path(self, running, path):
        answer = running.run(running.wallet.call("DELETE", "accounts/" + quote(path, safe="")))

        assert answer.status in {404, 200}
