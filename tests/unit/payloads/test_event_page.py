"""What the page of an xApp's message shows, and what it keeps to itself."""

from datetime import timedelta

import msgspec
import pytest

from sealgate.payloads.event_page import event_page
from sealgate.payloads.model import XappEvent
from tests.conftest import NOON
from tests.payloads import a_payload, an_app

EVENT = XappEvent(identifier="shop.1a2b", title="Corner Shop", body="Your parcel is ready", subtitle="Order 1042")


def page_of(*, at=NOON, app=None, **changes):
    """Return the page of an event."""
    payload = a_payload()
    payload = msgspec.structs.replace(payload, terms=msgspec.structs.replace(payload.terms, xapp=EVENT), **changes)
    app = app or an_app()
    return event_page(payload, app, icon_url=None, hues=6, app_link="sealgate://sign/1", svg="<svg/>", now=at)


def test_leads_into_the_wallet():
    page = page_of()

    assert (page.state, page.app_link, page.app_name, page.monogram) == (
        "waiting",
        "sealgate://sign/1",
        "Corner Shop",
        "C",
    )


def test_says_nothing_of_the_message():
    shown = msgspec.json.encode(page_of()).decode()

    assert "parcel" not in shown
    assert "1042" not in shown


def test_stays_while_the_event_does_opened_or_not():
    assert page_of(opened_at=NOON).state == "waiting"


@pytest.mark.parametrize("changes", [{"cancelled_at": NOON}, {"at": NOON + timedelta(days=31)}])
def test_tells_that_the_event_is_gone(changes):
    assert page_of(**changes).state == "gone"
    assert page_of(opened_at=NOON, **changes).state == "gone"


def test_tells_that_the_app_is_switched_off():
    assert page_of(app=an_app(disabled=True)).state == "disabled"
