"""What the slice refuses."""

from sealgate.base.errors import SealgateError


class PairingClosed(SealgateError):
    """This server pairs new wallets by invitation only."""

    status = 403
    code = 820
    message = "This server pairs new wallets by invitation only."
    hint = "Ask for an invitation on a wallet that is already paired and send it with this call."


class InvitationUnknown(SealgateError):
    """The invitation is unknown, used or older than ten minutes.

    One refusal for the three, so that a guesser learns nothing.
    """

    status = 403
    code = 821
    message = "This invitation is not valid: unknown, already used, or older than ten minutes."
    hint = "Make a new invitation on a wallet that is already paired."


class TooManyInvitations(SealgateError):
    """A holder may have ten open invitations."""

    status = 409
    code = 822
    message = "There are ten open invitations already."
    hint = "Use one of them, or wait until they end: each lasts ten minutes."


class DeviceUnknown(SealgateError):
    """The holder has no device with this UUID."""

    status = 404
    code = 404
    message = "You have no device with this UUID."
    hint = "GET /api/v1/app/devices lists them."


class DeviceRevoked(SealgateError):
    """The device was revoked; its key is never accepted again."""

    status = 403
    code = 823
    message = "This device was revoked, and its key is not accepted any more."
    hint = "Make a new key and pair again."


class DevicePairedElsewhere(SealgateError):
    """The key already belongs to a device of another holder."""

    status = 409
    code = 824
    message = "This key already belongs to a device of another user, so the invitation was left unused."
    hint = "Make a new key to join the user who sent the invitation."


class TooManyDevices(SealgateError):
    """A holder may have 32 active devices."""

    status = 409
    code = 825
    message = "This user has 32 active devices, the most there can be."
    hint = "Revoke one that is not used any more."


class ProofInvalid(SealgateError):
    """The ownership proof does not show that the caller holds the key of this account."""

    status = 400
    code = 826
    message = "The proof does not show that you hold the key of this account."
    hint = (
        "Sign {Account, InvoiceID, AccountTxnID, SigningPubKey} with the master key of the account: InvoiceID is the "
        "SHA-256 of '<user uuid>.<device uuid>.<account>', AccountTxnID the SHA-256 of the nonce."
    )


class ChallengeUnknown(SealgateError):
    """The nonce in the proof is unknown, used, of another device, or older than five minutes."""

    status = 400
    code = 827
    message = (
        "The nonce in this proof is not valid: unknown, already used, of another device, or older than five minutes."
    )
    hint = "Fetch a new nonce from POST /api/v1/app/accounts/challenge and sign again."


class TooManyChallenges(SealgateError):
    """A device may have twenty open challenges."""

    status = 409
    code = 828
    message = "This device has twenty open challenges."
    hint = "Use one of them, or wait until they end: each lasts five minutes."


class AccountUnknown(SealgateError):
    """The holder has not added this account."""

    status = 404
    code = 404
    message = "This account is not among yours."
    hint = "GET /api/v1/app/accounts lists them."


class TooManyAccounts(SealgateError):
    """A holder may add a hundred accounts."""

    status = 409
    code = 829
    message = "There are a hundred accounts already, the most there can be."
    hint = "Remove one that is not used any more."


class SubscriptionInvalid(SealgateError):
    """A push subscription is not what a browser's `PushSubscription` holds, or leads where the server does not call."""

    status = 400
    code = 830
    message = "This push subscription cannot be used."
    hint = (
        "Subscribe with the application_server_key of GET /api/v1/app/push-subscription, and send what "
        "PushSubscription.toJSON() gives."
    )
