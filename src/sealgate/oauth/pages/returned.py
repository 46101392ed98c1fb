"""The page a wallet opens when it comes back to the browser that began (oauth2 B5.2, second row)."""

from sealgate.payloads.wording import plain
from sealgate.web.answers import Page


def returned_page(*, payload_uuid: str, continue_url: str, app_name: str) -> Page:
    """Return the page that lets a waiting sign page of this browser go on, and goes on itself where there is none.

    The waiting one may be a popup whose opener expects the answer, so it comes first.

    Args:
        continue_url: Path or URL of ours that completes the sign-in; without scripts the page offers it as a link.
    """
    values = {"uuid": payload_uuid, "continue_url": continue_url, "app_name": plain(app_name, 40)}
    return Page("oauth/returned.html", values)
