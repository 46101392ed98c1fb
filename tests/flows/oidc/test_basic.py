"""The plans Basic OP and Form Post Basic OP of the OpenID Foundation's conformance suite, module by module.

Each test is named after its module and does what that does; where the module waits, the clock is moved.
"""

import jwt
import pytest

from tests import oidc_checks as checks
from tests.oidc_party import CALLBACK, Party, new_party
from tests.sign_in import PKCE, VERIFIER

pytestmark = pytest.mark.anyio

PAGE_NEEDED = {"login_required", "interaction_required", "consent_required", "account_selection_required"}


@pytest.fixture(params=["query", "form_post"])
async def party(request, side) -> Party:
    """A relying party of one plan or the other."""
    side.clock.advance(minutes=2)
    return await new_party(side, request.param)


def request_object(party: Party, **changed: str) -> str:
    """Return an unsigned request object (RFC 9101) for the usual request."""
    return jwt.encode({**party.request(party.client), **changed}, "", algorithm="none")


@pytest.mark.oidc_module("oidcc-server", plan="basic")
async def test_oidcc_server(party):
    tokens = await party.signs_in()

    assert tokens.body["expires_in"] == 86_400
    assert tokens.body["scope"] == "openid"


@pytest.mark.oidc_module("oidcc-response-type-missing", plan="basic")
async def test_oidcc_response_type_missing(party):
    outcome = await party.authorizes(response_type=None)

    assert outcome.params["error"] == "invalid_request"


@pytest.mark.oidc_module("oidcc-idtoken-signature", plan="basic")
async def test_oidcc_idtoken_signature(party):
    tokens = await party.signs_in()

    assert tokens.header["alg"] == "RS256"
    assert tokens.header["kid"] in {key["kid"] for key in (await party.keys())["keys"]}


@pytest.mark.oidc_module(
    "oidcc-idtoken-unsigned", plan="basic", result="skipped", note="unsigned ID tokens are not offered"
)
async def test_oidcc_idtoken_unsigned(party):
    assert "none" not in (await party.metadata())["id_token_signing_alg_values_supported"]


@pytest.mark.oidc_module("oidcc-userinfo-get", plan="basic")
async def test_oidcc_userinfo_get(party):
    tokens = await party.signs_in(scope="openid profile email")

    told = checks.check_userinfo(await party.userinfo(tokens.access_token), tokens.claims["sub"])

    assert told["account"] == party.wallet.key.address


@pytest.mark.oidc_module("oidcc-userinfo-post-header", plan="basic")
async def test_oidcc_userinfo_post_header(party):
    tokens = await party.signs_in()

    answer = await party.browser.post("/userinfo", authorization=f"Bearer {tokens.access_token}")

    assert checks.check_userinfo(answer, tokens.claims["sub"]) == tokens.userinfo


@pytest.mark.oidc_module("oidcc-userinfo-post-body", plan="basic")
async def test_oidcc_userinfo_post_body(party):
    tokens = await party.signs_in()

    answer = await party.browser.post("/userinfo", {"access_token": tokens.access_token})

    assert checks.check_userinfo(answer, tokens.claims["sub"]) == tokens.userinfo


@pytest.mark.oidc_module("oidcc-ensure-request-without-nonce-succeeds-for-code-flow", plan="basic")
async def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(party):
    tokens = await party.signs_in(nonce=None)

    assert "nonce" not in tokens.claims


@pytest.mark.oidc_module(
    "oidcc-scope-profile", plan="basic", result="passed with a warning", note="an account has no personal name here"
)
async def test_oidcc_scope_profile(party):
    told = (await party.signs_in(scope="openid profile")).userinfo

    assert told["preferred_username"] == party.wallet.key.address
    assert told["picture"].startswith("https://")
    assert not checks.EMAIL_CLAIMS & told.keys()


@pytest.mark.oidc_module("oidcc-scope-email", plan="basic")
async def test_oidcc_scope_email(party):
    told = (await party.signs_in(scope="openid email")).userinfo

    local_part, _, domain = told["email"].partition("@")
    assert (len(local_part), domain, told["email_verified"]) == (26, "mail.example", False)
    assert not checks.PROFILE_CLAIMS & told.keys()


@pytest.mark.oidc_module(
    "oidcc-scope-address", plan="basic", result="passed with a warning", note="nobody's address is known here"
)
async def test_oidcc_scope_address(party):
    assert "address" not in (await party.signs_in(scope="openid address")).userinfo


@pytest.mark.oidc_module(
    "oidcc-scope-phone", plan="basic", result="passed with a warning", note="nobody's telephone number is known here"
)
async def test_oidcc_scope_phone(party):
    assert "phone_number" not in (await party.signs_in(scope="openid phone")).userinfo


@pytest.mark.oidc_module(
    "oidcc-scope-all", plan="basic", result="passed with a warning", note="as for profile, address and phone"
)
async def test_oidcc_scope_all(party):
    told = (await party.signs_in(scope="openid profile email address phone")).userinfo

    assert {"preferred_username", "picture", "email", "email_verified"} <= told.keys()


@pytest.mark.oidc_module("oidcc-alternate-happy-flow", plan="basic")
async def test_oidcc_alternate_happy_flow(party):
    sent = party.request(party.client, scope="email profile openid")
    others = dict(reversed(sent.items()))

    tokens = await party.signs_in(**others)

    assert set(tokens.body["scope"].split()) == {"openid", "profile", "email"}


@pytest.mark.oidc_module("oidcc-display-page", plan="basic")
async def test_oidcc_display_page(party):
    await party.signs_in(display="page")


@pytest.mark.oidc_module("oidcc-display-popup", plan="basic")
async def test_oidcc_display_popup(party):
    await party.signs_in(display="popup")


@pytest.mark.oidc_module("oidcc-prompt-login", plan="basic")
async def test_oidcc_prompt_login(party):
    first = await party.signs_in()
    party.side.clock.advance(seconds=2)

    again = await party.authorizes(prompt="login")

    assert again.signed
    assert (await party.tokens(again)).claims["auth_time"] > first.claims["auth_time"]


@pytest.mark.oidc_module("oidcc-prompt-none-not-logged-in", plan="basic")
async def test_oidcc_prompt_none_not_logged_in(party):
    outcome = await party.authorizes(prompt="none")

    assert outcome.params["error"] in PAGE_NEEDED
    assert not outcome.signed


@pytest.mark.oidc_module("oidcc-prompt-none-logged-in", plan="basic")
async def test_oidcc_prompt_none_logged_in(party):
    first = await party.signs_in()
    party.side.clock.advance(seconds=2)

    again = await party.authorizes(prompt="none")

    assert not again.signed
    second = await party.tokens(again)
    assert [second.claims[name] for name in ("sub", "auth_time")] == [
        first.claims[name] for name in ("sub", "auth_time")
    ]


@pytest.mark.oidc_module("oidcc-max-age-1", plan="basic")
async def test_oidcc_max_age_1(party):
    first = await party.signs_in()
    party.side.clock.advance(seconds=2)

    again = await party.authorizes(max_age="1")

    assert again.signed
    assert (await party.tokens(again)).claims["auth_time"] == first.claims["auth_time"] + 2


@pytest.mark.oidc_module("oidcc-max-age-10000", plan="basic")
async def test_oidcc_max_age_10000(party):
    first = await party.signs_in(max_age="15000")
    party.side.clock.advance(seconds=2)

    again = await party.authorizes(max_age="10000")

    assert not again.signed
    assert (await party.tokens(again)).claims["auth_time"] == first.claims["auth_time"]


@pytest.mark.oidc_module("oidcc-ensure-request-with-unknown-parameter-succeeds", plan="basic")
async def test_oidcc_ensure_request_with_unknown_parameter_succeeds(party):
    await party.signs_in(extra="foobar")


@pytest.mark.oidc_module("oidcc-id-token-hint", plan="basic")
async def test_oidcc_id_token_hint(party):
    first = await party.signs_in()

    again = await party.authorizes(prompt="none", id_token_hint=first.id_token)

    assert not again.signed
    assert (await party.tokens(again)).claims["sub"] == first.claims["sub"]


@pytest.mark.oidc_module("oidcc-login-hint", plan="basic")
async def test_oidcc_login_hint(party):
    await party.signs_in(login_hint="buffy@sign.example")


@pytest.mark.oidc_module("oidcc-ui-locales", plan="basic")
async def test_oidcc_ui_locales(party):
    await party.signs_in(ui_locales="se")


@pytest.mark.oidc_module("oidcc-claims-locales", plan="basic")
async def test_oidcc_claims_locales(party):
    await party.signs_in(claims_locales="se")


@pytest.mark.oidc_module("oidcc-ensure-request-with-acr-values-succeeds", plan="basic")
async def test_oidcc_ensure_request_with_acr_values_succeeds(party):
    offered = (await party.metadata())["acr_values_supported"]

    tokens = await party.signs_in(acr_values=" ".join(offered))

    assert tokens.claims["acr"] in offered


@pytest.mark.oidc_module("oidcc-codereuse", plan="basic")
async def test_oidcc_codereuse(party):
    outcome = await party.authorizes()
    await party.tokens(outcome)

    checks.check_token_error(await party.redeems(outcome), "invalid_grant")


@pytest.mark.oidc_module("oidcc-codereuse-30seconds", plan="basic")
async def test_oidcc_codereuse_30seconds(party):
    outcome = await party.authorizes()
    tokens = await party.tokens(outcome)
    party.side.clock.advance(seconds=30)

    checks.check_token_error(await party.redeems(outcome), "invalid_grant")

    assert (await party.userinfo(tokens.access_token)).status_code == 401


@pytest.mark.oidc_module("oidcc-ensure-registered-redirect-uri", plan="basic")
async def test_oidcc_ensure_registered_redirect_uri(party):
    outcome = await party.authorizes(redirect_uri=f"{CALLBACK}/more")

    checks.check_error_page(outcome.page)


@pytest.mark.oidc_module("oidcc-ensure-post-request-succeeds", plan="basic")
async def test_oidcc_ensure_post_request_succeeds(party):
    await party.signs_in(by_form=True)


@pytest.mark.oidc_module("oidcc-server-client-secret-post", plan="basic")
async def test_oidcc_server_client_secret_post(party):
    await party.tokens(await party.authorizes(), by="post")


@pytest.mark.oidc_module(
    "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
    plan="basic",
    note="answered with request_uri_not_supported; pushed requests (RFC 9126) serve instead",
)
async def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(party):
    outcome = await party.authorizes(request_uri="https://suite.example/requests/1")

    assert outcome.params["error"] == "request_uri_not_supported"


@pytest.mark.oidc_module(
    "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
    plan="basic",
    note="answered with request_not_supported",
)
async def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(party):
    outcome = await party.authorizes(request=request_object(party))

    assert outcome.params["error"] == "request_not_supported"


@pytest.mark.oidc_module(
    "oidcc-claims-essential",
    plan="basic",
    result="passed with a warning",
    note="`claims` is ignored, and an account has no personal name here",
)
async def test_oidcc_claims_essential(party):
    tokens = await party.signs_in(claims='{"userinfo":{"name":{"essential":true}}}')

    assert "name" not in tokens.userinfo


@pytest.mark.oidc_module("oidcc-ensure-request-object-with-redirect-uri", plan="basic")
async def test_oidcc_ensure_request_object_with_redirect_uri(party):
    wrong = f"{CALLBACK}/wrong"

    outcome = await party.authorizes(redirect_uri=wrong, request=request_object(party, redirect_uri=CALLBACK))

    checks.check_error_page(outcome.page)


@pytest.mark.oidc_module("oidcc-refresh-token", plan="basic")
async def test_oidcc_refresh_token(party):
    asked = {"scope": "openid offline_access", "prompt": "consent"}
    first = await party.signs_in(**asked)
    foreign = await party.signs_in(party.client2, **asked, nonce="n" * 43)
    party.side.clock.advance(seconds=1)

    refreshed = await party.asks_for_tokens(grant_type="refresh_token", refresh_token=first.body["refresh_token"])
    second = checks.check_token_response(refreshed)
    scoped = await party.asks_for_tokens(
        grant_type="refresh_token", refresh_token=second["refresh_token"], scope="openid offline_access"
    )

    checks.check_token_response(scoped)
    assert refreshed.headers["pragma"] == "no-cache"
    assert second["access_token"] != first.access_token
    _, claims = await party.id_token(second, nonce=None)
    kept = ("iss", "sub", "aud", "auth_time")
    assert [claims[name] for name in kept] == [first.claims[name] for name in kept]
    assert claims["iat"] > first.claims["iat"]
    assert "azp" not in claims.keys() | first.claims.keys()
    stolen = await party.asks_for_tokens(grant_type="refresh_token", refresh_token=foreign.body["refresh_token"])
    checks.check_token_error(stolen, "invalid_grant")


@pytest.mark.oidc_module("oidcc-ensure-request-with-valid-pkce-succeeds", plan="basic")
async def test_oidcc_ensure_request_with_valid_pkce_succeeds(party):
    outcome = await party.authorizes(**PKCE)

    await party.tokens(outcome, code_verifier=VERIFIER)
