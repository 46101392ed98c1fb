"""Why an event or a notification of an xApp is not sent, or is not there. 600 to 602 are those of platform-api 1.6."""

from sealgate.base.errors import SealgateError


class XappPushNotAllowed(SealgateError):
    """The app has no permission to send events and notifications, or is no xApp."""

    status = 403
    code = 403
    message = "This app may not send xApp events and notifications."
    hint = "The operator of this server allows it: `sealgate app update --xapp-push`."


class XappTargetNotAllowed(SealgateError):
    """The app may write to those who gave it a user token, and names somebody by account or user UUID."""

    status = 403
    code = 403
    message = "This app may not name people by account or user UUID, only by the user token they gave it."
    hint = (
        "Send user_token: it comes with each signed payload and each sign-in. The operator of this server can "
        "allow the rest: `sealgate app update --xapp-push-any`."
    )


class XappTargetMissing(SealgateError):
    """The body does not say whom the event or notification is for."""

    status = 400
    code = 600
    message = "The body names nobody: user_token is missing."
    hint = "Send the user_token of the person, or call with the person's own access token in place of key and secret."


class XappEventInvalid(SealgateError):
    """The body of an event or notification cannot be used; the message says why, the pointer where."""

    status = 400
    code = 601
    message = "The body of this event cannot be used."
    hint = 'Send {"user_token", "subtitle", "body", "data"}; body is required, data is an object.'


class XappTargetUnknown(SealgateError):
    """The user token is unknown, expired or revoked, or nobody here has the account or UUID."""

    status = 400
    code = 602
    message = "The user_token is unknown here, has expired or was revoked, or belongs to another app."
    hint = "Let the person sign once more for the app, or sign in: that gives a new token."
