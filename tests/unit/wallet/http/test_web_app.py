"""The web wallet over HTTP: one page for every screen, files beside it, and what they may do."""

import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from sealgate.base.settings import Settings
from sealgate.wallet.http import web_app
from sealgate.wallet.web_app_files import WebAppFiles
from tests.unit.web.tiny import make_app

pytestmark = pytest.mark.anyio
UUID = "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "web_app"
    for name, text in {
        "index.html": '<title>Sealgate</title><meta name="sealgate" content="{}">' + "<p>The page</p>" * 40,
        "sw.js": "self.x = 1",
        "manifest.webmanifest": '{"name": "Sealgate"}',
        "brand.css": "/* none */",
        "licences.txt": "MIT",
        "assets/a-1.js": "export const a = 1;" * 50,
        "icons/logo.svg": "<svg/>",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


@pytest.fixture
def serving(built: Path, tmp_path: Path) -> Callable[..., AbstractAsyncContextManager[httpx.AsyncClient]]:
    @asynccontextmanager
    async def serve(folder: Path = built, **changes: Any) -> AsyncIterator[httpx.AsyncClient]:
        settings = Settings(data_dir=str(tmp_path), public_url="https://gate.example", **changes)
        app = make_app(settings, web_app.router)
        app.context.put(WebAppFiles(settings, folder))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://gate.example") as client:
            yield client

    return serve


@pytest.mark.parametrize(
    "path",
    ["/", "/welcome", f"/sign/{UUID}", f"/sign/{UUID}?from=DEEP_LINK", "/accounts/rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe",
     "/nowhere", "/xapps/example.tools"],
)  # fmt: skip
async def test_every_screen_is_the_same_page_under_a_strict_policy(serving, path):
    async with serving() as client:
        page = await client.get(f"/wallet{path}")

    assert page.status_code == 200
    assert "<p>The page</p>" in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert "require-trusted-types-for 'script'" in policy
    assert page.headers["cache-control"] == "no-cache"
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["referrer-policy"] == "no-referrer"


async def test_the_address_without_a_slash_leads_to_the_one_the_service_worker_looks_after(serving):
    async with serving() as client:
        answer = await client.get("/wallet")

    assert answer.status_code == 308
    assert answer.headers["location"] == "/wallet/"


async def test_a_file_whose_name_tells_its_content_is_kept_for_a_year(serving):
    async with serving() as client:
        script = await client.get("/wallet/assets/a-1.js", headers={"accept-encoding": "gzip"})
        plain = await client.get("/wallet/assets/a-1.js", headers={"accept-encoding": "identity"})

    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["content-encoding"] == "gzip"
    assert script.headers["vary"] == "accept-encoding"
    assert script.headers["content-security-policy"] == web_app.WORKER_CSP
    assert "content-encoding" not in plain.headers
    assert script.text == plain.text
    assert int(script.headers["content-length"]) == len(gzip.compress(plain.content, 9, mtime=0)) < len(plain.content)


async def test_the_service_worker_is_asked_for_every_time_and_answers_shortly_when_it_is_known(serving):
    async with serving() as client:
        first = await client.get("/wallet/sw.js")
        again = await client.get("/wallet/sw.js", headers={"if-none-match": first.headers["etag"]})

    assert first.headers["cache-control"] == "no-cache"
    assert again.status_code == 304
    assert again.content == b""


@pytest.mark.parametrize(
    "path",
    ["/wallet/none.js", "/wallet/assets/b.js", "/wallet/..%2F..%2Fx.txt", "/wallet/a/b/c", "/wallet/.sealgate-stamp"],
)
async def test_what_is_not_a_file_of_the_app_is_not_found(serving, path):
    async with serving() as client:
        assert (await client.get(path)).status_code == 404


async def test_a_wallet_that_was_not_built_says_how_to_build_it(serving, tmp_path):
    async with serving(tmp_path / "nothing") as client:
        answer = await client.get("/wallet/")

    assert answer.status_code == 503
    assert "make dev-setup" in answer.text


@pytest.mark.parametrize("path", ["/wallet", "/wallet/", f"/wallet/sign/{UUID}", "/wallet/sw.js"])
async def test_an_operator_may_have_none(serving, path):
    async with serving(web_wallet=False) as client:
        assert (await client.get(path, follow_redirects=True)).status_code == 404
