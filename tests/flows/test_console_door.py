"""The way into the console: by wallet through the server's own provider, by invitation, and out again."""

import re
from datetime import timedelta

import pytest

from sealgate.console import service as console
from tests.console_side import ConsoleBrowser, new_app, new_developer

pytestmark = pytest.mark.anyio


class TestTheFirstPage:
    async def test_shows_the_way_in_to_a_stranger_and_says_that_nothing_is_wrong(self, side):
        page = await ConsoleBrowser(side, await side.wallet()).opens("")

        assert page.status_code == 200
        assert re.search(r'<a class="button primary" href="/console/sign-in">Sign in', page.text)

    async def test_goes_by_the_provider_to_the_sign_page(self, side):
        stranger = ConsoleBrowser(side, await side.wallet())

        begun = await stranger.browser.get("/console/sign-in")
        asked = await stranger.browser.get(begun.headers["location"])

        assert begun.headers["location"].startswith("/auth?")
        assert asked.headers["location"].startswith("/sign/")

    async def test_shows_a_developer_their_apps_and_nobody_elses(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        mine, other = await new_app(side, ann, name="Ann's shop"), await new_app(side, bob, name="Bob's shop")

        page = await ann.opens("")

        assert page.status_code == 200
        assert mine.uuid in page.text
        assert other.uuid not in page.text

    async def test_shows_an_operator_every_app(self, side):
        operator, bob = await new_developer(side, operator=True), await new_developer(side)
        app = await new_app(side, bob, name="Bob's shop")

        assert (await operator.opens(f"/apps/{app.uuid}")).status_code == 200


class TestSigningIn:
    async def test_returns_to_the_page_that_was_asked_for(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        again = ConsoleBrowser(side, ann.wallet)
        page = await again.browser.get(f"/console/apps/{app.uuid}/team")
        way_in = await again.browser.get(page.headers["location"])
        link = re.search(r'href="(/console/sign-in[^"]+)"', way_in.text)
        assert link is not None

        ended = await again.signs_in(link[1].replace("&amp;", "&"))

        assert ended.headers["location"] == f"/console/apps/{app.uuid}/team"

    @pytest.mark.parametrize(
        "back", ["https://evil.example/", "//evil.example/console", "/consolex", "/console\\@evil"]
    )
    async def test_returns_to_the_console_and_nowhere_else(self, side, back):
        ann = await new_developer(side)

        ended = await ann.signs_in(f"/console/sign-in?back={back}")

        assert ended.headers["location"] == "/console"

    async def test_refuses_an_account_that_is_no_developers(self, side):
        stranger = ConsoleBrowser(side, await side.wallet())

        ended = await stranger.signs_in()

        assert ended.status_code == 403
        assert "not registered as a developer" in ended.text
        assert "console" not in stranger.browser.cookies

    async def test_refuses_a_callback_that_another_browser_began(self, side):
        ann = await new_developer(side)
        thief = ConsoleBrowser(side, await side.wallet())

        begun = await ann.browser.get("/console/sign-in")
        state = re.search(r"state=([^&]+)", begun.headers["location"])
        assert state is not None
        ended = await thief.browser.get(f"/console/callback?state={state[1]}&code=abc")

        assert ended.status_code == 400

    async def test_lasts_until_nobody_used_it_for_twelve_hours(self, side):
        ann = await new_developer(side)

        side.clock.advance(hours=11)
        assert (await ann.opens("/account")).status_code == 200
        side.clock.advance(hours=11)
        assert (await ann.opens("/account")).status_code == 200
        side.clock.advance(hours=13)
        assert (await ann.opens("/account")).status_code == 303

    async def test_lasts_seven_days_at_most(self, side):
        ann = await new_developer(side)

        for _ in range(16):
            side.clock.advance(hours=10)
            assert (await ann.opens("/account")).status_code == 200
        side.clock.advance(hours=10)

        assert (await ann.opens("/account")).status_code == 303


class TestAnInvitation:
    async def test_makes_whoever_signs_in_with_it_a_developer_once(self, side):
        secret, _ = await side.context.db.write(console.invite, operator=True, now=side.clock.now())
        first, second = ConsoleBrowser(side, await side.wallet()), ConsoleBrowser(side, await side.wallet())

        shown = await first.opens(f"/invitations/{secret}")
        ended = await first.signs_in(f"/console/sign-in?invitation={secret}")

        assert "operator" in shown.text
        assert ended.status_code == 303
        assert (await first.opens("/audit")).status_code == 200
        assert (await second.signs_in(f"/console/sign-in?invitation={secret}")).status_code == 404
        assert (await second.opens(f"/invitations/{secret}")).status_code == 404

    async def test_ends_after_seven_days(self, side):
        secret, _ = await side.context.db.write(console.invite, now=side.clock.now() - timedelta(days=7, seconds=1))

        assert (await ConsoleBrowser(side, await side.wallet()).opens(f"/invitations/{secret}")).status_code == 404

    async def test_to_an_app_gives_a_part_in_it_and_takes_nothing_away(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        await ann.opens(f"/apps/{app.uuid}/team")
        made = await ann.sends(f"/apps/{app.uuid}/team/invite", role="viewer")
        link = re.search(r"/console/invitations/([\w-]+)", made.text)
        assert link is not None
        bob = ConsoleBrowser(side, await side.wallet())

        await bob.signs_in(f"/console/sign-in?invitation={link[1]}")

        assert (await bob.opens(f"/apps/{app.uuid}")).status_code == 200
        assert (await bob.sends(f"/apps/{app.uuid}/team/invite", role="owner")).status_code == 403


class TestSigningOut:
    async def test_ends_the_session_here(self, side):
        ann = await new_developer(side)

        await ann.sends("/sign-out")

        assert (await ann.opens("/account")).status_code == 303

    async def test_elsewhere_leaves_this_browser_in(self, side):
        ann = await new_developer(side)
        elsewhere = ConsoleBrowser(side, ann.wallet)
        await elsewhere.signs_in()

        await ann.sends("/account/end-session")

        assert (await ann.opens("/account")).status_code == 200
        assert (await elsewhere.opens("/account")).status_code == 303

    async def test_of_somebody_elses_session_does_nothing(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        sessions = await side.context.db.read(console.sessions_of, bob.account, now=side.clock.now())

        await ann.sends("/account/end-session", session=sessions[0].id)

        assert (await bob.opens("/account")).status_code == 200


class TestTheTeam:
    async def test_has_at_least_one_owner(self, side):
        ann = await new_developer(side)
        app = await new_app(side, ann)
        await ann.opens(f"/apps/{app.uuid}/team")

        removed = await ann.sends(f"/apps/{app.uuid}/team/remove", account=ann.account)
        lowered = await ann.sends(f"/apps/{app.uuid}/team", account=ann.account, role="viewer")

        assert (removed.status_code, lowered.status_code) == (409, 409)
        assert "needs an owner" in removed.text

    async def test_loses_a_member_at_once(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        app = await new_app(side, ann)
        await ann.sends(f"/apps/{app.uuid}/team", account=bob.account, role="developer")
        assert (await bob.opens(f"/apps/{app.uuid}")).status_code == 200

        await ann.sends(f"/apps/{app.uuid}/team/remove", account=bob.account)

        assert (await bob.opens(f"/apps/{app.uuid}")).status_code == 404

    async def test_says_what_to_do_with_somebody_who_is_no_developer(self, side):
        ann, wallet = await new_developer(side), await side.wallet()
        app = await new_app(side, ann)

        page = await ann.sends(f"/apps/{app.uuid}/team", account=wallet.key.address, role="viewer")

        assert page.status_code == 400
        assert "Make an invitation link" in page.text

    async def test_leaves_its_changes_in_the_audit_log(self, side):
        ann, bob = await new_developer(side), await new_developer(side)
        app = await new_app(side, ann)
        await ann.sends(f"/apps/{app.uuid}/team", account=bob.account, role="developer")

        page = await bob.opens(f"/apps/{app.uuid}/audit")

        assert "app.shared" in page.text
        assert ann.account in page.text
