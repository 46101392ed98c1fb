"""Sealgate for Python: sign-in and sign requests on the XRP Ledger, for back ends, programs and xApps.

    from sealgate_client import Sealgate

    with Sealgate() as sealgate:  # SEALGATE_URL, SEALGATE_API_KEY, SEALGATE_API_SECRET
        request = sealgate.payloads.create_and_subscribe({"TransactionType": "SignIn"})
        print("Sign here:", request.created.next.always)
        print("Signed by", request.resolved().response.account)

`AsyncSealgate` has the same methods, to be awaited. Which credential it calls with is decided by what it is given:

    Sealgate(api_key=…, api_secret=…)      a back end, as the app
    Sealgate(access_token=…)               anywhere, as a signed-in user
    Sealgate(api_key=…, ott=…)             the page of an xApp, by its one-time token

What it can do (the async client awaits each, and iterates with `async for`):

    sealgate.ping()
    sealgate.payloads     create, get, get_by_identifier, cancel, subscribe, create_and_subscribe, receipt
    sealgate.user_tokens  verify, verify_many
    sealgate.userdata     list, get, get_many, set, delete
    sealgate.storage      get, set, delete
    sealgate.push         event, notification
    sealgate.xapp         resolve, resolve_again, authorize
    sealgate.lookups      rates, rails, curated_assets, hook_hashes, hook_hash, kyc_status, transaction,
                          account_meta, nftoken
    sealgate.activity     deliveries, delivery, resend, resend_many, calls, call, events
    sealgate.oauth        begin, finish, refresh, revoke, introspect, userinfo, begin_device, wait_for_device,
                          sign_in_here, logout_url
    sealgate.as_user(tokens, on_tokens=…)   the same connections, as a signed-in user, whose tokens are renewed
    sealgate.verify_token(token)            what a user's token says; `verify_receipt` likewise
    sealgate.verify_webhook(body, headers)  the event of a genuine delivery

Offline and without a client: `sealgate_client.tokens` and `sealgate_client.webhooks`. For frameworks there are
`sealgate_client.fastapi`, `sealgate_client.django` and `sealgate_client.flask`. Every refusal is a `SealgateError` with
`status`, `code`, `reference`, `message` and `hint`. Nothing is loaded before it is used.
"""

from __future__ import annotations

# Type checkers take it for true. The module `typing` costs ten times what the rest of this one does.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sealgate_client.client import AsyncSealgate as AsyncSealgate
    from sealgate_client.client import Sealgate as Sealgate
    from sealgate_client.errors import Misconfigured as Misconfigured
    from sealgate_client.errors import NotFound as NotFound
    from sealgate_client.errors import OAuthRefused as OAuthRefused
    from sealgate_client.errors import RateLimited as RateLimited
    from sealgate_client.errors import Refused as Refused
    from sealgate_client.errors import SealgateError as SealgateError
    from sealgate_client.errors import SessionEnded as SessionEnded
    from sealgate_client.errors import TimedOut as TimedOut
    from sealgate_client.errors import TokenInvalid as TokenInvalid
    from sealgate_client.errors import Unreachable as Unreachable
    from sealgate_client.errors import WebhookInvalid as WebhookInvalid
    from sealgate_client.oauth import Tokens as Tokens

_HOMES = {
    "AsyncSealgate": "client",
    "Sealgate": "client",
    "Misconfigured": "errors",
    "NotFound": "errors",
    "OAuthRefused": "errors",
    "RateLimited": "errors",
    "Refused": "errors",
    "SealgateError": "errors",
    "SessionEnded": "errors",
    "TimedOut": "errors",
    "TokenInvalid": "errors",
    "Unreachable": "errors",
    "Tokens": "oauth",
    "WebhookInvalid": "errors",
}

__all__ = list(_HOMES)
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *_HOMES]
