"""Whose word is it? Users' tokens, ID tokens and receipts, checked without asking anybody."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from sealgate_client.errors import Misconfigured, TokenInvalid

LEEWAY_S = 30
"""How far the clocks of two machines may differ."""

MOST_CHARACTERS = 16_384
Jwks = Mapping[str, Any]


class Claims:
    """What a token says, after it was checked.

    Attributes:
        raw: Every claim.
    """

    __slots__ = ("raw",)

    def __init__(self, raw: dict[str, Any]) -> None:
        self.raw = raw

    @property
    def account(self) -> str:
        """The account of the user: `sub`."""
        return str(self.raw["sub"])

    @property
    def user_token(self) -> str | None:
        """To send this user sign requests with."""
        return self.raw.get("usertoken_uuidv4")

    @property
    def network(self) -> str | None:
        """Key of the network that the wallet was on, such as `MAINNET`."""
        return self.raw.get("network_type")

    @property
    def expires_at(self) -> int:
        """Unix seconds."""
        return int(self.raw["exp"])

    def __repr__(self) -> str:
        return f"Claims(account={self.account!r})"


def verify_token(
    token: str,
    *,
    api_key: str,
    api_secret: str | Sequence[str] = (),
    issuer: str = "",
    jwks: Jwks | None = None,
    now: float | None = None,
) -> Claims:
    """Return what a user's token says: the JWT of an xApp, or the access token of a sign-in.

    The header decides which of the two it is. From then on one algorithm and one kind of key count.

    Args:
        api_key: Of the app that the token must be for.
        api_secret: Checks the JWT of an xApp (HS256). Two during a rotation. Without one such tokens are refused.
        issuer: Address of the server that the access token must be from.
        jwks: What `/certs` of that server answers; checks access tokens (RS256). Without it they are refused.
        now: Unix seconds; the machine's time without it.

    Raises:
        TokenInvalid: the token does not count; `code` says why.
    """
    header = _header(token)
    if header.get("alg") == "HS256":
        if header != {"alg": "HS256", "typ": "JWT"}:
            raise TokenInvalid("This is no token of an xApp.", code="wrong_kind")
        secrets = [api_secret] if isinstance(api_secret, str) else [*api_secret]
        claims = _signed_by_secret(token, [secret for secret in secrets if secret])
    else:
        _of_kind(header, "at+jwt", "an access token")
        claims = _signed_by_server(token, header, jwks, ["RS256"])
        _from_to(claims, issuer, api_key)
    if claims.get("client_id") != api_key:
        raise TokenInvalid("This token is for another app.", code="wrong_app")
    return Claims(_in_time(claims, now))


def verify_id_token(
    id_token: str, *, api_key: str, issuer: str, jwks: Jwks, nonce: str | None = None, now: float | None = None
) -> Claims:
    """Return what an ID token says about a sign-in (OpenID Connect Core, 3.1.3.7).

    Raises:
        TokenInvalid: it does not count, or answers another request than the one with this `nonce`.
    """
    header = _header(id_token)
    _of_kind(header, "JWT", "an ID token")
    claims = _signed_by_server(id_token, header, jwks, ["RS256", "ES256"])
    _from_to(claims, issuer, api_key)
    if nonce is not None and claims.get("nonce") != nonce:
        raise TokenInvalid("This ID token answers another sign-in.", code="wrong_nonce")
    return Claims(_in_time(claims, now))


def verify_receipt(receipt: str, *, api_key: str, issuer: str, jwks: Jwks) -> dict[str, Any]:
    """Return what a receipt states: who signed what, and what became of it. A receipt does not expire.

    Args:
        jwks: What `/certs` answers. Keys are replaced: keep the key set with receipts that you keep for months.

    Raises:
        TokenInvalid: it is not this server's word, or for another app.
    """
    header = _header(receipt)
    _of_kind(header, "payload-receipt+jwt", "a receipt")
    claims = _signed_by_server(receipt, header, jwks, ["RS256"])
    _from_to(claims, issuer, api_key)
    return claims


def key_id(token: str) -> str | None:
    """Return which of the server's keys a token names; None for one that is not signed by the server."""
    header = _header(token)
    return None if header.get("alg") == "HS256" else str(header.get("kid", ""))


def unverified_claims(token: str) -> dict[str, Any]:
    """Return what a token says, without believing it."""
    try:
        claims = json.loads(_base64(token.split(".")[1]))
    except (ValueError, IndexError):
        claims = None
    if not isinstance(claims, dict):
        raise TokenInvalid("This is no token.", code="malformed")
    return claims


def issued_at(token: str) -> float:
    """Return when a token says that it was issued, Unix seconds, without believing it; 0 where it does not say."""
    at = unverified_claims(token).get("iat")
    return float(at) if isinstance(at, (int, float)) else 0.0


def _base64(text: str) -> bytes:
    from base64 import urlsafe_b64decode

    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _header(token: str) -> dict[str, Any]:
    if len(token) > MOST_CHARACTERS or token.count(".") != 2:
        raise TokenInvalid("This is no token: its end may be cut off.", code="malformed")
    try:
        header = json.loads(_base64(token.split(".")[0]))
    except ValueError:
        header = None
    if not isinstance(header, dict):
        raise TokenInvalid("This is no token.", code="malformed")
    return header


def _of_kind(header: Mapping[str, Any], kind: str, called: str) -> None:
    if header.get("typ") != kind:
        raise TokenInvalid(f"This is not {called}.", code="wrong_kind")


def _signed_by_secret(token: str, secrets: Sequence[str]) -> dict[str, Any]:
    if not secrets:
        raise TokenInvalid(
            "The token of an xApp is checked with the API secret.", code="wrong_kind", hint="Give api_secret."
        )
    for secret in secrets:
        claims = _decoded(token, secret, "HS256")
        if claims is not None:
            return claims
    raise TokenInvalid(
        "No API secret of this app has signed this token.",
        code="wrong_signature",
        hint="Take the secret as it was shown, dashes included; during a rotation, both.",
    )


def _signed_by_server(
    token: str, header: Mapping[str, Any], jwks: Jwks | None, algorithms: Sequence[str]
) -> dict[str, Any]:
    from jwt import PyJWK
    from jwt.exceptions import PyJWTError

    if header.get("alg") not in algorithms:
        raise TokenInvalid("This token is signed in a way that does not count here.", code="wrong_alg")
    if jwks is None:
        raise Misconfigured("There are no keys to check with.", code="configuration", hint="Give jwks, from /certs.")
    found = [key for key in jwks.get("keys", ()) if key.get("kid") == header.get("kid")]
    if not found:
        raise TokenInvalid("None of the server's keys has signed this token.", code="unknown_key")
    try:
        key = PyJWK.from_dict(dict(found[0]), algorithm=header["alg"])
    except PyJWTError:
        raise TokenInvalid("The key that this token names is of another kind.", code="wrong_alg") from None
    claims = _decoded(token, key, header["alg"])
    if claims is None:
        raise TokenInvalid("The signature of this token is wrong.", code="wrong_signature")
    return claims


def _decoded(token: str, key: Any, algorithm: str) -> dict[str, Any] | None:
    """Return the claims; None where the signature is another's."""
    from jwt import PyJWS
    from jwt.exceptions import InvalidSignatureError, PyJWTError

    try:
        payload = PyJWS().decode(token, key, algorithms=[algorithm])
        claims = json.loads(payload)
    except InvalidSignatureError:
        return None
    except (PyJWTError, ValueError):
        raise TokenInvalid("This is no token.", code="malformed") from None
    if not isinstance(claims, dict):
        raise TokenInvalid("This is no token.", code="malformed")
    return claims


def _from_to(claims: Mapping[str, Any], issuer: str, api_key: str) -> None:
    if not issuer:
        raise Misconfigured(
            "There is no issuer to compare with.", code="configuration", hint="Give the server's address."
        )
    if claims.get("iss") != issuer:
        raise TokenInvalid(f"This token is from another server than {issuer}.", code="wrong_issuer")
    audience = claims.get("aud")
    if api_key != audience and not (isinstance(audience, list) and api_key in audience):
        raise TokenInvalid("This token is for another app.", code="wrong_app")


def _in_time(claims: dict[str, Any], now: float | None) -> dict[str, Any]:
    now = time.time() if now is None else now
    ends, starts = claims.get("exp"), [claims[name] for name in ("iat", "nbf") if name in claims]
    if not all(isinstance(at, (int, float)) and not isinstance(at, bool) for at in (ends, *starts)):
        raise TokenInvalid("This token does not say when it begins and ends.", code="incomplete")
    if not isinstance(claims.get("sub"), str):
        raise TokenInvalid("This token names nobody.", code="incomplete")
    if float(ends or 0) + LEEWAY_S <= now:
        raise TokenInvalid("This token has expired.", code="expired", hint="Let the user sign in again.")
    if any(at - LEEWAY_S > now for at in starts):
        raise TokenInvalid("This token is from the future.", code="not_yet", hint="Compare the clocks of the machines.")
    return claims
