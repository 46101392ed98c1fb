"""Tokens that no app's secret signed: whatever is changed, recombined or taken from the other way is refused.

The whole door of bearer tokens runs, over a real database, with both kinds of token. `make soak` tries a hundred
thousand.
"""

import asyncio
import hmac
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from sealgate.apps import service as apps
from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import AppDraft
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.holders.thumbprint import from_base64url, to_base64url
from sealgate.infra.bus import LocalBus
from sealgate.infra.database import Database
from sealgate.infra.sealing import Sealer
from sealgate.tokens.bearers import BearerVerifier
from sealgate.tokens.errors import TokenInvalid
from sealgate.tokens.jws import open_public
from sealgate.tokens.xapp_tokens import LIFETIME_S, XappTokenVerifier, sign_xapp_token
from tests.conformance.conftest import create_schema
from tests.conftest import NOON
from tests.token_side import ALICE, TokenSide, claims

MUTATED = [1_000, pytest.param(100_000, marks=pytest.mark.soak)]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
HEADER = {"alg": "HS256", "typ": "JWT"}


class Stage:
    """The door with everything behind it: two apps with xApps' tokens, and access tokens of the first."""

    def __init__(self, folder: str) -> None:
        self.loop = asyncio.new_event_loop()
        settings = Settings(data_dir=folder)
        create_schema(settings)
        bus = LocalBus()
        self.database = Database.open(settings, bus)
        sealer = Sealer.from_settings(settings)
        with self.database.begin() as tx:
            sealer.load_pepper(tx)
            self.shop, self.other = (
                apps.create_app(tx, sealer, AppDraft(name=name), now=NOON) for name in ("Corner Shop", "Other Shop")
            )
        self.side = TokenSide(self.database, bus, sealer)
        self.run(self.database.start())
        self.run(self.side.start())
        directory = AppDirectory(self.database, bus)
        xapp_tokens = XappTokenVerifier(directory, sealer, self.database, bus)
        self.door = BearerVerifier(self.side.verifier, xapp_tokens, directory)
        self.xapp = [self.xapp_token(made) for made in (self.shop, self.other) for _ in range(2)]
        self.access = [
            self.run(self.side.keys.sign(claims(client_id=self.shop.app.uuid), typ="at+jwt", alg=alg))
            for alg in ("RS256", "ES256")
        ]
        self.genuine = self.xapp + self.access
        self.public = {key.alg: key for key in self.side.keys.known}

    def xapp_token(self, made: Any) -> str:
        return sign_xapp_token(
            made.secret.text, app=made.app, ott=new_uuid(), account=ALICE, context={}, user_token=None, now=NOON
        )

    def run(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def verify(self, token: str) -> Any:
        return self.run(self.door.verify(token, now=NOON))

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a genuine token, changed; None leaves one out."""
        changed = msgspec.json.decode(from_base64url(self.xapp[0].split(".")[1]) or b"") | changes
        return {name: value for name, value in changed.items() if value is not None}

    def close(self) -> None:
        self.run(self.database.close())
        self.loop.close()


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One stage for all: making keys takes longer than trying a thousand tokens."""
    opened = Stage(str(tmp_path_factory.mktemp("tokens")))
    yield opened
    opened.close()


def written(header: Any, inside: Any, key: bytes) -> str:
    """Return a token under an HMAC, with whatever header and claims."""
    signed = f"{to_base64url(msgspec.json.encode(header))}.{to_base64url(msgspec.json.encode(inside))}"
    return f"{signed}.{to_base64url(hmac.digest(key, signed.encode(), sha256))}"


@st.composite
def mutations(draw: st.DrawFn, genuine: list[str]) -> str:
    """Draw a token that differs from a genuine one: letters, cuts, parts of others, members, or the signature."""
    token = draw(st.sampled_from(genuine))
    kind = draw(st.sampled_from(["letters", "cut", "insert", "recombine", "header", "claims", "signature", "spelling"]))
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
    head, payload, signature = token.split(".")
    if kind == "header":
        name = draw(st.sampled_from(["alg", "kid", "typ", "crit", "jwk", "jku", "x5u", "b64", "cty", "zip"]))
        value = draw(
            st.sampled_from(["none", "None", "HS256", "RS256", "ES256", "HS512", "JWT", "at+jwt", "", None, 1])
            | st.text(max_size=12)
        )
        changed = msgspec.json.decode(from_base64url(head) or b"") | {name: value}
        return f"{to_base64url(msgspec.json.encode(changed))}.{payload}.{signature}"
    if kind == "claims":
        changed = msgspec.json.decode(from_base64url(payload) or b"") | draw(
            st.dictionaries(
                st.sampled_from(["sub", "client_id", "app_uuidv4", "exp", "iat", "jti", "usertoken_uuidv4", "x"]),
                st.integers() | st.text(max_size=9),
            )
        )
        return f"{head}.{to_base64url(msgspec.json.encode(changed))}.{signature}"
    if kind == "spelling":
        part = draw(st.sampled_from([0, 1, 2]))
        parts = token.split(".")
        parts[part] += draw(st.sampled_from(["=", "==", "A", "\n"]))
        return ".".join(parts)
    raw = bytearray(from_base64url(signature) or b"")
    raw[draw(st.integers(0, len(raw) - 1))] ^= draw(st.integers(1, 255))
    return f"{head}.{payload}.{to_base64url(bytes(raw))}"


def test_the_genuine_ones_pass_each_its_own_way(stage):
    kinds = [stage.verify(token).kind for token in stage.genuine]

    assert kinds == ["xapp"] * 4 + ["oauth"] * 2


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
    @pytest.mark.parametrize("alg", ["RS256", "ES256"])
    @pytest.mark.parametrize("form", ["pem", "pem without a newline", "der", "modulus", "jwk"])
    @pytest.mark.parametrize("header", ["xapp", "xapp with kid", "access with HS256", "access"])
    def test_a_public_key_is_no_secret_of_an_hmac(self, stage, alg, form, header):
        jwk = stage.public[alg].public_jwk
        public = open_public(jwk)
        secret = {
            "pem": public.as_pem(private=False),
            "pem without a newline": public.as_pem(private=False).rstrip(),
            "der": public.as_der(private=False),
            "modulus": from_base64url(jwk.get("n") or jwk["x"]),
            "jwk": msgspec.json.encode(jwk),
        }[form]
        assert secret is not None
        said = {
            "xapp": HEADER,
            "xapp with kid": HEADER | {"kid": jwk["kid"]},
            "access with HS256": {"alg": "HS256", "typ": "at+jwt", "kid": jwk["kid"]},
            "access": {"alg": alg, "typ": "at+jwt", "kid": jwk["kid"]},
        }[header]

        for inside in (stage.claims(), claims(client_id=stage.shop.app.uuid)):
            with pytest.raises(TokenInvalid):
                stage.verify(written(said, inside, secret))

    @pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", "", "HS384", "HS512", "RS256"])
    @pytest.mark.parametrize("signature", ["", "AA"])
    def test_a_token_without_a_signature_is_none(self, stage, alg, signature):
        head = to_base64url(msgspec.json.encode(HEADER | {"alg": alg}))

        with pytest.raises(TokenInvalid):
            stage.verify(f"{head}.{stage.xapp[0].split('.')[1]}.{signature}")

    def test_the_apps_secret_signs_in_this_form_alone(self, stage):
        secret = stage.shop.secret.text.encode()
        kid = stage.public["RS256"].kid
        for header in (
            HEADER | {"typ": "at+jwt"},
            HEADER | {"kid": kid},
            HEADER | {"kid": stage.shop.secret.id},
            {"typ": "JWT", "alg": "HS256"},
            {"alg": "HS256"},
            HEADER | {"crit": ["exp"], "exp": 1},
            HEADER | {"jwk": OctKey.import_key(secret).as_dict()},
        ):
            with pytest.raises(TokenInvalid):
                stage.verify(written(header, stage.claims(), secret))
        assert stage.verify(written(HEADER, stage.claims(jti=new_uuid()), secret)).kind == "xapp"

    @pytest.mark.parametrize(("alg", "make"), [("RS256", lambda: RSAKey.generate_key(2048)),
                                               ("ES256", lambda: ECKey.generate_key("P-256"))])  # fmt: skip
    def test_a_key_of_somebody_signs_nothing_in_the_form_of_an_xapps_token(self, stage, alg, make):
        signed = jws.serialize_compact({"alg": alg, "typ": "JWT"}, msgspec.json.encode(stage.claims()), make(), [alg])
        claimed = ".".join((stage.xapp[0].split(".")[0], *signed.split(".")[1:]))

        for token in (signed, claimed):
            with pytest.raises(TokenInvalid):
                stage.verify(token)

    def test_an_access_token_in_the_form_of_an_xapps_is_refused_and_the_other_way_round(self, stage):
        xapp_head, access_head = (token.split(".")[0] for token in (stage.xapp[0], stage.access[0]))

        for head, token in ((xapp_head, stage.access[0]), (access_head, stage.xapp[0])):
            with pytest.raises(TokenInvalid):
                stage.verify(".".join((head, *token.split(".")[1:])))

    @pytest.mark.parametrize("key", ["", "\0", "undefined", "no dashes", "bytes", "API key", "other app"])
    def test_what_is_like_the_secret_is_not_the_secret(self, stage, key):
        text = stage.shop.secret.text
        secret = {
            "no dashes": text.replace("-", "").encode(),
            "bytes": bytes.fromhex(text.replace("-", "")),
            "API key": stage.shop.app.uuid.encode(),
            "other app": stage.other.secret.text.encode(),
        }.get(key, key.encode())

        with pytest.raises(TokenInvalid):
            stage.verify(written(HEADER, stage.claims(), secret))


class TestWhatAnAppSignsItself:
    """The developer has the secret, and so could write tokens; only what we would write counts."""

    @pytest.mark.parametrize(
        "changes",
        [{"client_id": None}, {"client_id": 1}, {"client_id": "x"}, {"client_id": []}, {"app_uuidv4": None},
         {"app_uuidv4": "5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70"}, {"ott_uuidv4": None}, {"ott_uuidv4": "x"},
         {"sub": None}, {"sub": 1}, {"jti": None}, {"jti": 1}, {"exp": None}, {"exp": "9"}, {"exp": True},
         {"exp": 1e30}, {"exp": 10**15}, {"iat": None}, {"iat": -1}, {"iat": 4_000_000_000}],
    )  # fmt: skip
    def test_is_refused_where_it_has_another_shape(self, stage, changes):
        with pytest.raises(TokenInvalid):
            stage.verify(written(HEADER, stage.claims(**changes), stage.shop.secret.text.encode()))

    def test_lives_no_longer_than_a_day(self, stage):
        issued = stage.claims()["iat"]

        with pytest.raises(TokenInvalid, match="24 hours"):
            stage.verify(written(HEADER, stage.claims(exp=issued + LIFETIME_S + 1), stage.shop.secret.text.encode()))

    @pytest.mark.parametrize("inside", [[], "x", 1, None, {"client_id": "\ud7ff"}, {"client_id": "1" * 36}])
    def test_names_an_app_or_is_refused(self, stage, inside):
        with pytest.raises(TokenInvalid):
            stage.verify(written(HEADER, inside, stage.shop.secret.text.encode()))

    @pytest.mark.parametrize("payload", [b"\xff", b"{", b'{"client_id":', b"{}{}", b"\0", b""])
    def test_is_json_or_is_refused(self, stage, payload):
        signed = f"{stage.xapp[0].split('.')[0]}.{to_base64url(payload)}"
        digest = hmac.digest(stage.shop.secret.text.encode(), signed.encode(), sha256)

        with pytest.raises(TokenInvalid):
            stage.verify(f"{signed}.{to_base64url(digest)}")


def test_every_part_has_one_spelling(stage):
    for place in range(3):
        parts = stage.xapp[0].split(".")
        for letter in ALPHABET:
            parts[place] = parts[place][:-1] + letter
            token = ".".join(parts)
            if token != stage.xapp[0]:
                with pytest.raises(TokenInvalid):
                    stage.verify(token)
