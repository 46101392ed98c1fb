"""Apps and their secrets, on both engines."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import msgspec
import pytest

from sealgate.apps import service, webhooks
from sealgate.apps.errors import AppUnknown, LastSecret, SecretUnknown, TooManySecrets, XAppIdTaken
from sealgate.apps.model import App, AppDraft, Redirect
from sealgate.apps.sealed import RESEAL_TARGETS
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.bus import Event
from sealgate.infra.database import Database, Tx
from sealgate.infra.resealing import reseal_all
from sealgate.infra.sealing import Sealer
from tests.conftest import NOON

SHOP = AppDraft(
    name="Corner Shop",
    description="Sells what the corner needs.",
    webhook_url="https://shop.example/hook",
    redirects=(Redirect("https://shop.example/login"), Redirect("com.example.shop:/cb")),
    xapp_id="shop.corner",
    xapp_url="https://shop.example/xapp",
)
PLAIN = AppDraft(name="Plain")
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def an_app(database: Database, sealer: Sealer) -> App:
    with database.begin() as tx:
        return service.create_app(tx, sealer, PLAIN, now=NOON).app


def default_secrets(tx: Tx, sealer: Sealer, app: App) -> tuple[str, ...]:
    (endpoint,) = webhooks.list_endpoints(tx, app.uuid)
    assert endpoint.is_default
    return webhooks.signing_secrets(sealer, endpoint, now=NOON)


class TestCreating:
    def test_keeps_every_value(self, database, sealer):
        with database.begin() as tx:
            new = service.create_app(tx, sealer, SHOP, now=NOON, owner="rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh")

        with database.begin() as tx:
            kept = service.get_app(tx, new.app.uuid)

        assert kept == new.app
        assert (kept.name, kept.redirect_uris, kept.xapp_id) == (SHOP.name, SHOP.redirect_uris, SHOP.xapp_id)
        assert kept.created_at == NOON
        assert kept.disabled is False

    def test_announces_the_app_after_the_commit(self, database, sealer, bus):
        news = bus.subscribe("apps")

        with database.begin() as tx:
            new = service.create_app(tx, sealer, PLAIN, now=NOON)
            assert news._events == []

        assert news._events == [Event("apps", "changed", {"uuid": new.app.uuid})]

    def test_stores_the_secret_sealed_and_never_readable(self, database, sealer):
        with database.begin() as tx:
            new = service.create_app(tx, sealer, SHOP, now=NOON)

        with database.begin() as tx:
            (secret,) = service.live_secrets(tx, new.app.uuid, now=NOON)
            assert service.open_secret(sealer, secret) == new.secret.text
            assert default_secrets(tx, sealer, new.app) == (new.webhook_secret,)
            rows = str(
                [
                    tx.exec_driver_sql(f"select * from {table}").all()
                    for table in ("apps", "app_secrets", "webhook_endpoints")
                ]
            )

        assert new.webhook_secret is not None
        assert secret.mac == sealer.mac(new.secret.text)
        for hidden in (new.secret.text, new.secret.text.replace("-", ""), new.webhook_secret):
            assert hidden not in rows
        assert new.secret.text not in repr(new)
        assert new.webhook_secret not in repr(new)

    def test_makes_a_webhook_secret_only_for_a_webhook_url(self, sealer, tx):
        with_url = service.create_app(tx, sealer, SHOP, now=NOON)
        without = service.create_app(tx, sealer, PLAIN, now=NOON)

        assert str(with_url.webhook_secret).startswith("whsec_")
        assert without.webhook_secret is None
        assert webhooks.list_endpoints(tx, without.app.uuid) == []

    def test_may_be_told_key_and_secret(self, sealer, tx):
        key, secret = new_uuid(), new_uuid()

        new = service.create_app(tx, sealer, PLAIN, now=NOON, uuid=key, secret=secret)

        assert (new.app.uuid, new.secret.text) == (key, secret)

    def test_makes_up_an_identifier_for_an_xapp_that_has_only_an_address(self, sealer, tx):
        draft = msgspec.structs.replace(SHOP, xapp_id=None)

        first, second = (service.create_app(tx, sealer, draft, now=NOON).app.xapp_id for _ in range(2))

        assert re.fullmatch(r"corner-shop\.[0-9a-f]{12}", str(first))
        assert second != first
        assert service.create_app(tx, sealer, PLAIN, now=NOON).app.xapp_id is None

    def test_gives_an_xapp_identifier_to_one_app_only(self, database, sealer):
        with database.begin() as tx:
            service.create_app(tx, sealer, SHOP, now=NOON)

        with pytest.raises(XAppIdTaken), database.begin() as tx:
            service.create_app(tx, sealer, SHOP, now=NOON)

        with database.begin() as tx:
            assert len(service.list_apps(tx)) == 1


class TestFindingAnXapp:
    def test_finds_it_by_its_identifier_in_any_case_and_by_its_key(self, sealer, tx):
        shop = service.create_app(tx, sealer, SHOP, now=NOON).app

        assert service.find_xapp(tx, "Shop.CORNER") == shop
        assert service.find_xapp(tx, shop.uuid.upper()) == shop

    def test_finds_no_app_that_is_no_xapp(self, sealer, tx):
        plain = service.create_app(tx, sealer, PLAIN, now=NOON).app

        assert service.find_xapp(tx, plain.uuid) is None
        assert service.find_xapp(tx, "shop.corner") is None
        assert service.find_xapp(tx, "\x00") is None

    def test_takes_an_identifier_for_what_it_is_though_it_looks_like_a_key(self, sealer, tx):
        shop = service.create_app(tx, sealer, SHOP, now=NOON).app
        other = service.create_app(tx, sealer, msgspec.structs.replace(SHOP, xapp_id=shop.uuid), now=NOON).app

        assert service.find_xapp(tx, shop.uuid) == other


class TestListing:
    def test_goes_on_behind_the_last_one_oldest_first(self, sealer, tx):
        made = [
            service.create_app(tx, sealer, PLAIN, now=NOON + timedelta(seconds=number // 2)).app.uuid
            for number in range(6)
        ]

        first = service.list_apps(tx, limit=4)
        rest = service.list_apps(tx, after=first[-1].uuid, limit=4)

        assert {app.uuid for app in first} | {app.uuid for app in rest} == set(made)
        assert len(first) == 4
        assert [app.created_at for app in first + rest] == sorted(app.created_at for app in first + rest)

    def test_behind_an_unknown_app_is_nothing(self, sealer, tx):
        service.create_app(tx, sealer, PLAIN, now=NOON)

        assert service.list_apps(tx, after=new_uuid()) == []


class TestChanging:
    def test_changes_what_is_given_and_nothing_else(self, sealer, an_app, tx):
        changed, webhook_secret = service.update_app(
            tx, sealer, an_app.uuid, {"name": "New name", "redirects": (Redirect("a:/b"),)}, now=LATER
        )

        assert (changed.name, changed.redirect_uris, changed.created_at) == ("New name", ("a:/b",), NOON)
        assert webhook_secret is None

    def test_the_first_webhook_url_brings_a_secret_which_then_stays(self, sealer, an_app, tx):
        _, first = service.update_app(tx, sealer, an_app.uuid, {"webhook_url": "https://shop.example/a"}, now=LATER)
        _, second = service.update_app(tx, sealer, an_app.uuid, {"webhook_url": "https://shop.example/b"}, now=LATER)

        assert first is not None
        assert second is None
        assert default_secrets(tx, sealer, an_app) == (first,)

    def test_nothing_to_change_is_no_mistake(self, sealer, an_app, tx):
        assert service.update_app(tx, sealer, an_app.uuid, {}, now=LATER) == (an_app, None)

    def test_refuses_a_taken_xapp_identifier(self, database, sealer, an_app):
        with database.begin() as tx:
            service.create_app(tx, sealer, SHOP, now=NOON)

        with pytest.raises(XAppIdTaken), database.begin() as tx:
            service.update_app(tx, sealer, an_app.uuid, {"xapp_id": SHOP.xapp_id}, now=LATER)

    def test_disables_and_enables(self, an_app, tx):
        assert service.disable_app(tx, an_app.uuid).disabled is True
        assert service.get_app(tx, an_app.uuid).disabled is True
        assert service.enable_app(tx, an_app.uuid).disabled is False

    @pytest.mark.parametrize(
        "change",
        [
            lambda tx, sealer, uuid: service.get_app(tx, uuid),
            lambda tx, sealer, uuid: service.update_app(tx, sealer, uuid, {"name": "abc"}, now=LATER),
            lambda tx, sealer, uuid: service.update_app(tx, sealer, uuid, {}, now=LATER),
            lambda tx, sealer, uuid: service.disable_app(tx, uuid),
            lambda tx, sealer, uuid: service.enable_app(tx, uuid),
            lambda tx, sealer, uuid: service.rotate_secret(tx, sealer, uuid, now=NOON),
            lambda tx, sealer, uuid: service.retire_secret(tx, uuid, now=NOON),
        ],
        ids=["get", "change", "change nothing", "disable", "enable", "rotate", "retire"],
    )
    def test_refuses_an_app_that_is_not_there(self, sealer, tx, change):
        with pytest.raises(AppUnknown):
            change(tx, sealer, new_uuid())


class TestRotation:
    def live(self, tx: Tx, sealer: Sealer, app: App, now=NOON) -> list[str]:
        return [service.open_secret(sealer, secret) for secret in service.live_secrets(tx, app.uuid, now=now)]

    def test_leaves_the_old_secret_live_and_puts_the_new_one_first(self, sealer, an_app, tx):
        (old,) = self.live(tx, sealer, an_app)

        _, new = service.rotate_secret(tx, sealer, an_app.uuid, now=NOON)

        assert self.live(tx, sealer, an_app) == [new.text, old]

    def test_a_third_secret_is_refused_and_changes_nothing(self, database, sealer, an_app):
        with database.begin() as tx:
            service.rotate_secret(tx, sealer, an_app.uuid, now=NOON)
            before = self.live(tx, sealer, an_app)

        with pytest.raises(TooManySecrets), database.begin() as tx:
            service.rotate_secret(tx, sealer, an_app.uuid, now=LATER)

        with database.begin() as tx:
            assert self.live(tx, sealer, an_app) == before

    def test_the_old_one_may_retire_by_the_clock(self, sealer, an_app, tx):
        _, new = service.rotate_secret(tx, sealer, an_app.uuid, now=NOON, retire_after=timedelta(minutes=5))

        at_the_end = NOON + timedelta(minutes=5)
        assert len(self.live(tx, sealer, an_app, at_the_end - timedelta(milliseconds=1))) == 2
        assert self.live(tx, sealer, an_app, at_the_end) == [new.text]

    def test_a_retired_one_makes_room_for_the_next(self, sealer, an_app, tx):
        service.rotate_secret(tx, sealer, an_app.uuid, now=NOON, retire_after=timedelta())

        _, third = service.rotate_secret(tx, sealer, an_app.uuid, now=LATER)

        assert self.live(tx, sealer, an_app, LATER)[0] == third.text
        assert len(self.live(tx, sealer, an_app, NOON)) == 2

    def test_retiring_ends_the_older_one(self, sealer, an_app, tx):
        _, new = service.rotate_secret(tx, sealer, an_app.uuid, now=NOON)

        service.retire_secret(tx, an_app.uuid, now=NOON)

        assert self.live(tx, sealer, an_app) == [new.text]

    def test_retiring_the_newer_one_by_id_takes_the_rotation_back(self, sealer, an_app, tx):
        (old,) = self.live(tx, sealer, an_app)
        _, new = service.rotate_secret(tx, sealer, an_app.uuid, now=NOON, retire_after=timedelta(minutes=5))

        service.retire_secret(tx, an_app.uuid, new.id, now=NOON)

        assert self.live(tx, sealer, an_app, LATER) == [old]

    def test_the_last_one_cannot_be_retired(self, an_app, tx):
        (only,) = service.live_secrets(tx, an_app.uuid, now=NOON)

        for named in (None, only.id):
            with pytest.raises(LastSecret):
                service.retire_secret(tx, an_app.uuid, named, now=NOON)

    def test_a_secret_of_another_app_is_unknown(self, sealer, an_app, tx):
        other = service.create_app(tx, sealer, PLAIN, now=NOON)

        with pytest.raises(SecretUnknown):
            service.retire_secret(tx, an_app.uuid, other.secret.id, now=NOON)

    def test_two_rotations_at_once_leave_two_secrets(self, database, sealer, an_app):
        def rotate(_):
            try:
                with database.begin() as tx:
                    service.rotate_secret(tx, sealer, an_app.uuid, now=NOON)
                    time.sleep(0.05)  # hold the transaction open, so that the four overlap
            except TooManySecrets:
                return False
            return True

        with ThreadPoolExecutor(4) as four:
            assert sorted(four.map(rotate, range(4))) == [False] * 3 + [True]

        with database.begin() as tx:
            assert len(self.live(tx, sealer, an_app)) == 2


class TestUses:
    def test_the_latest_use_is_kept(self, an_app, tx):
        (secret,) = service.live_secrets(tx, an_app.uuid, now=NOON)
        assert secret.last_used_at is None

        service.note_secret_uses(tx, {secret.id: LATER, new_uuid(): NOON})
        service.note_secret_uses(tx, {secret.id: NOON})

        (secret,) = service.live_secrets(tx, an_app.uuid, now=NOON)
        assert secret.last_used_at == LATER


def test_secrets_open_on_a_server_that_has_the_same_master_key(settings: Settings, database: Database, sealer: Sealer):
    with database.begin() as tx:
        new = service.create_app(tx, sealer, PLAIN, now=NOON)

    restarted = Sealer.from_settings(settings)
    with database.begin() as tx:
        restarted.load_pepper(tx)
        (secret,) = service.live_secrets(tx, new.app.uuid, now=NOON)

    assert restarted.mac(new.secret.text) == secret.mac
    assert service.open_secret(restarted, secret) == new.secret.text


def test_secrets_open_under_the_next_master_key_once_they_are_sealed_again(database: Database):
    old, new = b"\x01" * 32, b"\x02" * 32
    with database.begin() as tx:
        before = Sealer([old])
        before.load_pepper(tx)
        made = service.create_app(tx, before, SHOP, now=NOON)

        assert reseal_all(tx, Sealer([new, old]), RESEAL_TARGETS) == 3

        after = Sealer([new])
        after.load_pepper(tx)
        (secret,) = service.live_secrets(tx, made.app.uuid, now=NOON)
        assert service.open_secret(after, secret) == made.secret.text
        assert default_secrets(tx, after, made.app) == (made.webhook_secret,)
        assert after.mac(made.secret.text) == secret.mac
