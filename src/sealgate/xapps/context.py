"""What an xApp is told of its launch: the OTT data object, field by field (platform-api 16.2). Pure."""

from collections.abc import Mapping
from typing import Any

from sealgate.xapps.model import LaunchOrder

FIELDS = (
    "version", "locale", "currency", "style", "account", "accountaccess", "accounttype", "nodetype", "nodewss",
    "networkid", "origin", "user", "user_device", "account_info", "subscriptions", "xAppNavigateData",
)  # fmt: skip
"""What only the platform says. A parameter of this name stands in `xAppNavigateData` alone, said field or not."""

# The first five would be taken for something else by published clients (platform-api 1.5), the last by JavaScript.
NEVER_AT_TOP = frozenset({"message", "error", "next", "meta", "application", "__proto__"})

# The first token of the wallet's browser session, which may be of another xApp: none of this one's business.
_SESSION_TOKEN = "__ott"  # noqa: S105 - the name of a member


def build_context(
    order: LaunchOrder,
    *,
    account: str,
    nodetype: str,
    nodewss: str | None,
    networkid: int | None,
    user: str,
    platform: str,
    event: Mapping[str, Any],
) -> dict[str, Any]:
    """Return the OTT data object of a launch.

    Whoever made the link chose its parameters, so they come below everything the platform says, and cannot stand for
    what it left out either.

    Args:
        account: One the user has proved to hold.
        nodetype: Key of the network.
        nodewss: A node of it; None where nobody knows one.
        user: UUID of the holder.
        platform: What the device said it runs on.
        event: Data of the event that was opened, empty where it was none: what the app itself wrote, so it wins over
            what link and wallet say.
    """
    navigate = {**order.parameters, **order.navigate}
    navigate.pop(_SESSION_TOKEN, None)
    said: dict[str, Any] = {
        "version": order.version,
        "locale": order.locale,
        "currency": order.currency,
        "style": order.style.upper(),
        "account": account,
        "accountaccess": order.accountaccess.upper(),
        "accounttype": order.accounttype.upper(),
        "nodetype": nodetype,
        "nodewss": nodewss,
        "networkid": networkid,
        "origin": {"type": order.origin_type, "data": {**order.origin_data, **event}},
        "user": user,
        "user_device": {"currency": order.currency or "USD", "platform": platform},
        "account_info": _account_info(account),
        "subscriptions": [],
        "xAppNavigateData": navigate or None,
    }
    asked = {
        name: value for name, value in {**navigate, **event}.items() if name not in FIELDS and name not in NEVER_AT_TOP
    }
    return {name: value for name, value in said.items() if value is not None} | asked


def _account_info(account: str) -> dict[str, Any]:
    # Clients demand the object; this server keeps no directory of names.
    return {
        "account": account,
        "name": None,
        "domain": None,
        "blocked": False,
        "source": "",
        "kycApproved": False,
        "proSubscription": False,
        "profile": {"slug": None, "profileUrl": None, "accountSlug": None, "payString": None},
    }
