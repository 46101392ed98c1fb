"""The platform's door as an app meets it: who passes, who is refused with which words, and what is kept of it."""

import json
import shutil
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sealgate.apps import service as apps
from sealgate.apps.model import Redirect
from sealgate.base.ids import as_uuid, new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.bus import LocalBus
from tests.conftest import NOON
from tests.door import ADMIN_TOKEN, PING, Door, credentials

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(flow_sqlite: Path, tmp_path: Path) -> Settings:
    """A server with a database of the test's own; rate limits are off."""
    shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
    return Settings(data_dir=str(tmp_path), admin_token=ADMIN_TOKEN, rate_limits=False)


@pytest.fixture
async def doors() -> AsyncIterator[AsyncExitStack]:
    """Closes every door a test opens."""
    async with AsyncExitStack() as stack:
        yield stack


@pytest.fixture
async def door(settings: Settings, doors: AsyncExitStack) -> Door:
    """A running server."""
    return await doors.enter_async_context(Door(settings))


class TestPing:
    @pytest.mark.parametrize("path", [PING, PING + "/", PING.upper()])
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_tells_the_app_who_it_is(self, door, method, path):
        app = await door.new_app(
            redirects=(Redirect("https://shop.example/login"),), webhook_url="https://shop.example/hook"
        )

        answer = await door.http.request(method, path, headers=credentials(app))

        assert answer.status_code == 200
        assert answer.json() == {
            "pong": True,
            "auth": {
                "quota": {},
                "application": {
                    "uuidv4": app.app.uuid,
                    "name": "Corner Shop",
                    "webhookurl": "https://shop.example/hook",
                    "redirecturis": ["https://shop.example/login"],
                    "disabled": 0,
                },
                "call": {"uuidv4": answer.headers["x-call-ref"]},
            },
        }
        assert answer.headers["content-type"] == "application/json; charset=utf-8"
        assert "access-control-allow-origin" not in answer.headers

    async def test_an_app_without_a_webhook_has_an_empty_one(self, door):
        answer = await door.ping(await door.new_app())

        assert answer.json()["auth"]["application"] | {"uuidv4": "", "name": ""} == {
            "uuidv4": "", "name": "", "webhookurl": "", "redirecturis": [], "disabled": 0,
        }  # fmt: skip

    async def test_key_and_secret_may_come_in_upper_case(self, door):
        app = await door.new_app()

        answer = await door.http.get(
            PING, headers={"X-API-Key": app.app.uuid.upper(), "X-API-Secret": app.secret.text.upper()}
        )

        assert answer.status_code == 200


class TestCredentials:
    async def test_a_refusal_has_the_shape_clients_know_and_words_that_help(self, door):
        app = await door.new_app()

        answer = await door.ping(app, x_api_secret=new_uuid())

        error = answer.json()["error"]
        assert answer.status_code == 403
        assert error["code"] == 813
        assert error["reference"] == answer.headers["x-call-ref"] == as_uuid(error["reference"])
        assert error["message"]
        assert error["hint"]

    @pytest.mark.parametrize(
        ("headers", "words"),
        [
            ({}, "x-api-key and x-api-secret are missing"),
            ({"x-api-key": "KEY"}, "x-api-secret is missing"),
            ({"x-api-secret": "SECRET"}, "x-api-key is missing"),
            ({"x-api-key": "KEY", "x-api-secret": ""}, "x-api-secret is empty"),
            ({"x-api-key": "KEY", "x-api-secret": '"SECRET"'}, "quotation marks"),
            ({"x-api-key": "KEY", "x-api-secret": "SECRETX"}, "has 37 characters"),
            ({"x-api-key": "KEYX", "x-api-secret": "SECRET"}, "x-api-key has 37 characters"),
            ({"x-api-key": "KEY", "x-api-secret": "g" * 36}, "do not form a UUID"),
            ({"x-api-key": "KEY, KEY", "x-api-secret": "SECRET"}, "more than once"),
        ],
        ids=str,
    )
    async def test_missing_or_malformed_is_812_and_says_what_without_repeating_it(self, door, headers, words):
        app = await door.new_app()
        sent = {
            name: value.replace("KEY", app.app.uuid).replace("SECRET", app.secret.text)
            for name, value in headers.items()
        }

        answer = await door.http.get(PING, headers=sent)

        assert (answer.status_code, answer.json()["error"]["code"]) == (403, 812)
        assert words in answer.json()["error"]["message"]
        assert app.secret.text not in answer.text

    async def test_an_unknown_key_is_811(self, door):
        app = await door.new_app()

        answer = await door.ping(app, x_api_key=new_uuid())

        assert (answer.status_code, answer.json()["error"]["code"]) == (403, 811)

    async def test_a_disabled_app_is_810_for_who_has_its_secret_and_813_for_others(self, door):
        app = await door.new_app()
        await door.admin("POST", f"/{app.app.uuid}/disable")

        with_secret = await door.ping(app)
        without = await door.ping(app, x_api_secret=new_uuid())

        assert (with_secret.status_code, with_secret.json()["error"]["code"]) == (403, 810)
        assert (without.status_code, without.json()["error"]["code"]) == (403, 813)

    async def test_the_secret_of_another_app_is_wrong(self, door):
        app, other = await door.new_app(), await door.new_app()

        answer = await door.ping(app, x_api_secret=other.secret.text)

        assert answer.json()["error"]["code"] == 813

    async def test_the_door_comes_before_the_body(self, door):
        answer = await door.http.post(PING, content=b"{" * 10_000)

        assert answer.json()["error"]["code"] == 812


class TestWithoutTheDatabase:
    async def test_a_known_app_costs_no_statement(self, door, monkeypatch):
        app = await door.new_app()
        await door.ping(app)

        async def no_statement(*_: object, **__: object) -> None:
            raise AssertionError("a statement was run")

        monkeypatch.setattr(door.context.db, "read", no_statement)
        monkeypatch.setattr(door.context.db, "write", no_statement)

        assert (await door.ping(app)).status_code == 200
        assert (await door.ping(app, x_api_secret=new_uuid())).status_code == 403


class TestChangesCountAtOnce:
    async def test_disabling_and_enabling(self, door):
        app = await door.new_app()
        assert (await door.ping(app)).status_code == 200

        await door.admin("POST", f"/{app.app.uuid}/disable")
        assert (await door.ping(app)).status_code == 403

        await door.admin("POST", f"/{app.app.uuid}/enable")
        assert (await door.ping(app)).status_code == 200

    async def test_in_another_process_by_the_bus(self, settings, doors):
        bus = LocalBus()
        here, there = [await doors.enter_async_context(Door(settings, bus)) for _ in range(2)]
        app = await here.new_app()
        assert (await there.ping(app)).status_code == 200

        await here.admin("POST", f"/{app.app.uuid}/disable")

        assert (await there.ping(app)).status_code == 403

    async def test_in_another_process_after_half_a_minute_even_without_news(self, settings, doors):
        here, there = [await doors.enter_async_context(Door(settings)) for _ in range(2)]
        app = await here.new_app()
        assert (await there.ping(app)).status_code == 200
        await here.admin("POST", f"/{app.app.uuid}/disable")

        there.clock.advance(seconds=30)

        assert (await there.ping(app)).status_code == 403

    async def test_both_secrets_pass_during_a_rotation_and_the_retired_one_no_longer(self, door):
        app = await door.new_app()
        await door.ping(app)

        rotated = await door.admin("POST", f"/{app.app.uuid}/rotate-secret")
        fresh = rotated.json()["api_secret"]
        assert (await door.ping(app)).status_code == 200
        assert (await door.ping(app, x_api_secret=fresh)).status_code == 200

        await door.admin("POST", f"/{app.app.uuid}/retire-secret")
        assert (await door.ping(app)).json()["error"]["code"] == 813
        assert (await door.ping(app, x_api_secret=fresh)).status_code == 200

    async def test_a_secret_retires_by_the_clock(self, door):
        app = await door.new_app()
        await door.admin("POST", f"/{app.app.uuid}/rotate-secret?retire_after_s=20")
        assert (await door.ping(app)).status_code == 200

        door.clock.advance(seconds=20)

        assert (await door.ping(app)).json()["error"]["code"] == 813


class TestSecretsFromBrowsers:
    @pytest.mark.parametrize(
        "headers",
        [{"origin": "https://shop.example"}, {"sec-fetch-site": "same-origin"}, {"origin": "null"}],
        ids=str,
    )
    async def test_are_refused_and_the_developer_is_told(self, door, headers):
        app = await door.new_app()

        answer = await door.http.get(PING, headers={**credentials(app), **headers})

        assert (answer.status_code, answer.json()["error"]["code"]) == (403, 815)
        assert "rotate-secret" in answer.json()["error"]["hint"]
        (notice,) = (await door.admin("GET", f"/{app.app.uuid}/notices")).json()["notices"]
        assert notice["kind"] == "secret_exposed"
        assert notice["route"] == PING
        assert notice["reference"] == answer.headers["x-call-ref"]
        assert notice["origin_host"] == ("shop.example" if "shop" in str(headers) else "unknown")

    async def test_nodes_fetch_passes(self, door):
        assert (await door.ping(await door.new_app(), sec_fetch_mode="cors")).status_code == 200

    async def test_learn_nothing_and_tell_nothing_with_a_wrong_secret(self, door):
        app = await door.new_app()

        answers = [
            await door.http.get(PING, headers={"origin": "https://evil.example", **sent})
            for sent in (
                credentials(app),
                {**credentials(app), "x-api-secret": new_uuid()},
                {"x-api-key": new_uuid(), "x-api-secret": new_uuid()},
                {"x-api-key": "nonsense", "x-api-secret": "nonsense"},
                {"x-api-secret": app.secret.text},
            )
        ]

        assert {(answer.status_code, answer.json()["error"]["message"]) for answer in answers} == {
            (403, answers[0].json()["error"]["message"])
        }
        notices = (await door.admin("GET", f"/{app.app.uuid}/notices")).json()["notices"]
        assert len(notices) == 1

    async def test_are_noticed_once_a_minute_and_page(self, door):
        app = await door.new_app()

        for origin in ("https://a.example", "https://a.example", "https://b.example"):
            await door.ping(app, origin=origin)
        door.clock.advance(seconds=60)
        await door.ping(app, origin="https://a.example")

        notices = (await door.admin("GET", f"/{app.app.uuid}/notices")).json()["notices"]
        assert [notice["origin_host"] for notice in notices] == ["a.example", "b.example", "a.example"]

    async def test_are_refused_even_when_nothing_can_be_recorded(self, door, monkeypatch):
        app = await door.new_app()
        await door.ping(app)
        await door.context.db.close()

        answer = await door.ping(app, origin="https://shop.example")

        assert answer.json()["error"]["code"] == 815


class TestRateLimits:
    @pytest.fixture
    async def door(self, settings: Settings, doors: AsyncExitStack) -> Door:
        """A server with low limits."""
        limited = msgspec.structs.replace(settings, rate_limits=True, calls_per_minute=3)
        return await doors.enter_async_context(Door(limited))

    async def test_tell_how_many_calls_are_left_and_when_there_are_more(self, door):
        app = await door.new_app()

        answers = []
        for _ in range(4):
            answers.append(await door.ping(app))
            door.clock.advance(seconds=10)

        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert [answer.headers["x-ratelimit-limit"] for answer in answers] == ["3"] * 4
        assert [answer.headers["x-ratelimit-remaining"] for answer in answers] == ["2", "1", "0", "0"]
        assert answers[3].headers["retry-after"] == "30"
        assert answers[3].json()["error"]["code"] == 429

    async def test_slide(self, door):
        app = await door.new_app()
        for _ in range(3):
            await door.ping(app)

        door.clock.advance(seconds=60)

        assert (await door.ping(app)).status_code == 200

    async def test_count_each_app_for_itself(self, door):
        app, other = await door.new_app(), await door.new_app()
        for _ in range(4):
            await door.ping(app)

        assert (await door.ping(other)).status_code == 200

    async def test_hold_up_who_guesses_but_nobody_with_the_right_secret(self, door):
        app = await door.new_app()

        guesses = [await door.ping(app, x_api_secret=new_uuid()) for _ in range(31)]

        assert [guess.status_code for guess in guesses] == [403] * 30 + [429]
        assert int(guesses[-1].headers["retry-after"]) > 0
        assert "x-ratelimit-limit" not in guesses[-1].headers
        assert (await door.ping(app)).status_code == 200

    async def test_unknown_keys_and_admin_tokens_are_guesses_too(self, door):
        app = await door.new_app()
        for _ in range(15):
            await door.ping(app, x_api_key=new_uuid())
            await door.http.get("/api/v1/admin/apps", headers={"authorization": "Bearer guess"})

        assert (await door.ping(app, x_api_key=new_uuid())).status_code == 429

    async def test_are_silent_where_they_are_off(self, settings, doors):
        door = await doors.enter_async_context(Door(msgspec.structs.replace(settings, calls_per_minute=1)))
        app = await door.new_app()

        answers = [await door.ping(app) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200] * 3
        assert not any(name.startswith("x-ratelimit") for name in answers[0].headers)

    async def test_count_anybody_by_address(self, door):
        answers = [await door.http.get("/api/v1/app/open") for _ in range(31)]

        assert [answer.status_code for answer in answers] == [200] * 30 + [429]


class TestCallLog:
    async def calls(self, door: Door, uuid: str, query: str = "") -> list[dict[str, Any]]:
        return (await door.admin("GET", f"/{uuid}/calls{query}")).json()["calls"]

    async def test_keeps_every_call_of_a_known_app_with_its_outcome(self, door):
        app = await door.new_app()
        good = await door.ping(app)
        bad = await door.ping(app, x_api_secret=new_uuid())

        latest, first = await self.calls(door, app.app.uuid)

        assert first == {
            "number": first["number"], "reference": good.headers["x-call-ref"],
            "at": "2026-01-15T12:00:00Z", "method": "GET", "route": PING,
            "status": 200, "error_code": None, "duration_us": first["duration_us"], "cause": None,
        }  # fmt: skip
        assert (latest["reference"], latest["status"], latest["error_code"]) == (bad.headers["x-call-ref"], 403, "813")
        assert 0 < first["duration_us"] < 10_000_000

    async def test_keeps_neither_secrets_nor_bodies(self, door):
        app = await door.new_app()
        await door.http.post(f"{PING}?canary=7", headers=credentials(app), content=b'{"canary": 8}')
        await door.log.flush()

        with door.context.db.begin() as tx:
            kept = str(tx.exec_driver_sql("select * from call_log").all())

        assert "canary" not in kept
        assert app.secret.text not in kept

    async def test_finds_the_call_behind_a_reference(self, door):
        app, other = await door.new_app(), await door.new_app()
        reference = (await door.ping(app, x_api_secret=new_uuid())).json()["error"]["reference"]

        found = await door.admin("GET", f"/{app.app.uuid}/calls/{reference}")

        assert (found.json()["error_code"], found.json()["route"]) == ("813", PING)
        assert (await door.admin("GET", f"/{other.app.uuid}/calls/{reference}")).status_code == 404

    async def test_pages_backwards(self, door):
        app = await door.new_app()
        references = [(await door.ping(app)).headers["x-call-ref"] for _ in range(5)]

        first = await self.calls(door, app.app.uuid, "?limit=2")
        rest = await self.calls(door, app.app.uuid, f"?before={first[-1]['number']}")

        assert [call["reference"] for call in first + rest] == references[::-1]

    async def test_is_written_when_the_server_stops(self, settings):
        async with Door(settings) as door:
            app = await door.new_app()
            reference = (await door.ping(app)).headers["x-call-ref"]

        async with Door(settings) as again:
            assert [call["reference"] for call in await self.calls(again, app.app.uuid)] == [reference]

    async def test_waits_while_the_database_is_away_and_drops_the_oldest_in_the_end(self, door, monkeypatch):
        app = await door.new_app()
        monkeypatch.setattr("sealgate.access.call_log.MOST_WAITING", 3)
        write = door.context.db.write

        async def away(*_: object, **__: object) -> None:
            raise OSError("gone")

        monkeypatch.setattr(door.context.db, "write", away)
        references = [(await door.ping(app)).headers["x-call-ref"] for _ in range(5)]
        await door.log.flush()
        monkeypatch.setattr(door.context.db, "write", write)

        kept = await self.calls(door, app.app.uuid)

        assert [call["reference"] for call in kept] == references[:1:-1]
        assert door.log.dropped == 2
        assert b"sealgate_call_log_dropped_total 2.0" in door.context.metrics.text()

    async def test_tells_when_a_secret_was_last_used(self, door):
        app = await door.new_app()
        door.clock.advance(minutes=5)
        await door.ping(app)

        (secret,) = (await door.admin("GET", f"/{app.app.uuid}")).json()["secrets"]

        assert secret["last_used_at"] == "2026-01-15T12:05:00Z"


class TestAdminApi:
    async def test_creates_an_app_and_shows_its_secrets_once(self, door):
        created = await door.admin(
            "POST", "", json={"name": "Corner Shop", "webhook_url": "https://shop.example/hook",
                              "redirect_uris": ["https://shop.example/login"], "xapp_id": "shop.corner"},
        )  # fmt: skip

        app = created.json()
        assert app["api_key"] == app["uuid"] == as_uuid(app["uuid"])
        assert app["api_secret"] == as_uuid(app["api_secret"])
        assert app["api_secret"][14] == "4"
        assert 24 <= len(b64decode(app["webhook_secret"].removeprefix("whsec_"))) <= 64
        icon = await door.http.get(app["icon_url"])
        assert (icon.status_code, icon.headers["content-type"]) == (200, "image/svg+xml")
        assert {name: app[name] for name in ("type", "disabled", "created_at", "description", "xapp_url")} == {
            "type": "web", "disabled": False, "created_at": "2026-01-15T12:00:00Z", "description": None,
            "xapp_url": None,
        }  # fmt: skip

        shown = (await door.admin("GET", f"/{app['uuid']}")).json()
        assert "api_secret" not in shown
        assert "webhook_secret" not in shown
        assert shown["name"] == "Corner Shop"
        assert (await door.admin("GET", "")).json()["apps"][0]["uuid"] == app["uuid"]

    @pytest.mark.parametrize(
        ("body", "pointer"),
        [
            ({}, ""),
            ({"name": "ab"}, "/name"),
            ({"name": 5}, "/name"),
            ({"name": "abc", "type": "desktop"}, "/type"),
            ({"name": "abc", "webhook_url": "http://localhost/"}, "/webhook_url"),
            ({"name": "abc", "redirect_uris": ["https://a.example/#x"]}, "/redirect_uris/0"),
            ({"name": "abc", "unknown": 1}, ""),
            ([], ""),
        ],
        ids=json.dumps,
    )
    async def test_refuses_what_an_app_cannot_have_and_points_at_it(self, door, body, pointer):
        answer = await door.admin("POST", "", json=body)

        assert answer.status_code == 400
        assert answer.json()["error"].get("pointer", "") == pointer
        assert answer.json()["error"]["message"]

    async def test_changes_an_app(self, door):
        app = await door.new_app()

        changed = await door.admin("PATCH", f"/{app.app.uuid}", json={"name": "Corner Shop 2"})

        assert changed.json()["name"] == "Corner Shop 2"
        assert (await door.ping(app)).json()["auth"]["application"]["name"] == "Corner Shop 2"

    async def test_a_third_secret_is_refused_with_the_way_out(self, door):
        app = await door.new_app()
        await door.admin("POST", f"/{app.app.uuid}/rotate-secret")

        third = await door.admin("POST", f"/{app.app.uuid}/rotate-secret")

        assert third.status_code == 409
        assert "Retire" in third.json()["error"]["hint"]

    async def test_an_unknown_app_is_404(self, door):
        for method, path in [("GET", ""), ("GET", "/calls"), ("GET", "/notices"), ("POST", "/disable")]:
            answer = await door.admin(method, f"/{new_uuid()}{path}")
            assert (answer.status_code, answer.json()["error"]["code"]) == (404, 404)

    @pytest.mark.parametrize(
        "authorization",
        ["", "Bearer", "Bearer ", "Basic abc", ADMIN_TOKEN, "Bearer wrong", "Bearer \xe9\xff"],
        ids=ascii,
    )
    async def test_nobody_else_gets_in(self, door, authorization):
        answer = await door.http.get(
            "/api/v1/admin/apps", headers=[(b"authorization", authorization.encode("latin-1"))]
        )

        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")

    async def test_is_off_without_a_token(self, settings, doors):
        door = await doors.enter_async_context(Door(msgspec.structs.replace(settings, admin_token="")))

        answer = await door.http.get("/api/v1/admin/apps", headers={"authorization": "Bearer "})

        assert answer.status_code == 404
        assert "SEALGATE_ADMIN_TOKEN" in answer.json()["error"]["hint"]


async def test_secrets_reach_no_log(door, capfd):
    app = await door.new_app()
    wrong = new_uuid()

    await door.ping(app)
    await door.ping(app, x_api_secret=wrong)
    await door.ping(app, origin="https://shop.example")
    await door.http.get("/api/v1/admin/apps", headers={"authorization": "Bearer not-the-token-at-all"})

    said = "".join(capfd.readouterr())
    assert app.secret.text not in said
    assert wrong not in said
    assert "not-the-token-at-all" not in said
    assert ADMIN_TOKEN not in said


async def test_old_calls_are_pruned(door):
    app = await door.new_app()
    await door.ping(app)
    await door.log.flush()
    door.clock.advance(days=door.settings.call_log_days, seconds=1)

    pruning = next(loop.__self__ for loop in door.context.background if loop.__name__ == "keep_pruning_calls")

    assert await pruning.prune_calls() == 1
    assert (await door.admin("GET", f"/{app.app.uuid}/calls")).json() == {"calls": []}


async def test_an_app_that_no_longer_calls_is_read_again(door):
    app = await door.new_app()
    await door.ping(app)

    door.clock.advance(seconds=31)
    entry = await door.directory.find(app.app.uuid, now=door.clock.now())

    assert entry.until == NOON + timedelta(seconds=61)
    assert await door.context.db.read(apps.find_app, app.app.uuid) == entry.app


async def test_the_whole_walk_on_each_engine(flow_settings, doors):
    settings = msgspec.structs.replace(flow_settings, admin_token=ADMIN_TOKEN, rate_limits=True)
    here, there = [await doors.enter_async_context(Door(settings)) for _ in range(2)]
    made = (await here.admin("POST", "", json={"name": "Corner Shop", "webhook_url": "https://shop.example/"})).json()
    headers = {"x-api-key": made["api_key"], "x-api-secret": made["api_secret"]}

    answers = [await here.http.get(PING, headers=headers), await there.http.post(PING, headers=headers)]
    exposed = await here.http.get(PING, headers={**headers, "origin": "https://shop.example"})
    rotated = (await here.admin("POST", f"/{made['uuid']}/rotate-secret")).json()
    await here.admin("POST", f"/{made['uuid']}/retire-secret")
    retired = await here.http.get(PING, headers=headers)
    answers.append(await here.http.get(PING, headers={**headers, "x-api-secret": rotated["api_secret"]}))
    await there.log.flush()

    assert [answer.status_code for answer in answers] == [200] * 3
    assert (exposed.json()["error"]["code"], retired.json()["error"]["code"]) == (815, 813)
    calls = (await here.admin("GET", f"/{made['uuid']}/calls")).json()["calls"]
    assert sorted(str(call["error_code"]) for call in calls) == ["813", "815", "None", "None", "None"]
    assert len((await here.admin("GET", f"/{made['uuid']}/notices")).json()["notices"]) == 1
