"""An app at a glance: what happened arrives in its pictures, and nothing on the way waits for it."""

import asyncio
import re
from datetime import timedelta

import pytest

from sealgate.access import service as access
from sealgate.access.call_log import CallLog
from sealgate.access.model import Notice
from sealgate.apps import service as apps
from sealgate.base.ids import new_uuid
from sealgate.console import service as console
from sealgate.console.counting import Counting
from tests.console_side import ConsoleBrowser, new_app, new_developer
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio

PAYMENT = {"TransactionType": "Payment", "Destination": "rPEPPER7kfTD9w2To4CQk6UCfuHM9c6GDY", "Amount": "1000000"}


@pytest.fixture
def flow_engine():
    """SQLite alone: the flows share one PostgreSQL, where noon is counted once. Both are in `conformance`."""
    return "sqlite"


async def figures_of(side: WalletSide, visitor: ConsoleBrowser, app_uuid: str) -> dict[str, str]:
    """Return the numbers at the heads of the charts by their titles."""
    page = await visitor.opens(f"/apps/{app_uuid}?range=1h")
    assert page.status_code == 200
    cards = re.findall(r'<h2 id="([a-z-]+)">.*?<p class="figure">.*?<strong>([^<]*)</strong>', page.text, re.DOTALL)
    return dict(cards)


async def counts_until(side: WalletSide, visitor: ConsoleBrowser, app_uuid: str, **expected: str) -> None:
    """Count until the page says what is expected."""
    async with asyncio.timeout(15):
        while True:
            await side.context.get(CallLog).flush()
            await side.context.get(Counting).count()
            figures = await figures_of(side, visitor, app_uuid)
            if expected.items() <= figures.items():
                return
            await asyncio.sleep(0.05)


class TestTheOverview:
    async def test_of_a_fresh_app_leads_to_its_first_call_and_says_what_will_appear(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        page = await ann.opens(f"/apps/{app.uuid}")

        assert f'href="/console/apps/{app.uuid}/start"' in page.text
        assert page.text.count('class="chart-nothing') == 6
        assert 'data-warning="' not in page.text

    async def test_shows_calls_requests_and_what_became_of_them(self, side):
        ann, alice = await new_developer(side), await side.wallet()
        await side.context.db.write(console.add_owner, side.app_uuid, ann.account, now=side.clock.now())
        made = await side.asks(PAYMENT)
        await side.asks(PAYMENT)
        await alice.opens(made["uuid"])
        side.clock.advance(seconds=5)
        assert (await alice.signs(made["uuid"])).status == 200
        await side.platform("GET", f"payload/{new_uuid()}")
        side.clock.advance(seconds=20)

        await counts_until(side, ann, side.app_uuid, made="2", ended="100&nbsp;%", calls="3")

        page = (await ann.opens(f"/apps/{side.app_uuid}?range=1h")).text
        assert "33.3&nbsp;% refused" in page
        assert re.search(r'id="ended-chart-desc">From .*: 1 signed, 0 rejected, 0 expired, 0 cancelled', page)
        assert re.search(r"<strong>[45](\.\d)? s</strong> for half of them", page)
        assert "Make the first call" not in page

    async def test_counts_what_expired_once_it_is_past(self, side):
        ann = await new_developer(side)
        await side.context.db.write(console.add_owner, side.app_uuid, ann.account, now=side.clock.now())
        await side.asks(PAYMENT, options={"expire": 2})

        await counts_until(side, ann, side.app_uuid, made="1", ended="–")
        side.clock.advance(minutes=4)

        page = (await ann.opens(f"/apps/{side.app_uuid}?range=1h")).text
        assert re.search(r'id="ended-chart-desc">From .*: 0 signed, 0 rejected, 1 expired', page)

    @pytest.mark.parametrize("asked", ["1h", "24h", "30d", "", "1000y", "<script>"])
    async def test_takes_any_range(self, side, asked):
        ann = await new_developer(side)
        app = await new_app(side, ann)

        page = await ann.opens(f"/apps/{app.uuid}?range={asked}")

        assert page.status_code == 200
        assert page.text.count('aria-current="true"') == 1

    async def test_escapes_the_name_of_an_app_wherever_it_stands(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann, name='"><script>alert(1)</script>')

        for path in ("", f"/apps/{app.uuid}"):
            assert "<script>alert" not in (await ann.opens(path)).text


class TestWarnings:
    async def test_stand_on_the_overview_and_are_counted_in_the_list(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann, allow_implicit=True)
        now = side.clock.now() + timedelta(seconds=1)
        notice = Notice(app.uuid, "secret_exposed", now, app.uuid, "GET", "/api/v1/platform/ping", "shop.example")
        await side.context.db.write(access.record_notice, notice)

        page, listed = await ann.opens(f"/apps/{app.uuid}"), await ann.opens("")

        assert re.findall(r'data-warning="([a-z-]+)"', page.text) == ["secret-exposed", "implicit"]
        assert "shop.example" in page.text
        assert "2 warnings" in listed.text

    async def test_go_when_their_cause_goes(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann, allow_implicit=True)
        changes = {"allow_implicit": False}
        await side.context.db.write(apps.update_app, side.context.sealer, app.uuid, changes, now=side.clock.now())

        assert "data-warning" not in (await ann.opens(f"/apps/{app.uuid}")).text
