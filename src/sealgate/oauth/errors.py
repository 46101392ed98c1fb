"""Why the authorization server refuses. `code` is the word of the protocol (RFC 6749 and its companions).

`OAuthError`s answer the app: as JSON at its own endpoints, as parameters of a redirect at `/auth`. `SignInStopped` and
its kinds answer the person, as a page: there the app cannot be told, or must not be (oauth2 B4.1).
"""

from typing import ClassVar

from sealgate.base.errors import SealgateError


class OAuthError(SealgateError):
    """The request of an app is refused; the code says why in the words of OAuth."""

    status = 400
    code: ClassVar[str] = "invalid_request"
    message = "The request cannot be answered."


class InvalidRequest(OAuthError):
    """A parameter is missing, repeated or malformed."""

    code = "invalid_request"
    message = "Required parameters are missing in the request."


class InvalidClient(OAuthError):
    """The app is unknown or disabled, or has not shown who it is (RFC 6749, 5.2)."""

    status = 401
    code = "invalid_client"
    message = "Invalid client credentials."


class InvalidGrant(OAuthError):
    """The code, the refresh token or the verifier is wrong, spent, expired or another app's (RFC 6749, 5.2)."""

    code = "invalid_grant"
    message = "Invalid authorization code."


class UnauthorizedClient(OAuthError):
    """The app may not use this flow; its operator can allow it."""

    code = "unauthorized_client"
    message = "This app may not use this flow."
    hint = "The operator of the app can allow it: `sealgate app`."


class UnsupportedGrantType(OAuthError):
    """The token endpoint does not know this grant type (RFC 6749, 5.2)."""

    code = "unsupported_grant_type"
    message = "Grant type is invalid or missing."


class UnsupportedResponseType(OAuthError):
    """The response type is neither `code` nor `token` (RFC 6749, 4.1.2.1)."""

    code = "unsupported_response_type"
    message = "The response type must be code or token."


class InvalidScope(OAuthError):
    """The scope is malformed, or wider than what was granted."""

    code = "invalid_scope"
    message = "The scope is wider than what was granted."


class AccessDenied(OAuthError):
    """The person or their wallet declined, or nobody answered in time."""

    code = "access_denied"
    # The words of the published flow: the SDK shows them, and some apps look for them (oauth2 A13).
    message = "The XUMM sign in request has been rejected"


class LoginRequired(OAuthError):
    """`prompt=none` was asked for, and nobody is signed in who would do (OpenID Connect Core, 3.1.2.6)."""

    code = "login_required"
    message = "Nobody is signed in here, and the request allows no page."


class ConsentRequired(OAuthError):
    """`prompt=none` was asked for, and the person has not agreed to this yet (OpenID Connect Core, 3.1.2.6)."""

    code = "consent_required"
    message = "The person has not agreed to this yet, and the request allows no page."


class RequestNotSupported(OAuthError):
    """Request objects are not supported (OpenID Connect Core, 3.1.2.6)."""

    code = "request_not_supported"
    message = "The parameter request is not supported; send the parameters themselves, or push them to /par."


class RequestUriNotSupported(OAuthError):
    """A `request_uri` that is not one of ours (OpenID Connect Core, 3.1.2.6)."""

    code = "request_uri_not_supported"
    message = "Only a request_uri that /par of this server gave out is supported."


class InvalidToken(OAuthError):
    """The access token is missing, expired, revoked or not of this server (RFC 6750, 3.1)."""

    status = 401
    code = "invalid_token"
    message = "The access token is expired, revoked or not of this server."


class AuthorizationPending(OAuthError):
    """Nobody has signed in for the device yet (RFC 8628, 3.5)."""

    code = "authorization_pending"
    message = "Nobody has signed in yet. Ask again after the interval."


class SlowDown(OAuthError):
    """The device asks too often; its interval is now five seconds longer (RFC 8628, 3.5)."""

    code = "slow_down"
    message = "The device asks too often: wait five seconds more between two polls."


class ExpiredToken(OAuthError):
    """The device code has expired (RFC 8628, 3.5)."""

    code = "expired_token"
    message = "The device code has expired. Begin again."


class TooManyRequests(OAuthError):
    """The app, its address or its browser asks more often than allowed."""

    status = 429
    code = "temporarily_unavailable"
    message = "There were too many requests in the last minute. Try again later."


class SignInStopped(OAuthError):
    """A sign-in cannot go on, and the person is told on a page of ours."""

    code = "invalid_request"
    message = "This sign-in cannot go on."


class ParametersUnusable(SignInStopped):
    """A parameter of the authorization request is repeated or too long, so nobody can tell what was meant."""

    message = "The app sent a request that cannot be read: a parameter is repeated, or too long."
    hint = "Go back to the app and try again; if it happens again, its developer should look at it."


class PushedUnknown(SignInStopped):
    """The pushed request behind a `request_uri` is unknown, expired, used or another app's (RFC 9126, 2.2).

    Without it there is no redirect URI, so the person is told.
    """

    code = "invalid_request_uri"
    message = "The link of the app leads to a request that has expired or was used."
    hint = "Go back to the app and try again."


class AppUnknown(SignInStopped):
    """The authorization request names no enabled app of this server (oauth2 B4.1, step 3)."""

    code = "invalid_client"
    message = "Invalid client/redirect URL."
    hint = (
        "The app is not known to this server, or is disabled. Its developer should compare client_id with the API key."
    )


class RedirectRefused(SignInStopped):
    """The redirect URI is missing, unsafe or not one the app registered (oauth2 B4.1, step 4).

    The page shows the refused URI as text, so that the developer knows what to register; never as a link.
    """

    message = "Invalid client/redirect URL."
    hint = "The address to return to must be registered for the app, letter for letter."

    def __init__(self, *, redirect_uri: str | None = None, detail: str = "", message: str | None = None) -> None:
        super().__init__(detail=detail, message=message)
        self.redirect_uri = redirect_uri


class SignInUnknown(SignInStopped):
    """No sign-in belongs to this link: it is too old, or its end was lost."""

    status = 404
    message = "There is no such sign-in. It may be too old, or the link lost its end."
    hint = "Go back to the app and sign in again."


class OtherBrowser(SignInStopped):
    """This browser is not the one that began the sign-in, so it does not get the answer (oauth2 B5.2)."""

    status = 403
    code = "access_denied"
    message = "This sign-in was begun in another browser, and goes on there."
    hint = "Return to the window in which you began, or sign in here anew."


class FormForged(SignInStopped):
    """A form of ours came back without the mark of the page it was on, so another site may have sent it."""

    status = 403
    code = "access_denied"
    message = "This form was not sent from our own page, or the page is too old."
    hint = "Go back and try again. Cookies of this site must be allowed."
