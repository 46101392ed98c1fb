"""The examples of the guide to verifying tokens, as pasted, with genuine tokens of both kinds and with forged ones."""

import hmac
import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests  # type: ignore[import-untyped]
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealgate.holders.thumbprint import to_base64url
from tests.compat.node import FOLDER, installed_version
from tests.platform import SEALGATE

PAGE = (Path(__file__).resolve().parents[2] / "docs/guides/verify-tokens.md").read_text()
EXAMPLE_LIMIT_S = 60
XAPP_URL = "http://localhost:3000/xapp"


def examples(language):
    """Return the guide's programs in a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


OFFLINE_SHELL, ONLINE_SHELL, COMMAND = examples("sh")


def written(folder, language):
    """Write a program of the guide to a file; return the command that runs it."""
    if language == "python":
        path = folder / "verify.py"
        path.write_text(examples("python")[0])
        return [sys.executable, str(path)]
    if language == "js":
        path = folder / "verify.mjs"
        path.write_text(examples("js")[0])
        (folder / "node_modules").symlink_to(FOLDER / "rp/node_modules")
        return ["node", str(path)]
    path = folder / "verify.sh"
    path.write_text(OFFLINE_SHELL if language == "sh" else ONLINE_SHELL)
    return ["sh", str(path)]


OFFLINE = pytest.mark.parametrize("verify", ["python", "js", "sh"], indirect=True)


@pytest.fixture(params=["python", "js", "sh", "sh, by asking"])
def verify(request, stage, tmp_path):
    """A program of the guide: whose a token is, or None where it was refused."""
    command = written(tmp_path, request.param)

    def run(token, **changed):
        environ = {**os.environ, **stage.platform.env, "NO_PROXY": "*", **changed}
        done = subprocess.run(
            command, env=environ, input=token, capture_output=True, text=True, timeout=EXAMPLE_LIMIT_S, check=False
        )
        assert (done.returncode == 0) == bool(done.stdout.strip()), done.stderr
        assert environ["SEALGATE_API_SECRET"] not in done.stdout + done.stderr
        return done.stdout.strip() or None

    return run


@pytest.fixture(scope="module")
def xapp_token(stage):
    """The JWT that alice's launch of the demo app got."""
    platform = stage.platform
    key = platform.env["SEALGATE_API_KEY"]
    platform.sealgate("app", "update", key, "--xapp-url", XAPP_URL)
    url = platform.sealgate("wallet", "open-xapp", key)["url"]
    ott = parse_qs(urlsplit(url).query)["xAppToken"][0]
    answer = requests.get(
        f"{platform.url}/api/v1/jwt/authorize", headers={"x-api-key": key, "x-api-ott": ott}, timeout=EXAMPLE_LIMIT_S
    )
    assert answer.status_code == 200, answer.text
    return answer.json()["jwt"]


@pytest.fixture(scope="module")
def access_token(stage):
    """The access token of alice's sign-in at the demo app."""
    return stage.alice.signs_in()


def test_the_library_is_the_published_one():
    assert installed_version("rp", "jsonwebtoken") == "9.0.3"


def test_genuine_tokens_of_both_kinds_say_whose_they_are(stage, verify, xapp_token, access_token):
    assert verify(f"{xapp_token}\n") == stage.alice.account
    assert verify(access_token) == stage.alice.account


def signed_with_public_key(stage, claims):
    """Return a token under an HMAC whose key everybody can read: the published one, as PEM."""
    certs = requests.get(f"{stage.platform.url}/certs", timeout=EXAMPLE_LIMIT_S).json()
    public = jwt.PyJWKSet.from_dict(certs).keys[-1].key
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    signed = jwt.encode(claims, "0" * 36, algorithm="HS256").rpartition(".")[0]
    return f"{signed}.{to_base64url(hmac.digest(pem, signed.encode(), sha256))}"


def test_forged_ones_say_nothing(stage, verify, xapp_token, access_token):
    claims = jwt.decode(xapp_token, options={"verify_signature": False})
    head, payload, signature = xapp_token.split(".")
    stranger = jwt.encode(claims, "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b", algorithm="HS256")
    forged = [
        stranger,
        signed_with_public_key(stage, claims),
        jwt.encode(claims, "", algorithm="none"),
        f"{head}.{payload}.{signature[:-2]}AA",
        f"{head}.{access_token.split('.')[1]}.{signature}",
        ".".join((access_token.split(".")[0], payload, access_token.split(".")[2])),
        "",
        "not a token",
    ]

    assert [verify(token) for token in forged] == [None] * len(forged)


@OFFLINE
def test_one_of_another_app_says_nothing(stage, verify, xapp_token, access_token):
    other = "0c5b9d2a-4e1f-4c63-9a70-3d8e2f6b1c94"

    assert verify(xapp_token, SEALGATE_API_KEY=other) is None
    assert verify(access_token, SEALGATE_API_KEY=other) is None


@OFFLINE
def test_a_secret_without_its_dashes_is_another(stage, verify, xapp_token):
    assert verify(xapp_token, SEALGATE_API_SECRET=stage.platform.env["SEALGATE_API_SECRET"].replace("-", "")) is None


class TestTheCommand:
    def run(self, stage, token, folder, **changed):
        (folder / "token.txt").write_text(token)
        environ = {**stage.platform.environ, "PATH": f"{Path(SEALGATE).parent}:{os.environ['PATH']}", **changed}
        return subprocess.run(
            ["sh", "-c", COMMAND], cwd=folder, env=environ, capture_output=True, text=True, check=False,
            timeout=EXAMPLE_LIMIT_S,
        )  # fmt: skip

    def test_counts_genuine_tokens_of_both_kinds(self, stage, tmp_path, xapp_token, access_token):
        for token in (xapp_token, access_token):
            done = self.run(stage, token, tmp_path)

            assert done.returncode == 0, done.stderr
            assert stage.alice.account in done.stdout
            assert "It counts." in done.stdout

    def test_says_what_is_wrong(self, stage, tmp_path, xapp_token):
        secret = stage.platform.env["SEALGATE_API_SECRET"]

        done = self.run(stage, xapp_token, tmp_path, SEALGATE_API_SECRET=secret.replace("-", ""))

        assert done.returncode == 1
        assert "lost its dashes" in done.stderr
        assert secret.replace("-", "") not in done.stdout + done.stderr

    def test_tells_an_unknown_issuer_apart(self, stage, tmp_path, access_token):
        done = stage.platform.run(SEALGATE, "token", "verify", access_token, "--issuer", f"{stage.platform.url}/other")

        assert done.returncode == 1
        assert done.stdout == ""
