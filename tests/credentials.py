"""An app with all three credentials on a running server, and who uses them: its back end, its pages, alice's wallet."""

import json
from typing import Any

from sealgate.apps.model import DEVICE_CODE, Redirect
from sealgate.base.ids import new_uuid
from tests.sign_in import CALLBACK, Browser, Shop, new_shop, parameters, redeems, scans_and_signs
from tests.wallet_side import Answer, Wallet, WalletSide
from tests.xapps import opens_xapp

ORIGIN = "https://shop.example"
PAGE = {"origin": ORIGIN, "sec_fetch_site": "cross-site", "content_type": "application/json"}
ADMIN_TOKEN = "sga_an-operators-token"
ADMIN = {"authorization": f"Bearer {ADMIN_TOKEN}"}


class Stage:
    """A server, one app with all three credentials, and alice with her wallet."""

    def __init__(self, side: WalletSide, wallet: Wallet, shop: Shop) -> None:
        self.side = side
        self.wallet = wallet
        self.shop = shop

    @property
    def key(self) -> str:
        """The app's API key."""
        return self.shop.app.uuid

    @property
    def secret(self) -> dict[str, str]:
        """What the app's back end sends."""
        return {"x-api-key": self.key, "x-api-secret": self.shop.secret}

    async def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the API exactly so; `headers` with underscores are sent with dashes."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.side.send(method, f"/api/v1/{path}", sent, b"" if body is None else json.dumps(body).encode())

    async def as_back_end(self, method: str, path: str, body: Any = None) -> Answer:
        """Call as the app's back end."""
        return await self.call(method, f"platform/{path}", body, **self.secret)

    async def with_token(self, token: str, method: str, path: str, body: Any = None, *, page: bool = True) -> Answer:
        """Call with a user's token, from a page or from a back end."""
        return await self.call(method, path, body, authorization=f"Bearer {token}", **(PAGE if page else {}))

    async def preflight(self, path: str, method: str = "GET") -> Answer:
        """Ask as a browser does before it lets a page call."""
        return await self.call(
            "OPTIONS", path, origin=ORIGIN, access_control_request_method=method,
            access_control_request_headers="authorization,content-type,x-api-key,x-api-ott",
        )  # fmt: skip

    async def signs_in(self, **params: str | None) -> dict[str, Any]:
        """Let alice sign in with code and PKCE; return the token endpoint's answer."""
        browser = Browser(self.side)
        uuid = await browser.begins(self.shop, **params)
        await scans_and_signs(self.wallet, uuid)
        answer = await redeems(self.shop, browser, parameters(await browser.goes_on(uuid))["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def token_of_sign_in(self) -> str:
        """Return the access token of a sign-in."""
        return str((await self.signs_in())["access_token"])

    async def launch(self, shop: Shop | None = None) -> str:
        """Let alice open the xApp; return its one-time token."""
        opened = await opens_xapp(self.wallet, (shop or self.shop).app.uuid)
        assert opened.status == 200, opened
        return str(opened.json["ott"])

    async def authorize(self, ott: str, key: str | None = None, **headers: str) -> Answer:
        """Trade a one-time token as the xApp's page does."""
        return await self.call("GET", "jwt/authorize", x_api_key=key or self.key, x_api_ott=ott, **PAGE, **headers)

    async def token_of_xapp(self) -> str:
        """Return the JWT of a launch."""
        answer = await self.authorize(await self.launch())
        assert answer.status == 200, answer
        return str(answer.json["jwt"])

    async def other_app(self) -> Shop:
        """Register another app of the same kind."""
        return await an_app(self.side, "Other Shop")

    async def replaces_secret(self) -> str:
        """Rotate the app's secret and end the old one; return the new one."""
        fresh = await self.call("POST", f"admin/apps/{self.key}/rotate-secret", **ADMIN)
        assert fresh.status == 200, fresh
        retired = await self.call("POST", f"admin/apps/{self.key}/retire-secret", **ADMIN)
        assert retired.status == 200, retired
        return str(fresh.json["api_secret"])


async def an_app(side: WalletSide, name: str = "Corner Shop", **values: Any) -> Shop:
    """Register an app with a back end, sign-in and an xApp."""
    usual = {
        "redirects": (Redirect(CALLBACK),),
        "grant_types": ("authorization_code", DEVICE_CODE),
        "allow_implicit": True,
        "public_pkce": True,
        "xapp_url": "https://shop.example/xapp",
        "xapp_id": f"shop.{new_uuid()[:8]}",
        "xapp_status": "listed",
        "xapp_push": True,
    }
    return await new_shop(side, name=name, **{**usual, **values})
