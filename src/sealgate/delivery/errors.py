"""The refusals of the deliveries API."""

from sealgate.base.errors import SealgateError


class DeliveryUnknown(SealgateError):
    """The app has no delivery with this number, or it was pruned."""

    status = 404
    code = 404
    message = "This app has no delivery with this number."
    hint = "Deliveries are kept for some weeks (the setting delivery_days). List those that are there."


class NotSentAgain(SealgateError):
    """The delivery was a push, or its webhook endpoint or its event does not exist any more."""

    status = 409
    code = 409
    message = "This delivery cannot be sent again: it was a push, or its endpoint is gone."
    hint = "Deliveries to endpoints that the app still has can be sent again."


class TooManyListeners(SealgateError):
    """As many connections follow the events of this app as may."""

    status = 429
    code = 429
    message = "Too many connections follow this app's events already."
    hint = "Share one stream, or close those that are not needed."
