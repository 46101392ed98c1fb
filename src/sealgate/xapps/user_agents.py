"""The User-Agent of a wallet's web view, by which published clients and this server tell it from a browser. Pure."""

import re

from sealgate.base.ids import as_uuid

_WALLET = re.compile(r"xumm/xapp", re.IGNORECASE)
_OTT = re.compile(r"\(ott:([0-9a-f-]{36})\)", re.IGNORECASE)


def is_wallet(user_agent: str) -> bool:
    """Tell whether this is an xApp's web view; anybody may say so (platform-api 16.1)."""
    return _WALLET.search(user_agent) is not None


def ott_of(user_agent: str) -> str | None:
    """Return the one-time token that the web view carries, in lower case, or None."""
    found = _OTT.search(user_agent)
    return None if found is None else as_uuid(found[1])
