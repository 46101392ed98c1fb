"""JWTs of xApps before the verifier: which secrets count, until when, and what ends a token that was seen before."""

from datetime import timedelta

import msgspec
import pytest

from sealgate.apps import service as apps
from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import AppDraft
from sealgate.base.ids import new_uuid
from sealgate.tokens import deny_list, memory, service, xapp_tokens
from sealgate.tokens.errors import TokenExpired, TokenForeign, TokenInvalid, TokenRevoked
from sealgate.tokens.xapp_tokens import XappTokenVerifier, sign_xapp_token
from tests.conftest import NOON
from tests.token_side import ALICE

pytestmark = pytest.mark.anyio
TOMORROW = NOON + timedelta(days=1)


class XappSide:
    """One process of the server as far as xApps' tokens go, with one app."""

    def __init__(self, db, bus, sealer) -> None:
        self.db = db
        self.sealer = sealer
        self.apps = AppDirectory(db, bus)
        self.verifier = XappTokenVerifier(self.apps, sealer, db, bus)
        self.verifier.listen()

    async def new_app(self, name="Corner Shop"):
        return await self.db.write(apps.create_app, self.sealer, AppDraft(name=name), now=NOON)

    async def rotate(self, app, **how):
        _, secret = await self.db.write(apps.rotate_secret, self.sealer, app.uuid, now=NOON, **how)
        self.apps.forget(app.uuid)
        return secret

    async def verify(self, token, now=NOON):
        return await self.verifier.verify(token, now=now)


@pytest.fixture
async def side(live_database, bus, sealer):
    """A started process."""
    return XappSide(live_database, bus, sealer)


@pytest.fixture
async def shop(side):
    """An app with its secret, which it shows this once."""
    return await side.new_app()


def sign(shop, *, secret=None, user_token=None, now=NOON, app=None):
    return sign_xapp_token(
        secret or shop.secret.text, app=app or shop.app, ott=new_uuid(), account=ALICE, context={},
        user_token=user_token, now=now,
    )  # fmt: skip


class TestSecrets:
    async def test_the_apps_secret_tells_whose_token_it_is(self, side, shop):
        user = await side.verify(sign(shop))

        assert (user.kind, user.app.uuid, user.account) == ("xapp", shop.app.uuid, ALICE)
        assert user.ott == user.claims["ott_uuidv4"]

    async def test_both_live_secrets_count_during_a_rotation(self, side, shop):
        old = sign(shop)
        secret = await side.rotate(shop.app)

        assert await side.verify(old)
        assert await side.verify(sign(shop, secret=secret.text))

    async def test_what_a_retired_secret_signed_counts_no_more_though_it_was_seen_before(self, side, shop):
        old = sign(shop)
        secret = await side.rotate(shop.app)
        assert await side.verify(old)

        await side.db.write(apps.retire_secret, shop.app.uuid, shop.secret.id, now=NOON)
        side.apps.forget(shop.app.uuid)

        for _ in range(2):
            with pytest.raises(TokenInvalid, match="the secret was replaced"):
                await side.verify(old)
        assert await side.verify(sign(shop, secret=secret.text))

    async def test_a_secret_retires_at_its_second_without_any_news(self, side, shop):
        await side.rotate(shop.app, retire_after=timedelta(seconds=20))
        old = sign(shop)

        assert await side.verify(old, NOON + timedelta(seconds=19))
        with pytest.raises(TokenInvalid, match="the secret was replaced"):
            await side.verify(old, NOON + timedelta(seconds=20))

    async def test_another_apps_secret_signs_nothing_for_this_one(self, side, shop):
        other = await side.new_app("Other Shop")

        with pytest.raises(TokenInvalid):
            await side.verify(sign(shop, secret=other.secret.text))

    async def test_an_app_that_does_not_exist_is_foreign(self, side, shop):
        ghost = msgspec.structs.replace(shop.app, uuid=new_uuid())

        with pytest.raises(TokenForeign):
            await side.verify(sign(shop, app=ghost))

    async def test_the_secret_is_opened_once_and_shown_to_nobody(self, side, shop, monkeypatch):
        opened = []
        open_secret = apps.open_secret

        def counted(*args):
            opened.append(args)
            return open_secret(*args)

        monkeypatch.setattr(apps, "open_secret", counted)

        for _ in range(3):
            await side.verify(sign(shop))

        assert len(opened) == 1
        entry = await side.apps.find(shop.app.uuid, now=NOON)
        assert shop.secret.text not in repr(entry)


class TestWhichSecretSigns:
    async def entry(self, side, shop):
        return await side.apps.find(shop.app.uuid, now=NOON)

    async def test_is_the_newest_where_none_was_ever_used(self, side, shop):
        secret = await side.rotate(shop.app)

        assert [live.id for live in (await self.entry(side, shop)).live_secrets(NOON)] == [secret.id, shop.secret.id]

    async def test_is_the_one_that_the_apps_own_calls_used_last(self, side, shop):
        secret = await side.rotate(shop.app)
        await side.db.write(apps.note_secret_uses, {shop.secret.id: NOON})
        side.apps.forget(shop.app.uuid)
        assert (await self.entry(side, shop)).live_secrets(NOON)[0].id == shop.secret.id

        await side.db.write(apps.note_secret_uses, {secret.id: NOON + timedelta(seconds=1)})
        side.apps.forget(shop.app.uuid)

        assert (await self.entry(side, shop)).live_secrets(NOON)[0].id == secret.id

    async def test_is_never_one_that_has_retired(self, side, shop):
        await side.db.write(apps.note_secret_uses, {shop.secret.id: NOON})
        secret = await side.rotate(shop.app, retire_after=timedelta(hours=1))

        live = (await self.entry(side, shop)).live_secrets(NOON + timedelta(hours=1))

        assert [each.id for each in live] == [secret.id]


class TestLife:
    async def test_ends_after_a_day_and_the_minute_that_clocks_get(self, side, shop):
        token = sign(shop)

        assert await side.verify(token, TOMORROW + timedelta(seconds=59))
        for _ in range(2):
            with pytest.raises(TokenExpired):
                await side.verify(token, TOMORROW + timedelta(seconds=60))

    async def test_does_not_begin_before_it_was_issued(self, side, shop):
        with pytest.raises(TokenInvalid, match="in the future"):
            await side.verify(sign(shop, now=NOON + timedelta(minutes=2)))

    async def test_ends_at_once_when_it_is_revoked_though_it_was_seen_before(self, side, shop):
        token = sign(shop)
        user = await side.verify(token)

        await side.db.write(deny_list.revoke, user.jti, TOMORROW)

        with pytest.raises(TokenRevoked):
            await side.verify(token)

    async def test_costs_neither_a_signature_nor_a_statement_once_it_was_seen(self, side, shop, monkeypatch):
        token = sign(shop)
        first = await side.verify(token)
        monkeypatch.setattr(side.db, "read", None)
        monkeypatch.setattr(xapp_tokens, "_is_signed_with", None)

        assert await side.verify(token) == first

    async def test_is_remembered_for_so_many_and_no_more(self, side, shop, monkeypatch):
        monkeypatch.setattr(memory, "MAX_REMEMBERED", 3)

        for _ in range(5):
            await side.verify(sign(shop))

        assert len(side.verifier._memory) == 3

    async def test_is_told_of_a_disabled_app_as_it_is(self, side, shop):
        token = sign(shop)
        await side.verify(token)

        await side.db.write(apps.disable_app, shop.app.uuid)
        side.apps.forget(shop.app.uuid)

        assert (await side.verify(token)).app.disabled


class TestTheHolder:
    async def test_is_whom_the_user_token_inside_names_while_that_is_live(self, side, shop):
        permission = await side.db.write(service.issue_or_extend, shop.app.uuid, new_uuid(), now=NOON, days=30)
        token = sign(shop, user_token=permission.token)
        assert (await side.verify(token)).holder_uuid == permission.holder_uuid

        await side.db.write(service.revoke, shop.app.uuid, permission.holder_uuid, NOON)

        assert (await side.verify(token)).holder_uuid is None

    async def test_is_nobody_by_the_user_token_of_another_app(self, side, shop):
        other = await side.new_app("Other Shop")
        permission = await side.db.write(service.issue_or_extend, other.app.uuid, new_uuid(), now=NOON, days=30)

        assert (await side.verify(sign(shop, user_token=permission.token))).holder_uuid is None
