"""What can go wrong with an xApp. Codes 403, 404 and 410 with HTTP 400 are those of platform-api 1.6."""

from sealgate.base.errors import SealgateError


class OttRefusal(SealgateError):
    """A one-time token does not count.

    Attributes:
        cause: What is wrong in truth, for the log of the app that calls; the caller is not told.
    """

    status = 400
    code = 404

    def __init__(self, *, cause: str = "") -> None:
        super().__init__(detail=cause)
        self.cause = cause


class OttUnknown(OttRefusal):
    """No live one-time token with this value belongs to the calling app; a guesser learns no more than that."""

    message = "This one-time token is not known here."
    hint = (
        "It may have expired, or be meant for another app: the app's call log says which (`sealgate app calls`). Open "
        "the xApp again from the wallet."
    )


class OttSpent(OttRefusal):
    """The one-time token was fetched before: it counts once."""

    code = 410
    message = "This one-time token was fetched before; it counts once."
    hint = "Keep what the first call answered, or open the xApp again from the wallet."


class XAppIdMissing(SealgateError):
    """The app has no xApp identifier, so no one-time token is ever made for it."""

    status = 400
    code = 403
    message = "This app has no xApp identifier, so there are no one-time tokens for it."
    hint = "Give it an address, and an identifier comes with it: `sealgate app update --xapp-url …`."


class XAppUnknown(SealgateError):
    """No xApp of this server has this identifier, or it has no address yet."""

    status = 404
    code = 404
    message = "No xApp of this server has this identifier."
    hint = "Check the link; it may have lost its end when it was copied."


class XAppNotOpen(SealgateError):
    """The xApp is not published, and this device is not on its list."""

    status = 403
    code = 403
    message = "This xApp is not published, and this device is not on its list."
    hint = "Its developer can add the device: `sealgate app xapp-device add`."


class XAppSwitchedOff(SealgateError):
    """The app behind the xApp is disabled by the operator of this server."""

    status = 403
    code = 810
    message = "The app behind this xApp is disabled on this server, so it cannot be opened."
    hint = "Wait until it is enabled again."


class NetworkNotSupported(SealgateError):
    """The xApp does not work on the network that the wallet is on."""

    status = 409
    code = 409
    message = "The xApp does not work on this network."
    hint = "Switch to one of its networks: GET /api/v1/app/xapp/info/… lists them."


class EventUnknown(SealgateError):
    """The event that was to open the xApp is not there any more, or is none of this user and xApp."""

    status = 404
    code = 404
    message = "This event is not there any more."
    hint = "The app may have taken it back; the xApp itself can still be opened."


class AccountNotYours(SealgateError):
    """An xApp is opened for one of the user's own accounts, and this is none."""

    status = 403
    code = 403
    message = "This account is not among those the user has proved to hold."
    hint = "GET /api/v1/app/accounts lists them; add one by an ownership proof."


class LaunchInvalid(SealgateError):
    """A value given for the launch cannot be used; the message says why, the pointer which."""

    status = 400
    code = 400
    message = "A value given for the launch cannot be used."


class XAppDeviceUnknown(SealgateError):
    """No paired device of this server has this UUID, or it is not on the xApp's list."""

    status = 404
    code = 404
    message = "No device with this UUID can be found."
    hint = "A wallet shows the UUID of its device; `sealgate wallet list --json` does, too."


class TooManyXAppDevices(SealgateError):
    """The list of the xApp's devices is full: 30 guests, one debug device."""

    status = 409
    code = 409
    message = "The list of the xApp's devices is full."
    hint = "Remove one first: `sealgate app xapp-device remove`."
