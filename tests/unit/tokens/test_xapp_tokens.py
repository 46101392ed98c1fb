"""What an xApp's JWT says and how it is written, read by a library that knows nothing of us."""

from typing import Any

import msgspec
import pytest
from joserfc import jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import OctKey

from sealgate.apps.model import App
from sealgate.base.clock import to_unix_s
from sealgate.base.ids import new_uuid
from sealgate.holders.thumbprint import from_base64url
from sealgate.tokens.xapp_tokens import is_xapp_token, sign_xapp_token
from tests.conftest import NOON
from tests.token_side import ALICE

SECRET = "b7e6f0a2-5c1d-4f3e-9a8b-2d4c6e8f0a1b"
APP = App(uuid="5f0d1c8e-7a52-4f0b-8a3e-1b9b6c2d4e70", name="Corner Shop", created_at=NOON)
OTT = "4d2f9c10-8e7b-4a63-b5d1-0c9e8f7a6b52"
USER_TOKEN = new_uuid()
CONTEXT = {"nodetype": "TESTNET", "nodewss": "wss://node.example", "networkid": 1}


def a_token(**changes):
    how: dict[str, Any] = {
        "app": APP, "ott": OTT, "account": ALICE, "context": CONTEXT, "user_token": USER_TOKEN, "now": NOON,
    } | changes  # fmt: skip
    return sign_xapp_token(SECRET, **how)


def test_says_what_the_platform_documents_and_nothing_else():
    claims = jwt.decode(a_token(), OctKey.import_key(SECRET), algorithms=["HS256"]).claims

    jti = claims.pop("jti")
    assert len(jti) == 36
    assert claims == {
        "client_id": APP.uuid,
        "ott_uuidv4": OTT,
        "app_uuidv4": APP.uuid,
        "app_name": "Corner Shop",
        "sub": ALICE,
        "usertoken_uuidv4": USER_TOKEN,
        "network_type": "TESTNET",
        "network_endpoint": "wss://node.example",
        "network_id": 1,
        "iat": to_unix_s(NOON),
        "exp": to_unix_s(NOON) + 86_400,
    }


def test_is_signed_with_the_text_of_the_secret_and_not_with_what_it_spells():
    for key in (SECRET.replace("-", ""), bytes.fromhex(SECRET.replace("-", ""))):
        with pytest.raises(BadSignatureError):
            jwt.decode(a_token(), OctKey.import_key(key), algorithms=["HS256"])


def test_begins_with_the_one_header_by_which_it_is_known():
    token = a_token()

    assert is_xapp_token(token)
    header = from_base64url(token.split(".")[0])
    assert header is not None
    assert msgspec.json.decode(header) == {"alg": "HS256", "typ": "JWT"}


def test_names_the_network_even_where_the_launch_did_not():
    claims = jwt.decode(a_token(context={}), OctKey.import_key(SECRET), algorithms=["HS256"]).claims

    assert (claims["network_type"], claims["network_endpoint"], claims["network_id"]) == (None, None, None)
