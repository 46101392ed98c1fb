"""A wallet's stream goes on where it broke off, whenever that was: `Last-Event-ID`."""

import asyncio
import random
from typing import Any

import pytest

from sealgate.infra.bus import BUS_RESUMED
from tests.payloads import SIGN_IN_REQUEST
from tests.wallet_side import Stream, Wallet, WalletSide

pytestmark = pytest.mark.anyio

NOON_MS = 1_768_478_400_000
STEPS = 120


async def token_of(side: WalletSide, wallet: Wallet) -> str:
    """Let the wallet sign once and return the app's token for its user."""
    asked = await side.asks(SIGN_IN_REQUEST)
    assert (await wallet.signs(asked["uuid"])).status == 200
    return str((await side.sees(asked["uuid"]))["application"]["issued_user_token"])


async def until_ready(stream: Stream) -> list[tuple[str, str, Any]]:
    """Return what comes before the stream is ready."""
    told = []
    while (event := await stream.next())[0] != "ready":
        told.append(event)
    return told


def news(told: list[tuple[str, str, Any]]) -> list[tuple[str, str]]:
    """Return kind and request of each piece of news."""
    return [(data["kind"], data["uuid"]) for name, _, data in told if name == "payload"]


class Listener:
    """A wallet whose connection breaks at random moments; it knows nothing but what it has read."""

    def __init__(self, wallet: Wallet) -> None:
        self._wallet = wallet
        self._stream: Stream | None = None
        self._last_id: str | None = None
        self.seen: set[tuple[str, str]] = set()

    async def connect(self) -> None:
        """Connect behind the last event that was read."""
        await self.drop()
        self._stream = self._wallet.stream(after=self._last_id)
        await self._stream.opened()

    async def drop(self) -> None:
        """Break the connection; what is on its way is lost."""
        if self._stream is not None:
            await self._stream.leave()
            self._stream = None

    async def read(self, number: int) -> None:
        """Read so many events, or as many as there are."""
        for _ in range(number if self._stream is not None else 0):
            assert self._stream is not None
            try:
                async with asyncio.timeout(0.02):
                    await self._note(self._stream)
            except TimeoutError:
                return

    async def read_all(self) -> None:
        """Connect once more and read until nothing is missed any more."""
        await self.connect()
        assert self._stream is not None
        while await self._note(self._stream) != "ready":
            pass
        await self.drop()

    async def _note(self, stream: Stream) -> str:
        name, self._last_id, data = await stream.next()
        assert name != "resync"
        if name == "payload":
            self.seen.add((data["kind"], data["uuid"]))
        return name


class TestResume:
    @pytest.mark.parametrize("seed", range(3))
    async def test_loses_nothing_whenever_the_connection_breaks(self, side, seed):
        dice = random.Random(seed)
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        listener = Listener(wallet)
        await listener.read_all()
        told: set[tuple[str, str]] = set()
        waiting: list[str] = []
        for _ in range(STEPS):
            side.clock.advance(seconds=dice.choice([0, 0.001, 1, 45, 90]))
            match dice.choice(["ask", "ask", "cancel", "sign", "connect", "read", "read", "drop"]):
                case "ask":
                    waiting.append((await side.asks(SIGN_IN_REQUEST, user_token=token))["uuid"])
                    told.add(("payload_created", waiting[-1]))
                case "cancel" if waiting:
                    uuid = waiting.pop(dice.randrange(len(waiting)))
                    await side.platform("DELETE", f"payload/{uuid}")
                    told.add(("payload_cancelled", uuid))
                case "sign" if waiting:
                    uuid = waiting.pop(dice.randrange(len(waiting)))
                    assert (await wallet.signs(uuid)).status == 200
                    told.add(("payload_resolved", uuid))
                case "connect":
                    await listener.connect()
                case "read":
                    await listener.read(dice.randint(1, 6))
                case "drop":
                    await listener.drop()

        await listener.read_all()

        assert len(told) > 20
        assert told <= listener.seen, f"seed {seed}: {told - listener.seen}"

    async def test_tells_what_was_missed_in_its_order_and_then_that_it_is_ready(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        side.clock.advance(minutes=10)
        first = await side.asks(SIGN_IN_REQUEST, user_token=token)
        side.clock.advance(minutes=10)
        second = await side.asks(SIGN_IN_REQUEST, user_token=token)
        side.clock.advance(minutes=1)
        await side.platform("DELETE", f"payload/{first['uuid']}")
        side.clock.advance(seconds=1)
        await wallet.signs(second["uuid"])

        async with wallet.listening(after=str(NOON_MS + 120_000)) as stream:
            told = await until_ready(stream)

        assert news(told) == [
            ("payload_created", first["uuid"]),
            ("payload_created", second["uuid"]),
            ("payload_cancelled", first["uuid"]),
            ("payload_resolved", second["uuid"]),
        ]
        assert [int(number) - NOON_MS for _, number, _ in told] == [600_000, 1_200_000, 1_260_000, 1_261_000]

    async def test_wakes_nobody_for_a_muted_app_afterwards_either(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        await wallet.call("PUT", f"third-party-permissions/{side.app_uuid}/mute")
        side.clock.advance(minutes=10)
        asked = await side.asks(SIGN_IN_REQUEST, user_token=token)

        async with wallet.listening(after=str(NOON_MS + 120_000)) as stream:
            assert news(await until_ready(stream)) == [("payload_listed", asked["uuid"])]

    async def test_tells_the_last_minute_again(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        side.clock.advance(minutes=10)
        asked = await side.asks(SIGN_IN_REQUEST, user_token=token)

        side.clock.advance(minutes=5)

        async with wallet.listening(after=str(NOON_MS + 600_000 + 59_000)) as stream:
            assert news(await until_ready(stream)) == [("payload_created", asked["uuid"])]
        async with wallet.listening(after=str(NOON_MS + 600_000 + 60_000)) as stream:
            assert await until_ready(stream) == []

    async def test_tells_nobody_of_others(self, side):
        wallet, stranger = await side.wallet(), await side.wallet()
        token = await token_of(side, wallet)
        side.clock.advance(minutes=10)
        await side.asks(SIGN_IN_REQUEST, user_token=token)

        async with stranger.listening(after=str(NOON_MS)) as stream:
            assert await until_ready(stream) == []

    @pytest.mark.parametrize(
        "last_id", ["0", str(NOON_MS - 86_400_001), str(NOON_MS + 3_600_000), "9" * 13, "9" * 40, "", "1.5", "-1", "x"]
    )
    async def test_says_where_the_list_must_be_read(self, side, last_id):
        wallet = await side.wallet()

        async with wallet.listening(after=last_id) as stream:
            assert [name for name, _, _ in await until_ready(stream)] == ["resync"]

    async def test_says_so_too_where_too_much_was_missed(self, side, monkeypatch):
        monkeypatch.setattr("sealgate.payloads.missed.MAX_MISSED", 5)
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        side.clock.advance(minutes=10)
        for _ in range(5):
            await side.asks(SIGN_IN_REQUEST, user_token=token)
        async with wallet.listening(after=str(NOON_MS + 300_000)) as stream:
            assert len(news(await until_ready(stream))) == 5

        await side.asks(SIGN_IN_REQUEST, user_token=token)

        async with wallet.listening(after=str(NOON_MS + 300_000)) as stream:
            assert [name for name, _, _ in await until_ready(stream)] == ["resync"]

    async def test_is_not_asked_of_a_wallet_when_processes_lost_sight_of_each_other(self, side, monkeypatch):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        side.clock.advance(minutes=10)
        async with wallet.listening() as stream:
            await until_ready(stream)
            with monkeypatch.context() as broken:
                broken.setattr(side.context.bus, "publish", lambda event: None)
                asked = await side.asks(SIGN_IN_REQUEST, user_token=token)

            side.context.bus.publish(BUS_RESUMED)

            assert (await stream.next())[2] == {"uuid": asked["uuid"], "kind": "payload_created"}

    async def test_of_a_revoked_device_tells_nothing(self, side):
        wallet = await side.wallet()
        token = await token_of(side, wallet)
        side.clock.advance(minutes=10)
        await side.asks(SIGN_IN_REQUEST, user_token=token)
        await wallet.call("DELETE", f"devices/{wallet.device}")

        refused = await wallet.call("GET", "events")

        assert refused.status == 401
