"""The keys that sign tokens: made once, rotated without a gap, withdrawn at once when one has leaked."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from sealgate.infra.resealing import reseal_all
from sealgate.infra.sealing import Sealer
from sealgate.tokens import key_ring
from sealgate.tokens.errors import RotationUnderWay, TokenForeign
from tests.conftest import NOON
from tests.token_side import TokenSide, claims

DAY = timedelta(days=1)


@pytest.fixture
async def side(live_database, bus, sealer) -> TokenSide:
    """A started process."""
    return await TokenSide(live_database, bus, sealer).start()


@pytest.fixture
async def other(side, live_database, bus, sealer) -> TokenSide:
    """A second process on the same database, which hears no news."""
    return await TokenSide(live_database, bus, sealer).start()


@pytest.mark.anyio
class TestTheFirstStart:
    async def test_makes_one_rsa_key_and_finds_it_again(self, side, other):
        (made,) = side.keys.known

        assert other.keys.known == (made,)
        assert (made.alg, made.state) == ("RS256", "active")
        assert len(made.kid) == 43

    async def test_the_key_is_published_whole_and_without_its_private_half(self, side):
        (jwk,) = msgspec.json.decode(side.keys.jwks)["keys"]

        assert set(jwk) == {"kty", "n", "e", "use", "alg", "kid"}
        assert (jwk["kty"], jwk["use"], jwk["alg"], jwk["e"]) == ("RSA", "sig", "RS256", "AQAB")
        assert len(jwk["n"]) == 342  # 2048 bits

    async def test_an_ec_key_is_made_by_its_first_token_and_stands_before_the_rsa_key(self, side):
        before = side.keys.jwks_etag

        token = await side.keys.sign(claims(), typ="at+jwt", alg="ES256")

        assert await side.verify(token)
        assert side.states() == [("active", "ES256"), ("active", "RS256")]
        assert side.keys.algorithms == ("ES256", "RS256")
        assert side.keys.jwks_etag != before

    async def test_several_processes_at_once_make_one_key(self, live_database, bus, sealer):
        sides = [TokenSide(live_database, bus, sealer) for _ in range(4)]

        await asyncio.gather(*(side.start() for side in sides))

        assert len({side.keys.jwks for side in sides}) == 1
        assert sides[0].states() == [("active", "RS256")]

    async def test_the_private_half_is_sealed_and_follows_the_master_key(self, side, settings, live_database):
        (key,) = side.keys.known
        old_master = bytes.fromhex((Path(settings.data_dir) / "master.key").read_text().split()[0])
        token = await side.keys.sign(claims(), typ="at+jwt")

        resealed = await live_database.write(reseal_all, Sealer([bytes(32), old_master]), key_ring.RESEAL_TARGETS)

        assert resealed >= 1
        (kept,) = await live_database.read(key_ring.all_keys)
        assert kept.sealed_private_key != key.sealed_private_key
        assert key_ring.open_key(Sealer([bytes(32)]), kept).thumbprint() == key.kid
        assert await side.verify(token)


@pytest.mark.anyio
class TestRotation:
    async def test_publishes_the_next_key_a_day_before_it_signs(self, side):
        (first,) = side.keys.known

        await side.keys.rotate(now=NOON)

        assert side.states() == [("next", "RS256"), ("active", "RS256")]
        assert side.keys.known[-1].kid == first.kid
        await side.keys.tend(now=NOON + DAY - timedelta(seconds=1))
        assert side.states() == [("next", "RS256"), ("active", "RS256")]
        await side.keys.tend(now=NOON + DAY)
        assert side.states() == [("retired", "RS256"), ("active", "RS256")]
        assert side.keys.known[0].kid == first.kid

    async def test_what_the_old_key_signed_verifies_until_it_expires(self, side):
        await side.keys.rotate(now=NOON)
        token = await side.keys.sign(claims(NOON + DAY), typ="at+jwt")
        await side.keys.tend(now=NOON + DAY)
        fresh = await side.keys.sign(claims(NOON + DAY), typ="at+jwt")

        end = NOON + 2 * DAY
        await side.keys.tend(now=end)
        assert await side.verify(token, end)
        assert await side.verify(fresh, end)

        await side.keys.tend(now=end + timedelta(hours=1))
        assert side.states() == [("active", "RS256")]

    async def test_one_under_way_is_not_begun_again(self, side):
        await side.keys.rotate(now=NOON)

        with pytest.raises(RotationUnderWay):
            await side.keys.rotate(now=NOON)

        assert len(side.keys.known) == 2

    async def test_begins_by_itself_a_day_before_a_key_is_90_days_old(self, side):
        await side.keys.tend(now=NOON + 89 * DAY - timedelta(seconds=1))
        assert side.states() == [("active", "RS256")]

        await side.keys.tend(now=NOON + 89 * DAY)
        assert side.states() == [("next", "RS256"), ("active", "RS256")]
        await side.keys.tend(now=NOON + 90 * DAY)
        assert side.states() == [("retired", "RS256"), ("active", "RS256")]

    async def test_by_several_processes_at_once_leaves_one_next_key(self, side, other):
        await asyncio.gather(*(one.keys.tend(now=NOON + 89 * DAY) for one in (side, other)))
        await asyncio.gather(side.keys.reload(), other.keys.reload())

        assert side.states() == other.states() == [("next", "RS256"), ("active", "RS256")]

    async def test_no_verification_fails_while_keys_change_under_load(self, side, other):
        now, stop, verified = NOON, asyncio.Event(), 0
        kept: list[str] = []

        async def keep_signing(by: TokenSide, check: TokenSide) -> None:
            nonlocal verified
            while not stop.is_set():
                token = await by.keys.sign(claims(now), typ="at+jwt")
                # The other process hears no news: it finds a key it does not know by itself.
                for one in (token, *kept):
                    assert await check.verify(one, now)
                    verified += 1

        load = [asyncio.create_task(keep_signing(side, other)), asyncio.create_task(keep_signing(other, side))]
        for _ in range(3):
            kept = [await side.keys.sign(claims(now), typ="at+jwt") for _ in range(3)]
            await side.keys.rotate(now=now)
            await asyncio.sleep(0.1)
            now += DAY  # what was kept ends now, with a minute of grace
            for one in (side, other):
                await one.keys.tend(now=now)
                await asyncio.sleep(0.1)
        stop.set()
        await asyncio.gather(*load)

        assert verified > 50
        assert side.states().count(("active", "RS256")) == 1

    async def test_reaches_the_other_processes_by_the_bus(self, side, other):
        following = asyncio.create_task(other.keys.follow())
        await asyncio.sleep(0.05)

        await side.keys.rotate(now=NOON)
        for _ in range(500):
            if len(other.keys.known) == 2:
                break
            await asyncio.sleep(0.01)

        following.cancel()
        assert other.keys.jwks == side.keys.jwks


@pytest.mark.anyio
class TestWithdrawal:
    async def test_ends_every_key_and_what_it_signed_at_once(self, side, other):
        await side.keys.rotate(now=NOON)
        token = await side.keys.sign(claims(), typ="at+jwt")
        assert await side.verify(token)
        await side.keys.sign(claims(), typ="JWT", alg="ES256")
        before = {key.kid for key in side.keys.known}

        await side.keys.replace(now=NOON)

        assert side.states() == [("active", "ES256"), ("active", "RS256")]
        assert before.isdisjoint(key.kid for key in side.keys.known)
        with pytest.raises(TokenForeign):
            await side.verify(token)
        assert await other.verify(await side.keys.sign(claims(), typ="at+jwt"))

    async def test_other_slices_end_what_is_theirs_in_the_same_transaction(self, side):
        ended = []
        side.keys.when_compromised.append(lambda tx, now: ended.append((type(tx).__name__, now)))

        await side.keys.replace(now=NOON)

        assert ended == [("Tx", NOON)]

    async def test_nothing_changes_where_another_slice_fails(self, side):
        def fail(tx, now):
            raise ArithmeticError

        side.keys.when_compromised.append(fail)
        token = await side.keys.sign(claims(), typ="at+jwt")

        with pytest.raises(ArithmeticError):
            await side.keys.replace(now=NOON)

        await side.keys.reload()
        assert await side.verify(token)


def test_two_rotations_at_once_publish_one_key(database, sealer):
    def rotate(fresh):
        try:
            with database.begin() as tx:
                key_ring.publish_next(tx, [fresh], now=NOON)
                time.sleep(0.05)  # hold the transaction open, so that the four overlap
        except RotationUnderWay:
            return False
        return True

    with database.begin() as tx:
        key_ring.add_first(tx, key_ring.new_key(sealer, "ES256", now=NOON))
    fresh = [key_ring.new_key(sealer, "ES256", now=NOON) for _ in range(4)]

    with ThreadPoolExecutor(4) as four:
        assert sorted(four.map(rotate, fresh)) == [False] * 3 + [True]


def test_two_takeovers_at_once_leave_one_active_key(database, sealer):
    with database.begin() as tx:
        key_ring.add_first(tx, key_ring.new_key(sealer, "ES256", now=NOON))
        key_ring.publish_next(tx, [key_ring.new_key(sealer, "ES256", now=NOON)], now=NOON)

    def tend(_):
        with database.begin() as tx:
            key_ring.tend(tx, now=NOON + DAY)
            time.sleep(0.05)  # hold the transaction open, so that the four overlap

    with ThreadPoolExecutor(4) as four:
        list(four.map(tend, range(4)))

    with database.begin() as tx:
        assert sorted(key.state for key in key_ring.all_keys(tx)) == ["active", "retired"]
