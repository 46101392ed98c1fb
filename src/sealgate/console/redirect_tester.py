"""Tells a developer which of an app's redirect entries allows an address, and why the others do not. Pure.

The judge is the one that sign-ins have: `oauth.redirects`.
"""

from dataclasses import dataclass

from sealgate.apps.model import App, Redirect, effective_redirects, own_redirects
from sealgate.oauth.errors import RedirectRefused
from sealgate.oauth.redirects import Target, match_redirect, parse_redirect


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one entry says to an address.

    Attributes:
        allows: `yes`; `sdk`: to the published browser packages alone; `no`.
        why: Why not, or on which condition; empty for a plain yes.
    """

    entry: Redirect
    allows: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of an address.

    Attributes:
        unsafe: Why no entry could ever allow it, empty where one could.
    """

    uri: str
    verdicts: tuple[Verdict, ...] = ()
    unsafe: str = ""

    @property
    def allows(self) -> str:
        """The best of what the entries say."""
        said = {verdict.allows for verdict in self.verdicts}
        return "yes" if "yes" in said else "sdk" if "sdk" in said else "no"


def try_redirect(app: App, uri: str) -> Trial:
    """Return what each entry of an app says to an address as it stands in a request."""
    try:
        target = parse_redirect(uri)
    except RedirectRefused as refusal:
        return Trial(uri, unsafe=f"{refusal.detail[:1].upper()}{refusal.detail[1:]}.")
    own = own_redirects(app.type, app.redirects)
    return Trial(uri, tuple(_verdict(app, entry, uri, target) for entry in own))


def _verdict(app: App, entry: Redirect, uri: str, target: Target) -> Verdict:
    entries = effective_redirects(app.type, (entry,))
    if _passes(uri, entries, by_origin=False):
        return Verdict(entry, "yes")
    if _passes(uri, entries, by_origin=True):
        return Verdict(entry, "sdk", "For the published browser packages, which return to whatever page they run on.")
    return Verdict(entry, "no", _why_not(entry, target))


def _passes(uri: str, entries: tuple[Redirect, ...], *, by_origin: bool) -> bool:
    try:
        match_redirect(uri, entries, by_origin=by_origin, fragment_allowed=False)
    except RedirectRefused:
        return False
    return True


def _why_not(entry: Redirect, target: Target) -> str:
    if target.has_fragment:
        return "A redirect URI has no fragment (#…)."
    if entry.match == "wildcard":
        return _why_no_wildcard(entry, target)
    allowed = parse_redirect(entry.uri)
    if target.scheme != allowed.scheme:
        return f"The scheme is {target.scheme}, not {allowed.scheme}."
    if target.host != allowed.host:
        return f"The host is {target.host or 'missing'}, not {allowed.host or 'missing'}."
    if target.port != allowed.port and entry.match != "loopback":
        return f"The port is {target.port}, not {allowed.port}."
    if entry.match == "origin":
        return f"The path is not below {allowed.path}."
    if target.path.rstrip("/") == allowed.path.rstrip("/") and target.path != allowed.path:
        return _slash_differs(target)
    if target.path != allowed.path:
        return f"The path is {target.path or 'empty'}, not {allowed.path or 'empty'}."
    if target.has_query or allowed.has_query:
        return "The query (?…) differs: it is compared letter for letter."
    return "It is written differently: upper and lower case, or a port that need not be there."


def _slash_differs(target: Target) -> str:
    if target.path.endswith("/"):
        return "It ends with a slash and the entry does not."
    return "The entry ends with a slash and it does not."


def _why_no_wildcard(entry: Redirect, target: Target) -> str:
    allowed = parse_redirect(entry.uri.replace("*", "x", 1))
    if target.scheme != allowed.scheme:
        return f"The scheme is {target.scheme}, not {allowed.scheme}."
    domain = allowed.host.partition(".")[2]
    if target.host.partition(".")[2] != domain:
        return f"The host is {target.host}: the star stands for one label before .{domain}."
    return "What follows the host differs: it is compared letter for letter."
