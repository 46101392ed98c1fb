"""Pages that only tell something: what went wrong, or that it is done."""

from sealgate.base.errors import SealgateError
from sealgate.payloads.wording import plain
from sealgate.web.answers import Page


def error_page(
    refusal: SealgateError, *, reference: str, app_name: str | None = None, register: str | None = None
) -> Page:
    """Return the page of a sign-in that cannot go on, where nobody may be redirected (oauth2 B4.1, steps 1 to 4).

    Args:
        reference: Of the call.
        app_name: Of the app, where it is known.
        register: A redirect URI that is not registered: shown as text, so that the app's developer can copy it.
    """
    return Page(
        "oauth/error.html",
        {
            "error": refusal,
            "reference": reference,
            "app_name": plain(app_name, 40) if app_name else None,
            "register": plain(register, 2048) if register else None,
        },
        status=refusal.status,
        headers=dict(refusal.headers),
    )


def elsewhere_page(*, app_name: str, origin: str | None = None) -> Page:
    """Return the page of a sign-in that was finished before, or in another browser."""
    name = plain(app_name, 40)
    text = f"It was completed before, or in another browser. To sign in here, go back to {name} and start again."
    return Page(
        "oauth/message.html", {"mark": "none", "title": "This sign-in is finished", "line": text, "origin": origin}
    )


def signed_in_page(*, app_name: str) -> Page:
    """Return the page of a tab that has done its part."""
    text = f"{plain(app_name, 40)} goes on in the window where you started. You can close this one."
    return Page("oauth/message.html", {"mark": "good", "title": "You are signed in", "line": text, "origin": None})
