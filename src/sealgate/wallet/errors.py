"""What the slice refuses itself; the rest comes from `holders`, `payloads` and `access`."""

from sealgate.base.errors import SealgateError


class TooManyStreams(SealgateError):
    """The wallets of one user may hold 32 event streams open."""

    status = 429
    code = 429
    message = "Your wallets hold 32 event streams open already."
    hint = "Close one; a wallet needs no more than one."


class AnswerUnclear(SealgateError):
    """The body is not exactly one of: a signature, a rejection, the report of a submission."""

    status = 400
    code = 405
    message = "The body must be one answer: a signature, a rejection, or the report of a submission."
    hint = 'Send signed_blob (with or without dispatched), or "reject": true, or dispatched alone.'


class AppSwitchedOff(SealgateError):
    """The app that asks was disabled by the operator of this server: its requests cannot be opened or signed."""

    status = 403
    code = 810
    message = "The app that asks is disabled on this server, so its requests cannot be opened or signed."
    hint = "Decline the request, or wait until the app is enabled again."


class PermissionUnknown(SealgateError):
    """The app holds no permission from this user."""

    status = 404
    code = 404
    message = "This app holds no permission from you."
    hint = "GET /api/v1/app/third-party-permissions lists those that do."
