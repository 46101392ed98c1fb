"""Grants as `/auth` leaves them behind, for tests of what comes after: the token endpoint and its tables."""

from datetime import datetime, timedelta
from typing import Any

import msgspec

from sealgate.apps.model import App
from sealgate.base.ids import hash_secret, new_token, new_uuid
from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.oauth import store
from sealgate.oauth.clients import Client
from sealgate.oauth.grants.asked import Asked
from sealgate.oauth.model import CODE_TTL_S, Grant
from tests.conftest import NOON

ALICE = "rPT1Sjq2YGrBMTttX4GZHjKu9dyfzbpAYe"
CALLBACK = "https://shop.example/cb"
SETTINGS = Settings(public_url="https://sign.example")
ALL_GRANTS = ("authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code")


def an_app(**values: Any) -> App:
    """Return an app that may use every grant, and needs its secret."""
    return App(**{"uuid": new_uuid(), "name": "Corner Shop", "created_at": NOON, "grant_types": ALL_GRANTS, **values})


def a_grant(app_uuid: str, **values: Any) -> Grant:
    """Return what alice's signature gave an app."""
    usual = {
        "uuid": new_uuid(),
        "app_uuid": app_uuid,
        "account": ALICE,
        "payload_uuid": new_uuid(),
        "network_type": "MAINNET",
        "network_endpoint": "wss://node.example",
        "network_id": 0,
        "redirect_uri": CALLBACK,
        "auth_time": NOON,
        "created_at": NOON,
    }
    grant = Grant(**{**usual, **values})
    return msgspec.structs.replace(grant, shape="oidc") if "openid" in grant.scopes else grant


def keep(tx: Tx, grant: Grant) -> str:
    """Store a grant and return its code."""
    code = new_token()
    store.insert_grant(
        tx, grant, code_hash=hash_secret(code), code_expires_at=grant.created_at + timedelta(seconds=CODE_TTL_S)
    )
    return code


def asked(app: App, *, now: datetime = NOON, secret: bool = True, **params: str) -> Asked:
    """Return a call of the token endpoint as a grant gets it."""
    return Asked(Client(app, authenticated=secret), params, SETTINGS, now)
