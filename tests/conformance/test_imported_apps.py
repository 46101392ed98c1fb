"""An app from elsewhere gets the key it had there, once, on both engines."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from sealgate.apps import service
from sealgate.apps.errors import AppKeyTaken, XAppIdTaken
from sealgate.apps.model import AppDraft
from tests.conftest import NOON

KEY = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
SHOP = AppDraft(name="Corner Shop", xapp_id="shop.corner")


def test_checking_tells_what_registering_would_and_changes_nothing(database, sealer):
    with database.begin() as tx:
        service.check_new(tx, KEY, SHOP)
        assert service.find_app(tx, KEY) is None
        made = service.create_app(tx, sealer, SHOP, uuid=KEY, now=NOON)

        assert made.app.uuid == KEY
        with pytest.raises(AppKeyTaken):
            service.check_new(tx, KEY, SHOP)
        with pytest.raises(XAppIdTaken):
            service.check_new(tx, KEY.replace("0", "1"), SHOP)


def test_the_key_of_an_app_that_is_gone_is_not_given_again(database, sealer):
    with database.begin() as tx:
        service.create_app(tx, sealer, SHOP, uuid=KEY, now=NOON)
        service.delete_app(tx, KEY, now=NOON)

    with database.begin() as tx, pytest.raises(AppKeyTaken):
        service.check_new(tx, KEY, SHOP)
    with pytest.raises(AppKeyTaken), database.begin() as tx:
        service.create_app(tx, sealer, SHOP, uuid=KEY, now=NOON)


def test_of_many_who_register_it_at_once_one_does(database, sealer):
    ready = threading.Barrier(8)

    def run(number):
        ready.wait()
        try:
            with database.begin() as tx:
                made = service.create_app(tx, sealer, AppDraft(name=f"Shop {number}"), uuid=KEY, now=NOON)
                time.sleep(0.02)  # hold the transaction open, so that the eight overlap
                return made.secret.text
        except AppKeyTaken:
            return None

    with ThreadPoolExecutor(8) as eight:
        secrets = [secret for secret in eight.map(run, range(8)) if secret]

    assert len(secrets) == 1
    with database.begin() as tx:
        found = service.find_app_and_secrets(tx, KEY)
        assert found is not None
        assert [service.open_secret(sealer, one) for one in found[1]] == secrets
