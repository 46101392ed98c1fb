import pytest

from sealgate.oauth.errors import InvalidRequest
from sealgate.oauth.pkce import challenge_of, check_challenge, is_verifier_of

# The worked example of RFC 7636, appendix B.
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


class TestVerifier:
    def test_is_the_one_the_challenge_was_made_from(self):
        assert challenge_of(VERIFIER) == CHALLENGE
        assert is_verifier_of(VERIFIER, CHALLENGE)

    @pytest.mark.parametrize(
        "verifier", [VERIFIER[:-1], VERIFIER + "x", CHALLENGE, "", "x" * 129, "ä" * 43, VERIFIER + "\n"]
    )
    def test_is_refused_otherwise(self, verifier):
        assert not is_verifier_of(verifier, CHALLENGE)

    def test_is_never_compared_as_plain_text(self):
        assert not is_verifier_of(VERIFIER, VERIFIER)

    @pytest.mark.parametrize("length", [43, 128])
    def test_has_43_to_128_characters(self, length):
        verifier = "~" * length

        assert is_verifier_of(verifier, challenge_of(verifier))
        assert not is_verifier_of("~" * 42, challenge_of("~" * 42))


class TestChallenge:
    def test_may_be_absent(self):
        assert check_challenge(None, None) is None

    def test_comes_with_its_method(self):
        assert check_challenge(CHALLENGE, "S256") == CHALLENGE

    @pytest.mark.parametrize(
        ("challenge", "method"),
        [
            (CHALLENGE, None),
            (None, "S256"),
            (CHALLENGE, "plain"),
            (CHALLENGE, "s256"),
            (CHALLENGE[:-1], "S256"),
            ("x" * 129, "S256"),
            (CHALLENGE[:-1] + "=", "S256"),
            (CHALLENGE[:-1] + "\n", "S256"),
        ],
    )
    def test_is_refused_otherwise(self, challenge, method):
        with pytest.raises(InvalidRequest):
            check_challenge(challenge, method)
