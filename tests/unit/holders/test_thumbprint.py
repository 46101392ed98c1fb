"""Names of keys."""

import pytest

from sealgate.holders.thumbprint import ed25519_thumbprint, from_base64url, to_base64url


class TestEd25519Thumbprint:
    def test_is_the_one_of_the_published_example(self):
        # RFC 8037, appendices A.2 and A.3.
        public_key = from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
        assert public_key is not None

        assert ed25519_thumbprint(public_key) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


class TestFromBase64url:
    def test_reads_what_to_base64url_wrote(self):
        for length in range(8):
            raw = bytes(range(250, 250 + length)) if length < 6 else bytes(length)

            assert from_base64url(to_base64url(raw)) == raw

    @pytest.mark.parametrize("text", ["A", "AA==", "AB", "A+/A", "A A", "äöü", "AA\n"])
    def test_refuses_what_has_a_second_spelling(self, text):
        assert from_base64url(text) is None
