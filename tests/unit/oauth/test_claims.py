from datetime import timedelta
from hashlib import sha256

import msgspec
import pytest

from sealgate.apps.model import App
from sealgate.base.clock import to_unix_s
from sealgate.oauth.claims import access_claims, at_hash, full_email, id_claims, short_email
from sealgate.oauth.model import ACR_BOUND, Grant
from tests.conftest import NOON

CLIENT = "11111111-1111-4111-8111-111111111111"
ALICE = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
ISSUER = "https://id.example"
JTI = "22222222-2222-4222-8222-222222222222"
SIGNED_AT = NOON - timedelta(minutes=3)

APP = App(uuid=CLIENT, name="Corner Shop", created_at=NOON)
COMPAT = Grant(
    uuid="33333333-3333-4333-8333-333333333333",
    app_uuid=CLIENT,
    account=ALICE,
    payload_uuid="44444444-4444-4444-8444-444444444444",
    user_token="55555555-5555-4555-8555-555555555555",
    network_type="MAINNET",
    network_endpoint="wss://node.example",
    network_id=0,
    scope="XummPkce",
    state="abc",
    nonce="n-1",
    auth_time=SIGNED_AT,
    created_at=NOON,
    amr=("pop", "pin"),
)
OIDC = msgspec.structs.replace(COMPAT, scope="openid profile", shape="oidc")


def access(grant, app=APP, **more):
    return access_claims(grant, app, issuer=ISSUER, jti=JTI, now=NOON, **more)


class TestAnAccessTokenOfOldClients:
    def test_has_every_claim_they_know(self):
        assert access(COMPAT) == {
            "iss": ISSUER,
            "aud": CLIENT,
            "client_id": CLIENT,
            "app_uuidv4": CLIENT,
            "app_name": "Corner Shop",
            "sub": ALICE,
            "email": f"{CLIENT}+{ALICE}@users.invalid",
            "scope": "XummPkce",
            "nonce": "n-1",
            "payload_uuidv4": COMPAT.payload_uuid,
            "usertoken_uuidv4": COMPAT.user_token,
            "network_type": "MAINNET",
            "network_endpoint": "wss://node.example",
            "network_id": 0,
            "iat": to_unix_s(NOON),
            "exp": to_unix_s(NOON) + 86_400,
            "auth_time": to_unix_s(SIGNED_AT),
            "jti": JTI,
        }

    @pytest.mark.parametrize("implicit", [False, True])
    def test_repeats_the_state_only_where_it_went_through_the_front_channel(self, implicit):
        assert ("state" in access(COMPAT, implicit=implicit)) is implicit

    @pytest.mark.parametrize("implicit", [False, True])
    def test_has_the_network_as_a_number_in_both_flows(self, implicit):
        assert access(COMPAT, implicit=implicit)["network_id"] == 0

    def test_has_the_push_token_even_where_there_is_none(self):
        without = msgspec.structs.replace(COMPAT, user_token=None, payload_uuid=None)

        claims = access(without)

        assert claims["usertoken_uuidv4"] is None
        assert claims["payload_uuidv4"] is None

    def test_leaves_out_what_was_never_known(self):
        bare = msgspec.structs.replace(
            COMPAT, scope=None, nonce=None, network_type=None, network_endpoint=None, network_id=None
        )

        claims = access(bare)

        assert claims.keys().isdisjoint({"scope", "nonce", "network_type", "network_endpoint", "network_id"})

    def test_lives_as_long_as_the_app_says(self):
        brief = msgspec.structs.replace(APP, access_token_ttl_s=600)

        claims = access(COMPAT, brief)

        assert claims["exp"] - claims["iat"] == 600


class TestAnAccessTokenOfOpenIdConnect:
    def test_has_how_the_person_signed_and_nothing_of_the_request(self):
        claims = access(OIDC, implicit=True)

        assert claims["acr"] == ACR_BOUND
        assert claims["amr"] == ["pop", "pin"]
        assert claims.keys().isdisjoint({"nonce", "state", "email"})


class TestAnIdToken:
    def test_has_these_claims_and_no_others(self):
        assert id_claims(OIDC, APP, issuer=ISSUER, now=NOON) == {
            "iss": ISSUER,
            "sub": ALICE,
            "aud": CLIENT,
            "iat": to_unix_s(NOON),
            "exp": to_unix_s(NOON) + 3600,
            "auth_time": to_unix_s(SIGNED_AT),
            "nonce": "n-1",
            "acr": ACR_BOUND,
            "amr": ["pop", "pin"],
        }

    def test_has_no_nonce_where_it_renews_another(self):
        renewed = id_claims(OIDC, APP, issuer=ISSUER, now=NOON + timedelta(hours=2), refreshed=True)

        assert "nonce" not in renewed
        assert renewed["auth_time"] == to_unix_s(SIGNED_AT)


class TestTheHashOfAnAccessToken:
    def test_is_that_of_the_specification(self):
        # The example of OpenID Connect Core 1.0, A.3.
        assert at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y") == "77QmUPtjPfzWtF2AnpK9RQ"

    def test_is_half_of_the_digest(self):
        assert len(at_hash("x")) == (len(sha256(b"x").digest()) // 2 * 8 + 5) // 6


class TestAnAddress:
    def test_is_in_full_what_old_clients_know(self):
        assert full_email(CLIENT, ALICE, "mail.example") == f"{CLIENT}+{ALICE}@mail.example"

    def test_is_short_enough_for_mail(self):
        address = short_email(CLIENT, ALICE, "mail.example", lambda text: sha256(text.encode()).digest())

        local_part, _, domain = address.partition("@")
        assert domain == "mail.example"
        assert len(local_part) == 26
        assert local_part.isalnum()

    def test_differs_by_app_and_account(self):
        def mac(text):
            return sha256(text.encode()).digest()

        addresses = {short_email(c, a, "x.example", mac) for c in (CLIENT, JTI) for a in (ALICE, "rBob")}

        assert len(addresses) == 4
