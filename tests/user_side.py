"""People who signed in to an app, and the pages that call the platform with their access tokens."""

import json
from typing import Any

from sealgate.apps.service import get_app
from sealgate.base.ids import new_uuid
from sealgate.oauth.claims import access_claims
from sealgate.tokens.signing import TokenKeys
from tests.grants import a_grant
from tests.wallet_side import Answer, Wallet, WalletSide

ORIGIN = "https://shop.example"


class Page:
    """A page of an app, open in a browser, with the access token of whoever signed in there.

    Attributes:
        token: As the sign-in gave it to the page.
        user_token: The app's permission to send the user sign requests.
    """

    def __init__(self, side: WalletSide, token: str, user_token: str | None = None) -> None:
        self._side = side
        self.token = token
        self.user_token = user_token

    async def call(self, method: str, path: str, body: Any = None, *, family: str = "jwt", **headers: str) -> Answer:
        """Call the JWT API as a browser does; `headers` with underscores are added."""
        content = b"" if body is None else json.dumps(body).encode()
        sent = {"origin": ORIGIN, "sec-fetch-site": "cross-site", "content-type": "application/json"}
        if self.token:
            sent["authorization"] = f"Bearer {self.token}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._side.send(method, f"/api/v1/{family}/{path}", sent, content)


async def mint(side: WalletSide, app_uuid: str, *, typ: str = "at+jwt", **changed: Any) -> str:
    """Return an access token like those of `/token`, but for the claims in `changed`; None leaves one out."""
    app = await side.context.db.read(get_app, app_uuid)
    now = side.clock.now()
    grant = a_grant(app_uuid, auth_time=now, created_at=now)
    claims = access_claims(grant, app, issuer=side.settings.issuer_url, jti=new_uuid(), now=now) | changed
    return await side.context.get(TokenKeys).sign(
        {name: value for name, value in claims.items() if value is not None or name.endswith("_uuidv4")}, typ=typ
    )


async def sign_in(side: WalletSide, wallet: Wallet, *, credentials: dict[str, str] | None = None) -> Page:
    """Let the wallet sign a SignIn of an app, and return the app's page with the token that comes of it."""
    made = await side.platform("POST", "payload", {"txjson": {"TransactionType": "SignIn"}}, credentials=credentials)
    signed = await wallet.signs(made.json["uuid"])
    assert signed.status == 200, signed
    seen = await side.platform("GET", f"payload/{made.json['uuid']}", credentials=credentials)
    user_token = seen.json["application"]["issued_user_token"]
    token = await mint(
        side, seen.json["application"]["uuidv4"], sub=wallet.key.address, payload_uuidv4=made.json["uuid"],
        usertoken_uuidv4=user_token,
    )  # fmt: skip
    return Page(side, token, user_token)
