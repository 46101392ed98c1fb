"""Who gets what in the console: every route of it, as a stranger, an outsider, a viewer and a disabled developer.

The list is the console's own, so a new route is walked as well, and one declared another way is found.
"""

import pytest

from sealgate.console import service as console
from sealgate.console.http import router
from sealgate.console.model import Role
from sealgate.console.visit import RULES, Rule
from tests.console_side import ConsoleBrowser, joins, new_app, new_developer

pytestmark = pytest.mark.anyio

GUARDED = [rule for rule in RULES if not rule.public]


def path_of(rule: Rule, app_uuid: str) -> str:
    """Return the rule's path below `/console`, with something in the place of every parameter."""
    path = rule.path.removeprefix("/console").replace("{app:uuid}", app_uuid)
    while "{" in path:
        before, _, rest = path.partition("{")
        declared, _, after = rest.partition("}")
        path = before + (app_uuid if declared.endswith(":uuid") else "1") + after
    return path


def msg(rule: Rule) -> str:
    return f"{rule.method} {rule.path}"


async def tries(visitor: ConsoleBrowser, rule: Rule, app_uuid: str) -> int:
    path = path_of(rule, app_uuid)
    answer = await (visitor.opens(path) if rule.method == "GET" else visitor.sends(path))
    return answer.status_code


def test_every_route_of_the_console_has_a_rule():
    declared = {(route.method, route.path) for route in router.routes}

    assert declared == {(rule.method, rule.path) for rule in RULES}
    assert len(RULES) == len(declared)


class TestEveryRoute:
    async def test_is_closed_to_a_stranger(self, side, subtests):
        app, stranger = await new_app(side), ConsoleBrowser(side, await side.wallet())

        for rule in GUARDED:
            with subtests.test(msg(rule)):
                assert await tries(stranger, rule, app.uuid) == (303 if rule.method == "GET" else 403)

    async def test_does_not_tell_an_outsider_whether_the_app_exists(self, side, subtests):
        app, outsider = await new_app(side), await new_developer(side)

        for rule in (rule for rule in GUARDED if rule.role is not None or rule.operator):
            with subtests.test(msg(rule)):
                assert await tries(outsider, rule, app.uuid) == (403 if rule.operator else 404)

    async def test_is_closed_to_a_role_below_its_own(self, side, subtests):
        owner, member = await new_developer(side), await new_developer(side)
        app = await new_app(side, owner)

        for role in (Role.VIEWER, Role.DEVELOPER):
            await joins(side, app, owner, member, role)
            for rule in (rule for rule in GUARDED if rule.role is not None and rule.role > role):
                with subtests.test(msg(rule), role=role.word):
                    assert await tries(member, rule, app.uuid) == 403

    async def test_is_closed_to_a_disabled_developer(self, side, subtests):
        operator, owner = await new_developer(side, operator=True), await new_developer(side)
        app = await new_app(side, owner)
        await side.context.db.write(
            console.set_disabled, owner.account, disabled=True, actor=operator.account, now=side.clock.now()
        )

        for rule in GUARDED:
            with subtests.test(msg(rule)):
                assert await tries(owner, rule, app.uuid) == (303 if rule.method == "GET" else 403)

    async def test_takes_no_form_of_another_page(self, side, subtests):
        owner = await new_developer(side, operator=True)
        app = await new_app(side, owner)

        for rule in (rule for rule in GUARDED if rule.method == "POST"):
            with subtests.test(msg(rule)):
                forged = await owner.browser.post(f"/console{path_of(rule, app.uuid)}", {"csrf": "forged"})
                assert forged.status_code == 403
                assert "no longer valid" in forged.text
