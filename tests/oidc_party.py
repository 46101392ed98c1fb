"""A relying party like the conformance suite: two clients, one browser, one wallet; it checks all that it is given."""

import re
from base64 import b64encode
from html import unescape
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec

from sealgate.apps.model import Redirect
from sealgate.base.ids import new_token
from tests import oidc_checks as checks
from tests.sign_in import Browser, Shop, declines, new_shop, scans_and_signs
from tests.wallet_side import Wallet, WalletSide

CALLBACK = "https://suite.example/test/a/sealgate/callback"
LOGGED_OUT = "https://suite.example/test/a/sealgate/post_logout_redirect"

Mode = Literal["query", "form_post"]
Json = dict[str, Any]

_STEPS = 6
_FIELD = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_FORM = re.compile(r'<form method="post" action="([^"]+)"([^>]*)>')


class Outcome(msgspec.Struct, frozen=True):
    """What an authorization request came to.

    Attributes:
        sent: Its parameters.
        params: What the callback was given; empty where it ended on a page of the provider's.
        page: The last answer the browser had.
        signed: Whether the wallet had to sign, so that a person saw a page.
    """

    sent: dict[str, str]
    params: dict[str, str]
    page: httpx.Response
    signed: bool


class Tokens(msgspec.Struct, frozen=True):
    """What a code bought, checked."""

    body: Json
    header: Json
    claims: Json
    userinfo: Json

    @property
    def access_token(self) -> str:
        """The access token."""
        return str(self.body["access_token"])

    @property
    def id_token(self) -> str:
        """The ID token, as it came."""
        return str(self.body["id_token"])


class Party:
    """One run of one module.

    Attributes:
        mode: The response mode of its plan.
        browser: Without cookies at the beginning.
    """

    def __init__(self, side: WalletSide, client: Shop, client2: Shop, wallet: Wallet, mode: Mode) -> None:
        self.side = side
        self.client = client
        self.client2 = client2
        self.wallet = wallet
        self.mode = mode
        self.browser = Browser(side)
        self.issuer = side.settings.issuer_url

    async def metadata(self) -> Json:
        """Return the provider's metadata, checked."""
        answer = await self.browser.get("/.well-known/openid-configuration")
        assert answer.status_code == 200
        document = cast(Json, answer.json())
        checks.check_metadata(document, self.issuer)
        return document

    async def keys(self) -> Json:
        """Return the provider's keys, checked."""
        answer = await self.browser.get(urlsplit((await self.metadata())["jwks_uri"]).path)
        assert answer.status_code == 200
        jwks = cast(Json, answer.json())
        checks.check_keys(jwks)
        return jwks

    def request(self, client: Shop, **params: str | None) -> dict[str, str]:
        """Return the parameters of a request, those given first; None leaves one out."""
        usual: dict[str, str | None] = {
            "client_id": client.app.uuid,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "state": new_token(),
            "nonce": new_token(),
            "response_mode": None if self.mode == "query" else self.mode,
        }
        return {name: value for name, value in (params | usual | params).items() if value is not None}

    async def authorizes(
        self, client: Shop | None = None, *, by_form: bool = False, declined: bool = False, **params: str | None
    ) -> Outcome:
        """Go through an authorization, as the person with the wallet wants it, and check what the callback is given."""
        sent = self.request(client or self.client, **params)
        answer = await (self.browser.post("/auth", sent) if by_form else self.browser.get("/auth", sent))
        return await self._goes_through(answer, sent, declined=declined)

    async def pushes(self, sent: dict[str, str], client: Shop | None = None) -> httpx.Response:
        """Push a request (RFC 9126)."""
        return await self.browser.post("/par", sent, authorization=_basic(client or self.client))

    async def follows(self, pushed: httpx.Response, sent: dict[str, str], client: Shop | None = None) -> Outcome:
        """Go through an authorization whose request was pushed as `sent`."""
        assert pushed.status_code == 201, pushed.text
        named = {"client_id": (client or self.client).app.uuid, "request_uri": pushed.json()["request_uri"]}
        return await self._goes_through(await self.browser.get("/auth", named), sent)

    async def _goes_through(self, answer: httpx.Response, sent: dict[str, str], *, declined: bool = False) -> Outcome:
        signed = False
        for _ in range(_STEPS):
            found = self._callback(answer, sent)
            if found is not None:
                checks.check_answer(found, sent, self.issuer)
                return Outcome(sent, found, answer, signed)
            location = answer.headers.get("location", "")
            if location.startswith("/sign/"):
                uuid = location.removeprefix("/sign/")
                assert (await self.browser.get(location)).status_code == 200
                await (declines if declined else scans_and_signs)(self.wallet, uuid)
                signed = True
                answer = await self.browser.goes_on(uuid)
            elif answer.status_code == 200 and 'name="step"' in answer.text:
                answer = await self.browser.clicks(answer)
            else:
                break
        return Outcome(sent, {}, answer, signed)

    async def redeems(
        self, outcome: Outcome, client: Shop | None = None, *, by: Literal["basic", "post"] = "basic", **params: str
    ) -> httpx.Response:
        """Trade the code of an outcome."""
        code = {"code": outcome.params["code"], "redirect_uri": outcome.sent["redirect_uri"]}
        return await self.asks_for_tokens(client, by=by, grant_type="authorization_code", **code, **params)

    async def asks_for_tokens(
        self, client: Shop | None = None, *, by: Literal["basic", "post"] = "basic", **params: str
    ) -> httpx.Response:
        """Call the token endpoint with the client's secret, in the header or in the body."""
        shop = client or self.client
        if by == "post":
            shown = {"client_id": shop.app.uuid, "client_secret": shop.secret}
            return await self.browser.post("/token", {**params, **shown})
        return await self.browser.post("/token", params, authorization=_basic(shop))

    async def tokens(
        self, outcome: Outcome, client: Shop | None = None, *, by: Literal["basic", "post"] = "basic", **params: str
    ) -> Tokens:
        """Trade the code of an outcome, and check all that comes of it."""
        body = checks.check_token_response(await self.redeems(outcome, client, by=by, **params))
        header, claims = await self.id_token(body, client, nonce=outcome.sent.get("nonce"))
        told = checks.check_userinfo(await self.userinfo(body["access_token"]), claims["sub"])
        return Tokens(body, header, claims, told)

    async def id_token(self, body: Json, client: Shop | None = None, *, nonce: str | None) -> tuple[Json, Json]:
        """Check the ID token of a token response, and return its header and claims."""
        return checks.check_id_token(
            body["id_token"],
            await self.keys(),
            issuer=self.issuer,
            client_id=(client or self.client).app.uuid,
            nonce=nonce,
            access_token=body["access_token"],
            now=self.side.clock.now(),
        )

    async def signs_in(self, client: Shop | None = None, *, by_form: bool = False, **params: str | None) -> Tokens:
        """Go the whole way from the request to the claims."""
        outcome = await self.authorizes(client, by_form=by_form, declined=False, **params)
        assert "code" in outcome.params, outcome.params or outcome.page.text
        return await self.tokens(outcome, client)

    async def userinfo(self, token: str) -> httpx.Response:
        """Ask who a token is for."""
        return await self.browser.get("/userinfo", authorization=f"Bearer {token}")

    def _callback(self, answer: httpx.Response, sent: dict[str, str]) -> dict[str, str] | None:
        """Return the parameters an answer takes to the callback, None where it leads elsewhere; check the way."""
        target = sent.get("redirect_uri", CALLBACK)
        if self.mode == "query":
            location = answer.headers.get("location", "")
            if answer.status_code != 303 or location.partition("?")[0] != target.partition("?")[0]:
                return None
            parts = urlsplit(location)
            assert not parts.fragment
            pairs = parse_qsl(parts.query, keep_blank_values=True)
            own = parse_qsl(urlsplit(target).query, keep_blank_values=True)
            assert [pair for pair in pairs if pair in own] == own
            return _once([pair for pair in pairs if pair not in own])
        form = _FORM.search(answer.text) if answer.status_code == 200 else None
        if form is None or unescape(form[1]) != target:
            return None
        assert "enctype" not in form[2]  # so it is application/x-www-form-urlencoded
        assert answer.headers["cache-control"] == "no-store"
        return _once([(unescape(name), unescape(value)) for name, value in _FIELD.findall(answer.text)])


async def new_party(side: WalletSide, mode: Mode = "query", **values: Any) -> Party:
    """Register the two clients of a run, and pair a wallet; `values` are of the apps."""
    usual = {
        "redirects": (Redirect(CALLBACK),),
        "post_logout_redirect_uris": (LOGGED_OUT,),
        "grant_types": ("authorization_code", "refresh_token"),
        "require_pkce": False,
        **values,
    }
    client, client2 = await new_shop(side, **usual), await new_shop(side, **usual)
    return Party(side, client, client2, await side.wallet(), mode)


def _basic(shop: Shop) -> str:
    return "Basic " + b64encode(f"{shop.app.uuid}:{shop.secret}".encode()).decode()


def _once(pairs: list[tuple[str, str]]) -> dict[str, str]:
    assert len(dict(pairs)) == len(pairs), f"a parameter comes twice: {pairs}"
    return dict(pairs)
