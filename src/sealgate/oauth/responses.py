"""The answer to an authorization request: its parameters, and the way they travel (oauth2 B3.4, B4.4, B4.5). Pure."""

from collections.abc import Collection, Mapping
from urllib.parse import quote, unquote_plus

from sealgate.oauth.errors import OAuthError
from sealgate.oauth.model import AuthorizationRequest
from sealgate.oauth.pages import form_post_page, popup_page
from sealgate.oauth.redirects import message_origin
from sealgate.oauth.request import ReplyTo
from sealgate.web.answers import Page, Redirect

Values = Mapping[str, str | int]
"""The parameters of an answer, in the order in which they are sent."""

LEFTOVERS = frozenset(
    {
        "access_token", "authorization_code", "code", "error", "error_code", "error_description", "error_uri",
        "expires_in", "id_token", "iss", "nonce", "refresh_token", "scope", "session_state", "state", "token_type",
    }
)  # fmt: skip
"""What an earlier answer may have left in the address of a page, which the browser SDK then sends (oauth2 A8)."""


def code_values(request: AuthorizationRequest, code: str, *, issuer: str) -> dict[str, str]:
    """Return the parameters of a code. Old clients read `authorization_code`, standard ones `code` (oauth2 W4)."""
    values = {"authorization_code": code, "code": code}
    if request.state is not None:
        values["state"] = request.state
    if request.nonce is not None and request.shape == "compat":
        values["nonce"] = request.nonce
    if not request.popup:
        values["iss"] = issuer
    return values


def token_values(request: AuthorizationRequest, access_token: str, *, expires_in: int) -> dict[str, str | int]:
    """Return the parameters of the implicit flow. `refresh_token` is there and empty, as clients expect (W9)."""
    values: dict[str, str | int] = {
        "access_token": access_token,
        "token_type": "bearer",
        "expires_in": expires_in,
        "refresh_token": "",
    }
    echoed = {"state": request.state, "nonce": request.nonce, "scope": request.scope}
    return values | {name: value for name, value in echoed.items() if value is not None}


def error_values(reply: ReplyTo, error: OAuthError, *, issuer: str) -> dict[str, str]:
    """Return the parameters of a refusal (RFC 6749, 4.1.2.1; RFC 9207)."""
    values = {"error": error.code, "error_description": _describe(error)}
    if reply.state is not None:
        values["state"] = reply.state
    if reply.plain:
        values["iss"] = issuer
    return values


def deliver(reply: ReplyTo, values: Values, *, app_name: str) -> Page | Redirect:
    """Return the answer that takes `values` to the app: a redirect, a form, or the page that talks to its opener."""
    texts = {name: str(value) for name, value in values.items()}
    if reply.popup:
        page = _popup(reply, values, texts, app_name)
        if page is not None:
            return page
    if reply.mode == "form_post":
        return form_post_page(redirect_uri=reply.redirect_uri, parameters=texts, app_name=app_name)
    return Redirect(
        with_values(
            reply.redirect_uri,
            texts,
            in_fragment=reply.mode == "fragment",
            without=frozenset() if reply.plain else LEFTOVERS,
        ),
        headers={"cache-control": "no-store", "referrer-policy": "no-referrer"},
    )


def _popup(reply: ReplyTo, values: Values, texts: Mapping[str, str], app_name: str) -> Page | None:
    target = message_origin(reply.redirect_uri, reply.registered)
    if target is None:  # an app's own scheme has no window that could hear a message
        return None
    full = with_values(reply.redirect_uri, texts, without=LEFTOVERS)
    if "error" not in values:
        return popup_page(
            "resolved", redirect_uri=reply.redirect_uri, full_redirect_uri=full, target_origin=target, values=values,
            app_name=app_name,
        )  # fmt: skip
    # With a description in its address the published SDK never opens a popup again (design 4.30).
    quiet = {name: text for name, text in texts.items() if name != "error_description"}
    return popup_page(
        "rejected", redirect_uri=reply.redirect_uri, full_redirect_uri=full, target_origin=target, values=values,
        app_name=app_name, otherwise=with_values(reply.redirect_uri, quiet, without=LEFTOVERS),
    )  # fmt: skip


def with_values(
    uri: str, values: Mapping[str, str], *, in_fragment: bool = False, without: Collection[str] = ()
) -> str:
    """Return a URI with parameters set: in its query, before any fragment, or as its fragment.

    A parameter of the same name gives way, whatever else the query holds stays as it was written. Each of ours has
    one raw `=` and nothing but unreserved characters besides (oauth2 W6 to W8).

    Args:
        without: Names of parameters that are taken out of the query even if we set none of that name.
    """
    head, hash_mark, fragment = uri.partition("#")
    base, _, query = head.partition("?")
    gone = {*without, *values}
    kept = [part for part in query.split("&") if part and unquote_plus(part.partition("=")[0]) not in gone]
    ours = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in values.items())
    if in_fragment:
        query = "&".join(kept)
        return f"{base}{'?' if query else ''}{query}#{ours}"
    return f"{base}?{'&'.join([*kept, ours])}{hash_mark}{fragment}"


def _describe(error: OAuthError) -> str:
    """Return the cause in the characters an `error_description` may have (RFC 6749, 4.1.2.1)."""
    return "".join(char if " " <= char <= "~" and char not in '"\\' else "?" for char in error.message)
