"""`GET /certs`: the public keys by which anybody checks our tokens offline (RFC 7517; oauth2 B7.5)."""

from sealgate.oauth.http.for_programs import CORS
from sealgate.oauth.http.metadata import cacheable
from sealgate.oauth.http.paths import both
from sealgate.tokens.signing import TokenKeys
from sealgate.web import Anyone, Call, Raw, Router

router = Router(tags=["sign in"], cors=CORS)


async def get_certs(call: Call[Anyone]) -> Raw:
    """Return the key set: retired keys, the next one, and last the one in use (W27)."""
    keys = call.context.get(TokenKeys)
    return cacheable(call, keys.jwks, keys.jwks_etag)


for _path in both("/certs"):
    router.get(_path, caller=Anyone, answers=bytes, listed=False)(get_certs)
