import pytest

from sealgate.apps.features import Features
from sealgate.apps.model import DEVICE_CODE
from sealgate.base.settings import Settings
from sealgate.oauth.discovery import metadata

SETTINGS = Settings(public_url="https://sign.example", issuer="https://id.example")
ALL = Features(implicit=True, refresh=True, device=True, es256=True)


class TestTheMetadata:
    def test_is_of_the_issuer_wherever_pages_are(self):
        document = metadata(SETTINGS, ALL)

        assert document["issuer"] == "https://id.example"
        for name, value in document.items():
            if name.endswith("_endpoint") or name == "jwks_uri":
                assert value.startswith("https://id.example/"), name

    def test_lists_nothing_that_no_app_may_use(self):
        document = metadata(SETTINGS, Features())

        assert document["grant_types_supported"] == ["authorization_code"]
        assert document["response_types_supported"] == ["code"]
        assert document["id_token_signing_alg_values_supported"] == ["RS256"]
        assert "offline_access" not in document["scopes_supported"]
        assert "device_authorization_endpoint" not in document

    @pytest.mark.parametrize(
        ("features", "name", "value"),
        [
            (Features(implicit=True), "response_types_supported", "token"),
            (Features(implicit=True), "grant_types_supported", "implicit"),
            (Features(refresh=True), "grant_types_supported", "refresh_token"),
            (Features(refresh=True), "scopes_supported", "offline_access"),
            (Features(device=True), "grant_types_supported", DEVICE_CODE),
            (Features(es256=True), "id_token_signing_alg_values_supported", "ES256"),
        ],
    )
    def test_lists_what_an_app_may_use(self, features, name, value):
        assert value in metadata(SETTINGS, features)[name]

    def test_promises_an_address_only_where_there_is_a_domain(self):
        plain = metadata(SETTINGS, ALL)["claims_supported"]
        named = metadata(Settings(mail_domain="mail.example"), ALL)["claims_supported"]

        assert set(named) - set(plain) == {"email", "email_verified"}

    def test_says_what_the_standards_default_to_otherwise(self):
        document = metadata(SETTINGS, ALL)

        # Left out, these would mean yes, fragment, and client_secret_basic alone.
        assert document["request_uri_parameter_supported"] is False
        assert document["response_modes_supported"] == ["query", "fragment", "form_post"]
        assert "none" in document["token_endpoint_auth_methods_supported"]
        assert "none" not in document["introspection_endpoint_auth_methods_supported"]
