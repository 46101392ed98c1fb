"""What operators change by the admin API is in the audit log, in one chain with what developers change."""

from collections.abc import AsyncIterator

import httpx
import msgspec
import pytest

from sealgate.base.settings import Settings
from sealgate.console import audit
from sealgate.console.model import AuditEntry
from tests.console_side import new_app
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio


@pytest.fixture
async def side(flow_settings: Settings) -> AsyncIterator[WalletSide]:
    """A server whose admin API is on."""
    started = WalletSide(msgspec.structs.replace(flow_settings, admin_token="operators-alone"))
    await started.start()
    yield started
    await started.stop()


async def asks(side, method: str, path: str, body: object = None) -> httpx.Response:
    transport = httpx.ASGITransport(side.app)
    headers = {"authorization": f"Bearer {side.settings.admin_token}"}
    async with httpx.AsyncClient(transport=transport, base_url=side.settings.public_url, headers=headers) as client:
        return await client.request(method, f"/api/v1/admin/{path}", json=body)


async def newest(side) -> AuditEntry:
    entries = await side.context.db.read(audit.entries, limit=1)
    return entries[0]


class TestAChangeOfTheAdminApi:
    async def test_is_recorded_with_who_what_and_the_reference(self, side):
        app = await new_app(side)

        answer = await asks(side, "PATCH", f"apps/{app.uuid}", {"name": "Corner Shop 2", "redirect_uris": []})

        entry = await newest(side)
        assert answer.status_code == 200, answer.text
        assert (entry.actor, entry.action, entry.app_uuid) == ("admin", "admin.call", app.uuid)
        assert entry.details == {
            "call": f"PATCH /api/v1/admin/apps/{app.uuid}",
            "name": "Corner Shop 2",
            "redirect_uris": [],
        }
        assert entry.reference == answer.headers["x-call-ref"]

    async def test_that_makes_an_app_names_the_app(self, side):
        answer = await asks(side, "POST", "apps", {"name": "Corner Shop"})

        assert (await newest(side)).app_uuid == answer.json()["uuid"]

    async def test_carries_no_secret(self, side):
        app = await new_app(side)

        answer = await asks(side, "POST", f"apps/{app.uuid}/rotate-secret")

        entry = await newest(side)
        assert entry.details == {"call": f"POST /api/v1/admin/apps/{app.uuid}/rotate-secret"}
        assert answer.json()["api_secret"] not in str(entry)

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("POST", "apps/{app}/disable", None),
            ("DELETE", "apps/{app}", None),
            ("POST", "apps/{app}/webhooks", {"url": "https://hook.example/"}),
            ("PATCH", "apps/{app}", {"xapp_url": "https://shop.example/xapp"}),
            ("POST", "keys/rotate?now=true", None),
            ("POST", "apps/{app}/deliveries/resend", None),
        ],
        ids=["disable", "delete", "webhook", "xapp", "keys", "resend"],
    )
    async def test_is_recorded_whatever_it_changes(self, side, method, path, body):
        app = await new_app(side)

        answer = await asks(side, method, path.replace("{app}", app.uuid), body)

        assert answer.status_code in (200, 204), answer.text
        assert (await newest(side)).reference == answer.headers["x-call-ref"]

    async def test_that_has_its_own_entry_has_no_second_one(self, side):
        await new_app(side)
        before, _ = await side.context.db.read(audit.verify)

        await asks(side, "POST", "developers/invitations", {"operator": True})

        after = await side.context.db.read(audit.entries, limit=2)
        assert [(entry.number, entry.action) for entry in after[:1]] == [(before + 1, "invitation.made")]

    async def test_keeps_the_chain_whole(self, side):
        app = await new_app(side)
        for name in ("Shop 1", "Shop 2"):
            await asks(side, "PATCH", f"apps/{app.uuid}", {"name": name})

        entries, _ = await side.context.db.read(audit.verify)

        assert entries >= 2


class TestWhatChangesNothing:
    async def test_is_not_recorded_when_it_only_reads(self, side):
        app = await new_app(side)
        before = await side.context.db.read(audit.entries, limit=50)

        await asks(side, "GET", f"apps/{app.uuid}")

        assert await side.context.db.read(audit.entries, limit=50) == before

    async def test_is_not_recorded_when_it_was_refused(self, side):
        app = await new_app(side)
        before = await side.context.db.read(audit.entries, limit=50)

        answer = await asks(side, "POST", f"apps/{app.uuid}/retire-secret")

        assert answer.status_code == 409
        assert await side.context.db.read(audit.entries, limit=50) == before
