"""Which calls another site's page may make: every route of the server is asked, and the list is here in full."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sealgate.base.settings import Settings
from sealgate.tokens.user_routes import FAMILIES
from tests.wallet_side import WalletSide

pytestmark = pytest.mark.anyio

PAGE = {"origin": "https://shop.example", "sec-fetch-site": "cross-site"}
ASKING = "access-control-request-"
USERS = "Content-Type, Authorization, Idempotency-Key, x-api-key, x-api-ott, x-api-secret"
PROGRAMS = "Authorization, Content-Type, DPoP"

JWT_API = {
    "authorize": "GET",
    "ping": "GET",
    "payload": "POST",
    "payload/{uuid:uuid}": "DELETE, GET",
    "payload/ci/{identifier:text}": "GET",
    "rates/{code:text}": "GET",
    "curated-assets": "GET",
    "hookhash": "GET",
    "hookhash/{hash:text}": "GET",
    "rails": "GET",
    "xrpl-tx/{hash:text}": "GET",
    "nftoken-detail/{id:text}": "GET",
    "userdata": "GET",
    "userdata/{key:text}": "DELETE, GET, POST",
}
PROVIDER = {
    "/token": "POST",
    "/userinfo": "GET, POST",
    "/certs": "GET",
    "/revoke": "POST",
    "/device_authorization": "POST",
    "/.well-known/openid-configuration": "GET",
    "/.well-known/oauth-authorization-server": "GET",
    "/.well-known/openid-configuration/.well-known/openid-configuration": "GET",
}
OPEN: dict[str, tuple[str, str | None]] = {
    **{f"{family}/{path}": (methods, USERS) for family in FAMILIES for path, methods in JWT_API.items()},
    "/api/v1/platform/user-tokens": ("POST", USERS),
    "/api/v1/platform/kyc-status": ("POST", USERS),
    "/api/v1/platform/kyc-status/{account:text}": ("GET", USERS),
    "/api/v1/platform/rails": ("GET", USERS),
    "/api/v1/app/rails": ("GET", USERS),
    "/api/v1/app/account-info/{account:text}": ("GET", None),
    "/avatar/{name:text}": ("GET", None),
    "/api/v1/platform/xapp/event": ("POST", USERS),
    "/api/v1/platform/xapp/push": ("POST", USERS),
    **{f"{root}{path}": (methods, PROGRAMS) for root in ("", "/oauth") for path, methods in PROVIDER.items()},
    # RFC 8414, 3.1: a path of the issuer comes after the well-known part.
    "/.well-known/openid-configuration/{path:text}": ("GET", PROGRAMS),
    "/.well-known/oauth-authorization-server/{path:text}": ("GET", PROGRAMS),
    **{
        f"/sign/{{uuid:uuid}}{quality}.{kind}": ("GET", None)
        for quality in ("", "_m", "_q", "_h")
        for kind in ("png", "json")
    },
}
"""Path to the methods a preflight allows, and the headers beyond the simple ones."""

READ_BY_ANYBODY = {"/openapi.json", "/asyncapi.json"}
"""Answers that any page may read, by calls that need no preflight."""


@pytest.fixture
async def side(flow_sqlite: Path, tmp_path: Path) -> AsyncIterator[WalletSide]:
    """A started server."""
    shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
    started = WalletSide(Settings(data_dir=str(tmp_path), public_url="https://sign.example", rate_limits=False))
    await started.start()
    yield started
    await started.stop()


def filled(template: str) -> str:
    """Return a path that the template matches."""
    path = re.sub(r"{\w+:uuid}", "0d9c2f6e-3b1a-4c55-9d37-6a1f5b2e8c41", template)
    return re.sub(r"{\w+:text}", "some", path)


async def test_exactly_these_paths_answer_a_preflight(side, subtests):
    paths = {route.path for route in side.app.routes}

    assert OPEN.keys() <= paths
    for path in paths:
        with subtests.test(path):
            asked = {**PAGE, f"{ASKING}method": "DELETE", f"{ASKING}headers": "authorization,content-type"}
            answer = await side._client.options(filled(path), headers=asked)

            told = {name: value for name, value in answer.headers.items() if name.startswith("access-control-")}
            if path not in OPEN:
                assert answer.status_code in {404, 405}
                assert told == {}
                continue
            methods, headers = OPEN[path]
            assert (answer.status_code, answer.content) == (200, b"")
            assert told["access-control-allow-origin"] == "*"
            assert told["access-control-allow-methods"] == f"{methods}, OPTIONS"
            assert told.get("access-control-allow-headers") == headers
            assert int(told["access-control-max-age"]) > 0
            assert "access-control-allow-credentials" not in told


async def test_answers_of_all_others_cannot_be_read(side, subtests):
    for route in side.app.routes:
        if route.path in OPEN or route.path in READ_BY_ANYBODY:
            continue
        with subtests.test(f"{route.method} {route.path}"):
            answer = await side._client.request(route.method, filled(route.path), headers=PAGE)

            assert [name for name in answer.headers if name.startswith("access-control-")] == []


@pytest.mark.parametrize("path", ["/api/v1/jwt/nope", "/api/v1/platform/nope", "/nope"])
async def test_what_does_not_exist_answers_no_preflight(side, path):
    answer = await side._client.options(path, headers={**PAGE, f"{ASKING}method": "GET"})

    assert answer.status_code == 404
    assert "access-control-allow-origin" not in answer.headers
