"""Hostile signature fields are refused with one of our words, and nothing worse."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealgate.access.errors import SignatureMissing, SignatureUnreadable
from sealgate.access.signature_policy import read_claims, read_signature
from sealgate.base.errors import SealgateError

GOOD = {"created": "1700000000", "nonce": '"nnnnnnnnnnnnnnnn"', "keyid": '"k"', "alg": '"ed25519"'}
SIGNATURE = f"sig1=:{'A' * 86}==:"


def written(parameters: dict[str, str]) -> str:
    return 'sig1=("@method")' + "".join(f";{name}={value}" for name, value in parameters.items())


def test_reads_what_a_wallet_writes():
    claims = read_claims(read_signature(written(GOOD), SIGNATURE))

    assert (claims.created, claims.expires, claims.keyid, claims.nonce) == (1_700_000_000, None, "k", "n" * 16)


@pytest.mark.parametrize(
    "change",
    [
        {"created": '"1700000000"'}, {"created": "1.5"}, {"created": "?1"}, {"expires": '"x"'}, {"keyid": "5"},
        {"keyid": '""'}, {"keyid": f'"{"k" * 65}"'}, {"nonce": "nnnnnnnnnnnnnnnn"}, {"alg": '"hmac-sha256"'},
        {"tag": '"x"'}, {"nonce": '"short"'},
    ],
    ids=str,
)  # fmt: skip
def test_refuses_other_kinds_and_sizes(change):
    with pytest.raises(SignatureUnreadable):
        read_claims(read_signature(written(GOOD | change), SIGNATURE))


@pytest.mark.parametrize("signature", ["sig1=:AAAA:", f"sig1=:{'A' * 88}:"])
def test_refuses_a_signature_of_another_length(signature):
    with pytest.raises(SignatureUnreadable):
        read_claims(read_signature(written(GOOD), signature))


@pytest.mark.parametrize(("signature_input", "signature"), [(None, SIGNATURE), (written(GOOD), None), (None, None)])
def test_says_when_there_is_none(signature_input, signature):
    with pytest.raises(SignatureMissing):
        read_signature(signature_input, signature)


VALUES = st.one_of(
    st.integers(-(10**15), 10**15).map(str),
    st.text('abc-:"?()=;, é', max_size=20),
    st.sampled_from(list(GOOD.values())),
)


@given(st.dictionaries(st.sampled_from([*GOOD, "expires", "tag", "x"]), VALUES, max_size=6), st.text(max_size=100))
def test_hostile_fields_are_refused_and_nothing_worse(parameters, signature):
    for second in (signature, SIGNATURE):
        try:
            read_claims(read_signature(written(GOOD | parameters), second))
        except SealgateError as refusal:
            kind = type(refusal)
        else:
            kind = SignatureUnreadable
        assert kind is SignatureUnreadable
