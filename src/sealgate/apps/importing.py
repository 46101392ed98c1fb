"""Apps that come from elsewhere: what their owner had registered as text becomes redirects (oauth2 B19). Pure.

There an entry was the beginning of every address it allowed. Here addresses are compared whole, so the entry of a site
becomes what the browser SDK needs of it, and a back end lists its callbacks.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from sealgate.apps.errors import AppInvalid
from sealgate.apps.model import Redirect
from sealgate.apps.redirects import checked_redirects


class Imported(msgspec.Struct, frozen=True):
    """What became of a text area.

    Attributes:
        redirects: What can be registered, in the order of the lines.
        notices: One sentence for each line that needs its owner's eye.
    """

    redirects: tuple[Redirect, ...]
    notices: tuple[str, ...]


IMPORTED_OPTIONS = {"allow_implicit": True, "public_pkce": True, "require_pkce": False}
"""An app that worked elsewhere goes on working: its sign-in options are the lenient ones (oauth2 B2)."""


def imported_redirects(text: str, *, wildcards: bool = False) -> Imported:
    """Return what the lines of an owner's text area are here.

    Args:
        text: One entry a line.
        wildcards: Whether the owner wants `https://*.host` entries, which allow a whole domain.
    """
    redirects: list[Redirect] = []
    notices: list[str] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        found, notice = _read(line, wildcards)
        redirects += found
        notices += [f"{line}: {notice}"] if notice else []
    return Imported(tuple(dict.fromkeys(redirects)), tuple(notices))


def _read(line: str, wildcards: bool) -> tuple[Sequence[Redirect], str]:
    if "*" in line:
        if not wildcards:
            return (), "left out: it allows a whole domain. If you want that, import again with wildcards."
        redirect = Redirect(line if _path_of(line) else f"{line}/", "wildcard")
        notice = "one label only, and only this path: add others if they are used."
        return _checked(redirect, notice)
    bare = line.partition("#")[0]
    site = bare.partition("?")[0]
    if line.startswith("https://"):
        notice = "" if _path_of(site) not in ("", "/") else "back ends must add the whole address of their callback."
        return _checked(Redirect(bare), notice, Redirect(site, "origin"))
    return _checked(Redirect(bare), "")


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # half a pair of brackets; the check of the redirect says so
        return ""


def _checked(redirect: Redirect, notice: str, *more: Redirect) -> tuple[Sequence[Redirect], str]:
    try:
        return checked_redirects((redirect, *more)), notice
    except AppInvalid as refusal:
        return (), f"left out. {refusal.message}"
