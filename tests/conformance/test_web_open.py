"""What a visit of the sign page means for `opened_by_deeplink`, on both engines."""

from datetime import timedelta

import pytest

from sealgate.payloads import service
from tests.conftest import NOON
from tests.payloads import a_wallet, an_app, stored

LATER = NOON + timedelta(seconds=10)


class TestWebOpen:
    @pytest.mark.parametrize(("visited", "by_link"), [(True, False), (False, True)])
    def test_decides_whether_a_link_alone_led_to_the_wallet(self, tx, visited, by_link):
        payload = stored(tx, an_app())
        if visited:
            service.note_web_open(tx, payload.uuid, now=NOON)

        opened = service.open_payload(tx, payload.uuid, device=a_wallet(tx), origin="DEEP_LINK", now=LATER)

        assert opened.opened_by_deeplink is by_link

    def test_only_the_first_counts(self, tx):
        payload = stored(tx, an_app())

        service.note_web_open(tx, payload.uuid, now=NOON)
        service.note_web_open(tx, payload.uuid, now=LATER)

        found = service.find_payload(tx, payload.uuid)
        assert found is not None
        assert found.web_opened_at == NOON
