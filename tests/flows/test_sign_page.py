"""The sign page and the QR files over HTTP."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.payloads import qr
from tests.conformance.conftest import create_schema
from tests.live_side import LiveSide

RETURN = {"return_url": {"web": "https://shop.example/?id={id}&tx={TXID}"}}


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSide]:
    settings = Settings(data_dir=str(tmp_path_factory.mktemp("data")))
    create_schema(settings)
    side = LiveSide(settings)
    side.start()
    yield side
    side.stop()


@pytest.fixture
def web(live: LiveSide) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=live.url, trust_env=False) as client:
        yield client


class TestPage:
    @pytest.mark.parametrize("view", ["", "/", "/qr", "/deeplink"])
    def test_says_who_asks_for_what(self, live, web, view):
        payload = live.create(custom_meta={"instruction": "Two tickets"})

        page = web.get(f"/sign/{payload.uuid}{view}")

        assert page.status_code == 200
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "<strong>Demo app</strong> asks you to sign in" in page.text
        assert "Two tickets" in page.text
        assert 'href="sealgate://' + payload.uuid in page.text
        assert "<svg viewBox" in page.text

    def test_lets_nobody_else_run_anything_in_it_and_keeps_its_opener(self, live, web):
        page = web.get(f"/sign/{live.create().uuid}")

        assert "script-src" not in page.headers["content-security-policy"]
        assert "default-src 'self'" in page.headers["content-security-policy"]
        assert "unsafe" not in page.headers["content-security-policy"]
        assert "cross-origin-opener-policy" not in page.headers
        assert page.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in page.headers
        assert " style=" not in page.text
        assert "<script>" not in page.text

    def test_shows_texts_of_developers_as_texts(self, live, web):
        nasty = '"><script>alert(1)</script>{{7*7}}'
        payload = live.create(
            {"TransactionType": "Payment", "Destination": "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe", "Amount": "1"},
            custom_meta={"instruction": nasty},
            options={"return_url": {"web": f"https://shop.example/{nasty}"}},
        )

        page = web.get(f"/sign/{payload.uuid}")

        assert "alert(1)" in page.text
        assert "<script>alert" not in page.text
        assert "{{7*7}}" in page.text

    def test_an_unknown_request_gets_a_friendly_page(self, web):
        page = web.get(f"/sign/{new_uuid()}")

        assert page.status_code == 404
        assert "Request not found" in page.text

    def test_without_javascript_it_looks_again_until_it_is_over(self, live, web):
        payload = live.create()
        waiting = web.get(f"/sign/{payload.uuid}").text
        live.open(payload.uuid)
        live.sign(payload.uuid)
        signed = web.get(f"/sign/{payload.uuid}").text

        assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in waiting
        assert "http-equiv" not in signed

    def test_without_javascript_it_leads_back_after_the_signature(self, live, web):
        payload = live.create(options=RETURN)
        live.open(payload.uuid)
        live.sign(payload.uuid)

        page = web.get(f"/sign/{payload.uuid}").text

        back = f"https://shop.example/?id={payload.uuid}&amp;tx={'C' * 64}"
        assert f'content="4; url={back}"' in page
        assert f'href="{back}"' in page

    def test_after_the_expiry_it_offers_a_link_and_no_code(self, live, web):
        payload = live.create(expire_min=1, options=RETURN)
        live.advance(timedelta(minutes=2))

        page = web.get(f"/sign/{payload.uuid}").text

        assert 'data-state="expired"' in page
        assert f'href="https://shop.example/?id={payload.uuid}' in page
        assert "<svg viewBox" not in page
        assert "http-equiv" not in page


class TestQrFiles:
    @pytest.mark.parametrize(("suffix", "quality"), [("", "q"), ("_m", "m"), ("_q", "q"), ("_h", "h")])
    def test_the_image_and_the_matrix_hold_the_pages_address(self, live, web, suffix, quality):
        payload = live.create()
        address = f"{live.url}/sign/{payload.uuid}"

        png = web.get(f"/sign/{payload.uuid}{suffix}.png")
        matrix = web.get(f"/sign/{payload.uuid}{suffix}.json")

        assert png.headers["content-type"] == "image/png"
        assert png.headers["content-disposition"] == "inline"
        assert png.content == qr.draw_png(address, quality)
        assert matrix.headers["content-type"].startswith("application/json")
        assert matrix.json() == {"matrix": qr.matrix(address, quality)}

    @pytest.mark.parametrize("file", ["_q.png", "_m.json", ".png", ".json"])
    def test_any_page_may_show_them_and_keep_them(self, live, web, file):
        answer = web.get(f"/sign/{live.create().uuid}{file}", headers={"origin": "https://shop.example"})

        assert answer.headers["access-control-allow-origin"] == "*"
        assert answer.headers["cache-control"] == "public, max-age=86400"

    @pytest.mark.parametrize("file", ["_q.png", "_m.json", ".png", ".json"])
    def test_there_are_none_of_an_unknown_request(self, web, file):
        answer = web.get(f"/sign/{new_uuid()}{file}", headers={"origin": "https://shop.example"})

        assert answer.status_code == 404
        assert answer.headers["access-control-allow-origin"] == "*"

    def test_their_addresses_are_taken_in_any_case_of_letters(self, live, web):
        payload = live.create()

        assert web.get(f"/SIGN/{payload.uuid.upper()}_Q.PNG").status_code == 200

    @pytest.mark.parametrize("path", ["_x.png", "_q.gif", "_q", ".svg.png"])
    def test_others_do_not_exist(self, live, web, path):
        assert web.get(f"/sign/{live.create().uuid}{path}").status_code == 404

    def test_head_tells_the_size_without_the_picture(self, live, web):
        path = f"/sign/{live.create().uuid}_q.png"
        head: Any = web.head(path)

        assert head.content == b""
        assert int(head.headers["content-length"]) == len(web.get(path).content)


class TestWebOpen:
    """A link into the wallet counts as such only where no browser had shown the page (platform-api 5.1)."""

    def test_whoever_saw_the_page_first_did_not_come_by_link_alone(self, live, web):
        payload = live.create()

        web.get(f"/sign/{payload.uuid}")

        assert live.open(payload.uuid, origin="DEEP_LINK").opened_by_deeplink is False

    @pytest.mark.parametrize("path", ["_q.png", "_q.json"])
    def test_the_code_on_somebody_elses_page_is_no_visit(self, live, web, path):
        payload = live.create()

        web.get(f"/sign/{payload.uuid}{path}")
        web.head(f"/sign/{payload.uuid}")

        assert live.open(payload.uuid, origin="DEEP_LINK").opened_by_deeplink is True

    def test_only_the_first_visit_is_written_down(self, live, web):
        payload = live.create()
        web.get(f"/sign/{payload.uuid}")
        first = live.find(payload.uuid).web_opened_at

        live.advance(timedelta(seconds=5))
        web.get(f"/sign/{payload.uuid}")

        assert first is not None
        assert live.find(payload.uuid).web_opened_at == first

    def test_a_visit_after_the_wallet_opened_it_does_not_count(self, live, web):
        payload = live.create()
        live.open(payload.uuid, origin="DEEP_LINK")

        web.get(f"/sign/{payload.uuid}")

        found = live.find(payload.uuid)
        assert (found.web_opened_at, found.opened_by_deeplink) == (None, True)
