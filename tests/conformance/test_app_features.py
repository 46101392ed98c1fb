"""What the provider may announce: what at least one enabled app is set up for, on both engines."""

import pytest

from sealgate.apps import service
from sealgate.apps.features import Features, features_in_use
from sealgate.apps.model import DEVICE_CODE, AppDraft
from tests.conftest import NOON


def register(tx, sealer, **values):
    return service.create_app(tx, sealer, AppDraft(name="Corner Shop", **values), now=NOON).app.uuid


class TestWhatAppsAreSetUpFor:
    def test_is_nothing_without_apps(self, tx):
        assert features_in_use(tx) == Features()

    def test_is_nothing_beyond_codes_for_a_plain_app(self, sealer, tx):
        register(tx, sealer)

        assert features_in_use(tx) == Features()

    @pytest.mark.parametrize(
        ("values", "features"),
        [
            ({"allow_implicit": True}, Features(implicit=True)),
            ({"grant_types": ("authorization_code", "refresh_token")}, Features(refresh=True)),
            ({"grant_types": (DEVICE_CODE,)}, Features(device=True)),
            ({"id_token_alg": "ES256"}, Features(es256=True)),
        ],
    )
    def test_is_what_one_of_them_may_do_until_it_is_disabled(self, sealer, tx, values, features):
        register(tx, sealer)
        uuid = register(tx, sealer, **values)
        assert features_in_use(tx) == features

        service.disable_app(tx, uuid)

        assert features_in_use(tx) == Features()

    def test_is_taken_together(self, sealer, tx):
        register(tx, sealer, allow_implicit=True)
        register(tx, sealer, grant_types=("refresh_token",), id_token_alg="ES256")

        assert features_in_use(tx) == Features(implicit=True, refresh=True, es256=True)
