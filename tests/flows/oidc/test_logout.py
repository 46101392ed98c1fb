"""The plan RP-Initiated Logout OP of the OpenID Foundation's conformance suite, module by module.

Its first module, which looks at the metadata, is in `test_config.py`.
"""

from base64 import urlsafe_b64encode

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.oidc_party import LOGGED_OUT, Party, Tokens

pytestmark = pytest.mark.anyio


@pytest.fixture
async def tokens(party) -> Tokens:
    """What the party has been given: somebody is signed in."""
    return await party.signs_in()


async def logs_out(party: Party, **params: str) -> httpx.Response:
    """Ask for the end of the session, and say yes where the provider asks."""
    answer = await party.browser.get("/logout", params)
    if 'name="csrf"' in answer.text and '<form method="post"' in answer.text:
        answer = await party.browser.clicks(answer)
    return answer


async def is_signed_in(party: Party) -> bool:
    """Tell whether the provider would sign this browser in without a page."""
    return "code" in (await party.authorizes(prompt="none")).params


def assert_leads_nowhere(answer: httpx.Response) -> None:
    """Check that the person is told, on a page of the provider's, and nobody is redirected."""
    assert "location" not in answer.headers
    assert answer.status_code in (200, 400)
    assert answer.headers["content-type"].startswith("text/html")
    assert f'href="{LOGGED_OUT}' not in answer.text
    assert "form-action 'self';" in answer.headers["content-security-policy"] + ";"


async def assert_is_refused(party: Party, **params: str) -> None:
    """Check that a wish leads to the question or an error page, and after a click nowhere else."""
    assert_leads_nowhere(await party.browser.get("/logout", params))
    assert_leads_nowhere(await logs_out(party, **params))


async def assert_signed_out(party: Party, answer: httpx.Response) -> None:
    """Check that the page says so, and that it is so."""
    assert answer.status_code == 200
    assert "You are signed out" in answer.text
    assert not await is_signed_in(party)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout", plan="logout")
async def test_oidcc_rp_initiated_logout(party, tokens):
    assert await is_signed_in(party)

    answer = await logs_out(
        party, id_token_hint=tokens.id_token, post_logout_redirect_uri=LOGGED_OUT, state="st4te-of-logout"
    )

    assert answer.status_code == 303
    assert answer.headers["location"] == f"{LOGGED_OUT}?state=st4te-of-logout"
    assert not await is_signed_in(party)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-no-state", plan="logout")
async def test_oidcc_rp_initiated_logout_no_state(party, tokens):
    answer = await logs_out(party, id_token_hint=tokens.id_token, post_logout_redirect_uri=LOGGED_OUT)

    assert answer.status_code == 303
    assert answer.headers["location"] == LOGGED_OUT
    assert not await is_signed_in(party)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-bad-post-logout-redirect-uri", plan="logout")
async def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(party, tokens):
    await assert_is_refused(party, id_token_hint=tokens.id_token, post_logout_redirect_uri=f"{LOGGED_OUT}/bad")


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri", plan="logout")
async def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(party, tokens):
    await assert_is_refused(party, id_token_hint=tokens.id_token, post_logout_redirect_uri=f"{LOGGED_OUT}?foo=bar")


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-modified-id-token-hint", plan="logout")
async def test_oidcc_rp_initiated_logout_modified_id_token_hint(party, tokens):
    unsigned = urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    modified = f"{unsigned}.{tokens.id_token.split('.')[1]}."

    await assert_is_refused(party, id_token_hint=modified, post_logout_redirect_uri=LOGGED_OUT)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-bad-id-token-hint", plan="logout")
async def test_oidcc_rp_initiated_logout_bad_id_token_hint(party, tokens):
    other_key = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
    bad = jwt.encode(tokens.claims, other_key, algorithm="RS256", headers=tokens.header)

    await assert_is_refused(party, id_token_hint=bad, post_logout_redirect_uri=LOGGED_OUT)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-no-id-token-hint", plan="logout")
async def test_oidcc_rp_initiated_logout_no_id_token_hint(party, tokens):
    await assert_is_refused(party, post_logout_redirect_uri=LOGGED_OUT)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-no-post-logout-redirect-uri", plan="logout")
async def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(party, tokens):
    answer = await party.browser.get("/logout", {"id_token_hint": tokens.id_token})

    await assert_signed_out(party, answer)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-no-params", plan="logout")
async def test_oidcc_rp_initiated_logout_no_params(party, tokens):
    await assert_signed_out(party, await logs_out(party))


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-only-state", plan="logout")
async def test_oidcc_rp_initiated_logout_only_state(party, tokens):
    await assert_signed_out(party, await logs_out(party, state="st4te-of-logout"))
