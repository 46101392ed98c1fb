"""People who sign in to the server of `wallet_side`: browsers with cookies of their own, and what apps receive."""

import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import msgspec

from sealgate.apps import service as apps
from sealgate.apps.model import App, AppDraft, Redirect, effective_redirects
from tests.wallet_side import Answer, Wallet, WalletSide

CALLBACK = "https://shop.example/cb"
VERIFIER = "correct-horse-battery-staple-correct-horse-battery-staple"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')
_RESULT = re.compile(r'<script type="application/json"[^>]*>(.*?)</script>', re.DOTALL)


class Shop(msgspec.Struct, frozen=True):
    """An app with its secret, readable."""

    app: App
    secret: str

    def asks(self, **params: str | None) -> dict[str, str]:
        """Return the parameters of an authorization request; None leaves one out."""
        usual = {
            "client_id": self.app.uuid,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "state": "st4te",
            **({} if params.get("response_type") == "token" else PKCE),
            **params,
        }
        return {name: value for name, value in usual.items() if value is not None}


async def new_shop(side: WalletSide, **values: Any) -> Shop:
    """Register an app that people sign in to."""
    usual: dict[str, Any] = {"name": "Corner Shop", "type": "web", "redirects": (Redirect(CALLBACK),)}
    draft = AppDraft(**{**usual, **values})
    draft = msgspec.structs.replace(draft, redirects=effective_redirects(draft.type, draft.redirects))
    made = await side.context.db.write(apps.create_app, side.context.sealer, draft, now=side.clock.now())
    return Shop(made.app, made.secret.text)


async def sdk_shop(side: WalletSide, **values: Any) -> Shop:
    """Register an app of the browser SDK's."""
    redirects = (Redirect("https://shop.example/"),)
    return await new_shop(
        side, **{"type": "browser", "redirects": redirects, "allow_implicit": True, "public_pkce": True, **values}
    )


class Browser:
    """A browser: it keeps cookies and follows nothing by itself."""

    def __init__(self, side: WalletSide, agent: str = "Mozilla/5.0 Chrome") -> None:
        self.side = side
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(side.app),
            base_url=side.settings.issuer_url,
            headers={"user-agent": agent, "accept": "text/html"},
        )

    async def get(self, url: str, params: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Open an address."""
        return await self._client.get(url, params=params, headers=headers)

    async def post(self, url: str, form: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        """Send a form."""
        body = urlencode(form or {}).encode()
        return await self._client.post(
            url, content=body, headers={"content-type": "application/x-www-form-urlencoded", **headers}
        )

    async def raw(self, url: str, body: bytes, **headers: str) -> httpx.Response:
        """Send a body as it is."""
        return await self._client.post(url, content=body, headers=headers)

    async def begins(self, shop: Shop, **params: str | None) -> str:
        """Begin a sign-in and return the UUID of its sign request."""
        answer = await self.get("/auth", shop.asks(**params))
        assert answer.status_code == 303, answer.text
        place = urlsplit(answer.headers["location"])
        assert place.path.startswith("/sign/"), answer.headers["location"]
        return place.path.removeprefix("/sign/")

    async def goes_on(self, uuid: str) -> httpx.Response:
        """Do what the sign page does once the wallet has answered."""
        return await self.get(f"/signin?txn={uuid}")

    async def clicks(self, page: httpx.Response, answer: str = "yes") -> httpx.Response:
        """Send the form on a page of ours, by the button with this value."""
        action = re.search(r'<form method="post" action="([^"]+)"', page.text)
        assert action is not None, page.text
        return await self.post(action[1], {**dict(_HIDDEN.findall(page.text)), "answer": answer})

    @property
    def cookies(self) -> dict[str, str]:
        """Its cookies by name."""
        return dict(self._client.cookies)

    def forgets_cookies(self) -> None:
        """Lose all cookies."""
        self._client.cookies.clear()

    def takes_cookie(self, set_cookie: str) -> None:
        """Have a cookie as a Set-Cookie header gives it."""
        name, _, value = set_cookie.partition(";")[0].partition("=")
        self._client.cookies.set(name, value, domain=str(self._client.base_url.host))

    def takes_cookies_of(self, other: "Browser") -> None:
        """Have the cookies of another browser besides."""
        self._client.cookies.update(other._client.cookies)


async def scans_and_signs(wallet: Wallet, uuid: str) -> Answer:
    """Sign as if the code had been scanned with another device."""
    return await signs_by(wallet, uuid, "QR")


async def signs_by(wallet: Wallet, uuid: str, origin: str) -> Answer:
    """Sign a request that reached the wallet in one of its ways."""
    opened = await wallet.opens(uuid, origin)
    assert opened.status == 200, opened
    answer = await wallet.answers(uuid, {**wallet.signature(opened.json), "origintype": origin})
    assert answer.status == 200, answer
    return answer


async def declines(wallet: Wallet, uuid: str, origin: str = "QR") -> Answer:
    """Decline a request."""
    assert (await wallet.opens(uuid, origin)).status == 200
    body = {"reject": True, "reject_initiator": "USER", "reject_reason": "USER_DECLINED", "origintype": origin}
    answer = await wallet.answers(uuid, body)
    assert answer.status == 200, answer
    return answer


def handed_to(answer: httpx.Response) -> str:
    """Return where a redirect leads, without query and fragment."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].partition("#")[0]


def parameters(answer: httpx.Response) -> dict[str, str]:
    """Return the query parameters that a redirect carries."""
    assert answer.status_code == 303, answer.text
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query, keep_blank_values=True))


def message(page: httpx.Response) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the popup page posts to its opener, and the page's own data: `target`, `otherwise`."""
    found = _RESULT.search(page.text)
    assert found is not None, page.text
    result = msgspec.json.decode(found[1])
    return msgspec.json.decode(result["message"]), result


async def redeems(shop: Shop, browser: Browser, code: str, **params: str | None) -> httpx.Response:
    """Trade a code for tokens, with PKCE and the app's secret unless said otherwise."""
    usual = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": shop.app.uuid,
        "client_secret": shop.secret,
        "code_verifier": VERIFIER,
        **params,
    }
    return await browser.post("/token", {name: value for name, value in usual.items() if value is not None})
