"""Why something is not kept, or not given out."""

from sealgate.base.errors import SealgateError


class DocumentTooLarge(SealgateError):
    """The document of an app is larger than 60 KB."""

    status = 400
    code = 413
    message = "The document is larger than 60 KB."
    hint = "An app keeps one document of at most 61440 bytes of JSON; what belongs to one user fits into jwt/userdata."


class ValueTooLarge(SealgateError):
    """A value of a user is larger than 60 KB."""

    status = 400
    code = 413
    message = "The value is larger than 60 KB."
    hint = "Spread it over several keys: each value may have 61440 bytes of JSON, and there may be 256 of them."


class ValueNotObject(SealgateError):
    """A value of a user is not a JSON object."""

    status = 400
    code = 400
    message = "The value must be a JSON object."
    hint = 'Wrap it: {"value": …}.'


class KeyUnusable(SealgateError):
    """A key does not consist of 3 to 64 small letters and digits."""

    status = 400
    code = 400
    message = "A key consists of 3 to 64 characters, small letters a to z and digits only."
    hint = "Choose another key. Several keys, separated by commas, are for reading only."


class TooManyKeysAsked(SealgateError):
    """More than 64 values are asked for in one call."""

    status = 400
    code = 400
    message = "More than 64 values are asked for at once."
    hint = "Ask for at most 64 values in one call."


class UserStoreFull(SealgateError):
    """The app keeps 256 values for this user already."""

    status = 400
    code = 413
    message = "This app keeps 256 values for this user already, and this would be one more."
    hint = "Delete values that are not needed any more, or put several into one object."


class UserNotKnown(SealgateError):
    """The access token is good, but the user it names has taken the app's permission back, or it has ended."""

    # The code of a token that does not do: published pages answer it with a new sign-in, which is the cure here too.
    status = 403
    code = 800
    message = (
        "This user's data cannot be reached with this token: the user has taken the app's permission back in the "
        "wallet, or it has ended."
    )
    hint = "Let the user sign in again; what was stored for them is still there."
