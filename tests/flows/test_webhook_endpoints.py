"""Webhook endpoints over the admin API, and the key that anybody may fetch."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sealgate.apps import http as apps_http
from sealgate.apps import webhook_http, webhooks
from sealgate.apps.directory import AppDirectory
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.delivery import asyncapi
from sealgate.tokens import http as tokens_http
from tests.conftest import NOON
from tests.door import ADMIN_TOKEN, Door

pytestmark = pytest.mark.anyio

URL = "https://shop.example/hook"
ROUTERS = (apps_http.router, webhook_http.router, tokens_http.router, asyncapi.router)
KEYS = "/.well-known/sealgate-webhook-keys"


@pytest.fixture
def settings(flow_sqlite: Path, tmp_path: Path) -> Settings:
    """A server with a database of the test's own."""
    shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
    return Settings(data_dir=str(tmp_path), admin_token=ADMIN_TOKEN, rate_limits=False)


@pytest.fixture
async def door(settings: Settings) -> AsyncIterator[Door]:
    """A running server."""
    async with Door(settings, routers=ROUTERS) as opened:
        yield opened


@pytest.fixture
async def app(door: Door) -> str:
    """UUID of an app without a webhook URL."""
    return (await door.new_app()).app.uuid


async def add(door: Door, app: str, **values):
    answer = await door.admin("POST", f"/{app}/webhooks", json={"url": URL, **values})
    assert answer.status_code == 200, answer.text
    return answer.json()


class TestEndpoints:
    async def test_shows_a_secret_once_and_every_value_always(self, door, app):
        made = await add(door, app, events=["payload.signed", "payload.opened"], description=" Audit ")

        (listed,) = (await door.admin("GET", f"/{app}/webhooks")).json()["endpoints"]
        shown = (await door.admin("GET", f"/{app}/webhooks/{made['uuid']}")).json()

        assert made.pop("secret").startswith("whsec_")
        assert made == listed == shown
        assert listed == {
            "uuid": made["uuid"],
            "url": URL,
            "description": "Audit",
            "events": ["payload.opened", "payload.signed"],
            "is_default": False,
            "earlier_secret_until": None,
            "paused_at": None,
            "paused_because": None,
            "failing_since": None,
            "failures": 0,
            "created_at": "2026-01-15T12:00:00Z",
        }

    async def test_the_default_one_and_the_webhook_url_are_one_thing(self, door, app):
        changed = (await door.admin("PATCH", f"/{app}", json={"webhook_url": URL})).json()
        (default,) = (await door.admin("GET", f"/{app}/webhooks")).json()["endpoints"]
        assert changed["webhook_secret"].startswith("whsec_")
        assert (default["url"], default["is_default"], default["events"]) == (URL, True, ["payload.resolved"])

        await door.admin("PATCH", f"/{app}/webhooks/{default['uuid']}", json={"url": "https://other.example/"})
        assert (await door.admin("GET", f"/{app}")).json()["webhook_url"] == "https://other.example/"

        assert (await door.admin("DELETE", f"/{app}/webhooks/{default['uuid']}")).status_code == 204
        assert (await door.admin("GET", f"/{app}")).json()["webhook_url"] is None

    async def test_the_directory_of_callers_knows_at_once_what_an_app_wants(self, door, app):
        directory = door.context.get(AppDirectory)
        assert not (await directory.find(app, now=door.clock.now())).app.wants("payload.opened")

        made = await add(door, app, events=["payload.opened"])
        assert (await directory.find(app, now=door.clock.now())).app.wants("payload.opened")

        await door.admin("PATCH", f"/{app}/webhooks/{made['uuid']}", json={"events": ["payload.signed"]})
        assert not (await directory.find(app, now=door.clock.now())).app.wants("payload.opened")

    async def test_pauses_and_resumes(self, door, app):
        made = await add(door, app)

        paused = (await door.admin("POST", f"/{app}/webhooks/{made['uuid']}/pause")).json()
        assert (paused["paused_at"], paused["paused_because"]) == ("2026-01-15T12:00:00Z", "asked")
        assert (await door.admin("POST", f"/{app}/webhooks/{made['uuid']}/pause")).json() == paused

        resumed = (await door.admin("POST", f"/{app}/webhooks/{made['uuid']}/resume")).json()
        assert (resumed["paused_at"], resumed["paused_because"]) == (None, None)

    async def test_rotates_the_secret_with_a_day_of_overlap(self, door, app):
        made = await add(door, app)
        path = f"/{app}/webhooks/{made['uuid']}/rotate-secret"

        rotated = (await door.admin("POST", path)).json()
        assert rotated["secret"] != made["secret"]
        assert rotated["earlier_secret_until"] == "2026-01-16T12:00:00Z"
        assert (await door.admin("POST", path)).status_code == 409

        at_once = (await door.admin("POST", f"{path}?overlap_s=0")).json()
        assert at_once["earlier_secret_until"] is None
        endpoint = await door.context.db.read(webhooks.get_endpoint, app, made["uuid"])
        assert webhooks.signing_secrets(door.context.sealer, endpoint, now=NOON) == (at_once["secret"],)

    async def test_the_sixth_is_refused(self, door, app):
        for _ in range(5):
            await add(door, app)

        refused = await door.admin("POST", f"/{app}/webhooks", json={"url": URL})
        by_url = await door.admin("PATCH", f"/{app}", json={"webhook_url": URL})

        assert (refused.status_code, by_url.status_code) == (409, 409)
        assert "five" in refused.json()["error"]["message"]

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, ""),
            ({"url": ""}, "/url"),
            ({"url": "http://shop.example/hook"}, "/url"),
            ({"url": "http://localhost:3000/hook"}, "/url"),
            ({"url": "https://localhost/hook"}, "/url"),
            ({"url": "https://10.0.0.7/hook"}, "/url"),
            ({"url": "https://169.254.169.254/latest"}, "/url"),
            ({"url": "https://[::ffff:127.0.0.1]/"}, "/url"),
            ({"url": "https://2130706433/"}, "/url"),
            ({"url": "https://user@shop.example/"}, "/url"),
            ({"url": "https://shop.example./"}, "/url"),
            ({"url": "https://shop.example:22/"}, "/url"),
            ({"url": URL, "events": []}, "/events"),
            ({"url": URL, "events": ["payload.eaten"]}, "/events/0"),
            ({"url": URL, "description": "two\nlines"}, "/description"),
            ({"url": URL, "description": "a" * 201}, "/description"),
            ({"url": URL, "secret": "whsec_mine"}, ""),
        ],
    )
    async def test_refuses_what_cannot_be_used_and_says_where(self, door, app, body, pointer):
        refused = await door.admin("POST", f"/{app}/webhooks", json=body)

        assert refused.status_code == 400
        assert refused.json()["error"].get("pointer", "") == pointer
        assert (await door.admin("GET", f"/{app}/webhooks")).json() == {"endpoints": []}

    async def test_refuses_the_same_urls_as_webhook_url(self, door, app):
        for url in ("https://10.0.0.7/hook", "https://localhost/hook"):
            refused = await door.admin("PATCH", f"/{app}", json={"webhook_url": url})
            assert (refused.status_code, refused.json()["error"]["pointer"]) == (400, "/webhook_url")
            made = await door.admin("POST", "", json={"name": "Shop", "webhook_url": url})
            assert made.status_code == 400

    async def test_is_for_the_operator_and_for_the_right_app(self, door, app):
        made = await add(door, app)
        other = (await door.new_app()).app.uuid

        assert (await door.http.get(f"/api/v1/admin/apps/{app}/webhooks")).status_code in (401, 403)
        for method, path in (
            ("GET", ""),
            ("PATCH", ""),
            ("DELETE", ""),
            ("POST", "/pause"),
            ("POST", "/resume"),
            ("POST", "/rotate-secret"),
        ):
            how: dict[str, Any] = {"json": {}} if method == "PATCH" else {}
            answer = await door.admin(method, f"/{other}/webhooks/{made['uuid']}{path}", **how)
            assert answer.status_code == 404, (method, path)
        assert (await door.admin("GET", f"/{new_uuid()}/webhooks")).status_code == 404


async def test_an_operators_own_network_may_be_named(settings, tmp_path):
    shutil.copy(Path(settings.data_dir) / "sealgate.db", tmp_path / "copy.db")
    own = Settings(data_dir=str(tmp_path), admin_token=ADMIN_TOKEN, outbound_networks=("10.20.0.0/16",))

    async with Door(own, routers=ROUTERS) as door:
        app = (await door.new_app()).app.uuid
        inside = await door.admin("POST", f"/{app}/webhooks", json={"url": "https://10.20.3.4/hook"})
        outside = await door.admin("POST", f"/{app}/webhooks", json={"url": "https://10.21.3.4/hook"})

    assert (inside.status_code, outside.status_code) == (200, 400)


class TestTheServersKey:
    async def test_anybody_may_fetch_it_and_it_survives_a_restart(self, settings):
        found = []
        for _ in range(2):
            async with Door(settings, routers=ROUTERS) as door:
                answer = await door.http.get(KEYS)
                assert answer.headers["cache-control"] == "public, max-age=3600"
                found.append(answer.json())

        assert found[0] == found[1]
        (key,) = found[0]["keys"]
        assert (key["kty"], key["crv"], key["alg"], key["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")
        assert key["standard_webhooks"].startswith("whpk_")


async def test_the_asyncapi_document_is_open_to_every_page(door):
    answer = await door.http.get("/asyncapi.json")

    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert answer.json()["asyncapi"] == "3.0.0"
