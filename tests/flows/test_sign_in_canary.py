"""What opens a door during sign-ins never stands in the log, in a refusal, or in a measurement."""

from base64 import b64encode
from typing import Any

import pytest

from sealgate.apps.model import DEVICE_CODE
from tests.sign_in import CALLBACK, CHALLENGE, PKCE, VERIFIER, Browser, new_shop, parameters, redeems, scans_and_signs

pytestmark = pytest.mark.anyio

STATE, NONCE = "canary-state-of-the-app", "canary-nonce-of-the-app"
ALL_GRANTS = ("authorization_code", "refresh_token", DEVICE_CODE)


class TestASignIn:
    async def test_tells_nobody_what_opens_doors(self, side, capfd):
        shop, browser, wallet = await new_shop(side, grant_types=ALL_GRANTS), Browser(side), await side.wallet()
        secrets = {"secret": shop.secret, "verifier": VERIFIER, "challenge": CHALLENGE, "state": STATE, "nonce": NONCE}
        secrets["basic"] = b64encode(f"{shop.app.uuid}:{shop.secret}".encode()).decode()
        me = {"client_id": shop.app.uuid, "client_secret": shop.secret}
        told: list[str] = []

        async def post(path: str, **params: str) -> dict[str, Any]:
            answer = await browser.post(path, me | params)
            if answer.status_code >= 400:
                told.append(f"{answer.headers} {answer.text}")
            return dict(answer.json()) if answer.text else {}

        asked = {"redirect_uri": CALLBACK, "response_type": "code", "state": STATE, "nonce": NONCE, **PKCE}
        secrets["request_uri"] = (await post("/par", **asked))["request_uri"]
        uuid = await browser.begins(shop, scope="openid offline_access", state=STATE, nonce=NONCE)
        await scans_and_signs(wallet, uuid)
        secrets["code"] = parameters(await browser.clicks(await browser.goes_on(uuid)))["code"]
        secrets |= {f"cookie {name}": value for name, value in browser.cookies.items()}
        assert len(secrets) == 10, secrets.keys()

        for wrong in (
            {"code_verifier": VERIFIER + "x"},
            {"redirect_uri": CALLBACK + STATE},
            {"client_secret": "x" * 36},
        ):
            refused = await redeems(shop, browser, secrets["code"], **wrong)
            assert refused.status_code in {400, 401}
            told.append(f"{refused.headers} {refused.text}")
        tokens = (await redeems(shop, browser, secrets["code"])).json()
        secrets |= {name: tokens[name] for name in ("access_token", "id_token", "refresh_token")}
        secrets["signature"] = tokens["access_token"].rpartition(".")[2]
        following = await post("/token", grant_type="refresh_token", refresh_token=tokens["refresh_token"])
        secrets["next refresh token"] = following["refresh_token"]
        assert (await post("/introspect", token=following["access_token"]))["active"]
        assert (await redeems(shop, browser, secrets["code"])).status_code == 400
        revoked = await browser.get("/userinfo", authorization=f"Bearer {tokens['access_token']}")
        assert revoked.status_code == 401
        told.append(f"{revoked.headers} {revoked.text}")
        assert (await post("/token", grant_type="refresh_token", refresh_token=following["refresh_token"]))["error"]
        await post("/revoke", token=following["refresh_token"])
        waiting = await post("/device_authorization", scope="openid")
        secrets |= {name: waiting[name] for name in ("device_code", "user_code")}
        assert (await post("/token", grant_type=DEVICE_CODE, device_code=waiting["device_code"]))["error"]
        measured = (await browser.get("/metrics")).text

        logged = "".join(capfd.readouterr())
        assert "code used again" in logged, "the log tells nothing of refusals, so this test would see nothing"
        said = "\n".join([logged, measured, *told]).lower()
        assert [name for name, value in secrets.items() if value.lower() in said] == []
