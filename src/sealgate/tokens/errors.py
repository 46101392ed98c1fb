"""What the slice refuses."""

from types import MappingProxyType

from sealgate.base.errors import SealgateError


class NotSignable(SealgateError):
    """The request holds a number that JSON cannot carry exactly, so it cannot be shown under a signature."""

    status = 400
    code = 405
    message = "This request holds a number that JSON cannot carry exactly, so it cannot be shown and signed safely."
    hint = "The app should send large numbers as strings."


class TokenInvalid(SealgateError):
    """The access token is not one that this server accepts; the message says why."""

    # 403 and 800, not 401: published clients and pages take a 401 for something else (platform-api 1.6, note 2).
    status = 403
    code = 800
    message = "The access token is not one that this server accepts."
    hint = "Sign in again to get a new one, and send it unchanged as `Authorization: Bearer …`."
    headers = MappingProxyType({"www-authenticate": 'Bearer realm="sealgate", error="invalid_token"'})


class TokenMissing(TokenInvalid):
    """The call carries no access token."""

    message = "This call needs the access token of a signed-in user, and it carries none."
    hint = "Sign in (`/auth`), then send the access token as `Authorization: Bearer …`."
    headers = MappingProxyType({"www-authenticate": 'Bearer realm="sealgate"'})


class TokenMalformed(TokenInvalid):
    """What was sent as an access token is no signed JWT at all."""

    message = "What was sent as an access token is not a signed JWT: three parts of base64url, separated by dots."
    hint = "Send the access_token of the sign-in, whole and without quotation marks."


class TokenForeign(TokenInvalid):
    """The token was issued by another server, or signed with a key that this server does not use any more."""

    message = "This token was not issued by this server, or its key has been withdrawn."
    hint = "Check that sign-in and API calls go to the same server, then sign in again."


class TokenExpired(TokenInvalid):
    """The token's life is over."""

    message = "This access token has expired."
    hint = "Sign in again, or use the refresh token where the app has one."


class TokenRevoked(TokenInvalid):
    """The token was ended before its time: by signing out, by the user, or because its code was used twice."""

    message = "This access token was revoked."
    hint = "Sign in again."


class RotationUnderWay(SealgateError):
    """The next key has been published already and is not in use yet."""

    status = 409
    code = 409
    message = "A rotation is under way: the next key is published and not in use yet."
    hint = "It takes over by itself. If the key in use has leaked, `sealgate keys rotate --now` replaces it at once."


class TooManyImported(SealgateError):
    """The app would have more than a million imported user tokens."""

    status = 409
    code = 409
    message = "An app may import a million user tokens, and this one would have more."
    hint = "Leave out those that have expired, or whose users have not come back for long."
