"""What becomes of a verified token: remembered, revoked, forgotten; and whose wallet it reaches."""

from datetime import timedelta

import pytest

from sealgate.apps import service as apps
from sealgate.apps.model import AppDraft
from sealgate.base.ids import new_uuid
from sealgate.infra.bus import BUS_RESUMED, LocalBus
from sealgate.tokens import deny_list, jws, memory, service
from sealgate.tokens.errors import TokenExpired, TokenRevoked
from tests.conftest import NOON
from tests.token_side import ACCESS, TokenSide, claims

pytestmark = pytest.mark.anyio
TOMORROW = NOON + timedelta(days=1)


@pytest.fixture
async def side(live_database, bus, sealer) -> TokenSide:
    """A started process."""
    return await TokenSide(live_database, bus, sealer).start()


@pytest.fixture
async def deaf(side, live_database, sealer) -> TokenSide:
    """Another process whose news get lost."""
    return await TokenSide(live_database, LocalBus(), sealer).start()


async def a_token(side: TokenSide, **more):
    """Return a signed access token and its claims."""
    inside = claims(**more)
    return await side.keys.sign(inside, typ="at+jwt"), inside


class TestRevocation:
    async def test_counts_at_once_for_a_token_that_was_verified_before(self, side):
        token, inside = await a_token(side)
        assert await side.verify(token)

        await side.db.write(deny_list.revoke, inside["jti"], TOMORROW)

        with pytest.raises(TokenRevoked):
            await side.verify(token)

    async def test_counts_for_one_never_seen(self, side):
        token, inside = await a_token(side)

        await side.db.write(deny_list.revoke_all, [(inside["jti"], TOMORROW), (new_uuid(), TOMORROW)])

        with pytest.raises(TokenRevoked):
            await side.verify(token)

    async def test_counts_after_half_a_minute_where_the_news_got_lost(self, side, deaf):
        token, inside = await a_token(side)
        assert await deaf.verify(token)
        await side.db.write(deny_list.revoke, inside["jti"], TOMORROW)

        assert await deaf.verify(token, NOON + timedelta(seconds=29))
        with pytest.raises(TokenRevoked):
            await deaf.verify(token, NOON + timedelta(seconds=30))

    async def test_counts_when_the_bus_is_back(self, side, bus):
        token, inside = await a_token(side)
        other_bus = LocalBus()
        cut_off = await TokenSide(side.db, other_bus, side.keys._sealer).start()
        assert await cut_off.verify(token)
        await side.db.write(deny_list.revoke, inside["jti"], TOMORROW)

        other_bus.publish(BUS_RESUMED)

        with pytest.raises(TokenRevoked):
            await cut_off.verify(token)

    async def test_of_one_token_leaves_the_others(self, side):
        token, _ = await a_token(side)
        _, other = await a_token(side)

        await side.db.write(deny_list.revoke, other["jti"], TOMORROW)

        assert await side.verify(token)

    async def test_may_be_repeated(self, side):
        jti = new_uuid()

        for _ in range(2):
            await side.db.write(deny_list.revoke, jti, TOMORROW)

    async def test_is_forgotten_after_the_token_has_expired(self, side):
        token, inside = await a_token(side)
        await side.db.write(deny_list.revoke, inside["jti"], TOMORROW)

        assert await side.db.write(deny_list.prune, now=TOMORROW + timedelta(seconds=61)) == 0
        assert await side.db.write(deny_list.prune, now=TOMORROW + timedelta(seconds=121)) == 1
        with pytest.raises(TokenExpired):
            await side.verify(token, TOMORROW + timedelta(seconds=121))

    async def test_during_the_look_at_the_database_is_not_remembered_as_good(self, side, monkeypatch):
        token, inside = await a_token(side)
        read = side.db.read

        async def revoked_meanwhile(*args, **kwargs):
            answer = await read(*args, **kwargs)
            await side.db.write(deny_list.revoke, inside["jti"], TOMORROW)
            return answer

        monkeypatch.setattr(side.db, "read", revoked_meanwhile)
        assert await side.verify(token)
        monkeypatch.undo()

        with pytest.raises(TokenRevoked):
            await side.verify(token)


class TestMemory:
    async def test_a_verified_token_costs_neither_a_signature_nor_a_statement(self, side, monkeypatch):
        token, inside = await a_token(side)
        await side.verify(token)
        monkeypatch.setattr(side.db, "read", None)
        monkeypatch.setattr(jws, "check_signature", None)

        assert await side.verify(token) == inside

    async def test_ends_with_the_token(self, side):
        token, _ = await a_token(side, lives_s=10)
        assert await side.verify(token)

        with pytest.raises(TokenExpired):
            await side.verify(token, NOON + timedelta(seconds=70))

    async def test_an_old_token_passes_where_it_is_a_hint(self, side):
        token, inside = await a_token(side, lives_s=10)
        late = NOON + timedelta(days=300)

        assert await side.verifier.verify(token, typ=ACCESS, now=late, expired_ok=True) == inside
        with pytest.raises(TokenExpired):
            await side.verify(token, late)

    async def test_is_bounded(self, side, monkeypatch):
        monkeypatch.setattr(memory, "MAX_REMEMBERED", 3)
        for _ in range(5):
            await side.verify((await a_token(side))[0])

        assert len(side.verifier._memory) == len(side.verifier._memory._by_jti) == 3


class TestTheHolder:
    async def a_permission(self, side, sealer):
        app = (await side.db.write(apps.create_app, sealer, AppDraft(name="Shop"), now=NOON)).app
        return await side.db.write(service.issue_or_extend, app.uuid, new_uuid(), now=NOON, days=30)

    async def test_is_whom_the_user_token_inside_names(self, side, sealer):
        permission = await self.a_permission(side, sealer)
        token, _ = await a_token(side, client_id=permission.app_uuid, usertoken_uuidv4=permission.token)

        known = await side.verifier.verify_fully(token, typ=ACCESS, now=NOON)

        assert known.holder_uuid == permission.holder_uuid

    async def test_is_nobody_once_the_holder_has_ended_the_permission(self, side, sealer):
        permission = await self.a_permission(side, sealer)
        token, _ = await a_token(side, client_id=permission.app_uuid, usertoken_uuidv4=permission.token)
        assert (await side.verifier.verify_fully(token, typ=ACCESS, now=NOON)).holder_uuid

        await side.db.write(service.revoke, permission.app_uuid, permission.holder_uuid, NOON)

        assert (await side.verifier.verify_fully(token, typ=ACCESS, now=NOON)).holder_uuid is None

    @pytest.mark.parametrize("user_token", [None, "x", 1, "3b4b8c5e-7a1d-4f0e-9a53-0c8f3a1b2c3d"])
    async def test_is_nobody_without_a_user_token_of_this_app(self, side, user_token):
        token, _ = await a_token(side, usertoken_uuidv4=user_token)

        assert (await side.verifier.verify_fully(token, typ=ACCESS, now=NOON)).holder_uuid is None
