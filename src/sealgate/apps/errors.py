"""What can go wrong with an app, as refusals of the admin API."""

from sealgate.base.errors import SealgateError


class AppUnknown(SealgateError):
    """No app has this UUID."""

    status = 404
    code = 404
    message = "No app has this UUID."
    hint = "`sealgate app list` shows the apps of this server."


class AppInvalid(SealgateError):
    """A value given for an app cannot be used; the message says which and why, the pointer where."""

    status = 400
    code = 400
    message = "A value given for the app cannot be used."


class IconUnusable(SealgateError):
    """A file that was uploaded as an icon is too large, no image of a known kind, or damaged."""

    status = 400
    code = 400
    message = "This file cannot be used as an icon."
    hint = "Choose a PNG, JPEG or WebP image of up to 2 MB."


class XAppIdTaken(SealgateError):
    """Another app of this server has this xApp identifier."""

    status = 409
    code = 409
    message = "Another app of this server has this xApp identifier."
    hint = "Choose another one: it names exactly one app in `/detect/xapp:…` links."


class AppKeyTaken(SealgateError):
    """An app of this server has, or had, the API key under which another is to be registered."""

    status = 409
    code = 409
    message = "An app of this server has this API key, or had it: a key is never given to another app."
    hint = "`sealgate app show` shows the app. Imported before, it stays as it is: `sealgate app update` changes it."


class TooManySecrets(SealgateError):
    """Two secrets of the app are live already, so a rotation would leave three."""

    status = 409
    code = 409
    message = "Two secrets of this app are live already: the rotation before this one was not finished."
    hint = "Retire the one that is no longer used (`sealgate app show` tells when each was last used), then rotate."


class SecretUnknown(SealgateError):
    """The app has no live secret with this id."""

    status = 404
    code = 404
    message = "This app has no live secret with this id."
    hint = "`sealgate app show` lists the live secrets with their ids."


class WebhookUnknown(SealgateError):
    """The app has no webhook endpoint with this UUID."""

    status = 404
    code = 404
    message = "This app has no webhook endpoint with this UUID."
    hint = "`sealgate app webhook list` shows the endpoints of an app."


class TooManyEndpoints(SealgateError):
    """The app has five webhook endpoints, its default one included, and that is the most."""

    status = 409
    code = 409
    message = "This app has five webhook endpoints already."
    hint = "Remove one that is not needed, or let one endpoint take more kinds of events."


class WebhookSecretsOverlap(SealgateError):
    """Two secrets of the endpoint sign until the rotation before ends, so a third would join them."""

    status = 409
    code = 409
    message = "Two secrets of this endpoint are live already: the rotation before this one has not ended."
    hint = "Wait until it ends; or rotate with an overlap of 0 seconds, which ends both at once."


class LastSecret(SealgateError):
    """The only live secret of an app cannot be retired."""

    status = 409
    code = 409
    message = "This is the only live secret of the app: without it no call of the app would pass."
    hint = "Rotate first, or disable the app if no call shall pass."
