"""Signing people in: OAuth 2 and OpenID Connect, by code and PKCE or on devices without a browser."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

from sealgate_client import _calls
from sealgate_client._both import Awaiting, Blocking, operation
from sealgate_client.errors import Misconfigured, OAuthRefused, SealgateError, TimedOut
from sealgate_client.tokens import Claims, issued_at, verify_id_token

DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
Prompt = Literal["login", "none", "consent", "select_account"]


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun. Keep it until the answer is there, where the person cannot change it: a session.

    Attributes:
        url: Where to send the browser.
        verifier: Whoever has it can redeem the code.
    """

    url: str
    state: str
    verifier: str = field(repr=False)
    nonce: str
    redirect_uri: str

    def to_dict(self) -> dict[str, str]:
        """Return it as what a session can keep; `Begun(**kept)` is it again."""
        return asdict(self)


@dataclass(frozen=True)
class Tokens:
    """What a sign-in brought.

    Attributes:
        expires_at: When the access token ends, Unix seconds by this machine's clock.
        refresh_token: Buys the next tokens, once; None where `offline_access` was not asked for or not given.
        claims: What the ID token says, checked; None where `openid` was not asked for, and in tokens that were kept.
    """

    access_token: str = field(repr=False)
    expires_at: float
    refresh_token: str | None = field(default=None, repr=False)
    id_token: str | None = field(default=None, repr=False)
    scope: str | None = None
    claims: Claims | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return them as what can be stored, where nobody else reads; `Tokens(**stored)` is them again."""
        names = ("access_token", "expires_at", "refresh_token", "id_token", "scope")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class DeviceSignIn:
    """A sign-in that waits for somebody with a browser.

    Attributes:
        user_code: To be shown, so that the person can compare it with the page.
        expires_at: Unix seconds by this machine's clock.
    """

    device_code: str = field(repr=False)
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_at: float
    interval_s: float


class OAuthCalls(_calls.Group):
    """Signing people in. Endpoints are those of the server; `/.well-known/openid-configuration` lists them."""

    def begin(
        self,
        redirect_uri: str,
        *,
        scope: str = "openid",
        prompt: Prompt | None = None,
        login_hint: str | None = None,
        signers: Sequence[str] = (),
        force_network: str | None = None,
    ) -> Begun:
        """Begin a sign-in: the authorization code with PKCE (S256), always. Asks nobody yet.

        Args:
            redirect_uri: Where the answer goes, as it is registered.
            scope: `openid` brings an ID token, `profile` a name, `offline_access` a refresh token.
            prompt: `login` asks the wallet although somebody is signed in, `none` allows no page at all.
            login_hint: The account that is expected.
            signers: Only these accounts may sign in, ten at most.
            force_network: Key of the network that the wallet must be on.
        """
        state, verifier, nonce = (secrets.token_urlsafe(32) for _ in range(3))
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {
            "response_type": "code",
            "client_id": _key_of(self._server),
            "redirect_uri": redirect_uri,
            "scope": scope,
            "state": state,
            "nonce": nonce if "openid" in scope.split() else None,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
            "prompt": prompt,
            "login_hint": login_hint,
            "signers": ",".join(signers) or None,
            "force_network": force_network,
        }
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return Begun(f"{self._server.url}/auth?{query}", state, verifier, nonce, redirect_uri)

    @operation
    async def finish(self, begun: Begun, answer: str | Mapping[str, str]) -> Tokens:
        """Redeem the answer to a sign-in, and check the ID token where there is one.

        Args:
            answer: The address that the browser came back to, or its parameters.

        Raises:
            OAuthRefused: nobody signed in; `code` is `access_denied` where the person declined, or `wrong_answer` where
                this is the answer to another sign-in, or another server's.
        """
        given = dict(parse_qsl(urlsplit(answer).query)) if isinstance(answer, str) else dict(answer)
        if not secrets.compare_digest(given.get("state", "").encode(), begun.state.encode()):
            raise _wrong_answer("is not the answer to this sign-in")
        if given.get("iss", self._server.issuer) != self._server.issuer:
            raise _wrong_answer("is from another server")
        if "error" in given:
            told = given.get("error_description") or "The sign-in was declined, or nobody answered it in time."
            raise OAuthRefused(told, code=given["error"])
        if not given.get("code"):
            raise _wrong_answer("has no code")
        form = {
            "grant_type": "authorization_code",
            "code": given["code"],
            "redirect_uri": begun.redirect_uri,
            "code_verifier": begun.verifier,
        }
        return await self._tokens(form, nonce=begun.nonce)

    @operation
    async def refresh(self, refresh_token: str) -> Tokens:
        """Trade a refresh token for new tokens. The old one is spent: keep the new one.

        `as_user(tokens, on_tokens=…)` does so by itself.
        """
        told = await _traded(self._server, refresh_token)
        return await self._checked(told)

    @operation
    async def revoke(self, token: str) -> None:
        """End a token: an access token alone, a refresh token with all that came of it."""
        await self._post("/revoke", {"token": token}, repeatable=True)

    @operation
    async def introspect(self, token: str) -> dict[str, Any]:
        """Ask whether a token counts now: `active`, and what it says. Needs the API secret."""
        told: dict[str, Any] = await self._post("/introspect", {"token": token}, repeatable=True)
        return told

    @operation
    async def userinfo(self, access_token: str) -> dict[str, Any]:
        """Ask who somebody is: `sub` and, by scope, `account`, `networkType`, `name`, `picture` and others."""
        headers = {"authorization": f"Bearer {access_token}"}
        told: dict[str, Any] = await self._server.json(_calls.Call("GET", "/userinfo", headers=headers, anonymous=True))
        return told

    @operation
    async def begin_device(self, *, scope: str = "openid") -> DeviceSignIn:
        """Begin a sign-in where there is no browser (RFC 8628): show `verification_uri_complete` and `user_code`."""
        told = await self._post("/device_authorization", {"scope": scope})
        return DeviceSignIn(
            device_code=told["device_code"],
            user_code=told["user_code"],
            verification_uri=told["verification_uri"],
            verification_uri_complete=told.get("verification_uri_complete", told["verification_uri"]),
            expires_at=time.time() + told["expires_in"],
            interval_s=told.get("interval", 5),
        )

    @operation
    async def wait_for_device(self, device: DeviceSignIn) -> Tokens:
        """Wait until the person has signed.

        Raises:
            OAuthRefused: `access_denied` or `expired_token`.
        """
        interval_s = device.interval_s
        while True:
            await self._server.transport.sleep(interval_s)
            try:
                return await self._tokens({"grant_type": DEVICE_CODE, "device_code": device.device_code})
            except OAuthRefused as refused:
                if refused.code == "slow_down":
                    interval_s += 5
                elif refused.code != "authorization_pending":
                    raise

    @operation
    async def sign_in_here(
        self,
        *,
        scope: str = "openid",
        open_browser: Callable[[str], Any] | None = None,
        timeout_s: float = 300.0,
        path: str = "/callback",
    ) -> Tokens:
        """Sign in the person at this computer: out by the browser, back over a free loopback port (RFC 8252).

        Args:
            open_browser: Is given the address to open; the system's browser without it.
            timeout_s: How long the person may take.
            path: Of the redirect URI: register `http://127.0.0.1` with it; any port fits.
        """
        from sealgate_client._loopback import Door

        with Door(path) as door:
            begun = OAuthCalls.begin(self, door.redirect_uri, scope=scope)
            door.expect(begun.state)
            if open_browser is None:
                import webbrowser

                open_browser = webbrowser.open
            open_browser(begun.url)
            ends = time.monotonic() + timeout_s
            while door.answer is None:
                if time.monotonic() >= ends:
                    raise TimedOut("Nobody signed in in time.", code="timeout")
                await self._server.transport.sleep(0.05)
            return await OAuthCalls.finish.of(self, begun, door.answer)

    def logout_url(
        self, *, id_token: str | None = None, redirect_uri: str | None = None, state: str | None = None
    ) -> str:
        """Return where to send a browser to end the server's session, too."""
        asked = {
            "client_id": _key_of(self._server),
            "id_token_hint": id_token,
            "post_logout_redirect_uri": redirect_uri,
            "state": state,
        }
        query = urlencode({name: value for name, value in asked.items() if value is not None})
        return f"{self._server.url}/logout?{query}"

    async def _tokens(self, form: Mapping[str, str], *, nonce: str | None = None) -> Tokens:
        return await self._checked(await self._post("/token", form), nonce=nonce)

    async def _checked(self, told: Mapping[str, Any], *, nonce: str | None = None) -> Tokens:
        claims = None
        id_token = told.get("id_token")
        if id_token:
            # It comes from the server itself and just now: issued in the future, it tells that this clock is behind.
            now = max(time.time(), issued_at(id_token))
            known = {"api_key": _key_of(self._server), "issuer": self._server.issuer}
            jwks = await self._server.jwks_for(id_token)
            claims = verify_id_token(id_token, **known, jwks=jwks, nonce=nonce, now=now)
        return _tokens_of(told, claims)

    async def _post(self, path: str, form: Mapping[str, str], *, repeatable: bool = False) -> Any:
        return await _post(self._server, path, form, repeatable=repeatable)


class OAuth(OAuthCalls, Blocking):
    """Signing people in."""


class AsyncOAuth(OAuthCalls, Awaiting):
    """Signing people in."""


async def renewed(server: _calls.Server, old: Tokens) -> Tokens:
    """Return the tokens that follow. The ID token is not looked at again: whose they are does not change.

    Raises:
        OAuthRefused: `invalid_grant`: the session has ended.
    """
    return _tokens_of(await _traded(server, old.refresh_token or ""), old.claims)


async def _traded(server: _calls.Server, refresh_token: str) -> Any:
    # The server takes a spent one once more for some seconds, for those who never got the answer.
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return await _post(server, "/token", form, repeatable=True)


async def _post(server: _calls.Server, path: str, form: Mapping[str, str], *, repeatable: bool) -> Any:
    fields = {**form, "client_id": _key_of(server)}
    if server.credentials.api_secret:
        fields["client_secret"] = server.credentials.api_secret
    return await server.json(_calls.Call("POST", path, form=fields, anonymous=True, repeatable=repeatable))


def _tokens_of(told: Mapping[str, Any], claims: Claims | None) -> Tokens:
    return Tokens(
        access_token=told["access_token"],
        expires_at=time.time() + told["expires_in"],
        refresh_token=told.get("refresh_token") or None,
        id_token=told.get("id_token"),
        scope=told.get("scope"),
        claims=claims,
    )


def _key_of(server: _calls.Server) -> str:
    key = server.credentials.api_key
    if not key:
        raise Misconfigured("There is no API key.", code="configuration", hint="Give api_key, or set SEALGATE_API_KEY.")
    return key


def _wrong_answer(why: str) -> SealgateError:
    return OAuthRefused(f"What came back {why}.", code="wrong_answer", hint="Begin the sign-in again.")
