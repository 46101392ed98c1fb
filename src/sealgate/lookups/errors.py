"""The refusals of the look-ups."""

from sealgate.base.errors import SealgateError


class CurrencyUnknown(SealgateError):
    """There is no rate for this currency."""

    status = 400
    # Old clients expect null here (platform-api 1.6).
    code = None
    message = "Unknown currency"
    hint = "Use an ISO 4217 code the operator of this server has rates for, such as EUR."


class RatesMissing(SealgateError):
    """This server has no rates: its operator named neither a file nor a feed."""

    status = 503
    code = "rates"
    message = "This server has no exchange rates."
    hint = "Its operator can name a file with the setting rates_file, or a feed with lookups_plugin."


class HookUnknown(SealgateError):
    """Nobody has described a hook with this hash here."""

    status = 404
    code = 404
    message = "This server knows no hook with this hash."


class AccountMalformed(SealgateError):
    """What was asked about is no account."""

    status = 400
    code = 400
    message = "This is no account: it begins with r, has 25 to 35 characters and a checksum."


class HashMalformed(SealgateError):
    """What was asked for is no hash."""

    status = 404
    code = 404
    message = "A hash has 64 hexadecimal digits."
    fatal = True


class TokenIdMalformed(SealgateError):
    """What was asked for is no NFToken."""

    status = 400
    code = 400
    message = "An NFTokenID has 64 hexadecimal digits."


class AvatarMalformed(SealgateError):
    """An avatar was asked for by a name or a size it cannot have."""

    status = 404
    code = 404
    message = "There is no picture at this address."
    hint = (
        "It is /avatar/<account>.png, or with a size of 51 to 999 pixels and a padding: /avatar/<account>_200_10.png."
    )


class TransactionUnknown(SealgateError):
    """The ledger of the app's network holds no such transaction, or not yet."""

    status = 404
    code = 404
    message = "The ledger knows no transaction with this hash."
    hint = "It may not be validated yet, or be on another network than the app's."


class LedgerSilent(SealgateError):
    """No ledger node answered in time, or none is configured."""

    status = 500
    code = 500
    message = "No ledger node answered in time."
    hint = "Try again in a few seconds."


class LedgerUnusable(SealgateError):
    """A ledger node answered with what cannot be used."""

    status = 502
    code = 502
    message = "The ledger node answered with something that cannot be used."
