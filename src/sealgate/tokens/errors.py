"""What the slice refuses."""

from sealgate.base.errors import SealgateError


class NotSignable(SealgateError):
    """The request holds a number that JSON cannot carry exactly, so it cannot be shown under a signature."""

    status = 400
    code = 405
    message = "This request holds a number that JSON cannot carry exactly, so it cannot be shown and signed safely."
    hint = "The app should send large numbers as strings."
