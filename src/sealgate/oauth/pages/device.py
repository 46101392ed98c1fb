"""Pages for the sign-in of a device that has no browser (RFC 8628; oauth2 B12)."""

from collections.abc import Mapping, Sequence

from sealgate.oauth.pages.csrf import CSRF_FIELD
from sealgate.payloads.wording import plain
from sealgate.web.answers import Page


def device_code_page(*, action: str, problem: str = "") -> Page:
    """Return the page that asks for the code; `problem` says what was wrong with the last one."""
    return Page("oauth/device_code.html", {"action": action, "problem": problem}, status=400 if problem else 200)


def device_ask_page(
    *,
    app_name: str,
    user_code: str,
    place: str,
    agent: str | None,
    lines: Sequence[str],
    action: str,
    fields: Mapping[str, str],
    csrf: str,
) -> Page:
    """Return the question whether the code is that of one's own device. Nothing is signed before the answer.

    Args:
        place: Where the device called from, as far as it is known.
        agent: What it says it is.
        action: Path of ours that takes the answer, a POST: `answer` is `yes` or `no`.
    """
    values = {
        "app_name": plain(app_name, 40),
        "user_code": user_code,
        "place": plain(place, 60),
        "agent": plain(agent, 80) if agent else None,
        "lines": [plain(line, 200) for line in lines],
        "action": action,
        "fields": {**fields, CSRF_FIELD: csrf},
    }
    return Page("oauth/device_ask.html", values)


def device_done_page(*, app_name: str, allowed: bool) -> Page:
    """Return the end of the story, in the browser that gave the answer."""
    name = plain(app_name, 40)
    if allowed:
        title, text = "Your device is signed in", f"{name} goes on on your device. You can close this page."
    else:
        title, text = "Nothing was shared", f"The device was told that you said no. {name} got nothing."
    mark = "good" if allowed else "none"
    return Page("oauth/message.html", {"mark": mark, "title": title, "line": text, "origin": None})
