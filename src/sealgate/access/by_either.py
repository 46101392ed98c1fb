"""Apps by their secret or users by their access token, on the platform routes that take both (platform-api 1.7)."""

from typing import TYPE_CHECKING, Any

from sealgate.access.by_api_key import AppBySecret
from sealgate.access.by_bearer import UserByToken
from sealgate.access.errors import BearerNotTaken
from sealgate.access.exposed_secrets import SECRET
from sealgate.base.errors import SealgateError
from sealgate.tokens.model import AppOrUser

if TYPE_CHECKING:
    from sealgate.web.call import Call


class AppOrUserByCredential:
    """Recognises whoever shows one of the two credentials. Beside a secret, a token says nothing new."""

    def __init__(self, by_secret: AppBySecret, by_token: UserByToken) -> None:
        self._by_secret = by_secret
        self._by_token = by_token
        both = dict.fromkeys((*by_secret.errors, *by_token.errors))
        self.errors: tuple[type[SealgateError], ...] = tuple(error for error in both if error is not BearerNotTaken)

    async def recognise(self, call: "Call[Any]") -> AppOrUser:
        """Return the app, with its user where a token was shown; without any credential it is refused as an app."""
        if SECRET not in call.headers and "authorization" in call.headers:
            user = await self._by_token.recognise(call)
            return AppOrUser(user.app, user)
        return AppOrUser(await self._by_secret.recognise(call))
