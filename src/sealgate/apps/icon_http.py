"""Where browsers and wallets get the icons that developers uploaded."""

from sealgate.apps import service
from sealgate.apps.model import ICON_PATH
from sealgate.web.answers import Raw
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.errors import PageUnknown
from sealgate.web.routing import Router

router = Router()

MOST_NAME_CHARS = 64


@router.route("GET", f"{ICON_PATH}/{{name:text}}.png", caller=Anyone, answers=bytes, listed=False)
async def get_icon(call: Call[Anyone]) -> Raw:
    """An app's icon; its name is that of its content, so it may be kept for a year.

    Raises:
        PageUnknown: no app has this icon.
    """
    name = call.path["name"]
    png = await call.db.read(service.find_icon, name) if len(name) <= MOST_NAME_CHARS else None
    if png is None:
        raise PageUnknown
    headers = {
        "cache-control": "public, max-age=31536000, immutable",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "cross-origin",
        "content-security-policy": "default-src 'none'",
    }
    return Raw(png, "image/png", headers=headers)
