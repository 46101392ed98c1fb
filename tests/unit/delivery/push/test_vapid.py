"""The proof of who sends a push, checked by an independent library."""

from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from joserfc.jwk import ECKey

from sealgate.base.clock import to_unix_s
from sealgate.base.settings import Settings
from sealgate.delivery.push.vapid import TOKEN_LIFETIME, Vapid, origin_of, subject_of
from sealgate.tokens.vapid_key import VapidKey
from tests.conftest import NOON

KEY = VapidKey(ECKey.generate_key("P-256"))
ENDPOINT = "https://push.example/send/abc?d=e"


def read(authorization: str, *, audience: str) -> dict[str, Any]:
    """Verify the token as a push service does, with the key that comes along, and return its claims."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.split("=", 1) for part in rest.split(", "))
    assert (scheme, parts["k"]) == ("vapid", KEY.application_server_key)
    point = urlsafe_b64decode(parts["k"] + "=")
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    assert jwt.get_unverified_header(parts["t"]) == {"typ": "JWT", "alg": "ES256"}
    claims = jwt.decode(parts["t"], key, algorithms=["ES256"], audience=audience, options={"verify_exp": False})
    return dict(claims)


class TestAuthorization:
    def test_is_a_token_for_the_push_service_alone(self):
        vapid = Vapid(KEY, subject="mailto:operator@example.org")

        claims = read(vapid.authorization(ENDPOINT, now=NOON), audience="https://push.example")

        assert claims == {
            "aud": "https://push.example",
            "exp": to_unix_s(NOON + TOKEN_LIFETIME),
            "sub": "mailto:operator@example.org",
        }

    def test_names_nobody_where_nobody_can_be_named(self):
        claims = read(Vapid(KEY, subject=None).authorization(ENDPOINT, now=NOON), audience="https://push.example")

        assert "sub" not in claims

    def test_is_kept_for_an_origin_until_an_hour_before_it_ends(self):
        vapid = Vapid(KEY, subject=None)
        first = vapid.authorization(ENDPOINT, now=NOON)

        assert vapid.authorization("https://push.example/other", now=NOON + timedelta(hours=10, minutes=59)) == first
        assert vapid.authorization(ENDPOINT, now=NOON + timedelta(hours=11)) != first
        assert vapid.authorization("https://other.example/send", now=NOON) != first

    def test_is_kept_for_a_bounded_number_of_origins(self):
        vapid = Vapid(KEY, subject=None)
        first = vapid.authorization(ENDPOINT, now=NOON)

        for number in range(512):
            vapid.authorization(f"https://{number}.example/", now=NOON)

        assert vapid.authorization(ENDPOINT, now=NOON) != first


class TestOriginOf:
    @pytest.mark.parametrize(
        ("endpoint", "origin"),
        [
            ("https://push.example/a", "https://push.example"),
            ("https://Push.Example:443/a", "https://push.example"),
            ("https://push.example:8443/a", "https://push.example:8443"),
            ("http://127.0.0.1:9000/a", "http://127.0.0.1:9000"),
            ("https://[2001:DB8::1]:8443/a", "https://[2001:db8::1]:8443"),
        ],
    )
    def test_is_what_the_push_service_calls_itself(self, endpoint, origin):
        assert origin_of(endpoint) == origin


class TestSubjectOf:
    def test_is_what_is_set(self):
        assert subject_of(Settings(push_contact="mailto:a@b.example", public_url="https://s.example")) == (
            "mailto:a@b.example"
        )

    def test_is_else_the_servers_own_address_if_that_is_https(self):
        assert subject_of(Settings(public_url="https://s.example")) == "https://s.example"
        assert subject_of(Settings(public_url="http://localhost:8080")) is None
