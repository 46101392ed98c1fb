"""The reference pages, the static files, and what keeps pages safe."""

import re

import pytest

from sealgate.asgi import ROUTERS, make_context
from sealgate.base.errors import SealgateError, all_errors
from sealgate.web import pages
from sealgate.web.app import build_app
from sealgate.web.docs import error_entries
from tests.unit.web.test_app import caller_of
from tests.unit.web.test_openapi import AnybodyMay

pytestmark = pytest.mark.anyio


class TestReference:
    async def test_serves_the_document_to_any_page(self, client):
        answer = await client.get("/openapi.json")

        assert answer.json()["openapi"] == "3.1.0"
        assert answer.json()["servers"] == [{"url": "https://gate.example"}]
        assert answer.headers["access-control-allow-origin"] == "*"

    async def test_shows_every_operation_with_an_example_call(self, client):
        page = (await client.get("/docs")).text

        assert 'id="greet"' in page
        assert "curl -X POST &#39;https://gate.example/api/v1/greet&#39;" in page
        assert "&#34;name&#34;: &#34;…&#34;" in page

    async def test_every_refusal_of_the_real_reference_is_explained(self, settings):
        app = build_app(make_context(settings), ROUTERS, AnybodyMay())
        async with caller_of(app) as client:
            reference = (await client.get("/docs")).text
            explained = (await client.get("/docs/errors")).text

        links = set(re.findall(r'href="/docs/errors#([^"]+)"', reference))
        assert len(links) > 10
        assert links <= set(re.findall(r'<article [^>]*id="([^"]+)"', explained))

    async def test_names_every_refusal_once(self):
        slugs = [entry.slug for entries in error_entries().values() for entry in entries]

        known = [error for error in all_errors() if error is not SealgateError]
        assert len(slugs) == len(known)
        assert all(entry.meaning for entries in error_entries().values() for entry in entries)


class TestProse:
    @pytest.mark.parametrize(
        ("text", "html"),
        [
            ("send `a<b` now", "send <code>a&lt;b</code> now"),
            ("`all`", "<code>all</code>"),
            ("a ` alone & <b>", "a ` alone &amp; &lt;b&gt;"),
            ("`a` and `b", "<code>a</code> and `b"),
            ("none", "none"),
        ],
    )
    async def test_marks_code_and_escapes_the_rest(self, text, html):
        assert str(pages._prose(text)) == html


class TestPages:
    @pytest.mark.parametrize("path", ["/", "/docs", "/docs/errors", "/nope"])
    async def test_take_nothing_from_strangers_and_cannot_be_framed(self, client, path):
        answer = await client.get(path)

        csp = answer.headers["content-security-policy"]
        assert "default-src 'self'" in csp
        assert "frame-ancestors 'none'" in csp
        assert "connect-src 'self' wss://gate.example" in csp
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert "<style" not in answer.text
        assert " style=" not in answer.text
        assert not re.search(r"<script(?! src=)", answer.text)
        assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)

    async def test_may_loosen_one_rule(self, client):
        csp = (await client.get("/page")).headers["content-security-policy"]

        assert "img-src 'self' https:;" in csp
        assert "default-src 'self'" in csp


class TestAssets:
    async def test_every_file_a_page_names_is_there_and_may_be_kept(self, client):
        page = (await client.get("/")).text
        addresses = re.findall(r'"(/assets/[^"]+)"', page)

        assert len(addresses) >= 2
        for address in addresses:
            answer = await client.get(address)
            assert answer.status_code == 200
            assert "immutable" in answer.headers["cache-control"]

    async def test_is_not_sent_again_to_who_has_it(self, client):
        first = await client.get("/assets/web/sealgate.css")

        again = await client.get("/assets/web/sealgate.css", headers={"if-none-match": first.headers["etag"]})

        assert first.headers["content-type"] == "text/css; charset=utf-8"
        assert first.headers["cache-control"] == "public, max-age=300"
        assert again.status_code == 304
        assert again.content == b""

    @pytest.mark.parametrize(
        "path", ["/assets/web/nope.css", "/assets/web/..%2F..%2Fpy.typed", "/assets/..%2Fweb/app.py"]
    )
    async def test_nothing_else_is_served(self, client, path):
        assert (await client.get(path)).status_code == 404

    async def test_has_the_icon_browsers_ask_for(self, client):
        answer = await client.get("/favicon.ico")

        assert answer.headers["content-type"] == "image/svg+xml"
