"""Tokens, ID tokens and receipts, checked offline: what counts, and everything that must not."""

import base64
import hmac
import json

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from sealgate_client import Misconfigured, Sealgate, TokenInvalid
from sealgate_client.tokens import verify_id_token, verify_receipt, verify_token

NOON_S = 1_768_478_400
KEY, ISSUER = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70", "https://sign.example"
SECRET = "c2a7e1d4-6b3f-4a90-8e5c-7f1b9d2a4c60"
ALICE = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CLAIMS = {"iss": ISSUER, "aud": KEY, "client_id": KEY, "sub": ALICE, "iat": NOON_S, "exp": NOON_S + 86_400}
XAPP_CLAIMS = {"client_id": KEY, "sub": ALICE, "iat": NOON_S, "exp": NOON_S + 86_400}


def jwks(kid="k1", **members):
    key = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(PRIVATE.public_key()))
    return {"keys": [{**key, "kid": kid, "use": "sig", "alg": "RS256", **members}]}


def signed(claims, *, typ="at+jwt", kid="k1", **changes):
    return jwt.encode({**claims, **changes}, PRIVATE, algorithm="RS256", headers={"typ": typ, "kid": kid})


def verified(token, **arguments):
    known = {"api_key": KEY, "api_secret": SECRET, "issuer": ISSUER, "jwks": jwks(), "now": NOON_S + 60}
    return verify_token(token, **{**known, **arguments})


def base64url(content):
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def without(claims, name):
    return {key: value for key, value in claims.items() if key != name}


HOSTILE = {
    "an ID token": (lambda: signed(CLAIMS, typ="JWT"), "wrong_kind"),
    "a receipt": (lambda: signed(CLAIMS, typ="payload-receipt+jwt"), "wrong_kind"),
    "an unknown key": (lambda: signed(CLAIMS, kid="k2"), "unknown_key"),
    "no key": (lambda: jwt.encode(CLAIMS, PRIVATE, algorithm="RS256", headers={"typ": "at+jwt"}), "unknown_key"),
    "another server": (lambda: signed(CLAIMS, iss="https://elsewhere.example"), "wrong_issuer"),
    "another audience": (lambda: signed(CLAIMS, aud="another"), "wrong_app"),
    "another client": (lambda: signed(CLAIMS, client_id="another"), "wrong_app"),
    "no end": (lambda: signed(without(CLAIMS, "exp")), "incomplete"),
    "an end in words": (lambda: signed(CLAIMS, exp="tomorrow"), "incomplete"),
    "an end that is true": (lambda: signed(CLAIMS, exp=True), "incomplete"),
    "nobody": (lambda: signed(without(CLAIMS, "sub")), "incomplete"),
    "issued in the future": (lambda: signed(CLAIMS, iat=NOON_S + 600), "not_yet"),
    "valid in the future": (lambda: signed(CLAIMS, nbf=NOON_S + 600), "not_yet"),
    "another text": (
        lambda: signed(CLAIMS, sub="another").rpartition(".")[0] + signed(CLAIMS)[-343:],
        "wrong_signature",
    ),
    "letters that are none": (lambda: signed(CLAIMS)[:-1] + "!", "malformed"),
    "no signature": (lambda: signed(CLAIMS).rsplit(".", 1)[0], "malformed"),
    "no algorithm": (lambda: jwt.encode(CLAIMS, "", algorithm="none", headers={"typ": "at+jwt"}), "wrong_alg"),
    "too long": (lambda: f"{'a' * 20_000}..", "malformed"),
    "nothing but dots": (lambda: "..", "malformed"),
    "nothing": (lambda: "", "malformed"),
    "a list for a header": (lambda: "W10.e30.", "malformed"),
}


class TestAnAccessToken:
    def test_says_who_calls(self):
        claims = verified(signed(CLAIMS, usertoken_uuidv4="u", network_type="MAINNET"))

        assert (claims.account, claims.user_token, claims.network) == (ALICE, "u", "MAINNET")
        assert claims.expires_at == NOON_S + 86_400

    def test_counts_until_it_expires(self):
        token = signed(CLAIMS)

        assert verified(token, now=NOON_S + 86_400 + 29)
        with pytest.raises(TokenInvalid) as late:
            verified(token, now=NOON_S + 86_400 + 30)
        assert late.value.code == "expired"

    @pytest.mark.parametrize("name", list(HOSTILE))
    def test_that_is_not_right_is_refused_with_its_reason(self, name):
        make, code = HOSTILE[name]

        with pytest.raises(TokenInvalid) as refused:
            verified(make())

        assert refused.value.code == code

    def test_is_never_checked_with_a_public_key_as_a_secret(self):
        public = PRIVATE.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        for header in ({"alg": "HS256", "typ": "JWT"}, {"alg": "HS256", "typ": "at+jwt", "kid": "k1"}):
            text = ".".join(base64url(json.dumps(part).encode()) for part in (header, CLAIMS))
            forged = f"{text}.{base64url(hmac.digest(public, text.encode(), 'sha256'))}"
            with pytest.raises(TokenInvalid):
                verified(forged)

    def test_of_a_key_of_another_kind_is_refused(self):
        octets = {"keys": [{"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3I", "kid": "k1"}]}

        with pytest.raises(TokenInvalid) as refused:
            verified(signed(CLAIMS), jwks=octets)

        assert refused.value.code == "wrong_alg"

    def test_needs_keys_and_an_issuer_to_compare_with(self):
        for lacking in ({"jwks": None}, {"issuer": ""}):
            with pytest.raises(Misconfigured):
                verified(signed(CLAIMS), **lacking)


class TestTheTokenOfAnXapp:
    def made(self, secret=SECRET, headers=None, **changes):
        return jwt.encode({**XAPP_CLAIMS, **changes}, secret, algorithm="HS256", headers=headers)

    def test_is_checked_with_the_secret_alone(self):
        assert verified(self.made(), issuer="", jwks=None).account == ALICE

    def test_counts_with_either_secret_of_a_rotation(self):
        old = "00000000-1111-4222-8333-444444444444"

        assert verified(self.made(old), api_secret=[SECRET, old]).account == ALICE

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            ({"secret": "00000000-1111-4222-8333-444444444444"}, "wrong_signature"),
            ({"client_id": "another"}, "wrong_app"),
            ({"headers": {"kid": "k1"}}, "wrong_kind"),
            ({"headers": {"typ": "at+jwt"}}, "wrong_kind"),
            ({"exp": NOON_S - 60}, "expired"),
        ],
    )
    def test_that_is_not_right_is_refused_with_its_reason(self, changes, code):
        with pytest.raises(TokenInvalid) as refused:
            verified(self.made(**changes))

        assert refused.value.code == code

    def test_is_refused_where_there_is_no_secret(self):
        with pytest.raises(TokenInvalid) as refused:
            verified(self.made(), api_secret="")

        assert refused.value.code == "wrong_kind"


class TestAnIdToken:
    def check(self, token, **arguments):
        known = {"api_key": KEY, "issuer": ISSUER, "jwks": jwks(), "now": NOON_S + 60}
        return verify_id_token(token, **{**known, **arguments})

    def test_answers_one_sign_in(self):
        token = signed(CLAIMS, typ="JWT", nonce="n")

        assert self.check(token, nonce="n").account == ALICE
        with pytest.raises(TokenInvalid) as refused:
            self.check(token, nonce="m")
        assert refused.value.code == "wrong_nonce"

    def test_is_no_access_token_and_the_other_way_round(self):
        with pytest.raises(TokenInvalid):
            self.check(signed(CLAIMS))
        with pytest.raises(TokenInvalid):
            verified(signed(CLAIMS, typ="JWT"))

    def test_may_name_several_apps(self):
        assert self.check(signed(CLAIMS, typ="JWT", aud=["another", KEY])).account == ALICE


class TestAReceipt:
    def test_does_not_expire(self):
        receipt = signed({"iss": ISSUER, "aud": KEY, "sub": ALICE, "iat": 0}, typ="payload-receipt+jwt")

        assert verify_receipt(receipt, api_key=KEY, issuer=ISSUER, jwks=jwks())["sub"] == ALICE

    def test_is_no_token_of_a_user(self):
        with pytest.raises(TokenInvalid):
            verify_receipt(signed(CLAIMS), api_key=KEY, issuer=ISSUER, jwks=jwks())


class TestTheKeysOfAServer:
    @pytest.fixture
    def fetched(self):
        """What was fetched of the server: a new key each time."""
        return []

    @pytest.fixture
    def client(self, fetched, monkeypatch):
        def published(request):
            fetched.append(request.url.path)
            return httpx.Response(200, json=jwks(kid=f"k{len(fetched)}"))

        monkeypatch.setattr("sealgate_client.tokens.time.time", lambda: NOON_S + 60)
        with httpx.Client(transport=httpx.MockTransport(published)) as http:
            yield Sealgate(ISSUER, KEY, SECRET, http=http)

    def test_are_fetched_once(self, client, fetched):
        for _ in range(3):
            assert client.verify_token(signed(CLAIMS)).account == ALICE

        assert fetched == ["/certs"]

    def test_are_fetched_anew_for_a_key_that_is_new_but_not_at_every_call(self, client, fetched, monkeypatch):
        now = [1000.0]
        monkeypatch.setattr("sealgate_client._calls.time.monotonic", lambda: now[0])
        client.verify_token(signed(CLAIMS))

        for _ in range(3):
            with pytest.raises(TokenInvalid):
                client.verify_token(signed(CLAIMS, kid="k2"))
        assert fetched == ["/certs"]

        now[0] += 11
        assert client.verify_token(signed(CLAIMS, kid="k2")).account == ALICE
        assert fetched == ["/certs"] * 2

    def test_are_not_needed_for_the_token_of_an_xapp(self, client, fetched):
        assert client.verify_token(jwt.encode(XAPP_CLAIMS, SECRET, algorithm="HS256")).account == ALICE
        assert fetched == []
