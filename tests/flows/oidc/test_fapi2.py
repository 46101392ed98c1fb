"""Modules of the FAPI 2.0 security profile that need neither DPoP nor client assertions: PAR, PKCE, codes.

Their names begin with `fapi2-security-profile-final-`, which the names of the tests leave out.
"""

import pytest

from tests import oidc_checks as checks
from tests.oidc_party import new_party
from tests.sign_in import PKCE, VERIFIER

pytestmark = pytest.mark.anyio


@pytest.fixture
async def party(side):
    """A relying party that must push its requests and use PKCE."""
    side.clock.advance(minutes=2)
    return await new_party(side, require_par=True, require_pkce=True)


async def pushed(party, **params):
    """Push a request with PKCE, go through with it, and return the outcome."""
    sent = party.request(party.client, **PKCE, **params)
    return await party.follows(await party.pushes(sent), sent)


async def push_is_refused(party, error, **params):
    """Push a request and check that it is refused at once."""
    checks.check_token_error(await party.pushes(party.request(party.client, **{**PKCE, **params})), error)


@pytest.mark.oidc_module("happy-flow", plan="fapi2")
async def test_happy_flow(party):
    await party.tokens(await pushed(party), code_verifier=VERIFIER)


@pytest.mark.oidc_module("user-rejects-authentication", plan="fapi2")
async def test_user_rejects_authentication(side):
    party = await new_party(side)

    outcome = await party.authorizes(declined=True)

    assert outcome.params["error"] == "access_denied"


@pytest.mark.oidc_module("ensure-authorization-request-without-state-success", plan="fapi2")
async def test_ensure_authorization_request_without_state_success(party):
    assert "state" not in (await pushed(party, state=None)).params


@pytest.mark.oidc_module("ensure-authorization-request-without-nonce-success", plan="fapi2")
async def test_ensure_authorization_request_without_nonce_success(party):
    await party.tokens(await pushed(party, nonce=None), code_verifier=VERIFIER)


@pytest.mark.oidc_module("ensure-authorization-request-with-64-char-nonce-success", plan="fapi2")
async def test_ensure_authorization_request_with_64_char_nonce_success(party):
    await party.tokens(await pushed(party, nonce="n" * 64), code_verifier=VERIFIER)


@pytest.mark.oidc_module("ensure-authorization-request-with-long-nonce", plan="fapi2")
async def test_ensure_authorization_request_with_long_nonce(party):
    await party.tokens(await pushed(party, nonce="n" * 384), code_verifier=VERIFIER)


@pytest.mark.oidc_module("ensure-authorization-request-with-long-state", plan="fapi2")
async def test_ensure_authorization_request_with_long_state(party):
    await party.tokens(await pushed(party, state="s" * 384), code_verifier=VERIFIER)


@pytest.mark.oidc_module("ensure-other-scope-order-succeeds", plan="fapi2")
async def test_ensure_other_scope_order_succeeds(party):
    await party.tokens(await pushed(party, scope="email profile openid"), code_verifier=VERIFIER)


@pytest.mark.oidc_module("access-token-type-header-case-sensitivity", plan="fapi2")
async def test_access_token_type_header_case_sensitivity(party):
    tokens = await party.tokens(await pushed(party), code_verifier=VERIFIER)

    for scheme in ("bearer", "BEARER", "bEaReR"):
        answer = await party.browser.get("/userinfo", authorization=f"{scheme} {tokens.access_token}")
        checks.check_userinfo(answer, tokens.claims["sub"])


@pytest.mark.oidc_module("par-attempt-reuse-request_uri", plan="fapi2")
async def test_par_attempt_reuse_request_uri(party):
    sent = party.request(party.client, **PKCE)
    handle = await party.pushes(sent)
    assert "code" in (await party.follows(handle, sent)).params

    checks.check_error_page((await party.follows(handle, sent)).page)


@pytest.mark.oidc_module("par-attempt-to-use-expired-request_uri", plan="fapi2")
async def test_par_attempt_to_use_expired_request_uri(party):
    sent = party.request(party.client, **PKCE)
    handle = await party.pushes(sent)
    party.side.clock.advance(seconds=handle.json()["expires_in"])

    checks.check_error_page((await party.follows(handle, sent)).page)


@pytest.mark.oidc_module("par-attempt-to-use-request_uri-for-different-client", plan="fapi2")
async def test_par_attempt_to_use_request_uri_for_different_client(party):
    sent = party.request(party.client, **PKCE)
    handle = await party.pushes(sent)

    checks.check_error_page((await party.follows(handle, sent, party.client2)).page)


@pytest.mark.oidc_module("par-authorization-request-containing-request_uri-form-param", plan="fapi2")
async def test_par_authorization_request_containing_request_uri_form_param(party):
    handle = (await party.pushes(party.request(party.client, **PKCE))).json()["request_uri"]

    await push_is_refused(party, "invalid_request", request_uri=handle)


@pytest.mark.oidc_module("par-attempt-invalid-http-method", plan="fapi2")
async def test_par_attempt_invalid_http_method(party):
    assert (await party.browser.get("/par", party.request(party.client, **PKCE))).status_code == 405


@pytest.mark.oidc_module("par-without-duplicate-parameters", plan="fapi2")
async def test_par_without_duplicate_parameters(party):
    assert "code" in (await pushed(party)).params


@pytest.mark.oidc_module("par-ensure-reused-request-uri-prior-to-auth-completion-succeeds", plan="fapi2")
async def test_par_ensure_reused_request_uri_prior_to_auth_completion_succeeds(party):
    sent = party.request(party.client, **PKCE)
    handle = await party.pushes(sent)
    named = {"client_id": party.client.app.uuid, "request_uri": handle.json()["request_uri"]}
    looked = await party.browser.get("/auth", named)
    assert looked.headers["location"].startswith("/sign/")

    assert "code" in (await party.follows(handle, sent)).params


@pytest.mark.oidc_module("ensure-unsigned-authorization-request-without-using-par-fails", plan="fapi2")
async def test_ensure_unsigned_authorization_request_without_using_par_fails(party):
    assert (await party.authorizes(**PKCE)).params["error"] == "invalid_request"


@pytest.mark.oidc_module("ensure-redirect-uri-in-authorization-request", plan="fapi2")
async def test_ensure_redirect_uri_in_authorization_request(party):
    await push_is_refused(party, "invalid_request", redirect_uri=None)


@pytest.mark.oidc_module("ensure-registered-redirect-uri", plan="fapi2")
async def test_ensure_registered_redirect_uri(party):
    await push_is_refused(party, "invalid_request", redirect_uri="https://suite.example/elsewhere")


@pytest.mark.oidc_module("par-ensure-pkce-required", plan="fapi2")
async def test_par_ensure_pkce_required(party):
    await push_is_refused(party, "invalid_request", code_challenge=None, code_challenge_method=None)


@pytest.mark.oidc_module("par-plain-pkce-rejected", plan="fapi2")
async def test_par_plain_pkce_rejected(party):
    await push_is_refused(party, "invalid_request", code_challenge=VERIFIER, code_challenge_method="plain")


@pytest.mark.oidc_module("ensure-pkce-code-verifier-required", plan="fapi2")
async def test_ensure_pkce_code_verifier_required(party):
    checks.check_token_error(await party.redeems(await pushed(party)), "invalid_grant")


@pytest.mark.oidc_module("incorrect-pkce-code-verifier-rejected", plan="fapi2")
async def test_incorrect_pkce_code_verifier_rejected(party):
    answer = await party.redeems(await pushed(party), code_verifier=VERIFIER[::-1])

    checks.check_token_error(answer, "invalid_grant")


@pytest.mark.oidc_module("ensure-authorization-code-is-bound-to-client", plan="fapi2")
async def test_ensure_authorization_code_is_bound_to_client(party):
    outcome = await pushed(party)

    checks.check_token_error(await party.redeems(outcome, party.client2, code_verifier=VERIFIER), "invalid_grant")

    await party.tokens(outcome, code_verifier=VERIFIER)


@pytest.mark.oidc_module("attempt-reuse-authorization-code-after-one-second", plan="fapi2")
async def test_attempt_reuse_authorization_code_after_one_second(party):
    outcome = await pushed(party)
    await party.tokens(outcome, code_verifier=VERIFIER)
    party.side.clock.advance(seconds=1)

    checks.check_token_error(await party.redeems(outcome, code_verifier=VERIFIER), "invalid_grant")


@pytest.mark.oidc_module("ensure-token-endpoint-fails-with-expired-auth-code", plan="fapi2")
async def test_ensure_token_endpoint_fails_with_expired_auth_code(party):
    outcome = await pushed(party)
    party.side.clock.advance(seconds=61)

    checks.check_token_error(await party.redeems(outcome, code_verifier=VERIFIER), "invalid_grant")


@pytest.mark.oidc_module("ensure-client-id-in-token-endpoint", plan="fapi2")
async def test_ensure_client_id_in_token_endpoint(party):
    outcome = await pushed(party)
    code = {"code": outcome.params["code"], "redirect_uri": outcome.sent["redirect_uri"], "code_verifier": VERIFIER}

    answer = await party.browser.post("/token", {"grant_type": "authorization_code", **code})

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.oidc_module("ensure-response-type-code-idtoken-fails", plan="fapi2")
async def test_ensure_response_type_code_idtoken_fails(party):
    await push_is_refused(party, "unsupported_response_type", response_type="code id_token")


@pytest.mark.oidc_module("ensure-response-type-token-fails", plan="fapi2")
async def test_ensure_response_type_token_fails(party):
    await push_is_refused(party, "unauthorized_client", response_type="token")
