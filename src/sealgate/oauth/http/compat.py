"""`/assets/compat.js`: the script that points the published browser packages at this server (browser-clients 2)."""

from sealgate.web.answers import Raw
from sealgate.web.assets import serve_asset
from sealgate.web.call import Call
from sealgate.web.callers import Anyone
from sealgate.web.routing import Router

router = Router(tags=("oauth",))


@router.route("GET", "/assets/compat.js", caller=Anyone, answers=bytes, listed=False)
async def get_compat_js(call: Call[Anyone]) -> Raw:
    """The script, at the address that stands in people's pages."""
    return serve_asset(call, "oauth/compat.js")
