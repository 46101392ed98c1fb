"""The addresses at which xApps are found and opened. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from sealgate.base.settings import Settings

TOKEN = "xAppToken"  # noqa: S105 - the name of a parameter
STYLE = "xAppStyle"


def launch_url(xapp_url: str, ott: str, style: str) -> str:
    """Return where an xApp opens: its registered address with token and style, before a fragment (platform-api 16.1).

    Args:
        style: Such as `LIGHT`.
    """
    parts = urlsplit(xapp_url)
    added = urlencode({TOKEN: ott, STYLE: style})
    query = f"{parts.query}&{added}" if parts.query else added
    return urlunsplit(parts._replace(path=parts.path or "/", query=query))


def detect_url(settings: Settings, xapp_id: str, parameters: Mapping[str, Any]) -> str:
    """Return the web address that names an xApp: what QR codes hold."""
    return f"{settings.public_url}/detect/xapp:{quote(xapp_id, safe='')}" + _query(parameters)


def wallet_link(settings: Settings, xapp_id: str, parameters: Mapping[str, Any]) -> str:
    """Return the link that opens the xApp in a wallet on this device."""
    link = settings.xapp_link.replace("{base}", settings.public_url).replace("{id}", quote(xapp_id, safe=""))
    return link + _query(parameters)


def web_wallet_link(xapp_id: str, link: str) -> str:
    """Return where the server's own wallet opens an xApp that was reached by a link: `link`, parameters and all."""
    return f"/wallet/xapps/{quote(xapp_id, safe='')}?{urlencode({'from': 'DEEP_LINK', 'content': link})}"


def _query(parameters: Mapping[str, Any]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""
