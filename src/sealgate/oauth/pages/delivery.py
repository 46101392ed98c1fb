"""The pages that hand a result to the app: by message to the popup's opener, or as a form (oauth2 A7, B4.5)."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from sealgate.oauth.pages.targets import form_action
from sealgate.web.answers import Page

_NO_ESCAPE_FROM_SCRIPT = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def popup_page(
    outcome: Literal["resolved", "rejected"],
    *,
    redirect_uri: str,
    full_redirect_uri: str,
    target_origin: str,
    values: Mapping[str, str | int],
    app_name: str = "the app",
    otherwise: str | None = None,
) -> Page:
    """Return the page that posts the result to the window that opened it and closes; without one, it goes on itself.

    Args:
        redirect_uri: As it was asked for.
        full_redirect_uri: With all parameters of the response.
        target_origin: The only origin that may receive the message, by the registration (oauth2 B3.3).
        values: Of the response, for `options`: `code`, `state`, `access_token`, `error`, ….
        otherwise: Where the page goes if no window opened it, when that is not `full_redirect_uri`.
    """
    onward = otherwise or full_redirect_uri
    options = {"redirect_uri": redirect_uri, "full_redirect_uri": full_redirect_uri, **values}
    # The published SDKs take a string that holds JSON, and nothing else (W17).
    message = msgspec.json.encode({"source": f"xumm_sign_request_{outcome}", "options": options}).decode()
    return Page(
        "oauth/popup.html",
        {
            "result": _json({"message": message, "target": target_origin, "otherwise": onward}),
            "full_redirect_uri": onward,
            "app_name": app_name,
            "resolved": outcome == "resolved",
        },
    )


def form_post_page(*, redirect_uri: str, parameters: Mapping[str, str], app_name: str = "the app") -> Page:
    """Return the page that sends the parameters of a response to the app as a form, by itself or by its button."""
    return Page(
        "oauth/form_post.html",
        {"action": redirect_uri, "parameters": parameters, "app_name": app_name},
        csp={"form-action": form_action(redirect_uri)},
    )


def _json(values: Mapping[str, str]) -> str:
    """Return JSON that may stand in a `<script>` element: nothing in it ends the element or begins a comment."""
    text = msgspec.json.encode(values).decode()
    for char, escape in _NO_ESCAPE_FROM_SCRIPT.items():
        text = text.replace(char, escape)
    return text
