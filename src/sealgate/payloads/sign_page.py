"""The sign page `/sign/{uuid}`: what is asked, the QR code, and what became of it (platform-api 18; design 3).

It takes nothing from the query and keeps no secret: whoever knows the UUID may look. What a creator wants shown
beside the request comes as the payload's `Presentation`. Where that names a browser, only this one is given the ways
on and off: it is known by a cookie, whose hash the presentation has (oauth2 B5.2).
"""

import asyncio
import contextlib
import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal
from urllib.parse import urlsplit

import msgspec

from sealgate.apps import service as apps
from sealgate.apps.model import App
from sealgate.base.errors import Unavailable
from sealgate.base.settings import Settings
from sealgate.infra.tx import Tx
from sealgate.payloads import qr, service
from sealgate.payloads.event_page import event_page
from sealgate.payloads.model import SIGN_IN, Payload, Presentation, State, came_by_link, state_of
from sealgate.payloads.multisign import with_contributions
from sealgate.payloads.return_urls import return_urls
from sealgate.payloads.wording import Wording, native_currency, plain, word_request
from sealgate.web.answers import Page
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.routing import Router

View = Literal["page", "qr", "deeplink"]
"""The plain address, the one that insists on the code, and the one that opens the wallet at once."""

_HUES = 6
_MAX_LINES = 12

router = Router(tags=("payloads",))


class SignPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the template shows; every text is plain and bounded, every link checked.

    Attributes:
        state: `waiting` (with the code), `pushed`, `opened`, `signed`, `rejected`, `expired`, `cancelled`, `disabled`.
        links: What the app publishes for those who sign in: name and address of each page.
        leads_to: Where the browser goes on by itself, after a signature or a rejection only.
        link_back: Where the person may go, after any end.
        scan: What stands under the code.
        is_bound: The request belongs to one browser: only this one goes on, to `continue_url`, whatever the end.
        is_initiator: This is that browser.
        web_wallet: Where the request opens in this server's own wallet, None where it has none.
        continue_url: Where the browser goes on once it is over, in place of the developer's return URL.
        opener_origin: The only page that may hear, as this window's opener, what happens to the window; `*` is any.
    """

    uuid: str
    view: View
    state: str
    is_open: bool
    is_opened: bool
    is_sign_in: bool
    app_name: str
    icon_url: str | None
    monogram: str
    hue: int
    wording: Wording
    note: str
    links: tuple[tuple[str, str], ...]
    network: str | None
    instruction: str | None
    presentation: Presentation
    origin: str | None
    lines: tuple[str, ...]
    cancel_url: str | None
    is_bound: bool
    is_initiator: bool
    continue_url: str | None
    opener_origin: str
    leads_to: str | None
    link_back: str | None
    url: str
    path: str
    app_link: str
    web_wallet: str | None
    qr_svg: str | None
    scan: str
    expires_at: str
    expires_in_s: int


@router.page("/sign/{uuid:uuid}")
async def get_sign_page(call: Call[Anyone]) -> Page:
    """The page: the code and the button, or what became of the request."""
    return await _show(call, "page")


@router.page("/sign/{uuid:uuid}/qr")
async def get_qr_page(call: Call[Anyone]) -> Page:
    """The page with the code, even where the request was pushed or opened."""
    return await _show(call, "qr")


@router.page("/sign/{uuid:uuid}/deeplink")
async def get_deeplink_page(call: Call[Anyone]) -> Page:
    """The page that opens the wallet on this device without being asked."""
    return await _show(call, "deeplink")


async def _show(call: Call[Anyone], view: View) -> Page:
    found = await call.db.read(_load, call.path["uuid"])
    if found is None:
        return Page("payloads/sign_missing.html", status=404)
    payload, app = found
    if payload.terms.xapp is not None:
        return await _show_event(call, payload, app)
    if payload.web_opened_at is None and payload.opened_at is None and call.method == "GET":
        # Only whether it counts is lost where the database is busy: no reason to show nothing.
        with contextlib.suppress(Unavailable):
            await call.db.write(service.note_web_open, payload.uuid, now=call.now)
    svg = None
    if state_of(payload, call.now) in (State.CREATED, State.OPENED):
        svg = await asyncio.to_thread(qr.draw_svg, link_of(call.settings.qr_content, call.settings, payload.uuid))
    # On another host than the issuer's no cookie tells: all are shown the way on, and only the right one gets anything.
    is_initiator = call.settings.issuer_url != call.settings.public_url or _is_initiator(
        payload.terms.presentation, call.cookies.values()
    )
    page = sign_page(payload, app, call.settings, view, svg, is_initiator=is_initiator, now=call.now)
    return Page("payloads/sign.html", {"page": page})


async def _show_event(call: Call[Anyone], payload: Payload, app: App) -> Page:
    settings = call.settings
    page = event_page(
        payload,
        app,
        icon_url=app.own_icon(settings.public_url),
        hues=_HUES,
        app_link=link_of(settings.app_link, settings, payload.uuid),
        svg=await asyncio.to_thread(qr.draw_svg, link_of(settings.qr_content, settings, payload.uuid)),
        now=call.now,
    )
    return Page("payloads/xapp_event.html", {"page": page})


def _is_initiator(presentation: Presentation | None, cookies: Iterable[str]) -> bool:
    """Tell whether one of the browser's cookies is the value that the request is bound to."""
    wanted = presentation and presentation.browser_hash
    if not wanted:
        return False
    return any(hmac.compare_digest(sha256(value.encode()).hexdigest(), wanted) for value in cookies)


def _load(tx: Tx, uuid: str) -> tuple[Payload, App] | None:
    payload = service.find_payload(tx, uuid)
    payload = payload and with_contributions(tx, payload)
    app = payload and apps.find_app(tx, payload.app_uuid)
    return (payload, app) if payload and app else None


def sign_page(
    payload: Payload,
    app: App,
    settings: Settings,
    view: View,
    svg: str | None,
    *,
    is_initiator: bool = False,
    now: datetime,
) -> SignPage:
    """Return what the sign page shows of `payload` at `now`.

    Args:
        svg: The QR code as markup that may be trusted, or None where it is not wanted.
        is_initiator: The page is shown in the browser that the request is bound to.
    """
    terms = payload.terms
    state = state_of(payload, now)
    if payload.collects and view == "page":
        view = "qr"  # one has opened it, and the others still need the code
    shown = _shown(payload, state, app, view)
    presentation = terms.presentation or Presentation()
    is_bound = presentation.browser_hash is not None
    is_told = is_initiator or not is_bound
    continue_url = web_address(presentation.continue_url) if is_told else None
    # Of a bound request nobody else is led anywhere: a return URL would be as good as the way on.
    back = continue_url if is_bound else continue_url or web_address(return_urls(payload, public=True).web)
    leads_to = back if _leads_on(payload, state, is_bound=is_bound, strict=settings.deeplink_strict) else None
    is_open = state in (State.CREATED, State.OPENED) and not app.disabled
    name = plain(app.name, 60)
    transaction = msgspec.json.decode(terms.request_json)
    return SignPage(
        uuid=payload.uuid,
        view=view,
        state=shown,
        is_open=is_open,
        is_opened=state is State.OPENED,
        is_sign_in=terms.tx_type == SIGN_IN,
        app_name=name,
        icon_url=app.own_icon(settings.public_url),
        monogram=next((char.upper() for char in name if char.isalnum()), "?"),
        hue=int(app.uuid[:2], 16) % _HUES,
        wording=(wording := word_request(transaction, terms.tx_type, native=native_currency(terms.force_network))),
        note=_note(payload, name, wording),
        links=_links(app) if terms.tx_type == SIGN_IN else (),
        network=plain(terms.force_network, 40) if terms.force_network else None,
        instruction=terms.instruction or None,
        presentation=presentation,
        origin=plain(presentation.origin, 253) if presentation.origin else None,
        lines=tuple(plain(line) for line in presentation.lines[:_MAX_LINES]),
        cancel_url=web_address(presentation.cancel_url) if is_told else None,
        is_bound=is_bound,
        is_initiator=is_initiator,
        continue_url=continue_url,
        opener_origin=_web_origin(presentation.origin) or "*",
        leads_to=leads_to,
        link_back=None if is_open else leads_to if is_bound else back,
        url=f"{settings.public_url}/sign/{payload.uuid}",
        path=f"/sign/{payload.uuid}",
        app_link=link_of(settings.app_link, settings, payload.uuid),
        web_wallet=f"/wallet/sign/{payload.uuid}?from=DEEP_LINK" if settings.web_wallet else None,
        qr_svg=svg,
        scan=_scan(payload, state),
        expires_at=payload.expires_at.strftime("%d %B %Y, %H:%M UTC").lstrip("0"),
        expires_in_s=(payload.expires_at - now) // timedelta(seconds=1),
    )


def link_of(pattern: str, settings: Settings, uuid: str) -> str:
    """Return a setting's link with `{base}` and `{uuid}` filled in."""
    return pattern.replace("{base}", settings.public_url).replace("{uuid}", uuid)


def web_address(url: str | None) -> str | None:
    """Return `url` where a browser may be led there, else None.

    That is http(s) with a host, or a path of this server. Anything else, such as `javascript:` or a wallet's own
    scheme, is for the wallet alone: here it could run a script on our page.
    """
    if url is None or not url.isprintable() or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.hostname)
    is_ours = not parts.scheme and not parts.netloc and url.startswith("/")
    return url if is_web or is_ours else None


def _leads_on(payload: Payload, state: State, *, is_bound: bool, strict: bool) -> bool:
    """Tell whether the browser leaves by itself.

    A wallet that scanned the code, or was sent the request, was on another device. One that was opened by a link may
    have had it from a stranger: such a sign-in goes on where the wallet leads back to, not where somebody waits
    (oauth2 B5.2).
    """
    if not is_bound:
        return state in (State.SIGNED, State.REJECTED)
    if state is not State.SIGNED:
        return state not in (State.CREATED, State.OPENED)
    return not (strict and came_by_link(payload))


def _web_origin(text: str | None) -> str | None:
    """Return `text` where it is the origin of a web page, so that a message may be addressed to it."""
    if web_address(text) is None or text is None or text.startswith("/"):
        return None
    parts = urlsplit(text)
    return f"{parts.scheme}://{parts.netloc}"


def _shown(payload: Payload, state: State, app: App, view: View) -> str:
    if state not in (State.CREATED, State.OPENED):
        return state.value
    if app.disabled:
        return "disabled"
    if view == "qr":
        return "waiting"
    if state is State.OPENED:
        return "opened"
    return "pushed" if payload.pushed and view == "page" else "waiting"


def _scan(payload: Payload, state: State) -> str:
    collected = payload.collected
    if collected is not None:
        return f"Signed: {collected.weight} of {collected.quorum}. The others sign with the same code"
    if state is State.OPENED and not payload.collects:
        return "The request is open in a wallet"
    return "Scan the code with your wallet"


def _links(app: App) -> tuple[tuple[str, str], ...]:
    named = (("Privacy policy", web_address(app.policy_url)), ("Terms of use", web_address(app.terms_url)))
    return tuple((name, url) for name, url in named if url is not None)


def _note(payload: Payload, app_name: str, wording: Wording) -> str:
    terms = payload.terms
    if terms.tx_type == SIGN_IN:
        return "Signing in proves that an account is yours. It moves no money and costs nothing."
    left_out = {0: "", 1: " One more field is shown there."}.get(
        wording.more, f" {wording.more} more fields are shown there."
    )
    see = f"Your wallet shows the whole transaction before you approve it.{left_out}"
    if terms.multisign:
        return f"{see} Yours is one of several signatures."
    if not terms.submit:
        return f"{see} The wallet signs it only: whether it is sent is up to {app_name}."
    return see
