"""What an authorization is made of: values and pure rules, without I/O, clock or settings.

A browser's request becomes a transaction with a sign request; its signature becomes a grant; a code, tokens, a session
and a remembered consent hang on the grant.
"""

import hashlib
from base64 import urlsafe_b64encode
from datetime import datetime
from functools import cached_property
from typing import Literal

import msgspec

from sealgate.apps.model import Redirect
from sealgate.base.cursors import Cursor

OPENID = "openid"
OFFLINE_ACCESS = "offline_access"
BROWSER_SDK = "xummpkce"
"""The scope that selects the popup and origin matching, in lower case (oauth2 A3)."""

ResponseType = Literal["code", "token"]
ResponseMode = Literal["query", "fragment", "form_post"]
Shape = Literal["compat", "oidc"]
"""How answers look: as the published SDKs read them, or as OpenID Connect has it (oauth2 B0)."""

ACR_BOUND = "urn:xrpl:acr:signature-bound"
"""A wallet's signature over a challenge that names this very request (oauth2 B7.3)."""
ACR_SIGNATURE = "urn:xrpl:acr:signature"

TRANSACTION_TTL_S = 300
DEVICE_TTL_S = 600
CODE_TTL_S = 60
CODE_TTL_COMPAT_S = 600
"""A sample on the command line has people paste the address by hand (oauth2 B6)."""


class AuthorizationRequest(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, dict=True):
    """What an app asked for, checked; kept with the transaction as one JSON document.

    Attributes:
        redirect_uri: As it was sent; empty for a device, which has nowhere to go.
        registered: The entry of the app that allows it.
        scope: The text as it was sent, None where there was none.
        state: Returned byte for byte.
        challenge: PKCE, S256 always (RFC 7636).
        signers: Addresses of which one must sign; `login_hint` and `id_token_hint` are among them.
        prompt: The values of `prompt`.
        max_age: Seconds a signature may be old.
        hint: The account of `login_hint` or `id_token_hint`, where one was understood.
    """

    app_uuid: str
    redirect_uri: str = ""
    registered: Redirect | None = None
    response_type: ResponseType = "code"
    response_mode: ResponseMode = "query"
    scope: str | None = None
    state: str | None = None
    nonce: str | None = None
    challenge: str | None = None
    force_network: str | None = None
    signers: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    max_age: int | None = None
    hint: str | None = None
    acr_values: tuple[str, ...] = ()

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The scope as a set; unknown values are kept and mean nothing."""
        return scope_set(self.scope)

    @property
    def implicit(self) -> bool:
        """Whether the token itself goes to the browser."""
        return self.response_type == "token"

    @property
    def shape(self) -> Shape:
        """How the answers look (oauth2 B0): implicit is compat whatever the scope."""
        return shape_of(self.scopes, implicit=self.implicit)

    @property
    def popup(self) -> bool:
        """Whether the answer is the page that talks to the opener (oauth2 W17)."""
        return asks_for_popup(self.scope) and (self.implicit or self.challenge is not None)

    @property
    def offline(self) -> bool:
        """Whether a refresh token is asked for; never by the popup or implicit (oauth2 B6)."""
        return OFFLINE_ACCESS in self.scopes and not (self.popup or self.implicit)

    @property
    def digest(self) -> str:
        """SHA-256 of the request, base64url: what the wallet's challenge names, so that a signature is for it alone."""
        return urlsafe_b64encode(hashlib.sha256(msgspec.json.encode(self)).digest()).decode().rstrip("=")


def scope_set(scope: str | None) -> frozenset[str]:
    """Return a scope text as a set."""
    return frozenset((scope or "").split())


def shape_of(scopes: frozenset[str], *, implicit: bool = False) -> Shape:
    """Return the shape that a request or a token with these scopes has (oauth2 B0)."""
    return "oidc" if OPENID in scopes and not implicit else "compat"


def asks_for_popup(scope: str | None) -> bool:
    """Tell whether a scope text is the browser SDK's, the whole of it, in any case of letters (oauth2 W17)."""
    return scope is not None and scope.strip().lower() == BROWSER_SDK


class Transaction(msgspec.Struct, frozen=True, kw_only=True):
    """One authorization request on its way to an answer (oauth2 B5.1).

    Its `uuid` is also the payload's and no secret: what opens it is the cookie of the browser that began, or the ticket
    of the wallet that signed.

    Attributes:
        kind: `device` where a device without a browser waits for it (RFC 8628).
        browser_hash: SHA-256 of the binding cookie's value.
        number: Two digits, shown in the browser and in the wallet.
        ip, user_agent: Who began it, to be shown, never enforced.
        pushed_hash: SHA-256 of the `request_uri` it came by (RFC 9126).
        device_hash: SHA-256 of the waiting device's `device_code`.
        returned_at: When the wallet's return URL was opened in the browser that began (oauth2 B5.2).
        completed_at: When it was answered, once and for all.
        completed_by: Who got the answer: the browser that began, or the one on the wallet's phone.
    """

    uuid: str
    app_uuid: str
    payload_uuid: str | None
    kind: Literal["browser", "device"] = "browser"
    request: AuthorizationRequest
    number: str = ""
    browser_hash: bytes | None = None
    ip: str | None = None
    user_agent: str | None = None
    pushed_hash: bytes | None = None
    device_hash: bytes | None = None
    created_at: datetime
    expires_at: datetime
    returned_at: datetime | None = None
    completed_at: datetime | None = None
    completed_by: str | None = None
    grant_uuid: str | None = None


class SignInsWanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which sign-ins of an app: those that meet everything that is not None.

    Attributes:
        since: At this moment or later.
        until: Before this moment.
        after: Behind this one, latest first.
    """

    account: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    after: Cursor | None = None


class Grant(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """What a person's signature gave an app; codes and tokens are made from it and end with it.

    Attributes:
        payload_uuid, user_token: Of the signature, None where it was made for another app (oauth2 B5.4).
        scope: As the app sent it.
        nonce, state: Of the request.
        auth_time: When the wallet signed.
        session_id: `sid` of the session it belongs to, None without one.
        response_type: How it was handed out; a device's grant counts as `code`.
    """

    uuid: str
    app_uuid: str
    account: str
    holder_uuid: str | None = None
    payload_uuid: str | None = None
    user_token: str | None = None
    network_type: str | None = None
    network_endpoint: str | None = None
    network_id: int | None = None
    scope: str | None = None
    shape: Shape = "compat"
    response_type: ResponseType = "code"
    redirect_uri: str = ""
    popup: bool = False
    state: str | None = None
    nonce: str | None = None
    challenge: str | None = None
    auth_time: datetime
    acr: str = ACR_BOUND
    amr: tuple[str, ...] = ("pop",)
    session_id: str | None = None
    created_at: datetime
    revoked_at: datetime | None = None

    @cached_property
    def scopes(self) -> frozenset[str]:
        """The scope as a set."""
        return scope_set(self.scope)

    @property
    def implicit(self) -> bool:
        """Whether the token itself went to the browser."""
        return self.response_type == "token"

    @property
    def offline(self) -> bool:
        """Whether a refresh token belongs to it, where the app may have one."""
        return OFFLINE_ACCESS in self.scopes and not (self.popup or self.implicit)


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """An authorization code, without the code. `spent_at` is None until it is redeemed."""

    hash: bytes
    grant: Grant
    expires_at: datetime
    spent_at: datetime | None = None


class RefreshToken(msgspec.Struct, frozen=True, kw_only=True):
    """A refresh token, without the token. All of a grant are one family.

    Attributes:
        generation: 1 for the first, one more with each rotation.
        idle_until: Unused until then, it is dead.
        expires_at: The end of the family.
        used_at: When it was traded for the next.
        reused_at: When it was traded once more, because the first answer was lost on its way.
    """

    hash: bytes
    grant_uuid: str
    generation: int
    scope: str | None = None
    created_at: datetime
    idle_until: datetime
    expires_at: datetime
    used_at: datetime | None = None
    reused_at: datetime | None = None


class PushedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request sent ahead by the app itself (RFC 9126). It ends when a transaction made from it completes."""

    hash: bytes
    app_uuid: str
    request: AuthorizationRequest
    expires_at: datetime
    used_at: datetime | None = None


class DeviceRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A device that waits for somebody to sign in elsewhere (RFC 8628).

    Attributes:
        hash: SHA-256 of the `device_code`.
        user_code_hash: SHA-256 of the eight letters, upper case, without the dash.
        interval_s: Seconds it must wait between two polls.
        denied_at: When the person, or their wallet, said no.
        grant_uuid: What it may claim.
        claimed_at: When it did, once.
    """

    hash: bytes
    user_code_hash: bytes
    app_uuid: str
    request: AuthorizationRequest
    ip: str | None = None
    user_agent: str | None = None
    created_at: datetime
    expires_at: datetime
    interval_s: int = 5
    polled_at: datetime | None = None
    denied_at: datetime | None = None
    grant_uuid: str | None = None
    claimed_at: datetime | None = None


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that signed in lately (oauth2 B5.3).

    Attributes:
        hash: SHA-256 of the cookie's value.
        sid: Its public name, in ID tokens and grants.
        app_uuid: The app the signature was made for.
    """

    hash: bytes
    sid: str
    app_uuid: str
    account: str
    holder_uuid: str | None = None
    payload_uuid: str | None = None
    user_token: str | None = None
    network_type: str | None = None
    network_endpoint: str | None = None
    network_id: int | None = None
    auth_time: datetime
    acr: str = ACR_BOUND
    amr: tuple[str, ...] = ("pop",)
    created_at: datetime
    used_at: datetime
    expires_at: datetime
    ended_at: datetime | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """An account's lasting word that an app may have these scopes."""

    account: str
    app_uuid: str
    scopes: str
    given_at: datetime
