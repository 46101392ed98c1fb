"""The refusals of the sandbox's controls."""

from sealgate.base.errors import SealgateError


class NoSeed(SealgateError):
    """This sandbox has no seed to go back to."""

    status = 409
    code = "sandbox_seed"
    message = "This sandbox has no seed to go back to: it was made by an earlier version."
    hint = "Stop it, remove its data folder, and start it anew."


class WalletUnknown(SealgateError):
    """The sandbox has no wallet of this name."""

    status = 404
    code = "sandbox_wallet"
    message = "The sandbox has no wallet of this name."
    hint = "Make one: `sealgate wallet create --name NAME`."
