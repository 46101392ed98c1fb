"""The plan Config OP of the OpenID Foundation's conformance suite: what the provider says of itself."""

import re
from urllib.parse import urlsplit

import pytest

from tests.oidc_checks import Json
from tests.oidc_party import Party

pytestmark = pytest.mark.anyio

# What OpenID Connect Discovery 1.0, RP-Initiated, Back-Channel and Front-Channel Logout 1.0, RFC 8414, RFC 8628,
# RFC 9126 and RFC 9207 define, as far as we use it, and `prompt_values_supported` of Initiating User Registration 1.0.
STANDARD_MEMBERS = frozenset(
    {
        "acr_values_supported", "authorization_endpoint", "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported", "claim_types_supported", "claims_parameter_supported", "claims_supported",
        "code_challenge_methods_supported", "device_authorization_endpoint", "display_values_supported",
        "end_session_endpoint", "frontchannel_logout_supported", "grant_types_supported",
        "id_token_signing_alg_values_supported", "introspection_endpoint",
        "introspection_endpoint_auth_methods_supported", "issuer", "jwks_uri", "op_policy_uri", "op_tos_uri",
        "prompt_values_supported", "pushed_authorization_request_endpoint", "request_parameter_supported",
        "request_uri_parameter_supported", "require_pushed_authorization_requests",
        "require_request_uri_registration", "response_modes_supported", "response_types_supported",
        "revocation_endpoint", "revocation_endpoint_auth_methods_supported", "scopes_supported",
        "service_documentation", "subject_types_supported", "token_endpoint", "token_endpoint_auth_methods_supported",
        "ui_locales_supported", "userinfo_endpoint",
    }
)  # fmt: skip

_SCOPE_TOKEN = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")
_LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")


async def verified_discovery(party: Party) -> Json:
    """Do what the module does, and return the document."""
    answer = await party.browser.get("/.well-known/openid-configuration")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == "application/json"

    document = await party.metadata()
    await party.keys()
    parts = urlsplit(document["issuer"])
    assert (parts.scheme, parts.query, parts.fragment) == ("https", "", "")
    assert document.keys() <= STANDARD_MEMBERS
    for name, value in document.items():
        if name.endswith("_supported") and not isinstance(value, bool):
            assert isinstance(value, list), name
            assert value, name
            assert all(isinstance(one, str) for one in value), name
            assert len(set(value)) == len(value), name
    assert "code" in document["response_types_supported"]
    assert "authorization_code" in document["grant_types_supported"]
    assert set(document["subject_types_supported"]) <= {"public", "pairwise"}
    assert "RS256" in document["id_token_signing_alg_values_supported"]
    assert "openid" in document["scopes_supported"]
    assert all(_SCOPE_TOKEN.fullmatch(scope) for scope in document["scopes_supported"])
    assert all(_LOCALE.fullmatch(locale) for locale in document["ui_locales_supported"])
    assert document["code_challenge_methods_supported"] == ["S256"]
    assert {"sub", "iss", "aud"} <= set(document["claims_supported"])
    return document


@pytest.mark.oidc_module("oidcc-discovery-endpoint-verification", plan="config")
async def test_oidcc_discovery_endpoint_verification(party):
    await verified_discovery(party)


@pytest.mark.oidc_module("oidcc-rp-initiated-logout-discovery-endpoint-verification", plan="logout")
async def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(party):
    document = await verified_discovery(party)

    assert document["end_session_endpoint"] == f"{party.issuer}/logout"


async def test_the_claims_of_a_token_are_among_those_announced(party):
    announced = set((await party.metadata())["claims_supported"])

    tokens = await party.signs_in(scope="openid profile email")

    assert tokens.claims.keys() | tokens.userinfo.keys() <= announced
