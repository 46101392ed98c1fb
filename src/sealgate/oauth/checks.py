"""What an authorization request must fulfil: one small function a rule, in the order of oauth2 B4.1, step 5. Pure."""

import re
from collections.abc import Callable, Mapping

from sealgate.apps.model import App
from sealgate.ledger.addresses import decode_x_address, is_classic_address, is_x_address
from sealgate.ledger.networks import find_network
from sealgate.oauth.errors import (
    InvalidRequest,
    RequestNotSupported,
    RequestUriNotSupported,
    UnauthorizedClient,
    UnsupportedResponseType,
)
from sealgate.oauth.model import ResponseMode, ResponseType
from sealgate.oauth.pkce import check_challenge

Params = Mapping[str, str]

MAX_SIGNERS = 10
MAX_NONCE_BYTES = 1024
MAX_SCOPE_BYTES = 2048
MAX_AGE_DIGITS = 9
MAX_HINT_CHARS = 64
PROMPTS = frozenset({"none", "login", "consent", "select_account"})
PUSHED_PREFIX = "urn:ietf:params:oauth:request_uri:"

_NETWORK = re.compile(r"[A-Z0-9_]{1,32}")


def no_request_object(app: App, params: Params, pushed: bool) -> None:
    """Refuse `request`: ignoring it would answer another question than was asked (OpenID Connect Core, 6)."""
    if "request" in params:
        raise RequestNotSupported


def no_foreign_request_uri(app: App, params: Params, pushed: bool) -> None:
    """Refuse a `request_uri`: one of ours was followed before, and a pushed request must have none (RFC 9126, 2.1)."""
    if "request_uri" not in params:
        return
    if pushed:
        raise InvalidRequest(message="A pushed request must not have a request_uri itself.")
    raise RequestUriNotSupported


def pushed_where_required(app: App, params: Params, pushed: bool) -> None:
    """Refuse a request of an app that has bound itself to push each of them (RFC 9126, 6)."""
    if app.require_par and not pushed:
        raise InvalidRequest(message="This app must push its authorization requests to /par first.")


def bounded_scope(app: App, params: Params, pushed: bool) -> None:
    """Refuse a scope too long for a token; no scope is wrong for what it says (oauth2 W3)."""
    if len(params.get("scope", "").encode()) > MAX_SCOPE_BYTES:
        raise InvalidRequest(message="The scope is longer than 2,048 bytes.")


BEFORE_READING: tuple[Callable[[App, Params, bool], None], ...] = (
    no_request_object,
    no_foreign_request_uri,
    pushed_where_required,
    bounded_scope,
)


def response_type(app: App, params: Params) -> ResponseType:
    """Return the response type, where the app may use its flow.

    Raises:
        InvalidRequest: it is missing.
        UnsupportedResponseType: it is neither `code` nor `token`.
        UnauthorizedClient: the app may not use the flow.
    """
    asked = params.get("response_type")
    if asked is None:
        raise InvalidRequest(message="Grant type is invalid or missing.", hint="Send response_type=code.")
    if asked == "code":
        if "authorization_code" not in app.grant_types:
            raise UnauthorizedClient(detail=f"app={app.uuid} code flow is off")
        return "code"
    if asked == "token":
        if not app.allow_implicit:
            raise UnauthorizedClient(
                message="This app may not use the implicit flow (response_type=token).",
                hint="Use response_type=code with PKCE; or its operator can allow the implicit flow.",
            )
        return "token"
    raise UnsupportedResponseType


def response_mode(params: Params) -> ResponseMode:
    """Return the response mode, `query` where none was asked for, for both flows (oauth2 W9).

    Raises:
        InvalidRequest: it is none of ours.
    """
    match params.get("response_mode", "query"):
        case "query" | "fragment" | "form_post" as asked:
            return asked
        case _:
            raise InvalidRequest(message="The response_mode must be query, fragment or form_post.")


def challenge(app: App, params: Params, response_type: ResponseType) -> str | None:
    """Return the PKCE challenge of a code flow, None without one.

    Raises:
        InvalidRequest: it is malformed, or missing where the app must send one.
    """
    found = check_challenge(params.get("code_challenge"), params.get("code_challenge_method"))
    if response_type == "token":
        return None
    if found is None and app.require_pkce:
        raise InvalidRequest(
            message="This app must use PKCE: send code_challenge with code_challenge_method=S256.",
            hint="The app's option require_pkce asks for it; its operator may switch that off for a back end.",
        )
    return found


def prompt(params: Params) -> tuple[str, ...]:
    """Return the known values of `prompt`, sorted; others are ignored (OpenID Connect Core, 3.1.2.1).

    Raises:
        InvalidRequest: `none` stands beside another.
    """
    asked = frozenset(params.get("prompt", "").split())
    if "none" in asked and len(asked) > 1:
        raise InvalidRequest(message="prompt=none cannot be combined with another value.")
    return tuple(sorted(asked & PROMPTS))


def max_age(params: Params) -> int | None:
    """Return `max_age` in seconds, None where it was not sent.

    Raises:
        InvalidRequest: it is no non-negative integer.
    """
    text = params.get("max_age")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > MAX_AGE_DIGITS:
        raise InvalidRequest(message="max_age must be a number of seconds, 0 or more.")
    return int(text)


def nonce(params: Params) -> str | None:
    """Return `nonce`.

    Raises:
        InvalidRequest: it is longer than 1,024 bytes.
    """
    text = params.get("nonce")
    if text is not None and len(text.encode()) > MAX_NONCE_BYTES:
        raise InvalidRequest(message="The nonce is longer than 1,024 bytes.")
    return text


def signers(params: Params, *, strict: bool) -> tuple[str, ...]:
    """Return the addresses of which one must sign, comma-separated in the request; at most ten (design 4.21).

    Raises:
        InvalidRequest: `strict`, and one is no classic address. Else they are ignored, as old clients expect.
    """
    text = params.get("signers")
    if text is None:
        return ()
    addresses = tuple(dict.fromkeys(part.strip() for part in text.split(",")))
    if len(addresses) <= MAX_SIGNERS and all(map(is_classic_address, addresses)):
        return addresses
    if strict:
        raise InvalidRequest(message="signers must be one to ten classic addresses, separated by commas.")
    return ()


def force_network(params: Params, *, strict: bool) -> str | None:
    """Return the key of the network the wallet must be on.

    Raises:
        InvalidRequest: `strict`, and no network of that name is known. Else it is ignored, as old clients expect.
    """
    text = params.get("force_network", "").strip().upper()
    if not text:
        return None
    if _NETWORK.fullmatch(text) and find_network(text) is not None:
        return text
    if strict:
        raise InvalidRequest(message="force_network names no network that this server knows.")
    return None


def login_hint(params: Params) -> str | None:
    """Return the account that `login_hint` names, as a classic or an X-address; what is neither is no hint."""
    text = params.get("login_hint", "")[:MAX_HINT_CHARS].strip()
    if is_classic_address(text):
        return text
    if is_x_address(text):
        return decode_x_address(text).address
    return None
