from hashlib import sha256

import pytest

from sealgate.oauth.userinfo import userinfo

CLIENT = "11111111-1111-4111-8111-111111111111"
ALICE = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
CLAIMS = {
    "sub": ALICE,
    "client_id": CLIENT,
    "network_type": "MAINNET",
    "network_endpoint": "wss://node.example",
    "network_id": 0,
}


def asked(claims, mail_domain="mail.example"):
    return userinfo(
        claims,
        public_url="https://sign.example",
        mail_domain=mail_domain,
        mac=lambda text: sha256(text.encode()).digest(),
    )


class TestWhatOldClientsGet:
    def test_is_all_fifteen_members(self):
        assert asked(CLAIMS) == {
            "sub": ALICE,
            "email": f"{CLIENT}+{ALICE}@mail.example",
            "picture": f"https://sign.example/avatar/{ALICE}.png",
            "account": ALICE,
            "name": None,
            "domain": None,
            "blocked": False,
            "source": "",
            "force_dtag": False,
            "kycApproved": False,
            "proSubscription": False,
            "profile": {"slug": None, "profileUrl": None, "accountSlug": None, "payString": None},
            "networkType": "MAINNET",
            "networkEndpoint": "wss://node.example",
            "networkId": 0,
        }

    def test_is_all_fifteen_even_where_the_network_is_unknown(self):
        bare = {"sub": ALICE, "client_id": CLIENT}

        assert asked(bare).keys() == asked(CLAIMS).keys()
        assert asked(bare)["networkType"] is None

    @pytest.mark.parametrize("scope", ["XummPkce", "somescope", "identity payload", "openidx"])
    def test_comes_with_any_scope_but_openid(self, scope):
        assert asked(CLAIMS | {"scope": scope}) == asked(CLAIMS)

    def test_comes_with_openid_too_where_the_token_is_one_of_the_implicit_flow(self):
        implicit = CLAIMS | {"scope": "openid profile", "email": f"{CLIENT}+{ALICE}@mail.example"}

        assert asked(implicit) == asked(CLAIMS)


class TestWhatOpenIdConnectClientsGet:
    @pytest.mark.parametrize("scope", ["openid", "openid profile email", "email profile openid", "openid phone"])
    def test_has_no_nulls_and_no_blank_texts(self, scope):
        told = asked({"sub": ALICE, "client_id": CLIENT, "scope": scope})

        assert None not in told.values()
        assert "" not in told.values()
        assert all(not isinstance(value, dict) for value in told.values())

    def test_is_little_with_openid_alone(self):
        told = asked(CLAIMS | {"scope": "openid"})

        assert told["sub"] == told["account"] == ALICE
        assert told.keys().isdisjoint({"email", "picture", "preferred_username", "name"})

    def test_has_the_claims_of_a_profile_where_it_is_asked_for(self):
        told = asked(CLAIMS | {"scope": "openid profile"})

        assert told["preferred_username"] == ALICE
        assert told["picture"].startswith("https://")

    def test_has_an_address_that_is_not_verified(self):
        told = asked(CLAIMS | {"scope": "openid email"})

        assert len(told["email"].partition("@")[0]) <= 64
        assert told["email_verified"] is False

    def test_has_no_address_where_the_operator_has_no_domain(self):
        assert asked(CLAIMS | {"scope": "openid email"}, mail_domain="").keys().isdisjoint({"email", "email_verified"})
