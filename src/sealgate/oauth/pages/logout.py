"""Pages for signing out of this server (OpenID Connect RP-Initiated Logout 1.0; oauth2 B13)."""

from collections.abc import Mapping

from sealgate.oauth.pages.csrf import CSRF_FIELD
from sealgate.oauth.pages.targets import form_action
from sealgate.web.answers import Page


def logout_page(
    *,
    account: str | None,
    action: str,
    fields: Mapping[str, str],
    csrf: str,
    problem: str = "",
    redirect_uri: str | None = None,
) -> Page:
    """Return the question whether to sign out.

    Args:
        account: Whose session it is, where there is one.
        problem: Why the app's wish cannot be followed as it stands.
        redirect_uri: Where the answer may lead to in the end, registered; None where it stays here.
    """
    values = {"account": account, "action": action, "fields": {**fields, CSRF_FIELD: csrf}, "problem": problem}
    return Page("oauth/logout.html", values, csp={"form-action": form_action(redirect_uri)})


def signed_out_page(*, problem: str = "") -> Page:
    """Return what is said after it; `problem` says why nobody is led back to the app."""
    text = "This browser has no session here any more. The next sign-in asks your wallet. You can close this page."
    line = f"{problem} {text}".strip()
    return Page("oauth/message.html", {"mark": "good", "title": "You are signed out", "line": line, "origin": None})


def still_signed_in_page() -> Page:
    """Return what is said to somebody who stays."""
    text = "Nothing was changed. You can close this page."
    return Page("oauth/message.html", {"mark": "none", "title": "You stay signed in", "line": text, "origin": None})
