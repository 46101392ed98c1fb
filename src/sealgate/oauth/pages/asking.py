"""Pages with a question: go on in this browser, go on as somebody. Each is a form with a token (`csrf`)."""

from collections.abc import Mapping, Sequence

from sealgate.apps.model import App
from sealgate.oauth.pages.csrf import CSRF_FIELD
from sealgate.oauth.pages.targets import form_action
from sealgate.payloads.wording import plain
from sealgate.web.answers import Page


def continue_page(
    app: App, *, account: str, origin: str, action: str, fields: Mapping[str, str], csrf: str, redirect_uri: str
) -> Page:
    """Return the question to somebody whose wallet came back to another browser than the one he started in (B5.2).

    Args:
        account: That signed.
        origin: Where he would go, in full.
        action: Path of ours that takes the answer, a POST: `answer` is `yes` or `no`.
        fields: Sent along.
        redirect_uri: Where the answer may lead to in the end.
    """
    return Page(
        "oauth/continue.html",
        {
            "app_name": plain(app.name, 40),
            "account": account,
            "origin": plain(origin, 253),
            "action": action,
            "fields": {**fields, CSRF_FIELD: csrf},
        },
        csp={"form-action": form_action(redirect_uri)},
    )


def consent_page(
    app: App,
    *,
    account: str,
    origin: str,
    lines: Sequence[str],
    action: str,
    fields: Mapping[str, str],
    csrf: str,
    redirect_uri: str,
    remembered: bool = True,
) -> Page:
    """Return the question whether `account` may go on to the app without a new signature, and with what (B5.4).

    Args:
        lines: What the app gets, by `scope_lines`.
        action: Path of ours that takes the answer, a POST: `answer` is `yes`, `no`, or `other` for another account.
        remembered: True where a session offers the account; False right after a signature, when only the consent is
            asked for (`prompt=consent`, `offline_access`).
    """
    return Page(
        "oauth/consent.html",
        {
            "app_name": plain(app.name, 40),
            "account": account,
            "origin": plain(origin, 253),
            "lines": [plain(line, 200) for line in lines],
            "action": action,
            "fields": {**fields, CSRF_FIELD: csrf},
            "remembered": remembered,
        },
        csp={"form-action": form_action(redirect_uri)},
    )
