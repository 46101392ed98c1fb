"""How callers of each kind identify themselves, for the API reference.

By the name of the kind: the reference can tell without importing the slices that own the kinds.
"""

from typing import Any

from sealgate.web.callers import Anyone

SCHEMES: dict[str, dict[str, Any]] = {
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "The app's API key, a lower-case UUID. It is also the app's number.",
    },
    "apiSecret": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-secret",
        "description": "The app's API secret, a lower-case UUID. Never in a browser or in an app people install.",
    },
    "adminToken": {
        "type": "http",
        "scheme": "bearer",
        "description": "The server's admin token, from the setting `admin_token`.",
    },
    "accessToken": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of a signed-in user, from `/token` or the implicit flow, or the JWT of an "
        "xApp, from `jwt/authorize`.",
    },
    "deviceSignature": {
        "type": "apiKey",
        "in": "header",
        "name": "signature",
        "description": "An HTTP Message Signature (RFC 9421) with the wallet's Ed25519 device key over method, address "
        "and, where there is a body, `content-digest` (RFC 9530); its parameters stand in `signature-input`.",
    },
}

_BY_CALLER: dict[str, list[dict[str, list[str]]]] = {
    "App": [{"apiKey": [], "apiSecret": []}],
    "PublicApp": [{"apiKey": []}],
    "User": [{"accessToken": []}],
    "AppOrUser": [{"apiKey": [], "apiSecret": []}, {"accessToken": []}],
    "Admin": [{"adminToken": []}],
    "Device": [{"deviceSignature": []}],
    "NewDevice": [{"deviceSignature": []}],
}

_CURL: dict[str, tuple[str, ...]] = {
    "apiKey": ('-H "x-api-key: $SEALGATE_API_KEY"',),
    "apiSecret": ('-H "x-api-secret: $SEALGATE_API_SECRET"',),
    "adminToken": ('-H "authorization: Bearer $SEALGATE_ADMIN_TOKEN"',),
    "accessToken": ('-H "authorization: Bearer $ACCESS_TOKEN"',),
    "deviceSignature": ('-H "signature-input: …"', '-H "signature: …"'),
}


def security_of(kind: type[Any]) -> list[dict[str, list[str]]]:
    """Return the OpenAPI security requirement of a kind of caller; empty for anyone.

    Raises:
        KeyError: a kind whose way in is not described here yet.
    """
    return [] if kind is Anyone else _BY_CALLER[kind.__name__]


def curl_options(requirement: list[dict[str, list[str]]]) -> list[str]:
    """Return the options of curl that carry the first credential of a security requirement."""
    return [option for one in requirement[:1] for scheme in one for option in _CURL[scheme]]
