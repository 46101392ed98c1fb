"""What `/userinfo` answers, in both shapes (oauth2 A9, B7.4, W23). Pure: made from the claims of the access token.

What must be looked up elsewhere, such as a name or whether the account is known to be fraudulent, is neutral here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sealgate.oauth.claims import full_email, short_email

Json = dict[str, Any]


def scopes_of(claims: Mapping[str, Any]) -> frozenset[str]:
    """Return the scopes of an access token."""
    return frozenset(str(claims.get("scope") or "").split())


def userinfo(claims: Mapping[str, Any], *, public_url: str, mail_domain: str, mac: Callable[[str], bytes]) -> Json:
    """Return the answer for the holder of a verified access token; the token's scope decides its shape (oauth2 B0).

    Args:
        public_url: Where pictures are.
        mail_domain: Domain of the addresses; in the oidc shape there is no address without one.
        mac: HMAC-SHA256 under a key of the server, for the short addresses.
    """
    # A token of the implicit flow is compat whatever its scope, and then has the address among its claims.
    if "openid" in scopes_of(claims) and "email" not in claims:
        return _oidc(claims, public_url, mail_domain, mac)
    return _compat(claims, public_url, mail_domain)


def _compat(claims: Mapping[str, Any], public_url: str, mail_domain: str) -> Json:
    """Return all fifteen members, always: a published client raises where one is missing."""
    account = str(claims["sub"])
    return {
        "sub": account,
        "email": full_email(claims["client_id"], account, mail_domain),
        "picture": picture(public_url, account),
        "account": account,
        "name": None,
        "domain": None,
        "blocked": False,
        "source": "",
        "force_dtag": False,
        "kycApproved": False,
        "proSubscription": False,
        "profile": {"slug": None, "profileUrl": None, "accountSlug": None, "payString": None},
        "networkType": claims.get("network_type"),
        "networkEndpoint": claims.get("network_endpoint"),
        "networkId": claims.get("network_id"),
    }


def _oidc(claims: Mapping[str, Any], public_url: str, mail_domain: str, mac: Callable[[str], bytes]) -> Json:
    """Return what the scopes ask for and is known: no nulls, no blank texts (OpenID Connect Core, 5.3.2)."""
    account = str(claims["sub"])
    scopes = scopes_of(claims)
    known: Json = {
        "sub": account,
        "account": account,
        "networkType": claims.get("network_type"),
        "networkEndpoint": claims.get("network_endpoint"),
        "networkId": claims.get("network_id"),
        "blocked": False,
        "kycApproved": False,
        "proSubscription": False,
    }
    if "profile" in scopes:
        known["preferred_username"] = account
        known["picture"] = picture(public_url, account)
    if "email" in scopes and mail_domain:
        known["email"] = short_email(claims["client_id"], account, mail_domain, mac)
        known["email_verified"] = False
    return {name: value for name, value in known.items() if value is not None and value != ""}


def picture(public_url: str, account: str) -> str:
    """Return the address of an account's picture."""
    return f"{public_url}/avatar/{account}.png"
