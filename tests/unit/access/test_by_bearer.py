"""What counts as a bearer token in the Authorization header, and what is said where there is none."""

from types import SimpleNamespace

import pytest

from sealgate.access.by_bearer import bearer_token
from sealgate.tokens.errors import TokenMalformed, TokenMissing


def call(authorization=None):
    return SimpleNamespace(headers={} if authorization is None else {"authorization": authorization})


@pytest.mark.parametrize("header", ["Bearer a.b.c", "bearer a.b.c", "BEARER   a.b.c ", " Bearer a.b.c"])
def test_the_scheme_is_read_in_any_case(header):
    assert bearer_token(call(header)) == "a.b.c"


@pytest.mark.parametrize(
    ("header", "said"),
    [(None, "no Authorization header"), ("", "no Authorization header"), ("Bearer", "no token follows"),
     ("Bearer  ", "no token follows"), ("Basic YTpi", "does not carry a Bearer token"), ("a.b.c", "does not carry"),
     ("Bearer undefined", "'undefined'"), ("Bearer null", "'null'")],
)  # fmt: skip
def test_a_missing_token_is_told_by_what_is_there(header, said):
    with pytest.raises(TokenMissing, match=said):
        bearer_token(call(header))


@pytest.mark.parametrize("header", ['Bearer "a.b.c"', "Bearer 'a.b.c'", "Bearer a.b.c, Bearer d.e.f", "Bearer a b"])
def test_more_than_a_token_is_malformed(header):
    with pytest.raises(TokenMalformed):
        bearer_token(call(header))
