"""`/detect/xapp:{identifier}`: a wallet is sent on to the xApp, a browser shown how to get there (platform-api 16.1).

The only addresses anybody is sent to are those that apps have registered, and only a wallet is: its user agent says so.
"""

import asyncio

import msgspec

from sealgate.access.rate_limits import network_of
from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.base.logs import get_logger
from sealgate.payloads import qr
from sealgate.payloads.sign_page import web_address
from sealgate.payloads.wording import plain
from sealgate.web.answers import Page, Redirect
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.errors import PageUnknown
from sealgate.web.routing import Router
from sealgate.xapps import service
from sealgate.xapps.addresses import STYLE, TOKEN, detect_url, launch_url, wallet_link, web_wallet_link
from sealgate.xapps.errors import OttRefusal, OttUnknown
from sealgate.xapps.launch import read_ott
from sealgate.xapps.user_agents import is_wallet, ott_of

_PREFIX = "xapp:"
_HUES = 6
_STYLES = frozenset({"LIGHT", "DARK", "MOONLIGHT", "ROYAL"})
_DEFAULT_STYLE = "LIGHT"
# A token in an address must not travel on, nor must anybody be sent on by an answer of the past.
_SENT_ON = {"cache-control": "no-store", "referrer-policy": "no-referrer"}

_log = get_logger(__name__)

router = Router(tags=("xapps",))


class LandingPage(msgspec.Struct, frozen=True, kw_only=True):
    """What a browser shows of an xApp; every text is plain and bounded, every link checked.

    Attributes:
        qr_svg: The code as markup that may be trusted; None where the link is too long for one.
        link: What the code holds.
        wallet_link: Opens the xApp in a wallet on this device.
        web_wallet: Where the xApp opens in this server's own wallet, None where it has none.
        links: What the app publishes about itself: name and address of each page.
    """

    name: str
    description: str | None
    icon_url: str | None
    monogram: str
    hue: int
    is_draft: bool
    is_off: bool
    link: str
    wallet_link: str
    web_wallet: str | None
    qr_svg: str | None
    links: tuple[tuple[str, str], ...]


@router.page("/detect/{reference:text}")
async def get_xapp(call: Call[Anyone]) -> Page | Redirect:
    """The way to an xApp: for a wallet that launched it a redirect, for a browser a page with code and button."""
    app = await _find(call)
    if app is None:
        return Page("xapps/missing.html", status=404)
    user_agent = call.headers.get("user-agent", "")
    token = read_ott(call.query.get(TOKEN, ""))
    if app.xapp_url and not app.disabled and token and is_wallet(user_agent) and ott_of(user_agent) in (None, token):
        return _send_on(call, app.xapp_url, token)
    return await _landing(call, app)


@router.page("/detect/{reference:text}/force")
async def get_xapp_again(call: Call[Anyone]) -> Page | Redirect:
    """Open a launch of the app's debug device once more, in a browser beside it (platform-api 16.5).

    It takes the token, an xApp's user agent, and the public address that the device launched from.
    """
    app = await _find(call)
    if app is None:
        return Page("xapps/missing.html", status=404)
    if app.xapp_url and not app.disabled and is_wallet(call.headers.get("user-agent", "")):
        token = call.query.get(TOKEN, "")
        try:
            found = await call.db.read(service.refetch_ott, token, app_uuid=app.uuid, now=call.now)
            if found.ip is None or network_of(found.ip) != network_of(call.client_ip):
                raise OttUnknown(cause="It may be replayed from the wallet's public address alone.")
            return _send_on(call, app.xapp_url, found.ott)
        except OttRefusal as refusal:
            _log.info("launch not replayed", app=app.uuid, cause=refusal.cause)
    return await _landing(call, app)


async def _find(call: Call[Anyone]) -> App | None:
    reference = call.path["reference"]
    if reference[: len(_PREFIX)].lower() != _PREFIX:
        raise PageUnknown
    found: App | None = await call.db.read(apps.find_xapp, reference[len(_PREFIX) :])
    return found if found is not None and found.xapp_url else None


def _send_on(call: Call[Anyone], xapp_url: str, token: str) -> Redirect:
    style = call.query.get(STYLE, "").upper()
    return Redirect(
        launch_url(xapp_url, token, style if style in _STYLES else _DEFAULT_STYLE), status=301, headers=_SENT_ON
    )


async def _landing(call: Call[Anyone], app: App) -> Page:
    assert app.xapp_id is not None
    # Nobody scans somebody else's token.
    parameters = {name: value for name, value in call.query.items() if name not in (TOKEN, STYLE)}
    link = detect_url(call.settings, app.xapp_id, parameters)
    name = plain(app.name, 60)
    page = LandingPage(
        name=name,
        description=plain(app.description, 450) if app.description else None,
        icon_url=app.own_icon(call.settings.public_url),
        monogram=next((char.upper() for char in name if char.isalnum()), "?"),
        hue=int(app.uuid[:2], 16) % _HUES,
        is_draft=app.xapp_status != "listed" and not call.settings.dev,
        is_off=app.disabled,
        link=link,
        wallet_link=wallet_link(call.settings, app.xapp_id, parameters),
        web_wallet=web_wallet_link(app.xapp_id, link) if call.settings.web_wallet else None,
        qr_svg=await asyncio.to_thread(qr.draw_svg, link),
        links=_links(app),
    )
    return Page("xapps/landing.html", {"page": page}, headers={"referrer-policy": "no-referrer"})


def _links(app: App) -> tuple[tuple[str, str], ...]:
    named = (
        ("Website", app.homepage_url),
        ("Support", app.support_url),
        ("Privacy policy", app.policy_url),
        ("Terms of use", app.terms_url),
    )
    return tuple((name, url) for name, url in named if url is not None and web_address(url) is not None)
