"""Bodies and signatures, judged in Node: by JavaScript's own JSON, by its crypto, and by the published library."""

import json
import subprocess
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.delivery.bodies import build
from sealgate.delivery.js_json import canonical
from sealgate.holders.thumbprint import to_base64url
from tests.compat.node import FOLDER
from tests.unit.delivery.test_bodies import KEY, SIGNERS, URL, event, resolved
from tests.unit.delivery.test_signature import SECRET, WEBHOOK_SECRETS

LIMIT_S = 60

JUDGE = """
import { createHmac, createPublicKey, verify } from "node:crypto";
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

const as_javascript_writes = ({ text }) => JSON.stringify(JSON.parse(text));

function compat({ headers, body, secret }) {
  const key = secret.replace("-", "");
  const message = headers["x-xumm-request-timestamp"] + JSON.stringify(JSON.parse(body));
  return createHmac("sha1", key).update(message).digest("hex") === headers["x-xumm-request-signature"];
}

function standard({ headers, body, secret }) {
  try {
    return JSON.stringify(new Webhook(secret).verify(body, headers)) === JSON.stringify(JSON.parse(body));
  } catch {
    return false;
  }
}

function keyless({ headers, body, x }) {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  const message = Buffer.from(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
  const given = headers["webhook-signature"].split(" ").find((one) => one.startsWith("v1a,")).slice(4);
  return verify(null, message, key, Buffer.from(given, "base64"));
}

const ways = { as_javascript_writes, compat, standard, keyless };
for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  console.log(JSON.stringify({ is: ways[asked.way](asked) }));
}
"""


class Node:
    """A judge in another language: one line asked, one line answered."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            ["node", "--input-type=module", "--eval", JUDGE],
            cwd=FOLDER / "js",
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def says(self, way: str, **asked: object) -> object:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"way": way, **asked}) + "\n")
        stdin.flush()
        return json.loads(stdout.readline())["is"]

    def close(self) -> None:
        self._process.communicate(timeout=LIMIT_S)


@pytest.fixture(scope="module")
def node() -> Iterator[Node]:
    judge = Node()
    yield judge
    judge.close()


def in_json(value: object) -> str:
    """Return JSON with every character escaped that can be, so that halves of surrogate pairs get through."""
    return json.dumps(value)


numbers = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.integers(-(10**30), 10**30).map(str),
    st.from_regex(r"-?(0|[1-9][0-9]{0,24})(\.[0-9]{1,24})?([eE][+-]?[0-9]{1,3})?", fullmatch=True),
)
keys = st.one_of(
    st.text(max_size=8).map(in_json),
    st.integers(0, 2**33).map(lambda number: in_json(str(number))),
    st.sampled_from(["01", "-1", "1.5", "4294967294", "4294967295", "__proto__", "constructor", "", "٣"]).map(in_json),
)
texts = st.one_of(st.text(max_size=30), st.text(st.characters(categories=["Cs", "So", "Cc", "L"]), max_size=12)).map(
    in_json
)
values = st.recursive(
    st.one_of(st.sampled_from(["null", "true", "false"]), numbers, texts),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[" + ",".join(items) + "]"),
        st.lists(st.tuples(keys, inner), max_size=6).map(
            lambda items: "{" + " ,".join(f"{key}: {value}" for key, value in items) + "}"
        ),
    ),
    max_leaves=15,
)


@given(values)
def test_json_is_written_as_javascript_writes_it(node, text):
    assert canonical(text) == node.says("as_javascript_writes", text=text)


def delivered(blob: str):
    prepared = build(event(resolved(blob)), URL, SIGNERS, now=datetime.now(UTC), attempt=1)
    return dict(prepared.headers), prepared.body.decode()


@given(values.filter(lambda text: not text.startswith(("null", "true", "false"))))
def test_deliveries_are_genuine_to_every_receiver_whatever_the_developer_put_in(node, blob):
    headers, body = delivered(blob)

    assert node.says("compat", headers=headers, body=body, secret=SECRET) is True
    assert node.says("standard", headers=headers, body=body, secret=WEBHOOK_SECRETS[0]) is True
    assert node.says("standard", headers=headers, body=body, secret=WEBHOOK_SECRETS[1]) is True
    assert node.says("keyless", headers=headers, body=body, x=public_x()) is True


def test_altered_ones_are_not(node):
    headers, body = delivered('{"cart":7,"emoji":"👋"}')
    altered = body.replace("1042", "1043")
    stranger = "whsec_" + b64encode(bytes(32)).decode()

    assert node.says("compat", headers=headers, body=altered, secret=SECRET) is False
    assert node.says("compat", headers=headers, body=body, secret=SECRET.replace("b7", "b8", 1)) is False
    assert node.says("standard", headers=headers, body=altered, secret=WEBHOOK_SECRETS[0]) is False
    assert node.says("standard", headers=headers, body=body, secret=stranger) is False
    assert node.says("keyless", headers=headers, body=altered, x=public_x()) is False


def public_x() -> str:
    """Return the server's public key as a JWK has it."""
    return to_base64url(bytes(KEY.verify_key))
