"""Which client calls what, and what it reads of the answer (platform-api 21; oauth2 A14, A16). Data alone."""

from typing import Any, Literal

import msgspec

from sealgate.cli.compat import needs
from sealgate.cli.compat.shapes import Need, shape

CLIENTS = {
    "ts": "xumm-sdk for JavaScript",
    "uni": "xumm for browsers",
    "py": "xumm-sdk-py",
    "net": "XUMM.NET.SDK",
    "php": "xumm-sdk-php",
    "go": "xumm-go-sdk",
    "pkce": "xumm-oauth2-pkce",
    "oidc": "OpenID Connect libraries",
}

ACCOUNT = "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"
NOBODY = "00000000-0000-4000-8000-000000000000"
ORIGIN = "https://app.example"

Credentials = Literal["app", "wrong", "bearer", "none"]


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call.

    Attributes:
        clients: Who makes it.
        path: Below the endpoint; `{uuid}` is that of the request that was made, `{key}` the API key.
        credentials: `wrong` is the key with a secret that is none.
        sends: JSON body.
        form: Form body instead.
        status: What the answer must have; empty for any success.
        needs: What its body must have; None where it is no JSON.
        headers: What its headers must have, in lower case; an empty text for any value.
        content: Beginning of its content type, where that counts.
        preflight: It is the question of a browser before such a call.
        basic: Key and secret travel by HTTP Basic, and the host is that of OAuth.
        oauth: The host is that of OAuth.
        writes: It makes or ends something.
        may_lack: An endpoint without such data may answer 503.
    """

    name: str
    clients: tuple[str, ...]
    path: str
    method: str = "GET"
    credentials: Credentials = "app"
    sends: Any = None
    form: dict[str, str] | None = None
    status: tuple[int, ...] = ()
    needs: tuple[Need, ...] | None = ()
    headers: tuple[tuple[str, str], ...] = ()
    content: str = "application/json"
    preflight: bool = False
    basic: bool = False
    oauth: bool = False
    writes: bool = False
    may_lack: bool = False


def _clients(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_APP = "/api/v1/platform"
_USER = "/api/v1/jwt"
_ANY_ORIGIN = (("access-control-allow-origin", ""),)
_CODE = {"grant_type": "authorization_code", "code": "none", "redirect_uri": f"{ORIGIN}/", "code_verifier": "x" * 43}
SIGN_REQUEST = {
    "txjson": {"TransactionType": "SignIn"},
    # XUMM.NET.SDK always sends an expiry, zero where there is none.
    "options": {"expire": 0},
    "custom_meta": {"identifier": "{mark}", "instruction": "sealgate compat check"},
}

READING = (
    Call(name="ping", clients=_clients("ts net php go"), path=f"{_APP}/ping", needs=needs.PING),
    Call(name="ping, with a slash", clients=("py",), path=f"{_APP}/ping/", needs=needs.PING),
    Call(
        name="rates", clients=_clients("ts py net php go"), path=f"{_APP}/rates/EUR", needs=needs.RATES, may_lack=True
    ),
    Call(
        name="curated assets", clients=_clients("ts py net php go"), path=f"{_APP}/curated-assets", needs=needs.ASSETS
    ),
    Call(name="rails", clients=_clients("ts net"), path=f"{_APP}/rails", needs=needs.RAILS),
    Call(name="hook hashes", clients=_clients("ts net"), path=f"{_APP}/hookhash", needs=shape("{} object")),
    Call(
        name="KYC of an account",
        clients=_clients("ts py net php go"),
        path=f"{_APP}/kyc-status/{ACCOUNT}",
        credentials="none",
        needs=needs.KYC,
    ),
    Call(
        name="KYC of a user",
        clients=_clients("ts py php go"),
        method="POST",
        path=f"{_APP}/kyc-status",
        sends={"user_token": NOBODY},
        needs=needs.KYC_OF_USER,
    ),
    Call(
        name="user tokens",
        clients=_clients("ts net php go"),
        method="POST",
        path=f"{_APP}/user-tokens",
        sends={"tokens": [NOBODY]},
        needs=needs.TOKENS,
    ),
    Call(
        name="user tokens, a bare list",
        clients=("py",),
        method="POST",
        path=f"{_APP}/user-tokens/",
        sends=[NOBODY],
        needs=needs.TOKENS,
    ),
    Call(name="one user token", clients=_clients("net php"), path=f"{_APP}/user-token/{NOBODY}", needs=needs.TOKENS),
    Call(name="app storage", clients=_clients("ts py net go"), path=f"{_APP}/app-storage", needs=needs.STORAGE),
    Call(name="account meta", clients=("net",), path=f"{_APP}/account-meta/{ACCOUNT}", needs=needs.ACCOUNT_META),
    Call(
        name="a request that is not there",
        clients=_clients("ts py net php go"),
        path=f"{_APP}/payload/{NOBODY}",
        status=(404,),
        needs=needs.SOFT_ERROR,
    ),
    Call(
        name="a wrong secret",
        clients=_clients("ts py net php go"),
        path=f"{_APP}/ping",
        credentials="wrong",
        status=(400, 401, 403),
        needs=needs.SOFT_ERROR,
    ),
    Call(
        name="a token that is none",
        clients=_clients("ts uni"),
        path=f"{_USER}/ping",
        credentials="bearer",
        status=(400, 401, 403),
        needs=needs.SOFT_ERROR,
        headers=_ANY_ORIGIN,
    ),
    Call(
        name="the older name of the JWT calls",
        clients=("net",),
        path="/api/v1/xapp-jwt/ping",
        credentials="bearer",
        status=(400, 401, 403),
        needs=needs.SOFT_ERROR,
    ),
    Call(
        name="calls from pages",
        clients=("uni",),
        method="OPTIONS",
        path=f"{_USER}/payload",
        credentials="none",
        status=(200, 204),
        needs=None,
        headers=(("access-control-allow-origin", ""), ("access-control-allow-headers", "")),
        content="",
        preflight=True,
    ),
    Call(
        name="avatar", clients=("uni",), path=f"/avatar/{ACCOUNT}.png", credentials="none", needs=None, content="image/"
    ),
    Call(
        name="discovery",
        clients=("oidc",),
        path="/.well-known/openid-configuration",
        credentials="none",
        oauth=True,
        needs=needs.METADATA,
        headers=_ANY_ORIGIN,
    ),
    Call(
        name="discovery, doubled",
        clients=("oidc",),
        oauth=True,
        credentials="none",
        needs=needs.METADATA,
        path="/.well-known/openid-configuration/.well-known/openid-configuration",
    ),
    Call(
        name="keys",
        clients=("oidc",),
        path="/certs",
        credentials="none",
        oauth=True,
        needs=needs.KEYS,
        headers=_ANY_ORIGIN,
    ),
    Call(
        name="a code that is none, without a secret",
        clients=_clients("pkce uni"),
        method="POST",
        path="/token",
        credentials="none",
        oauth=True,
        form={**_CODE, "client_id": "{key}"},
        status=(400, 401),
        needs=needs.OAUTH_ERROR,
        headers=_ANY_ORIGIN,
    ),
    Call(
        name="a code that is none, by Basic",
        clients=_clients("py oidc"),
        method="POST",
        path="/token",
        basic=True,
        oauth=True,
        form={**_CODE},
        status=(400, 401),
        needs=needs.OAUTH_ERROR,
    ),
    Call(
        name="a code that is none, as JSON",
        clients=("oidc",),
        method="POST",
        path="/token",
        credentials="none",
        oauth=True,
        sends={**_CODE, "client_id": "{key}"},
        status=(400, 401),
        needs=needs.OAUTH_ERROR,
    ),
    Call(
        name="userinfo without a token",
        clients=_clients("pkce uni py"),
        path="/userinfo",
        credentials="none",
        oauth=True,
        status=(400, 401, 403),
        needs=(),
        headers=_ANY_ORIGIN,
    ),
    Call(
        name="userinfo from pages",
        clients=_clients("pkce uni"),
        method="OPTIONS",
        path="/userinfo",
        credentials="none",
        oauth=True,
        status=(200, 204),
        needs=None,
        content="",
        preflight=True,
        headers=(("access-control-allow-origin", ""), ("access-control-allow-headers", "")),
    ),
    Call(
        name="a redirect that is not registered",
        clients=_clients("pkce uni oidc"),
        credentials="none",
        oauth=True,
        path=f"/auth?response_type=code&client_id={{key}}&redirect_uri={ORIGIN}/not-registered&state=x",
        status=(400, 401, 403),
        needs=None,
        content="",
    ),
)

WRITING = (
    Call(
        name="create",
        clients=_clients("ts py net php go"),
        method="POST",
        path=f"{_APP}/payload/",
        sends=SIGN_REQUEST,
        needs=needs.CREATED,
        writes=True,
    ),
    Call(
        name="get",
        clients=_clients("ts py net php go"),
        path=f"{_APP}/payload/{{uuid}}",
        needs=needs.PAYLOAD,
        writes=True,
    ),
    Call(
        name="get by identifier",
        clients=_clients("net php go"),
        path=f"{_APP}/payload/ci/{{mark}}",
        needs=needs.PAYLOAD,
        writes=True,
    ),
    Call(
        name="QR code",
        clients=_clients("ts uni"),
        path="/sign/{uuid}_q.png",
        credentials="none",
        needs=None,
        content="image/png",
        writes=True,
    ),
    Call(
        name="sign page",
        clients=_clients("ts py net php go"),
        path="/sign/{uuid}",
        credentials="none",
        needs=None,
        content="text/html",
        writes=True,
    ),
    Call(
        name="cancel",
        clients=_clients("ts py net php go"),
        method="DELETE",
        path=f"{_APP}/payload/{{uuid}}",
        needs=needs.CANCELLED,
        writes=True,
    ),
    Call(
        name="cancel again",
        clients=_clients("ts py net php go"),
        method="DELETE",
        path=f"{_APP}/payload/{{uuid}}",
        needs=needs.CANCELLED_BEFORE,
        writes=True,
    ),
)
