"""What the conformance suite of the OpenID Foundation looks at in every module, as functions (oauth2 C2).

Tokens are verified by PyJWT, which shares no code with the server.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt

from sealgate.base.clock import to_unix_s
from sealgate.oauth.claims import at_hash

Json = dict[str, Any]

PROFILE_CLAIMS = frozenset({"name", "preferred_username", "picture", "profile", "website", "updated_at"})
EMAIL_CLAIMS = frozenset({"email", "email_verified"})

_MAY_BE_IN_ERRORS = frozenset({"error", "error_description", "error_uri", "state", "iss", "session_state"})
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_ID_TOKEN_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "at_hash", "acr", "amr"})
_TEXT = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")
_VSCHAR = re.compile(r"[\x20-\x7e]+")
_YEAR_S = 365 * 86_400


def check_metadata(document: Json, issuer: str) -> None:
    """Check that the document is the issuer's and that every address in it is for secure transport."""
    assert document["issuer"] == issuer
    for name in ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"):
        assert name in document
    for name, value in document.items():
        if name.endswith(("_endpoint", "_uri")):
            parts = urlsplit(value)
            assert (parts.scheme, bool(parts.netloc), parts.fragment) == ("https", True, ""), name


def check_keys(jwks: Json) -> None:
    """Check that every key can be read, is public, is for signatures, and has a name of its own."""
    keys = jwks["keys"]
    assert keys
    for key in keys:
        assert key["kty"] in ("RSA", "EC")
        assert not _PRIVATE_MEMBERS & key.keys()
        assert key["use"] == "sig"
        assert jwt.PyJWK(key).key is not None
    assert len({key["kid"] for key in keys}) == len(keys)


def check_answer(params: Mapping[str, str], sent: Mapping[str, str], issuer: str) -> None:
    """Check the parameters of an answer: the request's own `state`, who answers, and how an error is put."""
    assert params.get("state") == sent.get("state")
    assert params.get("iss", issuer) == issuer
    if "error" in params:
        assert params.keys() <= _MAY_BE_IN_ERRORS
        assert _TEXT.fullmatch(params["error"])
        assert _TEXT.fullmatch(params.get("error_description", "-"))
        return
    check_code(params["code"])


def check_code(code: str) -> None:
    """Check that nobody guesses a code: at least 128 bits, and at least 96 of measured entropy."""
    assert len(code) * 6 >= 128
    shares = [count / len(code) for count in Counter(code).values()]
    assert -sum(share * math.log2(share) for share in shares) * len(code) >= 96


def check_token_response(answer: httpx.Response) -> Json:
    """Check that tokens were given, to be kept by nobody, and return them."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert "no-store" in answer.headers["cache-control"]
    body: Json = answer.json()
    assert _VSCHAR.fullmatch(body["access_token"])
    assert body["token_type"].lower() == "bearer"
    assert type(body["expires_in"]) is int
    assert 0 < body["expires_in"] < _YEAR_S
    return body


def check_token_error(answer: httpx.Response, error: str) -> None:
    """Check that the token endpoint refuses in the way of RFC 6749, 5.2."""
    assert answer.status_code == 400, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert "no-store" in answer.headers["cache-control"]
    body = answer.json()
    assert body["error"] == error
    assert _TEXT.fullmatch(body["error_description"])


def check_id_token(
    token: str, jwks: Json, *, issuer: str, client_id: str, nonce: str | None, access_token: str, now: datetime
) -> tuple[Json, Json]:
    """Check an ID token as a relying party does, and that it says nothing else; return its header and claims."""
    header = jwt.get_unverified_header(token)
    key = jwt.PyJWKSet.from_dict(jwks)[header["kid"]]
    # The server's clock is moved: times are compared with it below.
    claims: Json = jwt.decode(
        token, key, algorithms=["RS256"], audience=client_id, issuer=issuer,
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    at = to_unix_s(now)
    assert claims["aud"] == client_id
    assert claims["exp"] > at
    assert abs(claims["iat"] - at) <= 300
    assert 0 < claims["auth_time"] <= at
    assert claims.get("nonce") == nonce
    assert claims["acr"]
    assert claims["sub"]
    assert claims["at_hash"] == at_hash(access_token)
    assert claims.keys() <= _ID_TOKEN_CLAIMS
    return header, claims


def check_userinfo(answer: httpx.Response, sub: str) -> Json:
    """Check that claims are of the same person, well-formed, and left out where unknown; return them."""
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    assert told["sub"] == sub
    assert None not in told.values()
    assert not [name for name, value in told.items() if isinstance(value, str) and not value.strip()]
    for name in told.keys() & {"name", "preferred_username", "picture", "profile", "website", "email"}:
        assert isinstance(told[name], str)
    assert isinstance(told.get("updated_at", 0), int | float)
    assert isinstance(told.get("email_verified", False), bool)
    return told


def check_error_page(page: httpx.Response) -> None:
    """Check that a person reads what is wrong, and that nobody is led anywhere."""
    assert page.status_code == 400
    assert page.headers["content-type"].startswith("text/html")
    assert "location" not in page.headers
    assert "<form" not in page.text
    assert 'http-equiv="refresh"' not in page.text
