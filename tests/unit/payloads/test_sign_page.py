"""What the sign page shows, decided without a server."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from sealgate.apps.model import App
from sealgate.base.settings import Settings
from sealgate.payloads.model import Outcome, Payload, Presentation, Terms
from sealgate.payloads.sign_page import SignPage, View, link_of, sign_page, web_address
from tests.conftest import NOON

UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"
SETTINGS = Settings(public_url="https://sign.example")
APP = App(uuid="3b1a0d9c-0000-4000-8000-6a1f5b2e8c41", name="Shop", created_at=NOON)
RETURN = "https://shop.example/done?id={id}"


def a_payload(*, signed: bool | None = None, **changes: Any) -> Payload:
    """Return a SignIn made at noon that may be opened for five minutes; `signed` gives it an outcome."""
    of_terms = {name: changes.pop(name) for name in list(changes) if name in Terms.__struct_fields__}
    terms = Terms(**{"tx_type": "SignIn", "request_json": msgspec.Raw(b'{"TransactionType":"SignIn"}'), **of_terms})
    if signed is not None:
        outcome = Outcome(signed=signed, reference=UUID, holder_uuid=UUID, device_uuid=UUID, origintype="QR")
        changes |= {"opened_at": NOON, "resolved_at": NOON, "outcome": outcome}
    return Payload(
        **{
            "id": 1, "uuid": UUID, "app_uuid": APP.uuid, "terms": terms, "created_at": NOON,
            "expires_at": NOON + timedelta(minutes=5), **changes,
        }
    )  # fmt: skip


def show(payload: Payload, view: View = "page", *, app: App = APP, minutes: int = 1) -> SignPage:
    """Return the page as it is some minutes after noon."""
    return sign_page(payload, app, SETTINGS, view, "<svg></svg>", now=NOON + timedelta(minutes=minutes))


class TestState:
    @pytest.mark.parametrize(
        ("payload", "state"),
        [
            (a_payload(), "waiting"),
            (a_payload(pushed=True), "pushed"),
            (a_payload(opened_at=NOON), "opened"),
            (a_payload(signed=True), "signed"),
            (a_payload(signed=False), "rejected"),
            (a_payload(cancelled_at=NOON), "cancelled"),
            (a_payload(expires_at=NOON), "expired"),
        ],
    )
    def test_is_that_of_the_payload(self, payload, state):
        assert show(payload).state == state

    def test_what_was_opened_in_time_does_not_expire(self):
        assert show(a_payload(opened_at=NOON), minutes=60).state == "opened"

    @pytest.mark.parametrize("payload", [a_payload(pushed=True), a_payload(opened_at=NOON)])
    def test_the_code_is_shown_where_somebody_insists_on_it(self, payload):
        assert show(payload, "qr").state == "waiting"

    @pytest.mark.parametrize(("payload", "state"), [(a_payload(signed=True), "signed"), (a_payload(), "disabled")])
    def test_an_app_that_is_switched_off_is_no_longer_asked_for(self, payload, state):
        page = show(payload, app=msgspec.structs.replace(APP, disabled=True))

        assert page.state == state
        assert not page.is_open


class TestWayBack:
    @pytest.mark.parametrize("signed", [True, False])
    def test_leads_on_by_itself_after_an_answer(self, signed):
        page = show(a_payload(signed=signed, return_url_web=RETURN))

        assert page.leads_to == page.link_back == f"https://shop.example/done?id={UUID}"

    @pytest.mark.parametrize("payload", [{"cancelled_at": NOON}, {"expires_at": NOON}])
    def test_is_offered_but_not_taken_where_nothing_was_answered(self, payload):
        page = show(a_payload(**payload, return_url_web=RETURN))

        assert page.leads_to is None
        assert page.link_back == f"https://shop.example/done?id={UUID}"

    def test_is_not_shown_while_there_is_something_to_answer(self):
        page = show(a_payload(return_url_web=RETURN))

        assert (page.leads_to, page.link_back) == (None, None)

    def test_is_the_creators_own_where_there_is_one(self):
        presentation = Presentation(continue_url="/signin?txn=1", cancel_url="/signin?cancel=1")
        page = show(a_payload(signed=True, return_url_web=RETURN, presentation=presentation))

        assert page.leads_to == page.continue_url == "/signin?txn=1"
        assert page.cancel_url == "/signin?cancel=1"

    @pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "shop://done", "//evil.example/x"])
    def test_is_never_more_than_a_web_address(self, url):
        page = show(a_payload(signed=True, return_url_web=url))

        assert (page.leads_to, page.link_back) == (None, None)


class TestBound:
    """Of a request that belongs to one browser, only this one is told where it goes on."""

    PRESENTATION = Presentation(
        origin="https://shop.example", cancel_url="/signin/cancel", continue_url="/signin", browser_hash="ab" * 32
    )

    def show(self, payload: Payload, *, here: bool = True, settings: Settings = SETTINGS) -> SignPage:
        terms = msgspec.structs.replace(payload.terms, presentation=self.PRESENTATION, return_url_web=RETURN)
        payload = msgspec.structs.replace(payload, terms=terms)
        now = NOON + timedelta(minutes=1)
        return sign_page(payload, APP, settings, "page", None, is_initiator=here, now=now)

    def test_another_browser_sees_no_way_on_or_off(self):
        for payload in (a_payload(), a_payload(signed=True)):
            page = self.show(payload, here=False)

            assert (page.continue_url, page.cancel_url, page.leads_to, page.link_back) == (None, None, None, None)

    @pytest.mark.parametrize(
        "payload",
        [a_payload(signed=True), a_payload(signed=False), a_payload(expires_at=NOON), a_payload(cancelled_at=NOON)],
    )
    def test_its_own_goes_on_whatever_the_end(self, payload):
        page = self.show(payload)

        assert page.leads_to == page.link_back == "/signin"

    @pytest.mark.parametrize("payload", [a_payload(), a_payload(opened_at=NOON)])
    def test_nobody_leaves_before_the_end(self, payload):
        assert self.show(payload).leads_to is None

    @pytest.mark.parametrize(
        ("origin", "pushed", "leaves"),
        [
            ("QR", False, True),
            ("PUSH_NOTIFICATION", True, True),
            ("EVENT_LIST", True, True),
            ("PUSH_NOTIFICATION", False, False),
            ("DEEP_LINK", False, False),
            ("DEEP_LINK", True, False),
            ("UNKNOWN", False, False),
        ],
    )
    def test_a_wallet_that_a_link_opened_must_lead_back_first(self, origin, pushed, leaves):
        signed = a_payload(signed=True, pushed=pushed)
        assert signed.outcome is not None
        payload = msgspec.structs.replace(signed, outcome=msgspec.structs.replace(signed.outcome, origintype=origin))

        assert (self.show(payload).leads_to is not None) is leaves
        assert self.show(payload, settings=msgspec.structs.replace(SETTINGS, deeplink_strict=False)).leads_to

    def test_only_the_app_may_hear_of_the_window(self):
        assert self.show(a_payload()).opener_origin == "https://shop.example"
        assert show(a_payload()).opener_origin == "*"


class TestWebAddress:
    @pytest.mark.parametrize("url", ["https://shop.example/?a=b#c", "http://localhost:3000/", "HTTPS://SHOP.EXAMPLE"])
    def test_takes_addresses_of_the_web(self, url):
        assert web_address(url) == url

    @pytest.mark.parametrize(
        "url",
        [
            None, "", "shop.example", "https://", "https:///path", "java\nscript:alert(1)", " javascript:alert(1)",
            "/\\evil.example", "https://[", "vbscript:x", "blob:https://shop.example/x", "\x00https://shop.example",
        ],
    )  # fmt: skip
    def test_refuses_what_a_browser_might_take_for_something_else(self, url):
        assert web_address(url) is None


class TestTexts:
    def test_an_app_without_an_icon_has_its_first_letter(self):
        assert show(a_payload(), app=msgspec.structs.replace(APP, name="«éclair»")).monogram == "É"
        assert show(a_payload(), app=msgspec.structs.replace(APP, name="…")).monogram == "?"

    @pytest.mark.parametrize(
        ("icon", "shown"),
        [
            ("https://sign.example/assets/x.png", True),
            ("data:image/png;base64,AAAA", True),
            ("https://cdn.example/x.png", False),
            ("https://sign.example.evil.example/x.png", False),
            ("data:text/html,x", False),
            (None, False),
        ],
    )
    def test_an_icon_of_a_stranger_is_not_asked_for(self, icon, shown):
        page = show(a_payload(), app=msgspec.structs.replace(APP, icon_url=icon))

        assert (page.icon_url is not None) is shown

    def test_a_name_cannot_hide_what_stands_behind_it(self):
        page = show(a_payload(), app=msgspec.structs.replace(APP, name="Shop\u202e gro.lave \x07" + "x" * 200))

        assert page.app_name.isprintable()
        assert len(page.app_name) <= 60

    @pytest.mark.parametrize(
        ("terms", "words"),
        [
            ({}, "It moves no money"),
            ({"tx_type": "Payment"}, "shows the whole transaction"),
            ({"tx_type": "Payment", "submit": False}, "whether it is sent is up to Shop"),
            ({"tx_type": "Payment", "multisign": True}, "one of several signatures"),
        ],
    )
    def test_the_note_says_what_approving_means(self, terms, words):
        assert words in show(a_payload(**terms)).note

    def test_what_the_creator_wants_shown_is_bounded(self):
        presentation = Presentation(lines=tuple("y" * 1000 for _ in range(100)), origin="https://app.example")
        page = show(a_payload(presentation=presentation))

        assert page.origin == "https://app.example"
        assert len(page.lines) == 12
        assert max(map(len, page.lines)) <= 140


def test_links_come_from_the_settings():
    assert link_of("{base}/sign/{uuid}", SETTINGS, UUID) == f"https://sign.example/sign/{UUID}"
    assert link_of("xaman://{uuid}", SETTINGS, UUID) == f"xaman://{UUID}"


class TestWebWallet:
    def test_is_offered_where_the_server_has_one(self):
        assert show(a_payload()).web_wallet == f"/wallet/sign/{UUID}?from=DEEP_LINK"

    def test_is_not_offered_where_it_has_none(self):
        settings = msgspec.structs.replace(SETTINGS, web_wallet=False)

        assert sign_page(a_payload(), APP, settings, "page", "<svg></svg>", now=NOON).web_wallet is None
