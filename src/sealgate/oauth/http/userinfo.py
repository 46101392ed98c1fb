"""`/userinfo`: what an access token's bearer may know of the person who signed (oauth2 B8)."""

from typing import Any

from sealgate.oauth.bearer import read_claims, read_token
from sealgate.oauth.http.for_programs import CORS, answers_program
from sealgate.oauth.http.paths import both
from sealgate.oauth.userinfo import userinfo
from sealgate.web import Anyone, Call, Router

router = Router(tags=["sign in"], cors=CORS)


@answers_program
async def get_userinfo(call: Call[Anyone]) -> dict[str, Any]:
    """Return the claims about the person, in the shape of the token's scope."""
    claims = await read_claims(call, await read_token(call))
    settings = call.settings
    return userinfo(
        claims, public_url=settings.public_url, mail_domain=settings.mail_domain, mac=call.context.sealer.mac
    )


for _path in both("/userinfo"):
    router.get(_path, caller=Anyone, answers=dict, listed=False)(get_userinfo)
    router.post(_path, caller=Anyone, answers=dict, listed=False)(get_userinfo)
