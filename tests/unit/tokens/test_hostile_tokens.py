"""Tokens that nobody signed: whatever is changed, recombined or signed with something else is refused.

The whole verifier runs, over a real database. `make soak` tries a hundred thousand.
"""

import asyncio
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from sealgate.base.settings import Settings
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.tokens.errors import TokenExpired, TokenForeign, TokenInvalid, TokenMalformed
from sealgate.tokens.jws import open_public
from tests.conformance.conftest import create_schema
from tests.token_side import TokenSide, claims

MUTATED = [1_000, pytest.param(100_000, marks=pytest.mark.soak)]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Stage:
    """A verifier with keys of both algorithms, and genuine tokens."""

    def __init__(self, folder: str) -> None:
        self.loop = asyncio.new_event_loop()
        settings = Settings(data_dir=folder)
        create_schema(settings)
        bus = LocalBus()
        self.database = Database.open(settings, bus)
        self.side = TokenSide(self.database, bus, Sealer.from_settings(settings))
        self.run(self.database.start())
        self.run(self.side.start())
        self.genuine = [
            self.run(self.side.keys.sign(claims(), typ=typ, alg=alg))
            for alg in ("RS256", "ES256")
            for typ in ("at+jwt", "JWT")
            for _ in range(2)
        ]
        self.access = self.genuine[0]
        self.keys = {key.alg: key for key in self.side.keys.known}
        self.attacker = {"RS256": RSAKey.generate_key(2048), "ES256": ECKey.generate_key("P-256")}

    def run(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def verify(self, token: str) -> Any:
        return self.run(self.side.verify(token))

    def close(self) -> None:
        self.run(self.database.close())
        self.loop.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all: making keys takes longer than trying a thousand tokens."""
    opened = Stage(str(tmp_path_factory.mktemp("tokens")))
    yield opened
    opened.close()


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def with_header(token: str, **changes: Any) -> str:
    """Return the token with members of its header changed, None for taken out, and the signature as it was."""
    head, payload, signature = token.split(".")
    header = msgspec.json.decode(urlsafe_b64_decoded(head)) | changes
    header = {name: value for name, value in header.items() if value is not None}
    return f"{b64(msgspec.json.encode(header))}.{payload}.{signature}"


def urlsafe_b64_decoded(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@st.composite
def mutations(draw: st.DrawFn, genuine: list[str]) -> str:
    """Draw a token that differs from a genuine one: a few letters, parts of others, members, or the signature."""
    token = draw(st.sampled_from(genuine))
    kind = draw(st.sampled_from(["letters", "cut", "insert", "recombine", "header", "claims", "signature"]))
    if kind == "letters":
        letters = list(token)
        for _ in range(draw(st.integers(1, 3))):
            letters[draw(st.integers(0, len(token) - 1))] = draw(st.sampled_from(ALPHABET + ".=+/ \u00e9"))
        return "".join(letters)
    if kind == "cut":
        start = draw(st.integers(0, len(token) - 1))
        return token[:start] + token[start + draw(st.integers(1, 60)) :]
    if kind == "insert":
        at = draw(st.integers(0, len(token)))
        return token[:at] + draw(st.text(ALPHABET + ".=\n\0", min_size=1, max_size=8)) + token[at:]
    if kind == "recombine":
        return ".".join(draw(st.sampled_from(genuine)).split(".")[place] for place in range(3))
    if kind == "header":
        name = draw(st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "jku", "x5u", "b64", "cty", "zip"]))
        value = draw(
            st.sampled_from(["none", "None", "HS256", "RS256", "ES256", "PS256", "RS512", "JWT", "at+jwt", "", None, 1])
            | st.text(max_size=12)
        )
        return with_header(token, **{name: value})
    head, payload, signature = token.split(".")
    if kind == "claims":
        changed = msgspec.json.decode(urlsafe_b64_decoded(payload)) | draw(
            st.dictionaries(
                st.sampled_from(["sub", "aud", "exp", "iss", "jti", "x"]), st.integers() | st.text(max_size=9)
            )
        )
        return f"{head}.{b64(msgspec.json.encode(changed))}.{signature}"
    raw = bytearray(urlsafe_b64_decoded(signature))
    raw[draw(st.integers(0, len(raw) - 1))] ^= draw(st.integers(1, 255))
    return f"{head}.{payload}.{b64(bytes(raw))}"


@pytest.mark.parametrize("count", MUTATED)
def test_none_of_many_mutated_tokens_is_accepted(stage, count):
    tried = 0

    @settings(max_examples=count, deadline=None)
    @given(mutations(stage.genuine))
    def refuse(token: str) -> None:
        nonlocal tried
        assume(token not in stage.genuine)
        tried += 1
        with pytest.raises(TokenInvalid):
            stage.verify(token)

    refuse()
    assert tried >= count


class TestKeyConfusion:
    def test_the_genuine_ones_pass(self, stage):
        assert stage.verify(stage.access)["iss"] == "https://sign.example"

    @pytest.mark.parametrize("alg", ["RS256", "ES256"])
    @pytest.mark.parametrize("form", ["pem", "pem without a newline", "der", "modulus", "jwk"])
    def test_the_public_key_is_no_secret_of_an_hmac(self, stage, alg, form):
        jwk = stage.keys[alg].public_jwk
        public = open_public(jwk)
        secret = {
            "pem": public.as_pem(private=False),
            "pem without a newline": public.as_pem(private=False).rstrip(),
            "der": public.as_der(private=False),
            "modulus": urlsafe_b64_decoded(jwk.get("n") or jwk["x"]),
            "jwk": msgspec.json.encode(jwk),
        }[form]
        for named in ("HS256", alg):
            header = {"alg": named, "typ": "at+jwt", "kid": jwk["kid"]}
            signed = f"{b64(msgspec.json.encode(header))}.{b64(msgspec.json.encode(claims()))}"
            forged = f"{signed}.{b64(hmac.digest(secret, signed.encode(), sha256))}"

            with pytest.raises(TokenInvalid):
                stage.verify(forged)

    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
    @pytest.mark.parametrize("signature", ["", "AA", "e30"])
    def test_a_token_without_a_signature_is_none(self, stage, alg, signature):
        header = {"alg": alg, "typ": "at+jwt", "kid": stage.keys["RS256"].kid}
        forged = f"{b64(msgspec.json.encode(header))}.{b64(msgspec.json.encode(claims()))}.{signature}"

        with pytest.raises(TokenInvalid):
            stage.verify(forged)

    @pytest.mark.parametrize(("ours", "theirs"), [("RS256", "RS256"), ("ES256", "ES256"), ("RS256", "ES256")])
    def test_somebody_elses_key_under_our_name_is_refused(self, stage, ours, theirs):
        header = {"alg": theirs, "typ": "at+jwt", "kid": stage.keys[ours].kid}
        forged = jws.serialize_compact(header, msgspec.json.encode(claims()), stage.attacker[theirs], [theirs])

        with pytest.raises(TokenInvalid):
            stage.verify(forged)

    def test_a_key_that_the_token_brings_along_is_not_looked_at(self, stage):
        mine = stage.attacker["RS256"]
        header = {
            "alg": "RS256", "typ": "at+jwt", "kid": stage.keys["RS256"].kid, "jwk": mine.as_dict(private=False),
        }  # fmt: skip
        forged = jws.serialize_compact(header, msgspec.json.encode(claims()), mine, ["RS256"])

        with pytest.raises(TokenInvalid):
            stage.verify(forged)

    def test_our_own_key_used_with_another_algorithm_is_refused(self, stage):
        private = stage.run(private_key(stage.side))
        for alg in ("RS512", "PS256"):
            header = {"alg": alg, "typ": "at+jwt", "kid": stage.keys["RS256"].kid}
            forged = jws.serialize_compact(header, msgspec.json.encode(claims()), private, [alg])
            claimed = f"{with_header(forged, alg='RS256').rsplit('.', 1)[0]}.{forged.rsplit('.', 1)[1]}"

            for token in (forged, claimed):
                with pytest.raises(TokenInvalid):
                    stage.verify(token)

    @pytest.mark.parametrize("kid", ["", "x", "../../dev/null", "' OR 1=1 --", "\0"])
    def test_an_unknown_key_is_foreign(self, stage, kid):
        with pytest.raises(TokenForeign):
            stage.verify(with_header(stage.access, kid=kid))

    def test_an_hs256_token_of_an_app_is_of_another_family(self, stage):
        secret = OctKey.import_key(b"3f6b2f0e-8f0f-4c0c-9c53-2c8f3a1b2c3d")
        forged = jws.serialize_compact({"alg": "HS256", "typ": "JWT"}, msgspec.json.encode(claims()), secret, ["HS256"])

        with pytest.raises(TokenInvalid):
            stage.verify(forged)


class TestKindConfusion:
    def test_an_id_token_is_no_access_token(self, stage):
        id_token = stage.run(stage.side.keys.sign(claims(), typ="JWT"))

        with pytest.raises(TokenInvalid, match="another kind"):
            stage.verify(id_token)

    def test_an_access_token_is_no_id_token(self, stage):
        with pytest.raises(TokenInvalid, match="another kind"):
            stage.run(stage.side.verifier.verify(stage.access, typ={"JWT"}, now=stage.side.clock.now()))

    @pytest.mark.parametrize("typ", ["AT+JWT", "application/at+jwt", "jwt", "", "at+jwt "])
    def test_kinds_are_told_apart_to_the_letter(self, stage, typ):
        with pytest.raises(TokenInvalid):
            stage.verify(stage.run(stage.side.keys.sign(claims(), typ=typ)))


class TestForm:
    @pytest.mark.parametrize(
        "text",
        ["", ".", "..", "...", "a.b", "a.b.c.d", "e30.e30.", "e30..e30", ".e30.e30", "Bearer e30.e30.e30", "é.é.é",
         "e30=.e30.e30", "e3+.e30.e30", "\ud800.e30.e30", "A" * 20_000],
    )  # fmt: skip
    def test_what_is_no_signed_token_is_malformed(self, stage, text):
        with pytest.raises(TokenMalformed):
            stage.verify(text)

    def test_the_last_letter_of_a_part_has_one_spelling(self, stage):
        for place in range(3):
            parts = stage.access.split(".")
            for letter in ALPHABET:
                parts[place] = parts[place][:-1] + letter
                token = ".".join(parts)
                if token != stage.access:
                    with pytest.raises(TokenInvalid):
                        stage.verify(token)

    @pytest.mark.parametrize(
        "changes",
        [{"iss": "https://other.example"}, {"iss": None}, {"iss": ["https://sign.example"]}, {"exp": None},
         {"exp": "9"}, {"exp": True}, {"exp": 1e30}, {"exp": 10**15}, {"iat": -1}, {"iat": None},
         {"iat": 4_000_000_000}],
    )  # fmt: skip
    def test_claims_that_we_do_not_write_are_refused_even_under_our_signature(self, stage, changes):
        with pytest.raises(TokenInvalid):
            stage.verify(stage.run(stage.side.keys.sign(claims() | changes, typ="at+jwt")))

    def test_expiry_has_a_minute_of_grace_for_clocks_and_no_more(self, stage):
        issued = stage.side.clock.now()
        token = stage.run(stage.side.keys.sign(claims(lives_s=100), typ="at+jwt"))

        at = [issued.replace(minute=2, second=second) for second in (39, 40)]

        assert stage.run(stage.side.verify(token, at[0]))
        with pytest.raises(TokenExpired):
            stage.run(stage.side.verify(token, at[1]))


async def private_key(side: TokenSide) -> RSAKey | ECKey:
    from sealgate.tokens import key_ring

    keys = await side.db.read(key_ring.all_keys)
    found = next(key for key in keys if key.alg == "RS256")
    return key_ring.open_key(side.keys._sealer, found)
