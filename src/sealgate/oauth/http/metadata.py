"""The provider's description of itself: where OpenID Connect Discovery and RFC 8414 look for it."""

from urllib.parse import urlsplit

from sealgate.oauth.discovery import Discovery
from sealgate.oauth.http.for_programs import CORS, PUBLIC_CACHE
from sealgate.oauth.http.paths import both
from sealgate.web import Anyone, Call, Raw, Router
from sealgate.web.errors import PageUnknown

OPENID = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"

router = Router(tags=["sign in"], cors=CORS)


async def get_metadata(call: Call[Anyone]) -> Raw:
    """Return the endpoints and abilities of this provider."""
    body, etag = await Discovery.of(call.context).current(call.now)
    return cacheable(call, body, etag)


async def get_inserted_metadata(call: Call[Anyone]) -> Raw:
    """Return the same where RFC 8414, 3.1 puts it for an issuer with a path: between the host and that path."""
    if "/" + call.path["path"] != urlsplit(call.settings.issuer_url).path:
        raise PageUnknown
    return await get_metadata(call)


def cacheable(call: Call[Anyone], body: bytes, etag: str) -> Raw:
    """Return JSON that anybody may keep for an hour, or 304 to who has it already (RFC 9110, 13.1.2)."""
    headers = {"cache-control": PUBLIC_CACHE, "etag": etag, "x-content-type-options": "nosniff"}
    known = {tag.strip().removeprefix("W/") for tag in call.headers.get("if-none-match", "").split(",")}
    if etag in known or "*" in known:
        return Raw(b"", "application/json", 304, headers)
    return Raw(body, "application/json", headers=headers)


# The doubled path is what clients ask for that were given the document's URL as the issuer (oauth2 A1).
for _path in (*both(OPENID), *both(OAUTH), *both(OPENID + OPENID)):
    router.get(_path, caller=Anyone, answers=bytes, listed=False)(get_metadata)
for _path in (OPENID, OAUTH):
    router.get(_path + "/{path:text}", caller=Anyone, answers=bytes, listed=False)(get_inserted_metadata)
