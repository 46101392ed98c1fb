"""The web wallet: one page under `/wallet`, whatever the address says, and its files."""

import asyncio

from sealgate.wallet.web_app_files import SERVICE_WORKER, File, WebAppFiles
from sealgate.web.answers import Page, Raw, Redirect
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.errors import PageUnknown
from sealgate.web.routing import Router

router = Router()

# Scripts run as workers, too, and a worker's policy comes with its script.
WORKER_CSP = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'"


@router.page("/wallet")
async def get_wallet(call: Call[Anyone]) -> Page | Raw | Redirect:
    """The start; its address ends with a slash, which is the part of the site that the service worker looks after."""
    if not call.raw_path.endswith(b"/"):
        return Redirect("/wallet/", status=308)
    return await _answer(call, "")


@router.page("/wallet/{first:text}")
async def get_wallet_page(call: Call[Anyone]) -> Page | Raw | Redirect:
    """A screen, or a file beside the page."""
    return await _answer(call, call.path["first"])


@router.page("/wallet/{first:text}/{second:text}")
async def get_wallet_part(call: Call[Anyone]) -> Page | Raw | Redirect:
    """A screen of something, such as a request, or a file in a folder."""
    return await _answer(call, f"{call.path['first']}/{call.path['second']}")


async def _answer(call: Call[Anyone], path: str) -> Page | Raw:
    if not call.settings.web_wallet:
        raise PageUnknown
    files = call.context.get(WebAppFiles)
    # The first call reads and packs them all.
    if not await asyncio.to_thread(lambda: files.is_built):
        return Page("wallet/not_built.html", status=503)
    # Identifiers of xApps have dots, like names of files.
    if "." not in path or path.startswith("xapps/"):
        return _send(call, files.page, {"content-security-policy": files.csp, **_PAGE_HEADERS})
    found = files.find(path)
    if found is None:
        raise PageUnknown
    headers = {}
    if path.startswith("assets/"):
        headers["cache-control"] = "public, max-age=31536000, immutable"
    elif path == SERVICE_WORKER:
        headers["cache-control"] = "no-cache"
    else:
        headers["cache-control"] = "public, max-age=300"
    if path.endswith(".js"):
        headers["content-security-policy"] = WORKER_CSP
    elif path.endswith(".svg"):
        headers["content-security-policy"] = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
    return _send(call, found, headers)


_PAGE_HEADERS = {
    "cache-control": "no-cache",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": (
        "camera=(self), clipboard-write=(self), publickey-credentials-get=(self), "
        "publickey-credentials-create=(self), geolocation=(), microphone=()"
    ),
}


def _send(call: Call[Anyone], file: File, headers: dict[str, str]) -> Raw:
    headers |= {"etag": file.etag, "x-content-type-options": "nosniff", "vary": "accept-encoding"}
    if call.headers.get("if-none-match") == file.etag:
        return Raw(b"", file.media_type, status=304, headers=headers)
    if file.packed is not None and "gzip" in call.headers.get("accept-encoding", ""):
        return Raw(file.packed, file.media_type, headers={**headers, "content-encoding": "gzip"})
    return Raw(file.content, file.media_type, headers=headers)
