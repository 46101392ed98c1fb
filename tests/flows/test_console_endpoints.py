"""Webhook endpoints and xApps in the console: what is shown once, who may, what is recorded."""

import re
from collections.abc import AsyncIterator

import msgspec
import pytest

from sealgate.apps import service as apps
from sealgate.apps import webhooks
from sealgate.base.settings import Settings
from sealgate.console import audit
from sealgate.console.model import AuditEntry, Role
from tests.console_side import joins, new_app, new_developer
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio

HOOK = "https://shop.example/hook"


async def newest(side) -> AuditEntry:
    return (await side.context.db.read(audit.entries, limit=1))[0]


async def endpoints(side, app):
    return await side.context.db.read(webhooks.list_endpoints, app.uuid)


async def app_now(side, app):
    return await side.context.db.read(apps.get_app, app.uuid)


class TestWebhooks:
    async def test_show_their_secret_once(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/webhooks"

        made = await ann.sends(path, url=HOOK, description="Orders", events="payload.signed")
        again = await ann.opens(path)

        secret = re.search(r'id="webhook-secret">(whsec_[^<]+)<', made.text)
        assert secret is not None
        assert secret[1] not in again.text
        assert HOOK in again.text
        (endpoint,) = await endpoints(side, app)
        assert (endpoint.url, endpoint.description, endpoint.events) == (HOOK, "Orders", ("payload.signed",))
        entry = await newest(side)
        assert (entry.action, entry.details["url"]) == ("webhook.added", HOOK)
        assert secret[1] not in str(entry)

    @pytest.mark.parametrize(
        ("field", "place"),
        [({"url": "http://shop.example/"}, "url"), ({"url": "https://127.0.0.1/"}, "url"),
         ({"events": "no.such"}, "new-events"), ({"description": "x" * 201}, "description")],
    )  # fmt: skip
    async def test_are_refused_at_the_field(self, side, field, place):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        typed = {"url": HOOK, "description": "Orders", "events": "payload.signed", **field}

        page = await ann.sends(f"/apps/{app.uuid}/settings/webhooks", **typed)

        assert page.status_code == 400
        assert f'id="{place}-wrong"' in page.text
        assert typed["url"] in page.text
        assert await endpoints(side, app) == []

    async def test_are_changed_paused_resumed_and_removed(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/webhooks"
        await ann.sends(path, url=HOOK, events="payload.signed")
        endpoint = (await endpoints(side, app))[0].uuid

        await ann.sends(f"{path}/change", endpoint=endpoint, url=f"{HOOK}2", events="payload.opened")
        changed, told = (await endpoints(side, app))[0], await newest(side)
        await ann.sends(f"{path}/pause", endpoint=endpoint)
        paused = (await endpoints(side, app))[0]
        await ann.sends(f"{path}/resume", endpoint=endpoint)
        resumed = (await endpoints(side, app))[0]
        await ann.sends(f"{path}/remove", endpoint=endpoint)

        assert (changed.url, changed.events) == (f"{HOOK}2", ("payload.opened",))
        assert told.details["url"] == {"was": HOOK, "is": f"{HOOK}2"}
        assert (paused.paused_because, resumed.paused_at) == ("asked", None)
        assert await endpoints(side, app) == []
        assert (await newest(side)).action == "webhook.removed"

    async def test_are_refused_in_place_when_changed_wrongly(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/webhooks"
        await ann.sends(path, url=HOOK, events="payload.signed")
        endpoint = (await endpoints(side, app))[0].uuid

        page = await ann.sends(f"{path}/change", endpoint=endpoint, url="ftp://x", events="payload.signed")

        assert page.status_code == 400
        assert f'id="url-{endpoint}-wrong"' in page.text
        assert "<details open>" in page.text

    async def test_get_another_secret_from_an_owner_alone(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        app = await new_app(side, ann)
        await joins(side, app, ann, bob, Role.DEVELOPER)
        path = f"/apps/{app.uuid}/settings/webhooks"
        await ann.sends(path, url=HOOK, events="payload.signed")
        endpoint = (await endpoints(side, app))[0].uuid

        refused = await bob.sends(f"{path}/rotate", endpoint=endpoint, overlap_s="3600")
        rotated = await ann.sends(f"{path}/rotate", endpoint=endpoint, overlap_s="3600")
        overlapping = await ann.sends(f"{path}/rotate", endpoint=endpoint, overlap_s="3600")

        assert (refused.status_code, rotated.status_code, overlapping.status_code) == (403, 200, 409)
        assert 'id="webhook-secret">whsec_' in rotated.text
        assert "signed with the earlier one as well" in rotated.text

    @pytest.mark.parametrize("overlap", ["", "-1", "soon", "99999999999999999999"])
    async def test_take_no_nonsense_for_an_overlap(self, side, overlap):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        page = await ann.sends(f"/apps/{app.uuid}/settings/webhooks/rotate", endpoint=app.uuid, overlap_s=overlap)

        assert page.status_code == 400

    async def test_are_five_at_most(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/webhooks"
        for number in range(5):
            await ann.sends(path, url=f"{HOOK}{number}", events="payload.signed")

        page = await ann.sends(path, url=HOOK, events="payload.signed")

        assert page.status_code == 409
        assert len(await endpoints(side, app)) == 5

    async def test_of_another_app_are_not_there(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        hers, his = await new_app(side, ann), await new_app(side, bob)
        await bob.sends(f"/apps/{his.uuid}/settings/webhooks", url=HOOK, events="payload.signed")
        endpoint = (await endpoints(side, his))[0].uuid

        for verb in ("change", "pause", "resume", "remove", "rotate"):
            page = await ann.sends(
                f"/apps/{hers.uuid}/settings/webhooks/{verb}",
                endpoint=endpoint, url="https://evil.example/", events="payload.signed", overlap_s="0",
            )  # fmt: skip
            assert page.status_code == 404, verb

        assert (await endpoints(side, his))[0].url == HOOK

    async def test_are_tried_again_as_was_chosen(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/webhooks/schedule"

        await ann.sends(path, webhook_schedule="compat")

        assert (await app_now(side, app)).webhook_schedule == "compat"
        assert (await ann.sends(path, webhook_schedule="never")).status_code == 400


class TestXApps:
    async def test_are_set_up_published_and_withdrawn(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        path = f"/apps/{app.uuid}/settings/xapp"

        early = await ann.sends(f"{path}/status", status="listed")
        await ann.sends(path, xapp_url="https://shop.example/xapp", xapp_id="Shop.Corner", xapp_networks="TESTNET")
        await ann.sends(f"{path}/status", status="listed")
        listed = await app_now(side, app)
        await ann.sends(f"{path}/status", status="draft")

        assert early.status_code == 400
        assert (listed.xapp_id, listed.xapp_networks, listed.xapp_status) == ("shop.corner", ("TESTNET",), "listed")
        assert (await app_now(side, app)).xapp_status == "draft"
        assert (await newest(side)).details["xapp_status"] == {"was": "listed", "is": "draft"}

    async def test_with_a_name_that_is_taken_are_told_so_at_the_field(self, side):
        ann = await new_developer(side)
        await new_app(side, xapp_id=f"taken.{ann.account.lower()}", xapp_url="https://other.example/")
        app = await new_app(side, ann)

        page = await ann.sends(
            f"/apps/{app.uuid}/settings/xapp", xapp_url="https://shop.example/", xapp_id=f"taken.{ann.account.lower()}"
        )

        assert page.status_code == 409
        assert 'id="xapp_id-wrong"' in page.text

    async def test_have_test_devices(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann, xapp_url="https://shop.example/xapp")
        path = f"/apps/{app.uuid}/settings/xapp"

        wrong = await ann.sends(f"{path}/devices", device="my phone", kind="guest")
        unknown = await ann.sends(f"{path}/devices", device=app.uuid, kind="guest")
        await ann.sends(f"{path}/devices", device=ann.wallet.device, kind="debug")
        shown = await ann.opens(path)
        await ann.sends(f"{path}/devices/remove", device=ann.wallet.device)

        assert (wrong.status_code, unknown.status_code) == (400, 404)
        assert 'id="device-wrong"' in wrong.text
        assert ann.wallet.device in shown.text
        assert "debug device, since" in shown.text
        assert ann.wallet.device not in (await ann.opens(path)).text

    async def test_may_do_what_was_ticked(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann, xapp_url="https://shop.example/xapp")

        await ann.sends(
            f"/apps/{app.uuid}/settings/xapp/permissions", xapp_push="on", xapp_special="NETWORK_SWITCH_EVENT_NO_RELOAD"
        )

        changed = await app_now(side, app)
        assert (changed.xapp_push, changed.xapp_push_any) == (True, False)
        assert changed.xapp_special == ("NETWORK_SWITCH_EVENT_NO_RELOAD",)


class TestXAppsUnderReview:
    @pytest.fixture
    async def side(self, flow_settings: Settings) -> AsyncIterator[WalletSide]:
        """A server whose operators look at xApps before everybody does."""
        started = WalletSide(msgspec.structs.replace(flow_settings, xapp_review=True))
        await started.start()
        yield started
        await started.stop()

    async def test_wait_for_an_operator_and_wait_again_when_they_move(self, side):
        ann, operator = await new_developer(side), await new_developer(side, operator=True)
        app = await new_app(side, ann, xapp_url="https://shop.example/xapp")
        path = f"/apps/{app.uuid}/settings/xapp"

        await ann.sends(f"{path}/status", status="listed")
        asked = (await app_now(side, app)).xapp_status
        await operator.sends(f"{path}/status", status="listed")
        granted = (await app_now(side, app)).xapp_status
        await ann.sends(path, xapp_url="https://elsewhere.example/", xapp_id="")
        moved = await app_now(side, app)

        assert (asked, granted, moved.xapp_status) == ("review", "listed", "review")
        assert moved.xapp_url == "https://elsewhere.example/"

    async def test_get_their_permissions_from_operators_alone(self, side):
        ann, operator = await new_developer(side), await new_developer(side, operator=True)
        app = await new_app(side, ann, xapp_url="https://shop.example/xapp")
        path = f"/apps/{app.uuid}/settings/xapp/permissions"

        refused = await ann.sends(path, xapp_push="on")
        unchanged = (await app_now(side, app)).xapp_push
        await operator.sends(path, xapp_push="on")

        assert (refused.status_code, unchanged) == (403, False)
        assert (await app_now(side, app)).xapp_push
