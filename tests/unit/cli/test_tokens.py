"""`sealgate token verify`: every slip has its words, and the secret is in none of them."""

import json
from datetime import UTC, datetime, timedelta
from importlib import import_module

import msgspec
import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, RSAKey
from typer.testing import CliRunner

from sealgate.apps.model import App
from sealgate.base.errors import SealgateError
from sealgate.holders.thumbprint import to_base64url
from sealgate.tokens.jws import public_jwk
from sealgate.tokens.xapp_tokens import sign_xapp_token
from tests.token_side import ALICE, ISSUER, claims

cli = import_module("sealgate.cli.main").cli

SECRET = "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b"
KEY = "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"
OTHER_KEY = "0c5b9d2a-4e1f-4c63-9a70-3d8e2f6b1c94"
RSA, OTHER_RSA, EC = RSAKey.generate_key(2048), RSAKey.generate_key(2048), ECKey.generate_key("P-256")


def now():
    return datetime.now(UTC)


def xapp_token(*, app=KEY, secret=SECRET, issued=timedelta()):
    return sign_xapp_token(
        secret, app=App(uuid=app, name="Corner Shop", created_at=now()), ott="4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52",
        account=ALICE, context={"nodetype": "MAINNET"}, user_token=None, now=now() + issued,
    )  # fmt: skip


def signed(key=RSA, *, alg="RS256", typ="at+jwt", kid=None, issued=timedelta(), **more):
    header = {"alg": alg, "typ": typ, "kid": kid or key.thumbprint()}
    inside = claims(now() + issued, client_id=KEY, **more)
    return jws.serialize_compact(header, msgspec.json.encode(inside), key, algorithms=[alg])


@pytest.fixture
def jwks(tmp_path):
    """A file with the server's keys."""
    path = tmp_path / "jwks.json"
    path.write_text(json.dumps({"keys": [public_jwk(RSA, "RS256"), public_jwk(EC, "ES256")]}))
    return str(path)


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """A developer's shell with key and secret, in a folder without a sandbox."""
    monkeypatch.chdir(tmp_path)
    for name in ("SEALGATE_URL", "SEALGATE_API_KEY", "SEALGATE_API_SECRET"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SEALGATE_API_KEY", KEY)
    monkeypatch.setenv("SEALGATE_API_SECRET", SECRET)


def words_of(refusal):
    """Return what a refusal says, nothing where there is none."""
    if refusal is None:
        return ""
    assert isinstance(refusal, SealgateError), refusal
    return f"{refusal.message} {refusal.hint}"


def verify(token, *options, stdin=None):
    """Run the command; return its answer, and the refusal's words where it refuses."""
    said = CliRunner().invoke(cli, ["token", "verify", token, *options, "--json"], input=stdin)
    refusal = words_of(said.exception)
    for secret in (SECRET, SECRET.replace("-", "")):
        assert secret not in said.output + refusal
    return json.loads(said.stdout), refusal


def code_of(token, *options, stdin=None):
    answer, refusal = verify(token, *options, stdin=stdin)
    assert answer["valid"] is False
    assert refusal
    return [problem["code"] for problem in answer["problems"]]


class TestWhatCounts:
    def test_an_xapps_jwt_by_the_secret_of_the_environment(self):
        answer, refusal = verify(xapp_token())

        assert (answer["valid"], answer["kind"], answer["problems"], refusal) == (True, "xapp", [], "")
        assert answer["claims"]["sub"] == ALICE
        assert answer["header"] == {"alg": "HS256", "typ": "JWT"}

    @pytest.mark.parametrize(("key", "alg"), [(RSA, "RS256"), (EC, "ES256")])
    def test_an_access_token_by_published_keys(self, jwks, key, alg):
        answer, _ = verify(signed(key, alg=alg), "--jwks", jwks)

        assert (answer["valid"], answer["kind"]) == (True, "access")

    def test_an_id_token_where_one_is_expected(self, jwks):
        assert verify(signed(typ="JWT"), "--jwks", jwks, "--id-token", "--issuer", ISSUER)[0]["valid"]

    @pytest.mark.parametrize("wrapped", ["{}\n", '"{}"', "Bearer {}", "  {}  "])
    def test_what_people_copy_along_does_not_matter(self, wrapped):
        assert verify("-", stdin=wrapped.format(xapp_token()))[0]["valid"]

    def test_the_secret_may_come_from_standard_input(self, monkeypatch):
        monkeypatch.delenv("SEALGATE_API_SECRET")

        assert verify(xapp_token(), "--secret", "-", stdin=f"{SECRET}\n")[0]["valid"]

    def test_another_apps_by_its_own_secret(self):
        other = "1b9e4c77-2f05-4d38-8c6a-90d7e3f5a2b4"

        answer, refusal = verify(xapp_token(app=OTHER_KEY, secret=other), "--secret", other)

        assert (answer["valid"], answer["app"], refusal) == (True, OTHER_KEY, "")

    def test_another_apps_by_keys_that_are_named(self, jwks):
        assert verify(signed(aud=OTHER_KEY), "--jwks", jwks)[0]["app"] == OTHER_KEY

    def test_another_apps_is_refused_where_the_app_is_named_as_well(self, jwks):
        assert code_of(signed(aud=OTHER_KEY), "--jwks", jwks, "--audience", KEY) == ["wrong_app"]
        assert code_of(xapp_token(app=OTHER_KEY), "--secret", SECRET, "--audience", KEY) == ["wrong_app"]

    def test_people_are_shown_what_is_inside_and_when_it_ends(self):
        said = CliRunner().invoke(cli, ["token", "verify", xapp_token()])

        assert said.exit_code == 0
        assert "The JWT of an xApp, HS256" in said.stdout
        assert ALICE in said.stdout
        assert f"It counts. It is for the app {KEY}." in said.stdout
        assert f"{(now() + timedelta(days=1)).year}-" in said.stdout


class TestWhatIsNoToken:
    @pytest.mark.parametrize(
        ("text", "code", "words"),
        [("", "not_a_jwt", "empty"), ("undefined", "not_a_jwt", "the word 'undefined'"),
         (KEY, "not_a_jwt", "jwt/authorize"), ("abc", "not_a_jwt", "one word"), ("a.b", "not_a_jwt", "this has 2"),
         ("a.b.c.d.e", "not_a_jwt", "encrypted"), ("é.é.é", "not_a_jwt", "first of the three"),
         ("e30.e3+.AA", "not_a_jwt", "second of the three"), ("AAAA.e30.AA", "not_a_jwt", "first of the three"),
         ("e30.AAAA.AA", "not_a_jwt", "claims are damaged"), ("e30.e30.A", "truncated", "cut off"),
         ("a" * 20_000, "not_a_jwt", "20,000")],
    )  # fmt: skip
    def test_is_told_by_what_it_is(self, text, code, words):
        answer, refusal = verify("-", stdin=text)

        assert [problem["code"] for problem in answer["problems"]] == [code]
        assert words in refusal
        assert (answer["header"], answer["claims"]) == (None, None)

    def test_a_missing_or_short_signature_is_a_token_cut_off(self):
        head, payload, signature = xapp_token().split(".")

        for cut in (f"{head}.{payload}", f"{head}.{payload}.", f"{head}.{payload}.{signature[:20]}"):
            assert code_of(cut) == ["truncated"]


class TestAlgorithms:
    @pytest.mark.parametrize("alg", ["none", "HS512", "PS256", 7, None])
    def test_that_are_not_ours_are_refused_before_any_key_is_looked_at(self, alg):
        head = to_base64url(json.dumps({"alg": alg, "typ": "JWT"}).encode())

        assert code_of(".".join((head, *xapp_token().split(".")[1:]))) == ["wrong_alg"]

    def test_a_public_key_used_as_a_secret_is_a_header_that_nobody_here_writes(self, jwks):
        public = RSA.as_pem(private=False)
        token = signed(OctKey.import_key(b"x" * 32), alg="HS256", kid=RSA.thumbprint())
        forged = token.rpartition(".")[0]

        assert public
        assert code_of(f"{forged}.{to_base64url(bytes(32))}", "--jwks", jwks) == ["foreign_header"]

    def test_a_key_of_another_algorithm_under_the_kid_is_told(self, jwks):
        assert code_of(signed(EC, alg="ES256", kid=RSA.thumbprint()), "--jwks", jwks) == ["wrong_alg"]


class TestSecrets:
    @pytest.mark.parametrize(
        ("given", "words"),
        [(SECRET.replace("-", ""), "lost its dashes"), (SECRET.upper(), "capital letters"),
         (f'"{SECRET}"', "quotation marks"), (f" {SECRET} ", "white space"), (KEY, "API key"),
         (SECRET.replace("-", "").upper(), "dashes and has capital"), ("whsec_abc", "webhook secret"),
         (OTHER_KEY, "did not sign"), ("", "did not sign"), ("-----BEGIN PUBLIC KEY-----", "did not sign")],
    )  # fmt: skip
    def test_each_usual_slip_has_its_words(self, given, words):
        answer, refusal = verify(xapp_token(), f"--secret={given}")

        assert [problem["code"] for problem in answer["problems"]] == ["wrong_secret"]
        assert words in refusal

    def test_without_any_the_cure_is_told(self, monkeypatch):
        monkeypatch.delenv("SEALGATE_API_SECRET")

        said = CliRunner().invoke(cli, ["token", "verify", xapp_token()])

        assert said.exit_code == 1
        assert "SEALGATE_API_SECRET" in words_of(said.exception)

    def test_token_and_secret_cannot_both_come_from_standard_input(self):
        assert CliRunner().invoke(cli, ["token", "verify", "-", "--secret", "-"]).exit_code == 2


class TestKeys:
    def test_an_unknown_kid_and_a_changed_token_are_different_things(self, jwks):
        changed = signed(RSA).split(".")
        changed[1] = to_base64url(json.dumps(claims(now(), client_id=KEY, sub="rEve")).encode())

        assert code_of(signed(OTHER_RSA), "--jwks", jwks) == ["unknown_kid"]
        assert code_of(signed(OTHER_RSA, kid=RSA.thumbprint()), "--jwks", jwks) == ["wrong_signature"]
        assert code_of(".".join(changed), "--jwks", jwks) == ["wrong_signature"]

    @pytest.mark.parametrize("content", [None, "no json", "[]", "{}", '{"keys":[1]}'])
    def test_keys_that_cannot_be_read_are_no_reason_to_believe_a_token(self, tmp_path, content):
        path = tmp_path / "keys.json"
        if content is not None:
            path.write_text(content)

        said = CliRunner().invoke(cli, ["token", "verify", signed(), "--jwks", str(path), "--json"])

        assert (said.exit_code, said.stdout) == (1, "")


class TestClaims:
    def test_how_long_ago_it_expired_is_told(self):
        answer, refusal = verify(xapp_token(issued=-timedelta(days=1, hours=2, minutes=30)))

        assert [problem["code"] for problem in answer["problems"]] == ["expired"]
        assert "expired 2 hours ago" in refusal

    def test_a_token_from_the_future_points_at_the_clock(self):
        assert code_of(xapp_token(issued=timedelta(hours=1))) == ["not_yet"]

    def test_one_of_another_app_is_told_apart(self, jwks):
        assert code_of(xapp_token(app=OTHER_KEY)) == ["wrong_app"]
        assert code_of(signed(), "--jwks", jwks, "--audience", OTHER_KEY) == ["wrong_app"]
        assert verify(xapp_token(app=OTHER_KEY), "--audience", OTHER_KEY)[0]["valid"]

    def test_an_id_token_is_no_access_token_and_the_other_way_round(self, jwks):
        assert code_of(signed(typ="JWT"), "--jwks", jwks) == ["wrong_kind"]
        assert code_of(signed(), "--jwks", jwks, "--id-token") == ["wrong_kind"]

    def test_one_of_another_issuer_is_told_apart(self, jwks):
        assert code_of(signed(), "--jwks", jwks, "--issuer", "https://other.example") == ["wrong_issuer"]

    def test_one_that_never_ends_is_refused(self):
        endless = jwt.encode(
            {"alg": "HS256", "typ": "JWT"}, {"client_id": KEY, "sub": ALICE}, OctKey.import_key(SECRET)
        )

        assert code_of(endless) == ["no_expiry"]

    def test_everything_that_is_wrong_is_told_at_once(self, jwks):
        token = signed(OTHER_RSA, typ="JWT", issued=-timedelta(days=3), iss="https://other.example")

        assert code_of(token, "--jwks", jwks, "--issuer", ISSUER, "--audience", OTHER_KEY) == [
            "unknown_kid", "wrong_kind", "wrong_app", "wrong_issuer", "expired",
        ]  # fmt: skip
