"""The end of an app, and its icon, on both engines."""

from datetime import timedelta

import pytest

from sealgate.apps import service, webhooks
from sealgate.apps.errors import AppUnknown
from sealgate.apps.model import AppDraft, Redirect
from tests.conftest import NOON

LATER = NOON + timedelta(hours=1)
SHOP = AppDraft(
    name="Corner Shop",
    webhook_url="https://shop.example/hook",
    redirects=(Redirect("https://shop.example/login"),),
    xapp_id="shop.corner",
    xapp_url="https://shop.example/xapp",
)


@pytest.fixture
def an_app(database, sealer):
    with database.begin() as tx:
        return service.create_app(tx, sealer, SHOP, now=NOON).app


class TestDeleting:
    def test_forgets_secrets_addresses_and_endpoints_and_keeps_the_name(self, database, an_app):
        with database.begin() as tx:
            service.delete_app(tx, an_app.uuid, now=LATER)

        with database.begin() as tx:
            gone = service.get_app(tx, an_app.uuid)
            assert (gone.name, gone.deleted_at, gone.disabled) == ("Corner Shop", LATER, True)
            assert (gone.redirects, gone.webhook_url, gone.xapp_id, gone.xapp_url) == ((), None, None, None)
            assert service.live_secrets(tx, an_app.uuid, now=LATER) == []
            assert webhooks.endpoints_of(tx, an_app.uuid) == []

    def test_takes_the_app_off_every_list(self, database, sealer, an_app):
        with database.begin() as tx:
            other = service.create_app(tx, sealer, AppDraft(name="Other"), now=NOON).app
            service.delete_app(tx, an_app.uuid, now=LATER)

        with database.begin() as tx:
            assert [app.uuid for app in service.list_apps(tx)] == [other.uuid]
            assert service.find_xapp(tx, "shop.corner") is None
            assert service.find_app_and_secrets(tx, an_app.uuid) is None

    def test_leaves_the_xapp_identifier_to_others(self, database, sealer, an_app):
        with database.begin() as tx:
            service.delete_app(tx, an_app.uuid, now=LATER)
            heir = AppDraft(name="Heir", xapp_id="shop.corner", xapp_url="https://heir.example/")
            service.create_app(tx, sealer, heir, now=LATER)

        with database.begin() as tx:
            found = service.find_xapp(tx, "shop.corner")
            assert found is not None
            assert found.name == "Heir"

    @pytest.mark.parametrize(
        "again",
        [
            lambda tx, sealer, uuid: service.delete_app(tx, uuid, now=LATER),
            lambda tx, sealer, uuid: service.enable_app(tx, uuid),
            lambda tx, sealer, uuid: service.update_app(tx, sealer, uuid, {"name": "Back"}, now=LATER),
            lambda tx, sealer, uuid: service.rotate_secret(tx, sealer, uuid, now=LATER),
            lambda tx, sealer, uuid: service.set_icon(tx, uuid, b"png", now=LATER),
        ],
        ids=["delete", "enable", "update", "rotate", "icon"],
    )
    def test_has_no_way_back(self, database, sealer, an_app, again):
        with database.begin() as tx:
            service.delete_app(tx, an_app.uuid, now=LATER)

        with pytest.raises(AppUnknown), database.begin() as tx:
            again(tx, sealer, an_app.uuid)


class TestIcons:
    def test_are_found_by_the_name_of_their_content(self, database, an_app):
        with database.begin() as tx:
            app = service.set_icon(tx, an_app.uuid, b"a picture", now=LATER)

        with database.begin() as tx:
            assert app.icon("https://sign.example") == f"https://sign.example/assets/app-icons/{app.icon_file}.png"
            assert app.own_icon("https://sign.example") == app.icon("https://sign.example")
            assert service.find_icon(tx, app.icon_file or "") == b"a picture"

    def test_go_when_the_last_app_with_them_has_another(self, database, sealer, an_app):
        with database.begin() as tx:
            other = service.create_app(tx, sealer, AppDraft(name="Other"), now=NOON).app
            name = service.set_icon(tx, an_app.uuid, b"shared", now=LATER).icon_file or ""
            service.set_icon(tx, other.uuid, b"shared", now=LATER)

        with database.begin() as tx:
            service.set_icon(tx, an_app.uuid, b"another", now=LATER)
            assert service.find_icon(tx, name) == b"shared"
            service.set_icon(tx, other.uuid, None, now=LATER)
            assert service.find_icon(tx, name) is None

    def test_give_way_to_an_address(self, database, sealer, an_app):
        with database.begin() as tx:
            name = service.set_icon(tx, an_app.uuid, b"a picture", now=LATER).icon_file or ""
            changes = {"icon_url": "https://shop.example/icon.png"}
            app, _ = service.update_app(tx, sealer, an_app.uuid, changes, now=LATER)

        assert app.icon("https://sign.example") == "https://shop.example/icon.png"
        with database.begin() as tx:
            assert service.find_icon(tx, name) is None

    def test_go_with_the_app(self, database, an_app):
        with database.begin() as tx:
            name = service.set_icon(tx, an_app.uuid, b"a picture", now=LATER).icon_file or ""
            service.delete_app(tx, an_app.uuid, now=LATER)

        with database.begin() as tx:
            assert service.find_icon(tx, name) is None
