"""Modules of the plan Dynamic OP that are worth doing without dynamic registration: operators register the clients."""

import pytest

from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import Redirect
from sealgate.apps.redirects import checked_redirects
from sealgate.tokens.signing import TokenKeys
from tests import oidc_checks as checks
from tests.oidc_party import CALLBACK, new_party

pytestmark = pytest.mark.anyio

WITH_QUERY = f"{CALLBACK}?foo=bar"


@pytest.fixture
async def party(side):
    """A relying party that has registered a second redirect URI, with a query."""
    side.clock.advance(minutes=2)
    return await new_party(
        side,
        redirects=(Redirect(WITH_QUERY), Redirect(f"{CALLBACK}/second")),
        icon_url=f"{side.settings.public_url}/assets/apps/app-icon.svg",
        policy_url="https://suite.example/policy",
        terms_url="https://suite.example/terms",
    )


async def sign_page(party) -> str:
    """Begin a sign-in and return the page it leads to."""
    begun = await party.browser.get("/auth", party.request(party.client, redirect_uri=WITH_QUERY))
    return (await party.browser.get(begun.headers["location"])).text


@pytest.mark.oidc_module("oidcc-redirect-uri-query-OK", plan="dynamic")
async def test_oidcc_redirect_uri_query_ok(party):
    await party.signs_in(redirect_uri=WITH_QUERY)


@pytest.mark.oidc_module("oidcc-redirect-uri-query-mismatch", plan="dynamic")
async def test_oidcc_redirect_uri_query_mismatch(party):
    checks.check_error_page((await party.authorizes(redirect_uri=f"{CALLBACK}?foo=other")).page)


@pytest.mark.oidc_module("oidcc-redirect-uri-query-added", plan="dynamic")
async def test_oidcc_redirect_uri_query_added(party):
    checks.check_error_page((await party.authorizes(redirect_uri=f"{WITH_QUERY}&more=1")).page)


@pytest.mark.oidc_module("oidcc-redirect-uri-regfrag", plan="dynamic")
async def test_oidcc_redirect_uri_regfrag():
    with pytest.raises(AppInvalid, match="fragment"):
        checked_redirects([f"{CALLBACK}#foobar"])


@pytest.mark.oidc_module("oidcc-ensure-redirect-uri-in-authorization-request", plan="dynamic")
async def test_oidcc_ensure_redirect_uri_in_authorization_request(party):
    checks.check_error_page((await party.authorizes(redirect_uri=None)).page)


@pytest.mark.oidc_module("oidcc-server-rotate-keys", plan="dynamic")
async def test_oidcc_server_rotate_keys(party):
    side, ring = party.side, party.side.context.get(TokenKeys)
    before = {key["kid"] for key in (await party.keys())["keys"]}
    first = await party.signs_in(redirect_uri=WITH_QUERY)

    await ring.rotate(now=side.clock.now())
    announced = {key["kid"] for key in (await party.keys())["keys"]}
    side.clock.advance(days=1)
    await ring.tend(now=side.clock.now())

    after = await party.keys()
    assert before < announced
    assert before < {key["kid"] for key in after["keys"]}
    assert after["keys"][-1]["kid"] not in before
    second = await party.signs_in(redirect_uri=WITH_QUERY)
    assert second.header["kid"] == after["keys"][-1]["kid"] != first.header["kid"]


@pytest.mark.oidc_module(
    "oidcc-registration-logo-uri",
    plan="dynamic",
    note="only icons that this server holds are shown: its pages load nothing from elsewhere",
)
async def test_oidcc_registration_logo_uri(party):
    assert f'<img src="{party.client.app.icon_url}"' in await sign_page(party)


@pytest.mark.oidc_module("oidcc-registration-policy-uri", plan="dynamic")
async def test_oidcc_registration_policy_uri(party):
    assert 'href="https://suite.example/policy"' in await sign_page(party)


@pytest.mark.oidc_module("oidcc-registration-tos-uri", plan="dynamic")
async def test_oidcc_registration_tos_uri(party):
    assert 'href="https://suite.example/terms"' in await sign_page(party)
