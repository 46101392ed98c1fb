"""The signature base and the fields, against the published example of RFC 9421 and against careless writers."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.signing import SigningKey, VerifyKey

from sealgate.base.content_digest import DigestMalformed, content_digest, digest_matches
from sealgate.base.http_signatures import (
    ComponentUnavailable,
    SignatureMalformed,
    SignedRequest,
    parse_signature,
    sign_request,
    signature_base,
)

# RFC 9421, appendix B.1.4 (key) and B.2 (request).
RFC_PUBLIC_KEY = b64decode("JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=")
RFC_PRIVATE_KEY = b64decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=")
RFC_BODY = b'{"hello": "world"}'
RFC_SHA512 = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:"
RFC_REQUEST = SignedRequest(
    method="POST",
    target_uri="https://example.com/foo?param=Value&Pet=dog",
    headers={
        "host": "example.com",
        "date": "Tue, 20 Apr 2021 02:07:55 GMT",
        "content-type": "application/json",
        "content-digest": RFC_SHA512,
        "content-length": "18",
    },
)
# RFC 9421, appendix B.2.6.
RFC_INPUT = (
    'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")'
    ';created=1618884473;keyid="test-key-ed25519"'
)
RFC_SIGNATURE = "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"

GOOD_INPUT = 'sig1=("@method");created=1'
GOOD_SIGNATURE = "sig1=:AAAA:"


class TestPublishedExample:
    def test_the_base_is_the_one_that_was_signed(self):
        fields = parse_signature(RFC_INPUT, RFC_SIGNATURE)

        base = signature_base(fields.components, fields.parameters_text, RFC_REQUEST)

        VerifyKey(RFC_PUBLIC_KEY).verify(base, fields.signature)
        assert base.splitlines()[1:4] == [b'"@method": POST', b'"@path": /foo', b'"@authority": example.com']

    def test_the_same_key_makes_the_same_signature(self):
        fields = parse_signature(RFC_INPUT, RFC_SIGNATURE)

        signed = SigningKey(RFC_PRIVATE_KEY).sign(
            signature_base(fields.components, fields.parameters_text, RFC_REQUEST)
        )

        assert signed.signature == fields.signature

    def test_the_digest_of_its_body(self):
        assert content_digest(RFC_BODY, "sha-512") == RFC_SHA512
        assert digest_matches(RFC_SHA512, RFC_BODY)


class TestSigning:
    @given(
        method=st.sampled_from(["GET", "POST", "PATCH", "DELETE"]),
        path=st.from_regex(r"(/[A-Za-z0-9%._~-]{0,8}){1,4}(\?[a-z=&]{0,8})?", fullmatch=True),
        body=st.binary(max_size=64),
    )
    def test_what_is_signed_can_be_read_and_verified(self, method, path, body):
        key = SigningKey(bytes(32))
        request = SignedRequest(method, f"https://sealgate.example{path}", {})

        added = sign_request(
            request, body, keyid="k", created=1_700_000_000, nonce="n" * 16, sign=lambda m: key.sign(m).signature
        )

        fields = parse_signature(added["signature-input"], added["signature"])
        base = signature_base(
            fields.components, fields.parameters_text, SignedRequest(method, request.target_uri, added)
        )
        key.verify_key.verify(base, fields.signature)
        assert fields.parameters == {"created": 1_700_000_000, "nonce": "n" * 16, "keyid": "k", "alg": "ed25519"}
        assert ("content-digest" in fields.components) == bool(body)


class TestComponents:
    @pytest.mark.parametrize(
        ("uri", "name", "value"),
        [
            ("https://Sealgate.Example:443/a", "@authority", "sealgate.example"),
            ("http://localhost:8080/a", "@authority", "localhost:8080"),
            ("http://[::1]:80/a", "@authority", "[::1]"),
            ("https://sealgate.example", "@path", "/"),
            ("https://sealgate.example/a%2Fb", "@path", "/a%2Fb"),
            ("https://sealgate.example/a", "@query", "?"),
            ("https://sealgate.example/a?b=%20c", "@query", "?b=%20c"),
            ("https://sealgate.example/a?b", "@target-uri", "https://sealgate.example/a?b"),
        ],
    )
    def test_is_taken_from_the_target(self, uri, name, value):
        base = signature_base([name], "()", SignedRequest("GET", uri, {}))

        assert base.splitlines()[0].decode() == f'"{name}": {value}'

    @pytest.mark.parametrize("name", ["@status", "@request-target", "x-absent", "Content-Type", "a b", 'a"\n"b', ""])
    def test_refuses_what_the_request_does_not_have(self, name):
        with pytest.raises(ComponentUnavailable):
            signature_base([name], "()", SignedRequest("GET", "https://sealgate.example/", {"content-type": "x"}))


class TestFields:
    @pytest.mark.parametrize(
        ("signature_input", "signature"),
        [
            pytest.param("", GOOD_SIGNATURE, id="empty"),
            pytest.param("sig1=1", GOOD_SIGNATURE, id="no list"),
            pytest.param("sig1", GOOD_SIGNATURE, id="bare label"),
            pytest.param(GOOD_INPUT, "sig1=1", id="signature is a number"),
            pytest.param(GOOD_INPUT, "sig1=:AAAA:;a=1", id="signature with parameters"),
            pytest.param(GOOD_INPUT, "sig1=(:AAAA:)", id="signature in a list"),
            pytest.param(GOOD_INPUT, "sig2=:AAAA:", id="other label"),
            pytest.param(f"{GOOD_INPUT}, {GOOD_INPUT}", GOOD_SIGNATURE, id="duplicate label"),
            pytest.param(f"{GOOD_INPUT}, sig2=()", "sig1=:AAAA:, sig2=:AAAA:", id="two signatures"),
            pytest.param('sig1=("@method");created=1;created=2', GOOD_SIGNATURE, id="duplicate parameter"),
            pytest.param('sig1=("@method" "@method");created=1', GOOD_SIGNATURE, id="component twice"),
            pytest.param('sig1=("@method";req);created=1', GOOD_SIGNATURE, id="component parameter"),
            pytest.param("sig1=(method);created=1", GOOD_SIGNATURE, id="token component"),
            pytest.param("sig1=(1);created=1", GOOD_SIGNATURE, id="number component"),
            pytest.param('sig1=( "@method" );created=1', GOOD_SIGNATURE, id="spaces"),
            pytest.param('sig1=("@method");created=01', GOOD_SIGNATURE, id="leading zero"),
            pytest.param('sig1=("@méthod")', GOOD_SIGNATURE, id="not ascii"),
            pytest.param(GOOD_INPUT, "sig1=:AAA:", id="base64 without padding"),
            pytest.param(GOOD_INPUT, "sig1=:AAB=:", id="base64 with stray bits"),
            pytest.param(GOOD_INPUT, "sig1=:AA\x00A:", id="control character"),
            pytest.param('sig1=("' + "a" * 3000 + '")', GOOD_SIGNATURE, id="too long"),
            pytest.param(
                "sig1=(" + " ".join(f'"x{n}"' for n in range(17)) + ")", GOOD_SIGNATURE, id="too many components"
            ),
        ],
    )
    def test_refuses_what_is_not_exactly_one_canonical_signature(self, signature_input, signature):
        with pytest.raises(SignatureMalformed):
            parse_signature(signature_input, signature)

    @given(st.text(max_size=80), st.text(max_size=80))
    def test_hostile_text_is_refused_and_nothing_worse(self, signature_input, signature):
        with pytest.raises(SignatureMalformed):
            parse_signature(signature_input, signature)


class TestContentDigest:
    def test_tells_a_body_from_another(self):
        assert digest_matches(content_digest(b"a"), b"a")
        assert not digest_matches(content_digest(b"a"), b"b")

    def test_every_known_digest_must_match(self):
        both = f"{content_digest(b'a')}, {content_digest(b'b', 'sha-512')}"

        assert not digest_matches(both, b"a")

    def test_passes_over_algorithms_it_does_not_know(self):
        assert digest_matches(f"{content_digest(b'a')}, md5=:AAAA:", b"a")

    @pytest.mark.parametrize(
        "field",
        ["", "sha-256", "sha-256=1", "sha-256=(:AAAA:)", "md5=:AAAA:", "sha-256=:A:", "SHA-256=:AAAA:", "é",
         f"{content_digest(b'a')},{content_digest(b'a')}", f"{content_digest(b'a')} "],
    )  # fmt: skip
    def test_refuses_a_malformed_field(self, field):
        with pytest.raises(DigestMalformed):
            digest_matches(field, b"a")
