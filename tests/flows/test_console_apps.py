"""Making an app in the console and setting it up: what is shown, what is refused and where, what is recorded."""

import re
from io import BytesIO
from urllib.parse import urlencode

import httpx
import msgspec
import pytest
from PIL import Image

from sealgate.apps import service as apps
from sealgate.console import audit
from sealgate.console.model import AuditEntry, Role
from tests.console_side import ConsoleBrowser, joins, new_app, new_developer

pytestmark = pytest.mark.anyio

KINDS = {
    "backend": {"webhook_url": "https://shop.example/hook"},
    "browser": {"origin": "https://shop.example"},
    "native": {"redirect_uri": "http://127.0.0.1/callback"},
    "xapp": {"xapp_url": "https://shop.example/xapp"},
}


def shown(page: httpx.Response, name: str) -> str:
    """Return the credential that a page shows under this id."""
    found = re.search(rf'id="{name}">([^<]+)<', page.text)
    assert found is not None, page.text
    return found[1]


async def newest(side) -> AuditEntry:
    return (await side.context.db.read(audit.entries, limit=1))[0]


async def app_now(side, uuid: str):
    return await side.context.db.read(apps.get_app, uuid)


async def makes(visitor: ConsoleBrowser, kind: str, **fields: str) -> httpx.Response:
    await visitor.opens("/new")
    return await visitor.sends("/new", kind=kind, **{"name": "Corner Shop", **KINDS.get(kind, {}), **fields})


class TestANewApp:
    @pytest.mark.parametrize("kind", KINDS)
    async def test_has_a_key_and_a_secret_that_work_at_once(self, side, kind):
        ann = await new_developer(side)

        page = await makes(ann, kind)

        credentials = {"x-api-key": shown(page, "api-key"), "x-api-secret": shown(page, "api-secret")}
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        assert (await side.platform("GET", "ping", credentials=credentials)).status == 200

    async def test_is_its_makers_and_on_record(self, side):
        ann = await new_developer(side)

        uuid = shown(await makes(ann, "backend"), "api-key")

        entry = await newest(side)
        assert (entry.actor, entry.action, entry.app_uuid) == (ann.account, "app.created", uuid)
        assert (await ann.opens(f"/apps/{uuid}/settings/secrets")).status_code == 200
        assert "Make a second secret" in (await ann.opens(f"/apps/{uuid}/settings/secrets")).text

    async def test_is_set_up_for_what_is_built(self, side):
        ann = await new_developer(side)

        made = {kind: await app_now(side, shown(await makes(ann, kind), "api-key")) for kind in KINDS}

        assert (made["backend"].type, made["backend"].webhook_url) == ("web", "https://shop.example/hook")
        assert [(entry.uri, entry.match) for entry in made["browser"].redirects] == [("https://shop.example", "origin")]
        assert made["browser"].allow_implicit
        assert [entry.match for entry in made["native"].redirects] == ["loopback"]
        assert made["native"].public_pkce
        assert made["xapp"].xapp_url == "https://shop.example/xapp"
        assert made["xapp"].xapp_id.startswith("corner-shop.")

    async def test_shows_the_webhook_secret_where_one_was_made(self, side):
        ann = await new_developer(side)

        assert shown(await makes(ann, "backend"), "webhook-secret").startswith("whsec_")
        assert 'id="webhook-secret"' not in (await makes(ann, "backend", webhook_url="")).text

    async def test_is_made_once_however_often_the_form_is_sent(self, side):
        ann = await new_developer(side)
        form = await ann.opens("/new")
        key = re.search(r'name="key" value="([^"]+)"', form.text)
        assert key is not None

        first = await ann.sends("/new", kind="backend", name="Corner Shop", key=key[1])
        again = await ann.sends("/new", kind="backend", name="Corner Shop", key=key[1])

        assert shown(first, "api-key") == key[1]
        assert (again.status_code, again.headers["location"]) == (303, f"/console/apps/{key[1]}/start")
        assert shown(first, "api-secret") not in (await ann.opens(f"/apps/{key[1]}/start")).text

    @pytest.mark.parametrize(
        ("kind", "fields", "place"),
        [
            ("backend", {"name": "ab"}, "name"),
            ("backend", {"webhook_url": "http://shop.example/hook"}, "webhook_url"),
            ("backend", {"webhook_url": "https://10.0.0.1/hook"}, "webhook_url"),
            ("browser", {"origin": ""}, "origin"),
            ("browser", {"origin": "shop.example"}, "origin"),
            ("native", {"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
            ("xapp", {"xapp_url": "ftp://shop.example"}, "xapp_url"),
        ],
    )
    async def test_is_refused_at_the_field_and_nothing_typed_is_lost(self, side, kind, fields, place):
        ann = await new_developer(side)

        page = await makes(ann, kind, **{"name": "Corner <b>Shop</b>", **fields})

        assert page.status_code == 400
        assert f'id="{place}-wrong"' in page.text
        assert re.search(rf'id="kind-{kind}" value="{kind}" checked', page.text)
        assert fields.get("name", "Corner &lt;b&gt;Shop&lt;/b&gt;") in page.text
        assert await side.context.db.read(audit.entries, limit=1) == [] or (await newest(side)).action != "app.created"

    async def test_of_no_known_kind_is_refused(self, side):
        ann = await new_developer(side)

        assert (await makes(ann, "toaster")).status_code == 400


class TestTheFirstCall:
    async def test_is_waited_for_and_then_shown(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        uuid = shown(made, "api-key")
        credentials = {"x-api-key": uuid, "x-api-secret": shown(made, "api-secret")}
        assert "Waiting for your first call" in made.text

        await side.platform("GET", "ping", credentials={**credentials, "x-api-secret": uuid})
        await self.flushed(side)
        refused = await ann.opens(f"/apps/{uuid}/start")
        await side.platform("GET", "ping", credentials=credentials)
        await self.flushed(side)
        passed = await ann.opens(f"/apps/{uuid}/start")

        assert "was refused" in refused.text
        assert "Your first call arrived" in passed.text
        assert "data-live" not in passed.text

    async def test_ends_the_stream_that_waits_for_it(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        credentials = {"x-api-key": shown(made, "api-key"), "x-api-secret": shown(made, "api-secret")}
        await side.platform("GET", "ping", credentials=credentials)
        await self.flushed(side)

        stream = await ann.browser.get(f"/console/apps/{credentials['x-api-key']}/start/live")

        assert stream.headers["content-type"].startswith("text/event-stream")
        assert "Your first call arrived" in stream.text
        assert stream.text.rstrip().endswith("event: end\ndata:")

    @staticmethod
    async def flushed(side) -> None:
        from sealgate.access.call_log import CallLog

        await side.context.get(CallLog).flush()


class TestWhatPeopleSee:
    async def test_is_changed_and_recorded_with_what_was_and_is(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        await ann.opens(f"/apps/{app.uuid}/settings")

        answer = await ann.sends(
            f"/apps/{app.uuid}/settings", name="Corner Shop 2", description="Sells what the corner needs.",
            homepage_url="https://shop.example",
        )  # fmt: skip

        entry = await newest(side)
        assert answer.headers["location"].endswith("/settings?said=saved")
        assert (await app_now(side, app.uuid)).homepage_url == "https://shop.example"
        assert entry.action == "app.changed"
        assert entry.details["name"] == {"was": "Corner Shop", "is": "Corner Shop 2"}
        assert set(entry.details) == {"name", "description", "homepage_url"}
        assert "Corner Shop 2" in (await ann.opens(f"/apps/{app.uuid}/audit")).text

    async def test_shows_every_problem_at_its_field(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        page = await ann.sends(f"/apps/{app.uuid}/settings", name="x", description="short", terms_url="ftp://x")

        assert page.status_code == 400
        for place in ("name", "description", "terms_url"):
            assert f'id="{place}-wrong"' in page.text
        assert 'value="ftp://x"' in page.text
        assert (await app_now(side, app.uuid)) == app

    async def test_is_for_the_network_that_was_chosen(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        await ann.sends(f"/apps/{app.uuid}/settings", name=app.name, network="TESTNET")

        assert (await app_now(side, app.uuid)).network == "TESTNET"
        assert (await newest(side)).details["network"] == {"was": "MAINNET", "is": "TESTNET"}
        assert '<option value="TESTNET" selected>' in (await ann.opens(f"/apps/{app.uuid}/settings")).text
        refused = await ann.sends(f"/apps/{app.uuid}/settings", name=app.name, network="ATLANTIS")
        assert refused.status_code == 400
        assert 'id="network-wrong"' in refused.text

    async def test_that_stays_as_it_was_is_no_entry(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        before = await side.context.db.read(audit.entries, app_uuid=app.uuid, limit=50)

        await ann.sends(f"/apps/{app.uuid}/settings", name=app.name)

        assert await side.context.db.read(audit.entries, app_uuid=app.uuid, limit=50) == before


def png(width: int = 40, height: int = 40) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), (10, 120, 200)).save(out, "PNG")
    return out.getvalue()


async def uploads(visitor: ConsoleBrowser, uuid: str, file: bytes, *, csrf: str | None = None) -> httpx.Response:
    page = await visitor.opens(f"/apps/{uuid}/settings")
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert token is not None
    mark = b"----x"
    body = b"".join(
        b"--" + mark + b"\r\nContent-Disposition: form-data; " + head + b"\r\n\r\n" + content + b"\r\n"
        for head, content in (
            (b'name="csrf"', (csrf or token[1]).encode()),
            (b'name="icon"; filename="icon.png"\r\nContent-Type: image/png', file),
        )
    )
    return await visitor.browser.raw(
        f"/console/apps/{uuid}/settings/icon",
        body + b"--" + mark + b"--\r\n",
        **{"content-type": f"multipart/form-data; boundary={mark.decode()}"},
    )


class TestTheIcon:
    async def test_is_drawn_anew_and_served_from_here_for_a_year(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        answer = await uploads(ann, app.uuid, png())

        icon = (await app_now(side, app.uuid)).icon(side.settings.public_url)
        served = await ann.browser.get(icon)
        assert answer.status_code == 303, answer.text
        assert Image.open(BytesIO(served.content)).size == (256, 256)
        assert served.headers["content-type"] == "image/png"
        assert "immutable" in served.headers["cache-control"]
        assert icon in (await ann.opens(f"/apps/{app.uuid}/settings")).text
        assert (await newest(side)).action == "app.icon_changed"

    async def test_is_on_the_page_where_people_sign(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        credentials = {"x-api-key": shown(made, "api-key"), "x-api-secret": shown(made, "api-secret")}
        await uploads(ann, credentials["x-api-key"], png())

        body = {"txjson": {"TransactionType": "SignIn"}}
        request = await side.platform("POST", "payload", body, credentials=credentials)
        page = await ann.browser.get(f"/sign/{request.json['uuid']}")

        assert re.search(r'<img src="https://sign\.example/assets/app-icons/[0-9a-f]{32}\.png"', page.text)

    @pytest.mark.parametrize(
        ("file", "words"),
        [(b"", "Choose a file first"), (b"<svg/>", "no PNG, JPEG or WebP"), (b"\x89PNG" + bytes(2_097_153), "2 MB")],
        ids=["nothing", "svg", "large"],
    )
    async def test_is_refused_at_the_field(self, side, file, words):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        page = await uploads(ann, app.uuid, file)

        assert page.status_code == 400
        assert words in page.text
        assert (await app_now(side, app.uuid)).icon_file is None

    async def test_is_not_read_beyond_its_bound_nor_from_who_may_not_send_it(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        app = await new_app(side, ann)
        await joins(side, app, ann, bob, Role.VIEWER)

        assert (await uploads(ann, app.uuid, bytes(3_000_000))).status_code == 413
        assert (await uploads(ann, app.uuid, png(), csrf="forged")).status_code == 403
        assert (await uploads(bob, app.uuid, png())).status_code == 403

    async def test_can_be_removed(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        await uploads(ann, app.uuid, png())

        await ann.sends(f"/apps/{app.uuid}/settings/icon/remove")

        assert (await app_now(side, app.uuid)).icon_file is None


class TestRedirects:
    async def test_are_added_and_removed_on_record(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        await ann.sends(f"/apps/{app.uuid}/settings/redirects", uri="https://shop.example/cb", match="exact")
        added = await app_now(side, app.uuid)
        await ann.sends(f"/apps/{app.uuid}/settings/redirects/remove", uri="https://shop.example/cb", match="exact")

        assert added.redirect_uris == ("https://shop.example/cb",)
        assert (await app_now(side, app.uuid)).redirects == ()
        change = (await newest(side)).details["redirects"]
        assert isinstance(change, dict)
        assert change["is"] == []

    async def test_of_a_browser_app_keep_only_what_was_registered(self, side):
        ann = await new_developer(side)
        uuid = shown(await makes(ann, "browser"), "api-key")

        await ann.sends(f"/apps/{uuid}/settings/redirects", uri="https://shop.example/cb", match="exact")
        page = await ann.opens(f"/apps/{uuid}/settings/sign-in")
        await ann.sends(f"/apps/{uuid}/settings/redirects/remove", uri="https://shop.example/cb", match="exact")

        assert page.text.count('<input type="hidden" name="uri"') == 2
        assert (await app_now(side, uuid)).redirect_uris == ("https://shop.example",)

    async def test_that_cannot_be_used_are_refused_with_what_was_typed(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        page = await ann.sends(f"/apps/{app.uuid}/settings/redirects", uri="http://shop.example/", match="exact")

        assert page.status_code == 400
        assert 'id="uri-wrong"' in page.text
        assert 'value="http://shop.example/"' in page.text

    async def test_are_tried_as_a_page_and_as_a_part(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        await ann.sends(f"/apps/{app.uuid}/settings/redirects", uri="https://shop.example/cb", match="exact")
        path = f"/apps/{app.uuid}/settings/sign-in/try"

        fits = await ann.opens(f"{path}?{urlencode({'uri': 'https://shop.example/cb'})}")
        part = await ann.opens(f"{path}?{urlencode({'uri': 'https://shop.example/cb/', 'part': '1'})}")

        assert "Allowed." in fits.text
        assert "<!doctype html>" in fits.text
        assert "ends with a slash" in part.text
        assert "<!doctype" not in part.text


class TestTheProfile:
    async def test_is_what_was_ticked_and_nothing_else(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        answer = await ann.sends(
            f"/apps/{app.uuid}/settings/sign-in",
            **{"type": "native", "session_sharing": "off", "access_token_ttl_s": "900", "id_token_alg": "ES256",
               "grant:authorization_code": "on", "grant:refresh_token": "on", "public_pkce": "on",
               "post_logout_redirect_uris": "https://shop.example/bye\r\nhttps://shop.example/ciao\r\n"},
        )  # fmt: skip

        changed = await app_now(side, app.uuid)
        assert answer.status_code == 303, answer.text
        assert (changed.type, changed.access_token_ttl_s, changed.id_token_alg) == ("native", 900, "ES256")
        assert changed.grant_types == ("authorization_code", "refresh_token")
        assert (changed.public_pkce, changed.require_pkce, changed.allow_implicit) == (True, False, False)
        assert changed.post_logout_redirect_uris == ("https://shop.example/bye", "https://shop.example/ciao")

    @pytest.mark.parametrize(
        "field",
        [{"type": "toaster"}, {"access_token_ttl_s": "1"}, {"access_token_ttl_s": "soon"}, {"session_sharing": "x"},
         {"post_logout_redirect_uris": "javascript:alert(1)"}],
    )  # fmt: skip
    async def test_is_refused_where_a_value_cannot_be(self, side, field):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        good = {"type": "web", "session_sharing": "off", "access_token_ttl_s": "900", "id_token_alg": "RS256"}

        page = await ann.sends(f"/apps/{app.uuid}/settings/sign-in", **{**good, **field})

        assert page.status_code == 400
        assert f'id="{next(iter(field))}-wrong"' in page.text
        assert (await app_now(side, app.uuid)) == app


class TestSecrets:
    async def test_are_rotated_without_an_interruption(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        uuid, old = shown(made, "api-key"), shown(made, "api-secret")
        path = f"/apps/{uuid}/settings/secrets"

        new = shown(await ann.sends(path), "api-secret")
        for secret in (old, new):
            answer = await side.platform("GET", "ping", credentials={"x-api-key": uuid, "x-api-secret": secret})
            assert answer.status == 200
        page = await ann.opens(path)
        ids = re.findall(r'name="secret" value="([^"]+)"', page.text)
        hasty = await ann.sends(f"{path}/retire", secret=ids[1])
        side.clock.advance(minutes=20)
        retired = await ann.sends(f"{path}/retire", secret=ids[1])

        assert page.text.count("in use</span>") == 2
        assert hasty.status_code == 409
        assert "was used a moment ago" in hasty.text
        assert retired.headers["location"].endswith("?said=retired")
        assert (await side.platform("GET", "ping", credentials={"x-api-key": uuid, "x-api-secret": old})).status == 403
        assert (await side.platform("GET", "ping", credentials={"x-api-key": uuid, "x-api-secret": new})).status == 200

    async def test_still_in_use_go_where_somebody_means_it(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        uuid, old = shown(made, "api-key"), shown(made, "api-secret")
        path = f"/apps/{uuid}/settings/secrets"
        await ann.sends(path)
        await side.platform("GET", "ping", credentials={"x-api-key": uuid, "x-api-secret": old})
        ids = re.findall(r'name="secret" value="([^"]+)"', (await ann.opens(path)).text)

        await ann.sends(f"{path}/retire", secret=ids[1], sure="on")

        assert (await side.platform("GET", "ping", credentials={"x-api-key": uuid, "x-api-secret": old})).status == 403

    async def test_are_never_three_and_never_none(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/secrets"
        only = (await side.context.db.read(apps.live_secrets, app.uuid, now=side.clock.now()))[0].id

        last = await ann.sends(f"{path}/retire", secret=only)
        await ann.sends(path)
        third = await ann.sends(path)

        assert (last.status_code, third.status_code) == (409, 409)
        assert "Retire one of them first" in third.text

    async def test_leave_no_secret_in_the_audit_log(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        made = shown(await ann.sends(f"/apps/{app.uuid}/settings/secrets"), "api-secret")

        entries = await side.context.db.read(audit.entries, app_uuid=app.uuid, limit=50)
        assert entries[0].action == "app.secret_made"
        assert made not in str(msgspec.to_builtins(entries))

    async def test_are_seen_by_a_viewer_without_buttons(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        app = await new_app(side, ann)
        await joins(side, app, ann, bob, Role.VIEWER)

        page = await bob.opens(f"/apps/{app.uuid}/settings/secrets")

        assert page.status_code == 200
        assert 'settings/secrets"><input' not in page.text
        assert "Secrets are for the app" in page.text


class TestTheEnd:
    async def test_of_calls_can_be_taken_back(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        credentials = {"x-api-key": shown(made, "api-key"), "x-api-secret": shown(made, "api-secret")}

        await ann.sends(f"/apps/{credentials['x-api-key']}/disable")
        off = await side.platform("GET", "ping", credentials=credentials)
        await ann.sends(f"/apps/{credentials['x-api-key']}/enable")
        on = await side.platform("GET", "ping", credentials=credentials)

        assert (off.status, on.status) == (403, 200)

    async def test_that_an_operator_set_is_the_operators_to_lift(self, side):
        operator, ann = await new_developer(side, operator=True), await new_developer(side)
        app = await new_app(side, ann)
        await operator.sends(f"/apps/{app.uuid}/disable")
        await ann.sends(f"/apps/{app.uuid}/disable")

        refused = await ann.sends(f"/apps/{app.uuid}/enable")
        await operator.sends(f"/apps/{app.uuid}/enable")

        assert refused.status_code == 403
        assert "An operator of this server switched the app off" in refused.text
        assert not (await app_now(side, app.uuid)).disabled

    async def test_for_good_wants_the_name_typed(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        uuid, secret = shown(made, "api-key"), shown(made, "api-secret")

        wrong = await ann.sends(f"/apps/{uuid}/delete", name="Corner shop")
        there = await ann.opens(f"/apps/{uuid}")
        right = await ann.sends(f"/apps/{uuid}/delete", name="Corner Shop")

        assert (wrong.status_code, there.status_code) == (400, 200)
        assert right.headers["location"] == "/console?said=deleted"
        assert (await ann.opens(f"/apps/{uuid}")).status_code == 404
        assert uuid not in (await ann.opens("")).text
        keys = {"x-api-key": uuid, "x-api-secret": secret}
        assert (await side.platform("GET", "ping", credentials=keys)).status == 403

    async def test_leaves_what_people_were_asked_for(self, side):
        ann = await new_developer(side)
        made = await makes(ann, "backend")
        credentials = {"x-api-key": shown(made, "api-key"), "x-api-secret": shown(made, "api-secret")}
        body = {"txjson": {"TransactionType": "SignIn"}}
        request = await side.platform("POST", "payload", body, credentials=credentials)

        await ann.sends(f"/apps/{credentials['x-api-key']}/delete", name="Corner Shop")

        page = await ann.browser.get(f"/sign/{request.json['uuid']}")
        assert page.status_code == 200
        assert "Corner Shop" in page.text
