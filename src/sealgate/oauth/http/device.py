"""`/device`: where somebody says that a device is theirs, and then signs in for it (RFC 8628, 3.3; oauth2 B12).

Nothing here signs in by itself: the code may have come from a stranger, so the page names the app and asks.
"""

from datetime import datetime
from typing import Any

from sealgate.access.rate_limits import WINDOW_S, network_of
from sealgate.apps.directory import AppDirectory
from sealgate.apps.model import App
from sealgate.base.ids import hash_secret, new_token
from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.oauth import service, store
from sealgate.oauth.cookies import binding_cookie, read_binding
from sealgate.oauth.errors import FormForged, TooManyRequests
from sealgate.oauth.http.paths import both
from sealgate.oauth.model import DeviceRequest
from sealgate.oauth.pages import csrf_token, is_csrf_token, scope_lines
from sealgate.oauth.pages.csrf import CSRF_FIELD
from sealgate.oauth.pages.device import device_ask_page, device_code_page, device_done_page
from sealgate.oauth.params import Params, read_params
from sealgate.web import Anyone, Call, Router
from sealgate.web.answers import Page, Redirect

TRIES_PER_MINUTE = 5
FAILURES_PER_HOUR = 10
_HOUR_S = 3600
_UNKNOWN = "This code is not known here, or it is too old. Compare it with your device, or have it show a new one."

router = Router(tags=["sign in"])


async def show_device_page(call: Call[Anyone]) -> Page:
    """Ask for the code, or, with one, whether it is that of one's own device."""
    action = call.raw_path.decode("latin-1")
    if not call.query.get("user_code"):
        return device_code_page(action=action)
    await _count(call, "device-tries", TRIES_PER_MINUTE, WINDOW_S)
    letters = _letters(call.query)
    found = await _find(call, letters)
    if found is None:
        await _count(call, "device-failures", FAILURES_PER_HOUR, _HOUR_S)
        return device_code_page(action=action, problem=_UNKNOWN)
    waiting, app = found
    secret = read_binding(call.cookies, call.settings) or new_token()
    call.response_headers["set-cookie"] = binding_cookie(call.settings, secret)
    return device_ask_page(
        app_name=app.name,
        user_code=_shown(letters),
        place=waiting.ip or "an unknown address",
        agent=waiting.user_agent,
        lines=scope_lines(waiting.request.scopes),
        action=action,
        fields={"user_code": letters},
        csrf=csrf_token(secret, f"device {letters}"),
    )


async def answer_device_page(call: Call[Anyone]) -> Page | Redirect:
    """Take the answer: make the sign request, or tell the device no.

    Raises:
        FormForged: the form was not sent from our page in this browser.
    """
    params = await read_params(call)
    letters = _letters(params)
    secret = read_binding(call.cookies, call.settings)
    if secret is None or not is_csrf_token(params.get(CSRF_FIELD), secret, f"device {letters}"):
        raise FormForged
    found = await _find(call, letters)
    if found is None:
        return device_code_page(action=call.raw_path.decode("latin-1"), problem=_UNKNOWN)
    waiting, app = found
    if params.get("answer") != "yes":
        await call.db.write(store.deny_device, waiting.hash, now=call.now)
        return device_done_page(app_name=app.name, allowed=False)
    visitor = service.Visitor(
        browser_hash=hash_secret(secret), ip=call.client_ip, user_agent=call.headers.get("user-agent")
    )
    await call.db.write(_begin, app, waiting, visitor, _shown(letters), call.ref, call.settings, now=call.now)
    return Redirect(f"/sign/{call.ref}")


def _begin(
    tx: Tx,
    app: App,
    waiting: DeviceRequest,
    visitor: service.Visitor,
    user_code: str,
    uuid: str,
    settings: Settings,
    *,
    now: datetime,
) -> None:
    service.begin(
        tx, app, waiting.request, visitor,
        uuid=uuid, settings=settings, now=now, device_hash=waiting.hash, user_code=user_code,
    )  # fmt: skip


async def _find(call: Call[Any], letters: str) -> tuple[DeviceRequest, App] | None:
    waiting = await call.db.read(store.find_waiting_device, hash_secret(letters), now=call.now)
    entry = waiting and await call.context.get(AppDirectory).find(waiting.app_uuid, now=call.now)
    if waiting is None or not entry or entry.app.disabled:
        return None
    return waiting, entry.app


async def _count(call: Call[Any], kind: str, limit: int, window_s: int) -> None:
    if not call.settings.rate_limits:
        return
    key = f"{kind}:{network_of(call.client_ip)}"
    hit = await call.context.counters.hit(key, limit=limit, window_s=window_s, now=call.now)
    if not hit.allowed:
        raise TooManyRequests(
            message="There were too many tries from here. Wait a while, then enter the code again.",
            headers={"retry-after": str(hit.retry_after_s)},
        )


def _letters(params: Params) -> str:
    """Return a user code as it is stored: case, dashes and spaces do not count."""
    return "".join(char for char in params.get("user_code", "")[:32].upper() if char.isalpha())[:8]


def _shown(letters: str) -> str:
    return f"{letters[:4]}-{letters[4:]}"


for _path in both("/device"):
    router.page(_path)(show_device_page)
    router.page(_path, method="POST")(answer_device_page)
