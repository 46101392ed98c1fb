"""The table of the three credentials, cell by cell: what it promises works, what it excludes is refused as documented.

The table itself is read from the README, so that it cannot promise what nothing here checks.
"""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jwt
import msgspec
import pytest

from sealgate.access import service as access
from sealgate.apps.model import DEVICE_CODE, Redirect
from sealgate.apps.wire import AppOut
from sealgate.base.ids import new_uuid
from sealgate.base.settings import Settings
from sealgate.cli.app_advice import about_secret, warnings
from sealgate.cli.token_reading import NotAToken, read_token
from tests.credentials import ADMIN, ADMIN_TOKEN, ORIGIN, PAGE, Stage, an_app
from tests.payloads import PAYMENT, SIGN_IN_REQUEST
from tests.sign_in import Browser, declines, parameters, redeems, scans_and_signs
from tests.wallet_side import Answer, WalletSide
from tests.xapps import opens_xapp, proves_account

pytestmark = pytest.mark.anyio

README = Path(__file__).resolve().parents[2] / "README.md"
BACK_END, SIGN_IN, XAPP = COLUMNS = ("back end", "browser or native app", "xApp")
TIMELESS: jwt.types.Options = {"verify_exp": False, "verify_iat": False}
"""The server's clock stands still in the past; how long tokens live is a cell of its own."""

Cell = Callable[[Stage], Awaitable[None]]
CELLS: dict[tuple[str, str], Cell] = {}


def cell(row: str, *columns: str) -> Callable[[Cell], Cell]:
    """Declare what checks a cell of the table."""

    def declare(check: Cell) -> Cell:
        for column in columns:
            assert CELLS.setdefault((row, column), check) is check
        return check

    return declare


@pytest.fixture
async def stage(flow_sqlite, tmp_path):
    """A started server with its people."""
    shutil.copy(flow_sqlite, tmp_path / "sealgate.db")
    side = WalletSide(
        Settings(data_dir=str(tmp_path), public_url="https://sign.example", rate_limits=False, admin_token=ADMIN_TOKEN)
    )
    await side.start()
    wallet = await side.wallet()
    await proves_account(wallet)
    yield Stage(side, wallet, await an_app(side))
    await side.stop()


def refusal(answer: Answer) -> tuple[int, Any]:
    """Return status and code of a refusal, once it is sure that it says what to do."""
    assert answer.json["error"]["message"]
    assert answer.json["error"]["hint"]
    return answer.status, answer.code


# -- credential --


@cell("credential", BACK_END)
async def key_and_secret_open_the_platform_api_and_nothing_less(stage: Stage) -> None:
    assert (await stage.as_back_end("GET", "ping")).json["auth"]["application"]["uuidv4"] == stage.key
    for headers, code in (
        ({}, 812),
        ({"x_api_key": stage.key}, 812),
        ({"x_api_key": stage.key, "x_api_secret": new_uuid()}, 813),
        ({"x_api_key": new_uuid(), "x_api_secret": stage.shop.secret}, 811),
        ({"authorization": f"Bearer {await stage.token_of_sign_in()}"}, 812),
        ({"authorization": f"Bearer {await stage.token_of_xapp()}"}, 812),
    ):
        assert refusal(await stage.call("GET", "platform/ping", **headers)) == (403, code)


@cell("credential", SIGN_IN)
async def an_access_token_opens_the_jwt_api_and_an_id_token_does_not(stage: Stage) -> None:
    tokens = await stage.signs_in(scope="openid")

    for family in ("jwt", "xapp-jwt"):
        assert (await stage.with_token(tokens["access_token"], "GET", f"{family}/ping")).status == 200
    refused = await stage.with_token(tokens["id_token"], "GET", "jwt/ping")
    assert refusal(refused) == (403, 800)
    assert "another kind" in refused.text
    assert refusal(await stage.call("GET", "jwt/ping", **stage.secret)) == (403, 800)


@cell("credential", XAPP)
async def the_jwt_of_an_xapp_opens_the_jwt_api_for_its_own_app_alone(stage: Stage) -> None:
    ott = await stage.launch()
    token = (await stage.authorize(ott)).json["jwt"]
    other = await stage.other_app()
    of_other = (await stage.authorize(await stage.launch(other), other.app.uuid)).json["jwt"]
    mine = (await stage.with_token(token, "POST", "jwt/payload", {"txjson": PAYMENT})).json["uuid"]

    for family in ("jwt", "xapp-jwt"):
        assert (await stage.with_token(token, "GET", f"{family}/ping")).status == 200
    assert (await stage.with_token(token, "GET", f"jwt/payload/{mine}")).status == 200
    assert refusal(await stage.with_token(of_other, "GET", f"jwt/payload/{mine}")) == (404, 404)
    claims = jwt.decode(token, stage.shop.secret, algorithms=["HS256"], options=TIMELESS)
    forged = jwt.encode(claims, other.secret, algorithm="HS256")
    assert refusal(await stage.with_token(forged, "GET", "jwt/ping")) == (403, 800)
    assert refusal(await stage.with_token(ott, "GET", "jwt/ping")) == (403, 800)


# -- from --


@cell("from", BACK_END)
async def the_operator_makes_it_and_the_secret_is_shown_once(stage: Stage) -> None:
    made = await stage.call("POST", "admin/apps", {"name": "New Shop"}, **ADMIN)
    credentials = {"x_api_key": made.json["api_key"], "x_api_secret": made.json["api_secret"]}

    assert (await stage.call("GET", "platform/ping", **credentials)).status == 200
    shown = await stage.call("GET", f"admin/apps/{made.json['uuid']}", **ADMIN)
    assert made.json["api_secret"] not in shown.text
    assert (await stage.call("POST", "admin/apps", {"name": "New Shop"}, **stage.secret)).status == 401


@cell("from", SIGN_IN)
async def who_does_not_sign_gives_no_token(stage: Stage) -> None:
    browser = Browser(stage.side)
    uuid = await browser.begins(stage.shop)
    await declines(stage.wallet, uuid)

    answer = parameters(await browser.goes_on(uuid))

    assert answer["error"] == "access_denied"
    assert "code" not in answer
    assert (await redeems(stage.shop, browser, new_uuid())).json()["error"] == "invalid_grant"
    assert await stage.token_of_sign_in()


@cell("from", XAPP)
async def the_token_in_the_address_counts_once_and_for_two_minutes(stage: Stage) -> None:
    opened = await opens_xapp(stage.wallet, stage.key)
    ott = opened.json["ott"]
    assert f"xAppToken={ott}" in opened.json["url"]

    assert (await stage.authorize(ott)).status == 200
    assert refusal(await stage.authorize(ott)) == (400, 410)
    late, other = await stage.launch(), await stage.other_app()
    assert refusal(await stage.authorize(late, other.app.uuid)) == (400, 404)
    stage.side.clock.advance(seconds=120)
    assert refusal(await stage.authorize(late)) == (400, 404)
    assert refusal(await stage.authorize(new_uuid())) == (400, 404)


# -- lifetime --


@cell("lifetime", BACK_END)
async def the_secret_counts_for_months_and_until_it_is_retired(stage: Stage) -> None:
    stage.side.clock.advance(days=400)
    assert (await stage.as_back_end("GET", "ping")).status == 200

    fresh = await stage.replaces_secret()

    assert refusal(await stage.as_back_end("GET", "ping")) == (403, 813)
    assert (await stage.call("GET", "platform/ping", x_api_key=stage.key, x_api_secret=fresh)).status == 200


@cell("lifetime", SIGN_IN)
async def an_access_token_counts_for_a_day_and_for_who_signed(stage: Stage) -> None:
    await _counts_for_a_day(stage, await stage.token_of_sign_in())


@cell("lifetime", XAPP)
async def the_jwt_of_an_xapp_counts_for_a_day_and_dies_with_the_secret_that_signed_it(stage: Stage) -> None:
    token = await stage.token_of_xapp()
    await stage.replaces_secret()
    refused = await stage.with_token(token, "GET", "jwt/ping")
    assert refusal(refused) == (403, 800)
    assert "replaced" in refused.text

    await _counts_for_a_day(stage, await stage.token_of_xapp())


async def _counts_for_a_day(stage: Stage, token: str) -> None:
    assert (await stage.with_token(token, "GET", "jwt/ping")).json["sub"] == stage.wallet.key.address
    stage.side.clock.advance(hours=23, minutes=59)
    assert (await stage.with_token(token, "GET", "jwt/ping")).status == 200
    stage.side.clock.advance(minutes=2)
    refused = await stage.with_token(token, "GET", "jwt/ping")
    assert refusal(refused) == (403, 800)
    assert "expired" in refused.text


# -- user known? --


@cell("user known?", BACK_END)
async def nobody_is_known_before_a_sign_in_was_signed(stage: Stage) -> None:
    assert stage.wallet.key.address not in (await stage.as_back_end("GET", "ping")).text
    made = (await stage.as_back_end("POST", "payload", {"txjson": SIGN_IN_REQUEST})).json["uuid"]
    assert (await stage.as_back_end("GET", f"payload/{made}")).json["response"]["account"] is None

    await stage.wallet.signs(made)

    assert (await stage.as_back_end("GET", f"payload/{made}")).json["response"]["account"] == stage.wallet.key.address


@cell("user known?", SIGN_IN)
async def an_access_token_says_who_signed_in(stage: Stage) -> None:
    assert (await _ping(stage, await stage.token_of_sign_in()))["sub"] == stage.wallet.key.address


@cell("user known?", XAPP)
async def the_one_time_token_and_the_jwt_say_who_opened_the_xapp(stage: Stage) -> None:
    answer = (await stage.authorize(await stage.launch())).json

    assert answer["ott"]["account"] == stage.wallet.key.address
    assert answer["ott"]["user"] == stage.wallet.user
    assert (await _ping(stage, answer["jwt"]))["sub"] == stage.wallet.key.address


async def _ping(stage: Stage, token: str) -> dict[str, Any]:
    answer = await stage.with_token(token, "GET", "jwt/ping")
    assert answer.status == 200, answer
    return dict(answer.json)


# -- push to the user --


@cell("push to the user", BACK_END)
async def a_request_is_pushed_with_a_user_token_from_the_first_signature_on(stage: Stage) -> None:
    async def pushed(**more: Any) -> bool:
        answer = await stage.as_back_end("POST", "payload", {"txjson": PAYMENT, **more})
        return bool(answer.json["pushed"])

    assert not await pushed()
    assert not await pushed(user_token=new_uuid())
    made = (await stage.as_back_end("POST", "payload", {"txjson": SIGN_IN_REQUEST})).json["uuid"]
    await stage.wallet.signs(made)
    issued = (await stage.as_back_end("GET", f"payload/{made}")).json["application"]["issued_user_token"]
    assert await pushed(user_token=issued)
    assert not await pushed()
    assert refusal(await stage.as_back_end("POST", "xapp/event", {"body": "hello"})) == (400, 600)


@cell("push to the user", SIGN_IN)
async def a_request_with_an_access_token_is_pushed_at_once(stage: Stage) -> None:
    await _is_pushed_at_once(stage, await stage.token_of_sign_in())


@cell("push to the user", XAPP)
async def a_request_with_the_jwt_of_an_xapp_is_pushed_at_once(stage: Stage) -> None:
    await _is_pushed_at_once(stage, await stage.token_of_xapp())


async def _is_pushed_at_once(stage: Stage, token: str) -> None:
    made = await stage.with_token(token, "POST", "jwt/payload", {"txjson": PAYMENT})

    assert made.json["pushed"] is True
    pending = (await stage.wallet.call("GET", "pending-payloads")).json["payloads"]
    assert made.json["uuid"] in [request["meta"]["uuid"] for request in pending]
    event = await stage.with_token(token, "POST", "platform/xapp/event", {"body": "Your parcel is ready"})
    assert event.status == 200, event


# -- usable in back ends --


@cell("usable in back ends", BACK_END)
async def a_back_end_uses_key_and_secret(stage: Stage) -> None:
    for method, path, body in (("POST", "payload", {"txjson": PAYMENT}), ("GET", "app-storage", None)):
        assert (await stage.as_back_end(method, path, body)).status == 200


@cell("usable in back ends", SIGN_IN)
async def a_back_end_may_call_with_its_users_access_token(stage: Stage) -> None:
    await _works_in_a_back_end(stage, await stage.token_of_sign_in())


@cell("usable in back ends", XAPP)
async def a_back_end_may_call_with_the_jwt_that_the_page_has_got(stage: Stage) -> None:
    token = await stage.token_of_xapp()
    await _works_in_a_back_end(stage, token)

    ott = await stage.launch()
    assert refusal(await stage.with_token(token, "GET", f"platform/xapp/ott/{ott}", page=False)) == (403, 812)
    assert (await stage.as_back_end("GET", f"xapp/ott/{ott}")).json["user"] == stage.wallet.user


async def _works_in_a_back_end(stage: Stage, token: str) -> None:
    for method, path, body in (
        ("GET", "jwt/ping", None),
        ("POST", "jwt/payload", {"txjson": PAYMENT}),
        ("POST", "jwt/userdata/prefs", {"dark": True}),
        ("POST", "platform/user-tokens", {"tokens": []}),
    ):
        assert (await stage.with_token(token, method, path, body, page=False)).status == 200
    for method in ("GET", "POST", "DELETE"):
        answer = await stage.with_token(token, method, "platform/app-storage", {}, page=False)
        assert refusal(answer) == (403, 812)


# -- usable in browsers --


@cell("usable in browsers", BACK_END)
async def a_secret_from_a_page_is_refused_wherever_it_goes_and_the_developer_told(stage: Stage) -> None:
    ott = await stage.launch()
    for method, path, more in (
        ("GET", "platform/ping", {}),
        ("POST", "platform/payload", {}),
        ("GET", "platform/app-storage", {}),
        ("GET", f"platform/xapp/ott/{ott}", {}),
        ("GET", "jwt/authorize", {"x_api_ott": ott}),
        ("GET", "jwt/ping", {"authorization": f"Bearer {await stage.token_of_xapp()}"}),
    ):
        assert refusal(await stage.call(method, path, {}, **PAGE, **stage.secret, **more)) == (403, 815)
    notices = await stage.side.context.db.read(access.list_notices, stage.key)
    assert [notice.kind for notice in notices] == ["secret_exposed"]
    assert (await stage.authorize(ott)).status == 200


@cell("usable in browsers", SIGN_IN)
async def a_page_may_call_with_an_access_token(stage: Stage) -> None:
    await _works_in_a_page(stage, await stage.token_of_sign_in())


@cell("usable in browsers", XAPP)
async def the_page_in_the_wallet_may_call_and_an_ordinary_browser_sees_how_to_get_there(stage: Stage) -> None:
    await _works_in_a_page(stage, await stage.token_of_xapp())

    ott = await stage.launch()
    place = f"/detect/xapp:{stage.shop.app.xapp_id}?xAppToken={ott}"
    landing = await Browser(stage.side).get(place)
    in_wallet = await Browser(stage.side, agent=f"xumm/xapp:2.9.1 (ott:{ott})").get(place)

    assert landing.status_code == 200
    assert ott not in landing.text
    assert "Corner Shop" in landing.text
    assert in_wallet.status_code == 301
    assert in_wallet.headers["location"].startswith("https://shop.example/xapp?")
    assert (await stage.authorize(ott)).status == 200


async def _works_in_a_page(stage: Stage, token: str) -> None:
    for method, path, body in (
        ("GET", "jwt/ping", None),
        ("POST", "jwt/payload", {"txjson": PAYMENT}),
        ("GET", "jwt/userdata", None),
    ):
        answer = await stage.with_token(token, method, path, body)
        assert answer.status == 200, answer
        assert answer.headers["access-control-allow-origin"] == "*"


# -- CORS --


@cell("CORS", BACK_END)
async def no_other_sites_page_may_call_the_platform_api(stage: Stage) -> None:
    for path, method in (
        ("ping", "GET"),
        ("payload", "POST"),
        (f"payload/{new_uuid()}", "GET"),
        ("app-storage", "POST"),
        (f"xapp/ott/{new_uuid()}", "GET"),
    ):
        asked = await stage.preflight(f"platform/{path}", method)
        assert "access-control-allow-origin" not in asked.headers
    answer = await stage.call("GET", "platform/ping", origin=ORIGIN)
    assert "access-control-allow-origin" not in answer.headers


@cell("CORS", SIGN_IN, XAPP)
async def any_sites_page_may_call_where_a_token_counts(stage: Stage) -> None:
    for path, method in (
        ("jwt/authorize", "GET"),
        ("xapp-jwt/authorize", "GET"),
        ("jwt/ping", "GET"),
        ("jwt/payload", "POST"),
        ("jwt/userdata/prefs", "DELETE"),
        ("platform/user-tokens", "POST"),
        ("platform/xapp/event", "POST"),
        ("platform/xapp/push", "POST"),
    ):
        asked = await stage.preflight(path, method)
        allowed = asked.headers["access-control-allow-headers"].lower()
        assert (asked.status, asked.text) == (200, "")
        assert asked.headers["access-control-allow-origin"] == "*"
        assert method in asked.headers["access-control-allow-methods"]
        assert all(name in allowed for name in ("authorization", "content-type", "x-api-key", "x-api-ott"))
        assert "access-control-allow-credentials" not in asked.headers


# -- native apps --


@cell("native apps", BACK_END)
async def a_native_app_is_told_to_leave_the_secret_out_and_needs_none(stage: Stage) -> None:
    program = await an_app(stage.side, "Program", type="native", redirects=(Redirect("com.example.app:/cb"),))
    shown = msgspec.to_builtins(AppOut.of(program.app, public_url="https://sign.example"))
    shown["secrets"] = [{"id": new_uuid(), "last_used_at": "2026-01-15T12:00:00Z"}]

    assert "everybody who has the program can read it" in " ".join(about_secret(shown))
    assert any("take it out" in warning for warning in warnings(shown))
    assert (await _signed_in_by_a_program(stage, "com.example.app:/cb"))["access_token"]


@cell("native apps", SIGN_IN)
async def a_native_app_signs_people_in_by_deep_link_loopback_and_device_grant(stage: Stage) -> None:
    for redirect in ("com.example.app:/cb", "http://127.0.0.1:51004/cb"):
        token = (await _signed_in_by_a_program(stage, redirect))["access_token"]
        assert (await stage.with_token(token, "GET", "jwt/ping", page=False)).status == 200

    line, phone = Browser(stage.side, agent="a program"), Browser(stage.side)
    asked = (await line.post("/device_authorization", {"client_id": stage.key, "scope": "openid"})).json()
    led = await phone.clicks(await phone.get("/device", {"user_code": asked["user_code"]}))
    uuid = led.headers["location"].removeprefix("/sign/")
    await scans_and_signs(stage.wallet, uuid)
    await phone.goes_on(uuid)
    stage.side.clock.advance(seconds=10)
    polled = await line.post(
        "/token", {"grant_type": DEVICE_CODE, "device_code": asked["device_code"], "client_id": stage.key}
    )
    assert (await stage.with_token(polled.json()["access_token"], "GET", "jwt/ping", page=False)).status == 200


@cell("native apps", XAPP)
async def a_program_outside_the_wallet_has_no_one_time_token(stage: Stage) -> None:
    program = await an_app(stage.side, "Program", type="native", xapp_url=None, xapp_id=None)

    assert (await opens_xapp(stage.wallet, program.app.uuid)).status == 404
    assert refusal(await stage.authorize(new_uuid(), program.app.uuid)) == (400, 403)
    assert refusal(await stage.authorize("")) == (400, 404)


async def _signed_in_by_a_program(stage: Stage, redirect: str) -> dict[str, Any]:
    registered = (Redirect("com.example.app:/cb"), Redirect("http://127.0.0.1/cb", "loopback"))
    program = await an_app(stage.side, "Program", type="native", redirects=registered)
    browser = Browser(stage.side)
    uuid = await browser.begins(program, redirect_uri=redirect)
    await scans_and_signs(stage.wallet, uuid)
    code = parameters(await browser.goes_on(uuid))["code"]
    answer = await redeems(program, browser, code, redirect_uri=redirect, client_secret=None)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


# -- verified offline --


@cell("verified offline", BACK_END)
async def nothing_about_key_and_secret_can_be_verified_by_others(stage: Stage) -> None:
    for text in (stage.key, stage.shop.secret):
        with pytest.raises(NotAToken):
            read_token(text)


@cell("verified offline", SIGN_IN)
async def an_access_token_is_verified_by_the_published_keys(stage: Stage) -> None:
    tokens = await stage.signs_in(scope="openid")
    keys = jwt.PyJWKSet.from_dict((await stage.side.send("GET", "/certs", {})).json)
    header = jwt.get_unverified_header(tokens["access_token"])
    key = next(key for key in keys.keys if key.key_id == header["kid"])

    claims = jwt.decode(
        tokens["access_token"], key.key, algorithms=["RS256"], audience=stage.key, issuer="https://sign.example",
        options=TIMELESS,
    )  # fmt: skip

    assert (header["alg"], header["typ"], claims["sub"]) == ("RS256", "at+jwt", stage.wallet.key.address)
    assert jwt.get_unverified_header(tokens["id_token"])["typ"] == "JWT"
    with pytest.raises(jwt.InvalidAudienceError):
        jwt.decode(tokens["access_token"], key.key, algorithms=["RS256"], audience=new_uuid(), options=TIMELESS)


@cell("verified offline", XAPP)
async def the_jwt_of_an_xapp_is_verified_by_the_secret_with_its_dashes(stage: Stage) -> None:
    token = await stage.token_of_xapp()

    claims = jwt.decode(token, stage.shop.secret, algorithms=["HS256"], options=TIMELESS)

    assert (claims["client_id"], claims["sub"]) == (stage.key, stage.wallet.key.address)
    for other in (stage.shop.secret.replace("-", ""), (await stage.other_app()).secret):
        with pytest.raises(jwt.InvalidSignatureError):
            jwt.decode(token, other, algorithms=["HS256"], options=TIMELESS)


# -- the table --


def rows_of_the_readme() -> list[str]:
    """Return the first column of the table."""
    section = README.read_text().partition("## Credentials")[2].partition("\n## ")[0]
    rows = [[field.strip() for field in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    assert rows[0] == ["", *COLUMNS]
    return [row[0] for row in rows[2:]]


async def test_every_cell_of_the_table_is_walked():
    assert list(CELLS) == [(row, column) for row in rows_of_the_readme() for column in COLUMNS]


@pytest.mark.parametrize(("row", "column"), CELLS, ids=[f"{row} / {column}" for row, column in CELLS])
async def test_the_cell(stage, row, column):
    await CELLS[row, column](stage)
